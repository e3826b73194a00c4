"""The order of a stream's events: what is legal, and that nothing else is."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfopen.conversation.events import (
    LEGAL,
    Cited,
    Closed,
    Event,
    Failed,
    Grew,
    Opened,
    Place,
    Signed,
    Start,
    Stopped,
    Used,
    after,
)
from halfopen.conversation.parts import Citation, Text
from halfopen.errors import BrokenProtocol

START, OPENED, CLOSED = Start(id="a", model="m"), Opened(Text(text="")), Closed()
STOPPED, USED, FAILED = Stopped("end"), Used({}), Failed("overloaded", "too much")
ALL: Sequence[Event] = (START, OPENED, Grew("x"), Signed("s"), Cited(Citation()), CLOSED, STOPPED, USED, FAILED)


def walked(events: Sequence[Event]) -> Place:
    place = Place.BEFORE
    for event in events:
        place = after(place, event)
    return place


@pytest.mark.parametrize(
    "events",
    [
        [START, STOPPED, USED],
        [START, OPENED, CLOSED, STOPPED, USED],
        [START, OPENED, Grew("a"), Signed("s"), Grew("b"), CLOSED, OPENED, CLOSED, STOPPED, USED],
    ],
)
def test_a_stream_that_keeps_the_order_is_whole(events: Sequence[Event]) -> None:
    assert walked(events) is Place.WHOLE


@pytest.mark.parametrize("events", [[], [START], [START, OPENED], [START, OPENED, CLOSED, STOPPED]])
def test_a_stream_may_fail_wherever_it_is_not_over(events: Sequence[Event]) -> None:
    assert walked([*events, FAILED]) is Place.BROKEN


@pytest.mark.parametrize(
    "events",
    [
        [START, START],
        [OPENED],
        [START, Grew("a")],
        [START, OPENED, OPENED],
        [START, OPENED, STOPPED],
        [START, CLOSED],
        [START, USED],
        [START, STOPPED, STOPPED],
        [START, STOPPED, OPENED],
        [START, STOPPED, USED, USED],
        [START, STOPPED, USED, FAILED],
        [FAILED, START],
    ],
)
def test_what_is_out_of_order_is_refused(events: Sequence[Event]) -> None:
    with pytest.raises(BrokenProtocol, match="cannot go on with"):
        walked(events)


@given(st.lists(st.sampled_from(ALL), max_size=12))
def test_whatever_is_not_refused_has_one_start_and_at_most_one_end(events: list[Event]) -> None:
    kept, place = list[Event](), Place.BEFORE
    for event in events:
        if (place, type(event)) in LEGAL:
            place = after(place, event)
            kept.append(event)
    kinds = [type(event) for event in kept]
    assert kinds.count(Start) <= 1
    assert kinds.count(Stopped) <= 1
    assert not kept or kinds[0] in (Start, Failed)
    assert Used not in kinds[:-1]
    assert Failed not in kinds[:-1]
    assert 0 <= kinds.count(Opened) - kinds.count(Closed) <= 1
