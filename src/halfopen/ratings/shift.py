"""By how much the scales of two boards differ, judged by the models that are on both; plain floats, no numpy.

Two boards agree up to one number, since a scale has no zero of its own: theirs = ours + shift. The models on both
differ by more than their intervals allow (other voters, other months, style control), so the shift is the mean of a
random-effects model with the moment estimate of the spread (DerSimonian and Laird 1986), never the fixed-effect one,
whose error would shrink to nothing on a hundred models that plainly disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite, sqrt


@dataclass(frozen=True, slots=True)
class Shift:
    """theirs = ours + value; `error` is its standard error, `spread` how far single models stray from it (all Elo)."""

    value: float
    error: float
    spread: float
    models: tuple[str, ...]


def shift_of(ours: Mapping[str, tuple[float, float]], theirs: Mapping[str, tuple[float, float]]) -> Shift:
    """What to add to our ratings to be on their scale. A board is model -> (rating, standard error), in Elo.

    Models without a finite rating and error are passed over. Raises ValueError with fewer than two models on both.
    """
    shared = tuple(sorted(name for name in ours.keys() & theirs.keys() if _known(ours[name]) and _known(theirs[name])))
    if len(shared) < 2:
        raise ValueError(f"{len(shared)} models are on both boards with a rating and an error; at least 2 are needed")
    gaps = [theirs[name][0] - ours[name][0] for name in shared]
    noise = [theirs[name][1] ** 2 + ours[name][1] ** 2 for name in shared]
    between = _between(gaps, noise)
    weights = [1 / (each + between) for each in noise]
    value = _mean(gaps, weights)
    return Shift(value, sqrt(1 / sum(weights)), sqrt(between), shared)


def _known(rating: tuple[float, float]) -> bool:
    return isfinite(rating[0]) and isfinite(rating[1]) and rating[1] > 0


def _mean(values: list[float], weights: list[float]) -> float:
    return sum(w * v for w, v in zip(weights, values, strict=True)) / sum(weights)


def _between(gaps: list[float], noise: list[float]) -> float:
    """The variance of the gaps beyond their noise, 0 if there is none."""
    weights = [1 / each for each in noise]
    centre = _mean(gaps, weights)
    excess = sum(w * (gap - centre) ** 2 for w, gap in zip(weights, gaps, strict=True)) - (len(gaps) - 1)
    return max(0.0, excess / (sum(weights) - sum(w * w for w in weights) / sum(weights)))
