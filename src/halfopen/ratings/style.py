"""What else may have moved a battle: position, length, markdown, the judge, as columns beside the two models.

A covariate x with effect g changes the odds of model_a by exp(g x): the contextual Bradley-Terry model, of which the
Arena's style control is one case. Ratings are then those at x = 0: equal length, no favoured place.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Covariates:
    """Columns with names: `values` has a row for each battle. Raises ValueError for other shapes and for gaps."""

    names: tuple[str, ...]
    values: Floats

    def __post_init__(self) -> None:
        if self.values.ndim != 2 or self.values.shape[1] != len(self.names):
            raise ValueError(
                f"{len(self.names)} names for values of shape {self.values.shape}; (battles, names) is needed"
            )
        if not (good := np.isfinite(self.values)).all():
            row, column = np.argwhere(~good)[0]
            raise ValueError(
                f"battle {row + 1}: {self.names[column]} is {self.values[row, column]}; a number is needed"
            )

    def __add__(self, other: Covariates) -> Covariates:
        return Covariates(self.names + other.names, np.hstack((self.values, other.values)))

    def where(self, mask: npt.NDArray[np.bool_]) -> Covariates:
        return Covariates(self.names, self.values[mask])


def position(battles: int) -> Covariates:
    """What it is worth to be shown first, as model_a; in Elo, since a first place is one unit."""
    return Covariates(("position",), np.ones((battles, 1)))


def relative(name: str, a: Sequence[float] | Floats, b: Sequence[float] | Floats) -> Covariates:
    """(a - b) / (a + b) of a length or a count that is not negative, in standard deviations; 0 where both are 0.

    It is not centred: equal answers are the zero, so that swapping the sides mirrors. Raises ValueError below 0.
    """
    left, right = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if (low := np.minimum(left, right) < 0).any():
        raise ValueError(f"battle {int(low.argmax()) + 1}: {name} is negative; a length or a count is needed")
    total = left + right
    share = np.divide(left - right, total, out=np.zeros_like(total), where=total > 0)
    spread = float(np.sqrt(np.mean(share**2)))
    return Covariates((name,), (share / spread if spread > 0 else share)[:, None])


def by_judge(judges: Sequence[Hashable], of: Covariates | None = None) -> Covariates:
    """Each covariate for each judge by itself: without `of`, how much each judge favours the first place."""
    inner = of or position(len(judges))
    names = sorted(set(judges), key=str)
    columns = [inner.values * np.array([judge == name for judge in judges])[:, None] for name in names]
    return Covariates(tuple(f"{each} ({name})" for name in names for each in inner.names), np.hstack(columns))
