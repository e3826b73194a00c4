"""How the requests of the fixtures are put together, and what they have in common."""

from __future__ import annotations

from typing import Any

Json = Any
PIXEL = "iVBORw0KGgoAAAANSUhEUg=="
PDF = "JVBERi0xLjQK"
NESTED = {
    "type": "object",
    "properties": {
        "trip": {
            "type": "object",
            "properties": {"stops": {"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "null"}]}}},
            "required": ["stops"],
        },
        "budget": {"type": "number", "minimum": 0.5},
    },
}


def chat(*messages: Json, **top: Json) -> Json:
    return {"model": "m", "max_tokens": 100, "messages": list(messages), **top}


def messages(*said: Json, **top: Json) -> Json:
    return {"model": "m", "max_tokens": 100, "messages": list(said), **top}


def user(content: Json) -> Json:
    return {"role": "user", "content": content}


def says(content: Json, **more: Json) -> Json:
    return {"role": "assistant", "content": content, **more}


def text(words: str, **more: Json) -> Json:
    return {"type": "text", "text": words, **more}


def system(words: Json) -> Json:
    return {"role": "system", "content": words}


def called(*calls: tuple[str, str, str]) -> Json:
    return [
        {"id": named, "type": "function", "function": {"name": name, "arguments": arguments}}
        for named, name, arguments in calls
    ]


def use(named: str, name: str, given: Json) -> Json:
    return {"type": "tool_use", "id": named, "name": name, "input": given}


def result(named: str, **more: Json) -> Json:
    return {"type": "tool_result", "tool_use_id": named, **more}


def tool(named: str, content: Json) -> Json:
    return {"role": "tool", "tool_call_id": named, "content": content}


def function(name: str, **more: Json) -> Json:
    return {"type": "function", "function": {"name": name, **more}}


HELLO = user("Where does the Danube end?")
WEATHER = function("weather", description="What the sky does.", parameters=NESTED)
WEATHER_TOOL = {"name": "weather", "description": "What the sky does.", "input_schema": NESTED}
ASK = [user("Rain in Ulm and in Passau?")]
CALLS = called(("c1", "weather", '{"town":"Ulm"}'), ("c2", "weather", '{"town":"Passau"}'))
USES = [use("c1", "weather", {"town": "Ulm"}), use("c2", "weather", {"town": "Passau"})]
