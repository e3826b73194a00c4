"""Real wire of responses for a script to say: whole and streamed answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from halfopen.testing.steps import Step
from halfopen.testing.wires import USUAL, Headers, Json, ToolCall, Usage, event, in_json, stream


def responses_usage(usage: Usage) -> dict[str, object]:
    """In `responses`, cached tokens are a part of the input."""
    put_in = usage.input + usage.cache_read + usage.cache_write
    return {
        "input_tokens": put_in,
        "input_tokens_details": {"cached_tokens": usage.cache_read, "cache_write_tokens": usage.cache_write},
        "output_tokens": usage.output,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": put_in + usage.output,
    }


def response(model: str, **fields: object) -> dict[str, object]:
    top = {"id": "resp_scripted", "object": "response", "created_at": 1_800_000_000, "model": model, "error": None}
    return {**top, "parallel_tool_calls": True, "tool_choice": "auto", "tools": [], **fields}


def said(text: str) -> dict[str, object]:
    content = {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
    return {"type": "message", "id": "msg_0", "role": "assistant", "status": "completed", "content": [content]}


def called(call: ToolCall) -> dict[str, object]:
    named = {"type": "function_call", "id": f"fc_{call.id}", "call_id": call.id, "name": call.name}
    return {**named, "arguments": call.arguments, "status": "completed"}


def ending(model: str, items: Sequence[Json], usage: Usage | None, incomplete: str | None) -> dict[str, object]:
    """A response that is over; `incomplete` is the reason why it is not complete."""
    return response(
        model,
        status="incomplete" if incomplete else "completed",
        incomplete_details={"reason": incomplete} if incomplete else None,
        output=list(items),
        usage=None if usage is None else responses_usage(usage),
    )


def responses_answer(
    text: str | None,
    *,
    model: str = "scripted-1",
    usage: Usage | None = USUAL,
    tool_calls: Sequence[ToolCall] = (),
    incomplete: str | None = None,
    status: int = 200,
    headers: Headers = (),
    chunked: bool = False,
) -> list[Step]:
    """A whole response. Without `usage` it tells none."""
    items = [*([] if text is None else [said(text)]), *map(called, tool_calls)]
    return in_json(status, ending(model, items, usage, incomplete), headers, chunked=chunked)


def responses_stream(
    pieces: Iterable[str],
    *,
    model: str = "scripted-1",
    usage: Usage = USUAL,
    tool_calls: Sequence[ToolCall] = (),
    incomplete: str | None = None,
    done: bool = True,
    headers: Headers = (),
    chunked: bool = True,
) -> list[Step]:
    """A stream of responses; without `done` it lacks the response that ends it."""
    events = responses_events(pieces, model=model, usage=usage, tool_calls=tool_calls, incomplete=incomplete)
    return stream(events if done else events[:-1], headers, chunked=chunked)


def responses_events(
    pieces: Iterable[str],
    *,
    model: str,
    usage: Usage = USUAL,
    tool_calls: Sequence[ToolCall] = (),
    incomplete: str | None = None,
) -> list[bytes]:
    """Every event of a stream of responses, numbered, the last with all of it again."""
    texts = list(pieces)
    items = [*([said("".join(texts))] if texts else []), *map(called, tool_calls)]
    begun = response(model, status="in_progress", incomplete_details=None, output=[], usage=None)
    told: list[dict[str, object]] = [
        {"type": f"response.{name}", "response": begun} for name in ("created", "in_progress")
    ]
    for place, item in enumerate(items):
        told += item_events(place, item, texts)
    last = ending(model, items, usage, incomplete)
    told.append({"type": f"response.{last['status']}", "response": last})
    return [event({**data, "sequence_number": number}, str(data["type"])) for number, data in enumerate(told)]


def item_events(place: int, item: Json, texts: Sequence[str]) -> list[dict[str, object]]:
    """An item from its beginning to its end."""
    is_call = item["type"] == "function_call"
    empty = {**item, "status": "in_progress", **({"arguments": ""} if is_call else {"content": []})}
    where: dict[str, object] = {"item_id": item["id"], "output_index": place}
    told = call_events(item) if is_call else text_events(texts)
    return [
        {"type": "response.output_item.added", "output_index": place, "item": empty},
        *({**data, **where} for data in told),
        {"type": "response.output_item.done", "output_index": place, "item": item},
    ]


def call_events(item: Json) -> list[dict[str, object]]:
    name, arguments = "response.function_call_arguments", item["arguments"]
    return [{"type": f"{name}.delta", "delta": arguments}, {"type": f"{name}.done", "arguments": arguments}]


def text_events(texts: Sequence[str]) -> list[dict[str, object]]:
    part = {"type": "output_text", "text": "", "annotations": [], "logprobs": []}
    whole: dict[str, object] = {**part, "text": "".join(texts)}
    deltas: list[dict[str, object]] = [
        {"type": "response.output_text.delta", "delta": text, "logprobs": []} for text in texts
    ]
    told: list[dict[str, object]] = [
        {"type": "response.content_part.added", "part": part},
        *deltas,
        {"type": "response.output_text.done", "text": whole["text"], "logprobs": []},
        {"type": "response.content_part.done", "part": whole},
    ]
    return [{**data, "content_index": 0} for data in told]
