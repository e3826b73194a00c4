"""An answer of a fixture as its provider would stream it: in small pieces, with what providers put in between."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

Json = Any
_GROWING = {"text": ("text_delta", "text"), "thinking": ("thinking_delta", "thinking")}


def event(tree: Json, name: str = "") -> bytes:
    said = json.dumps(tree, ensure_ascii=False, separators=(",", ":"))
    return (f"event: {name}\n" if name else "").encode() + f"data: {said}\n\n".encode()


def pieces(words: str, size: int = 4) -> Iterator[str]:
    yield ""
    for start in range(0, len(words), size):
        yield words[start : start + size]


def chat(answer: Json) -> bytes:
    """The role first, an empty delta now and then, the reason in a chunk of its own, the usage, the end mark."""
    return b": hello\n\n" + b"".join(_chat(answer)) + b"data: [DONE]\n\n"


def _chat(answer: Json) -> Iterator[bytes]:
    head = {"id": answer["id"], "object": "chat.completion.chunk", "created": 0, "model": answer["model"]}
    message, choice = answer["choices"][0]["message"], answer["choices"][0]

    def chunk(delta: Json, reason: str | None = None) -> bytes:
        return event(head | {"choices": [{"index": 0, "delta": delta, "finish_reason": reason}], "usage": None})

    yield chunk({"role": "assistant", "content": "", "tool_calls": []})
    for field in ("reasoning_content", "reasoning", "content", "refusal"):
        for piece in pieces(message.get(field) or ""):
            yield chunk({field: piece})
        if field == "content" and message.get("annotations"):
            yield chunk({"annotations": message["annotations"]})
    for index, call in enumerate(message.get("tool_calls") or ()):
        name, arguments = call["function"]["name"], call["function"]["arguments"]
        yield chunk({"tool_calls": [call | {"index": index, "function": {"name": name, "arguments": ""}}]})
        for piece in pieces(arguments):
            yield chunk({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})
    yield chunk({}, choice["finish_reason"])
    yield event(head | {"choices": [], "usage": answer["usage"]})


def messages(answer: Json) -> bytes:
    """Named events, a ping, and usage in two parts."""
    return b"".join(event(tree, tree["type"]) for tree in _messages(answer))


def _messages(answer: Json) -> Iterator[Json]:
    usage = answer["usage"]
    begun = answer | {"content": [], "stop_reason": None, "stop_sequence": None, "usage": usage | {"output_tokens": 1}}
    yield {"type": "message_start", "message": begun}
    yield {"type": "ping"}
    for index, block in enumerate(answer["content"]):
        yield from _block(index, block)
    delta = {"stop_reason": answer["stop_reason"], "stop_sequence": answer["stop_sequence"]}
    told = {"output_tokens": usage["output_tokens"]}
    told |= {name: usage[name] for name in ("output_tokens_details",) if name in usage}
    yield {"type": "message_delta", "delta": delta, "usage": told}
    yield {"type": "message_stop"}


def _block(index: int, block: Json) -> Iterator[Json]:
    def delta(**fields: Json) -> Json:
        return {"type": "content_block_delta", "index": index, "delta": fields}

    kind = block["type"]
    empty = block | {"input": {}} if "input" in block else block
    if kind in _GROWING:
        name, field = _GROWING[kind]
        empty = {"type": kind, field: ""} | ({"signature": ""} if kind == "thinking" else {})
        grown = [delta(type=name) | {"delta": {"type": name, field: piece}} for piece in pieces(block[field])]
    elif "input" in block:
        said = json.dumps(block["input"], ensure_ascii=False, separators=(",", ":"))
        grown = [delta(type="input_json_delta", partial_json=piece) for piece in pieces(said)]
    else:
        grown = []
    yield {"type": "content_block_start", "index": index, "content_block": empty}
    yield from grown
    for cite in block.get("citations") or ():
        yield delta(type="citations_delta", citation=cite)
    if block.get("signature"):
        yield delta(type="signature_delta", signature=block["signature"])
    yield {"type": "content_block_stop", "index": index}
