"""Do two raters, or many, say the same: Cohen's kappa and Krippendorff's alpha for nominal labels, with intervals.

Both are functions of a table of coincidences that is a sum over clusters (prompts, conversations, voters), so that a
bootstrap over clusters is a product of two matrices. Few clusters make a percentile interval too narrow; its
percentiles are therefore set further out, by Student's t and the missing degree of freedom (Hesterberg, What Teachers
Should Know About the Bootstrap, The American Statistician 69, 2015: the expanded percentile interval).

kappa: Cohen, Educational and Psychological Measurement 20, 1960. alpha: Krippendorff, Computing Krippendorff's
Alpha-Reliability, 2011.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import nan, sqrt
from statistics import NormalDist
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from halfopen.ratings.likelihood.student import student
from halfopen.ratings.scale import Interval

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
Unit = TypeVar("Unit", bound=Hashable)
Statistic = Callable[[Floats], Floats]  # of tables (..., label, label)

ROUNDS = 4_000
AT_ONCE = 4_000_000  # cells of the matrix of resampled clusters
LONE = "all is of one cluster: nothing says how much it would vary"
ONE_LABEL = "only one label was ever given: agreement by chance is certain, and no coefficient is defined"


@dataclass(frozen=True, slots=True)
class Paired:
    """A judge's label beside a person's, a row for every vote; the votes on one unit weigh 1 together."""

    judge: tuple[str, ...]
    person: tuple[str, ...]
    unit: tuple[Hashable, ...]
    weight: tuple[float, ...]


def against(judged: Mapping[Unit, str], unit: Sequence[Unit], label: Sequence[str]) -> Paired:
    """The judge beside each person who labelled a unit that it judged too. Raises ValueError if there is none."""
    rows = [(judged[each], said, each) for each, said in zip(unit, label, strict=True) if each in judged]
    if not rows:
        raise ValueError("the judge and the people have no unit in common")
    judge, person, units = zip(*rows, strict=True)
    votes: dict[Hashable, int] = {}
    for each in units:
        votes[each] = votes.get(each, 0) + 1
    return Paired(judge, person, units, tuple(1 / votes[each] for each in units))


def same(
    first: Sequence[str],
    second: Sequence[str],
    *,
    seed: int,
    cluster: Sequence[Hashable] | None = None,
    weight: Sequence[float] | None = None,
    rounds: int = ROUNDS,
    level: float = 0.95,
) -> Interval:
    """The share of rows with equal labels, from 0 to 1. Raises ValueError for columns of other lengths, or none."""
    return _interval(_confusion(first, second, cluster, weight), _equal, seed, rounds, level)


def kappa(
    first: Sequence[str],
    second: Sequence[str],
    *,
    seed: int,
    cluster: Sequence[Hashable] | None = None,
    weight: Sequence[float] | None = None,
    rounds: int = ROUNDS,
    level: float = 0.95,
) -> Interval:
    """Cohen's kappa of two raters: 1 is agreement, 0 is what chance would give. Without `cluster` each row is one.

    Raises ValueError for columns of other lengths, or none.
    """
    return _interval(_confusion(first, second, cluster, weight), _kappa, seed, rounds, level)


def alpha(
    unit: Sequence[Hashable],
    label: Sequence[str],
    *,
    seed: int,
    cluster: Sequence[Hashable] | None = None,
    rounds: int = ROUNDS,
    level: float = 0.95,
) -> Interval:
    """Krippendorff's alpha of any raters, a row for each label given; units with a single label do not count.

    A unit belongs to one cluster; without `cluster` it is one. Raises ValueError for columns of other lengths, for a
    unit in two clusters, and if no unit has two labels.
    """
    _check(unit, label, cluster)
    units, places = _codes(unit), _codes(label)
    counts = np.zeros((units.max() + 1, places.max() + 1))
    np.add.at(counts, (units, places), 1)
    groups = np.arange(len(counts)) if cluster is None else _of_units(units, _codes(cluster))
    votes = counts.sum(axis=1)
    judged = votes > 1
    if not judged.any():
        raise ValueError("no unit has two labels, so there is nothing that could agree")
    counts, groups, votes = counts[judged], groups[judged], votes[judged]
    pairs = counts[:, :, None] * counts[:, None, :]
    diagonal = np.arange(counts.shape[1])
    pairs[:, diagonal, diagonal] -= counts
    return _interval(_summed(pairs / (votes - 1)[:, None, None], groups), _alpha, seed, rounds, level)


def _equal(tables: Floats) -> Floats:
    return np.asarray(np.trace(tables, axis1=-2, axis2=-1) / tables.sum(axis=(-2, -1)))


def _kappa(tables: Floats) -> Floats:
    total = tables.sum(axis=(-2, -1))
    by_chance = (tables.sum(axis=-1) * tables.sum(axis=-2)).sum(axis=-1) / total**2
    return _beyond_chance(_equal(tables), by_chance)


def _alpha(tables: Floats) -> Floats:
    given = tables.sum(axis=-1)
    total = given.sum(axis=-1)
    by_chance = (given * (given - 1)).sum(axis=-1) / (total * (total - 1))
    return _beyond_chance(_equal(tables), by_chance)


def _beyond_chance(seen: Floats, by_chance: Floats) -> Floats:
    left = 1 - by_chance
    return np.divide(seen - by_chance, left, out=np.full_like(left, nan), where=left > 1e-12)


def _confusion(
    first: Sequence[str],
    second: Sequence[str],
    cluster: Sequence[Hashable] | None,
    weight: Sequence[float] | None,
) -> Floats:
    """A table of labels by labels for each cluster."""
    _check(first, second, cluster)
    both = _codes([*first, *second])
    size = int(both.max()) + 1
    cell = both[: len(first)] * size + both[len(first) :]
    groups = np.arange(len(first)) if cluster is None else _codes(cluster)
    weights = np.ones(len(first)) if weight is None else np.asarray(weight, dtype=np.float64)
    if weights.shape != cell.shape or not (np.isfinite(weights) & (weights > 0)).all():
        raise ValueError("a weight greater than 0 is needed for each row")
    kinds, place = np.unique(np.stack((cell, groups)), axis=1, return_inverse=True)
    tables = np.zeros((groups.max() + 1, size * size))
    tables[kinds[1], kinds[0]] = np.bincount(place.ravel(), weights)
    return tables.reshape(-1, size, size)


def _check(first: Sequence[object], second: Sequence[object], cluster: Sequence[object] | None) -> None:
    lengths = {len(first), len(second)} | ({len(cluster)} if cluster is not None else set())
    if len(lengths) > 1 or not len(first):
        found = " and ".join(map(str, sorted(lengths)))
        raise ValueError(f"columns of {found} rows; all must be as long, and not empty")


def _codes(column: Sequence[Hashable]) -> Ints:
    seen: dict[Hashable, int] = {}
    return np.array([seen.setdefault(each, len(seen)) for each in column], dtype=np.intp)


def _of_units(units: Ints, clusters: Ints) -> Ints:
    of = np.zeros(units.max() + 1, dtype=np.intp)
    of[units] = clusters
    if (of[units] != clusters).any():
        raise ValueError("a unit stands in two clusters; each belongs to one")
    return of


def _summed(tables: Floats, groups: Ints) -> Floats:
    present = np.unique(groups, return_inverse=True)[1]
    out = np.zeros((present.max() + 1, *tables.shape[1:]))
    np.add.at(out, present, tables)
    return out


def _interval(tables: Floats, statistic: Statistic, seed: int, rounds: int, level: float) -> Interval:
    """The statistic of the sum of all tables, and its interval when clusters are drawn anew."""
    value = float(statistic(tables.sum(axis=0)[None])[0])
    clusters = len(tables)
    if np.isnan(value):
        return Interval(value, nan, nan, ONE_LABEL)
    if clusters < 2:
        return Interval(value, nan, nan, LONE)
    drawn = _drawn(tables, statistic, seed, rounds)
    reach = student(level, clusters - 1) * sqrt(clusters / (clusters - 1))
    tail = NormalDist().cdf(-reach)
    low, high = np.nanquantile(drawn, [tail, 1 - tail])
    return Interval(value, float(low), float(high))


def _drawn(tables: Floats, statistic: Statistic, seed: int, rounds: int) -> Floats:
    """Equal clusters are drawn together: a row for each kind, however many there are of it."""
    flat = tables.reshape(len(tables), -1)
    kinds, counts = np.unique(flat, axis=0, return_counts=True)
    dice = np.random.default_rng(seed)
    block = max(1, AT_ONCE // len(kinds))
    out = []
    for start in range(0, rounds, block):
        times = dice.multinomial(len(tables), counts / len(tables), size=min(block, rounds - start))
        out.append(statistic((times @ kinds).reshape(-1, *tables.shape[1:])))
    return np.concatenate(out)
