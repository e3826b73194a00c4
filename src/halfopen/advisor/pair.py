"""Two models held against each other: who wins how often, at which price, and what only one can or may do."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import hypot, inf, log

from halfopen.advisor.able import Difference, differences
from halfopen.advisor.quality import Basis, Quality
from halfopen.advisor.table import Row
from halfopen.ratings.scale import ELO, Interval, expected

RATIO = Decimal("0.001")
APART = (
    "wider than it need be: a board gives each model an interval by itself, and does not say what the two have in "
    "common"
)


@dataclass(frozen=True, slots=True)
class Pair:
    """`ahead` is in Elo, `wins` from 0 to 1 (a draw counts half), `parity` in per cent (100 is even), all of `one`.

    They are None if one of the two is unrated, and `ratio` (of one's price to the other's) if one is unpriced.
    """

    one: Row
    other: Row
    ahead: Interval | None
    wins: Interval | None
    parity: Interval | None
    basis: Basis | None
    ratio: Decimal | None
    can: Difference


def pair(one: Row, other: Row) -> Pair:
    """What the first is beside the second."""
    ahead = difference(one.quality, other.quality) if one.quality and other.quality else None
    bases = {row.quality.basis for row in (one, other) if row.quality}
    return Pair(
        one,
        other,
        ahead,
        ahead and _through(ahead, 1),
        parity_of(ahead) if ahead else None,
        None if ahead is None else "estimated" if "estimated" in bases else "measured",
        (one.dollars / other.dollars).quantize(RATIO) if one.dollars is not None and other.dollars else None,
        differences(one, other),
    )


def difference(one: Quality, other: Quality) -> Interval:
    """How far one is ahead of the other, in Elo, with the interval of two independent ratings."""
    gap, reach = one.score - other.score, hypot(one.half, other.half)
    return Interval(gap, gap - reach, gap + reach, APART)


def parity_of(ahead: Interval) -> Interval:
    """Twice the probability to win, in per cent: 100 is even, 92.8 is 25 Elo behind."""
    return _through(ahead, 200)


def ahead_of(parity: float) -> float:
    """The difference in Elo that is a parity in per cent: 100 is 0, 80 is 70 behind."""
    if not 0 < parity < 200:
        return inf if parity > 0 else -inf
    return -ELO * log(200 / parity - 1)


def _through(ahead: Interval, times: int) -> Interval:
    low, high = times * expected(ahead.low), times * expected(ahead.high)
    return Interval(times * expected(ahead.value), low, high, ahead.says)
