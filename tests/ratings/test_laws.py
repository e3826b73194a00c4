"""What holds for all battles: order and names change nothing, a copy narrows, swapped sides mirror."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from halfopen.ratings import BadBattles, Disconnected, Fit, difference, fit, intervals
from halfopen.ratings.bradley_terry import Ties
from tests.ratings.arenas import Said, written

NAMES = "abcdef"
MIRROR = {"model_a": "model_b", "model_b": "model_a", "tie": "tie"}

row = st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), st.sampled_from(["model_a", "model_b", "tie"]))
arenas = st.lists(row.filter(lambda each: each[0] != each[1]), min_size=6, max_size=60)
kinds: st.SearchStrategy[Ties] = st.sampled_from(["half", "davidson"])


def fitted(said: list[Said], ties: Ties) -> Fit:
    """The fit, if there is one, and one circle only: which of two equal ones is the pool is a matter of names."""
    try:
        found = fit(written(said), ties=ties)
    except BadBattles:
        assume(False)
        raise
    assume(len(set(found.pool.placed.group.tolist()) - {-1}) in (1, 1 + len(found.models) - len(found.pool.members)))
    return found


def ends(found: Fit) -> list[float]:
    return [end for each in intervals(found) for end in (each.value, each.low, each.high)]


def same(one: list[float], other: list[float]) -> bool:
    return one == pytest.approx(other, abs=1e-4, nan_ok=True)


@settings(max_examples=30, deadline=None)
@given(arenas, kinds, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(said: list[Said], ties: Ties, dice: object) -> None:
    shuffled = list(said)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    assert same(ends(fitted(said, ties)), ends(fitted(shuffled, ties)))


@settings(max_examples=30, deadline=None)
@given(arenas, kinds, st.permutations(NAMES))
def test_names_change_nothing(said: list[Said], ties: Ties, others: list[str]) -> None:
    called = dict(zip(NAMES, others, strict=True))
    plain = fitted(said, ties)
    assume(
        len(plain.pool.members) * 2 > len(plain.models)
    )  # else which of two equal pools is rated is a matter of names
    renamed = fitted([(called[a], called[b], winner) for a, b, winner in said], ties)
    by_name = dict(zip(renamed.models, intervals(renamed), strict=True))
    there = [end for name in plain.models for end in _ends(by_name[called[name]])]
    assert same(ends(plain), there)


def _ends(each: object) -> tuple[float, float, float]:
    return each.value, each.low, each.high  # type: ignore[attr-defined]


@settings(max_examples=30, deadline=None)
@given(arenas, kinds)
def test_swapped_sides_are_the_same_battles(said: list[Said], ties: Ties) -> None:
    swapped = [(b, a, MIRROR[winner]) for a, b, winner in said]
    assert same(ends(fitted(said, ties)), ends(fitted(swapped, ties)))


@settings(max_examples=30, deadline=None)
@given(arenas, kinds)
def test_the_other_winner_everywhere_mirrors(said: list[Said], ties: Ties) -> None:
    plain = fitted(said, ties)
    turned = fitted([(a, b, MIRROR[winner]) for a, b, winner in said], ties)
    assert same(ends(plain), [2000 - end for each in intervals(turned) for end in (each.value, each.high, each.low)])


@settings(max_examples=30, deadline=None)
@given(arenas, kinds)
def test_a_copy_of_all_battles_narrows_and_does_not_move(said: list[Said], ties: Ties) -> None:
    once, twice = fitted(said, ties), fitted(said * 2, ties)
    assert same(once.ratings.tolist(), twice.ratings.tolist())
    for before, after in zip(intervals(once), intervals(twice), strict=True):
        assert after.low >= before.low - 1e-6
        assert after.high <= before.high + 1e-6


@settings(max_examples=30, deadline=None)
@given(arenas)
def test_a_difference_turned_round_is_its_mirror(said: list[Said]) -> None:
    found = fitted(said, "half")
    a, b = found.models[0], found.models[-1]
    one, other = difference(found, a, b), difference(found, b, a)
    assert same([one.value, one.low, one.high], [-other.value, -other.high, -other.low])


@settings(max_examples=30, deadline=None)
@given(arenas, kinds)
def test_the_slope_is_nothing_at_the_top(said: list[Said], ties: Ties) -> None:
    pool = fitted(said, ties).pool
    slope, _ = pool.likelihood.derivatives(pool.at)
    assert np.abs(slope).max() < 1e-7


@settings(max_examples=30, deadline=None)
@given(arenas)
def test_there_is_an_interval_about_every_rating_or_a_reason(said: list[Said]) -> None:
    found = fitted(said, "half")
    for each in intervals(found):
        assert each.low < each.high
        assert not each.low > each.value
        assert not each.high < each.value
        assert np.isfinite(each.value) or each.says


@settings(max_examples=30, deadline=None)
@given(arenas, arenas)
def test_a_disconnected_pool_is_said_not_fitted_over(one: list[Said], other: list[Said]) -> None:
    """Other names, and no battle between: whatever happened within, the fit names both sides."""
    apart = [(a.upper(), b.upper(), winner) for a, b, winner in other]
    with pytest.raises(Disconnected) as wrong:
        fit(written(one + apart))
    told = [set(group) for group in wrong.value.pools]
    assert set.union(*told) == {name for a, b, _ in one + apart for name in (a, b)}
    for a, b, _ in one + apart:
        assert sum({a, b} <= group for group in told) == 1
