"""The fit: every model's strength on one scale, with the covariance of all of them, or the reason why there is none.

Ratings are on the Arena's scale, 400 / ln(10) x strength, and put at a stated mean (1000), or about an anchor model.
Nothing pulls them together: a model that won everything is at infinity, and a prior is one only if it is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, inf, isnan, nan
from typing import Literal

import numpy as np
import numpy.typing as npt

from halfopen.ratings.battle import TIE, BadBattles, Battles
from halfopen.ratings.likelihood.cells import Cells, cells_of, rows_of
from halfopen.ratings.likelihood.connected import ABOVE, BELOW, UNKNOWN, WITHIN, Placed, placed, pools, together
from halfopen.ratings.likelihood.likelihood import Likelihood
from halfopen.ratings.likelihood.newton import NotFound, optimum
from halfopen.ratings.likelihood.profile import FEW, searched
from halfopen.ratings.likelihood.sandwich import Sandwich, lone_in, sandwich
from halfopen.ratings.refused import ONE_CLUSTER, Disconnected, NoOptimum, check_effects, few, only_an_order, why_not
from halfopen.ratings.scale import ELO, normal

Floats = npt.NDArray[np.float64]
Ties = Literal["half", "davidson"]

MOST_AT = 1_000_000.0  # Elo; with more the digits of a rating would be lost

TIES_AT_EVEN = "ties at even"  # the share of ties between equals, as Davidson's model has it


@dataclass(frozen=True, slots=True)
class Scale:
    """Where the scale is fixed: the anchor model is at `at`, or without one the mean of all finite ratings."""

    anchor: str | None = None
    at: float = 1000.0


@dataclass(frozen=True, slots=True)
class Prior:
    """Strengths are taken to be normal about their mean with this standard deviation, in Elo."""

    sd: float


@dataclass(frozen=True, slots=True)
class Effect:
    """What a covariate is worth to model_a, in Elo a unit, between its bounds (95 %); `ties at even` is a share."""

    name: str
    value: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Pool:
    """What intervals are made of: the models that are rated together, in nats. `members` are places in Fit.models."""

    cells: Cells  # of all models
    placed: Placed
    members: npt.NDArray[np.intp]
    likelihood: Likelihood  # of the members
    at: Floats
    sandwich: Sandwich
    anchor: int | None  # a place among the members
    lone: npt.NDArray[np.bool_]  # models (all of them) whose battles are of one cluster


@dataclass(frozen=True, eq=False)
class Fit:
    """Ratings in Elo (`inf`: won everything, `-inf`: lost everything, `nan`: undetermined) and what is known of them.

    `covariance` is of the ratings about their mean, in Elo squared; rows of models without a finite rating are nan.
    `prior_moved` is what the prior changed in each rating (Elo; nan where there is none without it), empty without one.
    """

    models: tuple[str, ...]
    ratings: Floats
    battles: npt.NDArray[np.int64]
    covariance: Floats
    effects: tuple[Effect, ...]
    warnings: tuple[str, ...]
    scale: Scale
    pool: Pool = field(repr=False)
    source: Battles = field(repr=False)
    prior_moved: Mapping[str, float] = field(default_factory=dict)

    def place(self, model: str) -> int:
        """Its place in `models`. Raises BadBattles for a model that is not there."""
        if model not in self.models:
            raise BadBattles(f"{model!r} is in none of the battles; there are {few(self.models)}")
        return self.models.index(model)


def fit(battles: Battles, *, ties: Ties = "half", prior: Prior | None = None, scale: Scale = Scale()) -> Fit:
    """The ratings of all models. Raises BadBattles, and its kinds Disconnected and NoOptimum."""
    _check(battles, ties, prior, scale)
    cells = cells_of(battles)
    split = _groups(cells, battles.models)
    if prior is None and len(split) > 1:
        raise Disconnected(split)
    where = placed(cells) if prior is None else together(cells.models)
    pool = _pool(battles, cells, where, ties, prior, scale)
    moved = {} if prior is None else _moved(battles, pool, ties, scale)
    return Fit(
        models=battles.models,
        ratings=_ratings(pool, scale),
        battles=_fought(battles.a, len(battles.models)) + _fought(battles.b, len(battles.models)),
        covariance=_covariance(pool),
        effects=_effects(battles, pool),
        warnings=(*_warnings(battles.models, where, split, moved, prior), *_shortcuts(pool)),
        scale=scale,
        pool=pool,
        source=battles,
        prior_moved=moved,
    )


def _fought(side: npt.NDArray[np.int32], models: int) -> npt.NDArray[np.int64]:
    return np.bincount(side, minlength=models).astype(np.int64)


def _check(battles: Battles, ties: Ties, prior: Prior | None, scale: Scale) -> None:
    if ties not in ("half", "davidson"):
        raise BadBattles(f"ties are {ties!r}; they are 'half' (half a win each) or 'davidson' (with a parameter)")
    if prior is not None and not 0 < prior.sd < inf:
        raise BadBattles(f"the prior has a standard deviation of {prior.sd}; a number of Elo greater than 0 is needed")
    if scale.anchor is not None and scale.anchor not in battles.models:
        raise BadBattles(f"the anchor {scale.anchor!r} is in none of the battles")
    if not abs(scale.at) <= MOST_AT:
        raise BadBattles(
            f"the scale is put at {scale.at:g}; a number of Elo from -{MOST_AT:,.0f} to {MOST_AT:,.0f} is needed"
        )
    tied = battles.outcome == TIE
    if ties == "davidson" and (tied.all() or not tied.any()):
        raise NoOptimum(
            "every battle is a tie" if tied.all() else "no battle is a tie: Davidson's parameter has no optimum"
        )


def _groups(cells: Cells, models: Sequence[str]) -> list[list[str]]:
    """The groups of models that are joined by battles, the largest first."""
    label = pools(cells)
    if not label.any():
        return [list(models)]
    groups: dict[int, list[str]] = {}
    for name, each in zip(models, label.tolist(), strict=True):
        groups.setdefault(each, []).append(name)
    return sorted(groups.values(), key=len, reverse=True)


def _pool(battles: Battles, cells: Cells, where: Placed, ties: Ties, prior: Prior | None, scale: Scale) -> Pool:
    members = where.pool
    if len(members) < 2:
        raise only_an_order(battles)
    everyone = len(members) == len(battles.models)
    likelihood = Likelihood(
        cells if everyone else cells.among(members),
        davidson=ties == "davidson",
        pull=0.0 if prior is None else (ELO / prior.sd) ** 2,
    )
    anchor = None
    if scale.anchor is not None:
        found = np.flatnonzero(members == battles.models.index(scale.anchor))
        if not len(found):
            raise NoOptimum(
                f"the anchor {scale.anchor!r} has no finite rating: it won or lost all that joins it to the rest"
            )
        anchor = int(found[0])
    try:
        at = optimum(likelihood)
    except NotFound:
        raise NoOptimum(why_not(battles, likelihood)) from None
    check_effects(battles, likelihood, at)
    spread, lone = _sandwich(battles, members, likelihood, at)
    return Pool(cells, where, members, likelihood, at, spread, anchor, lone)


def _sandwich(
    battles: Battles, members: npt.NDArray[np.intp], likelihood: Likelihood, at: Floats
) -> tuple[Sandwich, npt.NDArray[np.bool_]]:
    """And which models have battles of one cluster only. Raises NoOptimum if all of the pool's battles are of one."""
    if battles.cluster is None:
        return sandwich(likelihood, at), np.zeros(len(battles.models), dtype=np.bool_)
    code = np.full(len(battles.models), -1)
    code[members] = np.arange(len(members))
    inside = (code[battles.a] >= 0) & (code[battles.b] >= 0)
    cluster = battles.cluster.astype(np.intp)
    if (cluster[inside] == cluster[inside][0]).all():
        raise NoOptimum(ONE_CLUSTER)
    every = rows_of(battles)
    rows = every.where(inside, code.astype(np.intp), len(members))
    lone = lone_in(every, cluster)
    lone[members] = lone_in(rows, cluster[inside])
    return sandwich(likelihood, at, rows, cluster[inside]), lone


