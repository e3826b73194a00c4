"""Intervals of ratings, of differences and of parity: honest for newcomers, one-sided where a model won everything.

A model with many battles has a symmetric interval from the sandwich. One that rests on fewer than FEW gets its bounds
from the profile likelihood, scaled by the sandwich, and a quantile of Student's t; that was decided by simulation
(docs/ratings.md), and at FEW battles the two agree. A model that won everything has the one bound that its
battles give.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf, isinf, isnan, nan, sqrt

import numpy as np
import numpy.typing as npt

from halfopen.ratings.bradley_terry import SAID, Fit
from halfopen.ratings.likelihood.cells import Cells
from halfopen.ratings.likelihood.connected import ABOVE, BELOW, UNKNOWN, WITHIN
from halfopen.ratings.likelihood.likelihood import Likelihood
from halfopen.ratings.likelihood.newton import NotFound, held, optimum
from halfopen.ratings.likelihood.profile import FEW, MOST_WORK, bound, searched
from halfopen.ratings.likelihood.student import student
from halfopen.ratings.scale import ELO, Interval, expected, normal

Floats = npt.NDArray[np.float64]

ANCHOR_LONE = "all battles of the anchor are of one cluster: how far others would differ cannot be known"
LONE = "all its battles are of one cluster: how far others would differ cannot be known"


def intervals(fit: Fit, level: float = 0.95) -> tuple[Interval, ...]:
    """The interval of every rating, in Elo, in the order of fit.models. Raises ValueError for a level not in (0, 1)."""
    inside = {int(model): n for n, model in enumerate(fit.pool.members)}
    zero = fit.scale.at
    out = []
    for model in range(len(fit.models)):
        if model in inside:
            found = _rated(fit, model, inside[model], level)
            low, high = (zero + ELO * each for each in found)
            out.append(Interval(float(fit.ratings[model]), low, high, _odd(fit, model, inside[model])))
        else:
            low, high = one_sided(fit, model, level)
            out.append(Interval(float(fit.ratings[model]), zero + ELO * low, zero + ELO * high, _said(fit, model)))
    return tuple(out)


def difference(fit: Fit, a: str, b: str, level: float = 0.95) -> Interval:
    """How far `a` is ahead of `b`, in Elo, from their joint covariance. Raises BadBattles for an unknown model."""
    one, other = fit.place(a), fit.place(b)
    if one == other:
        return Interval(0.0, 0.0, 0.0)
    inside = {int(model): n for n, model in enumerate(fit.pool.members)}
    if one in inside and other in inside:
        contrast = np.zeros(fit.pool.likelihood.size)
        contrast[inside[one]], contrast[inside[other]] = 1, -1
        if lone := [name for name, place in ((a, one), (b, other)) if fit.pool.lone[place]]:
            return Interval(float(fit.ratings[one] - fit.ratings[other]), -inf, inf, f"{lone[0]}: {LONE}")
        freedom = fit.pool.sandwich.freedom
        scarcer = min(inside[one], inside[other], key=lambda n: float(freedom[n]))
        low, high = _finite(fit, contrast, scarcer, level)
        return Interval(float(fit.ratings[one] - fit.ratings[other]), ELO * low, ELO * high)
    if other in inside:
        low, high = one_sided(fit, one, level, against=inside[other])
        return Interval(float(fit.ratings[one]), ELO * low, ELO * high, _said(fit, one))
    if one in inside:
        turned = difference(fit, b, a, level)
        return Interval(-turned.value, -turned.high, -turned.low, turned.says)
    value = float(fit.ratings[one]) - float(fit.ratings[other])  # inf - inf is nan: nothing is known
    return Interval(value, -inf, inf, f"{_said(fit, one)}; {_said(fit, other)}")


def win_probability(fit: Fit, a: str, b: str, level: float = 0.95) -> Interval:
    """The score that `a` may expect against `b`, a draw counting half, from 0 to 1; with Davidson's ties too."""
    return _through(difference(fit, a, b, level), lambda elo: _score(fit, elo))


def parity(fit: Fit, answer: str, reference: str, level: float = 0.95) -> Interval:
    """2 x P(this answer beats the reference's), in per cent: 100 is even, 25 Elo behind is 92.8."""
    return _through(difference(fit, answer, reference, level), lambda elo: 200 * _score(fit, elo))


def _through(gap: Interval, scored: Callable[[float], float]) -> Interval:
    value, low, high = (nan if isnan(each) else scored(each) for each in (gap.value, gap.low, gap.high))
    return Interval(value, low, high, gap.says)


def _score(fit: Fit, elo: float) -> float:
    if not fit.pool.likelihood.davidson or isinf(elo):
        return expected(elo) if not isinf(elo) else float(elo > 0)
    half = expected(elo / 2) / expected(-elo / 2) if abs(elo) < 8_000 else inf  # exp(d / 2)
    if isinf(half):
        return float(elo > 0)
    nu = float(np.exp(fit.pool.at[-1]))
    return (half + nu / 2) / (half + 1 / half + nu)


def rating_contrast(fit: Fit, member: int) -> Floats:
    """The weights that make a rating of the strengths: the model less the mean, or less the anchor."""
    size = len(fit.pool.members)
    contrast = np.zeros(fit.pool.likelihood.size)
    if fit.pool.anchor is None:
        contrast[:size] = -1 / size
    else:
        contrast[fit.pool.anchor] = -1
    contrast[member] += 1
    return contrast


