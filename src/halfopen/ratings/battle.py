"""Battles from columns of strings: codes for names, checked.

A column of 1.7 million strings becomes integers in some 20 ms where texts are kept once (`codes`), and in 60 ms where
each row has its own: `map` over a dictionary's own `__getitem__` never enters Python code but for a new name.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from halfopen.ratings.codes import coded
from halfopen.ratings.style import Covariates

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

OUTCOMES = ("model_a", "model_b", "tie", "tie (bothbad)")
A, B, TIE = 0, 1, 2
CODES = {"model_a": A, "model_b": B, "tie": TIE, "tie (bothbad)": TIE}
MOST_MODELS = 4_000  # a covariance of all pairs is 128 MB then, a Newton step some seconds, a table some minutes
MOST_WEIGHT = 1e9  # and 1 / MOST_WEIGHT is the least: sums of such weights, and of their squares, keep their digits


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

    A column is whatever can be gone through: a list, an array, a pandas Series with any index. `weight` is 1 for an
    ordinary battle and lies within 1e-9 to 1e9. Battles of one `cluster` (a conversation, a voter) are not taken to be
    independent of each other; None is a cluster of its own. Raises BadBattles, which names the first bad row.
    """
    model_a, model_b, winner = _listed(model_a), _listed(model_b), _listed(winner)
    weight, cluster = None if weight is None else _listed(weight), None if cluster is None else _listed(cluster)
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
        a=code.take(a),
        b=code.take(b),
        outcome=_outcomes(winner),
        weight=None if weight is None else _weights(weight),
        cluster=None if cluster is None else _clusters(cluster),
        covariates=covariates,
    )


class _Codes(dict[Any, int]):
    """Gives each new key the next number."""

    def __missing__(self, key: Any) -> int:
        self[key] = code = len(self)
        return code


def _listed(column: Any) -> Any:
    """The same in the order of its rows: a Series is asked by its index, which need not count from 0."""
    return column if isinstance(column, list | tuple | np.ndarray) else list(column)


def _coded(column: Sequence[Hashable], seen: _Codes, name: str) -> Ints:
    try:
        return coded(column, seen.__getitem__)
    except TypeError:
        raise _nameless(column, name) from None


def _clusters(column: Sequence[Hashable]) -> Ints:
    """Codes in the order in which clusters come, so that a seed draws the same ones again; None is one of its own."""
    seen = _Codes()
    try:
        code = np.fromiter(map(seen.__getitem__, column), dtype=np.int32, count=len(column))
    except TypeError:
        raise _nameless(column, "cluster") from None
    if None in seen:
        alone = np.flatnonzero(code == seen[None])
        code[alone] = len(seen) + np.arange(len(alone))
        code = np.unique(code, return_inverse=True)[1].astype(np.int32)
    return code


def _nameless(column: Sequence[Hashable], name: str) -> BadBattles:
    row = next(row for row, value in enumerate(column) if not _can_be_key(value))
    return BadBattles(f"{name} is {column[row]!r}; a name is needed", row)


def _can_be_key(value: object) -> bool:
    try:
        hash(value)
    except TypeError:  # a tuple of lists says that it is Hashable, and is not
        return False
    return True


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
        return coded(winner, CODES.__getitem__)
    except (KeyError, TypeError):
        row = next(row for row, said in enumerate(winner) if not isinstance(said, str) or said not in CODES)
        raise BadBattles(f"the winner is {winner[row]!r}; it is one of {', '.join(OUTCOMES)}", row) from None


def _weights(column: Sequence[float] | Floats) -> Floats:
    try:
        weights = np.asarray(column, dtype=np.float64)
    except (TypeError, ValueError):
        raise BadBattles("a weight is not a number") from None
    if not (good := (weights >= 1 / MOST_WEIGHT) & (weights <= MOST_WEIGHT)).all():
        row = int(good.argmin())
        raise BadBattles(
            f"the weight is {weights[row]:g}; a finite number greater than 0 is needed, from {1 / MOST_WEIGHT:g} "
            f"to {MOST_WEIGHT:g}",
            row,
        )
    return weights
