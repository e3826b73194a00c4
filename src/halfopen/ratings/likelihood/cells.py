"""Battles counted into cells: all battles of a pair are one cell, unless something else is known of each of them.

1.7 million battles of 130 models are 8,385 cells, and nothing of the likelihood or of its sandwich is lost by it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from halfopen.ratings.battle import TIE, Battles

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

MIRRORED = np.array([1, 0, TIE], dtype=np.int32)


@dataclass(frozen=True, eq=False)
class Cells:
    """Cell n: model i[n] against model j[n]. The columns of `weight` are: i won, j won, a tie."""

    models: int
    i: Places
    j: Places
    weight: Floats  # (cells, 3): the sum of the weights
    square: Floats  # (cells, 3): the sum of the squared weights
    x: Floats | None = None  # (cells, covariates)

    def __len__(self) -> int:
        return len(self.i)

    def among(self, members: Places) -> Cells:
        """The cells between these models, which are numbered anew in their order."""
        code = np.full(self.models, -1, dtype=np.intp)
        code[members] = np.arange(len(members))
        return self.where((code[self.i] >= 0) & (code[self.j] >= 0), code, len(members))

    def where(self, keep: Mask, code: Places | None = None, models: int | None = None) -> Cells:
        i, j = self.i[keep], self.j[keep]
        return Cells(
            models=self.models if models is None else models,
            i=i if code is None else code[i],
            j=j if code is None else code[j],
            weight=self.weight[keep],
            square=self.square[keep],
            x=None if self.x is None else self.x[keep],
        )

    def weighing(self, weight: Floats) -> Cells:
        """The same cells with other counts, as one round of a bootstrap draws them."""
        return replace(self, weight=weight, square=weight)


def cells_of(battles: Battles) -> Cells:
    """A cell a pair; with covariates, a cell a battle."""
    if battles.covariates is not None:
        return rows_of(battles)
    size = len(battles.models)
    if 3 * size * size <= 4 * len(battles) + 1_000_000:
        return _counted(battles, size)
    place = pair_and_outcome(battles)  # many models and few battles: most pairs never met
    found, place = np.unique(place, return_inverse=True)
    pairs, slot = np.unique(found // 3, return_inverse=True)
    place = (3 * slot + found % 3)[place]
    weight = _summed(place, battles.weight, len(pairs))
    square = weight if battles.weight is None else _summed(place, battles.weight**2, len(pairs))
    return Cells(size, pairs // size, pairs % size, weight, square)


def _counted(battles: Battles, size: int) -> Cells:
    """All pairs as they were written, each side first, and then the two halves of the square laid on each other."""
    place = battles.a * np.int32(3 * size)
    place += battles.b * np.int32(3)
    place += battles.outcome
    low, high = np.triu_indices(size, 1)

    def folded(weight: Floats | None) -> Floats:
        square = _summed(place, weight, size * size).reshape(size, size, 3)
        return np.asarray(square[low, high] + square[high, low][:, MIRRORED], dtype=np.float64)

    weight = folded(battles.weight)
    square = weight if battles.weight is None else folded(battles.weight**2)
    met = weight.any(axis=1)
    return Cells(size, low[met], high[met], weight[met], square[met])


def rows_of(battles: Battles) -> Cells:
    """A cell a battle, in their order."""
    weight = np.zeros((len(battles), 3))
    given = np.ones(len(battles)) if battles.weight is None else battles.weight
    weight[np.arange(len(battles)), battles.outcome] = given
    x = None if battles.covariates is None else battles.covariates.values
    square = weight if battles.weight is None else weight**2
    return Cells(len(battles.models), battles.a.astype(np.intp), battles.b.astype(np.intp), weight, square, x)


def pair_and_outcome(battles: Battles) -> Places:
    """For each battle 3 x (its pair, the lower code first) + its outcome as that one sees it."""
    low, high = np.minimum(battles.a, battles.b), np.maximum(battles.a, battles.b)
    outcome = np.where(battles.a > battles.b, MIRRORED[battles.outcome], battles.outcome)
    return ((low * len(battles.models) + high) * 3 + outcome).astype(np.intp)  # 48 million at most


def _summed(place: npt.NDArray[np.integer], weight: Floats | None, pairs: int) -> Floats:
    return np.bincount(place, weights=weight, minlength=3 * pairs).astype(np.float64).reshape(pairs, 3)
