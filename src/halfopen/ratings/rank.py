"""Rank sets that hold all at once, and the table: between which places each model is, beyond doubt.

Marginal intervals that overlap do not say that two models are equal, and a hundred of them at 95 % do not hold together
at 95 %. So every pair is judged by its own difference and that difference's error, against the quantile of the largest
such ratio over all pairs at once (the studentised maximum, simulated from the joint covariance). A model's set runs
from one place behind all that are beyond doubt ahead of it to one before all that are behind; with the
stated probability every true rank lies in its set (confidence sets for ranks: Mogstad and others 2024).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isnan

import numpy as np
import numpy.typing as npt

from halfopen.ratings.bradley_terry import Fit
from halfopen.ratings.interval import intervals, one_sided
from halfopen.ratings.likelihood.connected import ABOVE, BELOW
from halfopen.ratings.likelihood.sandwich import Sandwich
from halfopen.ratings.likelihood.student import student
from halfopen.ratings.scale import ELO, Interval, certainty

Floats = npt.NDArray[np.float64]
Ahead = npt.NDArray[np.bool_]

DRAWS = 10_000
MOST_GAPS = 2e9  # draws x pairs, some seconds; of a thousand models 4,000 draws are made
FEWEST = 1_000
AT_ONCE = 1_000  # draws: as many as stay in a processor's cache


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `rating`, `low` and `high` are in Elo and may be infinite or (`rating`) nan."""

    model: str
    rating: float
    low: float
    high: float
    battles: int
    rank_low: int  # the best place that it may have
    rank_high: int
    says: str


def table(fit: Fit, seed: int, level: float = 0.95, found: Sequence[Interval] | None = None) -> tuple[Row, ...]:
    """All models, best first; `found` are intervals of another kind (those of the bootstrap) to be shown instead."""
    ranks = rank_sets(fit, seed, level)
    shown = intervals(fit, level) if found is None else found
    order = sorted(range(len(fit.models)), key=lambda n: (_worst_last(float(fit.ratings[n])), fit.models[n]))
    return tuple(
        Row(
            model=fit.models[n],
            rating=shown[n].value,
            low=shown[n].low,
            high=shown[n].high,
            battles=int(fit.battles[n]),
            rank_low=ranks[n][0],
            rank_high=ranks[n][1],
            says=shown[n].says,
        )
        for n in order
    )


def _worst_last(rating: float) -> tuple[bool, float]:
    return isnan(rating), -rating


def rank_sets(fit: Fit, seed: int, level: float = 0.95, draws: int = DRAWS) -> tuple[tuple[int, int], ...]:
    """The best and the worst rank that each model may have, 1 for the first, in the order of fit.models."""
    ahead = ahead_beyond_doubt(fit, seed, level, draws)
    best, worst = 1 + ahead.sum(axis=0), len(fit.models) - ahead.sum(axis=1)
    return tuple(zip(best.tolist(), worst.tolist(), strict=True))


def ahead_beyond_doubt(fit: Fit, seed: int, level: float = 0.95, draws: int = DRAWS) -> Ahead:
    """Whether the model of a row is ahead of that of a column, for all pairs at once at this level."""
    pool, size = fit.pool, len(fit.models)
    members = pool.members
    covariance = fit.covariance[np.ix_(members, members)]
    draws = min(draws, max(FEWEST, int(2 * MOST_GAPS / len(members) ** 2)))
    alone = _pointwise(covariance, _errors(covariance), level, draws, np.random.default_rng(seed))
    reach = np.max([_reach(each, alone) for each in pool.sandwich.both()], axis=0)
    lone = pool.lone[members]
    reach[lone, :] = reach[:, lone] = inf
    ratings = fit.ratings[members]
    ahead = np.zeros((size, size), dtype=np.bool_)
    ahead[np.ix_(members, members)] = ratings[:, None] - ratings > reach
    return _with_outsiders(fit, ahead, alone)


def _reach(sandwich: Sandwich, level: float) -> Floats:
    """How far apart each two have to be, in Elo; the one with fewer battles says with which quantile."""
    size = len(sandwich.freedom)
    quantiles = np.array([student(level, float(each)) for each in sandwich.freedom])
    errors = ELO * _errors(sandwich.covariance[:size, :size])
    return np.asarray(np.maximum.outer(quantiles, quantiles) * errors, dtype=np.float64)


def _errors(covariance: Floats) -> Floats:
    """The standard error of every difference."""
    variance = np.diagonal(covariance)
    return np.asarray(np.sqrt(np.maximum(variance[:, None] + variance - 2 * covariance, 1e-18)), dtype=np.float64)


def _pointwise(covariance: Floats, errors: Floats, level: float, draws: int, dice: np.random.Generator) -> float:
    """The level at which each pair has to be judged so that all of them hold at `level`."""
    values, vectors = np.linalg.eigh(covariance)
    root = (vectors * np.sqrt(np.maximum(values, 0))).astype(np.float32)
    inverse = (1 / errors).astype(np.float32)
    most = np.zeros(draws, dtype=np.float32)
    for start in range(0, draws, AT_ONCE):
        part = most[start : start + AT_ONCE]
        drawn = (dice.standard_normal((len(part), len(values)), dtype=np.float32) @ root.T).T
        for n in range(len(values) - 1):
            gaps = np.abs(drawn[n + 1 :] - drawn[n]) * inverse[n + 1 :, n][:, None]
            np.maximum(part, gaps.max(axis=0), out=part)
    return 2 * certainty(float(np.quantile(most, level))) - 1


def _with_outsiders(fit: Fit, ahead: Ahead, level: float) -> Ahead:
    """Those who won or lost everything: ahead of (behind) whom their one bound leaves behind (ahead)."""
    place = fit.pool.placed.place
    lone = fit.pool.lone
    sure = fit.pool.sandwich.freedom[~lone[fit.pool.members]]
    errors = student(level, float(sure.min(initial=1e9))) * np.sqrt(np.diagonal(fit.covariance))
    errors[lone] = inf
    for model in np.flatnonzero((place == ABOVE) | (place == BELOW)):
        low, high = (fit.scale.at + ELO * each for each in one_sided(fit, int(model), level))
        with np.errstate(invalid="ignore"):
            ahead[model] |= low > fit.ratings + errors
            ahead[:, model] |= high < fit.ratings - errors
    return ahead