def _ratings(pool: Pool, scale: Scale) -> Floats:
    strength = pool.at[: len(pool.members)]
    zero = strength.mean() if pool.anchor is None else strength[pool.anchor]
    ratings = np.choose(pool.placed.place % 4, (0.0, inf, nan, -inf))
    ratings[pool.members] = scale.at + ELO * (strength - zero)
    return ratings


def _covariance(pool: Pool) -> Floats:
    size, members = len(pool.placed.place), pool.members
    covariance = np.full((size, size), nan)
    covariance[np.ix_(members, members)] = ELO**2 * pool.sandwich.covariance[: len(members), : len(members)]
    return covariance


def _effects(battles: Battles, pool: Pool) -> tuple[Effect, ...]:
    q, models = normal(0.95), len(pool.members)
    errors = np.sqrt(np.max([np.maximum(0, np.diagonal(each.covariance)) for each in pool.sandwich.both()], axis=0))
    names = () if battles.covariates is None else battles.covariates.names
    effects = [
        Effect(name, *(float(ELO * (pool.at[n] + side * q * errors[n])) for side in (0, -1, 1)))
        for n, name in enumerate(names, start=models)
    ]
    if pool.likelihood.davidson:
        logs = [float(pool.at[-1] + side * q * errors[-1]) for side in (0, -1, 1)]
        effects.append(Effect(TIES_AT_EVEN, *(1 / (1 + 2 * exp(-max(each, -700))) for each in logs)))
    return tuple(effects)


