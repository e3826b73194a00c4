"""Token buckets: so many requests and tokens a minute, and so many requests at once.

A bucket fills evenly and holds one minute's worth. What is more than it ever holds is let through when it is full, or
it never would be; what turns out to be more than was taken leaves it in debt. Nothing here looks at a clock.
"""

from __future__ import annotations

from dataclasses import dataclass

from halfopen.documents import Complaints, amiss

WORDS = {"requests": "requests a minute", "tokens": "tokens a minute", "at_once": "requests at once"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`requests` and `tokens` a minute, and requests `at_once`; None is no limit."""

    requests: int | None = None
    tokens: int | None = None
    at_once: int | None = None

    def __post_init__(self) -> None:
        """Raises Complaints, by field."""
        for name in ("requests", "tokens", "at_once"):
            if (said := getattr(self, name)) is not None and said < 1:
                raise Complaints([amiss(name, f"`{said}`", "1 or more, or nothing for no limit")])


@dataclass(frozen=True, slots=True)
class Bucket:
    """What is in it, and since when (seconds)."""

    level: float
    at: float


def refilled(bucket: Bucket | None, a_minute: int, now: float) -> Bucket:
    """The bucket as it is now; a new one is full."""
    if bucket is None:
        return Bucket(float(a_minute), now)
    return Bucket(min(float(a_minute), bucket.level + (now - bucket.at) * a_minute / 60), now)


def wait(bucket: Bucket, a_minute: int, amount: int) -> float:
    """Seconds until so much is in it; 0 if it is there."""
    lacking = min(amount, a_minute) - bucket.level
    return max(0.0, lacking * 60 / a_minute)


def taken(bucket: Bucket, amount: int) -> Bucket:
    """Without so much, or with it again where it is less than nothing."""
    return Bucket(bucket.level - amount, bucket.at)
