"""Synthetic battles in the Arena's shape: some models fight often and some seldom, and many battles are ties."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
NATS = np.log(10) / 400  # in one Elo
WORDS = ("model_a", "model_b", "tie")


def outcomes(gap: Floats, ties: float) -> Floats:
    """P(first wins), P(second wins), P(tie) after Davidson, with this share of ties between equals; the last axis."""
    nu = 2 * ties / (1 - ties)
    odds = np.stack((np.exp(gap / 2), np.exp(-gap / 2), np.full_like(gap, nu)), axis=-1)
    return np.asarray(odds / odds.sum(axis=-1, keepdims=True), dtype=np.float64)


def popularity(models: int, dice: np.random.Generator) -> Floats:
    """The chance of each model to be drawn."""
    share = dice.lognormal(0, 0.8, models)
    return np.asarray(share / share.sum(), dtype=np.float64)


def arena(
    battles: int, models: int, ties: float, seed: int
) -> tuple[Sequence[str], Sequence[str], Sequence[str], Floats]:
    """model_a, model_b and winner as lists of strings, and the true strengths (Elo, mean 0) by name."""
    dice = np.random.default_rng(seed)
    strength = dice.normal(0, 90, models)
    share = popularity(models, dice)
    a = dice.choice(models, battles, p=share)
    b = dice.choice(models, battles, p=share)
    while (same := a == b).any():
        b[same] = dice.choice(models, int(same.sum()), p=share)
    chance = outcomes(NATS * (strength[a] - strength[b]), ties)
    winner = (dice.random(battles)[:, None] > chance.cumsum(axis=1)[:, :2]).sum(axis=1)
    names = [f"vendor-{n:03d}-instruct" for n in range(models)]
    columns = ([names[n] for n in a.tolist()], [names[n] for n in b.tolist()], [WORDS[n] for n in winner.tolist()])
    return (*columns, strength - strength.mean())
