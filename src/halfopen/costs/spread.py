"""How many tokens requests have: a mean, three quantiles or a histogram, as atoms with exact weights.

An atom is a number of tokens and the share of the requests that have it. Three quantiles become three atoms of 30, 40
and 30 per cent, whose mean and variance come close to those of most distributions (Swanson's rule; Hurst, Brown and
Swanson, AAPG Bulletin 84(12), 2000). A mean alone is one atom: then the variation is not known, and taken to be as
large as the mean where a range needs one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import accumulate
from math import lcm
from operator import sub

from halfopen.documents import Complaints, amiss

SWANSON = (Fraction(3, 10), Fraction(4, 10), Fraction(3, 10))
MOST_TOKENS = 100_000_000
MOST_ATOMS = 100  # of a histogram: prompts and answers make ten thousand sizes of requests

Atoms = tuple[tuple[int, Fraction], ...]


@dataclass(frozen=True, kw_only=True)
class Spread:
    """Tokens: `mean`, or `p10`, `p50` and `p90`, or `histogram` with the weight of each number of tokens."""

    mean: int | None = None
    p10: int | None = None
    p50: int | None = None
    p90: int | None = None
    histogram: Mapping[int, Decimal] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raises Complaints."""
        quantiles = [each for each in (self.p10, self.p50, self.p90) if each is not None]
        forms = [self.mean is not None, bool(quantiles), bool(self.histogram)]
        if sum(forms) != 1 or len(quantiles) not in (0, 3):
            raise Complaints([amiss("", "tokens", "`mean`, or `p10`, `p50` and `p90`, or `histogram`")])
        if quantiles != sorted(quantiles):
            raise Complaints([amiss("p50", "quantiles out of order", "p10 at most p50, and p50 at most p90")])
        counts = [*quantiles, *self.histogram, *([] if self.mean is None else [self.mean])]
        if any(not 0 <= each <= MOST_TOKENS for each in counts):
            raise Complaints([amiss("", "a number of tokens", f"from 0 to {MOST_TOKENS:,}")])
        if len(self.histogram) > MOST_ATOMS:
            raise Complaints([amiss("histogram", f"{len(self.histogram)} numbers of tokens", f"{MOST_ATOMS} at most")])
        weights = list(self.histogram.values())
        if weights and (min(weights) < 0 or not sum(weights)):
            raise Complaints([amiss("histogram", "weights", "0 or more, and not all of them 0")])

    @cached_property
    def atoms(self) -> Atoms:
        """Tokens with the share of requests that have them; the shares are 1 in all."""
        if self.mean is not None:
            return ((self.mean, Fraction(1)),)
        if self.histogram:
            whole = sum((Fraction(weight) for weight in self.histogram.values()), Fraction(0))
            return tuple((count, Fraction(weight) / whole) for count, weight in self.histogram.items() if weight)
        return tuple(zip((self.p10 or 0, self.p50 or 0, self.p90 or 0), SWANSON, strict=True))

    @cached_property
    def counts(self) -> tuple[tuple[int, int], ...]:
        """The atoms with their shares as whole numbers, in proportion."""
        least = lcm(*(share.denominator for _, share in self.atoms))
        return tuple((tokens, share.numerator * (least // share.denominator)) for tokens, share in self.atoms)

    @cached_property
    def expected(self) -> Fraction:
        """The mean."""
        return sum((count * share for count, share in self.atoms), Fraction(0))

    @property
    def variation(self) -> float:
        """The squared coefficient of variation; 1 where only a mean is told."""
        mean = self.expected
        if self.mean is not None or not mean:
            return 1.0
        variance = sum(((count - mean) ** 2 * share for count, share in self.atoms), Fraction(0))
        return float(variance / mean**2)


def apportioned(whole: int, weights: Sequence[int]) -> tuple[int, ...]:
    """So many requests, dealt out over weights in their order and completely: the j-th of n is at (j - 1/2) / n.

    Each count is less than one away from its share. With one request more, those after any place are never fewer. The
    method of the largest remainder cannot promise that: there a weight may lose one because there is one more to deal.
    """
    passed = tuple(accumulate(weights))
    double, divisor = 2 * whole, 2 * passed[-1]
    upto = [(double * each + passed[-1]) // divisor for each in passed]
    return tuple(map(sub, upto, [0, *upto]))
