"""Where one way to be served becomes cheaper than another for good: curves of cost over volume, and where they cross.

A curve gives the cost of a month at a volume, in picodollars, as the lowest, likely and highest. An offer's is a
line; that of machines has steps, so that two curves may cross more than once. What counts is the volume from which on
the one stays cheaper. Its interval goes from where the one at its best meets the other at its worst to where it is
the other way round.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

LEAST, MOST = 10**6, 10**13  # tokens a month that are looked at
A_DECADE = 40  # places of the grid


class Cost(NamedTuple):
    """Picodollars a month."""

    low: int
    likely: int
    high: int


@dataclass(frozen=True, slots=True)
class Curve:
    """`at` gives the cost of a volume in tokens a month, and never falls; `steps` are the volumes at which it jumps."""

    name: str
    at: Callable[[int], Cost]
    steps: tuple[int, ...] = ()


class Crossing(NamedTuple):
    """Tokens a month from which on the second curve stays cheaper; None where it does not up to MOST.

    1 is from the first token on. `low` is the least volume at which it may be so, `high` the one at which it surely is.
    """

    low: int | None
    likely: int | None
    high: int | None


def crossing(first: Curve, second: Curve, least: int = LEAST, most: int = MOST) -> Crossing:
    """From which volume on the second costs no more than the first."""
    jumps = {near for step in (*first.steps, *second.steps) for near in (step - 1, step) if least <= near <= most}
    grid = sorted({*volumes(least, most), *jumps})
    return Crossing(
        _from(lambda volume: second.at(volume).low <= first.at(volume).high, grid),
        _from(lambda volume: second.at(volume).likely <= first.at(volume).likely, grid),
        _from(lambda volume: second.at(volume).high <= first.at(volume).low, grid),
    )


def line(name: str, cost: int, low: int, high: int, tokens: int) -> Curve:
    """The curve of an offer, from the bill of so many tokens: in proportion, each end rounded down."""

    def at(volume: int) -> Cost:
        return Cost(low * volume // tokens, cost * volume // tokens, high * volume // tokens)

    return Curve(name, at)


def volumes(least: int = LEAST, most: int = MOST) -> tuple[int, ...]:
    """A grid from the one to the other, evenly spaced in their logarithm."""
    return tuple(_grid(least, most))


def _from(cheaper: Callable[[int], bool], grid: Sequence[int]) -> int | None:
    holds = [cheaper(volume) for volume in grid]
    if not holds[-1]:
        return None
    last = _last_false(holds)
    if last is None:
        return 1
    low, high = grid[last], grid[last + 1]
    while high - low > max(1, low // 10_000):
        middle = (low + high) // 2
        low, high = (low, middle) if cheaper(middle) else (middle, high)
    return high


def _last_false(holds: Sequence[bool]) -> int | None:
    return next((place for place in range(len(holds) - 1, -1, -1) if not holds[place]), None)


def _grid(least: int, most: int) -> Iterator[int]:
    volume, factor = float(least), 10 ** (1 / A_DECADE)
    while volume < most:
        yield round(volume)
        volume *= factor
    yield most
