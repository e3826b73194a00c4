"""Real wire for a script to say: whole and streamed answers of both dialects, errors, lengths and chunks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

import msgspec

from halfopen.testing.steps import Send, Step
from halfopen.testing.visit import Received

Headers = Sequence[tuple[bytes, bytes]]
Json = Mapping[str, object]

LAST_CHUNK = Send(b"0\r\n\r\n")
DONE = b"data: [DONE]\n\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens, as both dialects count them; `input` without those that were read from or written to a cache."""

    input: int = 10
    output: int = 5
    cache_read: int = 0
    cache_write: int = 0  # only `messages` tells


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """A call of a tool; `arguments` is JSON text."""

    id: str
    name: str
    arguments: str = "{}"


USUAL = Usage()


# -- HTTP


def head(status: int, headers: Headers = (), *, length: int | None = None) -> bytes:
    """A status line and headers: with a length, or announcing chunks."""
    phrase = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "Unusual"
    framing = b"transfer-encoding: chunked" if length is None else b"content-length: %d" % length
    fields = b"".join(b"%b: %b\r\n" % field for field in headers)
    return b"HTTP/1.1 %d %b\r\n%b%b\r\n\r\n" % (status, phrase.encode(), fields, framing)


def chunk(data: bytes) -> bytes:
    """RFC 9112, 7.1."""
    return b"%x\r\n%b\r\n" % (len(data), data)


def whole(status: int, body: bytes, headers: Headers = (), *, chunked: bool = False) -> list[Step]:
    """An answer said in one breath."""
    if chunked:
        return [Send(head(status, headers) + chunk(body) + LAST_CHUNK.data)]
    return [Send(head(status, headers, length=len(body)) + body)]


def stream(events: Iterable[bytes], headers: Headers = (), *, chunked: bool = True, status: int = 200) -> list[Step]:
    """An answer said event by event: a step for the head, one for each event, and one for the end of the chunks."""
    fields = ((b"content-type", b"text/event-stream"), *headers)
    said = list(events)
    if not chunked:
        length = sum(map(len, said))
        return [Send(head(status, fields, length=length)), *(Send(event) for event in said)]
    return [Send(head(status, fields)), *(Send(chunk(event)) for event in said), LAST_CHUNK]


def error(status: int, body: Json | bytes, headers: Headers = (), *, chunked: bool = False) -> list[Step]:
    """A refusal, its body as the provider would write it."""
    if isinstance(body, bytes):
        return whole(status, body, headers, chunked=chunked)
    return in_json(status, body, headers, chunked=chunked)


def in_json(status: int, body: Json, headers: Headers = (), *, chunked: bool = False) -> list[Step]:
    fields = ((b"content-type", b"application/json"), *headers)
    return whole(status, msgspec.json.encode(body), fields, chunked=chunked)


def event(data: Json, name: str | None = None) -> bytes:
    """One server-sent event."""
    line = b"" if name is None else b"event: %b\n" % name.encode()
    return b"%bdata: %b\n\n" % (line, msgspec.json.encode(data))


# -- chat


def wants_usage(received: Received) -> bool:
    """Whether a chat request asked for a last chunk with usage."""
    options = received.json().get("stream_options")
    return isinstance(options, dict) and options.get("include_usage") is True


def chat_usage(usage: Usage) -> dict[str, object]:
    """In `chat`, cached tokens are a part of the prompt's."""
    prompt = usage.input + usage.cache_read + usage.cache_write
    return {
        "prompt_tokens": prompt,
        "completion_tokens": usage.output,
        "total_tokens": prompt + usage.output,
        "prompt_tokens_details": {"cached_tokens": usage.cache_read},
    }


def chat_answer(
    text: str | None,
    *,
    model: str = "scripted-1",
    usage: Usage | None = USUAL,
    tool_calls: Sequence[ToolCall] = (),
    finish_reason: str | None = None,
    status: int = 200,
    headers: Headers = (),
    chunked: bool = False,
) -> list[Step]:
    """A whole chat completion. Without `usage` it tells none."""
    message: dict[str, object] = {"role": "assistant", "content": text}
    if tool_calls:
        message["tool_calls"] = [chat_tool_call(call) for call in tool_calls]
    reason = finish_reason or ("tool_calls" if tool_calls else "stop")
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": reason}
    body: dict[str, object] = {
        "id": "chatcmpl-scripted",
        "object": "chat.completion",
        "created": 1_800_000_000,
        "model": model,
        "choices": [choice],
    }
    if usage is not None:
        body["usage"] = chat_usage(usage)
    return in_json(status, body, headers, chunked=chunked)


def chat_tool_call(call: ToolCall) -> dict[str, object]:
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}


