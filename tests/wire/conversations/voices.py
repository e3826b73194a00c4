"""How each dialect reads and writes answers and streams, and how its official client puts a stream together."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import anthropic.types
import google.genai.types
import openai.types.chat
import openai.types.responses
from openai._types import omit
from openai.lib.streaming.responses._responses import ResponseStreamState
from pydantic import BaseModel, TypeAdapter

from halfopen.conversation.answer import Answer
from halfopen.conversation.events import Event
from halfopen.conversation.loss import Loss
from halfopen.wire.chat import answered as chat_answered
from halfopen.wire.chat import heard as chat_heard
from halfopen.wire.chat import told as chat_told
from halfopen.wire.gemini import answered as gemini_answered
from halfopen.wire.gemini import heard as gemini_heard
from halfopen.wire.gemini import told as gemini_told
from halfopen.wire.messages import answered as messages_answered
from halfopen.wire.messages import heard as messages_heard
from halfopen.wire.messages import told as messages_told
from halfopen.wire.responses import answered as responses_answered
from halfopen.wire.responses import heard as responses_heard
from halfopen.wire.responses import told as responses_told

Json = Any


class Hears(Protocol):
    def feed(self, data: bytes) -> list[Event]: ...

    def end(self) -> list[Event]: ...


class Tells(Protocol):
    @property
    def losses(self) -> tuple[Loss, ...]: ...

    def write(self, event: Event) -> bytes: ...


@dataclass(frozen=True, kw_only=True)
class Voice:
    read: Callable[[bytes], Answer]
    write: Callable[[Answer], tuple[bytes, tuple[Loss, ...]]]
    reader: Callable[[], Hears]
    writer: Callable[[], Tells]
    client: type[BaseModel]  # its type for a whole answer
    assembled: Callable[[bytes], Json]  # a stream, by its types for events
    gist: Callable[[Json], Json]  # the same of a whole answer


def _events(data: bytes) -> Iterator[tuple[str, str]]:
    for event in data.decode().split("\n\n")[:-1]:
        lines = dict(line.split(": ", 1) for line in event.split("\n"))
        yield lines.get("event", ""), lines["data"]


def _chat_assembled(data: bytes) -> Json:
    told = [said for _, said in _events(data)]
    assert told[-1] == "[DONE]"
    chunks = [openai.types.chat.ChatCompletionChunk.model_validate(json.loads(said)) for said in told[:-1]]
    assert chunks[-1].choices == []
    deltas = [choice.delta for chunk in chunks for choice in chunk.choices]
    calls: dict[int, list[str]] = {}
    for call in (call for delta in deltas for call in delta.tool_calls or ()):
        assert call.function
        have = calls.setdefault(call.index, ["", "", ""])
        for place, piece in enumerate((call.id, call.function.name, call.function.arguments)):
            have[place] += piece or ""
    reasons = [choice.finish_reason for chunk in chunks for choice in chunk.choices if choice.finish_reason]
    content = "".join(delta.content or "" for delta in deltas)
    return content, list(calls.values()), reasons, chunks[-1].usage and chunks[-1].usage.model_dump(exclude_unset=True)


def _chat_gist(body: Json) -> Json:
    choice = body["choices"][0]
    message = choice["message"]
    calls = [[call["id"], *call["function"].values()] for call in message.get("tool_calls") or ()]
    return message["content"] or "", calls, [choice["finish_reason"]], body["usage"]


_event_type: TypeAdapter[anthropic.types.RawMessageStreamEvent] = TypeAdapter(anthropic.types.RawMessageStreamEvent)


def _messages_assembled(data: bytes) -> Json:
    blocks, inputs, final = dict[int, Json](), dict[int, str](), dict[str, Any]()
    for name, said in _events(data):
        tree = json.loads(said)
        event = _event_type.validate_python(tree)
        assert event.type == name
        match event.type:
            case "content_block_start":
                assert event.index == len(blocks)
                blocks[event.index] = dict(tree["content_block"])
            case "content_block_delta":
                _grow(blocks[event.index], inputs, event.index, tree["delta"])
            case "message_delta":
                final = {**tree["delta"], "output_tokens": event.usage.output_tokens}
    for index, given in inputs.items():
        blocks[index]["input"] = json.loads(given)
    return list(blocks.values()), final


def _grow(block: Json, inputs: dict[int, str], index: int, delta: Json) -> None:
    match delta:
        case {"partial_json": piece}:
            inputs[index] = inputs.get(index, "") + piece
        case {"citation": cite}:
            block["citations"] = [*block.get("citations", ()), cite]
        case {"type": _, **fields}:
            for name, piece in fields.items():
                block[name] += piece


def _messages_gist(body: Json) -> Json:
    final = {"stop_reason": body["stop_reason"], "stop_sequence": body["stop_sequence"]}
    return body["content"], final | {"output_tokens": body["usage"]["output_tokens"]}


_stream_event: TypeAdapter[openai.types.responses.ResponseStreamEvent] = TypeAdapter(
    openai.types.responses.ResponseStreamEvent
)


def _responses_assembled(data: bytes) -> Json:
    """By the official client's own accumulator, which wants the events in their order."""
    state = ResponseStreamState[Any](input_tools=(), text_format=omit)
    last: Json = None
    for number, (name, said) in enumerate(_events(data)):
        last = json.loads(said)
        event = _stream_event.validate_python(last)
        assert (event.type, event.sequence_number) == (name, number)
        state.handle_event(event)
    done = [state._completed_output[place].model_dump(exclude_unset=True) for place in sorted(state._completed_output)]
    grown = [state._output_items[place].model_dump(exclude_unset=True) for place in sorted(state._output_items)]
    response = last["response"]
    assert response["output"] == done
    return done, _responses_end(response), [_words(item) for item in grown]


