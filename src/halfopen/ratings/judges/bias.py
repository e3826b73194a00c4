"""What moves a judge besides the answers: the place in which it saw them, and their length.

Two ways to see it. `biases` reads the effects of a contextual Bradley-Terry fit, so that a judge which saw the better
model first more often is not called biased for it. `swapped` needs no model: the same comparison, asked twice with the
sides exchanged (Zheng et al., Judging LLM-as-a-Judge, 2023).

    judge = battles(model_a, model_b, winner, cluster=prompt, covariates=position(n) + relative("length", la, lb))
    for bias in biases(fit(judge)): ...

Length may please people too; `beyond` is how much more it pleases the judge.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import hypot

import numpy as np

from halfopen.ratings.bradley_terry import TIES_AT_EVEN, Fit
from halfopen.ratings.judges.agreement import ROUNDS, same
from halfopen.ratings.likelihood.student import student
from halfopen.ratings.scale import Interval, expected, normal

MIRRORED = {"model_a": "model_b", "model_b": "model_a"}  # a tie stays one


@dataclass(frozen=True, slots=True)
class Bias:
    """What one unit of `name` (the first place; a standard deviation of length) is worth to a judge."""

    name: str
    elo: Interval
    share: Interval  # the score it brings between equals; 0.5 is no bias


@dataclass(frozen=True, slots=True)
class Swapped:
    """Of comparisons asked twice with sides exchanged, the shares that ..."""

    steady: Interval  # got the same verdict on the same answers
    first: Interval  # went to the first place both times
    second: Interval  # went to the second place both times


def biases(fit: Fit, level: float = 0.95) -> tuple[Bias, ...]:
    """The effects of the fit's covariates, in their order; few clusters widen an interval by Student's t.

    Raises ValueError for a level outside (0, 1), and for a fit without covariates.
    """
    clusters = len(fit.source) if fit.source.cluster is None else int(fit.source.cluster.max()) + 1
    effects = [effect for effect in fit.effects if effect.name != TIES_AT_EVEN]
    if not effects:
        raise ValueError("the fit has no covariates: give position(n), relative(...) or by_judge(...) to its battles")
    widened = student(level, max(1, clusters - 1)) / normal(0.95)
    return tuple(_bias(each.name, each.value, (each.high - each.value) * widened) for each in effects)


def _bias(name: str, value: float, reach: float) -> Bias:
    low, high = value - reach, value + reach
    return Bias(name, Interval(value, low, high), Interval(expected(value), expected(low), expected(high)))


def beyond(judge: Bias, people: Bias) -> Interval:
    """The judge's bias less the people's, in Elo. Raises ValueError if they are not of the same name."""
    if judge.name != people.name:
        raise ValueError(f"{judge.name} of the judge and {people.name} of the people are not the same")
    value = judge.elo.value - people.elo.value
    reach = hypot(judge.elo.high - judge.elo.value, people.elo.high - people.elo.value)
    says = "as if they had judged different comparisons: wider than it need be if they judged the same"
    return Interval(value, value - reach, value + reach, says)


def swapped(
    once: Sequence[str],
    again: Sequence[str],
    *,
    seed: int,
    cluster: Sequence[Hashable] | None = None,
    rounds: int = ROUNDS,
    level: float = 0.95,
) -> Swapped:
    """What became of verdicts when sides were exchanged; both columns name the place that won, as it was shown.

    Raises ValueError for columns of other lengths, or none.
    """

    def share(one: Sequence[str], other: Sequence[str]) -> Interval:
        return same(one, other, seed=seed, cluster=cluster, rounds=rounds, level=level)

    mirrored = [MIRRORED.get(said, "tie") for said in once]
    plain = [said if said in MIRRORED else "tie" for said in again]
    twice = np.where(np.array(plain) == [said if said in MIRRORED else "no" for said in once], plain, "no").tolist()
    firsts, seconds = ["model_a"] * len(twice), ["model_b"] * len(twice)
    return Swapped(share(mirrored, plain), share(twice, firsts), share(twice, seconds))
