"""Held against engines of others, where they are installed: the same optimum, to a ten-thousandth of an Elo."""

from __future__ import annotations

import choix
import evalica
import numpy as np
import pytest

from halfopen.ratings import battles, fit
from tests.ratings.arenas import centred, drawn

STRENGTHS = [-200.0, -90, -40, 0, 30, 60, 130, 250]
ELO = 400 / np.log(10)


@pytest.mark.parametrize("seed", range(3))
def test_choix_comes_to_the_same_optimum(seed: int) -> None:
    read = battles(*drawn(STRENGTHS, 3_000, seed=seed))
    wins = np.zeros((8, 8))
    np.add.at(wins, (read.a, read.b), np.array([1, 0, 0.5])[read.outcome])
    np.add.at(wins, (read.b, read.a), np.array([0, 1, 0.5])[read.outcome])
    theirs = ELO * choix.ilsr_pairwise_dense(wins, tol=1e-12)
    assert np.abs(centred(fit(read).ratings) - centred(theirs)).max() < 1e-4


@pytest.mark.parametrize("seed", range(3))
def test_evalica_comes_to_the_same_optimum_if_it_is_given_the_time(seed: int) -> None:
    a, b, winner = drawn(STRENGTHS, 3_000, seed=seed)
    words = {"model_a": evalica.Winner.X, "model_b": evalica.Winner.Y, "tie": evalica.Winner.Draw}
    found = evalica.bradley_terry(a, b, [words[each] for each in winner], tolerance=1e-14, limit=100_000)
    theirs = ELO * np.log(found.scores.sort_index().to_numpy())
    assert np.abs(centred(fit(battles(a, b, winner)).ratings) - centred(theirs)).max() < 1e-4
