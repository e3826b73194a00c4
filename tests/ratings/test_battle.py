"""Columns of strings become battles, and what cannot be one is told by its row."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest

from halfopen.ratings import BadBattles, battles, position
from tests.ratings.arenas import drawn, written

A, B, W = ["a", "b", "a"], ["b", "c", "c"], ["model_a", "tie", "tie (bothbad)"]


def test_names_are_sorted_and_both_kinds_of_tie_are_ties() -> None:
    read = battles(A, B, W)
    assert read.models == ("a", "b", "c")
    assert (read.a.tolist(), read.b.tolist(), read.outcome.tolist()) == ([0, 1, 0], [1, 2, 2], [0, 2, 2])


@pytest.mark.parametrize(
    ("columns", "row", "said"),
    [
        ((A, B, ["model_a", "left", "tie"]), 1, "battle 2: the winner is 'left'; it is one of model_a, model_b, tie"),
        ((A, B, ["model_a", None, "tie"]), 1, "battle 2: the winner is None"),
        ((A, B, ["model_a", ["tie"], "tie"]), 1, r"battle 2: the winner is \['tie'\]"),
        ((["a", "b", "c"], B, W), 2, "battle 3: 'c' is compared with itself"),
        ((["a"], ["a"], ["tie"]), 0, "battle 1: 'a' is compared with itself; two different models are needed"),
        ((["a", "", "a"], B, W), 1, "battle 2: a model is called ''"),
        ((["a", None, "a"], B, W), 1, "battle 2: a model is called None"),
        ((["a", float("nan"), "a"], B, W), 1, "battle 2: a model is called nan"),
        ((["a", ["b"], "a"], B, W), 1, r"battle 2: model_a is \['b'\]"),
        (([], [], []), None, "there are no battles"),
        ((A, B[:2], W), None, "model_b has 2 rows and model_a has 3"),
        ((A, B, W[:1]), None, "winner has 1 rows and model_a has 3"),
    ],
)
def test_what_is_no_battle_is_told_by_its_row(columns: Any, row: int | None, said: str) -> None:
    with pytest.raises(BadBattles, match=said) as wrong:
        battles(*columns)
    assert wrong.value.row == row


@pytest.mark.parametrize(("weight", "row"), [([1, 0, 1], 1), ([1, 1, -2], 2), ([float("nan"), 1, 1], 0)])
def test_a_weight_is_finite_and_greater_than_nothing(weight: list[float], row: int) -> None:
    with pytest.raises(BadBattles, match="a finite number greater than 0") as wrong:
        battles(A, B, W, weight=weight)
    assert wrong.value.row == row


def test_a_weight_is_a_number() -> None:
    with pytest.raises(BadBattles, match="a weight is not a number"):
        battles(A, B, W, weight=["heavy", 1, 1])  # type: ignore[list-item]


def test_covariates_have_a_row_for_each_battle() -> None:
    with pytest.raises(BadBattles, match="the covariates have 2 rows"):
        battles(A, B, W, covariates=position(2))


def test_a_million_models_are_refused_before_anything_is_made_for_them() -> None:
    names = [f"m{n}" for n in range(1_000_000)]
    start = time.perf_counter()
    with pytest.raises(BadBattles, match="1,000,000 different models; 4,000 at most"):
        battles(names[::2], names[1::2], ["model_a"] * 500_000)
    assert time.perf_counter() - start < 30


def test_a_choice_of_rows_keeps_all_that_belongs_to_them() -> None:
    read = battles(A, B, W, weight=[1, 2, 3], cluster=["x", "y", "z"], covariates=position(3))
    kept = read.where([False, True, True])
    assert kept.models == ("a", "b", "c")
    assert (kept.a.tolist(), kept.b.tolist()) == ([1, 0], [2, 2])
    assert kept.weight is not None
    assert kept.cluster is not None
    assert kept.covariates is not None
    assert (kept.weight.tolist(), kept.cluster.tolist(), len(kept.covariates.values)) == ([2, 3], [0, 1], 2)
    assert read.where([True, False, False]).models == ("a", "b")


def test_a_choice_of_models_keeps_the_battles_between_them() -> None:
    assert len(battles(A, B, W).only(["a", "b"])) == 1
    with pytest.raises(BadBattles, match="no battles are left"):
        written([("a", "b", "tie"), ("c", "d", "tie")]).only(["a", "c"])
    with pytest.raises(BadBattles, match="'z' is in none of the battles"):
        battles(A, B, W).only(["a", "z"])
    with pytest.raises(BadBattles, match="1 marks for 3 battles"):
        battles(A, B, W).where([True])


def test_columns_may_be_arrays() -> None:
    a, b, winner = (np.array(column) for column in drawn([0, 50, 100], 40))
    assert battles(a, b, winner).models == ("m00", "m01", "m02")  # type: ignore[arg-type]
