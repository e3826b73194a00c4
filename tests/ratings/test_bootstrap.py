"""Battles drawn again: the same width as the sandwich, exact in each round, infinite where a round separates."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest

from halfopen.ratings import Scale, battles, fit, intervals, percentile, position, resampled
from halfopen.ratings.bootstrap import draws
from tests.ratings.arenas import drawn, of_score, written

STRENGTHS = [-150, -40, 0, 60, 130]


def widths(found: object) -> np.ndarray:
    return np.array([each.high - each.low for each in found])  # type: ignore[attr-defined]


def test_it_is_as_wide_as_the_sandwich_where_there_are_many_battles() -> None:
    found = fit(battles(*drawn(STRENGTHS, 20_000)))
    rounds = resampled(found, 1_000, seed=1)
    assert rounds.shape == (1_000, 5)
    assert widths(percentile(found, rounds)) / widths(intervals(found)) == pytest.approx(np.ones(5), abs=0.1)
    assert rounds.mean(axis=0) == pytest.approx(found.ratings, abs=1)


def test_a_round_that_starts_at_the_optimum_ends_at_its_own() -> None:
    found = fit(battles(*drawn(STRENGTHS, 2_000)))
    assert resampled(found, 30, seed=3) == pytest.approx(resampled(found, 30, seed=3, close=1e-11), abs=1e-3)


def test_the_seed_is_all_the_chance_there_is() -> None:
    found = fit(battles(*drawn(STRENGTHS, 500)))
    assert (resampled(found, 5, seed=1) == resampled(found, 5, seed=1)).all()
    assert (resampled(found, 5, seed=1) != resampled(found, 5, seed=2)).any()


@pytest.mark.parametrize("battles_of_each", [1, 7, 400])
def test_a_round_has_as_many_battles_as_there_are_spread_as_a_multinomial(battles_of_each: int) -> None:
    said = [
        row
        for pair in ("ab", "bc", "ca")
        for row in of_score(battles_of_each, battles_of_each, battles_of_each, a=pair[0], b=pair[1])
    ]
    found = fit(written(said))
    rounds = np.array([each.weight.ravel() for each in draws(found, 3_000, np.random.default_rng(1))])
    assert (rounds.sum(axis=1) == len(said)).all()
    variance = len(said) * (1 / 9) * (8 / 9)
    assert rounds.mean(axis=0) == pytest.approx(np.full(9, battles_of_each), abs=5 * (variance / 3_000) ** 0.5)
    assert rounds.var(axis=0) == pytest.approx(np.full(9, variance), rel=0.15)
    apart = np.corrcoef(rounds.T)[~np.eye(9, dtype=bool)]
    assert apart == pytest.approx(np.full(72, -1 / 8), abs=0.08)


def test_clusters_are_drawn_whole() -> None:
    a, b, winner = drawn(STRENGTHS, 2_000)
    once = fit(battles(a, b, winner, cluster=list(range(2_000))))
    copied = fit(battles(a * 4, b * 4, winner * 4, cluster=list(range(2_000)) * 4))
    one, other = (percentile(each, resampled(each, 400, seed=1)) for each in (once, copied))
    assert widths(other) / widths(one) == pytest.approx(np.ones(5), abs=0.02)
    assert widths(one) / widths(intervals(once)) == pytest.approx(np.ones(5), abs=0.15)


def test_covariates_and_weights_are_drawn_with_their_battles() -> None:
    columns = drawn(STRENGTHS, 3_000, first=40)
    weight = np.random.default_rng(0).uniform(0.5, 2, 3_000)
    found = fit(battles(*columns, weight=weight, covariates=position(3_000)))
    drawn_again = percentile(found, resampled(found, 200, seed=1))
    assert widths(drawn_again) / widths(intervals(found)) == pytest.approx(np.ones(5), abs=0.25)


def test_a_round_that_separates_a_model_puts_it_at_infinity() -> None:
    found = fit(written(of_score(2_000, 2_000) + of_score(4, 1, a="c", b="a")))
    rounds = resampled(found, 300, seed=1)
    ahead = rounds[:, 2] == inf
    assert 0.1 < ahead.mean() < 0.5  # in (4/5)^5, a third, the one lost battle is not drawn
    assert np.isnan(rounds[:, 2]).any()  # and in e^-5, one of 150, none of the five is
    assert np.isfinite(rounds[:, :2]).all()
    assert percentile(found, rounds)[2].high == inf


def test_a_group_that_flies_off_together_is_noticed() -> None:
    said = of_score(300, 300) + of_score(300, 300, a="x", b="y") + of_score(3, 1, a="x", b="a")
    rounds = resampled(fit(written(said)), 60, seed=2)
    apart = np.isinf(rounds).any(axis=1) | np.isnan(rounds).any(axis=1)
    assert 0 < apart.sum() < 60
    assert np.abs(rounds[~apart]).max() < 10_000


def test_an_anchor_stays_where_it_is() -> None:
    found = fit(battles(*drawn(STRENGTHS, 2_000)), scale=Scale("m01", 800))
    assert resampled(found, 20, seed=1)[:, 1] == pytest.approx(np.full(20, 800.0))


def test_progress_is_told_round_by_round() -> None:
    told: list[tuple[int, int]] = []
    resampled(fit(battles(*drawn(STRENGTHS, 500))), 4, seed=1, progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_who_won_everything_keeps_its_one_bound_and_what_is_said_of_it() -> None:
    found = fit(written(of_score(60, 50) + of_score(12, 0, a="king", b="a")))
    plain, drawn_again = intervals(found), percentile(found, resampled(found, 200, seed=1))
    assert drawn_again[2] == plain[2]
    assert drawn_again[2].low > 1_000
    assert "no upper end" in drawn_again[2].says


def test_few_battles_that_resample_to_themselves_are_no_certainty() -> None:
    found = fit(written(of_score(0, 0, 6) + of_score(300, 300, a="b", b="c")))
    each = percentile(found, resampled(found, 200, seed=1))[0]
    assert each.high - each.low > 200
    assert "too few battles to be resampled" in each.says
    with pytest.raises(ValueError, match="40 rounds of resampling; 200 at least"):
        percentile(found, resampled(found, 40, seed=1))
