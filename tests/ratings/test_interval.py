"""Intervals: honest for newcomers, one-sided where a model won everything, and two-sided where it did not."""

from __future__ import annotations

import time
from math import exp, inf, isnan, log, log1p, log10, sqrt

import numpy as np
import pytest

from halfopen.ratings import (
    BadBattles,
    Scale,
    battles,
    difference,
    fit,
    intervals,
    needed,
    next_pairs,
    parity,
    position,
    rank_sets,
    win_probability,
)
from halfopen.ratings.bradley_terry import Ties
from halfopen.ratings.likelihood.student import student
from halfopen.ratings.scale import ELO, normal
from tests.ratings.arenas import WORDS, Said, drawn, of_score, written

STRENGTHS = [-150, -40, 0, 60, 130]


def newcomer(wins: int, losses: int, ties: int = 0) -> list[tuple[str, str, str]]:
    """`new` against `old`, which is pinned to `rest` by 200,000 battles."""
    return of_score(100_000, 100_000, a="old", b="rest") + of_score(wins, losses, ties, a="new", b="old")


@pytest.mark.parametrize(
    ("level", "freedom", "quantile"),
    [(0.95, 1, 12.7062047), (0.95, 2, 4.3026527), (0.95, 19, 2.0930241), (0.99, 5, 4.0321430), (0.95, 2000, 1.9611514)],
)
def test_quantiles_are_those_of_the_tables(level: float, freedom: float, quantile: float) -> None:
    assert student(level, freedom) == pytest.approx(quantile, abs=1e-6)


def test_quantiles_join_where_the_expansion_takes_over() -> None:
    assert student(0.999, 1000.0) == pytest.approx(student(0.999, 1000.001), rel=1e-8)
    assert student(0.95, 1e12) == pytest.approx(normal(0.95))
    with pytest.raises(ValueError, match="between 0 and 1"):
        student(95, 10)


def test_many_battles_have_the_textbook_interval() -> None:
    gap = difference(fit(written(of_score(60_000, 40_000))), "a", "b")
    error = ELO / sqrt(100_000 * 0.6 * 0.4)
    assert gap.value == pytest.approx(400 * log10(1.5))
    assert gap.high - gap.low == pytest.approx(2 * 1.959964 * error, rel=1e-4)


def test_ties_make_battles_vary_less_and_the_interval_knows() -> None:
    few, many = (difference(fit(written(of_score(n, n, 2_000 - 2 * n))), "a", "b") for n in (1_000, 300))
    assert (many.high - many.low) / (few.high - few.low) == pytest.approx(sqrt(0.3), rel=1e-3)


def test_a_newcomer_has_the_bounds_of_its_profile() -> None:
    found = fit(written(newcomer(15, 5)))
    gap = difference(found, "new", "old")
    assert gap.value == pytest.approx(400 * log10(3), abs=0.1)
    reach = student(0.95, 19) ** 2 / 2 * 21 / 20  # wins and losses vary as the model thinks, and 1 / 20 is leverage

    def lost(elo: float) -> float:
        def height(d: float) -> float:
            return -15 * log1p(exp(-d)) - 5 * log1p(exp(d))

        return height(log(3)) - height(elo / ELO)

    assert lost(gap.low) == pytest.approx(reach, rel=2e-3)
    assert lost(gap.high) == pytest.approx(reach, rel=2e-3)
    assert gap.high - gap.value > gap.value - gap.low


def test_a_single_tie_is_not_certainty() -> None:
    gap = difference(fit(written(newcomer(0, 0, 1))), "new", "old")
    assert gap.low < -400
    assert gap.high > 400


@pytest.mark.parametrize("ties", ["half", "davidson"])
def test_twenty_of_twenty_have_a_lower_end_and_no_upper_one(ties: Ties) -> None:
    said = newcomer(20, 0) + of_score(0, 0, 50_000, a="old", b="rest") * (ties == "davidson")
    found = fit(written(said), ties=ties)
    gap = difference(found, "new", "old")
    assert (gap.value, gap.high) == (inf, inf)
    # at the lower end P^20 = exp(-1.96^2 / 2)
    nu = 0.5 if ties == "davidson" else 0.0
    odds = exp(gap.low / ELO / 2)
    assert odds / (odds + 1 / odds + nu) == pytest.approx(exp(-(1.959964**2) / 40), rel=1e-3)
    assert gap.says == "won all of its 20 battles: its rating has no upper end"
    turned = difference(found, "old", "new")
    assert turned.low == -inf
    assert turned.high == pytest.approx(-gap.low)
    mine = intervals(found)[found.place("new")]
    assert (mine.value, mine.high) == (inf, inf)
    assert mine.low == pytest.approx(1000 + gap.low, abs=1)


