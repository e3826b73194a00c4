"""Columns of strings become battles, and what cannot be one is told by its row."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from halfopen.ratings import BadBattles, battles, position
from halfopen.ratings.codes import coded
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


@pytest.mark.parametrize(
    ("weight", "row"), [([1, 0, 1], 1), ([1, 1, -2], 2), ([float("nan"), 1, 1], 0), ([1, 1e300, 1], 1)]
)
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


class Series:
    """A column that is asked by its index, as that of pandas is: here the index begins with 5."""

    def __init__(self, values: list[str]) -> None:
        self.values = values

    def __len__(self) -> int:
        return len(self.values)

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)

    def __getitem__(self, index: int) -> str:
        if not 5 <= index < 5 + len(self.values):
            raise KeyError(index)
        return self.values[index - 5]


def test_columns_may_have_an_index_that_does_not_count_from_0() -> None:
    columns: list[Any] = [Series(column) for column in (A, B, W)]
    assert battles(*columns).models == ("a", "b", "c")
    with pytest.raises(BadBattles, match="battle 2: the winner is 'x'"):
        battles(columns[0], columns[1], Series(["tie", "x", "tie"]))  # type: ignore[arg-type]


def test_none_is_a_cluster_of_its_own() -> None:
    read = battles(A + A, B + B, W + W, cluster=[None, "x", "x", None, "y", None])
    assert read.cluster is not None
    assert len(set(read.cluster.tolist())) == 5
    assert read.cluster[1] == read.cluster[2]
    assert read.cluster.max() == 4


@pytest.mark.parametrize("shared", [True, False])
def test_long_columns_are_read_as_short_ones_are(shared: bool) -> None:
    """Texts that are one object, and texts that are equal and many; more models than a table has room for at once."""
    dice = np.random.default_rng(1)
    names = [f"model {n}" for n in range(3_000)]
    a = dice.integers(0, 3_000, 60_000)
    b = (a + dice.integers(1, 3_000, 60_000)) % 3_000
    columns = ([names[n] for n in each] if shared else [f"model {n}" for n in each] for each in (a, b))
    one, other = columns
    read = battles(one, other, ["model_a", "tie"] * 30_000)
    assert [read.models[n] for n in read.a] == one
    assert [read.models[n] for n in read.b] == other
    assert read.outcome.tolist() == [0, 2] * 30_000
    with pytest.raises(BadBattles, match="battle 60000: the winner is 'left'"):
        battles(one, other, ["tie"] * 59_999 + ["left"])


def test_a_column_is_read_in_less_time_than_a_dictionary_takes() -> None:
    """A third of it where nothing else runs."""
    column = [f"m{n % 130}" for n in range(130)] * 8_000
    code = {name: n for n, name in enumerate(column[:130])}

    def taken(read: Callable[[], object]) -> float:
        start = time.process_time()
        read()
        return time.process_time() - start

    ours = min(taken(lambda: coded(column, code.__getitem__)) for _ in range(5))
    theirs = min(taken(lambda: [code[each] for each in column]) for _ in range(5))
    assert coded(column, code.__getitem__).tolist() == [code[each] for each in column]
    assert ours < theirs
