"""What changed in force between two days, by the dated facts of the rows: prices, retirements, releases, new offers.

Nothing is remembered for this: the lines are dated, so any two days can be put side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import chain, pairwise
from typing import Literal

from halfopen.catalog.price import KINDS, PriceLine, rated
from halfopen.catalog.snapshot import Catalog

Kind = Literal["released", "offered", "price", "retired"]


@dataclass(frozen=True, slots=True)
class Change:
    """`rates` are the kinds that changed: before and after, None where it was or is not priced."""

    day: date
    kind: Kind
    subject: str  # an offer's id, or a model's name
    says: str
    currency: str = ""
    rates: Mapping[str, tuple[Decimal | None, Decimal | None]] = field(default_factory=dict)


def diff(whole: Catalog, after: date, until: date) -> tuple[Change, ...]:
    """All that came into force after one day and until the other, in order. Raises ValueError if they are swapped."""
    if until < after:
        raise ValueError(f"{after} comes after {until}; the earlier day goes first")
    found = chain.from_iterable(change(whole) for change in CHANGES)
    return tuple(sorted((c for c in found if after < c.day <= until), key=lambda c: (c.day, c.subject, c.kind)))


def rates_of(line: PriceLine) -> Mapping[str, Decimal]:
    """Every rate of a line by its full name: `input`, `batch input`, `above 200000 output`."""
    return {
        f"{name} {kind}".strip(): rate
        for name, rates in rated(line)
        for kind in KINDS
        if (rate := getattr(rates, kind)) is not None
    }


def rates_changed(before: PriceLine | None, after: PriceLine) -> Mapping[str, tuple[Decimal | None, Decimal | None]]:
    """The rates of two lines that are not the same, by their full names."""
    old, new = rates_of(before) if before else {}, rates_of(after)
    return {name: (old.get(name), new.get(name)) for name in {**old, **new} if old.get(name) != new.get(name)}


def rate_said(name: str, before: Decimal | None, after: Decimal | None) -> str:
    """`input 2 -> 1.5`, or `input 1.5` where there was none."""
    old, new = (None if rate is None else f"{rate.normalize():f}" for rate in (before, after))
    return f"{name} {new}" if old is None else f"{name} {old} -> {new or 'not stated'}"


def _released(whole: Catalog) -> Iterator[Change]:
    for model in whole.models.values():
        if model.released:
            yield Change(model.released, "released", model.name, f"released by {model.lab}")


def _offered(whole: Catalog) -> Iterator[Change]:
    """An offer is new on the day of its first price line; what was never priced has no day."""
    for offer in whole.offers.values():
        for line in offer.prices[:1]:
            yield Change(line.since, "offered", offer.id, "offered", line.currency, rates_changed(None, line))


def _priced(whole: Catalog) -> Iterator[Change]:
    for offer in whole.offers.values():
        for before, after in pairwise(offer.prices):
            if rates := rates_changed(before, after):
                yield Change(after.since, "price", offer.id, "another price", after.currency, rates)


def _retired(whole: Catalog) -> Iterator[Change]:
    for offer in whole.offers.values():
        if offer.retires:
            instead = f"; {offer.successor} comes after it" if offer.successor else ""
            yield Change(offer.retires, "retired", offer.id, f"retired{instead}")


CHANGES: tuple[Callable[[Catalog], Iterator[Change]], ...] = (_released, _offered, _priced, _retired)
