"""Dated price lines: appended, never overwritten, so that last month's ledger keeps last month's prices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from halfopen.catalog.source import Source
from halfopen.money import per_token

# What a token can be charged as. Usage is counted under the same names and they do not overlap.
KINDS = ("input", "cached_read", "cache_write_5m", "cache_write_1h", "output")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Prices per million tokens, as published. None is unknown; 0 is free and says so in its source."""

    input: Decimal
    output: Decimal
    cached_read: Decimal | None = None
    cache_write_5m: Decimal | None = None
    cache_write_1h: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier(Rates):
    """The rates of a request, all of it, whose prompt is longer than `above` tokens."""

    above: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceLine(Rates):
    """In force from `since` (UTC midnight) until the next line."""

    since: date
    currency: str = "USD"
    tiers: tuple[Tier, ...] = ()
    source: Source


@dataclass(frozen=True, slots=True)
class Price:
    """A line made ready for use: picodollars a token by kind, and by tier, longest prompts first."""

    since: date
    currency: str
    tiers: tuple[tuple[int, Mapping[str, int]], ...] = field(default=())

    def rates(self, prompt_tokens: int) -> Mapping[str, int]:
        """The rates of a request with that many tokens of prompt, cached ones included."""
        return next(rates for above, rates in self.tiers if prompt_tokens > above)


def price(line: PriceLine) -> Price:
    """A published line as integers. Raises ValueError for a price finer than a picodollar a token."""
    tiers = [(tier.above, _integers(tier)) for tier in line.tiers]
    tiers.append((-1, _integers(line)))
    return Price(line.since, line.currency, tuple(sorted(tiers, key=lambda tier: -tier[0])))


def in_force(lines: Sequence[PriceLine], day: date) -> PriceLine | None:
    """The line that prices a request on `day`, or None: before the first line nothing is known."""
    begun = [line for line in lines if line.since <= day]
    return max(begun, key=lambda line: line.since) if begun else None


def _integers(rates: Rates) -> Mapping[str, int]:
    published = {kind: getattr(rates, kind) for kind in KINDS}
    return {kind: per_token(value) for kind, value in published.items() if value is not None}
