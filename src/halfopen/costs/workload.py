"""What a team does with models in a month: tasks with their volume and tokens, and what the team itself has and pays.

The rows of a `workload.yaml`; `docs/cost.md` has one with every field. What is not told is None and asks for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Literal

from halfopen.catalog.provider import Topic
from halfopen.costs.spread import Spread
from halfopen.documents import Complaints, amiss
from halfopen.money import picos

HOURS = Fraction(1461, 2)  # in a month: 365.25 x 24 / 12
DAY, WEEK = 24, 168
MOST_REQUESTS = 10**12
MOST_TASKS = 100
Skill = Literal["hosting", "tuning"]
REUSED = 20  # requests that use one prefix, where nobody says: an assumption


@dataclass(frozen=True, kw_only=True)
class Volume:
    """Requests: `per_month`, or `hourly` for the hours of a day (24) or a week (168); `low`, `high` are per month."""

    per_month: int | None = None
    hourly: tuple[Decimal, ...] = ()
    low: int | None = None
    high: int | None = None

    def __post_init__(self) -> None:
        """Raises Complaints."""
        if (self.per_month is None) == (not self.hourly):
            raise Complaints([amiss("", "a volume", "`per_month`, or `hourly`, and not both")])
        if self.hourly and len(self.hourly) not in (DAY, WEEK):
            raise Complaints([amiss("hourly", f"{len(self.hourly)} hours", f"{DAY} of a day or {WEEK} of a week")])
        if any(each < 0 for each in self.hourly) or not 0 <= self.monthly <= MOST_REQUESTS:
            raise Complaints([amiss("", "a number of requests", f"from 0 to {MOST_REQUESTS:,} a month")])
        if not (self.low is None or 0 <= self.low <= self.monthly):
            raise Complaints([amiss("low", f"`{self.low}`", f"from 0 to {self.monthly}, the volume")])
        if not (self.high is None or self.high >= self.monthly):
            raise Complaints([amiss("high", f"`{self.high}`", f"at least {self.monthly}, the volume")])

    @cached_property
    def monthly(self) -> int:
        """Requests a month; of hours their mean over a month of 730.5, halves rounded up."""
        if self.per_month is not None:
            return self.per_month
        mean = sum((Fraction(each) for each in self.hourly), Fraction(0)) / len(self.hourly)
        return rounded(mean * HOURS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """`first_token_ms` holds for `percentile` of the requests; `per_token_ms` is a mean."""

    first_token_ms: int | None = None
    percentile: Decimal = Decimal(95)
    per_token_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """The least quality: a `rating`, a parity with a model in per cent, or any of what is known to be enough."""

    rating: int | None = None
    parity_of: str | None = None
    at_least: Decimal = Decimal(90)
    good_enough: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """`cacheable` is the share of a prompt that repeats, `reused` how many requests use one such prefix while it lives.

    `cacheable_low` and `cacheable_high` are its ends where it is uncertain. `batchable` is the share of the requests
    that can wait for a batch. `burst` is the squared variation of arrivals. `residency` are the countries (ISO 3166,
    or EU) in which requests may be processed and kept; `licence` is what the licence of open weights has to allow.
    """

    name: str
    requests: Volume
    input: Spread
    output: Spread
    cacheable: Decimal = Decimal(0)
    cacheable_low: Decimal | None = None
    cacheable_high: Decimal | None = None
    reused: int = REUSED
    batchable: Decimal = Decimal(0)
    burst: Decimal = Decimal(1)
    latency: Latency | None = None
    zone: str | None = None
    modalities: tuple[str, ...] = ()
    tools: bool = False
    reasoning: bool = False
    context: int | None = None
    languages: tuple[str, ...] = ()
    category: str = "overall"
    quality: Floor | None = None
    compliance: tuple[Topic, ...] = ()
    residency: tuple[str, ...] = ()
    licence: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raises Complaints."""
        for name in ("cacheable", "batchable"):
            if not 0 <= getattr(self, name) <= 1:
                raise Complaints([amiss(name, f"`{getattr(self, name)}`", "a share, from 0 to 1")])
        if not (self.cacheable_low is None or 0 <= self.cacheable_low <= self.cacheable):
            expected = f"from 0 to {self.cacheable}, the share"
            raise Complaints([amiss("cacheable_low", f"`{self.cacheable_low}`", expected)])
        if not (self.cacheable_high is None or self.cacheable <= self.cacheable_high <= 1):
            expected = f"from {self.cacheable}, the share, to 1"
            raise Complaints([amiss("cacheable_high", f"`{self.cacheable_high}`", expected)])
        if self.reused < 1:
            raise Complaints(
                [amiss("reused", f"`{self.reused}`", "1 or more: the request that writes the prefix counts")]
            )
        if self.burst <= 0:
            raise Complaints(
                [amiss("burst", f"`{self.burst}`", "above 0; 1 where arrivals know nothing of each other")]
            )

    @property
    def tokens(self) -> Fraction:
        """Tokens a month, in and out, on average."""
        return self.requests.monthly * (self.input.expected + self.output.expected)


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """`share` of a person who looks after machines of one's own, at `cost_per_month` in dollars.

    `skills` are what the team can do: run models on machines, tune them. None is not told, and excludes nothing.
    """

    share: Decimal = Decimal("0.5")
    cost_per_month: Decimal = Decimal(12_000)
    skills: tuple[Skill, ...] | None = None

    @property
    def monthly(self) -> int:
        """Picodollars a month."""
        return picos((self.share * self.cost_per_month).quantize(Decimal("0.000001")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """The team's: `growth_per_month` and `price_decline_per_year` are shares, `gpu_price_per_hour` in dollars.

    `start_within_days` is how soon all of it has to run; None is no hurry. `agreements` are what was signed with
    providers that give it on request only.
    """

    horizon_months: int = 12
    growth_per_month: Decimal = Decimal(0)
    price_decline_per_year: Decimal = Decimal(0)
    people: People = field(default_factory=People)
    gpu_price_per_hour: Mapping[str, Decimal] = field(default_factory=dict)
    owned: Mapping[str, int] = field(default_factory=dict)  # cards that stand there already, by accelerator
    utilisation_ceiling: Decimal = Decimal("0.7")
    start_within_days: int | None = None
    agreements: Mapping[str, tuple[Topic, ...]] = field(default_factory=dict)  # by provider

    def __post_init__(self) -> None:
        """Raises Complaints."""
        if not 1 <= self.horizon_months <= 120:
            raise Complaints([amiss("horizon_months", f"`{self.horizon_months}`", "from 1 to 120")])
        if not -1 < self.growth_per_month <= 1:
            raise Complaints([amiss("growth_per_month", f"`{self.growth_per_month}`", "a share, such as 0.03")])
        if not 0 <= self.price_decline_per_year < 1:
            raise Complaints([amiss("price_decline_per_year", f"`{self.price_decline_per_year}`", "a share below 1")])
        if not 0 < self.utilisation_ceiling < 1:
            raise Complaints([amiss("utilisation_ceiling", f"`{self.utilisation_ceiling}`", "above 0 and below 1")])


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """The document."""

    tasks: tuple[Task, ...]
    team: Team = field(default_factory=Team)

    def __post_init__(self) -> None:
        """Raises Complaints."""
        names = [task.name for task in self.tasks]
        if len(names) > MOST_TASKS:
            raise Complaints([amiss("tasks", f"{len(names)} tasks", f"{MOST_TASKS} at most")])
        if not names or len(set(names)) < len(names):
            raise Complaints([amiss("tasks", f"{', '.join(names) or 'none'}", "at least one, and each name once")])


def rounded(exact: Fraction) -> int:
    """To the nearest whole number, halves up."""
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)
