"""What a currency was worth on a day: for putting prices side by side, never for rewriting them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from halfopen.catalog.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One row of `data/exchange`: `rate` US dollars for one unit of `currency`, on `day`."""

    currency: str
    rate: Decimal
    day: date
    source: Source

    @property
    def name(self) -> str:
        return f"{self.currency} of {self.day}"


def dollars(currency: str, day: date, rates: Iterable[Exchange]) -> Exchange | None:
    """The latest known rate on or before `day`, or None: what it is worth is not known. USD needs none."""
    known = [rate for rate in rates if rate.currency == currency and rate.day <= day]
    return max(known, key=lambda rate: rate.day, default=None)
