"""Streams of both dialects: relayed as they came, whole or byte by byte, and finished only when they say so."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from halfopen.errors import BrokenProtocol, ServerError
from halfopen.testing import wires
from halfopen.wire.table import CHAT, MESSAGES, Dialect, StreamReader

USAGE = wires.Usage(input=11, output=7, cache_read=4)
TEXTS = ["Hel", "lo ", '"usage" and [DONE] and message_stop are only words here', " \u00e9\u4e2d"]
CHAT_EVENTS = wires.chat_events(TEXTS, model="m")
USAGE_EVENT = wires.event(wires.chat_chunk("m", choices=[], usage=wires.chat_usage(USAGE)))
DONE = b"data: [DONE]\n\n"
MESSAGES_EVENTS = wires.messages_events(TEXTS, model="m", usage=USAGE)
COUNTED = {"input": 11, "output": 7, "cached_read": 4}


def fed(reader: StreamReader, data: bytes, step: int) -> bytes:
    return b"".join(reader.feed(data[i : i + step]) for i in range(0, len(data), step))


steps = pytest.mark.parametrize("step", [1, 7, 10**6], ids=["byte by byte", "in sevens", "whole"])


@steps
def test_a_chat_stream_passes_untouched_but_for_the_usage_nobody_asked_for(step: int) -> None:
    reader = CHAT.stream(False)
    out = fed(reader, b"".join([*CHAT_EVENTS, USAGE_EVENT, DONE]), step)
    assert out == b"".join(CHAT_EVENTS)
    assert reader.seen.tail == DONE
    assert reader.seen.usage == COUNTED


@steps
def test_who_asked_for_the_usage_chunk_sees_it(step: int) -> None:
    reader = CHAT.stream(True)
    assert fed(reader, b"".join([*CHAT_EVENTS, USAGE_EVENT, DONE]), step) == b"".join([*CHAT_EVENTS, USAGE_EVENT])
    assert reader.seen.usage == COUNTED


def test_usage_beside_content_is_read_and_the_content_passes() -> None:
    reader = CHAT.stream(False)
    last = wires.event(wires.chat_chunk("m", choices=[{"index": 0, "delta": {}}], usage=wires.chat_usage(USAGE)))
    assert reader.feed(last) == last
    assert reader.seen.usage == COUNTED


def test_usage_that_is_null_on_every_chunk_hides_nothing() -> None:
    reader = CHAT.stream(False)
    event = wires.event(wires.chat_chunk("m", choices=[{"index": 0, "delta": {"content": "a"}}], usage=None))
    filtered = wires.event(wires.chat_chunk("m", choices=[], usage=None, prompt_filter_results=[]))
    assert reader.feed(event + filtered) == event + filtered


@steps
def test_a_messages_stream_passes_untouched(step: int) -> None:
    reader = MESSAGES.stream(True)
    assert fed(reader, b"".join(MESSAGES_EVENTS), step) == b"".join(MESSAGES_EVENTS[:-1])
    assert reader.seen.tail == MESSAGES_EVENTS[-1]
    assert reader.seen.usage == COUNTED


CASES = [(CHAT, [*CHAT_EVENTS, DONE]), (MESSAGES, MESSAGES_EVENTS)]
both = pytest.mark.parametrize(("dialect", "events"), CASES, ids=["chat", "messages"])


@both
def test_without_its_end_mark_a_stream_is_not_finished(dialect: Dialect, events: Sequence[bytes]) -> None:
    reader = dialect.stream(True)
    reader.feed(b"".join(events[:-1]))
    assert not reader.seen.finished
    assert reader.seen.pieces >= len(TEXTS)


@both
@steps
def test_junk_after_the_end_is_not_part_of_it(dialect: Dialect, events: Sequence[bytes], step: int) -> None:
    reader = dialect.stream(True)
    out = fed(reader, b"".join(events) + b"data: {broken\n\n<html>", step)
    assert out == b"".join(events[:-1])
    assert reader.seen.finished


@both
def test_comments_and_unknown_events_pass(dialect: Dialect, events: Sequence[bytes]) -> None:
    reader = dialect.stream(True)
    odd = b': ping\n\nevent: ping\ndata: {"type": "ping"}\n\nevent: new\ndata: {"type": "new", "x": [1]}\n\n'
    assert reader.feed(odd) == odd
    assert not reader.seen.finished


ERRORS = [
    (CHAT, b'data: {"error": {"message": "overheated", "code": 500}}\n\n'),
    (MESSAGES, b'event: error\ndata: {"type":"error","error":{"type":"api_error","message":"overheated"}}\n\n'),
]


@pytest.mark.parametrize(("dialect", "event"), ERRORS, ids=["chat", "messages"])
def test_an_error_event_is_a_fault_with_the_provider_s_words(dialect: Dialect, event: bytes) -> None:
    reader = dialect.stream(True)
    assert reader.feed(event) == b""
    assert isinstance(reader.seen.fault, ServerError)
    assert "overheated" in reader.seen.fault.message
    assert not reader.seen.finished


BROKEN = [(CHAT, b'data: {"usage": \n\n'), (MESSAGES, b'data: {"type": "message_start"\n\n')]


@pytest.mark.parametrize(("dialect", "event"), BROKEN, ids=["chat", "messages"])
def test_what_is_not_the_dialect_is_said_to_be_broken(dialect: Dialect, event: bytes) -> None:
    with pytest.raises(BrokenProtocol):
        dialect.stream(True).feed(event)


@both
def test_the_event_that_tells_a_failure_is_no_end_mark(dialect: Dialect, events: Sequence[bytes]) -> None:
    reader = dialect.stream(True)
    reader.feed(dialect.broken(ServerError("the provider went away"), "req_1"))
    assert not reader.seen.finished
    assert reader.seen.fault is not None
