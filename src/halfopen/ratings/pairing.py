"""Which comparison to ask for next, and how many: where a battle narrows the wanted intervals most.

One more battle between i and j adds v x x' to what is known (v = P(i)P(j), x = +1 at i and -1 at j), and takes
(c' S x)^2 v / (1 + v x' S x) from the variance c' S c of a wanted difference c (Sherman and Morrison 1950). Battles
between equals say most, v = 1/4, and a battle with a third model is often worth nearly as much as a direct one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import ceil, inf, isfinite
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from halfopen.ratings.battle import BadBattles
from halfopen.ratings.bradley_terry import Fit
from halfopen.ratings.likelihood.connected import WITHIN
from halfopen.ratings.scale import ELO, normal

Floats = npt.NDArray[np.float64]

MOST = 10_000_000  # battles; beyond it the answer is: not this way
PORTIONS = 200  # in which many battles are dealt out


@dataclass(frozen=True, slots=True)
class Ask:
    """Compare `a` with `b` in so many battles; when those of all rows so far are fought, the wanted intervals have
    narrowed by `narrows`, so that the last row tells what all of them bring.

    `narrows` is in Elo, of half the width at 95 %, on average over the wanted intervals; inf where one was endless.
    """

    a: str
    b: str
    battles: int
    narrows: float


def next_pairs(
    fit: Fit, *, top: int | None = None, pair: tuple[str, str] | None = None, count: int = 1
) -> tuple[Ask, ...]:
    """How `count` battles are best spent on the differences among the `top` models, or on one pair's.

    A wanted model without a finite rating comes first: it has to meet one from which it may lose (or win). So does
    one whose battles are all of one cluster: it has to fight in another.
    Raises BadBattles for names that are not there, and ValueError if nothing is wanted.
    """
    wanted = _wanted(fit, top, pair)
    outside = [model for model in wanted if fit.pool.placed.place[model] != WITHIN or fit.pool.lone[model]]
    if outside:
        return tuple(_first_of_all(fit, model, max(1, count // len(outside))) for model in outside)
    inside = {int(model): n for n, model in enumerate(fit.pool.members)}
    contrasts = _contrasts([inside[model] for model in wanted], len(inside))
    return _dealt(fit, contrasts, count)


def needed(fit: Fit, a: str, b: str, certainty: float = 0.95, power: float = 0.8) -> int | None:
    """How many battles between the two make their order so certain, if they differ as it seems: 0 if it is already.

    So many suffice with the probability `power`; with 0.5, which is fewer, it is a coin's flip whether they do. None
    where it is more than ten million. Raises BadBattles for a model without a finite rating, or with all battles in
    one cluster, and ValueError for a certainty or a power that is none.
    """
    if not 0.5 < certainty < 1:
        raise ValueError(f"the certainty is {certainty}; it lies between 0.5 and 1, as in 0.95")
    if not 0.5 <= power < 1:
        raise ValueError(f"the power is {power}; it lies between 0.5 and 1, as in 0.8")
    known = _Pair(fit, a, b)
    z = NormalDist().inv_cdf(certainty)
    if not known.gap or known.battles(abs(known.gap) / z) == 0:
        return 0 if known.gap else None
    return known.battles(abs(known.gap) / (z + NormalDist().inv_cdf(power)))


def needed_for_width(fit: Fit, a: str, b: str, half_width: float, level: float = 0.95) -> int | None:
    """How many battles between the two bring their difference to within +- half_width Elo; None above ten million."""
    if not half_width > 0:
        raise ValueError(f"the half width is {half_width}; a number of Elo greater than 0 is needed")
    return _Pair(fit, a, b).battles(half_width / normal(level))


class _Pair:
    """What is known of the difference of two models, and what a battle between them adds."""

    def __init__(self, fit: Fit, a: str, b: str) -> None:
        one, other = fit.place(a), fit.place(b)
        if one == other:
            raise BadBattles(f"{a!r} is compared with itself; two different models are needed")
        self.gap = float(fit.ratings[one] - fit.ratings[other])
        if not isfinite(self.gap):
            lost = a if not isfinite(fit.ratings[one]) else b
            raise BadBattles(f"{lost!r} has no finite rating yet; next_pairs says whom it has to meet first")
        if lone := [name for name, place in ((a, one), (b, other)) if fit.pool.lone[place]]:
            raise BadBattles(
                f"all battles of {lone[0]!r} are of one cluster; next_pairs says whom it has to meet first"
            )
        inside = {int(model): n for n, model in enumerate(fit.pool.members)}
        contrast = np.zeros(fit.pool.likelihood.size)
        contrast[inside[one]], contrast[inside[other]] = 1, -1
        self.bread = float(contrast @ fit.pool.sandwich.bread @ contrast)
        variances = [float(contrast @ each.covariance @ contrast) for each in fit.pool.sandwich.both()]
        self.ratio = max(variances) / self.bread
        self.adds = _information(np.array([self.gap / ELO]))[0]

    def battles(self, error: float) -> int | None:
        """So many bring the standard error of the difference down to `error` Elo."""
        if error <= 0:
            return None
        aim = (error / ELO) ** 2 / self.ratio
        more = (1 / aim - 1 / self.bread) / self.adds if aim > 0 else inf
        return None if more > MOST else max(0, ceil(more - 1e-9))


def _information(gap: Floats) -> Floats:
    chance = 1 / (1 + np.exp(-np.abs(gap)))
    return np.asarray(chance * (1 - chance), dtype=np.float64)


def _wanted(fit: Fit, top: int | None, pair: tuple[str, str] | None) -> list[int]:
    if (top is None) == (pair is None):
        raise ValueError("either `top` or `pair` says what is wanted")
    if pair is not None:
        places = [fit.place(name) for name in pair]
        if places[0] == places[1]:
            raise BadBattles(f"{pair[0]!r} is compared with itself; two different models are needed")
        return places
    if top is None or top < 2:
        raise ValueError(f"top is {top}; 2 models at least have a difference")
    return [
        int(n) for n in np.argsort(-np.nan_to_num(fit.ratings, nan=-inf, posinf=inf, neginf=-inf), kind="stable")[:top]
    ]


def _contrasts(models: Sequence[int], size: int) -> Floats:
    pairs = list(combinations(models, 2))
    contrasts = np.zeros((len(pairs), size))
    for row, (one, other) in enumerate(pairs):
        contrasts[row, one], contrasts[row, other] = 1, -1
    return contrasts


def _first_of_all(fit: Fit, model: int, count: int) -> Ask:
    """One outside the pool meets the member that is likeliest to end its row of wins or losses; a lone one its like."""
    ratings = fit.ratings[fit.pool.members]
    nearest = {inf: ratings.argmax(), -inf: ratings.argmin()}.get(float(fit.ratings[model]))
    if nearest is None:
        own = float(fit.ratings[model])
        apart = np.abs(ratings - (own if isfinite(own) else np.median(ratings)))
        apart[fit.pool.members == model] = inf
        nearest = apart.argmin()
    return Ask(fit.models[model], fit.models[int(fit.pool.members[int(nearest)])], count, inf)


def _dealt(fit: Fit, contrasts: Floats, count: int) -> tuple[Ask, ...]:
    """Battles dealt out in portions, each to the pair where it helps most then."""
    size = len(fit.pool.members)
    bread = fit.pool.sandwich.bread[:size, :size].copy()
    covariance = fit.pool.sandwich.covariance[:size, :size]
    ratio = np.einsum("ck,kl,cl->c", contrasts, covariance, contrasts) / np.einsum(
        "ck,kl,cl->c", contrasts, bread, contrasts
    )
    strength = fit.pool.at[:size]
    adds = _information(strength[:, None] - strength)
    first = bread.copy()
    dealt: dict[tuple[int, int], int] = {}
    left = count
    while left > 0:
        portion = min(left, max(1, count // PORTIONS))
        pair = _best(contrasts, bread, ratio, adds * portion)
        _tell(bread, pair, float(adds[pair]) * portion)
        dealt[pair] = dealt.get(pair, 0) + portion
        left -= portion
    names = [fit.models[int(member)] for member in fit.pool.members]
    before, out = _half_width(contrasts, first, ratio), []
    for pair, battles in dealt.items():
        _tell(first, pair, float(adds[pair]) * battles)
        narrows = before - _half_width(contrasts, first, ratio)
        out.append(Ask(names[pair[0]], names[pair[1]], battles, narrows))
    return tuple(out)


def _tell(bread: Floats, pair: tuple[int, int], adds: float) -> None:
    """What is known after battles of a pair that add so much."""
    one, other = pair
    away = bread[:, one] - bread[:, other]
    bread -= np.outer(away, away) / (1 / adds + away[one] - away[other])


def _best(contrasts: Floats, bread: Floats, ratio: Floats, adds: Floats) -> tuple[int, int]:
    """The pair that takes most from the sum of the wanted variances."""
    felt = contrasts @ bread
    weighed = (felt * ratio[:, None]).T @ felt
    own, diagonal = np.diagonal(weighed), np.diagonal(bread)
    taken = own[:, None] + own - 2 * weighed
    apart = diagonal[:, None] + diagonal - 2 * bread
    gain = np.triu(taken * adds / (1 + adds * apart), 1)
    one, other = np.unravel_index(int(gain.argmax()), gain.shape)
    return int(one), int(other)


def _half_width(contrasts: Floats, bread: Floats, ratio: Floats) -> float:
    variances = np.einsum("ck,kl,cl->c", contrasts, bread, contrasts) * ratio
    return float(ELO * normal(0.95) * np.sqrt(variances).mean())
