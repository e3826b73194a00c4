"""The ends of an interval by the profile likelihood: how far a contrast can go before the battles object.

A bound is where twice the loss of log-likelihood, with everything else at its best, reaches q^2 (Wilks 1938), scaled by
how much more or less the battles vary than the model thinks. It knows that 19 wins of 20 say more about the lower end
than about the upper one, and it has a lower end even for 20 of 20.

The profile of a concave function is concave, and Newton's method from a point outside comes to the bound from there
without ever passing it.
"""

from __future__ import annotations

from math import inf

from halfopen.ratings.likelihood.cells import Floats
from halfopen.ratings.likelihood.likelihood import Likelihood
from halfopen.ratings.likelihood.newton import NotFound, held

CLOSE = 1e-7  # nats, of the bound
FARTHEST = 60.0  # nats; odds that no number of battles could show
MOST_TURNS = 60
FEW = 300  # battles (or clusters) that a rating rests on: below it the profile is asked, from it on the two agree
MOST_WORK = 5e9  # models that are searched x the cube of all: some ten seconds


def searched(models: int, freedom: Floats) -> bool:
    """Whether the profiles of all models with few battles can be searched in a bearable time."""
    return int((freedom < FEW).sum()) * float(models) ** 3 <= MOST_WORK


def bound(
    likelihood: Likelihood, at: Floats, contrast: Floats, start: float, top: float, loss: float, side: int
) -> float:
    """The value of the contrast where the profile is `loss` below `top`, in nats; `start` lies beyond it, or near.

    `side` is 1 for an upper end, where the profile falls, and -1 for a lower one. Infinite if it is farther than
    FARTHEST. Raises NotFound where the profile itself cannot be followed.
    """
    where = start
    for _ in range(MOST_TURNS):
        at, value, slope = held(likelihood, at, contrast, where)
        if slope * side >= 0:
            raise NotFound
        step = (top - loss - value) / slope
        where += step
        if abs(where) > FARTHEST:
            return side * inf
        if abs(step) < CLOSE:
            return where
    raise NotFound
