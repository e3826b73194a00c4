"""How far the optimum may lie from the truth: the sandwich covariance (Huber 1967, White 1980), honest for newcomers.

    covariance = H^-1 M H^-1,   M = sum over battles of w^2 (r^2 + h v) x x'

r is a battle's residual, v its variance under the model, h its leverage. A model with 20 battles bends its rating
towards them, so its residuals are too small by about the factor 1 - h; h v puts back what they lack. (White's
plain M is h = 0; dividing by 1 - h instead is known as HC2. The sum never is 0, as a quotient can be when a model has
tied its only battle.) Ties make battles vary less than the model thinks, which the
residuals know and the curvature does not.

In clusters M sums over the clusters' slopes, each part divided by the square root of 1 - its share of what is known of
that model, and times C / (C - 1). At the optimum the slopes of a model's clusters sum to 0, so of one that has a single
cluster they say nothing (`lone_in`), and of one that has few they say little. `alone` is what battles by themselves
would give; an interval is the wider one of both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from halfopen.ratings.likelihood.cells import Cells, Floats, Places
from halfopen.ratings.likelihood.likelihood import Likelihood, centring


@dataclass(frozen=True, eq=False)
class Sandwich:
    """In nats squared. `freedom` is, for each model, how many battles (or clusters) its variance rests on, less one."""

    bread: Floats  # the inverse of minus the curvature
    covariance: Floats
    freedom: Floats
    alone: Sandwich | None = None  # in clusters: the same of battles by themselves, which no interval may fall below

    def both(self) -> Sequence[Sandwich]:
        """This one, and that of battles by themselves: the wider interval of the two is the honest one."""
        return (self,) if self.alone is None else (self, self.alone)


def sandwich(likelihood: Likelihood, at: Floats, rows: Cells | None = None, cluster: Places | None = None) -> Sandwich:
    """The covariance of the parameters at the optimum; with `cluster`, of `rows`, a cell a battle."""
    bread = _bread(likelihood, at)
    meat, freedom = _independent(likelihood, at, bread)
    models = likelihood.cells.models
    pulled = likelihood.pull * centring(models) if likelihood.pull else 0.0
    meat[:models, :models] += pulled
    alone = Sandwich(bread, bread @ meat @ bread, freedom)
    if rows is None or cluster is None:
        return alone
    shared, freedom = _clustered(Likelihood(rows, likelihood.davidson), at, cluster)
    shared[:models, :models] += pulled
    lone = np.flatnonzero(lone_in(rows, cluster))
    shared[lone, lone] += meat[lone, lone]
    return Sandwich(bread, bread @ shared @ bread, freedom, alone)


def lone_in(rows: Cells, cluster: Places) -> npt.NDArray[np.bool_]:
    """Which models have all of their battles in one cluster; `rows` are cells a battle."""
    clusters = int(cluster.max()) + 1
    both = np.concatenate((rows.i, rows.j)) * clusters + np.concatenate((cluster, cluster))
    return np.asarray(np.bincount(np.unique(both) // clusters, minlength=rows.models) == 1)


def _bread(likelihood: Likelihood, at: Floats) -> Floats:
    """The inverse, without its part along (1, ..., 1)."""
    models = likelihood.cells.models
    inverse = np.linalg.inv(likelihood.derivatives(at)[1])
    inverse[:models] -= inverse[:models].mean(axis=0)
    inverse[:, :models] -= inverse[:, :models].mean(axis=1, keepdims=True)
    return np.asarray((inverse + inverse.T) / 2, dtype=np.float64)


def _independent(likelihood: Likelihood, at: Floats, bread: Floats) -> tuple[Floats, Floats]:
    cells, moments = likelihood.cells, likelihood.moments(at)
    square, ties = cells.square, cells.square[:, 2]
    all_squares, total = square.sum(axis=1), cells.weight.sum(axis=1)
    share = np.minimum(1, all_squares / total * moments.variance * _reach(cells, bread))
    residuals = [each - moments.mean for each in (1.0, 0.0, 0.5)]
    gap_gap = share * moments.variance * all_squares
    for n, residual in enumerate(residuals):
        gap_gap += square[:, n] * residual**2
    spare = [-moments.tie, -moments.tie, 1 - moments.tie]
    gap_tie = square[:, 0] * residuals[0] * spare[0]
    for n in (1, 2):
        gap_tie += square[:, n] * residuals[n] * spare[n]
    tie_tie = (all_squares - ties) * moments.tie**2 + ties * (1 - moments.tie) ** 2
    known, alike = all_squares * moments.variance, all_squares**2 / total * moments.variance**2 * all_squares / total
    return likelihood.assembled(gap_gap, gap_tie, tie_tie), _freedom(
        _by_model(cells, known), _by_model(cells, alike), 4
    )


def _reach(cells: Cells, bread: Floats) -> Floats:
    """x' H^-1 x of one battle of each cell; its part by ln nu is left out, since every battle shares it."""
    variance = np.diagonal(bread)
    reach = variance[cells.i] + variance[cells.j] - 2 * bread[cells.i, cells.j]
    if cells.x is not None:
        effects = slice(cells.models, cells.models + cells.x.shape[1])
        cross = bread[cells.i, effects] - bread[cells.j, effects]
        reach = reach + 2 * (cross * cells.x).sum(axis=1) + ((cells.x @ bread[effects, effects]) * cells.x).sum(axis=1)
    return np.asarray(reach, dtype=np.float64)