def _words(item: Json) -> Json:
    """What the accumulator puts together of deltas: texts and arguments, and nothing else."""
    texts = [part["text"] for part in item.get("content") or () if part["type"] == "output_text"]
    return item["type"], texts, item.get("arguments")


def _responses_end(body: Json) -> Json:
    return {name: body[name] for name in ("id", "model", "status", "incomplete_details", "usage")}


def _responses_gist(body: Json) -> Json:
    return body["output"], _responses_end(body), [_words(item) for item in body["output"]]


class _Generated(google.genai.types.GenerateContentResponse):
    """Google's type reads and writes JSON under its names on the wire only if it is asked to."""

    @classmethod
    def model_validate(cls, obj: Any, **how: Any) -> _Generated:
        return cls.model_validate_json(json.dumps(obj))

    def model_dump(self, **how: Any) -> dict[str, Any]:
        return super().model_dump(**(how | {"by_alias": True, "mode": "json"}))


def _gemini_assembled(data: bytes) -> Json:
    """Every event is an answer of the client's own type."""
    chunks = [json.loads(said) for _, said in _events(data)]
    return _gemini_gathered([_Generated.model_validate(chunk).model_dump(exclude_unset=True) for chunk in chunks])


def _gemini_gathered(chunks: Sequence[Json]) -> Json:
    """Texts and thoughts run on, calls stand by themselves, and of the rest the last word counts."""
    candidates = [candidate for chunk in chunks for candidate in chunk.get("candidates", ())]
    said = [part for candidate in candidates for part in candidate["content"]["parts"]]
    texts = [
        "".join(part["text"] for part in said if part.get("thought", False) is how and "text" in part)
        for how in (False, True)
    ]
    signatures = [part["thoughtSignature"] for part in said if "thoughtSignature" in part]
    others = [part for part in said if "text" not in part]
    end = {name: value for name, value in candidates[-1].items() if name != "content"}
    return texts, signatures, others, end, chunks[-1].get("usageMetadata")


def _gemini_gist(body: Json) -> Json:
    return _gemini_gathered([body])


VOICES: Mapping[str, Voice] = {
    "chat": Voice(
        read=chat_answered.read,
        write=chat_answered.write,
        reader=chat_heard.Reader,
        writer=chat_told.Writer,
        client=openai.types.chat.ChatCompletion,
        assembled=_chat_assembled,
        gist=_chat_gist,
    ),
    "messages": Voice(
        read=messages_answered.read,
        write=messages_answered.write,
        reader=messages_heard.Reader,
        writer=messages_told.Writer,
        client=anthropic.types.Message,
        assembled=_messages_assembled,
        gist=_messages_gist,
    ),
    "gemini": Voice(
        read=gemini_answered.read,
        write=gemini_answered.write,
        reader=gemini_heard.Reader,
        writer=gemini_told.Writer,
        client=_Generated,
        assembled=_gemini_assembled,
        gist=_gemini_gist,
    ),
    "responses": Voice(
        read=responses_answered.read,
        write=responses_answered.write,
        reader=responses_heard.Reader,
        writer=responses_told.Writer,
        client=openai.types.responses.Response,
        assembled=_responses_assembled,
        gist=_responses_gist,
    ),
}

# What the official clients take in the lists of a request: each thing's type, and the field it stands in.
SPEECH: Mapping[str, Sequence[tuple[TypeAdapter[Any], str]]] = {
    "chat": (
        (TypeAdapter(openai.types.chat.ChatCompletionMessageParam), "messages"),
        (TypeAdapter(openai.types.chat.ChatCompletionFunctionToolParam), "tools"),
    ),
    "messages": (
        (TypeAdapter(anthropic.types.MessageParam), "messages"),
        (TypeAdapter(anthropic.types.ToolUnionParam), "tools"),
    ),
    "gemini": (
        (TypeAdapter(google.genai.types.Content), "contents"),
        (TypeAdapter(google.genai.types.Tool), "tools"),
    ),
    "responses": (
        (TypeAdapter(openai.types.responses.ResponseInputItemParam), "input"),
        (TypeAdapter(openai.types.responses.ToolParam), "tools"),
    ),
}


def drained(value: Json) -> Json:
    """The official types check lists only while somebody reads them."""
    if isinstance(value, dict):
        return {name: drained(each) for name, each in value.items()}
    if value is None or isinstance(value, str | bytes | bool | int | float):
        return value
    return [drained(each) for each in value]
