"""One way to serve a task: whose model and machines, what a month costs, how good it is, and what stands against it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from math import inf
from typing import Literal

from halfopen.advisor.quality import Quality
from halfopen.advisor.ways.needs import Lack
from halfopen.catalog.provider import Hosting
from halfopen.costs.breakeven import Cost
from halfopen.ratings.scale import Interval

Kind = Literal["offer", "batch", "own", "cascade", "tuned"]
KINDS: Mapping[Kind, str] = {
    "offer": "bought, request by request",
    "batch": "bought, and what can wait sent as a batch",
    "own": "open weights on machines of one's own",
    "cascade": "a small model first, and a large one where it is not enough",
    "tuned": "a small open model, tuned to the task, on machines of one's own",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """`cost` is in picodollars of US dollars, a month on average over the horizon; None is unknown, never zero.

    `lacks` are all the clauses that it does not meet. `unproven` is what somebody would have to measure before it can
    be chosen. `parity` is with whom the task names, or with the best closed model, in per cent.
    """

    kind: Kind
    name: str
    model: str
    offer: str | None = None
    hosting: Hosting
    zone: str | None = None
    cost: Cost | None = None
    quality: Quality | None = None
    parity: Interval | None = None
    lacks: tuple[Lack, ...] = ()
    unproven: str = ""
    unpriced: str = ""
    retires: date | None = None

    @property
    def able(self) -> bool:
        """Whether it meets every clause, may be chosen as things are known, and has a price."""
        return not self.lacks and not self.unproven and self.cost is not None

    @property
    def estimated(self) -> bool:
        """Whether nobody has measured how good it is."""
        return self.quality is None or self.quality.basis == "estimated"

    @property
    def likely(self) -> int:
        """Picodollars a month, to put ways in order; what has no price comes last."""
        return self.cost.likely if self.cost is not None else 1 << 100


def climbing(ways: Iterable[Way], above: float = -inf) -> tuple[Way, ...]:
    """Of ways from the cheapest on, those that are measured better than all before them, and than `above`."""
    found, best = list[Way](), above
    for way in ways:
        if way.quality is not None and not way.estimated and way.quality.score > best:
            found.append(way)
            best = way.quality.score
    return tuple(found)


def cheapest(way: Way) -> tuple[int, float, str]:
    """The order of ways: by cost, of equals the better one, then by name."""
    return way.likely, -(way.quality.score if way.quality else 0.0), way.name
