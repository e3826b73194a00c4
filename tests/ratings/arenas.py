"""Small arenas: battles drawn from known strengths, and battles written down by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from halfopen.ratings import Battles, battles

NATS = np.log(10) / 400
WORDS = ("model_a", "model_b", "tie")

Said = tuple[str, str, str]


def written(said: Sequence[Said]) -> Battles:
    """Battles as rows: (one, another, "model_a")."""
    a, b, winner = zip(*said, strict=True)
    return battles(a, b, winner)


def of_score(wins: int, losses: int, ties: int = 0, a: str = "a", b: str = "b") -> list[Said]:
    """So many rows of one pair."""
    return [(a, b, "model_a")] * wins + [(a, b, "model_b")] * losses + [(a, b, "tie")] * ties


def drawn(
    strengths: Sequence[float], number: int, ties: float = 0.3, seed: int = 0, first: float = 0.0
) -> tuple[list[str], list[str], list[str]]:
    """Columns of battles of models with these strengths (Elo); `first` is what the place of model_a is worth (Elo)."""
    dice = np.random.default_rng(seed)
    strength = np.asarray(strengths, dtype=np.float64)
    a = dice.integers(0, len(strength), number)
    b = (a + dice.integers(1, len(strength), number)) % len(strength)
    score = 1 / (1 + np.exp(-NATS * (strength[a] - strength[b] + first)))
    tied = 2 * ties * np.minimum(score, 1 - score)
    draw = dice.random(number)
    outcome = np.where(draw < tied, 2, np.where(draw < tied + score - tied / 2, 0, 1))
    names = [f"m{n:02d}" for n in range(len(strength))]
    return [names[n] for n in a], [names[n] for n in b], [WORDS[n] for n in outcome]


def centred(ratings: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(ratings - ratings.mean(), dtype=np.float64)