def test_a_circle_above_the_pool_is_one_sided_too() -> None:
    said = of_score(500, 500) + of_score(10, 0, a="x", b="a") + of_score(5, 5, a="x", b="y")
    found = fit(written(said))
    by_name = dict(zip(found.models, intervals(found), strict=True))
    assert by_name["x"].high == by_name["y"].high == inf
    alone = fit(written(of_score(500, 500) + of_score(10, 0, a="x", b="a")))
    assert by_name["x"].low == pytest.approx(intervals(alone)[2].low, abs=0.1)
    assert by_name["y"].low < by_name["x"].low
    assert by_name["y"].says.startswith("won all that joins it")
    between = difference(found, "x", "y")
    assert isnan(between.value)
    assert (between.low, between.high) == (-inf, inf)


def test_a_model_of_which_nothing_can_be_said_has_no_bounds() -> None:
    said = of_score(50, 50) + of_score(5, 0, a="a", b="low") + of_score(5, 0, a="odd", b="low")
    found = fit(written(said))
    odd = intervals(found)[found.place("odd")]
    assert isnan(odd.value)
    assert (odd.low, odd.high) == (-inf, inf)
    assert "nothing says where it stands" in odd.says


def test_a_lost_battle_gives_the_upper_end_back() -> None:
    assert difference(fit(written(newcomer(20, 1))), "new", "old").high < inf


def test_the_anchor_has_no_interval_and_the_others_have_theirs_to_it() -> None:
    found = fit(battles(*drawn(STRENGTHS, 5_000)), scale=Scale("m02", 1000))
    all_of_them = intervals(found)
    assert (all_of_them[2].low, all_of_them[2].high) == (1000, 1000)
    assert "anchor" in all_of_them[2].says
    gap = difference(found, "m04", "m02")
    assert all_of_them[4].low - 1000 == pytest.approx(gap.low)
    assert all_of_them[4].high - 1000 == pytest.approx(gap.high)


def test_a_difference_knows_what_two_models_share() -> None:
    found = fit(battles(*drawn(STRENGTHS, 5_000)))
    one, other = intervals(found)[0], intervals(found)[1]
    gap = difference(found, "m00", "m01")
    assert gap.value == pytest.approx(one.value - other.value)
    assert (gap.high - gap.low) != pytest.approx(
        sqrt((one.high - one.low) ** 2 + (other.high - other.low) ** 2), rel=1e-3
    )
    assert difference(found, "m00", "m00").high == 0
    with pytest.raises(BadBattles):
        difference(found, "m00", "nobody")


def test_parity_is_twice_the_chance_to_win() -> None:
    found = fit(written(of_score(60, 40)))
    even = parity(found, "a", "b")
    chance = win_probability(found, "a", "b")
    assert chance.value == pytest.approx(0.6)
    assert even.value == pytest.approx(120)
    assert even.low == pytest.approx(200 * chance.low)
    assert even.high == pytest.approx(200 * chance.high)
    assert 0.49 < chance.low < 0.52
    assert 0.67 < chance.high < 0.71


def test_under_davidson_the_score_counts_ties_as_half() -> None:
    found = fit(written(of_score(30, 10, 40)), ties="davidson")
    assert win_probability(found, "a", "b").value == pytest.approx((30 + 20) / 80)
    assert win_probability(found, "b", "a").value == pytest.approx((10 + 20) / 80)


def test_who_won_everything_has_a_parity_of_at_least_so_much() -> None:
    even = parity(fit(written(newcomer(20, 0))), "new", "old")
    assert (even.value, even.high) == (200, 200)
    assert 180 < even.low < 190


def test_battles_of_one_voter_are_fewer_than_they_look() -> None:
    a, b, winner = drawn([0, 60], 400, ties=0)
    alone = fit(battles(a, b, winner))
    each = fit(battles(a, b, winner, cluster=list(range(400))))
    copied = fit(battles(a * 5, b * 5, winner * 5, cluster=list(range(400)) * 5))
    assert each.covariance == pytest.approx(alone.covariance, rel=0.01)
    assert copied.covariance == pytest.approx(each.covariance, rel=0.01)


@pytest.mark.parametrize("ties", ["half", "davidson"])
def test_clusters_of_one_are_independent_battles_whatever_is_fitted(ties: Ties) -> None:
    columns = drawn(STRENGTHS, 3_000, seed=3, first=30)
    covariates = position(3_000)
    alone = fit(battles(*columns, covariates=covariates), ties=ties)
    each = fit(battles(*columns, covariates=covariates, cluster=list(range(3_000))), ties=ties)
    assert np.diagonal(each.pool.sandwich.covariance) == pytest.approx(
        np.diagonal(alone.pool.sandwich.covariance), rel=0.01
    )
    assert [effect.low for effect in each.effects] == pytest.approx([effect.low for effect in alone.effects], rel=0.01)


