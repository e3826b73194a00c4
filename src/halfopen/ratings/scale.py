"""The Elo scale and what a number with its interval is; plain floats, no numpy.

A difference of 400 Elo is odds of ten to one (Elo, The Rating of Chessplayers, 1978): Elo = 400 / ln(10) x nats.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import erf, exp, inf, log, sqrt
from statistics import NormalDist

ELO = 400 / log(10)  # Elo in one unit of log-odds


@dataclass(frozen=True, slots=True)
class Interval:
    """A value between two bounds. `says` is empty, or a sentence on what is odd about it."""

    value: float
    low: float
    high: float
    says: str = ""


def expected(elo: float) -> float:
    """The score (a draw counts half) of one who is `elo` ahead: 0 is 0.5, 400 is 0.909."""
    return 1 / (1 + exp(-elo / ELO)) if elo > -10_000 else 0.0


def normal(level: float) -> float:
    """The two-sided quantile of the normal distribution: 0.95 is 1.96. Raises ValueError outside (0, 1)."""
    if not 0 < level < 1:
        raise ValueError(f"the level of an interval is {level}; it lies between 0 and 1, as in 0.95")
    return NormalDist().inv_cdf((1 + level) / 2)


def certainty(z: float) -> float:
    """The probability below `z` under the normal distribution."""
    return (1 + erf(z / sqrt(2))) / 2 if z < inf else 1.0
