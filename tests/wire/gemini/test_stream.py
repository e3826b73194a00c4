"""A gemini stream passes as it came, and is finished only when its body is, and had said why."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfopen.errors import BrokenProtocol, Resting, ServerError
from halfopen.testing import wires, wires_gemini
from halfopen.wire.gemini.stream import GeminiStream, broken

TEXTS = ["Hel", "lo ", '"finishReason" and "error" are only words here', " \u00e9\u4e2d"]
EVENTS = wires_gemini.gemini_events(TEXTS, model="m", usage=wires.Usage(input=7, output=5, cache_read=4))
COUNTED = {"input": 7, "output": 5, "cached_read": 4}
LATE = b'data: {"usageMetadata":{"promptTokenCount":20,"candidatesTokenCount":9}}\r\n\r\n'
steps = pytest.mark.parametrize("step", [1, 7, 10**6], ids=["byte by byte", "in sevens", "whole"])


def fed(reader: GeminiStream, data: bytes, step: int) -> bytes:
    return b"".join(reader.feed(data[at : at + step]) for at in range(0, len(data), step))


@steps
def test_it_passes_untouched_and_its_last_event_waits_for_the_end_of_the_body(step: int) -> None:
    reader = GeminiStream()
    out = fed(reader, b"".join(EVENTS), step)
    assert out == b"".join(EVENTS[:-1])
    assert not reader.seen.finished
    assert reader.end() == b""
    assert reader.seen.tail == EVENTS[-1]
    assert reader.seen.usage == COUNTED
    assert reader.seen.pieces >= len(TEXTS)


@steps
def test_what_comes_behind_the_reason_passes_and_counts(step: int) -> None:
    reader = GeminiStream()
    out = fed(reader, b"".join(EVENTS) + LATE, step)
    assert out == b"".join(EVENTS)
    assert reader.end() == b""
    assert reader.seen.tail == LATE
    assert reader.seen.usage == {"input": 16, "output": 9, "cached_read": 4}


@steps
def test_a_reason_on_every_event_ends_nothing(step: int) -> None:
    events = [b'data: {"candidates":[{"content":{},"finishReason":"STOP"}],"n":%d}\n\n' % number for number in range(3)]
    reader = GeminiStream()
    assert fed(reader, b"".join(events), step) + reader.end() + reader.seen.tail == b"".join(events)


@given(cuts=st.lists(st.integers(0, 2000), max_size=9))
def test_any_cut_gives_the_same_bytes(cuts: list[int]) -> None:
    data, reader = b"".join(EVENTS) + LATE, GeminiStream()
    edges = [0, *sorted(cut % len(data) for cut in cuts), len(data)]
    out = b"".join(reader.feed(data[a:b]) for a, b in pairwise(edges)) + reader.end()
    assert out + reader.seen.tail == data


def test_without_a_reason_it_was_cut_off() -> None:
    reader = GeminiStream()
    assert reader.feed(b"".join(EVENTS[:-1])) == b"".join(EVENTS[:-1])
    assert reader.end() == b""
    assert not reader.seen.finished


def test_the_last_event_may_lack_its_blank_line() -> None:
    reader = GeminiStream()
    reader.feed(b"".join(EVENTS).rstrip())
    reader.end()
    assert reader.seen.tail.rstrip() == EVENTS[-1].rstrip()


def test_half_an_event_at_the_end_is_no_part_of_it() -> None:
    reader = GeminiStream()
    assert reader.feed(b"".join(EVENTS) + b'data: {"candid') == b"".join(EVENTS[:-1])
    assert reader.end() == b""
    assert reader.seen.tail == EVENTS[-1]


def test_a_prompt_that_was_blocked_is_a_whole_stream() -> None:
    event = b'data: {"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":3}}\n\n'
    reader = GeminiStream()
    assert reader.feed(event) + reader.end() == b""
    assert (reader.seen.tail, reader.seen.usage) == (event, {"input": 3})


def test_an_error_event_is_a_fault_with_the_provider_s_words() -> None:
    reader = GeminiStream()
    assert reader.feed(b'data: {"error":{"code":500,"message":"overheated"}}\n\n' + EVENTS[-1]) == b""
    assert isinstance(reader.seen.fault, ServerError)
    assert "overheated" in reader.seen.fault.message
    assert reader.end() == b""
    assert not reader.seen.finished


def test_what_is_not_json_is_said_to_be_broken_and_is_junk_behind_the_reason() -> None:
    with pytest.raises(BrokenProtocol):
        GeminiStream().feed(b'data: {"candidates": \n\n')
    reader = GeminiStream()
    assert reader.feed(EVENTS[-1] + b"data: junk\n\ndata: [DONE]\n\n") + reader.end() == b""
    assert reader.seen.tail == EVENTS[-1]


def test_comments_pass() -> None:
    assert GeminiStream().feed(b": ping\n\n") == b": ping\n\n"


def test_the_event_that_tells_a_failure_is_no_end() -> None:
    reader = GeminiStream()
    event = broken(Resting("It rests."), "req_1")
    reader.feed(event)
    assert reader.end() == b""
    assert not reader.seen.finished
    assert reader.seen.fault is not None
    assert list(json.loads(event.removeprefix(b"data: "))) == [
        "error"
    ]  # first, which is all that Google's client looks at
