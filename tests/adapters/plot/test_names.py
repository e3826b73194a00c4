"""Names cover nothing, stand near their marks, and stay away where it would not be clear whose they are."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from halfopen.adapters.plot.names import Box, Name, placed

EDGE = Box(0, 0, 400, 300)


def mark(x: float, y: float) -> Box:
    return Box(x - 4, y - 4, x + 4, y + 4)


def name(label: str, x: float, y: float, *, leads: bool = False) -> Name:
    return Name(label, (x, y), 40, 9, leads)


def put(*names: Name, lines: tuple[Box, ...] = ()) -> dict[str, Box]:
    return dict(placed(names, [mark(*each.point) for each in names], lines, EDGE))


def test_boxes_that_only_touch_do_not_cover_each_other() -> None:
    box = Box(0, 0, 10, 10)
    assert not box.covers(Box(10, 0, 20, 10))
    assert box.covers(Box(9, 9, 20, 20))


def test_a_name_alone_stands_beside_its_mark() -> None:
    box = put(name("m", 200, 150))["m"]
    x, y = box.nearest((200, 150))
    assert abs(x - 200) + abs(y - 150) < 12
    assert not box.covers(mark(200, 150))


def test_a_name_that_may_lead_goes_around_a_crowd_and_another_stays_away() -> None:
    crowd = [name(f"m{at}", 200 + 9 * (at % 5), 150 + 9 * (at // 5)) for at in range(25)]
    middle = crowd[12]
    others = [each for each in crowd if each is not middle]
    assert "m12" not in put(middle, *others)
    assert "m12" in put(name("m12", *middle.point, leads=True), *others)


def test_a_name_that_would_be_as_near_to_another_mark_stays_away_unless_it_leads() -> None:
    twins = [name("one", 200, 150), name("two", 200.5, 150.5)]
    assert put(*twins) == {}
    assert "one" in put(name("one", 200, 150, leads=True), twins[1])


def test_a_line_is_avoided_where_there_is_room() -> None:
    line = Box(205, 0, 208, 300)
    assert not put(name("m", 200, 150), lines=(line,))["m"].covers(line)


def test_beyond_the_edge_stands_no_name() -> None:
    narrow = Name("wide", (200, 150), 500, 9, True)
    assert put(narrow) == {}


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(st.integers(20, 380), st.integers(20, 280)), min_size=1, max_size=25, unique=True))
def test_no_name_covers_a_mark_or_another_name(points: list[tuple[int, int]]) -> None:
    names = [name(f"m{at}", x, y, leads=at % 2 == 0) for at, (x, y) in enumerate(points)]
    found = put(*names)
    assert not any(box.covers(mark(*each.point)) for box in found.values() for each in names)
    assert not any(one.covers(other) for one, other in combinations(found.values(), 2))
