"""The most that a request may cost: as many tokens as it can have, at the dearest rate of a price list.

A prompt has no more tokens than bytes where bytes bound it, and an answer no more than it is limited to. What nobody
prices is taken at a stated bound, so that nothing is ever reserved at zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from halfopen.catalog.price import ANSWER, PROMPT, Price
from halfopen.documents import Complaints, amiss
from halfopen.money import per_token


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpriced:
    """Dollars a million tokens that what nobody prices is taken to cost at most; ours are above every price of text."""

    input: Decimal = Decimal(100)
    output: Decimal = Decimal(600)

    def __post_init__(self) -> None:
        """Raises Complaints, by field."""
        for name in ("input", "output"):
            try:
                fits = per_token(getattr(self, name)) > 0
            except ValueError:
                fits = False
            if not fits:
                raise Complaints([amiss(name, f"`{getattr(self, name)}`", "dollars a million tokens, above 0")])


@dataclass(frozen=True, slots=True)
class Dearest:
    """Picodollars of US dollars a token in and out, and for the request itself."""

    input: Fraction
    output: Fraction
    request: Fraction = Fraction(0)

    def of(self, tokens_in: int, tokens_out: int) -> int:
        """Picodollars of so many tokens, rounded up."""
        exact = self.input * tokens_in + self.output * tokens_out + self.request
        return -(-exact.numerator // exact.denominator)


def dearest(price: Price | None, rate: Fraction | None, unpriced: Unpriced) -> Dearest:
    """The highest rates of a list, of all its tiers and services, times what its currency is worth in dollars."""
    if price is None or rate is None:
        return Dearest(Fraction(per_token(unpriced.input)), Fraction(per_token(unpriced.output)))
    sets = list(_sets(price))
    return Dearest(*(rate * max(_highest(rates, kinds) for rates in sets) for kinds in (PROMPT, ANSWER, ("request",))))


def _sets(price: Price) -> Iterator[Mapping[str, int]]:
    for tiers in (price.tiers, *price.services.values()):
        for _, rates in tiers:
            yield rates


def _highest(rates: Mapping[str, int], kinds: tuple[str, ...]) -> int:
    return max((rates.get(kind, 0) for kind in kinds), default=0)
