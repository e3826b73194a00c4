"""The most that a request may cost: as many tokens as it can have, at the dearest rate of a price list.

A prompt has no more tokens than bytes where bytes bound it, and an answer no more than it is limited to. What nobody
prices is taken at a stated bound, so that nothing is ever reserved at zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from halfopen.catalog.price import ANSWER, PROMPT, Price
from halfopen.documents import Complaints, amiss
from halfopen.money import per_token, picos


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpriced:
    """Dollars a million tokens, and a `call` that is no conversation, that what nobody prices is taken to cost at most.

    Ours are above every price of text here.
    """

    input: Decimal = Decimal(100)
    output: Decimal = Decimal(600)
    call: Decimal = Decimal("0.50")

    def __post_init__(self) -> None:
        """Raises Complaints, by field."""
        for name in ("input", "output", "call"):
            try:
                fits = per_token(getattr(self, name)) > 0
            except ValueError:
                fits = False
            if not fits:
                raise Complaints([amiss(name, f"`{getattr(self, name)}`", "dollars, above 0")])


class Amounts(NamedTuple):
    """At most: tokens in and out, searches and fetches of the provider's own, calls or pictures that are no text."""

    input: int = 0
    output: int = 0
    searches: int = 0
    calls: int = 0


class Dearest(NamedTuple):
    """Picodollars of US dollars: a token in and out, a request, a search, and a call that nobody prices."""

    input: Fraction
    output: Fraction
    request: Fraction = Fraction(0)
    search: Fraction = Fraction(0)
    call: Fraction = Fraction(0)

    def of(self, most: Amounts) -> int:
        """Picodollars of so much, rounded up."""
        exact = self.input * most.input + self.output * most.output + self.request
        exact += self.search * most.searches + self.call * most.calls
        return -(-exact.numerator // exact.denominator)


def dearest(price: Price | None, rate: Fraction | None, unpriced: Unpriced) -> Dearest:
    """The highest rates of a list, of all its tiers and services, times what its currency is worth in dollars."""
    call, search = Fraction(picos(unpriced.call)), Fraction(picos(SEARCH))
    if price is None or rate is None:
        into, out = Fraction(per_token(unpriced.input)), Fraction(per_token(unpriced.output))
        return Dearest(into, out, Fraction(0), search, call)
    sets = list(_sets(price))
    into, out, request, told = (
        rate * max(_highest(rates, kinds) for rates in sets)
        for kinds in (PROMPT, ANSWER, ("request",), ("web_search",))
    )
    return Dearest(into, out, request, told or search)


SEARCH = Decimal("0.05")  # dollars for a search or a fetch where no list has it: above those that have one


def _sets(price: Price) -> Iterator[Mapping[str, int]]:
    for tiers in (price.tiers, *price.services.values()):
        for _, rates in tiers:
            yield rates


def _highest(rates: Mapping[str, int], kinds: tuple[str, ...]) -> int:
    return max((rates.get(kind, 0) for kind in kinds), default=0)
