"""Why there is no fit: pools that never met, an order without distances, covariates that decide everything."""

from __future__ import annotations

from collections.abc import Sequence
from math import expm1, inf, log

import numpy as np
import numpy.typing as npt

from halfopen.ratings.battle import A, BadBattles, Battles
from halfopen.ratings.likelihood.likelihood import Likelihood
from halfopen.ratings.scale import ELO, Interval, normal

Floats = npt.NDArray[np.float64]

FLAT = 1e-9  # of a curvature, by what it would be if nothing were decided
APART = 30.0  # nats between two who met: more than 10^13 battles would show
ONE_CLUSTER = (
    "all battles are of one cluster: how far others would differ cannot be known. "
    "Leave the clusters out, if battles do not depend on each other"
)


class Disconnected(BadBattles):
    """Groups of models that never met: `pools` names them. No number compares one with another."""

    def __init__(self, groups: Sequence[Sequence[str]]) -> None:
        self.pools = tuple(tuple(group) for group in groups)
        shown = "; ".join(few(group) for group in self.pools[:4]) + ("; ..." if len(self.pools) > 4 else "")
        super().__init__(
            f"{len(self.pools)} groups of models never met each other, and nothing compares them: {shown}. "
            "Rate each by itself (battles.only), or add battles between them"
        )


class NoOptimum(BadBattles):
    """No rating of any model is finite, or a covariate cannot be told from the models; the message says which.

    Where one of two models won every battle, `ahead` is the bound that they give: its lead over the other, in Elo.
    """

    ahead: Interval | None = None


def only_an_order(battles: Battles) -> NoOptimum:
    names, clusters = battles.models, len(battles) if battles.cluster is None else int(battles.cluster.max()) + 1
    if len(names) > 2 or clusters < 2:
        return NoOptimum(
            "no two models have both won and lost against each other, directly or around a circle: "
            "there is an order, and no distance in it is finite. Add battles, or give a prior"
        )
    first = (int(battles.a[0]) if battles.outcome[0] == A else int(battles.b[0])) == 1
    winner, loser = (names[1], names[0]) if first else names
    # as for one that won everything among many: where the likelihood has lost what the level allows from its supremum
    low = -ELO * log(expm1(normal(0.95) ** 2 / 2 / clusters))
    wrong = NoOptimum(
        f"{winner} won all of its {len(battles):,} battles against {loser}: no rating is finite. "
        f"With 95 % it is ahead by {low:+.0f} Elo at least"
    )
    wrong.ahead = Interval(
        inf, low, inf, f"{winner} won all of its {len(battles):,} battles: its lead has no upper end"
    )
    return wrong


def why_not(battles: Battles, likelihood: Likelihood) -> str:
    if battles.covariates is None:
        return (
            "the likelihood has no optimum that numbers can hold: strengths differ by more than any battle could show"
        )
    names = ", ".join(battles.covariates.names)
    return f"the covariates ({names}) decide every battle, or cannot be told from the models or from each other"


def check_effects(battles: Battles, likelihood: Likelihood, at: Floats) -> None:
    """Raises NoOptimum if a covariate is made of the models or of the other covariates."""
    if battles.covariates is None:
        return
    curvature = likelihood.derivatives(at)[1]
    models, size = likelihood.cells.models, len(battles.covariates.names)
    mixed = curvature[:models, models : models + size]
    own = curvature[models : models + size, models : models + size]
    left = own - mixed.T @ np.linalg.solve(curvature[:models, :models], mixed)
    scale = np.sqrt(np.maximum(np.diagonal(own), 1e-300))
    if np.linalg.eigvalsh(left / np.outer(scale, scale)).min() < FLAT:
        raise NoOptimum(why_not(battles, likelihood))
    _check_separation(battles.covariates.names, likelihood, at, left)


def _check_separation(names: Sequence[str], likelihood: Likelihood, at: Floats, left: Floats) -> None:
    """Raises NoOptimum if battles are decided by covariates: their effects then grow until nothing curves any more.

    Of n battles between which a covariate decides, one that it does not decide leaves a curvature of 1 / n a battle;
    FLAT is a billionth. Models that only a covariate makes finite run apart likewise.
    """
    cells = likelihood.cells
    if cells.x is None:
        return
    total = cells.weight.sum(axis=1)
    scale = np.sqrt(np.maximum(total @ cells.x**2, 1e-300))
    values, vectors = np.linalg.eigh(left / np.outer(scale, scale))
    if values[0] < FLAT:
        most = np.abs(vectors[:, 0])
        guilty = ", ".join(name for name, share in zip(names, most.tolist(), strict=True) if share > most.max() / 2)
        raise NoOptimum(
            f"the covariate {guilty} decides every battle that it could: its effect has no finite optimum. "
            "Leave it out, or add battles that it did not decide"
        )
    if np.abs(at[cells.i] - at[cells.j]).max() > APART:
        raise NoOptimum(
            f"beside the covariates ({', '.join(names)}) the strengths of models have no finite optimum: together they "
            "decide every battle of some. Leave a covariate out, or add battles"
        )


def few(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
