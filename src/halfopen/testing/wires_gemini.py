"""Real wire of gemini for a script to say: whole and streamed answers. It has no end mark, only a reason to stop."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from halfopen.testing.steps import Step
from halfopen.testing.wires import USUAL, Headers, Json, ToolCall, Usage, event, in_json, stream


def gemini_usage(usage: Usage) -> dict[str, object]:
    """In `gemini`, cached tokens are a part of the prompt's."""
    prompt = usage.input + usage.cache_read + usage.cache_write
    told: dict[str, object] = {"promptTokenCount": prompt, "candidatesTokenCount": usage.output}
    if usage.cache_read:
        told["cachedContentTokenCount"] = usage.cache_read
    return told | {"totalTokenCount": prompt + usage.output}


def gemini_answer(
    text: str | None,
    *,
    model: str = "scripted-1",
    usage: Usage | None = USUAL,
    tool_calls: Sequence[ToolCall] = (),
    finish_reason: str = "STOP",
    status: int = 200,
    headers: Headers = (),
    chunked: bool = False,
) -> list[Step]:
    """A whole answer. Without `usage` it tells none."""
    parts: list[Json] = [] if text is None else [{"text": text}]
    body = gemini_chunk(model, [*parts, *map(gemini_tool_call, tool_calls)], finish_reason)
    if usage is not None:
        body["usageMetadata"] = gemini_usage(usage)
    return in_json(status, body, headers, chunked=chunked)


def gemini_tool_call(call: ToolCall) -> dict[str, object]:
    """Without an `id` if it is empty, as most of Google's models call."""
    named = {"id": call.id} if call.id else {}
    return {"functionCall": {**named, "name": call.name, "args": msgspec.Raw(call.arguments.encode())}}


def gemini_stream(
    pieces: Iterable[str],
    *,
    model: str = "scripted-1",
    usage: Usage | None = USUAL,
    tool_calls: Sequence[ToolCall] = (),
    finish_reason: str = "STOP",
    done: bool = True,
    headers: Headers = (),
    chunked: bool = True,
) -> list[Step]:
    """A stream of answers; without `done` it never says why it stopped."""
    events = gemini_events(pieces, model=model, usage=usage, tool_calls=tool_calls, finish_reason=finish_reason)
    return stream(events if done else events[:-1], headers, chunked=chunked)


def gemini_events(
    pieces: Iterable[str],
    *,
    model: str,
    usage: Usage | None = USUAL,
    tool_calls: Sequence[ToolCall] = (),
    finish_reason: str = "STOP",
) -> list[bytes]:
    """Every event of a stream: calls come whole, and usage grows until the last of them, which has the reason."""
    parts: list[Json] = [*({"text": piece} for piece in pieces), *map(gemini_tool_call, tool_calls)]
    chunks = [gemini_chunk(model, [part]) for part in parts]
    chunks.append(gemini_chunk(model, [{"text": ""}], finish_reason))
    if usage is not None:
        whole = gemini_usage(usage)
        for chunk in chunks[:-1]:
            chunk["usageMetadata"] = {"promptTokenCount": whole["promptTokenCount"]}
        chunks[-1]["usageMetadata"] = whole
    return [event(chunk) for chunk in chunks]


def gemini_chunk(model: str, parts: Sequence[Json], finish_reason: str | None = None) -> dict[str, object]:
    candidate: dict[str, object] = {"content": {"parts": parts, "role": "model"}}
    if finish_reason is not None:
        candidate["finishReason"] = finish_reason
    return {"candidates": [candidate | {"index": 0}], "modelVersion": model, "responseId": "scripted"}
