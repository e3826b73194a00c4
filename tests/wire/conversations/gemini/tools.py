"""Requests with tools, as gemini tells them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.wire.conversations import responses_asked
from tests.wire.conversations.bodies import ASK as ASKS
from tests.wire.conversations.bodies import (
    NESTED,
    chat,
    messages,
)
from tests.wire.conversations.bodies import (
    function as chat_function,
)
from tests.wire.conversations.gemini.bodies import (
    ASK,
    PASSAU,
    PNG,
    SKY,
    TYPELESS,
    ULM,
    all_of,
    asks,
    back,
    call,
    chooses,
    comes,
    function,
    like_messages,
    loses,
    model,
    tells,
    user,
)
from tests.wire.conversations.responses_asked import asks as responses
from tests.wire.conversations.responses_asked import comes as from_gemini
from tests.wire.conversations.responses_asked import function as responses_function
from tests.wire.conversations.told import Arrival, Told

Json = Any

RADAR = {"result": "radar:"}
GONE = asks(ASK, user(back("gone", "gone", {"result": "dry"})), user("So?"))
FAILED_WORDS = comes(asks(ASK, model(ULM), user(back("c1", "weather", {"result": "no such town"}))))

TOOLS: Mapping[str, Told] = {
    "a tool with a nested schema": tells(ASK, tools=[SKY], toolConfig=chooses("AUTO")),
    "a schema without a type": tells(
        ASK,
        tools=[function("weather", parametersJsonSchema=TYPELESS)],
        of={
            "messages": comes(
                asks(ASK, tools=[function("weather", parametersJsonSchema={"type": "object"} | TYPELESS)])
            )
        },
    ),
    "a tool that takes nothing": tells(
        ASK,
        tools=[function("now")],
        of={
            "messages": comes(
                asks(ASK, tools=[function("now", parametersJsonSchema={"type": "object", "properties": {}})])
            )
        },
    ),
    "a strict tool that must be called, one call at a time": tells(
        ASK,
        tools=[function("now", parametersJsonSchema=NESTED)],
        toolConfig=chooses("ANY"),
        to={
            "chat": Arrival(body=chat(*ASKS, tools=[chat_function("now", parameters=NESTED)], tool_choice="required")),
            "messages": Arrival(
                body=messages(*ASKS, tools=[{"name": "now", "input_schema": NESTED}], tool_choice={"type": "any"})
            ),
            "responses": from_gemini(
                responses(responses_asked.ASK, tools=[responses_function("now", NESTED)], tool_choice="required")
            ),
        },
        of=all_of(
            comes(
                asks(ASK, tools=[function("now", parametersJsonSchema=NESTED)], toolConfig=chooses("ANY")),
                "tools.0.strict",
                "parallel",
            )
        ),
    ),
    "one tool by name": tells(ASK, tools=[SKY], toolConfig=chooses("ANY", "weather")),
    "no tool now": tells(ASK, tools=[SKY], toolConfig=chooses("NONE")),
    "parallel calls and their results": tells(
        ASK,
        model("Let me look.", ULM, PASSAU),
        user(back("c1", "weather", {"result": "dry"}), back("c2", "weather", {"result": "wet"})),
        user("Thanks."),
    ),
    "a call and nothing else, with numbers as they were written": tells(
        ASK,
        model(call("c1", "sum", {"a": 1.5, "b": [None, {"c": "é"}]})),
        to=like_messages("a call and nothing else, with numbers as they were written"),
    ),
    "a call without arguments, and a result without words": tells(
        ASK, model(call("c1", "now", {})), user(back("c1", "now", {}))
    ),
    "a tool that failed": tells(
        ASK,
        model(ULM),
        user(back("c1", "weather", {"error": "no such town"})),
        to={
            "chat": Arrival(lost=["turns.2.parts.0.failed"]),
            **loses("a tool that failed", "turns.2.parts.0.failed"),
        },
        of={"chat": FAILED_WORDS, "responses": FAILED_WORDS},
    ),
    "a result that is a picture": tells(
        ASK,
        model(ULM),
        user(back("c1", "weather", RADAR, parts=[PNG])),
        to={"chat": Arrival(lost=["turns.2.parts.0"])},
        of={"chat": comes(asks(ASK, model(ULM), user(back("c1", "weather", RADAR)), user(PNG)))},
    ),
    "a result that belongs to no call": tells(
        ASK,
        user(back("gone", "weather", {"result": "dry"})),
        user("So?"),
        of=all_of(comes(GONE, "turns.1.parts.0.name")),
    ),
}