@pytest.mark.parametrize("ties", [0.0, 0.3])
def test_newcomers_with_twenty_battles_are_covered_as_often_as_it_says(ties: float) -> None:
    """A small version of benchmarks/ratings/coverage.py: ten pools of ten models with forty newcomers each."""
    held = [inside for seed in range(10) for inside in _forty_newcomers(ties, seed)]
    assert 0.93 <= np.mean(held) <= 0.98


def _forty_newcomers(ties: float, seed: int) -> list[bool]:
    dice = np.random.default_rng(seed)
    old = np.zeros(10)
    a, b, winner = drawn(old.tolist(), 20_000, ties=ties, seed=seed)
    strengths = dice.normal(0, 120, 40)
    for n, strength in enumerate(strengths):
        score = 1 / (1 + np.exp(-strength / ELO))
        tied = 2 * ties * min(score, 1 - score)
        a += [f"n{n:02d}"] * 20
        b += [f"m{each:02d}" for each in dice.integers(0, 10, 20)]
        winner += [WORDS[each] for each in dice.choice(3, 20, p=[score - tied / 2, 1 - score - tied / 2, tied])]
    found = fit(battles(a, b, winner), scale=Scale("m00", 0))
    return [each.low <= truth <= each.high for each, truth in zip(intervals(found)[10:], strengths, strict=True)]


def test_one_who_only_beat_a_model_that_beat_the_pool_is_held_by_it() -> None:
    said = of_score(5_000, 5_000) + of_score(40, 0, a="x", b="a") + of_score(40, 0, a="top", b="x")
    found = fit(written(said))
    held = dict(zip(found.models, intervals(found), strict=True))
    assert 1000 < held["x"].low < held["top"].low < inf
    # each of two rows of forty wins costs half of 1.96^2 / 2, if `x` stands half way
    chance = exp(-(1.959964**2) / 160)
    assert held["top"].low == pytest.approx(1000 + 2 * 400 * log10(chance / (1 - chance)), abs=3)


def _one_voter(clusters: int, battles_: int = 20) -> tuple[list[Said], list[object]]:
    """A thousand battles of two models, each by itself, and those of a newcomer, in so many clusters."""
    said = of_score(500, 500) + [row for n in range(battles_) for row in of_score(n % 3 > 0, n % 3 == 0, a="new")]
    return said, [*range(1_000), *(f"voter {n % clusters}" for n in range(battles_))]


def test_how_far_other_clusters_would_differ_cannot_be_known_from_one() -> None:
    said, cluster = _one_voter(1)
    found = fit(battles(*zip(*said, strict=True), cluster=cluster))
    new = intervals(found)[2]
    assert (new.low, new.high) == (-inf, inf)
    assert new.says == "all its battles are of one cluster: how far others would differ cannot be known"
    assert difference(found, "a", "b").high < 25
    assert rank_sets(found, seed=1)[2] == (1, 3)
    gap = difference(found, "new", "a")
    assert (gap.low, gap.high, gap.says[:4]) == (-inf, inf, "new:")
    assert parity(found, "a", "new").high == 200
    with pytest.raises(BadBattles, match="all battles of 'new' are of one cluster"):
        needed(found, "new", "a")
    (ask,) = next_pairs(found, pair=("new", "a"), count=5)
    assert (ask.a, ask.narrows) == ("new", inf)
    anchored = intervals(fit(battles(*zip(*said, strict=True), cluster=cluster), scale=Scale("new")))
    assert anchored[0].high == inf
    assert "of the anchor are of one cluster" in anchored[0].says


@pytest.mark.parametrize("clusters", [2, 3, 20])
def test_clusters_never_make_an_interval_narrower_than_battles_by_themselves(clusters: int) -> None:
    said, cluster = _one_voter(clusters, 40)
    alone = intervals(fit(battles(*zip(*said, strict=True))))[2]
    grouped = intervals(fit(battles(*zip(*said, strict=True), cluster=cluster)))[2]
    assert grouped.high - grouped.low >= (alone.high - alone.low) * 0.999


def test_one_voter_who_always_preferred_it_is_no_bound_either() -> None:
    said = of_score(500, 500) + of_score(20, 0, a="new", b="a")
    found = fit(battles(*zip(*said, strict=True), cluster=[*range(1_000), *["ann"] * 20]))
    new = intervals(found)[2]
    assert (new.low, new.high) == (-inf, inf)
    assert new.says.startswith("won all of its 20 battles")
    assert "of one cluster" in new.says


def test_many_models_with_few_battles_do_not_take_for_ever() -> None:
    """A chain of 400: the profile of each would take minutes."""
    names = [f"m{n:03d}" for n in range(400)]
    found = fit(battles(names[:-1], names[1:], ["tie"] * 399))
    start = time.process_time()
    ends = intervals(found)
    assert time.process_time() - start < 8
    assert any("too many to search the profile" in said for said in found.warnings)
    assert all(each.low < each.value < each.high < inf for each in ends)
