"""What is asked of a fleet, and what it promises: tokens, requests by the hour, and how long anybody may wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

HOURS = 730.5  # in a month: 365.25 x 24 / 12
DAY, WEEK = 24, 168


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """`hourly` are requests in each hour of a day (24) or a week (168); `burst` is the squared variation of arrivals.

    Arrivals that know nothing of each other have a `burst` of 1.
    """

    prompt: float  # tokens, mean
    answer: float
    hourly: Sequence[float]
    burst: float = 1.0
    prompt_variation: float = 1.0  # squared coefficient of variation
    answer_variation: float = 1.0

    def __post_init__(self) -> None:
        """Raises ValueError."""
        if len(self.hourly) not in (DAY, WEEK):
            raise ValueError(f"{len(self.hourly)} hours are given: a day has {DAY}, a week {WEEK}")
        if any(each < 0 for each in self.hourly) or not sum(self.hourly):
            raise ValueError("the hours have no requests at all, or fewer than none")
        if self.prompt <= 0 or self.answer <= 0:
            raise ValueError("a request has tokens in and out")

    @property
    def peak(self) -> float:
        """Requests a second in the busiest hour."""
        return max(self.hourly) / 3600

    @property
    def mean(self) -> float:
        """Requests a second."""
        return sum(self.hourly) / len(self.hourly) / 3600

    @property
    def monthly(self) -> float:
        """Requests a month."""
        return self.mean * 3600 * HOURS

    @property
    def tokens(self) -> float:
        """Tokens a month, in and out."""
        return self.monthly * (self.prompt + self.answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """`first_token` holds for that share of the requests; `per_token` is a mean. None promises nothing. Seconds."""

    first_token: float | None = None
    share: float = 0.95
    per_token: float | None = None
    ceiling: float = 0.8  # of what a replica could do at most, that it is loaded with at the peak
    spare: int = 1  # replicas that may fail

    def __post_init__(self) -> None:
        """Raises ValueError."""
        if not 0 < self.ceiling < 1:
            raise ValueError(f"a ceiling of {self.ceiling} is no share: above 0 and below 1")
        if not 0.5 <= self.share < 1:
            raise ValueError(f"{self.share} is no share of requests: at least 0.5 and below 1")


# Requests in the hours of a working day as a share of its busiest, UTC of the team: an assumption, not a measurement.
WORKING_DAY: tuple[float, ...] = (*[0.05] * 6, 0.1, 0.3, 0.7, 1.0, 1.0, 0.95, 0.8, 0.9, 1.0, 0.95, 0.8, 0.5)
WORKING_DAY += (0.3, 0.2, 0.15, 0.1, 0.05, 0.05)


def spread_over(monthly: float, shape: Sequence[float] = WORKING_DAY) -> tuple[float, ...]:
    """So many requests a month by the hour, in the proportions of `shape`."""
    hour = monthly / HOURS
    mean = sum(shape) / len(shape)
    return tuple(hour * each / mean for each in shape)


@dataclass(frozen=True, slots=True)
class Question:
    """A demand and a promise, with what may be bought for it."""

    demand: Demand
    promise: Promise = field(default_factory=Promise)
    context: int | None = None  # tokens that a sequence must have room for
