"""What a token costs on a machine of one's own: the hour that is paid, over what is used of it.

    dollars a million = usd_an_hour / (tokens_a_second x 3600 x used) x 1,000,000

The same for tokens in and out, since both are what the hour is spent on. It is an estimate and says so: `used` is the
share of the time in which the machine has work, and what a quiet month does to it nobody knows before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_UP, Decimal

from halfopen.catalog.price import PriceLine
from halfopen.catalog.source import Source
from halfopen.documents import Complaint, Complaints, amiss

FINEST = Decimal("0.000001")  # dollars a million tokens
SAID = "estimated: an hour of your machine over what is used of it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """An hour of it in dollars, tokens in and out that it does in a second, and the share of its time that is used."""

    usd_an_hour: Decimal
    tokens_a_second: Decimal
    used: Decimal = Decimal("0.4")

    def __post_init__(self) -> None:
        """Raises Complaints, by field."""
        wrong: list[Complaint] = [
            amiss(name, f"`{getattr(self, name)}`", "a number above 0")
            for name in ("usd_an_hour", "tokens_a_second")
            if not getattr(self, name) > 0
        ]
        if not 0 < self.used <= 1:
            wrong.append(amiss("used", f"`{self.used}`", "a share, above 0 and up to 1"))
        if wrong:
            raise Complaints(wrong)

    @property
    def a_million(self) -> Decimal:
        """Dollars a million tokens, rounded up."""
        tokens = self.tokens_a_second * 3600 * self.used
        return (self.usd_an_hour * 1_000_000 / tokens).quantize(FINEST, ROUND_UP)


def line(machine: Machine) -> PriceLine:
    """Its price list, in force from the beginning."""
    each = machine.a_million
    return PriceLine(since=date.min, input=each, output=each, source=Source(name=SAID, checked=date.min))
