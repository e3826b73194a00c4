"""A judge's table of ratings, corrected by people's labels on a part: PPI++ for the Bradley-Terry model.

The loss is that of people's labels, plus `power` x (that of the judge on the other battles less that of the judge on
the labelled ones). In a Bradley-Terry model a verdict enters its loss linearly, so that for a power from 0 to 1 the sum
is as convex as any Bradley-Terry loss and Newton finds its one optimum (Angelopoulos, Duchi and Zrnic, PPI++, 2023,
section 3). The power is the one that makes the sum of the variances of all ratings least.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import inf, sqrt

import numpy as np
import numpy.typing as npt

from halfopen.ratings.battle import BadBattles, Battles
from halfopen.ratings.bradley_terry import Scale
from halfopen.ratings.judges.corrected import columns, tuned
from halfopen.ratings.likelihood.cells import cells_of
from halfopen.ratings.likelihood.connected import pools
from halfopen.ratings.likelihood.student import student
from halfopen.ratings.refused import Disconnected, NoOptimum
from halfopen.ratings.scale import ELO, Interval

Floats = npt.NDArray[np.float64]

AT_1000 = Scale()
STEPS = 100
FURTHEST = 40.0  # nats, about 7,000 Elo: what lies further has no optimum
PILOT = 0.5  # the power of the first fit, at which the best power is computed
LESS = (1.0, 0.7, 0.4, 0.2)  # parts of a power, tried in this order
TUNINGS = 2  # the best power at the fit with the best power is all but the same
UNCORRECTED = "people labelled none of its battles, so nothing corrects the judge on it"


@dataclass(frozen=True, eq=False)
class CorrectedRatings:
    """Ratings in Elo in the order of `models`, and what the judge was worth for each."""

    models: tuple[str, ...]
    ratings: tuple[Interval, ...]
    power: float  # how far the judge is used, 0 to 1
    labels: tuple[int, ...]  # labelled battles of each model
    gain: tuple[float, ...]  # how many times as many labels would have done without the judge


@dataclass(frozen=True, eq=False)
class _Rows:
    """The battles as the loss sees them."""

    models: int
    a: npt.NDArray[np.intp]
    b: npt.NDArray[np.intp]
    judge: Floats
    people: Floats
    labelled: npt.NDArray[np.bool_]
    groups: npt.NDArray[np.intp]

    def expected(self, at: Floats) -> Floats:
        return np.asarray(1 / (1 + np.exp(at[self.b] - at[self.a])))

    def summed(self, each: Floats) -> Floats:
        """The sum over rows of `each` x (+1 for model a, -1 for model b)."""
        return np.asarray(np.bincount(self.a, each, self.models) - np.bincount(self.b, each, self.models), np.float64)

    def curvature(self, at: Floats, weight: Floats) -> Floats:
        """The Hessian, made regular: strengths are known but for a constant."""
        p = self.expected(at)
        each = weight * p * (1 - p)
        flat = np.bincount(self.a * self.models + self.b, each, self.models**2).reshape(self.models, self.models)
        flat = flat + flat.T
        return np.asarray(np.diag(flat.sum(axis=1)) - flat + 1 / self.models)

    def parts(self, residual: Floats, where: npt.NDArray[np.bool_]) -> Floats:
        """What each cluster adds to the error of the mean score over `where`: clusters by models."""
        rows = np.flatnonzero(where)
        out = np.zeros((self.groups.max() + 1, self.models))
        np.add.at(out, (self.groups[rows], self.a[rows]), residual[rows])
        np.add.at(out, (self.groups[rows], self.b[rows]), -residual[rows])
        sizes = np.bincount(self.groups[rows], minlength=len(out))
        return np.asarray((out - sizes[:, None] * out.sum(axis=0) / len(rows)) / len(rows))


def corrected_ratings(
    battles: Battles,
    judge: Sequence[float] | Floats,
    people: Sequence[float] | Floats,
    *,
    power: float | None = None,
    scale: Scale = AT_1000,
    level: float = 0.95,
) -> CorrectedRatings:
    """The ratings that people would give over all battles, of which they labelled a random part.

    `judge` and `people` are scores of model_a (see WORTH), nan where people gave none. Of `battles` the models and the
    clusters are read, not the rest. Raises ValueError as corrected_share does, Disconnected, and NoOptimum if there are
    no finite ratings.
    """
    cluster = None if battles.cluster is None else battles.cluster.tolist()
    f, y, labelled, groups = columns(judge, people, cluster, power)
    if len(f) != len(battles):
        raise ValueError(f"{len(f):,} scores for {len(battles):,} battles")
    _check_joined(battles)
    rows = _Rows(len(battles.models), battles.a.astype(np.intp), battles.b.astype(np.intp), f, y, labelled, groups)
    if power is not None:
        return _read(rows, _optimum(rows, power), power, battles.models, scale, level)
    used, at = _tuned_optimum(rows)
    return _read(rows, at, used, battles.models, scale, level)


def _check_joined(battles: Battles) -> None:
    group = pools(cells_of(battles))
    if group.any():
        named = [
            [name for name, each in zip(battles.models, group, strict=True) if each == n] for n in np.unique(group)
        ]
        raise Disconnected(named)


def _tuned_optimum(rows: _Rows) -> tuple[float, Floats]:
    """The best power, or one below it that has an optimum, and that optimum. Raises NoOptimum if there is none."""
    used, at = _below(rows, PILOT, np.zeros(rows.models))
    for _ in range(TUNINGS):
        used, at = _below(rows, _best(rows, at), at)
    return used, at


def _below(rows: _Rows, power: float, start: Floats) -> tuple[float, Floats]:
    """What a judge takes from a model on few labels may be more than it won: with less power there is an optimum."""
    for part in LESS:
        try:
            return part * power, _optimum(rows, part * power, start)
        except NoOptimum:
            continue
    return 0.0, _optimum(rows, 0.0)


def _weights(rows: _Rows, power: float) -> Floats:
    """What each row counts in the curvature."""
    labels = rows.labelled.sum()
    return np.asarray(np.where(rows.labelled, (1 - power) / labels, power / (len(rows.a) - labels)))


def _optimum(rows: _Rows, power: float, start: Floats | None = None) -> Floats:
    """The strengths where the loss is least, in nats. Raises NoOptimum."""
    weight = _weights(rows, power)
    labels = rows.labelled.sum()
    target = np.where(rows.labelled, (rows.people - power * rows.judge) / labels, weight * rows.judge)

    def loss(at: Floats) -> float:
        gap = at[rows.a] - at[rows.b]
        return float((weight * np.logaddexp(0, gap) - target * gap).sum())

    at = np.zeros(rows.models) if start is None else start
    here = loss(at)
    for _ in range(STEPS):
        slope = rows.summed(target - weight * rows.expected(at))
        if np.abs(slope).max() < 1e-12:
            return at
        step = _step(rows.curvature(at, weight), slope)
        at, here, moved = _downhill(loss, at, here, step)
        if np.abs(at).max() > FURTHEST:
            break
        if moved < 1e-10:
            return at
    raise NoOptimum("the labels and the judge together give no finite ratings: more labels are needed")


def _step(curvature: Floats, slope: Floats) -> Floats:
    try:
        return np.asarray(np.linalg.solve(curvature, slope), np.float64)
    except np.linalg.LinAlgError:
        raise NoOptimum("a model has no battle that counts at this power, so nothing places it") from None


def _downhill(loss: Callable[[Floats], float], at: Floats, here: float, step: Floats) -> tuple[Floats, float, float]:
    """The step, halved until it does not lead up; where one stands then, the loss, and how far that was."""
    for halving in range(50):
        following = at + step / 2**halving
        there = loss(following)
        if there <= here + 1e-14 * abs(here):
            return following, there, float(np.abs(following - at).max())
    return at, here, 0.0


def _best(rows: _Rows, at: Floats) -> float:
    """The power that makes the sum of variances least: PPI++, section 6."""
    first, second = _both(rows, at)
    bread = np.linalg.inv(rows.curvature(at, np.full(len(rows.a), 1 / len(rows.a))))
    return tuned(first @ bread, second @ bread)


def _both(rows: _Rows, at: Floats) -> tuple[Floats, Floats]:
    """What each cluster adds to the slope by its labels, and by what the judge adds to them."""
    p = rows.expected(at)
    first = rows.parts(rows.people - p, rows.labelled)
    return first, rows.parts(rows.judge - p, ~rows.labelled) - rows.parts(rows.judge - p, rows.labelled)


def _read(
    rows: _Rows, at: Floats, power: float, models: tuple[str, ...], scale: Scale, level: float
) -> CorrectedRatings:
    contrast = _contrast(models, scale)
    values = scale.at + ELO * (contrast @ at)
    bread = contrast @ np.linalg.inv(rows.curvature(at, np.full(len(rows.a), 1 / len(rows.a))))
    first, second = _both(rows, at)
    clusters = len(np.unique(rows.groups[rows.labelled]))
    few = clusters / (clusters - 1)
    alone = few * ((first @ bread.T) ** 2).sum(axis=0)
    variance = few * (((first + power * second) @ bread.T) ** 2).sum(axis=0)
    both = np.concatenate((rows.a[rows.labelled], rows.b[rows.labelled]))
    labels = np.bincount(both, minlength=rows.models)
    spread = _labelled_clusters(rows)
    ratings = tuple(
        _interval(value, var, int(have), level) for value, var, have in zip(values, variance, spread, strict=True)
    )
    gain = np.divide(alone, variance, out=np.ones_like(alone), where=variance > 0)
    return CorrectedRatings(models, ratings, power, tuple(labels.tolist()), tuple(gain.tolist()))


_student = lru_cache(1024)(student)  # many models have as many labels


def _interval(value: float, variance: float, clusters: int, level: float) -> Interval:
    if not clusters:
        return Interval(float(value), -inf, inf, UNCORRECTED)
    reach = _student(level, max(1, clusters - 1)) * ELO * sqrt(variance)
    return Interval(float(value), float(value) - reach, float(value) + reach)


def _contrast(models: tuple[str, ...], scale: Scale) -> Floats:
    """The weights that make ratings of strengths: each less the mean, or less the anchor. Raises BadBattles."""
    size = len(models)
    if scale.anchor is None:
        return np.eye(size) - 1 / size
    if scale.anchor not in models:
        raise BadBattles(f"the anchor {scale.anchor!r} is in none of the battles")
    out = np.eye(size)
    out[:, models.index(scale.anchor)] -= 1
    return out


def _labelled_clusters(rows: _Rows) -> npt.NDArray[np.int64]:
    """In how many clusters people labelled a battle of each model."""
    where = rows.labelled
    model = np.concatenate((rows.a[where], rows.b[where]))
    group = np.tile(rows.groups[where], 2)
    once = np.unique(np.stack((model, group)), axis=1)[0]
    return np.bincount(once, minlength=rows.models).astype(np.int64)
