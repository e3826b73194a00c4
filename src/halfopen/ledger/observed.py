"""What was asked of each lane, as the tasks of a workload: volume, tokens as histograms, and the use of caches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import log

from halfopen.catalog.price import PROMPT
from halfopen.costs.spread import Spread
from halfopen.costs.workload import HOURS, REUSED, Task, Volume, rounded

BINS = 8  # of a histogram for each factor of ten
WRITTEN = ("cache_write_5m", "cache_write_1h")
SHARE = Decimal("0.001")
ENOUGH = 20  # requests an hour of the day, below which nothing is said of the hours


@dataclass(frozen=True, slots=True)
class Seen:
    """An answered request: its lane, when it came (seconds since 1970) and what it used."""

    lane: str
    at: float
    usage: Mapping[str, int]


@dataclass
class _Tally:
    requests: int = 0
    prompt: dict[int, list[int]] = field(default_factory=dict)
    answer: dict[int, list[int]] = field(default_factory=dict)
    tokens: int = 0
    cached: int = 0
    written: int = 0
    hours: list[int] = field(default_factory=lambda: [0] * 24)


def observed(seen: Iterable[Seen], days: float) -> tuple[Task, ...]:
    """A task for each lane, with as many requests a month as so many days had. Raises ValueError for no request."""
    tallies: dict[str, _Tally] = {}
    for each in seen:
        _count(tallies.setdefault(each.lane or "no lane", _Tally()), each)
    if not tallies:
        raise ValueError("the ledger has no answered request with known usage in that time")
    months = Fraction(days) * 24 / HOURS
    return tuple(_task(lane, tally, months) for lane, tally in sorted(tallies.items()))


def _count(tally: _Tally, each: Seen) -> None:
    prompt = sum(each.usage.get(kind, 0) for kind in PROMPT)
    tally.requests += 1
    tally.tokens += prompt
    tally.cached += each.usage.get("cached_read", 0)
    tally.written += sum(each.usage.get(kind, 0) for kind in WRITTEN)
    tally.hours[int(each.at // 3600) % 24] += 1
    tally.prompt.setdefault(_bin(prompt), []).append(prompt)
    answer = each.usage.get("output", 0)
    tally.answer.setdefault(_bin(answer), []).append(answer)


def _bin(tokens: int) -> int:
    return 0 if tokens <= 0 else 1 + int(BINS * log(tokens, 10))


def _task(lane: str, tally: _Tally, months: Fraction) -> Task:
    shared = Fraction(tally.cached + tally.written, tally.tokens) if tally.tokens else Fraction(0)
    whole = tally.requests / months
    hours = tuple(Decimal(rounded(1000 * whole * count / tally.requests * 24 / HOURS)) / 1000 for count in tally.hours)
    few = tally.requests < 24 * ENOUGH
    return Task(
        name=lane,
        requests=Volume(per_month=rounded(whole)) if few else Volume(hourly=hours),
        input=_spread(tally.prompt),
        output=_spread(tally.answer),
        cacheable=(Decimal(shared.numerator) / shared.denominator).quantize(SHARE),
        reused=_reused(tally),
    )


def _spread(bins: Mapping[int, list[int]]) -> Spread:
    """The mean of each bin with the number of requests in it."""
    histogram: dict[int, Decimal] = {}
    for tokens in bins.values():
        mean = round(sum(tokens) / len(tokens))
        histogram[mean] = histogram.get(mean, Decimal(0)) + len(tokens)
    return Spread(histogram=histogram)


def _reused(tally: _Tally) -> int:
    """How many requests used what one had written; where nobody told of writing, as many as the default says."""
    if not tally.written:
        return REUSED
    return max(1, round((tally.cached + tally.written) / tally.written))
