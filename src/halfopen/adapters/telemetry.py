"""Counters in the Prometheus format, kept as plain numbers and turned into metrics only when asked.

A label is never taken from a request: lanes, offers, dialects, faults and token kinds are all finite tables.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from halfopen.ledger.entry import Entry

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0)  # seconds


class Counts:
    """Implements `ports.telemetry.Meter`. `retiring` says which offers in use retire soon, in how many days each."""

    def __init__(self, retiring: Callable[[], Mapping[str, int]] = dict) -> None:
        self._retiring = retiring
        self._attempts: Counter[tuple[str, str, str]] = Counter()  # lane, offer, fault
        self._tokens: Counter[tuple[str, str]] = Counter()  # offer, kind
        self._cost: Counter[tuple[str, str]] = Counter()  # offer, currency; picodollars
        self._unpriced: Counter[str] = Counter()  # offer
        self._answers: Counter[tuple[str, int]] = Counter()  # dialect, status
        self._buckets: dict[str, list[int]] = {}  # dialect -> a count for each bound and one above
        self._seconds: dict[str, float] = {}
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def attempt(self, entry: Entry) -> None:
        self._attempts[entry.lane, entry.offer, entry.fault] += 1
        for kind, count in entry.usage.items():
            self._tokens[entry.offer, kind] += count
        if entry.cost is not None:
            self._cost[entry.offer, entry.currency] += entry.cost
        elif entry.usage_from != "none":
            self._unpriced[entry.offer] += 1

    def answered(self, dialect: str, status: int, seconds: float) -> None:
        self._answers[dialect, status] += 1
        buckets = self._buckets.setdefault(dialect, [0] * (len(BOUNDS) + 1))
        buckets[bisect_left(BOUNDS, seconds)] += 1
        self._seconds[dialect] = self._seconds.get(dialect, 0.0) + seconds

    def exposed(self) -> bytes:
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """What prometheus-client asks of a collector."""
        attempts = CounterMetricFamily("halfopen_attempts", "Calls to offers", labels=["lane", "offer", "fault"])
        for labels, count in self._attempts.items():
            attempts.add_metric(labels, count)
        yield attempts
        tokens = CounterMetricFamily("halfopen_tokens", "Tokens by kind", labels=["offer", "kind"])
        for pair, count in self._tokens.items():
            tokens.add_metric(pair, count)
        yield tokens
        cost = CounterMetricFamily("halfopen_cost", "Cost in units of the currency", labels=["offer", "currency"])
        for pair, pico in self._cost.items():
            cost.add_metric(pair, pico / 1e12)
        yield cost
        unpriced = CounterMetricFamily("halfopen_unpriced_attempts", "Attempts nobody could price", labels=["offer"])
        for offer, count in self._unpriced.items():
            unpriced.add_metric([offer], count)
        yield unpriced
        answers = CounterMetricFamily("halfopen_answers", "Answers to callers", labels=["dialect", "status"])
        for (dialect, status), count in self._answers.items():
            answers.add_metric([dialect, str(status)], count)
        yield answers
        yield self._durations()
        days = GaugeMetricFamily("halfopen_retires_in_days", "Days until an offer in use retires", labels=["offer"])
        for offer, left in self._retiring().items():
            days.add_metric([offer], left)
        yield days

    def _durations(self) -> Metric:
        family = HistogramMetricFamily("halfopen_answer_seconds", "Seconds to the end of an answer", labels=["dialect"])
        for dialect, buckets in self._buckets.items():
            rising, total = [], 0
            for bound, count in zip((*map(str, BOUNDS), "+Inf"), buckets, strict=True):
                total += count
                rising.append((bound, float(total)))
            family.add_metric([dialect], buckets=rising, sum_value=self._seconds[dialect])
        return family
