"""Tipping points really flip the verdict, and a step less does not."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfopen.advisor.advice.settle import Change, settle
from halfopen.advisor.advice.tipping import Tip, first_flip, tips
from halfopen.advisor.advice.verdict import Advice, advice
from halfopen.costs.workload import Floor
from tests.advisor.asked import CHEAP, LARGE, SMALL, offered, task


@pytest.fixture(scope="module")
def asked() -> Advice:
    return advice(offered(task("chat"), task("easy", 3_000_000, quality=Floor(rating=1300))))


@pytest.fixture(scope="module")
def found(asked: Advice) -> tuple[Tip, ...]:
    return tips(asked)


def changed(tip: Tip, step: int) -> Change:
    factor = Fraction(step, 1000)
    return {
        "volume": Change(volume=factor),
        "price": Change(prices={tip.about: factor}),
        "card price": Change(machines=factor),
        "utilisation": Change(throughput=factor),
        "people": Change(people=step * 10**12),
        "rating": Change(ratings={tip.about: step}),
    }[tip.input]


def test_at_a_tip_the_verdict_is_another_and_a_step_before_it_is_not(asked: Advice, found: tuple[Tip, ...]) -> None:
    assert {tip.input for tip in found} >= {"volume", "price", "rating"}
    for tip in found:
        nearer = tip.step - 1 if tip.step > tip.now else tip.step + 1
        assert settle(asked.options, changed(tip, tip.step)).names != asked.settled.names, tip
        assert settle(asked.options, changed(tip, nearer)).names == asked.settled.names, tip
        assert tip.moved


def test_prices_and_ratings_flip_where_the_hand_says(found: tuple[Tip, ...]) -> None:
    """The large one costs 0.0007 a request and the cheap closed one 0.0014: twice, or half, makes them even.

    Of equals the better one is taken, which is the large one; so it takes a thousandth more, or less.
    """
    steps = {(tip.input, tip.about): tip.step for tip in found}
    assert steps["price", LARGE] == 2001
    assert steps["price", CHEAP] == 499
    assert steps["price", SMALL] == 5000  # then both cost the same, and the large one is the better
    assert steps["rating", "gpt-oss-20b"] == -81  # 1380 less 81 is below the 1300 that is easy
    assert steps["rating", "gpt-oss-120b"] == -41


def test_what_is_nearest_comes_first(found: tuple[Tip, ...]) -> None:
    assert [tip.far for tip in found] == sorted(tip.far for tip in found)


@given(st.integers(-2000, 2000), st.lists(st.integers(1, 500), min_size=1, max_size=6), st.integers(0, 3000))
def test_the_first_step_beyond_a_threshold_is_found_in_either_direction(now: int, strides: list[int], far: int) -> None:
    for sign in (1, -1):
        stops = [now + sign * sum(strides[: place + 1]) for place in range(len(strides))]
        limit = now + sign * (far + 1)
        step = first_flip(lambda each, sign=sign, limit=limit: sign * each >= sign * limit, now, stops)  # type: ignore[misc]
        assert step == (limit if sign * limit <= sign * stops[-1] else None)
