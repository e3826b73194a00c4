"""What one request costs, exactly: tokens by kind times picodollars a token, or the reason why nobody can say.

Nothing is free by accident. A price that is not known, a kind of token without a rate, a count that makes no
sense: each leaves the request unpriced, with a sentence. One rate may stand in for another only where that
cannot understate what the provider charges: tokens read from a cache, where the list has no rate for them,
cost what fresh input costs. Writing to a cache costs more than input at every provider that charges for it,
so nothing stands in for that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from halfopen.catalog.price import KINDS, PROMPT, STANDARD, Price
from halfopen.money import MOST

STAND_IN = {"cached_read": "input"}
CHARGED = frozenset(KINDS)


class Settled(NamedTuple):
    """`cost` in picodollars of `currency`, by the price line that began on `price_since`; or why there is none.

    `parts` are what it is made of, by kind of token or piece.
    """

    cost: int | None
    currency: str = ""
    price_since: str = ""
    unpriced: str = ""
    parts: Mapping[str, int] = {}


def cost(price: Price | None, usage: Mapping[str, int] | None, service: str = STANDARD) -> Settled:
    """The exact cost of `usage` as served by `service`: `batch`, `flex`, or as the provider's price line calls it.

    None is usage that nobody knows; an empty mapping is a request that used nothing.
    """
    if price is None:
        return Settled(None, unpriced="no price is known for this offer on this day")
    if usage is None:
        return Settled(None, unpriced="the provider did not say what was used")
    counts = {kind: count for kind, count in usage.items() if count and kind in CHARGED}
    if counts and min(counts.values()) < 0:
        absurd = next(kind for kind in KINDS if counts.get(kind, 0) < 0)
        return Settled(None, unpriced=f"{counts[absurd]} tokens of {absurd} make no sense")
    if service != STANDARD and service not in price.services:
        return Settled(None, unpriced=f"the price line of {price.since} has no rates for the service {service}")
    rates = price.rates(sum([count for kind, count in counts.items() if kind in PROMPT]), service)
    if counts and rates.get("request"):
        counts.setdefault("request", 1)  # a fee for each, which no provider counts in its usage
    parts, lacking = {}, []
    for kind, count in counts.items():
        rate = rates.get(kind, rates.get(STAND_IN.get(kind, "")))
        parts[kind] = count * (rate or 0)
        if rate is None:
            lacking.append(kind)
    if lacking:
        named = ", ".join(sorted(lacking, key=KINDS.index))
        return Settled(None, unpriced=f"the price line of {price.since} has no rate for {named}")
    total = sum(parts.values())
    if total > MOST:
        return Settled(None, unpriced=f"{total} picodollars for one attempt are more than a row holds")
    return Settled(total, price.currency, price.since.isoformat(), "", parts)
