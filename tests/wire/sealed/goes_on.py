"""What a client of each dialect asks next, once it was answered: the same talk, with the answer in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Json = Any


def _chat(answer: Json) -> Json:
    message = {name: value for name, value in answer["choices"][0]["message"].items() if value is not None}
    calls = message.get("tool_calls") or ()
    results = [{"role": "tool", "tool_call_id": call["id"], "content": "dry"} for call in calls]
    return {"model": "m", "messages": [{"role": "user", "content": "Rain?"}, message, *results]}


def _messages(answer: Json) -> Json:
    calls = [block for block in answer["content"] if block["type"] == "tool_use"]
    results = [{"type": "tool_result", "tool_use_id": call["id"], "content": "dry"} for call in calls]
    said: Json = [{"role": "user", "content": "Rain?"}, {"role": "assistant", "content": answer["content"]}]
    return {"model": "m", "max_tokens": 9, "messages": [*said, {"role": "user", "content": results or "So?"}]}


def _responses(answer: Json) -> Json:
    calls = [item for item in answer["output"] if item["type"] == "function_call"]
    results = [{"type": "function_call_output", "call_id": call["call_id"], "output": "dry"} for call in calls]
    asked = {"type": "message", "role": "user", "content": "Rain?"}
    return {"model": "m", "store": False, "input": [asked, *answer["output"], *results]}


def _gemini(answer: Json) -> Json:
    content = answer["candidates"][0]["content"]
    calls = [part["functionCall"] for part in content["parts"] if "functionCall" in part]
    results: Json = [{"functionResponse": {**_named(call), "response": {"result": "dry"}}} for call in calls]
    asked: Json = {"role": "user", "parts": [{"text": "Rain?"}]}
    return {"contents": [asked, content, {"role": "user", "parts": results or [{"text": "So?"}]}]}


def _named(call: Json) -> Json:
    return {name: call[name] for name in ("id", "name") if name in call}


GOES_ON: Mapping[str, Callable[[Json], Json]] = {
    "chat": _chat,
    "messages": _messages,
    "responses": _responses,
    "gemini": _gemini,
}
