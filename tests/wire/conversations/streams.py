"""An answer of a fixture as its provider would stream it: in small pieces, with what providers put in between."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
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
    head |= {name: answer[name] for name in ("service_tier",) if name in answer}
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


def responses(answer: Json) -> bytes:
    """Numbered events in their order, each item from its beginning to its end, and all of it again in the last."""
    events = [tree | {"sequence_number": number} for number, tree in enumerate(_responses(answer))]
    return b"".join(event(tree, tree["type"]) for tree in events)


def _responses(answer: Json) -> Iterator[Json]:
    begun = answer | {"status": "in_progress", "incomplete_details": None, "output": [], "usage": None}
    yield {"type": "response.created", "response": begun}
    yield {"type": "response.in_progress", "response": begun}
    for index, item in enumerate(answer["output"]):
        parts = _ITEMS.get(item["type"], lambda item: [])
        yield {"type": "response.output_item.added", "output_index": index, "item": item | _EMPTY.get(item["type"], {})}
        for tree in parts(item):
            yield tree | {"item_id": item["id"], "output_index": index}
        yield {"type": "response.output_item.done", "output_index": index, "item": item}
    yield {"type": f"response.{answer['status']}", "response": answer}


def _grows(name: str, field: str, words: str, **place: Json) -> Iterator[Json]:
    for piece in pieces(words):
        yield {"type": f"response.{name}.delta", "delta": piece, "obfuscation": "xyz", **place}
    yield {"type": f"response.{name}.done", field: words, **place}


def _said(item: Json) -> Iterator[Json]:
    for place, part in enumerate(item["content"]):
        where, field = {"content_index": place}, "text" if part["type"] == "output_text" else "refusal"
        yield {"type": "response.content_part.added", "part": part | {field: ""}, **where}
        name = "output_text" if field == "text" else "refusal"
        yield from _grows(name, field, part[field], **where, **({"logprobs": []} if field == "text" else {}))
        for number, note in enumerate(part.get("annotations") or ()):
            yield {
                "type": "response.output_text.annotation.added",
                "annotation_index": number,
                "annotation": note,
                **where,
            }
        yield {"type": "response.content_part.done", "part": part, **where}


def _thought(item: Json) -> Iterator[Json]:
    for place, part in enumerate(item["summary"]):
        yield {"type": "response.reasoning_summary_part.added", "part": part | {"text": ""}, "summary_index": place}
        yield from _grows("reasoning_summary_text", "text", part["text"], summary_index=place)
        yield {"type": "response.reasoning_summary_part.done", "part": part, "summary_index": place}
    for place, part in enumerate(item.get("content") or ()):
        yield from _grows("reasoning_text", "text", part["text"], content_index=place)


def _calls(item: Json) -> Iterator[Json]:
    yield from _grows("function_call_arguments", "arguments", item["arguments"])


_ITEMS: Mapping[str, Callable[[Json], Iterable[Json]]] = {
    "message": _said,
    "reasoning": _thought,
    "function_call": _calls,
}
_EMPTY: Mapping[str, Json] = {
    "message": {"content": [], "status": "in_progress"},
    "reasoning": {"summary": []},
    "function_call": {"arguments": "", "status": "in_progress"},
}


def gemini(answer: Json) -> bytes:
    """Every event an answer with a piece of it, the reason behind all pieces, the usage once more at the very end."""
    return b"".join(event(tree) for tree in _gemini(answer))


def _gemini(answer: Json) -> Iterator[Json]:
    candidate = answer["candidates"][0]
    head = {name: answer[name] for name in ("modelVersion", "responseId")}
    begun = {"promptTokenCount": answer["usageMetadata"]["promptTokenCount"]}
    for part in candidate["content"]["parts"]:
        for piece in _gemini_pieces(part):
            content = {"parts": [piece], "role": "model"}
            yield {"candidates": [{"content": content, "index": 0}], "usageMetadata": begun, **head}
    last = candidate | {"content": {"parts": [{"text": ""}], "role": "model"}}
    yield {"candidates": [last], **head}
    yield {"usageMetadata": answer["usageMetadata"], **head}


def _gemini_pieces(part: Json) -> Iterator[Json]:
    """Words and thoughts come in pieces, the signature of a thought behind them; calls and signed words come whole."""
    if "text" not in part or ("thoughtSignature" in part and not part.get("thought")):
        yield part
        return
    signature = {name: part[name] for name in part if name == "thoughtSignature"}
    for piece in pieces(part["text"]):
        yield {name: value for name, value in part.items() if name not in signature} | {"text": piece}
    if signature:
        yield part | {"text": ""}
