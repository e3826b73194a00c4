"""The requests of the fixtures as responses tells them, and what becomes of them on the way in and out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.wire.conversations.bodies import ASK as ASKS
from tests.wire.conversations.bodies import (
    HELLO,
    NESTED,
    PDF,
    PIXEL,
    USES,
    WEATHER_TOOL,
    chat,
    messages,
    result,
    says,
    text,
    user,
)
from tests.wire.conversations.told import Arrival, Told

Json = Any
OTHERS = ("chat", "messages", "gemini")
SEALED = "reasoning.encrypted_content"


def asks(*items: Json, **top: Json) -> Json:
    return {"model": "m", "max_output_tokens": 100, "input": list(items), **top}


def from_elsewhere(body: Json) -> Json:
    """Whoever comes from elsewhere did not ask for anything to be kept, nor for a tool to be strict."""
    tools = {"tools": [{"strict": False} | tool for tool in body["tools"]]} if "tools" in body else {}
    return body | tools | {"store": False}


def tells(
    *items: Json, to: Mapping[str, Arrival] | None = None, of: Mapping[str, Arrival] | None = None, **top: Json
) -> Told:
    body = asks(*items, **top)
    usual = {name: Arrival(body=from_elsewhere(body)) for name in OTHERS}
    return Told(body=body, to=to or {}, of=usual | dict(of or {}))


def comes(body: Json, *lost: str) -> Arrival:
    return Arrival(body=from_elsewhere(body), lost=lost)


def message(role: str, content: Json, **more: Json) -> Json:
    return {"type": "message", "role": role, "content": content, **more}


def words(said: str) -> Json:
    return {"type": "input_text", "text": said}


def picture(url: str, detail: str = "auto") -> Json:
    return {"type": "input_image", "detail": detail, "image_url": url}


def called(named: str, name: str, arguments: str, **more: Json) -> Json:
    return {"type": "function_call", "call_id": named, "name": name, "arguments": arguments, **more}


def returned(named: str, output: Json) -> Json:
    return {"type": "function_call_output", "call_id": named, "output": output}


def function(name: str, parameters: Json, **more: Json) -> Json:
    return {"type": "function", "name": name, "parameters": parameters, **more}


Q = message("user", "Where does the Danube end?")
ASK = message("user", "Rain in Ulm and in Passau?")
ULM, PASSAU = called("c1", "weather", '{"town":"Ulm"}'), called("c2", "weather", '{"town":"Passau"}')
SKY = function("weather", NESTED, description="What the sky does.")
DATA = f"data:image/png;base64,{PIXEL}"
TALK = (Q, message("assistant", "The sea."), message("user", "Which?"))
CHAT_TALK = chat(HELLO, says("The sea."), user("Which?"))
MESSAGES_TALK = messages(HELLO, says("The sea."), user("Which?"))

WORDS: Mapping[str, Told] = {
    "one question": tells(Q),
    "a system prompt in front": tells(Q, instructions="Be brief."),
    "a system prompt in the middle": tells(
        Q,
        message("assistant", "In the Black Sea."),
        message("system", "Now answer in verse."),
        message("user", "And the Rhine?"),
    ),
    "two system prompts in front": tells(
        message("system", "Be kind."),
        Q,
        instructions="Be brief.",
        of={"messages": comes(asks(message("system", [words("Be brief."), words("Be kind.")]), Q))},
    ),
    "a developer's prompt is a system prompt": tells(
        message("developer", "Be brief."), Q, of={"messages": comes(asks(Q, instructions="Be brief."))}
    ),
    "many turns, and letters of all kinds": tells(
        message("user", "Grüß Gott 👋"),
        message("assistant", "こんにちは"),
        message("user", 'a "quoted"\n\tline'),
        message("assistant", "\\n is no line"),
        message("user", "ok"),
    ),
    "several texts in a turn": tells(message("user", [words("First."), words("Second.")])),
    "an answer begun for the model": tells(Q, message("assistant", "In the")),
    "a speaker with a name": tells(
        message("user", "Hi."),
        to={"chat": Arrival(body=chat(user("Hi.")))},
        of={"chat": comes(asks(message("user", "Hi.")), "turns.0.name")},
    ),
    "a picture by its bytes": tells(message("user", [words("What is it?"), picture(DATA)])),
    "a picture by its address, looked at closely": tells(
        message("user", [picture("https://x.example/a.png", "high")]),
        to={"messages": Arrival(lost=["turns.0.parts.0.detail"])},
        of={"messages": comes(asks(message("user", [picture("https://x.example/a.png")])))},
    ),
    "a document": tells(
        message(
            "user",
            [
                {
                    "type": "input_file",
                    "filename": "deed.pdf",
                    "file_data": f"data:application/pdf;base64,{PDF}",
                },
                words("Who signed?"),
            ],
        )
    ),
    "a document of plain text, cited from": tells(
        message("user", [words("poem\n\nRoses are red."), words("Which colour?")]),
        to={"messages": Arrival(body=messages(user([text("poem\n\nRoses are red."), text("Which colour?")])))},
        of={
            "messages": comes(
                asks(message("user", [words("poem\n\nRoses are red."), words("Which colour?")])),
                "turns.0.parts.0",
                "turns.0.parts.0.citations",
            )
        },
    ),
}

_TYPELESS: Json = {"properties": {"town": {}}}
_RADAR = [words("radar:"), picture(DATA)]
TOOLS: Mapping[str, Told] = {
    "a tool with a nested schema": tells(ASK, tools=[SKY], tool_choice="auto"),
    "a schema without a type": tells(
        ASK,
        tools=[function("weather", _TYPELESS)],
        of={"messages": comes(asks(ASK, tools=[function("weather", {"type": "object"} | _TYPELESS)]))},
    ),
    "a tool that takes nothing": tells(
        ASK,
        tools=[function("now", None)],
        of={"messages": comes(asks(ASK, tools=[function("now", {"type": "object", "properties": {}})]))},
    ),
    "a strict tool that must be called, one call at a time": tells(
        ASK, tools=[function("now", NESTED, strict=True)], tool_choice="required", parallel_tool_calls=False
    ),
    "one tool by name": tells(ASK, tools=[SKY], tool_choice={"type": "function", "name": "weather"}),
    "no tool now": tells(ASK, tools=[SKY], tool_choice="none"),
    "parallel calls and their results": tells(
        ASK,
        message("assistant", "Let me look."),
        ULM,
        PASSAU,
        returned("c1", "dry"),
        returned("c2", "wet"),
        message("user", "Thanks."),
    ),
    "a call and nothing else, with numbers as they were written": tells(
        ASK,
        called("c1", "sum", '{"a":1.50,"b":[null,{"c":"\\u00e9"}]}'),
        of={"messages": comes(asks(ASK, called("c1", "sum", '{"a":1.5,"b":[null,{"c":"é"}]}')))},
    ),
    "a call without arguments, and a result without words": tells(ASK, called("c1", "now", "{}"), returned("c1", "")),
    "a tool that failed": tells(
        ASK,
        ULM,
        returned("c1", "no such town"),
        to={"messages": Arrival(body=messages(*ASKS, says([USES[0]]), user([result("c1", content="no such town")])))},
        of={"messages": comes(asks(ASK, ULM, returned("c1", "no such town")), "turns.2.parts.0.failed")},
    ),
    "a result that is a picture": tells(
        ASK,
        ULM,
        returned("c1", _RADAR),
        to={"chat": Arrival(lost=["turns.2.parts.0"])},
        of={"chat": comes(asks(ASK, ULM, returned("c1", "radar:"), message("user", [picture(DATA)])))},
    ),
    "a result that belongs to no call": tells(ASK, returned("gone", "dry"), message("user", "So?")),
}

_EFFORT = {"include": [SEALED]}
THOUGHTS: Mapping[str, Told] = {
    "thinking that nobody signed goes back to who reads it": tells(
        *TALK, to={"chat": Arrival(body=CHAT_TALK)}, of={"chat": comes(asks(*TALK), "turns.1.parts.0")}
    ),
    "thinking of an open model comes back to it from a client of messages": tells(
        *TALK,
        to={"chat": Arrival(body=CHAT_TALK), "messages": Arrival(body=MESSAGES_TALK)},
        of={
            "chat": comes(asks(*TALK), "turns.1.parts.0"),
            "messages": comes(asks(*TALK), "turns.1.parts.0"),
        },
    ),
    "signed thinking stays with the lab that signed it": tells(
        *TALK,
        to={"messages": Arrival(body=MESSAGES_TALK)},
        of={"messages": comes(asks(*TALK), "turns.1.parts.0", "turns.1.parts.1")},
    ),
    "an effort": tells(
        Q,
        reasoning={"effort": "high"},
        of={name: comes(asks(Q, reasoning={"effort": "high"}) | _EFFORT) for name in OTHERS},
    ),
    "no thinking at all": tells(Q, reasoning={"effort": "none"}),
    "a budget for thinking": tells(
        Q,
        reasoning={"effort": "medium"},
        to={"messages": Arrival(body=messages(HELLO, output_config={"effort": "medium"}))},
        of={
            "chat": comes(asks(Q, reasoning={"effort": "medium"}) | _EFFORT),
            "messages": comes(asks(Q, reasoning={"effort": "medium"}) | _EFFORT, "reasoning.budget"),
        },
    ),
}

_FORMAT = {"type": "json_schema", "name": "answer", "schema": NESTED}
KNOBS: Mapping[str, Told] = {
    "marks for the cache": tells(
        Q,
        instructions="A long rule.",
        tools=[SKY],
        to={"messages": Arrival(body=messages(HELLO, system="A long rule.", tools=[WEATHER_TOOL]))},
        of={
            "messages": comes(
                asks(Q, instructions="A long rule.", tools=[SKY]),
                "turns.0.parts.0.cache",
                "turns.1.parts.0.cache",
                "tools.0.cache",
            )
        },
    ),
    "marks for the cache, from chat": tells(
        message("user", [words("A long story.") | {"prompt_cache_breakpoint": {"mode": "explicit", "ttl": "12h"}}]),
        to={
            "chat": Arrival(body=chat(user("A long story.")), lost=["turns.0.parts.0.cache"]),
            "messages": Arrival(lost=["turns.0.parts.0.cache.ttl"]),
        },
        of={name: comes(asks(message("user", "A long story.")), "turns.0.parts.0.cache") for name in OTHERS},
    ),
    "knobs that both have": tells(
        Q,
        temperature=0.3,
        top_p=0.9,
        user="u-7",
        stream=True,
        to={
            "chat": Arrival(body=chat(HELLO, temperature=0.3, top_p=0.9, user="u-7", stream=True)),
            "messages": Arrival(
                body=messages(HELLO, temperature=0.3, top_p=0.9, metadata={"user_id": "u-7"}, stream=True)
            ),
        },
        of={
            name: comes(asks(Q, temperature=0.3, top_p=0.9, user="u-7", stream=True), "stop", "top_k")
            for name in ("chat", "messages")
        },
    ),
    "knobs that only chat has": tells(
        Q,
        temperature=1.5,
        top_logprobs=3,
        include=["message.output_text.logprobs"],
        service_tier="flex",
        text={"verbosity": "low"},
        to={
            "chat": Arrival(
                body=chat(HELLO, temperature=1.5, logprobs=True, top_logprobs=3, service_tier="flex", verbosity="low")
            ),
            "messages": Arrival(lost=["logprobs", "top_logprobs", "temperature", "service_tier", "text.verbosity"]),
        },
        of={
            "chat": comes(
                asks(
                    Q,
                    temperature=1.5,
                    top_logprobs=3,
                    include=["message.output_text.logprobs"],
                    service_tier="flex",
                    text={"verbosity": "low"},
                ),
                "seed",
                "frequency_penalty",
                "presence_penalty",
                "logit_bias",
                "n",
            ),
            "messages": comes(asks(Q, temperature=1.0)),
        },
    ),
    "knobs that only messages has": tells(
        Q,
        service_tier="default",
        to={"messages": Arrival(body=messages(HELLO, service_tier="standard_only"))},
        of={"messages": comes(asks(Q, service_tier="default"), "cache_control", "inference_geo")},
    ),
    "an answer after a schema": tells(
        Q,
        text={"format": _FORMAT | {"strict": True}},
        to={"messages": Arrival(lost=["format.name", "format.strict"])},
        of={"messages": comes(asks(Q, text={"format": _FORMAT}))},
    ),
    "any JSON": tells(
        Q,
        text={"format": {"type": "json_object"}},
        to={"messages": Arrival(lost=["format"])},
        of={"messages": comes(asks(Q))},
    ),
    "no limit was said": Told(
        body={"model": "m", "input": [Q]},
        to={"messages": Arrival(lost=["max_output"])},
        of={
            "chat": comes({"model": "m", "input": [Q]}),
            "messages": comes(asks(Q) | {"max_output_tokens": 8192}),
            "gemini": comes({"model": "m", "input": [Q]}),
        },
    ),
    "fields of tomorrow": tells(
        message("user", "Hi.", mood="blue"),
        sparkle={"level": 1e2},
        to={
            "chat": Arrival(body=chat(user("Hi.")), lost=["turns.0.mood", "sparkle"]),
            "messages": Arrival(lost=["turns.0.mood", "sparkle"]),
        },
        of={
            "chat": comes(asks(message("user", "Hi.")), "turns.0.mood", "sparkle"),
            "messages": comes(asks(message("user", "Hi."))),
        },
    ),
}

ASKED: Mapping[str, Told] = {**WORDS, **TOOLS, **THOUGHTS, **KNOBS}