def _rated(fit: Fit, model: int, member: int, level: float) -> tuple[float, float]:
    if _odd(fit, model, member) in (LONE, ANCHOR_LONE):
        return -inf, inf
    return _finite(fit, rating_contrast(fit, member), member, level)


def _finite(fit: Fit, contrast: Floats, scarce: int, level: float) -> tuple[float, float]:
    """The bounds of a contrast of models in the pool, in nats; `scarce` is the one of them with the fewest battles."""
    pool = fit.pool
    value = float(contrast @ pool.at)
    held = [
        (float(contrast @ each.covariance @ contrast), float(each.freedom[scarce])) for each in pool.sandwich.both()
    ]
    variance, freedom = max(held, key=lambda each: student(level, each[1]) * sqrt(max(0.0, each[0])))
    if variance <= 0:
        return value, value
    reach = student(level, freedom) * sqrt(variance)
    if freedom >= FEW or not searched(len(pool.members), pool.sandwich.freedom):
        return value - reach, value + reach
    ratio = variance / float(contrast @ pool.sandwich.bread @ contrast)
    loss = student(level, freedom) ** 2 * ratio / 2
    top = pool.likelihood.value(pool.at)
    try:
        low, high = (
            bound(pool.likelihood, pool.at, contrast, value + side * reach, top, loss, side) for side in (-1, 1)
        )
    except NotFound:
        return value - reach, value + reach
    return low, high


def one_sided(fit: Fit, model: int, level: float, against: int | None = None) -> tuple[float, float]:
    """The bounds of a model outside the pool, in nats about the scale's zero, or about a member of the pool.

    Its battles give one end: where their likelihood has lost as much as the level allows from its supremum, which it
    reaches at infinity.
    """
    pool = fit.pool
    place = int(pool.placed.place[model])
    if place == UNKNOWN or pool.lone[model] or not searched(len(pool.members), pool.sandwich.freedom):
        return -inf, inf
    holding = pool.placed.between(model)
    everyone = np.union1d(pool.members, holding)
    if int((pool.placed.place != WITHIN).sum()) * float(len(everyone)) ** 3 > MOST_WORK:
        return -inf, inf
    cells = pool.cells.among(everyone)
    member = np.isin(everyone, pool.members)
    likelihood = Likelihood(cells, pool.likelihood.davidson)
    contrast = np.zeros(likelihood.size)
    _weigh(fit, contrast, np.flatnonzero(member), against)
    contrast[int(np.searchsorted(everyone, model))] += 1
    start = np.zeros(likelihood.size)
    start[len(everyone) :] = pool.at[len(pool.members) :]
    start[: len(everyone)][member] = pool.at[: len(pool.members)]
    loss = normal(level) ** 2 / 2
    side = -1 if place == ABOVE else 1  # of the end that there is
    strengths = pool.at[: len(pool.members)]
    edge = (strengths.min() if place == ABOVE else strengths.max()) + side * (2 * loss + 2)
    start[: len(everyone)][~member] = edge
    try:
        circles = [holding[pool.placed.group[holding] == each] for each in np.unique(pool.placed.group[holding])]
        apart = sum(_alone(pool.cells, each, pool.likelihood, pool.at) for each in circles)
        top = pool.likelihood.value(pool.at) + apart
        end = bound(likelihood, start, contrast, float(contrast @ start), top, loss, side)
    except NotFound:
        return -inf, inf
    return (end, inf) if place == ABOVE else (-inf, end)


def _weigh(fit: Fit, contrast: Floats, places: npt.NDArray[np.intp], against: int | None) -> None:
    if against is not None:
        contrast[places[against]] = -1
    elif fit.pool.anchor is not None:
        contrast[places[fit.pool.anchor]] = -1
    else:
        contrast[places] = -1 / len(places)


def _alone(cells: Cells, mates: npt.NDArray[np.intp], likelihood: Likelihood, at: Floats) -> float:
    """The highest log-likelihood of the battles within a circle outside the pool, with the effects as they are."""
    if len(mates) < 2:
        return 0.0
    inner = Likelihood(cells.among(mates), likelihood.davidson)
    if not likelihood.davidson:
        return inner.value(optimum(inner))
    ties = np.zeros(inner.size)
    ties[-1] = 1
    return held(inner, at[-1] * ties, ties, float(at[-1]))[1]


def _odd(fit: Fit, model: int, member: int) -> str:
    if member == fit.pool.anchor:
        return "the anchor of the scale: its rating is set, not estimated"
    if fit.pool.anchor is not None and fit.pool.lone[fit.pool.members[fit.pool.anchor]]:
        return ANCHOR_LONE
    return LONE if fit.pool.lone[model] else ""


def _said(fit: Fit, model: int) -> str:
    said = _how(fit, model)
    return f"{said}; {LONE}" if fit.pool.lone[model] else said


def _how(fit: Fit, model: int) -> str:
    place = int(fit.pool.placed.place[model])
    if place in (ABOVE, BELOW):
        done, end = ("won", "upper") if place == ABOVE else ("lost", "lower")
        cells = fit.pool.cells
        mine = (cells.i == model) | (cells.j == model)
        column = np.where(cells.i[mine] == model, place == ABOVE, place == BELOW).astype(np.intp)
        others = cells.weight[mine][:, 2].sum() + cells.weight[mine][np.arange(int(mine.sum())), column].sum()
        if not others:
            number = int(fit.battles[model])
            all_ = "its only battle" if number == 1 else f"all of its {number:,} battles"
            return f"{done} {all_}: its rating has no {end} end"
    return SAID[place]