def _moved(battles: Battles, pool: Pool, ties: Ties, scale: Scale) -> dict[str, float]:
    """What the prior changed in the rating of each model, measured at the mean of those that have one without it."""
    try:
        plain = fit(battles, ties=ties, scale=Scale(at=scale.at)).ratings
    except BadBattles:
        return dict.fromkeys(battles.models, nan)
    known = np.isfinite(plain)
    pulled = ELO * pool.at[: len(pool.members)]
    moved = np.where(known, pulled - pulled[known].mean() - (plain - scale.at), nan)
    return {name: float(each) for name, each in zip(battles.models, moved, strict=True)}


SAID = {
    ABOVE: "won all that joins it to the rest: its rating has no upper end",
    BELOW: "lost all that joins it to the rest: its rating has no lower end",
    UNKNOWN: "has no path of battles both to and from the rest: nothing says where it stands",
}


def _warnings(
    models: Sequence[str],
    where: Placed,
    split: Sequence[Sequence[str]],
    moved: Mapping[str, float],
    prior: Prior | None,
) -> tuple[str, ...]:
    said = [
        f"{name} {SAID[place]}" for name, place in zip(models, where.place.tolist(), strict=True) if place != WITHIN
    ]
    if prior is not None:
        if len(split) > 1:
            groups = "; ".join(map(few, split))
            said.append(f"only the prior compares these groups, which never met: {groups}")
        if free := [name for name, by in moved.items() if isnan(by)]:
            said.append(f"only the prior makes the rating of {few(free)} finite")
        if known := {name: by for name, by in moved.items() if not isnan(by)}:
            most = max(known, key=lambda name: abs(known[name]))
            said.append(f"the prior of {prior.sd:g} Elo moved ratings by up to {known[most]:+.1f} Elo ({most})")
    return tuple(said)


def _shortcuts(pool: Pool) -> tuple[str, ...]:
    if searched(len(pool.members), pool.sandwich.freedom):
        return ()
    scarce = int((pool.sandwich.freedom < FEW).sum())
    said = (
        f"{scarce:,} of {len(pool.members):,} models have few battles: too many to search the profile of each. "
        "Intervals are symmetric, from the curvature and Student's t; who won or lost everything has no bound"
    )
    return (said,)
