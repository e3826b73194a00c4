"""What was asked of the lanes, made into tasks: volume, tokens in histograms, hours, and how caches were used."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfopen.costs.workload import REUSED, Task
from halfopen.ledger.observed import Seen, observed

MONTH = 30.4375  # days
NOON = 12 * 3600.0


def seen(count: int, lane: str = "chat", at: float = NOON, **usage: int) -> list[Seen]:
    return [Seen(lane, at, usage or {"input": 1000, "output": 100}) for _ in range(count)]


def only(rows: list[Seen], days: float = MONTH) -> Task:
    (task,) = observed(rows, days)
    return task


def test_each_lane_is_a_task_and_who_asked_for_none_has_one_too() -> None:
    tasks = observed([*seen(3, "nightly"), *seen(2, "chat"), *seen(1, "")], MONTH)
    assert [(task.name, task.requests.monthly) for task in tasks] == [("chat", 2), ("nightly", 3), ("no lane", 1)]


def test_half_a_month_of_requests_is_half_of_a_month() -> None:
    assert only(seen(100), MONTH / 2).requests.monthly == 200


def test_nothing_asked_is_no_workload() -> None:
    with pytest.raises(ValueError, match="no answered request"):
        observed([], MONTH)


def test_tokens_read_from_a_cache_are_tokens_of_the_prompt() -> None:
    task = only(seen(4, input=400, cached_read=600, output=10))
    assert task.input.expected == 1000
    assert task.output.expected == 10


def test_the_cached_share_is_that_of_all_prompt_tokens_read_or_written() -> None:
    rows = [*seen(1, input=500, cache_write_5m=500, output=1), *seen(3, input=500, cached_read=500, output=1)]
    task = only(rows)
    assert task.cacheable == Decimal("0.5")
    assert task.reused == 4  # one wrote what all four used


def test_where_nobody_tells_of_writing_the_assumed_reuse_is_taken() -> None:
    assert only(seen(4, input=500, cached_read=500, output=1)).reused == REUSED
    assert only(seen(4, input=0, output=1)).cacheable == 0


def test_many_requests_are_told_by_the_hour_and_few_are_not() -> None:
    busy = only([*seen(400, at=NOON), *seen(200, at=NOON + 3600)])
    assert busy.requests.hourly[12] == 2 * busy.requests.hourly[13]
    assert sum(busy.requests.hourly) == busy.requests.hourly[12] + busy.requests.hourly[13]
    assert busy.requests.monthly == 600
    assert only(seen(20)).requests.hourly == ()


def test_long_prompts_keep_their_place_beside_many_short_ones() -> None:
    """So that they are priced by their own tier."""
    task = only([*seen(99, input=1000, output=1), *seen(1, input=300_000, output=1)])
    assert dict(task.input.atoms) == {1000: Fraction(99, 100), 300_000: Fraction(1, 100)}


@given(st.lists(st.tuples(st.integers(0, 1_000_000), st.integers(0, 100_000)), min_size=1, max_size=60))
def test_the_means_are_those_of_the_rows_to_half_a_token(usages: list[tuple[int, int]]) -> None:
    task = only([Seen("chat", NOON, {"input": prompt, "output": answer}) for prompt, answer in usages])
    assert abs(task.input.expected - Fraction(sum(prompt for prompt, _ in usages), len(usages))) <= Fraction(1, 2)
    assert abs(task.output.expected - Fraction(sum(answer for _, answer in usages), len(usages))) <= Fraction(1, 2)
