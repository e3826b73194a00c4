"""What an offer costs at a shape of tokens: in its own currency, and in dollars where a rate for its currency is known.

A shape is how many tokens go in for how many that come out. `3:1` is the usual mix; `1000:300` is one request, and
then the tier of its length counts. Prices stay the exact decimals that were published; a mixed one is a quotient of
them, to six decimals.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from halfopen.catalog.exchange import Exchange, dollars
from halfopen.catalog.offer import Offer
from halfopen.catalog.price import PriceLine, Rates, in_force
from halfopen.catalog.source import Source

DOLLAR = "USD"
WRITTEN = re.compile(r"(\d{1,9}):(\d{1,9})")
CENTS = Decimal("0.000001")
AHEAD = timedelta(days=90)  # how far a change of price is told before it comes


@dataclass(frozen=True, slots=True)
class Shape:
    """Tokens of prompt and tokens of answer."""

    prompt: int = 3
    answer: int = 1

    def __str__(self) -> str:
        return f"{self.prompt}:{self.answer}"


@dataclass(frozen=True, slots=True)
class Worth:
    """Prices per million tokens; `mixed` is that of the shape, `dollars` the same in dollars (None: no rate known)."""

    currency: str
    input: Decimal
    output: Decimal
    mixed: Decimal
    dollars: Decimal | None
    exchange: Exchange | None
    since: date
    source: Source


def shape_of(text: str) -> Shape:
    """`1000:300` as a shape. Raises ValueError for anything else, and for no tokens at all."""
    found = WRITTEN.fullmatch(text.strip())
    if not found or int(found[1]) + int(found[2]) == 0:
        raise ValueError(f"{text!r} is no shape: write tokens in and tokens out, as in 3:1 or 1000:300")
    return Shape(int(found[1]), int(found[2]))


def worth(offer: Offer, shape: Shape, day: date, rates: Iterable[Exchange]) -> Worth | None:
    """What it costs on a day at a shape, or None: nobody knows."""
    line = in_force(offer.prices, day)
    if line is None:
        return None
    charged = _charged(line, shape.prompt)
    mixed = (charged.input * shape.prompt + charged.output * shape.answer) / (shape.prompt + shape.answer)
    rate = None if line.currency == DOLLAR else dollars(line.currency, day, rates)
    return Worth(
        line.currency,
        charged.input,
        charged.output,
        mixed.quantize(CENTS),
        mixed.quantize(CENTS) if line.currency == DOLLAR else (mixed * rate.rate).quantize(CENTS) if rate else None,
        rate,
        line.since,
        line.source,
    )


def coming(offer: Offer, shape: Shape, day: date, rates: Iterable[Exchange]) -> Worth | None:
    """What it will cost from its next change of price within 90 days, whose day is `since`; None if none is known."""
    now = worth(offer, shape, day, rates)
    days = [line.since for line in offer.prices if day < line.since <= day + AHEAD]
    later = worth(offer, shape, min(days), rates) if now and days else None
    same = later is None or now is None or (later.input, later.output) == (now.input, now.output)
    return None if same else later


def _charged(line: PriceLine, prompt: int) -> Rates:
    """The rates of the highest tier that a prompt of so many tokens is above, or the plain ones."""
    return max((tier for tier in line.tiers if prompt > tier.above), key=lambda tier: tier.above, default=line)


def in_dollars(amount: Decimal, found: Worth) -> Decimal | None:
    """An amount of an offer's currency in dollars, by the rate of its price."""
    if found.currency == DOLLAR:
        return amount
    return (amount * found.exchange.rate).quantize(CENTS) if found.exchange else None
