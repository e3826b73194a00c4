"""A judge that favours the first place, or the longer answer, is found out, and by how much."""

from __future__ import annotations

from math import log

import numpy as np
import numpy.typing as npt
import pytest

from halfopen.ratings import Battles, battles, fit, position, relative
from halfopen.ratings.judges import beyond, biases, swapped

ELO = 400 / log(10)
Floats = npt.NDArray[np.float64]


def judged(rows: int, first: float, longer: float, dice: np.random.Generator) -> tuple[Battles, float]:
    """Verdicts of a judge to whom the first place and a standard deviation of length are worth so much (Elo)."""
    strength = np.linspace(-150, 150, 8)
    a = dice.integers(0, 8, rows)
    b = (a + dice.integers(1, 8, rows)) % 8
    one, other = dice.lognormal(5, 0.5, rows), dice.lognormal(5, 0.5, rows)
    length = relative("length", one, other)
    gap = strength[a] - strength[b] + first + longer * length.values[:, 0]
    won = dice.random(rows) < 1 / (1 + np.exp(-gap / ELO))
    names = np.array([f"m{n}" for n in range(8)])
    winner = np.where(won, "model_a", "model_b").tolist()
    effects = position(rows) + length
    return battles(names[a].tolist(), names[b].tolist(), winner, covariates=effects), float(won.mean())


def test_both_biases_are_estimated_within_their_intervals() -> None:
    rows, _ = judged(20_000, 60, -40, np.random.default_rng(1))
    place, length = biases(fit(rows))
    assert (place.name, length.name) == ("position", "length")
    assert place.elo.low < 60 < place.elo.high
    assert length.elo.low < -40 < length.elo.high
    assert place.elo.high - place.elo.low < 20
    assert place.share.value == pytest.approx(1 / (1 + 10 ** (-place.elo.value / 400)))
    assert length.share.high < 0.5 < place.share.low


def test_a_judge_that_saw_the_better_model_first_is_not_called_biased() -> None:
    dice = np.random.default_rng(2)
    better_first = dice.random(4000) < 0.9
    won = dice.random(4000) < np.where(better_first, 0.8, 0.2)
    names = np.where(better_first, "good", "bad").tolist(), np.where(better_first, "bad", "good").tolist()
    rows = battles(*names, np.where(won, "model_a", "model_b").tolist(), covariates=position(4000))
    (bias,) = biases(fit(rows))
    assert won.mean() > 0.7
    assert bias.elo.low < 0 < bias.elo.high


def test_few_clusters_widen_the_interval_beyond_the_fits_own() -> None:
    rows, _ = judged(600, 50, 0, np.random.default_rng(3))
    fitted = fit(
        battles(
            [rows.models[n] for n in rows.a],
            [rows.models[n] for n in rows.b],
            [("model_a", "model_b", "tie")[n] for n in rows.outcome],
            cluster=[n % 6 for n in range(600)],
            covariates=position(600),
        )
    )
    (bias,), (effect,) = biases(fitted), fitted.effects
    assert bias.elo.high - bias.elo.value == pytest.approx(2.5706 / 1.95996 * (effect.high - effect.value), rel=1e-3)


def test_what_length_is_worth_to_people_is_not_the_judges_bias() -> None:
    judge = biases(fit(judged(20_000, 0, 80, np.random.default_rng(4))[0]))[1]
    people = biases(fit(judged(20_000, 0, 30, np.random.default_rng(5))[0]))[1]
    more = beyond(judge, people)
    assert more.low < 50 < more.high
    assert "wider than it need be" in more.says
    with pytest.raises(ValueError, match="not the same"):
        beyond(judge, biases(fit(judged(500, 0, 0, np.random.default_rng(6))[0]))[0])


def test_a_fit_without_covariates_has_no_bias_to_read() -> None:
    rows = battles(["x", "y", "x", "y"], ["y", "x", "y", "x"], ["model_a", "model_a", "model_b", "tie"])
    with pytest.raises(ValueError, match="no covariates"):
        biases(fit(rows, ties="davidson"))


def test_verdicts_with_sides_exchanged_are_sorted_into_steady_first_and_second() -> None:
    once = ["model_a"] * 6 + ["model_b"] * 2 + ["tie"] * 2
    again = ["model_b"] * 3 + ["model_a"] * 3 + ["model_b", "model_a"] + ["tie (bothbad)", "model_a"]
    found = swapped(once, again, seed=1)
    assert found.steady.value == 0.5
    assert found.first.value == 0.3
    assert found.second.value == 0.1
    assert found.first.low < 0.3 < found.first.high
