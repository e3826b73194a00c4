"""A judge's win rate, corrected by people's labels on a part of it: prediction-powered inference.

The judge saw every row, people labelled n of them, drawn at random. With f the judge's score and y the people's,

    corrected = power x mean(f of the others) + mean(y - power x f of the labelled)

is right whatever the judge's bias, since its bias on the labelled rows is measured and taken away. `power` 1 is the
estimator of Angelopoulos, Bates, Fannjiang, Jordan and Zrnic (Science 382, 2023); the one that makes the variance least
is theirs of PPI++ (2023): a useless judge gets a power of 0, and the labels alone are left. A sum over clusters of what
each adds to the estimate gives the variance, so a prompt may stand in both parts.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import inf, isnan, sqrt

import numpy as np
import numpy.typing as npt

from halfopen.ratings.likelihood.student import student
from halfopen.ratings.scale import Interval

Floats = npt.NDArray[np.float64]

UNSEEN = (
    0.5  # of a score; by simulation: 50 labels and a judge with few errors are held at 95 % with it, at 87 % without
)
WORTH: Mapping[str, float] = {"model_a": 1.0, "model_b": 0.0, "tie": 0.5, "tie (bothbad)": 0.5}  # to model_a


@dataclass(frozen=True, slots=True)
class Corrected:
    """A win rate (0 to 1) three ways, and what the correction changes."""

    value: Interval  # corrected
    people: Interval  # from the labels alone
    judge: Interval  # from the judge alone, over all rows: its bias is in it
    bias: Interval  # judge less people, on the rows that both scored
    power: float  # how far the judge is used, 0 to 1
    labels: int
    worth: float  # as many labels alone would make an interval as narrow

    @property
    def gain(self) -> float:
        """How many times as many labels one would have needed without the judge."""
        return self.worth / self.labels


def corrected_share(
    judge: Sequence[float] | Floats,
    people: Sequence[float] | Floats,
    *,
    cluster: Sequence[Hashable] | None = None,
    power: float | None = None,
    level: float = 0.95,
) -> Corrected:
    """The mean that people would give over all rows. `people` is nan where nobody labelled; `judge` has no gaps.

    Scores lie between 0 and 1 (see WORTH). `power` None is tuned. Raises ValueError for columns of other lengths, a
    score outside 0 to 1, a power outside 0 to 1, less than two labelled or two other rows or clusters.
    """
    f, y, labelled, groups = columns(judge, people, cluster, power)
    first = _parts(y, labelled, groups)
    second = _parts(f, ~labelled, groups) - _parts(f, labelled, groups)
    used = tuned(first, second) if power is None else power
    few, many = len(np.unique(groups[labelled])), len(np.unique(groups))
    free = few - (power is None)  # the tuned power was fitted to the same labels

    def share(value: float, parts: Floats, clusters: int) -> Interval:
        reach = student(level, max(1, clusters - 1)) * sqrt(_variance(parts, clusters))
        return Interval(value, max(0.0, value - reach), min(1.0, value + reach))

    errors = _parts(np.where(labelled, f - y, 0.0), labelled, groups)
    off = student(level, few - 1) * sqrt(_variance(errors, few))
    mean_y, mean_f, mean_other = (float(each.mean()) for each in (y[labelled], f[labelled], f[~labelled]))
    alone, together = _variance(first, few), _variance(first + used * second, free)
    return Corrected(
        value=share(mean_y + used * (mean_other - mean_f), first + used * second, free),
        people=share(mean_y, first, few),
        judge=share(float(f.mean()), _parts(f, np.ones_like(labelled), groups), many),
        bias=Interval(mean_f - mean_y, mean_f - mean_y - off, mean_f - mean_y + off),
        power=used,
        labels=int(labelled.sum()),
        worth=float(labelled.sum()) * alone / together if together > 0 else inf,
    )


def columns(
    judge: Sequence[float] | Floats,
    people: Sequence[float] | Floats,
    cluster: Sequence[Hashable] | None,
    power: float | None,
) -> tuple[Floats, Floats, npt.NDArray[np.bool_], npt.NDArray[np.intp]]:
    """Both scores (0 where people gave none), which rows are labelled, and codes of clusters. Raises ValueError."""
    f, y = np.asarray(judge, dtype=np.float64), np.asarray(people, dtype=np.float64)
    if f.shape != y.shape or f.ndim != 1 or (cluster is not None and len(cluster) != len(f)):
        raise ValueError(f"judge, people and cluster must be as long; they have {f.shape} and {y.shape}")
    labelled = ~np.isnan(y)
    y = np.where(labelled, y, 0.0)
    for name, score in (("judge", f), ("people", y)):
        if not (good := (score >= 0) & (score <= 1)).all():
            row = int(good.argmin())
            raise ValueError(f"row {row + 1} of {name} is {score[row]}; a score from 0 to 1 is needed")
    if power is not None and not 0 <= power <= 1:
        raise ValueError(f"the power is {power}; it lies between 0 (labels alone) and 1")
    codes: dict[Hashable, int] = {}
    groups = np.array([codes.setdefault(each, len(codes)) for each in (range(len(f)) if cluster is None else cluster)])
    for name, part in (("labelled", labelled), ("other", ~labelled)):
        if len(np.unique(groups[part])) < 2:
            raise ValueError(f"{int(part.sum())} {name} rows; at least two are needed, of two clusters")
    return f, y, labelled, groups.astype(np.intp)


def _parts(score: Floats, where: npt.NDArray[np.bool_], groups: npt.NDArray[np.intp]) -> Floats:
    """What each cluster adds to the error of the mean over `where`."""
    mean = score[where].mean()
    return np.asarray(np.bincount(groups, np.where(where, score - mean, 0.0), groups.max() + 1) / where.sum())


def _variance(parts: Floats, clusters: int) -> float:
    """The cluster-robust variance of a sum, with the factor for few clusters, and one more that is off by UNSEEN.

    A judge that never erred on 50 labels may err on the next; without it such an interval would have no width.
    """
    return float((parts**2).sum()) * clusters / max(1, clusters - 1) + (UNSEEN / clusters) ** 2


def tuned(first: Floats, second: Floats) -> float:
    """The power, 0 to 1, that makes the variance of first + power x second least."""
    spread = float((second**2).sum())
    best = -float((first * second).sum()) / spread if spread > 0 else 0.0
    return 0.0 if isnan(best) else min(1.0, max(0.0, best))
