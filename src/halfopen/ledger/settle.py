"""What an attempt cost, exactly: tokens by kind times picodollars a token, or the reason why nobody can say.

Nothing is free by accident. A price that is not known, a kind of token without a rate, a count that makes no
sense: each leaves the attempt unpriced, with a sentence. One rate may stand in for another only where that
cannot understate what the provider charges: tokens read from a cache, where the list has no rate for them,
cost what fresh input costs. Writing to a cache costs more than input at every provider that charges for it,
so nothing stands in for that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from halfopen import errors
from halfopen.catalog.price import KINDS, PROMPT, STANDARD, Price
from halfopen.errors import Fault
from halfopen.ledger.entry import MOST, UsageFrom

# Faults after which a provider may charge for what it did, though nobody learned how much.
MAY_COST = (
    errors.FirstByteTimeout,
    errors.Stalled,
    errors.TotalTimeout,
    errors.Truncated,
    errors.BrokenProtocol,
    errors.CallerGone,
    errors.Stopping,
)
STAND_IN = {"cached_read": "input"}
CHARGED = frozenset(KINDS)
BYTES_A_TOKEN = 3  # English prose takes about four, so an estimate is rather high; it is no bound


class Settled(NamedTuple):
    """`cost` in picodollars of `currency`, by the price line that began on `price_since`; or why there is none."""

    cost: int | None
    currency: str = ""
    price_since: str = ""
    unpriced: str = ""


def cost(price: Price | None, usage: Mapping[str, int] | None, service: str = STANDARD) -> Settled:
    """The exact cost of `usage` as served by `service`: `batch`, `flex`, or as the provider's price line calls it.

    None is usage that nobody knows; an empty mapping is an attempt that used nothing.
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
    total, lacking = 0, []
    for kind, count in counts.items():
        rate = rates.get(kind, rates.get(STAND_IN.get(kind, "")))
        total += count * (rate or 0)
        if rate is None:
            lacking.append(kind)
    if lacking:
        named = ", ".join(sorted(lacking, key=KINDS.index))
        return Settled(None, unpriced=f"the price line of {price.since} has no rate for {named}")
    if total > MOST:
        return Settled(None, unpriced=f"{total} picodollars for one attempt are more than a row holds")
    return Settled(total, price.currency, price.since.isoformat())


def estimate(request_bytes: int, pieces: int) -> Mapping[str, int]:
    """What was probably used when the caller hung up before the provider told; to be kept as `estimated`.

    `pieces` is how many events with content were relayed: providers send about a token in each.
    """
    return {"input": -(-request_bytes // BYTES_A_TOKEN), "output": pieces}


def counts(
    usage: Mapping[str, int] | None,
    fault: Fault | None,
    size: int,
    pieces: int,
    status: int = 200,
    unseen: int | None = 0,
    measured: bool = True,
    guess: Mapping[str, int] | None = None,
) -> tuple[Mapping[str, int], UsageFrom]:
    """What was used, and who says so: the provider, or an estimate where it may charge and did not tell.

    `unseen` is how many tokens may have been generated at most without being handed over, None if nobody can say:
    then the estimate has no `output`, which is not an output of zero. Where sizes measure nothing, as those of
    recordings, what the provider did not tell is `unknown`. `guess` was counted, and is better than sizes.
    """
    if usage and "output" in usage and "input" in usage and fault is None:
        return usage, "provider"
    if not measured and (fault is None or isinstance(fault, MAY_COST)):
        return usage or {}, "unknown"
    if fault is None or pieces or (isinstance(fault, MAY_COST) and not _was_no_answer(fault, status)):
        found, told = guess or estimate(size, pieces), usage or {}
        seen = max(found["output"], told.get("output", 0))
        known = {**found, **told, "output": max(seen, unseen or 0)}
        if unseen is None:
            del known["output"]
        return known, "estimated"
    return {}, "none"


def _was_no_answer(fault: Fault, status: int) -> bool:
    """A redirect or an empty success: told whole, and nothing was done for it. 0 is no status at all."""
    return isinstance(fault, errors.BrokenProtocol) and status not in (0, 200)
