"""Rank sets hold all at once, and the table puts the best first."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest

from halfopen.ratings import battles, fit, intervals, percentile, rank_sets, resampled, table
from tests.ratings.arenas import drawn, of_score, written


def test_models_far_apart_have_one_rank_each() -> None:
    assert rank_sets(fit(battles(*drawn([0, 200, 400], 3_000))), seed=1) == ((3, 3), (2, 2), (1, 1))


def test_equals_share_all_ranks() -> None:
    assert rank_sets(fit(battles(*drawn([0, 0, 0], 300, seed=5))), seed=1) == ((1, 3), (1, 3), (1, 3))


def test_all_of_them_hold_at_once_as_often_as_they_should() -> None:
    true = np.array([0, 5, 10, 15, 20, 25, 30, 60], dtype=float)
    rank = (8 - true.argsort().argsort()).tolist()
    held = []
    for seed in range(150):
        sets = rank_sets(fit(battles(*drawn(true.tolist(), 4_000, seed=seed))), seed=1, draws=2_000)
        held.append(all(low <= each <= high for each, (low, high) in zip(rank, sets, strict=True)))
    assert np.mean(held) >= 0.93


def test_two_intervals_that_do_not_overlap_may_still_be_no_order() -> None:
    """Among many models some pair is apart by chance; sets that hold all at once are not taken in by it."""
    found = fit(battles(*drawn([0.0] * 40, 8_000, seed=1)))
    ends = intervals(found)
    apart = sum(one.low > other.high for one in ends for other in ends)
    sets = rank_sets(found, seed=1)
    assert apart > 0
    assert sets == ((1, 40),) * 40


def test_who_won_everything_may_be_first_and_need_not_be() -> None:
    said = of_score(600, 200) + of_score(200, 600, a="c", b="b")
    sure = table(fit(written(said + of_score(100, 0, a="new", b="a"))), seed=1)
    unsure = table(fit(written(said + of_score(2, 0, a="new", b="c"))), seed=1)
    assert (sure[0].model, sure[0].rating, sure[0].rank_low, sure[0].rank_high) == ("new", inf, 1, 1)
    assert (unsure[0].model, unsure[0].rank_low) == ("new", 1)
    assert unsure[0].rank_high > 1
    assert "won all" in unsure[0].says


def test_the_table_is_best_first_and_can_show_other_intervals() -> None:
    found = fit(battles(*drawn([0, 50, 100], 2_000)))
    rows = table(found, seed=1)
    assert [row.model for row in rows] == ["m02", "m01", "m00"]
    assert sum(row.battles for row in rows) == 4_000
    assert all(row.low < row.rating < row.high for row in rows)
    other = table(found, seed=1, found=percentile(found, resampled(found, 200, seed=1)))
    assert [row.model for row in other] == ["m02", "m01", "m00"]
    assert other[0].low != rows[0].low


def test_the_same_seed_gives_the_same_sets_and_another_almost() -> None:
    found = fit(battles(*drawn([0, 10, 20, 30], 2_000)))
    assert rank_sets(found, seed=1) == rank_sets(found, seed=1)
    assert rank_sets(found, seed=1, level=0.5) != rank_sets(found, seed=1, level=0.9999)


def test_undetermined_models_may_have_any_rank() -> None:
    said = of_score(50, 50) + of_score(5, 0, a="a", b="low") + of_score(5, 0, a="odd", b="low")
    rows = table(fit(written(said)), seed=1)
    assert rows[-1].model == "odd"
    assert (rows[-1].rank_low, rows[-1].rank_high) == (1, 4)
    assert rows[-1].rating != pytest.approx(rows[-1].rating)
