"""The Bradley-Terry likelihood on cells, its slope and its curvature; ties as half a win each, or after Davidson.

With strengths t (in nats), covariates x and their effects g, a battle has d = t_i - t_j + x g.

    half wins   P(i) = 1 / (1 + exp(-d)), and a tie is half a battle won and half a battle lost: a quasi-likelihood
                (Bradley and Terry 1952), whose variance comes from a sandwich, never from its curvature
    davidson    P(i) : P(j) : P(tie) = exp(d/2) : exp(-d/2) : nu (Davidson 1970); the last parameter is ln nu

In both, with y = 1, 0 or 1/2, the slope by d is y - E(y), and the curvature is the variance of y. Parameters are in the
order t, g, ln nu. Strengths have no zero of their own: the curvature carries a term along (1, ..., 1) that keeps
their mean where it is, and which no contrast (weights that sum to 0) can feel.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from halfopen.ratings.likelihood.cells import Cells, Floats


@dataclass(frozen=True, eq=False)
class Moments:
    """Of one battle in each cell: E(y), the variance of y, P(tie)."""

    mean: Floats
    variance: Floats
    tie: Floats


@dataclass(frozen=True, eq=False)
class Likelihood:
    """The likelihood of cells; `pull` is the precision of a Gaussian prior about the mean strength (0: none)."""

    cells: Cells
    davidson: bool = False
    pull: float = 0.0

    @property
    def covariates(self) -> int:
        return 0 if self.cells.x is None else self.cells.x.shape[1]

    @property
    def size(self) -> int:
        return self.cells.models + self.covariates + self.davidson

    @cached_property
    def _total(self) -> Floats:
        return np.asarray(self.cells.weight.sum(axis=1), dtype=np.float64)

    @cached_property
    def _score(self) -> Floats:
        return np.asarray(self.cells.weight[:, 0] + self.cells.weight[:, 2] / 2, dtype=np.float64)

    def _gap(self, at: Floats) -> Floats:
        cells, models = self.cells, self.cells.models
        gap = at[cells.i] - at[cells.j]
        if cells.x is not None:
            gap += cells.x @ at[models : models + self.covariates]
        return np.asarray(gap, dtype=np.float64)

    def moments(self, at: Floats) -> Moments:
        gap = self._gap(at)
        if self.davidson:
            win, _, tie = np.exp(_davidson(gap, float(at[-1])))
            mean = win + tie / 2
            return Moments(mean, win + tie / 4 - mean**2, tie)
        odds = np.exp(-np.abs(gap))  # against the stronger one: it cannot overflow
        weaker = odds / (1 + odds)
        return Moments(np.where(gap > 0, 1 - weaker, weaker), weaker / (1 + odds), np.zeros_like(gap))

    def value(self, at: Floats) -> float:
        """The log-likelihood, less what the prior takes."""
        gap, weight = self._gap(at), self.cells.weight
        strength = at[: self.cells.models]
        prior = self.pull / 2 * float(((strength - strength.mean()) ** 2).sum()) if self.pull else 0.0
        if self.davidson:
            return float(np.vdot(weight.T, _davidson(gap, float(at[-1])))) - prior
        return float(self._score @ gap - self._total @ np.logaddexp(0, gap)) - prior

    def derivatives(self, at: Floats) -> tuple[Floats, Floats]:
        """The slope of the log-likelihood, and minus its curvature (with the term along (1, ..., 1))."""
        moments, cells, total = self.moments(at), self.cells, self._total
        slope = self.spread(self._score - total * moments.mean, cells.weight[:, 2] - total * moments.tie)
        curvature = self.assembled(
            total * moments.variance,
            total * moments.tie * (0.5 - moments.mean),
            total * moments.tie * (1 - moments.tie),
        )
        if self.pull:
            strength = at[: cells.models]
            slope[: cells.models] -= self.pull * (strength - strength.mean())
            curvature[: cells.models, : cells.models] += self.pull * centring(cells.models)
        level = np.trace(curvature[: cells.models, : cells.models]) / cells.models**2
        curvature[: cells.models, : cells.models] += level
        return slope, curvature

    def spread(self, by_gap: Floats, by_tie: Floats) -> Floats:
        """Something of each cell, by d and by ln nu, summed for each parameter."""
        cells, models = self.cells, self.cells.models
        out = np.zeros(self.size)
        out[:models] = np.bincount(cells.i, by_gap, models) - np.bincount(cells.j, by_gap, models)
        if cells.x is not None:
            out[models : models + self.covariates] = by_gap @ cells.x
        if self.davidson:
            out[-1] = by_tie.sum()
        return out

    def assembled(self, gap_gap: Floats, gap_tie: Floats, tie_tie: Floats) -> Floats:
        """The sum over the cells of their 2 x 2 matrices by (d, ln nu), as a matrix over all parameters."""
        cells, models = self.cells, self.cells.models
        out = np.zeros((self.size, self.size))
        pairs = np.bincount(cells.i * models + cells.j, gap_gap, models * models).reshape(models, models)
        pairs += pairs.T
        out[:models, :models] = -pairs
        out[np.arange(models), np.arange(models)] += pairs.sum(axis=1)
        effects = slice(models, models + self.covariates)
        if cells.x is not None:
            out[effects, effects] = cells.x.T @ (gap_gap[:, None] * cells.x)
            for column in range(self.covariates):
                both = gap_gap * cells.x[:, column]
                out[:models, models + column] = np.bincount(cells.i, both, models) - np.bincount(cells.j, both, models)
            out[effects, :models] = out[:models, effects].T
        if self.davidson:
            out[:, -1] = self.spread(gap_tie, tie_tie)
            out[-1, :] = out[:, -1]
        return out


def centring(models: int) -> Floats:
    """What takes the mean off a vector of strengths."""
    return np.eye(models) - 1 / models


def _davidson(gap: Floats, log_nu: float) -> Floats:
    """The log-probabilities, a row for each outcome."""
    log = np.stack((gap / 2, -gap / 2, np.full_like(gap, log_nu)))
    peak = log.max(axis=0)
    return np.asarray(log - (peak + np.log(np.exp(log - peak).sum(axis=0))), dtype=np.float64)
