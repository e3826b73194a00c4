"""What `/metrics` counts: cost where it is known, and as unpriced only what used something."""

from __future__ import annotations

from halfopen.adapters.telemetry import Counts
from halfopen.testing.entries import row


def test_an_attempt_that_used_nothing_is_not_counted_as_unpriced() -> None:
    meter = Counts()
    meter.attempt(row(offer="refused@p", cost=None, usage={}, usage_from="none"))
    meter.attempt(row(offer="spent@p", cost=None))
    told = meter.exposed().decode()
    assert 'halfopen_unpriced_attempts_total{offer="spent@p"} 1.0' in told
    assert 'halfopen_unpriced_attempts_total{offer="refused@p"}' not in told
