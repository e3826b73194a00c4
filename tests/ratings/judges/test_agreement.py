"""Agreement against published worked examples, and what its intervals hold."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfopen.ratings.judges import against, alpha, kappa, same
from halfopen.ratings.judges.agreement import LONE, ONE_LABEL

# Krippendorff, Computing Krippendorff's Alpha-Reliability, 2011: reliability data of examples A, B and C.
TWO_BINARY = ("0100000010", "1110010000")
TWO_NOMINAL = ("aabbdcccedda", "babbbccceddd")
FOUR_OBSERVERS = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")


def long(observers: Sequence[str]) -> tuple[list[int], list[str]]:
    """A row for each label given; a dot is a missing one."""
    rows = [(unit, said) for each in observers for unit, said in enumerate(each) if said != "."]
    return [unit for unit, _ in rows], [said for _, said in rows]


def counted(table: Sequence[Sequence[int]]) -> tuple[list[str], list[str]]:
    """Two raters' labels from the table of their counts."""
    cells = [(str(i), str(j), count) for i, row in enumerate(table) for j, count in enumerate(row)]
    return [i for i, _, n in cells for _ in range(n)], [j for _, j, n in cells for _ in range(n)]


@pytest.mark.parametrize(
    ("observers", "expected"),
    [(TWO_BINARY, 0.095), (TWO_NOMINAL, 0.692), (FOUR_OBSERVERS, 0.743)],
    ids=["two observers, two values", "two observers, five values", "four observers, gaps"],
)
def test_alpha_is_that_of_the_published_examples(observers: Sequence[str], expected: float) -> None:
    found = alpha(*long(observers), seed=1)
    assert found.value == pytest.approx(expected, abs=0.0005)
    assert found.low < found.value < found.high


def test_kappa_and_its_error_are_those_of_the_published_example() -> None:
    """Fleiss, Cohen and Everitt, Psychological Bulletin 72, 1969: kappa 0.429, variance 0.002885 for 200 subjects."""
    found = kappa(*counted([[106, 10, 4], [22, 28, 10], [2, 12, 6]]), seed=1)
    assert found.value == pytest.approx(0.4286, abs=0.0001)
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * 0.002885**0.5, rel=0.05)


def test_kappa_is_zero_by_chance_and_one_where_all_is_equal() -> None:
    assert kappa(*counted([[25, 25], [25, 25]]), seed=1).value == pytest.approx(0)
    assert kappa(*counted([[30, 0], [0, 20]]), seed=1).value == 1


def test_clusters_that_agree_within_themselves_widen_the_interval() -> None:
    cluster = [n // 50 for n in range(1000)]
    first = ["a" if n % 2 else "b" for n in range(1000)]
    second = [said if place % 3 else "a" for said, place in zip(first, cluster, strict=True)]
    lone, clustered = kappa(first, second, seed=1), kappa(first, second, cluster=cluster, seed=1)
    assert clustered.value == lone.value
    assert clustered.high - clustered.low > 2 * (lone.high - lone.low)


def test_equal_seeds_give_equal_intervals() -> None:
    columns = counted([[20, 5], [10, 15]])
    assert kappa(*columns, seed=7) == kappa(*columns, seed=7)
    assert kappa(*columns, seed=7) != kappa(*columns, seed=8)


def test_many_votes_on_one_unit_weigh_as_much_as_one() -> None:
    pairs = against({"x": "a", "y": "b"}, ["x", "x", "x", "x", "y", "z"], ["a", "b", "b", "b", "b", "a"])
    assert list(zip(pairs.unit, pairs.weight, strict=True)) == [("x", 0.25)] * 4 + [("y", 1.0)]
    found = same(pairs.judge, pairs.person, weight=pairs.weight, cluster=pairs.unit, seed=1)
    assert found.value == pytest.approx(1.25 / 2)


def test_where_nothing_can_be_said_the_interval_says_so() -> None:
    alike = kappa(["a"] * 5, ["a"] * 5, seed=1)
    assert isnan(alike.value)
    assert alike.says == ONE_LABEL
    lone = kappa(["a", "b"], ["a", "a"], cluster=["x", "x"], seed=1)
    assert (lone.value, lone.says) == (0, LONE)
    assert isnan(lone.low)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (lambda: kappa(["a"], ["a", "b"], seed=1), "columns of 1 and 2 rows"),
        (lambda: kappa([], [], seed=1), "not empty"),
        (lambda: kappa(["a"], ["a"], weight=[nan], seed=1), "a weight greater than 0"),
        (lambda: alpha([1, 2], ["a", "b"], seed=1), "no unit has two labels"),
        (lambda: alpha([1, 1], ["a", "b"], cluster=["x", "y"], seed=1), "two clusters"),
        (lambda: against({1: "a"}, [2], ["a"]), "no unit in common"),
    ],
)
def test_what_cannot_be_compared_is_refused(asked: object, sentence: str) -> None:
    assert callable(asked)
    with pytest.raises(ValueError, match=sentence):
        asked()


Verdicts = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("abt")), min_size=2, max_size=40)


@given(Verdicts)
def test_names_of_labels_order_of_rows_and_who_is_first_change_nothing(rows: list[tuple[str, str]]) -> None:
    first, second = [one for one, _ in rows], [other for _, other in rows]
    renamed = {"a": "z", "b": "x", "t": "y"}
    plain = kappa(first, second, seed=1, rounds=50).value
    other = kappa([renamed[each] for each in second[::-1]], [renamed[each] for each in first[::-1]], seed=1, rounds=50)
    assert other.value == pytest.approx(plain, nan_ok=True)


@given(Verdicts)
def test_a_copy_of_all_rows_moves_nothing(rows: list[tuple[str, str]]) -> None:
    first, second = [one for one, _ in rows], [other for _, other in rows]
    twice = kappa(first * 2, second * 2, seed=1, rounds=50).value
    assert twice == pytest.approx(kappa(first, second, seed=1, rounds=50).value, nan_ok=True)


def held(pools: int, clusters: int, each: int, dice: np.random.Generator) -> float:
    """How often the interval of kappa holds 4/7, for raters who agree in a cluster by its own chance, Beta(4, 3)."""
    labels, hits = np.array(["a", "b", "t"]), 0
    cluster = np.repeat(np.arange(clusters), each)
    for _ in range(pools):
        first = dice.integers(0, 3, clusters * each)
        copied = dice.random(clusters * each) < dice.beta(4, 3, clusters)[cluster]
        second = np.where(copied, first, dice.integers(0, 3, clusters * each))
        columns = labels[first].tolist(), labels[second].tolist()
        found = kappa(*columns, cluster=cluster.tolist(), seed=1, rounds=1000)
        hits += found.low <= 4 / 7 <= found.high
    return hits / pools


def test_intervals_over_twenty_clusters_hold_the_truth_as_often_as_they_say() -> None:
    assert 0.91 <= held(300, 20, 20, np.random.default_rng(2)) <= 0.985


@pytest.mark.slow
@pytest.mark.parametrize(("clusters", "each"), [(20, 30), (60, 10), (300, 1)])
def test_coverage_is_93_to_97_per_cent(clusters: int, each: int) -> None:
    assert 0.93 <= held(4000, clusters, each, np.random.default_rng(3)) <= 0.97
