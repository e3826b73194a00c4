"""The coefficients that measured servers and what was believed before agree on best, and how sure one can be of them.

Maximum a posteriori on the logarithms of both times, with Huber's loss, so that a server that had a bad day does not
pull the rest along; rows of an architecture that was measured often count less each. Found by reweighted least
squares with Levenberg and Marquardt's damping (Nocedal and Wright, "Numerical Optimization", 2nd ed., section 10.3).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from halfopen.fleet.speed.coefficients import COEFFICIENTS
from halfopen.fleet.speed.roofline import times
from halfopen.fleet.speed.work import Work

Floats = npt.NDArray[np.float64]

NAMES = tuple(COEFFICIENTS)
LIKELY = np.log([each.likely for each in COEFFICIENTS.values()])
SPREAD = np.array([each.spread for each in COEFFICIENTS.values()])

BELIEF = 30.0  # how much what was believed counts against one row, whose error is about a tenth
SMALL = 0.1  # nats: smaller errors count by their square, larger ones by their size
FIRST = 0.5  # how much a time to the first token counts against a time of a token
STEP, GAIN, MOST = 1e-4, 1e-4, 40  # of the numerical derivative; relative gain that ends the search; and its end


class NotFitted(ArithmeticError):
    """The search did not come to rest."""


def fitted(work: Work, token: Floats, first: Floats, weight: Floats) -> Mapping[str, float]:
    """The coefficients by name, from seconds a token and to the first one, row by row of `work`. Raises NotFitted."""
    return named(_search(lambda at: _errors(work, token, first, at), np.stack((weight, FIRST * weight))))


def named(at: Floats) -> Mapping[str, float]:
    return dict(zip(NAMES, np.exp(at).tolist(), strict=True))


def weights(groups: Sequence[str]) -> Floats:
    """One over the root of how many rows an architecture has, about 1 on average."""
    _, group, counts = np.unique(np.array(groups), return_inverse=True, return_counts=True)
    each = counts[group] ** -0.5
    return np.asarray(each / each.mean(), dtype=np.float64)


def _errors(work: Work, token: Floats, first: Floats, at: Floats) -> Floats:
    """(2, rows): predicted over measured, in nats."""
    each, one = times(work, named(at))
    return np.stack((np.log(each.whole / token), np.log(one.whole / first)))


def _search(errors: Callable[[Floats], Floats], weight: Floats) -> Floats:
    def loss(error: Floats, at: Floats) -> float:
        size = np.abs(error)
        huber = np.where(size < SMALL, size**2 / (2 * SMALL), size - SMALL / 2)
        return float((weight * huber).sum() + BELIEF * (((at - LIKELY) / SPREAD) ** 2).sum() / 2)

    at: Floats = LIKELY.copy()
    damping = 1e-2
    error = errors(at)
    best = loss(error, at)
    for _ in range(MOST):
        slopes = np.stack([(errors(at + STEP * axis) - error) / STEP for axis in np.eye(len(at))])
        heft = weight / np.maximum(np.abs(error), SMALL)
        curvature = np.einsum("ikr,jkr,kr->ij", slopes, slopes, heft) + BELIEF * np.diag(SPREAD**-2.0)
        slope = np.einsum("ikr,kr->i", slopes, heft * error) + BELIEF * (at - LIKELY) / SPREAD**2
        before = best
        while True:
            there = at - np.clip(np.linalg.solve(curvature + damping * np.diag(np.diag(curvature)), slope), -1, 1)
            told = errors(there)
            best = loss(told, there)
            if best <= before:
                at, error, damping = there, told, max(damping / 4, 1e-6)
                break
            damping *= 5
            if damping > 1e9:  # no step is better: this is the place
                return at
        if before - best < GAIN * before:
            return at
    raise NotFitted(f"the coefficients did not come to rest in {MOST} steps")
