"""The fit is the optimum, says what it is made of, and refuses what has none."""

from __future__ import annotations

from math import inf, isnan, log10

import numpy as np
import pytest

from halfopen.ratings import (
    BadBattles,
    Disconnected,
    NoOptimum,
    Prior,
    Scale,
    battles,
    by_judge,
    fit,
    position,
    relative,
)
from tests.ratings.arenas import centred, drawn, of_score, written

STRENGTHS = [-150, -40, 0, 60, 130]


def zermelo(wins: np.ndarray, turns: int = 20_000) -> np.ndarray:
    """The optimum by the oldest way (Zermelo 1929): strength = wins / sum of battles over sums of strengths."""
    strength = np.ones(len(wins))
    met = wins + wins.T
    for _ in range(turns):
        strength = wins.sum(axis=1) / (met / (strength[:, None] + strength)).sum(axis=1)
        strength /= np.exp(np.log(strength).mean())
    return np.asarray(400 * np.log10(strength))


def test_two_models_are_apart_by_the_logarithm_of_their_odds() -> None:
    found = fit(written(of_score(30, 10)))
    assert found.ratings[0] - found.ratings[1] == pytest.approx(400 * log10(3), abs=1e-9)
    assert found.ratings.mean() == pytest.approx(1000)
    assert found.battles.tolist() == [40, 40]


