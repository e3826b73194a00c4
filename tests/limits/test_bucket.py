"""Token buckets: no more goes through than they hold and fill with, and nothing waits for ever."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfopen.documents import Complaints
from halfopen.limits.bucket import Bucket, Limits, refilled, taken, wait


def test_a_new_bucket_holds_a_minute_and_fills_evenly() -> None:
    bucket = taken(refilled(None, 60, 100.0), 60)
    assert wait(bucket, 60, 1) == 1.0
    assert wait(refilled(bucket, 60, 130.0), 60, 30) == 0.0
    assert refilled(bucket, 60, 1000.0).level == 60


def test_what_is_more_than_it_ever_holds_goes_when_it_is_full_and_leaves_it_in_debt() -> None:
    full = refilled(None, 10, 0.0)
    assert wait(full, 10, 500) == 0.0
    assert wait(taken(full, 500), 10, 1) == pytest.approx(491 * 6)
    assert wait(taken(full, 1), 10, 500) == pytest.approx(6)


@given(st.integers(1, 1000), st.lists(st.tuples(st.floats(0, 30), st.integers(1, 50)), max_size=60))
def test_in_any_span_no_more_goes_through_than_a_minute_and_what_fills_it(
    most: int, asked: list[tuple[float, int]]
) -> None:
    now, gone, bucket = 0.0, 0, Bucket(float(most), 0.0)
    for later, amount in asked:
        now += later
        bucket = refilled(bucket, most, now)
        if wait(bucket, most, amount) == 0:
            bucket, gone = taken(bucket, amount), gone + min(amount, most)
    assert gone <= most + now * most / 60 + 1e-6 * (1 + now) * most


@given(st.integers(1, 1000), st.integers(-500, 1000), st.integers(1, 2000))
def test_after_its_wait_it_goes_through(most: int, level: int, amount: int) -> None:
    bucket = Bucket(float(min(level, most)), 0.0)
    seconds = wait(bucket, most, amount)
    assert wait(refilled(bucket, most, seconds + 1e-6), most, amount) == pytest.approx(0, abs=1e-6)


def test_a_limit_of_nothing_is_refused() -> None:
    with pytest.raises(Complaints):
        Limits(requests=0)
