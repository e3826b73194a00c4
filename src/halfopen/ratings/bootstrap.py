"""Ratings of battles drawn again and again from the battles there are: a second opinion on the sandwich.

A round draws as many battles as there are (Efron 1979): a multinomial over cells and outcomes, or, if battles come in
clusters or with weights or covariates, whole clusters or battles. It starts at the optimum of all battles, so that two
or three Newton steps end at its own. What a round separates (a newcomer that won each of its battles drawn) is at
infinity in that round, and a percentile that falls among such rounds is infinite.

Battles that are few or all alike resample to themselves, which looks like certainty: a model with fewer than THIN gets
no interval narrower than the likelihood's. One without a finite rating, or with all battles in one cluster, is in no
round at all and keeps the likelihood's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from math import inf, nan

import numpy as np
import numpy.typing as npt

from halfopen.ratings.battle import Battles
from halfopen.ratings.bradley_terry import Fit
from halfopen.ratings.interval import intervals
from halfopen.ratings.likelihood.cells import Cells, cells_of, pair_and_outcome
from halfopen.ratings.likelihood.connected import WITHIN, joined, placed
from halfopen.ratings.likelihood.likelihood import Likelihood
from halfopen.ratings.likelihood.newton import NotFound, optimum
from halfopen.ratings.scale import ELO, Interval

Floats = npt.NDArray[np.float64]

LEAST_ROUNDS = 200
THIN = 10  # battles (or clusters)
TOO_FEW = "it has too few battles to be resampled: its interval is no narrower than the likelihood's"
SHORT = 2.0  # standard deviations by which the Poisson numbers fall short of all battles, on average
CLOSE = 1e-3  # nats: the step after it would be about its square, 2e-4 Elo


def resampled(
    fit: Fit, rounds: int, seed: int, progress: Callable[[int, int], None] | None = None, close: float = CLOSE
) -> Floats:
    """The ratings (Elo) of each round, rows by models in the order of fit.models.

    `inf` or `-inf` where a round separates a model from the pool, nan where it leaves it without battles. `progress` is
    told the rounds done and all of them. `close` (nats) is the Newton step after which a round is taken to be fitted.
    """
    out = np.full((rounds, len(fit.models)), nan)
    start = _Start(fit, close)
    for turn, cells in enumerate(draws(fit, rounds, np.random.default_rng(seed))):
        out[turn] = start.ratings(cells)
        if progress is not None:
            progress(turn + 1, rounds)
    return out


def percentile(fit: Fit, drawn: Floats, level: float = 0.95) -> tuple[Interval, ...]:
    """The interval of each rating from the rounds of `resampled`; rounds without a rating count for the wider side.

    Raises ValueError for fewer than LEAST_ROUNDS rounds: of them the ends of an interval are the few farthest.
    """
    if len(drawn) < LEAST_ROUNDS:
        raise ValueError(f"{len(drawn)} rounds of resampling; {LEAST_ROUNDS} at least have ends to speak of")
    tail = (1 - level) / 2
    low = np.quantile(np.where(np.isnan(drawn), -inf, drawn), tail, axis=0, method="lower")
    high = np.quantile(np.where(np.isnan(drawn), inf, drawn), 1 - tail, axis=0, method="higher")
    given = intervals(fit, level)
    freedom = dict(zip(fit.pool.members.tolist(), fit.pool.sandwich.freedom.tolist(), strict=True))
    return tuple(
        known
        if known.says
        else _no_narrower(known, float(low[n]), float(high[n]), fit.battles[n] < THIN or freedom[n] + 1 < THIN)
        for n, known in enumerate(given)
    )


def _no_narrower(known: Interval, low: float, high: float, thin: bool) -> Interval:
    if thin or not low < high:
        return Interval(known.value, min(low, known.low), max(high, known.high), TOO_FEW)
    return Interval(known.value, low, high)


class _Start:
    """The fit that rounds start from."""

    def __init__(self, fit: Fit, close: float) -> None:
        self.pool, self.close, self.size = fit.pool, close, len(fit.models)
        self.start = fit.pool.at
        self.everyone = np.arange(len(fit.pool.members))
        self.rated = fit.ratings[fit.pool.members]

    def ratings(self, cells: Cells) -> Floats:
        """The ratings of one round, whose cells are of the members of the pool."""
        out = np.full(self.size, nan)
        try:
            out[self.pool.members] = self._whole(cells) if self._one(cells) else self._parts(cells)
        except NotFound:
            return np.full(self.size, nan)  # of such a round nothing can be said, which widens the percentiles
        return out

    def _one(self, cells: Cells) -> bool:
        return self.pool.likelihood.pull > 0 or joined(cells)

    def _whole(self, cells: Cells) -> Floats:
        at = optimum(replace(self.pool.likelihood, cells=cells), self.start, self.close)
        return self._scaled(at[: cells.models], self.everyone)

    def _parts(self, cells: Cells) -> Floats:
        where = placed(cells)
        out = np.choose(where.place % 4, (0.0, inf, nan, -inf))
        drawn = cells.weight.any(axis=1)
        present = np.bincount(np.concatenate((cells.i[drawn], cells.j[drawn])), minlength=cells.models) > 0
        out[~present] = nan
        rest = np.concatenate((self.start[where.pool], self.start[cells.models :]))
        at = optimum(Likelihood(cells.among(where.pool), self.pool.likelihood.davidson), rest, self.close)
        out[where.place == WITHIN] = self._scaled(at[: len(where.pool)], where.pool)
        return out

    def _scaled(self, strength: Floats, among: npt.NDArray[np.intp]) -> Floats:
        """In Elo, with those who are rated at the mean that they have in the fit, or the anchor at its place."""
        anchor = self.pool.anchor
        if anchor is not None and anchor in among:
            at = int(np.searchsorted(among, anchor))
            return np.asarray(self.rated[anchor] + ELO * (strength - strength[at]), dtype=np.float64)
        return np.asarray(self.rated[among].mean() + ELO * (strength - strength.mean()), dtype=np.float64)


def draws(fit: Fit, rounds: int, dice: np.random.Generator) -> Iterator[Cells]:
    """The cells of each round, with the members of the pool as their models."""
    battles = fit.source
    if battles.weight is None and battles.cluster is None and battles.covariates is None:
        yield from _multinomial(fit.pool.likelihood.cells, rounds, dice)
    else:
        yield from _by_unit(_inside(fit), rounds, dice)


def _multinomial(cells: Cells, rounds: int, dice: np.random.Generator) -> Iterator[Cells]:
    """Draws of all battles, cell by cell: Poisson numbers that come to a little less, and then the rest.

    Poisson numbers given their sum are multinomial, so this is no approximation, and takes half the time of one draw
    of a multinomial, which goes through as many binomials.
    """
    counts = cells.weight.ravel()
    some = np.flatnonzero(counts)
    battles = round(float(counts.sum()))
    upper = np.cumsum(counts[some])
    fewer = counts[some] * max(0.0, 1 - SHORT / battles**0.5)
    turn = 0
    while turn < rounds:
        number = dice.poisson(fewer)
        missing = battles - int(number.sum())
        if missing < 0:  # one draw of forty; what the others come to does not depend on it
            continue
        rest = np.searchsorted(upper, dice.integers(0, battles, missing), side="right")
        weight = np.zeros(counts.shape)
        weight[some] = number + np.bincount(rest, minlength=len(some))
        turn += 1
        yield cells.weighing(weight.reshape(-1, 3))


def _inside(fit: Fit) -> Battles:
    names = [fit.models[member] for member in fit.pool.members]
    return fit.source if len(names) == len(fit.models) else fit.source.only(names)


def _by_unit(battles: Battles, rounds: int, dice: np.random.Generator) -> Iterator[Cells]:
    unit = np.arange(len(battles)) if battles.cluster is None else battles.cluster
    units = int(unit.max()) + 1
    given = np.ones(len(battles)) if battles.weight is None else battles.weight
    cells = cells_of(battles)
    if battles.covariates is None:
        pairs = cells.i * len(battles.models) + cells.j
        coded = pair_and_outcome(battles)
        place = 3 * np.searchsorted(pairs, coded // 3) + coded % 3
    else:
        place = 3 * np.arange(len(battles)) + battles.outcome
    for _ in range(rounds):
        times = np.bincount(dice.integers(0, units, units), minlength=units)
        weight = np.bincount(place, given * times[unit], 3 * len(cells)).astype(np.float64)
        yield cells.weighing(weight.reshape(-1, 3))
