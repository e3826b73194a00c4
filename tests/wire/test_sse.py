"""Events cut out of bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfopen.errors import BrokenProtocol
from halfopen.wire import sse
from halfopen.wire.sse import Splitter, data_of

TWO = {
    "lf": b"data: one\n\ndata: two\n\n",
    "crlf": b"data: one\r\n\r\ndata: two\r\n\r\n",
    "cr": b"data: one\r\rdata: two\r\r",
    "mixed": b"data: one\n\r\ndata: two\r\n\n",
}


@pytest.mark.parametrize("text", TWO.values(), ids=TWO)
def test_events_are_the_same_whole_and_byte_by_byte(text: bytes) -> None:
    whole = Splitter().feed(text)
    assert [data_of(event) for event in whole] == [b"one", b"two"]
    splitter = Splitter()
    single = [event for i in range(len(text)) for event in splitter.feed(text[i : i + 1])]
    assert [data_of(event) for event in single if data_of(event)] == [b"one", b"two"]


@pytest.mark.parametrize("text", TWO.values(), ids=TWO)
def test_two_cuts_anywhere_change_no_event_and_lose_no_byte(text: bytes) -> None:
    whole = Splitter().feed(text)
    assert b"".join(whole) == text
    for first in range(len(text) + 1):
        for second in range(first, len(text) + 1):
            splitter = Splitter()
            cut = (text[:first], text[first:second], text[second:])
            assert [event for piece in cut for event in splitter.feed(piece)] == whole


def test_an_event_whose_last_line_feed_never_comes_is_given_that_one() -> None:
    splitter = Splitter()
    assert splitter.feed(b"data: [DONE]\r\n\r") == []
    assert splitter.last() == b"\n"
    assert splitter.feed(splitter.last()) == [b"data: [DONE]\r\n\r\n"]


pieces = st.lists(
    st.sampled_from([b"data: a", b"\n", b"\r\n", b"\r", b": c", b"event: e", b"data:b\n\n", b""]), max_size=40
)


@given(pieces, st.integers(1, 5))
def test_every_byte_comes_out_again_once_and_in_order(parts: list[bytes], step: int) -> None:
    text = b"".join(parts)
    splitter = Splitter()
    out = [event for i in range(0, len(text), step) for event in splitter.feed(text[i : i + step])]
    assert b"".join(out) + splitter.rest == text
    assert out == Splitter().feed(text)


@given(st.lists(st.text("abc \n", max_size=8), min_size=1, max_size=5), st.integers(1, 7))
def test_data_of_several_lines_is_joined(texts: list[str], step: int) -> None:
    lines = [text.replace("\n", " ") for text in texts]
    event = "".join(f"data: {line}\n" for line in lines).encode() + b"\n"
    splitter = Splitter()
    (found,) = [each for i in range(0, len(event), step) for each in splitter.feed(event[i : i + step])]
    assert data_of(found) == "\n".join(lines).encode().strip()


def test_what_is_not_finished_stays() -> None:
    splitter = Splitter()
    assert splitter.feed(b"data: one\n\ndata: tw") == [b"data: one\n\n"]
    assert splitter.rest == b"data: tw"


def test_a_comment_has_no_data() -> None:
    assert data_of(b": ping\n\n") == b""


def test_data_stands_behind_other_fields() -> None:
    assert data_of(b'event: message_start\nid: 7\ndata: {"a": 1}\n\n') == b'{"a": 1}'


def test_an_event_without_end_is_not_kept_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "LONGEST", 100)
    with pytest.raises(BrokenProtocol):
        Splitter().feed(b"x" * 101)
