"""Streams of operations: passed on as they come, their last event read for what was used and kept to the end."""

from __future__ import annotations

import pytest

from halfopen.errors import BrokenProtocol
from halfopen.wire.operations.row import Operation
from halfopen.wire.operations.table import COMPLETIONS, IMAGES, SPEECH, TRANSCRIPTION

USAGE = b'"usage":{"input_tokens":14,"output_tokens":5,"total_tokens":19}'


def sse(*data: bytes) -> bytes:
    return b"".join(b"data: " + each + b"\n\n" for each in data)


HEARD = sse(b'{"type":"transcript.text.delta","delta":"Hel"}', b'{"type":"transcript.text.delta","delta":"lo"}')
HEARD_END = sse(b'{"type":"transcript.text.done","text":"Hello",' + USAGE + b"}")
SPOKEN = b": hi\n\n" + sse(b'{"type":"speech.audio.delta","audio":"AAAA"}')
SPOKEN_END = b'event: speech.audio.done\ndata: {"type":"speech.audio.done",' + USAGE + b"}\n\n"
HALF = sse(b'{"type":"image_generation.partial_image","b64_json":"AA"}')
PICTURE = sse(b'{"type":"image_generation.completed","b64_json":"AA",' + USAGE + b"}")
WORDS = sse(b'{"choices":[{"text":"a","finish_reason":null}]}', b'{"choices":[{"text":"b","finish_reason":"stop"}]}')
DONE = sse(b"[DONE]")

# row, what passes, what is held to the end, what was used, events with content
STREAMS: dict[str, tuple[Operation, bytes, bytes, dict[str, int], int]] = {
    "a transcription": (TRANSCRIPTION, HEARD, HEARD_END, {"input": 14, "output": 5}, 2),
    "a transcription with an end mark": (TRANSCRIPTION, HEARD, HEARD_END + DONE, {"input": 14, "output": 5}, 2),
    "an end mark alone": (TRANSCRIPTION, HEARD, DONE, {}, 2),
    "speech": (SPEECH, SPOKEN, SPOKEN_END, {"input": 14, "output": 0, "output_audio": 5}, 1),
    "a picture": (IMAGES, HALF, PICTURE, {"input": 14, "output": 0, "output_image": 5}, 1),
    "two pictures": (IMAGES, HALF + PICTURE, PICTURE, {"input": 28, "output": 0, "output_image": 10}, 1),
    "words": (COMPLETIONS, WORDS, DONE, {}, 2),
    "words, and what they cost": (
        COMPLETIONS,
        WORDS + sse(b'{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}}'),
        DONE,
        {"input": 3, "output": 2},
        2,
    ),
}


@pytest.mark.parametrize("step", [1, 7, 10_000])
@pytest.mark.parametrize(("row", "passed", "tail", "usage", "pieces"), STREAMS.values(), ids=STREAMS)
def test_a_stream_passes_untouched_and_its_usage_is_read(
    row: Operation, passed: bytes, tail: bytes, usage: dict[str, int], pieces: int, step: int
) -> None:
    reader, data = row.stream(True), passed + tail
    out = b"".join(reader.feed(data[at : at + step]) for at in range(0, len(data), step)) + reader.end()
    assert (out, reader.seen.tail) == (passed, tail)
    assert (reader.seen.usage, reader.seen.pieces) == (usage, pieces)
    assert reader.feed(b"data: {}\n\n") == b""


@pytest.mark.parametrize("row", [TRANSCRIPTION, SPEECH, IMAGES])
def test_a_stream_without_its_last_event_was_cut_off(row: Operation) -> None:
    reader = row.stream(True)
    assert reader.feed(HALF + b'data: {"type":"spe') == HALF
    assert reader.end() == b""
    assert not reader.seen.finished


def test_an_error_in_a_stream_is_a_fault() -> None:
    for said in (b'{"type":"error","error":{"message":"busy"}}', b'{"error":{"message":"busy"}}'):
        reader = TRANSCRIPTION.stream(True)
        assert reader.feed(HEARD + sse(said) + HEARD_END) == HEARD
        assert reader.end() == b""
        assert reader.seen.fault is not None
        assert "busy" in reader.seen.fault.message
    reader = TRANSCRIPTION.stream(True)
    calm = sse(b'{"type":"transcript.text.delta","error":null}')
    assert reader.feed(calm) == calm
    with pytest.raises(BrokenProtocol):
        reader.feed(sse(b'{"type":"transcript.text.done"'))


def test_a_stream_that_costs_by_the_minute_has_no_usage() -> None:
    reader = TRANSCRIPTION.stream(True)
    reader.feed(sse(b'{"type":"transcript.text.done","usage":{"type":"duration","seconds":3}}'))
    reader.end()
    assert reader.seen.finished
    assert reader.seen.usage == {}
