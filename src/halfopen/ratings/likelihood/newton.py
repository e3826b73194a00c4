"""The optimum of a likelihood by Newton's method: freely, or with one contrast held where it is told to be.

The likelihood is concave, so a step that is halved until it climbs cannot end anywhere but at the top. It ends when a
step is below 1e-9 nats, 2e-7 Elo; what is then left is about that squared.
"""

from __future__ import annotations

from math import inf

import numpy as np

from halfopen.ratings.likelihood.cells import Floats
from halfopen.ratings.likelihood.likelihood import Likelihood

CLOSE = 1e-9  # nats
SMALL = 0.1  # nats
MOST_LOG_NU = 15.0  # ties run off to certainty, or out of sight, where few battles are all won down one line
MOST_STEPS = 100


class NotFound(ArithmeticError):
    """There is no optimum, or none that numbers can hold."""


def optimum(likelihood: Likelihood, start: Floats | None = None, close: float = CLOSE) -> Floats:
    """The parameters of the highest likelihood. Raises NotFound."""
    at = np.zeros(likelihood.size) if start is None else start
    for _ in range(MOST_STEPS):
        slope, curvature = likelihood.derivatives(at)
        step = _solved(curvature, slope)
        at = _climbed(likelihood, at, step)
        if likelihood.davidson and abs(at[-1]) > MOST_LOG_NU:
            raise NotFound
        if np.abs(step).max() < close:
            return at
    raise NotFound


def held(likelihood: Likelihood, start: Floats, contrast: Floats, at_value: float) -> tuple[Floats, float, float]:
    """The highest point with contrast . parameters = at_value, its log-likelihood, and the slope by at_value there."""
    size = likelihood.size
    at = start
    for turn in range(MOST_STEPS):
        slope, curvature = likelihood.derivatives(at)
        gap = at_value - float(contrast @ at)
        moving = turn == 0 and abs(gap) > CLOSE
        bordered = np.zeros((size + 1, size + 1))  # it has an inverse even where the curvature almost has none
        bordered[:size, :size], bordered[:size, size], bordered[size, :size] = curvature, contrast, contrast
        solved = _solved(bordered, np.append(slope * (not moving), gap))
        step, multiplier = solved[:size], float(solved[size])
        at = at + step if moving else _climbed(likelihood, at, step)
        if not moving and np.abs(step).max() < CLOSE * 100:
            return at, likelihood.value(at), multiplier
    raise NotFound


def _solved(curvature: Floats, right: Floats) -> Floats:
    try:
        return np.asarray(np.linalg.solve(curvature, right), dtype=np.float64)
    except np.linalg.LinAlgError:
        raise NotFound from None


def _climbed(likelihood: Likelihood, at: Floats, step: Floats) -> Floats:
    """The step, halved until it does not descend. A small one is taken as it is: there the curvature hardly changes."""
    largest = np.abs(step).max()
    if not np.isfinite(largest):
        raise NotFound
    value = likelihood.value(at) if largest > SMALL else -inf
    while largest > SMALL and likelihood.value(at + step) < value:
        step, largest = step / 2, largest / 2
    return np.asarray(at + step, dtype=np.float64)
