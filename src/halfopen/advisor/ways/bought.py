"""What can be bought for a task: every offer that is sold, with and without batches, and what each lacks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from halfopen.advisor.pair import difference, parity_of
from halfopen.advisor.quality import Quality
from halfopen.advisor.table import Seat
from halfopen.advisor.view import View
from halfopen.advisor.ways.needs import NEEDS, Asked, Lack, Need, Reason, lacks
from halfopen.advisor.ways.way import Kind, Way
from halfopen.advisor.worth import DOLLAR
from halfopen.catalog.exchange import dollars
from halfopen.catalog.price import Price, in_force, price
from halfopen.costs.breakeven import Cost
from halfopen.costs.estimate import Bill, averaged, factors, month, parted
from halfopen.costs.workload import Team, rounded
from halfopen.ratings.scale import Interval

LASTS = timedelta(days=90)  # what retires sooner is not worth moving to: an assumption
BATCH: Kind = "batch"
MONTH = Fraction(487, 16)  # days: 365.25 / 12


def _lasts(seat: Seat, asked: Asked) -> Reason:
    retires = seat.offer.retires
    soon = retires is not None and asked.view.day < retires <= asked.view.day + LASTS
    return f"retires on {retires}" if soon else ""


def _for_good(seat: Seat, asked: Asked) -> Reason:
    return "is free to try, with limits" if seat.offer.free else ""


TO_STAY: Mapping[str, Need] = {**NEEDS, "retirement": _lasts, "free": _for_good}  # beyond what a task needs: it lasts


class Listed(NamedTuple):
    """An offer with its price list of a day, and dollars for one unit of its currency; None where nobody knows.

    `later` are the lists that are announced, each with the months until it is in force.
    """

    seat: Seat
    price: Price | None
    rate: Fraction | None
    alike: str  # the same for offers that cost the same
    later: tuple[tuple[Fraction, Price], ...] = ()


def listed(seats: Sequence[Seat], view: View) -> tuple[Listed, ...]:
    """Offers that are sold and that answer, ready to be priced."""
    return tuple(_listed(seat, view) for seat in seats if not seat.gone and "chat" in seat.offer.operations)


def _listed(seat: Seat, view: View) -> Listed:
    now = priced(seat, view.day)
    rate = None if now is None else rate_of(now.currency, view)
    lines = sorted((line for line in seat.offer.prices if line.since > view.day), key=lambda line: line.since)
    later = tuple((Fraction((line.since - view.day).days) / MONTH, price(line)) for line in lines)
    return Listed(seat, now, rate, repr((now, later)), later)


def bought(asked: Asked, shelf: Sequence[Listed], best: Quality | None) -> tuple[Way, ...]:
    """Every offer as a way, with batches as another where some of the task can wait; `best` is held against for parity.

    Only what lacks nothing but quality is priced.
    """
    over = Horizon.of(asked.team)
    known: dict[tuple[str, bool], Priced] = {}
    rated = asked.view.rated(asked.task.category)
    pars = lru_cache(lambda model: parity(rated.get(model), best))

    def cost(each: Listed, batching: bool) -> Priced:
        if (each.alike, batching) not in known:
            known[each.alike, batching] = _cost(asked, each, over, batching)
        return known[each.alike, batching]

    return tuple(way for each in shelf for way in _ways(asked, each, rated.get(each.seat.offer.model), pars, cost))


def _ways(
    asked: Asked,
    each: Listed,
    quality: Quality | None,
    pars: Callable[[str], Interval | None],
    cost: Callable[[Listed, bool], Priced],
) -> Iterator[Way]:
    seat = each.seat
    missing = tuple(lacks(seat, asked, TO_STAY))
    alone = cost(each, False) if to_price(missing) else Priced(None)
    plain = Way(
        kind="offer",
        name=seat.offer.id,
        model=seat.offer.model,
        offer=seat.offer.id,
        hosting=seat.hosting,
        zone=seat.zone,
        quality=quality,
        parity=pars(seat.offer.model),
        lacks=missing,
        cost=alone.cost,
        unpriced=alone.unpriced,
        retires=seat.offer.retires,
    )
    yield plain
    if not to_price(missing):
        return
    if asked.task.batchable and each.price is not None and BATCH in each.price.services:
        barred = tuple(lacks(replace(seat, service=BATCH), asked, TO_STAY))
        waiting = cost(each, True) if to_price(barred) else Priced(None)
        name = f"{plain.name} in batches"
        yield replace(plain, kind=BATCH, name=name, lacks=barred, cost=waiting.cost, unpriced=waiting.unpriced)


def to_price(missing: Sequence[Lack]) -> bool:
    """Whether a way is worth a price: it meets every clause, or all but the quality."""
    return all(lack.clause == "quality" for lack in missing)


def parity(one: Quality | None, best: Quality | None) -> Interval | None:
    """In per cent; None if one of the two is unrated."""
    return parity_of(difference(one, best)) if one is not None and best is not None else None


class Priced(NamedTuple):
    """Picodollars a month, or why there is no price."""

    cost: Cost | None
    unpriced: str = ""


class Horizon(NamedTuple):
    """By what a bill of the first month is multiplied to be that of each month, and of a month on average."""

    monthly: tuple[Fraction, ...]
    average: Fraction

    @classmethod
    def of(cls, team: Team) -> Horizon:
        """The one of a team."""
        return cls(factors(team), averaged(team))


def _cost(asked: Asked, each: Listed, over: Horizon, batching: bool) -> Priced:
    """By each price list for as much of the horizon as it is in force; what nobody knows of one is known of none."""
    later = [(begins, price) for begins, price in each.later if begins < len(over.monthly)]
    parts = parted(over.monthly, [Fraction(0), *(begins for begins, _ in later)]) if later else (over.average,)
    bills = [month(asked.task, price, batching=batching) for price in (each.price, *(price for _, price in later))]
    unpriced = next((bill.unpriced for bill in bills if bill.unpriced), "")
    if unpriced or each.rate is None:
        return Priced(None, unpriced or "nobody knows what its currency is worth")
    costs = [a_month(bill, part * each.rate) for bill, part in zip(bills, parts, strict=True)]
    return Priced(Cost(*(sum(ends) for ends in zip(*costs, strict=True))))


def a_month(bill: Bill, factor: Fraction) -> Cost:
    """A bill times a factor, each end by itself, halves rounded up."""
    return Cost(*(rounded((end or 0) * factor) for end in (bill.low, bill.cost, bill.high)))


def priced(seat: Seat, day: date) -> Price | None:
    """The price list of an offer on the day, ready for use."""
    found = in_force(seat.offer.prices, day)
    return None if found is None else price(found)


def rate_of(currency: str, view: View) -> Fraction | None:
    """Dollars for one unit of a currency; None where nobody knows."""
    if currency == DOLLAR:
        return Fraction(1)
    found = dollars(currency, view.day, view.catalog.exchange)
    return None if found is None else Fraction(found.rate)