def _by_model(cells: Cells, values: Floats) -> Floats:
    out = np.bincount(cells.i, values, cells.models) + np.bincount(cells.j, values, cells.models)
    return out.astype(np.float64, copy=False)


def _freedom(known: Floats, squares: Floats, least: float) -> Floats:
    """How many equal parts would make up what is known, less the one that the rating itself takes.

    At least `least`: the variance of one battle is not unknown altogether, since its outcome lies between 0 and 1.
    """
    parts = np.divide(known**2, squares, out=np.full_like(known, 2), where=squares > 0)
    return np.asarray(np.maximum(least, parts - 1), dtype=np.float64)


def _clustered(likelihood: Likelihood, at: Floats, cluster: Places) -> tuple[Floats, Floats]:
    cells, moments, size = likelihood.cells, likelihood.moments(at), likelihood.size
    total, tie = cells.weight.sum(axis=1), cells.weight[:, 2]
    by_gap = cells.weight[:, 0] + tie / 2 - total * moments.mean
    parts = [(cells.i, by_gap, total * moments.variance), (cells.j, -by_gap, total * moments.variance)]
    parts += [
        (np.full(len(cells), cells.models + n), by_gap * cells.x[:, n], np.zeros(len(cells)))
        for n in range(likelihood.covariates)
        if cells.x is not None
    ]
    if likelihood.davidson:
        parts.append((np.full(len(cells), size - 1), tie - total * moments.tie, np.zeros(len(cells))))
    keys = np.concatenate([cluster * size + place for place, _, _ in parts])
    entry, where = np.unique(keys, return_inverse=True)
    slope = np.bincount(where, np.concatenate([each for _, each, _ in parts]))
    known = np.bincount(where, np.concatenate([each for _, _, each in parts]))
    group, place = entry // size, entry % size
    whole = np.bincount(place, known, size).astype(np.float64)
    share = np.divide(known, whole[place], out=np.zeros_like(known), where=whole[place] > 0)
    slope = slope / np.sqrt(np.maximum(0.1, 1 - share))
    clusters = len(np.unique(cluster))
    meat = _outer_products(group, place, slope, size) * (clusters / max(1, clusters - 1))
    freedom = _freedom(whole, np.bincount(place, known**2, size).astype(np.float64), 1)
    return meat, freedom[: cells.models]


def _outer_products(group: Places, place: Places, slope: Floats, size: int) -> Floats:
    """The sum of each group's slopes times themselves; entries are sorted by group, so mates lie next to each other."""
    out = np.zeros(size * size)
    first, second = np.arange(len(group)), np.arange(len(group))
    while len(first):
        products = slope[first] * slope[second]
        out += np.bincount(place[first] * size + place[second], products, size * size)
        if first[0] != second[0]:
            out += np.bincount(place[second] * size + place[first], products, size * size)
        second = second + 1
        inside = second < len(group)
        first, second = first[inside], second[inside]
        mates = group[first] == group[second]
        first, second = first[mates], second[mates]
    return out.reshape(size, size)
