"""Where names stand in a picture so that they cover nothing and belong to one mark: no drawing here, only rectangles.

For each name in turn the places around its mark are tried. None may touch a mark, another name or the edge; of those
that are left the cheapest is taken: near its mark and no other, off the lines, and without a leader across others. A
name that may stand at a distance has a leader; any other that finds no clean place stays away, because a name that
could belong to another mark is worse than none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import cos, dist, inf, pi, sin

Point = tuple[float, float]

BESIDE = (7.0, 9.0)  # points from a mark to its name
AWAY = (13, 17, 21, 27, 34, 42, 52, 64, 78, 94)  # for names with a leader
SIDES = tuple((cos(turn * pi / 12), sin(turn * pi / 12)) for turn in range(24))
MOVED = (0.5, 0.0, 1.0, 0.2, 0.8)  # shares of its width that a name above or below is moved to the left
PIECES = 16  # in which a leader is looked at
APART = 4.0  # points between two names
OWN = 6.0  # points around a mark in which a leader is not looked at
# Points of distance that it is worth to avoid: a crossed mark or name, a covered line, a piece of the leader along a
# line, a name that is nearer to another mark, one that stands above its mark or below.
CROSSED, COVERED, ALONG, OTHERS, UPRIGHT = 40.0, 9.0, 2.0, 20.0, 4.0
CLEAR = 8.0  # points by which a name should be nearer to its own mark than to any other


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in points."""

    left: float
    bottom: float
    right: float
    top: float

    def covers(self, other: Box) -> bool:
        """Whether they share more than an edge."""
        return (
            self.left < other.right and other.left < self.right and self.bottom < other.top and other.bottom < self.top
        )

    def nearest(self, point: Point) -> Point:
        """The point of it that is nearest to another."""
        return min(max(point[0], self.left), self.right), min(max(point[1], self.bottom), self.top)

    def wider(self, by: float, higher: float = 0.0) -> Box:
        return Box(self.left - by, self.bottom - higher, self.right + by, self.top + higher)


@dataclass(frozen=True, slots=True)
class Name:
    """A text of that size for the mark at that point. With `leads` it may stand at a distance, with a leader."""

    label: str
    point: Point
    width: float
    height: float
    leads: bool

    def reached(self) -> Box:
        """All that its places and leaders can cover."""
        far = (AWAY if self.leads else BESIDE)[-1] + 3
        return Box(*self.point, *self.point).wider(far + self.width, far + self.height)


@dataclass(frozen=True, slots=True)
class _Place:
    """A place for a name and its price in points, as long as nobody has looked at the leader."""

    box: Box
    cost: float
    clean: bool


def placed(names: Sequence[Name], marks: Sequence[Box], lines: Sequence[Box], edge: Box) -> Mapping[str, Box]:
    """A place for each name, those that come first choosing first; who has none is left out.

    `marks` are those of the names, one by one, and then of whoever has no name.
    """
    written: list[Box] = []
    found: dict[str, Box] = {}
    for at, name in enumerate(names):
        near = name.reached()
        others = [mark for place, mark in enumerate(marks) if place != at and mark.covers(near)]
        taken, under = [*others, *_within(near, written)], _within(near, lines)
        places = [_place(name, box, others, under) for box in _free(name, [marks[at], *taken], edge)]
        best = _cheapest(name, places, taken, under)
        if best is not None:
            found[name.label] = best
            written += [best.wider(APART, 1), *_leader(name.point, best)]
    return found


def _within(near: Box, boxes: Iterable[Box]) -> list[Box]:
    return [box for box in boxes if box.covers(near)]


def _free(name: Name, taken: Sequence[Box], edge: Box) -> Iterator[Box]:
    for box in _around(name):
        inside = edge.left <= box.left and box.right <= edge.right and edge.bottom <= box.bottom and box.top <= edge.top
        if inside and not any(box.covers(other) for other in taken):
            yield box


def _around(name: Name) -> Iterator[Box]:
    """A name at the side is turned to its mark with an end; one above or below may be moved along."""
    x, y = name.point
    for reach in (*BESIDE, *(AWAY if name.leads else ())):
        for side, rise in SIDES:
            bottom = y + rise * reach - name.height * (0.5 if abs(rise) < 0.3 else rise < 0)
            for share in MOVED if abs(rise) > 0.6 else (float(side < 0),):
                left = x + side * reach - name.width * share
                yield Box(left, bottom, left + name.width, bottom + name.height)


def _place(name: Name, box: Box, others: Sequence[Box], under: Sequence[Box]) -> _Place:
    reach = dist(name.point, box.nearest(name.point))
    centres = (((mark.left + mark.right) / 2, (mark.bottom + mark.top) / 2) for mark in others)
    other = min((dist(centre, box.nearest(centre)) for centre in centres), default=inf) - reach
    covered = sum(box.covers(line) for line in under)
    doubtful = max(CLEAR - other, 0) + OTHERS * (other < -1)
    above = UPRIGHT * (box.top <= name.point[1] or box.bottom >= name.point[1])
    return _Place(box, COVERED * covered + doubtful + above + reach, not covered and other >= 2)


def _cheapest(name: Name, places: Sequence[_Place], taken: Sequence[Box], under: Sequence[Box]) -> Box | None:
    """With the leader, which is looked at only where a place could still be the cheapest."""
    best, least = None, inf
    for place in sorted((each for each in places if each.clean or name.leads), key=lambda place: place.cost):
        if place.cost >= least:
            break
        leader = _leader(name.point, place.box)
        crossed = sum(any(piece.covers(other) for piece in leader) for other in taken)
        along = sum(any(piece.covers(line) for line in under) for piece in leader)
        cost = place.cost + CROSSED * crossed + ALONG * along
        if cost < least and (name.leads or not crossed):
            best, least = place.box, cost
    return best


def _leader(point: Point, box: Box) -> list[Box]:
    """Where the line from a mark to its name runs, in pieces, once it is away from the mark."""
    to = box.nearest(point)
    start = min(1.0, OWN / max(dist(point, to), OWN))
    steps = (start + (1 - start) * piece / PIECES for piece in range(PIECES + 1))
    run = ((point[0] + (to[0] - point[0]) * step, point[1] + (to[1] - point[1]) * step) for step in steps)
    return [Box(x - 2, y - 2, x + 2, y + 2) for x, y in run]
