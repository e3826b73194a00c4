"""What an hour of a card costs: rented at one of its published prices, owned, or bought and written off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from halfopen.fleet.hardware import Accelerator
from halfopen.fleet.promise import HOURS
from halfopen.money import picos

Basis = Literal["rent", "rent_low", "rent_high", "reserved", "own", "bought"]
BASES: Mapping[Basis, str] = {
    "rent": "typical rent",
    "rent_low": "the lowest rent seen",
    "rent_high": "a large cloud's list price",
    "reserved": "rent with a contract of three years",
    "own": "all costs of an own one, by the hour it stands there",
    "bought": "its price written off, and its power",
}
ORDER: tuple[Basis, ...] = ("rent", "rent_low", "reserved", "own", "rent_high", "bought")  # which is taken if not told


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """`an_hour` are prices of one's own, in dollars, by accelerator; of the others that of `basis` is taken.

    `basis` None takes the first that is known in ORDER. What is bought is written off over `months`; `power` is in
    dollars a kWh. Both are assumptions and not facts.
    """

    basis: Basis | None = None
    an_hour: Mapping[str, Decimal] = field(default_factory=dict)
    months: int = 36
    power: Decimal = Decimal("0.25")

    def of(self, accelerator: Accelerator) -> tuple[int, str] | None:
        """Picodollars an hour, and on what basis; None where no price of that basis is known."""
        told = next((price for name, price in self.an_hour.items() if name in accelerator.names), None)
        if told is not None:
            return picos(told), "told"
        for basis in ORDER if self.basis is None else (self.basis,):
            found = self._written_off(accelerator) if basis == "bought" else getattr(accelerator, basis)
            if found is not None:
                return picos(found), BASES[basis]
        return None

    def _written_off(self, accelerator: Accelerator) -> Decimal | None:
        if accelerator.buys_for is None:
            return None
        hours = Decimal(str(HOURS)) * self.months
        an_hour = accelerator.buys_for / hours + self.power * accelerator.watts / 1000
        return an_hour.quantize(Decimal("0.000001"))


def monthly(an_hour: int, cards: int) -> int:
    """Picodollars a month of so many cards at a price of one for an hour; half a picodollar is rounded up."""
    exact = Fraction(HOURS) * an_hour * cards
    return int(exact + Fraction(1, 2))