def chat_stream(
    pieces: Iterable[str],
    *,
    model: str = "scripted-1",
    usage: Usage = USUAL,
    tool_calls: Sequence[ToolCall] = (),
    finish_reason: str | None = None,
    include_usage: bool = False,
    done: bool = True,
    headers: Headers = (),
    chunked: bool = True,
) -> list[Step]:
    """A chat stream; `include_usage` is what `wants_usage` found in the request."""
    events = chat_events(pieces, model=model, tool_calls=tool_calls, finish_reason=finish_reason)
    if include_usage:
        events.append(event(chat_chunk(model, choices=[], usage=chat_usage(usage))))
    return stream([*events, DONE] if done else events, headers, chunked=chunked)


def chat_events(
    pieces: Iterable[str], *, model: str, tool_calls: Sequence[ToolCall] = (), finish_reason: str | None = None
) -> list[bytes]:
    """The events of a chat stream up to its finish reason."""
    deltas: list[Json] = [{"role": "assistant", "content": ""}, *({"content": piece} for piece in pieces)]
    for index, call in enumerate(tool_calls):
        started = chat_tool_call(ToolCall(id=call.id, name=call.name, arguments=""))
        deltas.append({"tool_calls": [{"index": index, **started}]})
        deltas.append({"tool_calls": [{"index": index, "function": {"arguments": call.arguments}}]})
    reason = finish_reason or ("tool_calls" if tool_calls else "stop")
    said = [(delta, None) for delta in deltas]
    choices = [{"index": 0, "delta": delta, "finish_reason": stop} for delta, stop in [*said, ({}, reason)]]
    return [event(chat_chunk(model, choices=[choice])) for choice in choices]


def chat_chunk(model: str, **fields: object) -> dict[str, object]:
    top = {"id": "chatcmpl-scripted", "object": "chat.completion.chunk", "created": 1_800_000_000, "model": model}
    return {**top, **fields}


# -- messages


def messages_usage(usage: Usage) -> dict[str, object]:
    return {
        "input_tokens": usage.input,
        "output_tokens": usage.output,
        "cache_read_input_tokens": usage.cache_read,
        "cache_creation_input_tokens": usage.cache_write,
    }


def messages_answer(
    text: str | None,
    *,
    model: str = "scripted-1",
    usage: Usage = USUAL,
    tool_calls: Sequence[ToolCall] = (),
    stop_reason: str | None = None,
    status: int = 200,
    headers: Headers = (),
    chunked: bool = False,
) -> list[Step]:
    """A whole message."""
    content: list[Json] = [] if text is None else [{"type": "text", "text": text}]
    for call in tool_calls:
        arguments = msgspec.json.decode(call.arguments)
        content.append({"type": "tool_use", "id": call.id, "name": call.name, "input": arguments})
    reason = stop_reason or ("tool_use" if tool_calls else "end_turn")
    body = message(model, usage=messages_usage(usage), content=content, stop_reason=reason)
    return in_json(status, body, headers, chunked=chunked)


def message(model: str, **fields: object) -> dict[str, object]:
    top = {"id": "msg_scripted", "type": "message", "role": "assistant", "model": model, "stop_sequence": None}
    return {**top, **fields}


def messages_stream(
    pieces: Iterable[str],
    *,
    model: str = "scripted-1",
    usage: Usage = USUAL,
    tool_calls: Sequence[ToolCall] = (),
    stop_reason: str | None = None,
    done: bool = True,
    headers: Headers = (),
    chunked: bool = True,
) -> list[Step]:
    """A stream of messages; without `done` it lacks its `message_stop`."""
    events = messages_events(pieces, model=model, usage=usage, tool_calls=tool_calls, stop_reason=stop_reason)
    return stream(events if done else events[:-1], headers, chunked=chunked)


def messages_events(
    pieces: Iterable[str],
    *,
    model: str,
    usage: Usage = USUAL,
    tool_calls: Sequence[ToolCall] = (),
    stop_reason: str | None = None,
) -> list[bytes]:
    """Every event of a stream of messages: input is told at its start, output at its end."""
    at_start = {**messages_usage(usage), "output_tokens": 1}
    events: list[dict[str, object]] = [
        {"type": "message_start", "message": message(model, usage=at_start, content=[], stop_reason=None)}
    ]
    texts: list[Json] = [{"type": "text_delta", "text": piece} for piece in pieces]
    if texts:
        events += block(0, {"type": "text", "text": ""}, texts)
    for index, call in enumerate(tool_calls, start=bool(texts)):
        opening = {"type": "tool_use", "id": call.id, "name": call.name, "input": {}}
        events += block(index, opening, [{"type": "input_json_delta", "partial_json": call.arguments}])
    reason = stop_reason or ("tool_use" if tool_calls else "end_turn")
    ending = {"stop_reason": reason, "stop_sequence": None}
    events.append({"type": "message_delta", "delta": ending, "usage": {"output_tokens": usage.output}})
    events.append({"type": "message_stop"})
    return [event(data, str(data["type"])) for data in events]


def block(index: int, opening: Json, deltas: Iterable[Json]) -> list[dict[str, object]]:
    """A content block from its start to its stop."""
    return [
        {"type": "content_block_start", "index": index, "content_block": opening},
        *({"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas),
        {"type": "content_block_stop", "index": index},
    ]
