"""A price beside what others take for the same model: how a unit that was misread, a factor of 1000, is found.

It needs no other table, only the model's other offers; where there are none, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import partial
from statistics import median

from halfopen.catalog.exchange import dollars
from halfopen.catalog.offer import Offer
from halfopen.catalog.price import KINDS, PriceLine, Rates, in_force, rated
from halfopen.catalog.snapshot import Catalog

FAR = 20  # times above or below what the others take
CACHED = 200  # hosts differ in what they take for a cached token: from all of a new one's price to a 200th of it


def implausible(whole: Catalog, day: date) -> Iterator[tuple[Offer, str]]:
    """Every price, of any day, that is more than FAR times from the median of the model's other offers at that time.

    `day` is that of the rates of exchange. A price in a currency without one is passed over, and so is a free one.
    """
    by_model: dict[str, list[Offer]] = {}
    for offer in whole.offers.values():
        if offer.prices:
            by_model.setdefault(offer.model, []).append(offer)
    for offer in whole.offers.values():
        others = [other for other in by_model.get(offer.model, ()) if other.id != offer.id]
        for place, line in enumerate(offer.prices):
            beside = [in_force(other.prices, line.since) or other.prices[0] for other in others]
            for field, rate, usual in _far(line, beside, whole, day):
                many = "the one other offer" if len(beside) == 1 else f"the median of {len(beside)} other offers"
                says = (
                    f"prices[{place}].{field}: {rate:f} is more than {FAR} times from ${usual:f}, {many} of its model"
                )
                yield offer, says


def _far(
    line: PriceLine, beside: Iterable[PriceLine], whole: Catalog, day: date
) -> Iterator[tuple[str, Decimal, Decimal]]:
    worth = partial(_worth, whole=whole, day=day)
    for kind in KINDS:
        known = [usd for other in beside if (usd := worth(getattr(other, kind), other.currency))]
        for name, rates in rated(line):
            ours = None if _usual(kind, rates) else worth(getattr(rates, kind), line.currency)
            if known and ours and not median(known) <= FAR * ours <= FAR * FAR * median(known):
                yield f"{name} {kind}".strip(), getattr(rates, kind), median(known)


def _usual(kind: str, rates: Rates) -> bool:
    """Whether it is a cached token's price and may be one beside that of a new one."""
    cached = rates.cached_read if kind == "cached_read" else None
    return cached is not None and cached <= rates.input <= CACHED * cached


def _worth(rate: Decimal | None, currency: str, whole: Catalog, day: date) -> Decimal | None:
    if rate is None or currency == "USD":
        return rate
    known = dollars(currency, day, whole.exchange)
    return rate * known.rate if known else None
