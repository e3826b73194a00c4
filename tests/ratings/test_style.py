"""What else may move a battle, as columns."""

from __future__ import annotations

import numpy as np
import pytest

from halfopen.ratings import Covariates, battles, by_judge, fit, position, relative
from tests.ratings.arenas import NATS, WORDS


def test_a_relative_length_is_zero_between_equals_and_mirrors() -> None:
    one = relative("length", [100, 300, 0], [100, 100, 0]).values[:, 0]
    other = relative("length", [100, 100, 0], [100, 300, 0]).values[:, 0]
    assert one.tolist() == [0, pytest.approx(np.sqrt(3)), 0]
    assert other.tolist() == (-one).tolist()


def test_nothing_is_longer_than_nothing() -> None:
    assert relative("length", [0, 0], [0, 0]).values.tolist() == [[0], [0]]
    with pytest.raises(ValueError, match="battle 2: length is negative"):
        relative("length", [1, 1], [1, -1])


def test_a_gap_in_a_column_is_told_by_its_row() -> None:
    with pytest.raises(ValueError, match="battle 2: markdown is nan"):
        Covariates(("markdown",), np.array([[1.0], [np.nan]]))
    with pytest.raises(ValueError, match="1 names for values of shape"):
        Covariates(("markdown",), np.zeros((3, 2)))


def test_each_judge_has_a_column_of_his_own() -> None:
    both = by_judge(["x", "y", "x"])
    assert both.names == ("position (x)", "position (y)")
    assert both.values.tolist() == [[1, 0], [0, 1], [1, 0]]
    lengths = by_judge(["x", "y"], relative("length", [3, 1], [1, 3]))
    assert lengths.names == ("length (x)", "length (y)")
    assert (position(2) + lengths).names == ("position", "length (x)", "length (y)")


def test_a_taste_for_length_is_found_and_taken_off() -> None:
    dice = np.random.default_rng(2)
    strength, wordy = np.array([0.0, 50.0, 100.0]), np.array([300.0, 200.0, 100.0])
    a = dice.integers(0, 3, 30_000)
    b = (a + dice.integers(1, 3, 30_000)) % 3
    left, right = wordy[a] * dice.lognormal(0, 0.3, 30_000), wordy[b] * dice.lognormal(0, 0.3, 30_000)
    length = relative("length", left, right)
    score = 1 / (1 + np.exp(-NATS * (strength[a] - strength[b] + 150 * length.values[:, 0])))
    winner = [WORDS[int(each)] for each in dice.random(30_000) > score]
    columns = [f"m{n}" for n in a], [f"m{n}" for n in b], winner
    naive, fair = fit(battles(*columns)), fit(battles(*columns, covariates=length))
    assert fair.effects[0].low < 150 < fair.effects[0].high
    assert fair.ratings[2] - fair.ratings[0] == pytest.approx(100, abs=15)
    assert naive.ratings[2] < naive.ratings[0]
