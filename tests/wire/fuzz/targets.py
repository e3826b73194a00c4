"""Every reader of the wire, and what it may do with any bytes: read them, or raise the fault that it declares."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from zlib import crc32

from halfopen.conversation.answer import Answer
from halfopen.conversation.events import Event
from halfopen.conversation.fold import fold
from halfopen.conversation.parts import ToolCall
from halfopen.errors import BadBody, BrokenProtocol, Fault, UpstreamFault
from halfopen.wire import body as bodies
from halfopen.wire import faults
from halfopen.wire.called import Spoken
from halfopen.wire.chat import outlined as chat_outlined
from halfopen.wire.gemini import outlined as gemini_outlined
from halfopen.wire.messages import outlined as messages_outlined
from halfopen.wire.operations.table import OPERATIONS
from halfopen.wire.pen import as_object
from halfopen.wire.responses import outlined as responses_outlined
from halfopen.wire.sealed.stripped import stripped
from halfopen.wire.table import DIALECTS, StreamReader
from tests.wire.conversations import streams
from tests.wire.conversations.answered import ANSWERED
from tests.wire.conversations.asked import ASKED
from tests.wire.conversations.told import Case, told_in
from tests.wire.conversations.tongues import TONGUES, compact
from tests.wire.conversations.voices import VOICES
from tests.wire.fuzz.mutants import Mutants
from tests.wire.sealed.goes_on import GOES_ON

OUTLINED: Mapping[str, Any] = {
    "chat": chat_outlined,
    "messages": messages_outlined,
    "responses": responses_outlined,
    "gemini": gemini_outlined,
}
FORM = b"multipart/form-data; boundary=xYz"


@dataclass(frozen=True)
class Target:
    """`run` may raise `may`, and nothing else."""

    run: Callable[[bytes], object]
    may: type[Fault]
    mutants: Mutants


def asked(dialect: str, data: bytes) -> None:
    """Read, written in every dialect or refused there; and what was written can be read."""
    request = TONGUES[dialect].read(data)
    for there in TONGUES.values():
        try:
            written, _ = there.write(request)
        except BadBody:
            continue
        unrefused(there.read, written)


def answered(dialect: str, data: bytes) -> None:
    """Read, and written in every dialect, since it was paid for; but a call must have arguments."""
    answer = VOICES[dialect].read(data)
    for there in VOICES.values():
        try:
            written, _ = there.write(answer)
        except BrokenProtocol:
            assert has_half_a_call(answer)
            continue
        unrefused(there.read, written)


def has_half_a_call(answer: Answer) -> bool:
    return any(isinstance(part, ToolCall) and as_object(part.arguments) is None for part in answer.parts)


def unrefused(does: Callable[[Any], Any], given: object) -> Any:
    """What may not be refused here, though a fault of this kind is allowed elsewhere. Raises AssertionError."""
    try:
        return does(given)
    except Fault as fault:
        raise AssertionError(f"{does.__module__}.{does.__name__} refuses what we wrote ourselves: {fault}") from fault


def heard(dialect: str, data: bytes) -> None:
    """Any cut gives the same events, in legal order, and they can be told in every dialect."""
    events, fault = _events(dialect, [data])
    assert _events(dialect, cut(data)) == (events, fault)
    if fault is None:
        fold(events)
    for voice in VOICES.values():
        writer = voice.writer()
        try:
            for event in events:
                writer.write(event)
        except BrokenProtocol:
            assert has_half_a_call(fold(events))


def _events(dialect: str, pieces: Iterable[bytes]) -> tuple[list[Event], type[Fault] | None]:
    """The events, or none and the fault: which of them came before it depends on the cut."""
    reader, events = VOICES[dialect].reader(), list[Event]()
    try:
        for piece in pieces:
            events += reader.feed(piece)
        events += reader.end()
    except UpstreamFault as fault:
        return [], type(fault)
    return events, None


def cut(data: bytes) -> Iterator[bytes]:
    """Pieces of a length that the bytes themselves decide, and that grows, so that long ones do not take long."""
    step, at = 1 + crc32(data) % 61, 0
    while at < len(data):
        size = step + at // 64
        yield data[at : at + size]
        at += size


def passing(spoken: Spoken, content_type: bytes, data: bytes) -> None:
    """A request that passes through, or crosses to another dialect."""
    body = spoken.read(data, content_type)
    spoken.check(body)
    spoken.labels(body)
    spoken.without_labels(body)
    spoken.streams(body)
    spoken.usage_asked(body)
    spoken.limit(body)
    if "model" in body:  # without one there is nobody to send it to
        spoken.prepare(stripped(body, spoken.name)[0], "another", ())


def outlined(dialect: str, data: bytes) -> None:
    body = bodies.read(data)
    OUTLINED[dialect].outline(body)
    OUTLINED[dialect].needs(body)


def relayed(spoken: Spoken, data: bytes) -> None:
    """A stream that passes through: any cut gives the same bytes, and all of them were in it, in their order."""
    whole = _relayed(spoken.stream(True), [data])
    assert _relayed(spoken.stream(True), cut(data)) == whole
    _relayed(spoken.stream(False), [data])


def _relayed(reader: StreamReader, pieces: Iterable[bytes]) -> tuple[bytes, bytes, Mapping[str, int]] | type[Fault]:
    try:
        out = b"".join([*(reader.feed(piece) for piece in pieces), reader.end()])
    except UpstreamFault as fault:
        return type(fault)
    return out, reader.seen.tail, reader.seen.usage


def refused(data: bytes) -> None:
    """A provider's error, as it is read and as its clients would read it."""
    for status in (200, 302, 400, 401, 429, 500):
        faults.from_provider(status, data, None, "p")
    for dialect in DIALECTS.values():
        dialect.is_error(data)


