"""Requests with tools and with what a model thought, told in two dialects."""

from __future__ import annotations

from tests.wire.conversations.bodies import (
    ASK,
    CALLS,
    HELLO,
    NESTED,
    PIXEL,
    USES,
    WEATHER,
    WEATHER_TOOL,
    called,
    chat,
    function,
    messages,
    result,
    says,
    text,
    tool,
    use,
    user,
)
from tests.wire.conversations.told import Pair

TOOLS = [
    Pair(
        name="a tool with a nested schema",
        chat=chat(*ASK, tools=[WEATHER], tool_choice="auto"),
        messages=messages(*ASK, tools=[WEATHER_TOOL], tool_choice={"type": "auto"}),
    ),
    Pair(
        name="a schema without a type",
        chat=chat(*ASK, tools=[function("weather", parameters={"properties": {"town": {}}})]),
        messages=messages(
            *ASK, tools=[{"name": "weather", "input_schema": {"type": "object", "properties": {"town": {}}}}]
        ),
        to_chat=chat(*ASK, tools=[function("weather", parameters={"type": "object", "properties": {"town": {}}})]),
    ),
    Pair(
        name="a tool that takes nothing",
        chat=chat(*ASK, tools=[function("now")]),
        messages=messages(*ASK, tools=[{"name": "now", "input_schema": {"type": "object", "properties": {}}}]),
        to_chat=chat(*ASK, tools=[function("now", parameters={"type": "object", "properties": {}})]),
    ),
    Pair(
        name="a strict tool that must be called, one call at a time",
        chat=chat(
            *ASK,
            tools=[function("now", parameters=NESTED, strict=True)],
            tool_choice="required",
            parallel_tool_calls=False,
        ),
        messages=messages(
            *ASK,
            tools=[{"name": "now", "input_schema": NESTED, "strict": True}],
            tool_choice={"type": "any", "disable_parallel_tool_use": True},
        ),
    ),
    Pair(
        name="one tool by name",
        chat=chat(*ASK, tools=[WEATHER], tool_choice={"type": "function", "function": {"name": "weather"}}),
        messages=messages(*ASK, tools=[WEATHER_TOOL], tool_choice={"type": "tool", "name": "weather"}),
    ),
    Pair(
        name="no tool now",
        chat=chat(*ASK, tools=[WEATHER], tool_choice="none"),
        messages=messages(*ASK, tools=[WEATHER_TOOL], tool_choice={"type": "none"}),
    ),
    Pair(
        name="parallel calls and their results",
        chat=chat(*ASK, says("Let me look.", tool_calls=CALLS), tool("c1", "dry"), tool("c2", "wet"), user("Thanks.")),
        messages=messages(
            *ASK,
            says([text("Let me look."), *USES]),
            user([result("c1", content="dry"), result("c2", content="wet"), text("Thanks.")]),
        ),
    ),
    Pair(
        name="a call and nothing else, with numbers as they were written",
        chat=chat(*ASK, says(None, tool_calls=called(("c1", "sum", '{"a":1.50,"b":[null,{"c":"\\u00e9"}]}')))),
        messages=messages(*ASK, says([use("c1", "sum", {"a": 1.5, "b": [None, {"c": "é"}]})])),
        to_chat=chat(*ASK, says(None, tool_calls=called(("c1", "sum", '{"a":1.5,"b":[null,{"c":"é"}]}')))),
    ),
    Pair(
        name="a call without arguments, and a result without words",
        chat=chat(*ASK, says(None, tool_calls=called(("c1", "now", "{}"))), tool("c1", "")),
        messages=messages(*ASK, says([use("c1", "now", {})]), user([result("c1")])),
    ),
    Pair(
        name="a tool that failed",
        chat=chat(*ASK, says(None, tool_calls=CALLS[:1]), tool("c1", "no such town")),
        messages=messages(*ASK, says([USES[0]]), user([result("c1", content="no such town", is_error=True)])),
        to_messages=messages(*ASK, says([USES[0]]), user([result("c1", content="no such town")])),
        lost_to_chat=["turns.2.parts.0.failed"],
    ),
    Pair(
        name="a result that is a picture",
        chat=chat(
            *ASK,
            says(None, tool_calls=CALLS[:1]),
            tool("c1", "radar:"),
            user([{"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}"}}]),
        ),
        messages=messages(
            *ASK,
            says([USES[0]]),
            user(
                [
                    result(
                        "c1",
                        content=[
                            text("radar:"),
                            {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PIXEL}},
                        ],
                    )
                ]
            ),
        ),
        to_messages=messages(
            *ASK,
            says([USES[0]]),
            user(
                [
                    result("c1", content="radar:"),
                    {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PIXEL}},
                ]
            ),
        ),
        lost_to_chat=["turns.2.parts.0"],
    ),
    Pair(
        name="a result that belongs to no call",
        chat=chat(*ASK, tool("gone", "dry"), user("So?")),
        messages=messages(*ASK, user([result("gone", content="dry"), text("So?")])),
    ),
]

THOUGHTS = [
    Pair(
        name="thinking that nobody signed goes back to who reads it",
        chat=chat(HELLO, says("The sea.", reasoning_content="Rivers end in seas."), user("Which?")),
        messages=messages(HELLO, says("The sea."), user("Which?")),
        to_chat=chat(HELLO, says("The sea."), user("Which?")),
        lost_to_messages=["turns.1.parts.0"],
    ),
    Pair(
        name="thinking of an open model comes back to it from a client of messages",
        chat=chat(HELLO, says("The sea.", reasoning_content="Rivers end in seas."), user("Which?")),
        messages=messages(
            HELLO,
            says([{"type": "thinking", "thinking": "Rivers end in seas.", "signature": ""}, text("The sea.")]),
            user("Which?"),
        ),
        to_messages=messages(HELLO, says("The sea."), user("Which?")),
        lost_to_messages=["turns.1.parts.0"],
    ),
    Pair(
        name="signed thinking stays with the lab that signed it",
        chat=chat(HELLO, says("The sea."), user("Which?")),
        messages=messages(
            HELLO,
            says(
                [
                    {"type": "thinking", "thinking": "Rivers end in seas.", "signature": "c2ln"},
                    {"type": "redacted_thinking", "data": "c2VhbGVk"},
                    text("The sea."),
                ]
            ),
            user("Which?"),
        ),
        to_messages=messages(HELLO, says("The sea."), user("Which?")),
        lost_to_chat=["turns.1.parts.0", "turns.1.parts.1"],
    ),
    Pair(
        name="an effort",
        chat=chat(HELLO, reasoning_effort="high"),
        messages=messages(HELLO, output_config={"effort": "high"}),
    ),
    Pair(
        name="no thinking at all",
        chat=chat(HELLO, reasoning_effort="none"),
        messages=messages(HELLO, thinking={"type": "disabled"}),
    ),
    Pair(
        name="a budget for thinking",
        chat=chat(HELLO, reasoning_effort="medium"),
        messages=messages(HELLO, thinking={"type": "enabled", "budget_tokens": 10000}),
        to_messages=messages(HELLO, output_config={"effort": "medium"}),
        lost_to_chat=["reasoning.budget"],
    ),
]
