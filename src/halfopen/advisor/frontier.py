"""Which models are efficient: none that costs no more is better, as far as the intervals let one say so.

    on     no model that costs no more has a higher rating
    near   one has, but not surely: the interval of the difference holds zero, so this one may be on the frontier too
    off    a model that costs no more is surely better

Whoever has no rating or no price is in none of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from math import hypot
from typing import Literal

from halfopen.advisor.quality import Quality

Place = Literal["on", "near", "off"]
Point = tuple[str, Decimal, Quality]


def frontier(points: Iterable[Point]) -> Mapping[str, Place]:
    """Each point's place, by name."""
    known = list(points)
    return {name: _place(price, quality, known) for name, price, quality in known}


def _place(price: Decimal, quality: Quality, known: Iterable[Point]) -> Place:
    rivals = [other for _, cost, other in known if cost <= price and _beats(other, cost, quality, price)]
    if any(surely_better(other, quality) for other in rivals):
        return "off"
    return "near" if rivals else "on"


def _beats(other: Quality, cost: Decimal, quality: Quality, price: Decimal) -> bool:
    """Better for no more, or as good for less."""
    return other.score > quality.score or (other.score == quality.score and cost < price)


def surely_better(one: Quality, other: Quality) -> bool:
    """Whether the 95 % interval of the difference, the two taken as independent, lies above zero."""
    return one.score - other.score > hypot(one.half, other.half)
