"""Requests dealt out over weights: completely, fairly, and never to the cheaper because there is one more."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from halfopen.costs.spread import apportioned

many = st.lists(st.integers(1, 1000), min_size=1, max_size=9)


@given(st.integers(0, 10**9), many)
def test_all_requests_are_dealt_and_each_count_is_within_one_of_its_share(whole: int, weights: list[int]) -> None:
    dealt = apportioned(whole, weights)
    assert sum(dealt) == whole
    for count, weight in zip(dealt, weights, strict=True):
        assert abs(count - Fraction(whole * weight, sum(weights))) < 1


@given(st.integers(0, 10**6), many)
def test_with_one_request_more_those_after_any_place_are_never_fewer(whole: int, weights: list[int]) -> None:
    fewer, more = apportioned(whole, weights), apportioned(whole + 1, weights)
    assert all(sum(more[place:]) >= sum(fewer[place:]) for place in range(len(weights)))
