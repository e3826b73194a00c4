"""The quantile of Student's t distribution, in plain floats: numpy has none, and scipy is too large a guest."""

from __future__ import annotations

from math import exp, inf, lgamma, log, pi

from halfopen.ratings.scale import normal

MANY = 1_000  # degrees of freedom, from which on the expansion about the normal quantile is exact to 12 digits


def student(level: float, freedom: float) -> float:
    """The two-sided quantile: student(0.95, 19) is 2.093. Raises ValueError for a level outside (0, 1)."""
    z = normal(level)
    if freedom > MANY and z < 8:
        return _near_normal(z, freedom)
    low, high = z, z
    while _inside(high, freedom) < level:
        low, high = high, 2 * high
        if high > 1e15:
            return inf
    t = (low + high) / 2
    for _ in range(200):
        excess = _inside(t, freedom) - level
        low, high = (low, t) if excess > 0 else (t, high)
        following = t - excess / (2 * _density(t, freedom))
        following = following if low < following < high else (low + high) / 2
        if abs(following - t) <= 1e-12 * t:
            return following
        t = following
    return t


def _near_normal(z: float, freedom: float) -> float:
    """The expansion of the quantile in 1 / freedom (Abramowitz and Stegun 26.7.5)."""
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / freedom**power for power, term in enumerate(terms, start=1))


def _density(t: float, freedom: float) -> float:
    front = lgamma((freedom + 1) / 2) - lgamma(freedom / 2) - log(freedom * pi) / 2
    return exp(front - (freedom + 1) / 2 * log(1 + t * t / freedom))


def _inside(t: float, freedom: float) -> float:
    """The probability of [-t, t]: 1 - I(freedom / (freedom + t^2); freedom / 2, 1 / 2)."""
    x = freedom / (freedom + t * t)
    a, b = freedom / 2, 0.5
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log((1 - x) or 1e-300))
    if x < (a + 1) / (a + b + 2):
        return 1 - front * _fraction(a, b, x) / a
    return front * _fraction(b, a, 1 - x) / b


def _fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of the incomplete beta function (Abramowitz and Stegun 26.5.8), after Lentz."""
    c, d = 1.0, 1 / _not_zero(1 - (a + b) * x / (a + 1))
    product = d
    for m in range(1, 10_000):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / _not_zero(1 + term * d)
            c = _not_zero(1 + term / c)
            product *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return product


def _not_zero(value: float) -> float:
    return value if abs(value) > 1e-300 else 1e-300
