"""Dated price lines: appended, never overwritten, so that last month's ledger keeps last month's prices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from halfopen.catalog.source import Source
from halfopen.documents import Complaint, Complaints, amiss
from halfopen.money import per_token, picos

# What can be charged. Usage is counted under the same names and they do not overlap.
PROMPT = ("input", "cached_read", "cache_write_5m", "cache_write_1h", "input_audio", "cached_audio")
ANSWER = ("output", "output_audio", "output_image")
PIECES = ("request", "web_search")  # charged by the piece, not by the token
KINDS = (*PROMPT, *ANSWER, *PIECES)
STANDARD = "standard"
CURRENCIES = ("USD", "EUR", "GBP", "CNY")
LEAST = Decimal("0.001")  # nobody sells a million tokens for less; a price per token is written like that


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Prices per million tokens, of PIECES each, as published. None is unknown; 0 is free and says so in its source."""

    input: Decimal
    output: Decimal
    cached_read: Decimal | None = None
    cache_write_5m: Decimal | None = None
    cache_write_1h: Decimal | None = None
    input_audio: Decimal | None = None
    cached_audio: Decimal | None = None
    output_audio: Decimal | None = None
    output_image: Decimal | None = None
    request: Decimal | None = None
    web_search: Decimal | None = None

    def __post_init__(self) -> None:
        """Raises Complaints, by field."""
        if wrong := [found for kind in KINDS if (found := _amiss(kind, getattr(self, kind)))]:
            raise Complaints(wrong)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier(Rates):
    """The rates of a request, all of it, whose prompt is longer than `above` tokens."""

    above: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff(Rates):
    """The rates of another way to be served: `batch`, `flex`, `priority`, as the provider calls it."""

    name: str
    tiers: tuple[Tier, ...] = ()
    source: Source | None = None  # None: that of the line

    def __post_init__(self) -> None:
        Rates.__post_init__(self)
        _rise(self.tiers)


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceLine(Rates):
    """In force from `since` (UTC midnight) until the next line."""

    since: date
    currency: str = "USD"
    tiers: tuple[Tier, ...] = ()
    services: tuple[Tariff, ...] = ()
    source: Source
    differs: str | None = None  # why it is not what the source it is checked against says
    at_most: str | None = None  # why a request may cost less than this; it never costs more

    def __post_init__(self) -> None:
        Rates.__post_init__(self)
        _rise(self.tiers)
        if self.currency not in CURRENCIES:
            raise Complaints([amiss("currency", f"`{self.currency}`", f"one of {', '.join(CURRENCIES)}")])
        names = [service.name for service in self.services]
        if len({STANDARD, *names}) <= len(names):
            raise Complaints([amiss("services", f"{', '.join(names)}", f"each once, and none called {STANDARD}")])


Tiers = tuple[tuple[int, Mapping[str, int]], ...]


@dataclass(frozen=True, slots=True)
class Price:
    """A line made ready for use: picodollars a token (or piece) by kind, and by tier, longest prompts first."""

    since: date
    currency: str
    tiers: Tiers = ()
    services: Mapping[str, Tiers] = field(default_factory=dict)

    def rates(self, prompt_tokens: int, service: str = STANDARD) -> Mapping[str, int]:
        """The rates of a request with that many tokens of prompt, cached ones included; none for an unknown service."""
        tiers = self.tiers if service == STANDARD else self.services.get(service, ())
        return next((rates for above, rates in tiers if prompt_tokens > above), {})


def price(line: PriceLine) -> Price:
    """A published line as integers. Raises ValueError for a price finer than a picodollar a token."""
    services = {service.name: _tiers(service, service.tiers) for service in line.services}
    return Price(line.since, line.currency, _tiers(line, line.tiers), services)


def in_force(lines: Sequence[PriceLine], day: date) -> PriceLine | None:
    """The line that prices a request on `day`, or None: before the first line nothing is known."""
    begun = [line for line in lines if line.since <= day]
    return max(begun, key=lambda line: line.since) if begun else None


def rated(line: PriceLine) -> Iterator[tuple[str, Rates]]:
    """Every set of rates in a line, with what it is called: the plain ones, the tiers, the services and theirs."""
    for name, rates, tiers in [("", line, line.tiers), *((f"{s.name} ", s, s.tiers) for s in line.services)]:
        yield name.strip(), rates
        for tier in tiers:
            yield f"{name}above {tier.above}", tier


def _amiss(kind: str, rate: Decimal | None) -> Complaint | None:
    if rate is None:
        return None
    unit = "of one" if kind in PIECES else "of a million tokens"
    if kind not in PIECES and 0 < rate < LEAST:
        return amiss(kind, f"`{rate:f}`, which looks like a price of one token", f"the price {unit}, such as 0.15")
    try:
        picos(rate) if kind in PIECES else per_token(rate)
    except ValueError as error:
        return amiss(kind, str(error), f"the price {unit}")
    if rate < 0:
        return amiss(kind, f"`{rate}`", f"the price {unit}, 0 or more")
    return None


def _rise(tiers: Sequence[Tier]) -> None:
    bounds = [tier.above for tier in tiers]
    if bounds != sorted(set(bounds)) or any(bound <= 0 for bound in bounds):
        raise Complaints([amiss("tiers", f"tiers above {', '.join(map(str, bounds))}", "each higher than the last")])


def _tiers(rates: Rates, tiers: Iterable[Tier]) -> Tiers:
    made = [(tier.above, _integers(tier)) for tier in tiers]
    return tuple(sorted([*made, (-1, _integers(rates))], key=lambda tier: -tier[0]))


def _integers(rates: Rates) -> Mapping[str, int]:
    published = {kind: getattr(rates, kind) for kind in KINDS}
    return {
        kind: picos(value) if kind in PIECES else per_token(value)
        for kind, value in published.items()
        if value is not None
    }