def kept(dialect: str) -> Iterator[Any]:
    """What labs thought, as a client of this dialect keeps it."""
    for lab in DIALECTS:
        written, _ = VOICES[dialect].write(VOICES[lab].read(compact(ANSWERED[SIGNED][lab].body)))
        yield json.loads(written)


SIGNED = "thinking that is signed, and some that is sealed"


def told(cases: Mapping[str, Case], dialect: str) -> list[Any]:
    return [case[dialect].body for case in cases.values() if told_in(case, dialect)]


ERRORS = (
    b'{"error": {"message": "no", "type": "t", "code": 1}}',
    b'{"type": "error", "error": {"type": "t", "message": "no"}}',
    b"<html><!-- x --><script>a</script><b>Bad gateway &amp; so</b></html>",
    b'[{"error": {"code": 400, "message": "no", "status": "INVALID_ARGUMENT"}}]',
)
PART = b'--xYz\r\nContent-Disposition: form-data; name="model"\r\n\r\nwhisper-1\r\n'
FILE = b'--xYz\r\nContent-Disposition: form-data; name="file"; filename="a"\r\nContent-Type: audio/x\r\n\r\n\0\xff\r\n'
FORMS = (PART + FILE + b"--xYz--\r\n", b"preamble\r\n" + FILE + PART + PART.replace(b"model", b"stream") + b"--xYz--")
USED = {"prompt_tokens": 3, "total_tokens": 4, "completion_tokens": 1, "input_tokens": 3, "output_tokens": 1}
DETAILS = {"input_tokens_details": {"text_tokens": 1, "image_tokens": 2, "audio_tokens": 0}, "type": "tokens"}
CALLS = (
    {"model": "m", "input": "hello", "encoding_format": "float", "metadata": {"halfopen_lane": "x", "own": "y"}},
    {"model": "m", "prompt": ["a", "b"], "n": 2, "max_tokens": 3, "stream": True, "stream_options": {}},
    {"model": "m", "query": "q", "documents": ["a", {"text": "b"}], "top_n": 1, "stream_format": "sse"},
    {"model": "m", "contents": [{"parts": [{"text": "a"}]}], "content": {"parts": [{"text": "a"}]}},
    {"requests": [{"model": "models/m", "content": {"parts": [{"text": "a"}]}}], "labels": {"halfopen_lane": "x"}},
    {"model": "m", "messages": [{"role": "user", "content": "a"}], "max_tokens": 1},
)
RESULTS = (
    {"data": [{"embedding": [0.5], "index": 0}], "usage": USED | DETAILS, "model": "m", "object": "list"},
    {"results": [{"index": 0, "relevance_score": 0.5}], "meta": {"billed_units": {"search_units": 1}}, "usage": USED},
    {"text": "a", "usage": USED | DETAILS, "created": 1, "input_tokens": 3, "totalTokens": 3},
    {"embeddings": [{"values": [1]}], "usageMetadata": {"promptTokenCount": 3}, "choices": [{"text": "a"}]},
)
ENDS = ("image_generation.completed", "transcript.text.done", "speech.audio.done")
SPOKEN_EVENTS = tuple(
    streams.event({"type": "x.delta", "delta": "a"}) + streams.event({"type": end, "usage": USED | DETAILS})
    for end in ENDS
)


def _of_dialect(name: str) -> Iterator[tuple[str, Target]]:
    dialect = DIALECTS[name]
    requests, answers = ([compact(body) for body in told(cases, name)] for cases in (ASKED, ANSWERED))
    requests += [compact(GOES_ON[name](body)) for body in told(ANSWERED, name)]
    requests += [compact(GOES_ON[name](body)) for body in kept(name)]
    spoken = [getattr(streams, name)(body) for body in told(ANSWERED, name)]
    wanted, given, flowing = Mutants(requests), Mutants(answers), Mutants(spoken, streamed=True)
    yield f"asked {name}", Target(partial(asked, name), BadBody, wanted)
    yield f"answered {name}", Target(partial(answered, name), UpstreamFault, given)
    yield f"heard {name}", Target(partial(heard, name), UpstreamFault, flowing)
    yield f"passing {name}", Target(partial(passing, dialect, b"application/json"), BadBody, wanted)
    yield f"outlined {name}", Target(partial(outlined, name), BadBody, wanted)
    yield f"told {name}", Target(dialect.told, UpstreamFault, given)
    yield f"relayed {name}", Target(partial(relayed, dialect), UpstreamFault, flowing)


def _of_operation(name: str) -> Iterator[tuple[str, Target]]:
    row = OPERATIONS[name]
    seeds: Sequence[bytes] = FORMS if row.takes == "form" else [compact(body) for body in CALLS]
    kind = FORM if row.takes == "form" else b"application/json"
    yield f"passing {name}", Target(partial(passing, row, kind), BadBody, Mutants(seeds))
    yield f"told {name}", Target(row.told, UpstreamFault, Mutants([compact(body) for body in RESULTS]))
    if name in ("images", "transcription", "speech"):
        yield f"relayed {name}", Target(partial(relayed, row), UpstreamFault, Mutants(SPOKEN_EVENTS, streamed=True))


TARGETS: Mapping[str, Target] = {
    **{name: target for dialect in DIALECTS for name, target in _of_dialect(dialect)},
    **{name: target for row in OPERATIONS for name, target in _of_operation(row)},
    "errors": Target(refused, BadBody, Mutants(ERRORS)),
}
