"""Requests read as strictly as their providers do: by the official types, and by the rules that only a 400 tells."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from tests.apps.serve.speaking.strict.memory import Entry, Wrong
from tests.wire.conversations.voices import SPEECH, drained

Json = Any
Issued = Mapping[str, str]
UNSIGNED = "skip_thought_signature_validator"


def typed(dialect: str, body: Json) -> None:
    """Raises Wrong for what the official client could not have sent."""
    for types, name in SPEECH[dialect]:
        for each in body.get(name, ()):
            try:
                drained(types.validate_python(each))
            except ValidationError as why:
                raise Wrong(f"`{name}`: {each}: {why}") from None


def demand(true: object, what: str) -> None:
    if not true:
        raise Wrong(what)


def blocks(content: Json) -> list[Json]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else content or []


def words(content: Json) -> str:
    return "".join(block["text"] for block in blocks(content))


def chat(body: Json, issued: Issued) -> Iterator[Entry]:
    """Every call is answered by the messages behind it, before anybody else speaks."""
    waiting: list[str] = []
    for message in body["messages"]:
        match message["role"]:
            case "tool":
                demand(message["tool_call_id"] in waiting, "a message of role 'tool' must follow its 'tool_calls'")
                waiting.remove(message["tool_call_id"])
                yield "result", message["tool_call_id"], words(message["content"])
                continue
            case "assistant":
                if message.get("content"):
                    yield "said", words(message["content"])
            case role:
                yield role, words(message["content"])
        demand(not waiting, f"these tool_call_ids did not have response messages: {waiting}")
        for call in message.get("tool_calls") or ():
            waiting.append(call["id"])
            yield "call", call["id"], call["function"]["name"], json.loads(call["function"]["arguments"])
    demand(not waiting, f"these tool_call_ids did not have response messages: {waiting}")


def messages(body: Json, issued: Issued) -> Iterator[Entry]:
    """The results of a turn stand first in the next message, all of them; a thought stands before what it led to."""
    demand(isinstance(body.get("max_tokens"), int), "max_tokens: field required")
    waiting: list[str] = []
    for message in body["messages"]:
        said = blocks(message["content"])
        results = [block["tool_use_id"] for block in said if block["type"] == "tool_result"]
        demand(sorted(results) == sorted(waiting), f"`tool_use` ids {waiting} want `tool_result` blocks: {results}")
        demand(all(block["type"] == "tool_result" for block in said[: len(results)]), "`tool_result` must come first")
        demand(said, "messages must have non-empty content")
        waiting = [block["id"] for block in said if block["type"] == "tool_use"]
        thinks = [place for place, block in enumerate(said) if "thinking" in block["type"]]
        demand(thinks == list(range(len(thinks))), "thinking must be the first block of a turn")
        yield from (_block(block, message["role"], issued) for block in said)
    demand(not waiting, f"`tool_use` ids were found without `tool_result` blocks: {waiting}")


def _block(block: Json, role: str, issued: Issued) -> Entry:
    match block["type"]:
        case "thinking":
            demand(issued.get(block["signature"]) == block["thinking"], "Invalid `signature` in `thinking` block")
            return "thought", block["signature"]
        case "tool_use":
            return "call", block["id"], block["name"], block["input"]
        case "tool_result":
            return "result", block["tool_use_id"], words(block.get("content"))
    demand(block["text"], "text content blocks must be non-empty")
    return ("said" if role == "assistant" else role), block["text"]


def responses(body: Json, issued: Issued) -> Iterator[Entry]:
    """Reasoning is followed by what it led to, and has been said here; calls and outputs are pairs."""
    items = body["input"]
    calls = {item["call_id"] for item in items if item.get("type") == "function_call"}
    outputs = {item["call_id"] for item in items if item.get("type") == "function_call_output"}
    demand(calls == outputs, f"No tool output found for function call, or no call for an output: {calls ^ outputs}")
    demand(body.get("store") is False, "it would be kept")
    for place, item in enumerate(items):
        match item.get("type"):
            case "reasoning":
                sealed = item.get("encrypted_content")
                demand(sealed, f"Item with id '{item['id']}' not found. Items are not persisted when `store` is false")
                demand(sealed in issued, "The encrypted content could not be verified")
                follows = items[place + 1 : place + 2]
                demand(follows and follows[0].get("type") in ("function_call", "message"), "it has no following item")
                yield "thought", sealed
            case "function_call":
                yield "call", item["call_id"], item["name"], json.loads(item["arguments"])
            case "function_call_output":
                yield "result", item["call_id"], words(item["output"])
            case _:
                role = item["role"]
                yield ("said" if role == "assistant" else role), words(item["content"])


def gemini(body: Json, issued: Issued) -> Iterator[Entry]:
    """A turn of calls is followed by as many results, and its first call is signed."""
    waiting = 0
    for content in body["contents"]:
        parts = content["parts"]
        demand(parts, "contents.parts must not be empty.")
        results = sum("functionResponse" in part for part in parts)
        demand(results == waiting, "the number of function response parts is equal to that of function call parts")
        called = [part for part in parts if "functionCall" in part]
        demand(not called or called[0].get("thoughtSignature"), "Function call is missing a thought_signature")
        waiting = len(called)
        for part in parts:
            yield from _part(part, content.get("role", "user"), issued)
    demand(not waiting, "function calls were not answered")


def _part(part: Json, role: str, issued: Issued) -> Iterator[Entry]:
    sign = part.get("thoughtSignature", UNSIGNED)
    if sign != UNSIGNED:
        demand(sign in issued, "Corrupted thought signature.")
        yield "thought", sign
    match part:
        case {"functionCall": call}:
            yield "call", call.get("id") or None, call["name"], call.get("args") or {}
        case {"functionResponse": back}:
            told = back["response"]
            yield "result", back.get("id") or None, told.get("result", "")
        case {"thought": True}:
            return
        case {"text": text} if text:
            yield ("said" if role == "model" else role), text


READING: Mapping[str, Callable[[Json, Issued], Iterator[Entry]]] = {
    "chat": chat,
    "messages": messages,
    "responses": responses,
    "gemini": gemini,
}
