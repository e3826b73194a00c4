"""Price lists of the offers, made ready for a day and kept, and what a currency is worth in dollars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from halfopen.catalog.exchange import Exchange, dollars
from halfopen.catalog.price import Price, PriceLine, in_force, price
from halfopen.costs.worst import Dearest, Unpriced, dearest


@dataclass(slots=True)
class Prices:
    """`lines` are by offer; `unpriced` bounds what has none."""

    lines: Mapping[str, tuple[PriceLine, ...]] = field(default_factory=dict)
    exchange: tuple[Exchange, ...] = ()
    unpriced: Unpriced = field(default_factory=Unpriced)
    _prices: dict[tuple[str, date], Price | None] = field(default_factory=dict)
    _dearest: dict[tuple[str, date], Dearest] = field(default_factory=dict)

    def of(self, offer: str, day: date) -> Price | None:
        """The price in force on a day, or None: unpriced."""
        key = (offer, day)
        if key not in self._prices:
            line = in_force(self.lines[offer], day)
            self._prices[key] = price(line) if line else None
        return self._prices[key]

    def dearest(self, offer: str, day: date) -> Dearest:
        """The highest rates of an offer on a day, in dollars; of what is unpriced the stated bound."""
        key = (offer, day)
        if key not in self._dearest:
            line = self.of(offer, day)
            self._dearest[key] = dearest(line, None if line is None else self.rate(line.currency, day), self.unpriced)
        return self._dearest[key]

    def rate(self, currency: str, day: date) -> Fraction | None:
        """Dollars for one unit of a currency; None where nobody knows."""
        if currency == "USD":
            return Fraction(1)
        found = dollars(currency, day, self.exchange)
        return None if found is None else Fraction(found.rate)
