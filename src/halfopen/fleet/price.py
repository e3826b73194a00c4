"""What an hour of a card costs: rented at one of its published prices, owned, or bought and written off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from halfopen.costs.workload import Team
from halfopen.documents import nearest
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
TWICE_HOURS = int(2 * HOURS)  # a month has half an hour, and money is whole
ORDER: tuple[Basis, ...] = ("rent", "rent_low", "reserved", "own", "rent_high", "bought")  # which is taken if not told


@dataclass(frozen=True, slots=True)
class Tariff:
    """What cards of one kind cost an hour, in picodollars: `an_hour`, but `power` only for as many as are `owned`."""

    an_hour: int | None  # of a card that is rented or bought; None: no price is known
    basis: str
    owned: int = 0
    power: int = 0

    @property
    def said(self) -> str:
        """The basis in words, with what is owned."""
        return f"{self.owned} owned at their power, more at: {self.basis}" if self.owned else self.basis

    def monthly(self, cards: int) -> int | None:
        """Picodollars a month of so many cards; None where some would have to be rented at a price nobody knows."""
        ours = min(cards, self.owned)
        if self.an_hour is None:
            return monthly(self.power, ours) if cards == ours else None
        return monthly(self.power, ours) + monthly(self.an_hour, cards - ours)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """`an_hour` are prices of one's own, in dollars, by accelerator; of the others that of `basis` is taken.

    `basis` None takes the first that is known in ORDER. What is bought is written off over `months`; `power` is in
    dollars a kWh. Both are assumptions and not facts. `owned` cards stand there already, and cost their power.
    """

    basis: Basis | None = None
    an_hour: Mapping[str, Decimal] = field(default_factory=dict)
    months: int = 36
    power: Decimal = Decimal("0.25")
    owned: Mapping[str, int] = field(default_factory=dict)

    def of(self, accelerator: Accelerator) -> Tariff:
        """What cards of a kind cost."""
        owned = sum(count for name, count in self.owned.items() if name in accelerator.names)
        return Tariff(*self._rented(accelerator), owned=owned, power=self._power(accelerator))

    def _rented(self, accelerator: Accelerator) -> tuple[int | None, str]:
        told = next((price for name, price in self.an_hour.items() if name in accelerator.names), None)
        if told is not None:
            return picos(told), "told"
        for basis in ORDER if self.basis is None else (self.basis,):
            found = self._written_off(accelerator) if basis == "bought" else getattr(accelerator, basis)
            if found is not None:
                return picos(found), BASES[basis]
        return None, "no price is known"

    def _power(self, accelerator: Accelerator) -> int:
        return picos((self.power * accelerator.watts / 1000).quantize(Decimal("0.000001")))

    def _written_off(self, accelerator: Accelerator) -> Decimal | None:
        if accelerator.buys_for is None:
            return None
        hours = Decimal(str(HOURS)) * self.months
        an_hour = accelerator.buys_for / hours + self.power * accelerator.watts / 1000
        return an_hour.quantize(Decimal("0.000001"))


def monthly(an_hour: int, cards: int) -> int:
    """Picodollars a month of so many cards at a price of one for an hour; half a picodollar is rounded up."""
    return (TWICE_HOURS * an_hour * cards + 1) // 2


def prices_of(team: Team, basis: Basis | None = None) -> Prices:
    """A team's own prices and cards, and of other cards those of a basis."""
    return Prices(basis=basis, an_hour=team.gpu_price_per_hour, owned=team.owned)


def known_cards(prices: Prices, machines: Iterable[Accelerator]) -> Prices:
    """Raises ValueError for a card that no row has, and for cards that are owned where more of them have no price."""
    known = {name: machine for machine in machines for name in machine.names}
    for name in (*prices.an_hour, *prices.owned):
        if name not in known:
            near = nearest(name, known)
            hint = f"did you mean `{near}`?" if near else f"there are {', '.join(known)}"
            raise ValueError(f"there is no accelerator `{name}`; {hint}")
    for name in prices.owned:
        if prices.of(known[name]).an_hour is None:
            raise ValueError(f"owned {name}: nobody knows what more of them cost; tell it as gpu_price_per_hour")
    return prices