def test_a_tie_is_half_a_win_for_each() -> None:
    found = fit(written(of_score(5, 2, 3)))
    assert found.ratings[0] - found.ratings[1] == pytest.approx(400 * log10(6.5 / 3.5), abs=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_it_is_the_optimum_that_the_oldest_way_comes_to(seed: int) -> None:
    read = battles(*drawn(STRENGTHS, 400, seed=seed))
    wins = np.zeros((5, 5))
    np.add.at(wins, (read.a, read.b), np.array([1, 0, 0.5])[read.outcome])
    np.add.at(wins, (read.b, read.a), np.array([0, 1, 0.5])[read.outcome])
    assert np.abs(centred(fit(read).ratings) - zermelo(wins)).max() < 1e-6


def test_strengths_far_apart_are_found_too() -> None:
    said = of_score(10_000, 1, a="a", b="b") + of_score(10_000, 1, a="b", b="c") + of_score(10_000, 1, a="c", b="d")
    found = fit(written(said))
    assert np.diff(found.ratings).tolist() == pytest.approx([-1600] * 3, abs=1e-6)


def test_a_weight_of_three_moves_like_three_battles() -> None:
    said = of_score(3, 2, 1)
    once = battles(*zip(*said, strict=True), weight=[3.0] * len(said))
    assert fit(once).ratings == pytest.approx(fit(written(said * 3)).ratings, abs=1e-9)
    # but it is no more evidence than one: its variance is that of single battles
    assert fit(once).covariance == pytest.approx(fit(written(said)).covariance)


def test_an_anchor_stands_where_it_is_put() -> None:
    read = battles(*drawn(STRENGTHS, 400))
    found, plain = fit(read, scale=Scale("m03", 1234)), fit(read)
    assert found.ratings[3] == 1234
    assert found.ratings - found.ratings[3] == pytest.approx(plain.ratings - plain.ratings[3])
    assert fit(read, scale=Scale(at=0)).ratings.mean() == pytest.approx(0, abs=1e-9)


def test_davidson_counts_ties_by_themselves() -> None:
    found = fit(written(of_score(30, 10, 40)), ties="davidson")
    assert found.ratings[0] - found.ratings[1] == pytest.approx(400 * log10(3), abs=1e-6)
    (share,) = found.effects
    nu = 40 / (30 * 10) ** 0.5  # P(tie) / sqrt(P(a) P(b))
    assert share.name == "ties at even"
    assert share.value == pytest.approx(nu / (2 + nu))
    assert share.low < share.value < share.high


def test_what_the_first_place_is_worth_is_found_and_taken_off() -> None:
    columns = drawn(STRENGTHS, 20_000, seed=2, first=50)
    found = fit(battles(*columns, covariates=position(20_000)))
    (first,) = found.effects
    assert first.name == "position"
    assert first.low < 50 < first.high
    assert first.high - first.low < 15
    assert np.abs(centred(found.ratings) - centred(np.array(STRENGTHS, dtype=float))).max() < 20


def test_a_covariate_that_cannot_be_told_from_the_models_is_refused() -> None:
    a, b, winner = drawn([0, 50], 100)
    always = relative(
        "length", [1.0 if name == "m00" else 0 for name in a], [0 if name == "m00" else 1.0 for name in a]
    )
    with pytest.raises(NoOptimum, match=r"the covariates \(length\) decide every battle, or cannot be told"):
        fit(battles(a, b, winner, covariates=always))
    twice = position(100) + position(100)
    with pytest.raises(NoOptimum, match="cannot be told"):
        fit(battles(a, b, winner, covariates=twice))


def test_a_prior_is_no_secret() -> None:
    read = battles(*drawn(STRENGTHS, 200))
    plain, pulled = fit(read), fit(read, prior=Prior(50))
    assert plain.prior_moved == {}
    assert np.ptp(pulled.ratings) < np.ptp(plain.ratings)
    assert list(pulled.prior_moved.values()) == pytest.approx((pulled.ratings - plain.ratings).tolist(), abs=1e-6)
    assert any("the prior of 50 Elo moved ratings by up to" in said for said in pulled.warnings)
    assert fit(read, prior=Prior(1e7)).ratings == pytest.approx(plain.ratings, abs=1e-3)


def test_a_prior_that_alone_makes_a_rating_finite_says_so() -> None:
    said = of_score(5, 5) + of_score(4, 0, a="c", b="a")
    found = fit(written(said), prior=Prior(100))
    assert np.isfinite(found.ratings).all()
    assert isnan(found.prior_moved["c"])
    assert not isnan(found.prior_moved["a"])
    assert "only the prior makes the rating of c finite" in found.warnings


def test_pools_that_never_met_are_said_and_not_fitted_over() -> None:
    said = of_score(5, 5) + of_score(5, 5, a="x", b="y") + of_score(1, 1, a="y", b="z")
    with pytest.raises(Disconnected, match="2 groups of models never met each other") as wrong:
        fit(written(said))
    assert wrong.value.pools == (("x", "y", "z"), ("a", "b"))
    assert fit(written(said).only(wrong.value.pools[0])).models == ("x", "y", "z")
    pulled = fit(written(said), prior=Prior(100))
    assert any("only the prior compares these groups" in each for each in pulled.warnings)


def test_a_model_that_won_everything_is_at_infinity_and_pulls_nobody() -> None:
    said = of_score(6, 4)
    found = fit(written(said + of_score(7, 0, a="c", b="a") + of_score(0, 3, a="d", b="b")))
    assert found.ratings[2:].tolist() == [inf, -inf]
    assert found.ratings[:2] == pytest.approx(fit(written(said)).ratings)
    assert len(found.warnings) == 2
    assert "c won all" in found.warnings[0]
    assert np.isnan(found.covariance[2]).all()


def test_where_nobody_has_both_won_and_lost_there_are_no_ratings() -> None:
    with pytest.raises(NoOptimum, match="no distance in it is finite"):
        fit(written(of_score(5, 0) + of_score(5, 0, a="b", b="c")))


@pytest.mark.parametrize(
    ("said", "davidson"), [(of_score(0, 0, 5), "every battle is a tie"), (of_score(5, 5), "no battle is a tie")]
)
def test_davidson_needs_some_ties_and_some_wins(said: list[tuple[str, str, str]], davidson: str) -> None:
    with pytest.raises(NoOptimum, match=davidson):
        fit(written(said), ties="davidson")


def test_what_is_asked_for_must_make_sense() -> None:
    read = written(of_score(5, 5) + of_score(4, 0, a="c", b="a"))
    with pytest.raises(BadBattles, match="a number of Elo greater than 0"):
        fit(read, prior=Prior(0))
    with pytest.raises(BadBattles, match="the anchor 'z' is in none"):
        fit(read, scale=Scale("z"))
    with pytest.raises(NoOptimum, match="the anchor 'c' has no finite rating"):
        fit(read, scale=Scale("c"))
    with pytest.raises(BadBattles, match="ties are 'none'"):
        fit(read, ties="none")  # type: ignore[arg-type]
    with pytest.raises(BadBattles, match="'z' is in none of the battles"):
        fit(read).place("z")


def test_many_models_with_few_battles_each_are_no_trouble() -> None:
    found = fit(battles(*drawn(np.linspace(-200, 200, 600).tolist(), 30_000, seed=2)))
    order = [int(name[1:]) for name in found.models]
    assert np.corrcoef(found.ratings, order)[0, 1] > 0.9


def test_a_judge_that_always_picks_the_first_place_has_no_worth_of_it() -> None:
    a, b, _ = drawn(STRENGTHS, 400)
    with pytest.raises(NoOptimum, match="the covariate position decides every battle that it could"):
        fit(battles(a, b, ["model_a"] * 400, covariates=position(400)))
    said = drawn(STRENGTHS, 400)[2]
    judges = ["ann"] * 200 + ["bob"] * 200
    with pytest.raises(NoOptimum, match=r"the covariate position \(ann\) decides every battle"):
        fit(battles(a, b, ["model_a"] * 200 + said[200:], covariates=by_judge(judges)))


def test_one_exception_in_many_is_an_effect_with_an_end() -> None:
    a, b, _ = drawn(STRENGTHS, 4_000)
    (place,) = fit(battles(a, b, ["model_a"] * 3_990 + ["model_b"] * 10, covariates=position(4_000))).effects
    assert 900 < place.value < 1_200


def test_battles_of_one_cluster_only_are_refused() -> None:
    with pytest.raises(NoOptimum, match="all battles are of one cluster"):
        fit(battles(*zip(*of_score(5, 5), strict=True), cluster=["x"] * 10))


def test_of_two_models_one_of_which_won_everything_the_bound_on_their_difference_is_told() -> None:
    for said, winner in ((of_score(5, 0), "a"), (of_score(0, 5), "b")):
        with pytest.raises(NoOptimum, match=f"{winner} won all of its 5 battles") as wrong:
            fit(written(said))
        assert wrong.value.ahead is not None
        odds = 10 ** (wrong.value.ahead.low / 400)
        assert (odds / (1 + odds)) ** 5 == pytest.approx(np.exp(-(1.959964**2) / 2))
        assert wrong.value.ahead.high == inf


@pytest.mark.parametrize("at", [float("nan"), inf, 1e308])
def test_a_scale_is_put_at_a_number(at: float) -> None:
    with pytest.raises(BadBattles, match="the scale is put at"):
        fit(written(of_score(5, 5)), scale=Scale(at=at))
