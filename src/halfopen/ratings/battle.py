"""Battles from columns of strings: codes for names, checked, at the speed of a dictionary.

A column of 1.7 million strings becomes integers in some 50 ms: `map` over a dictionary's own `__getitem__` never enters
Python code but for a name that it has not seen.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from halfopen.ratings.style import Covariates

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

OUTCOMES = ("model_a", "model_b", "tie", "tie (bothbad)")
A, B, TIE = 0, 1, 2
CODES = {"model_a": A, "model_b": B, "tie": TIE, "tie (bothbad)": TIE}
MOST_MODELS = 4_000  # a covariance of all pairs is 128 MB then, and a Newton step some seconds


class BadBattles(ValueError):
    """Battles that cannot be rated; `row` is the place of the first bad one, counted from 0, if it is one's fault."""

    def __init__(self, message: str, row: int | None = None) -> None:
        super().__init__(message if row is None else f"battle {row + 1}: {message}")
        self.row = row


@dataclass(frozen=True, eq=False)
class Battles:
    """Checked battles: who (codes into `models`), against whom, with what outcome (0 a, 1 b, 2 tie)."""

    models: tuple[str, ...]  # sorted
    a: Ints
    b: Ints
    outcome: Ints
    weight: Floats | None = None
    cluster: Ints | None = None  # codes from 0
    covariates: Covariates | None = None

    def __len__(self) -> int:
        return len(self.a)

    def where(self, keep: Sequence[bool] | npt.NDArray[np.bool_]) -> Battles:
        """The battles that are kept: a category, a judge. Raises BadBattles if none is left."""
        mask = np.asarray(keep, dtype=np.bool_)
        if mask.shape != self.a.shape:
            raise BadBattles(f"{len(mask):,} marks for {len(self):,} battles; one for each is needed")
        if not mask.any():
            raise BadBattles("no battles are left of this choice")
        both = np.concatenate((self.a[mask], self.b[mask]))
        present = np.bincount(both, minlength=len(self.models)) > 0
        code = (np.cumsum(present) - 1).astype(np.int32)
        return replace(
            self,
            models=tuple(name for name, here in zip(self.models, present, strict=True) if here),
            a=code[self.a[mask]],
            b=code[self.b[mask]],
            outcome=self.outcome[mask],
            weight=None if self.weight is None else self.weight[mask],
            cluster=None
            if self.cluster is None
            else np.unique(self.cluster[mask], return_inverse=True)[1].astype(np.int32),
            covariates=None if self.covariates is None else self.covariates.where(mask),
        )

    def only(self, models: Iterable[str]) -> Battles:
        """The battles between these models. Raises BadBattles for a model that is not there, or if none is left."""
        wanted = set(models)
        if strangers := sorted(wanted - set(self.models)):
            raise BadBattles(f"{strangers[0]!r} is in none of the battles")
        inside = np.array([name in wanted for name in self.models])
        return self.where(inside[self.a] & inside[self.b])


def battles(
    model_a: Sequence[str],
    model_b: Sequence[str],
    winner: Sequence[str],
    *,
    weight: Sequence[float] | Floats | None = None,
    cluster: Sequence[Hashable] | None = None,
    covariates: Covariates | None = None,
) -> Battles:
    """Battles from columns of equal length; `winner` holds the words of OUTCOMES. Both kinds of tie count the same.

    `weight` is greater than 0, 1 for an ordinary battle. Battles of one `cluster` (a conversation, a voter) are not
    taken to be independent of each other. Raises BadBattles, which names the first bad row.
    """
    for name, column in (("model_b", model_b), ("winner", winner), ("weight", weight), ("cluster", cluster)):
        if column is not None and len(column) != len(model_a):
            raise BadBattles(f"{name} has {len(column):,} rows and model_a has {len(model_a):,}; they must be as many")
    if covariates is not None and len(covariates.values) != len(model_a):
        raise BadBattles(f"the covariates have {len(covariates.values):,} rows and model_a has {len(model_a):,}")
    if not len(model_a):
        raise BadBattles("there are no battles")
    seen = _Codes()
    a, b = _coded(model_a, seen, "model_a"), _coded(model_b, seen, "model_b")
    _check_names(seen, model_a, model_b)
    if (same := a == b).any():
        row = int(same.argmax())
        raise BadBattles(f"{model_a[row]!r} is compared with itself; two different models are needed", row)
    models = tuple(sorted(seen))
    code = np.empty(len(models), dtype=np.int32)
    code[[seen[name] for name in models]] = np.arange(len(models), dtype=np.int32)
    return Battles(
        models=models,
        a=code[a],
        b=code[b],
        outcome=_outcomes(winner),
        weight=None if weight is None else _weights(weight),
        cluster=None if cluster is None else _coded(cluster, _Codes(), "cluster"),
        covariates=covariates,
    )


class _Codes(dict[Any, int]):
    """Gives each new key the next number."""

    def __missing__(self, key: Any) -> int:
        self[key] = code = len(self)
        return code


def _coded(column: Sequence[Hashable], seen: _Codes, name: str) -> Ints:
    try:
        return np.fromiter(map(seen.__getitem__, column), dtype=np.int32, count=len(column))
    except TypeError:
        row = next(row for row, value in enumerate(column) if not isinstance(value, Hashable))
        raise BadBattles(f"{name} is {column[row]!r}; a name is needed", row) from None


def _check_names(seen: _Codes, *columns: Sequence[str]) -> None:
    if bad := {id(name) for name in seen if not isinstance(name, str) or not name.strip()}:
        rows = min(len(columns[0]), *map(len, columns))
        row = next(row for row in range(rows) if any(id(column[row]) in bad or not column[row] for column in columns))
        said = next(column[row] for column in columns if id(column[row]) in bad or not column[row])
        raise BadBattles(f"a model is called {said!r}; a name is needed", row)
    if len(seen) > MOST_MODELS:
        raise BadBattles(
            f"{len(seen):,} different models; {MOST_MODELS:,} at most. Are these the columns with the names?"
        )


def _outcomes(winner: Sequence[str]) -> Ints:
    try:
        return np.fromiter(map(CODES.__getitem__, winner), dtype=np.int32, count=len(winner))
    except (KeyError, TypeError):
        row = next(row for row, said in enumerate(winner) if not isinstance(said, str) or said not in CODES)
        raise BadBattles(f"the winner is {winner[row]!r}; it is one of {', '.join(OUTCOMES)}", row) from None


def _weights(column: Sequence[float] | Floats) -> Floats:
    try:
        weights = np.asarray(column, dtype=np.float64)
    except (TypeError, ValueError):
        raise BadBattles("a weight is not a number") from None
    if not (good := np.isfinite(weights) & (weights > 0)).all():
        row = int(good.argmin())
        raise BadBattles(f"the weight is {weights[row]}; a finite number greater than 0 is needed", row)
    return weights
