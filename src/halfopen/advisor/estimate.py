"""What a model that no board has rated may be worth: by its overall rating, its line, or tests that rated models share.

Three rules, and the one that gives the narrowest interval is taken:

    overall  in a category: a line through the models that have a rating in it and an overall one, at this model's own
    line     the nearest rated model of the same line (up to three generations before it or after it), and for each
             generation between them the mean gain of a generation over all lines, with its spread
    tests    a line through the ratings of the models that published the same test, at this model's result

An interval is one of prediction (Student's t, for one more model and not for the mean), and never narrower than
± 50 Elo, whatever the arithmetic says. Nothing is drawn out far beyond what is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import hypot, log, sqrt
from types import MappingProxyType

from halfopen.advisor.scale import Z, mean_and_spread, reach
from halfopen.catalog.model import Model

LEAST_HALF = 50.0  # Elo
ENOUGH = 4  # generations with a known gain
ENOUGH_TESTED = 6  # rated models with the same test
FARTHEST = 3  # generations
BEYOND = 0.25  # of the range of a test's known results, to which a line through them may be drawn out

Point = tuple[float, float]  # score and standard error


@dataclass(frozen=True, slots=True)
class Guess:
    """An estimate with the half width of its 95 % interval, the rule that made it, and how."""

    score: float
    half: float
    rule: str
    says: str
    beside: str = ""  # what has to be said of the score it was made from


@dataclass(frozen=True, slots=True)
class Gain:
    """What a generation gained: the mean and the spread over so many of them."""

    mean: float
    spread: float
    pairs: int


class Rules:
    """The rules over the models of a catalog, of which some are rated."""

    def __init__(
        self,
        models: Mapping[str, Model],
        rated: Mapping[str, Point],
        overall: Mapping[str, Point] = MappingProxyType({}),
    ) -> None:
        self.models = models
        self.rated = rated
        self.overall = overall  # empty where the category is the overall one

    def estimate(self, name: str) -> Guess | None:
        """The narrowest of what the rules say, or None: it cannot be estimated."""
        guesses = [guess for rule in (self.by_overall, self.by_line, self.by_tests) if (guess := rule(name))]
        return min(guesses, key=lambda guess: guess.half, default=None)

    def by_overall(self, name: str) -> Guess | None:
        if name not in self.overall:
            return None
        both = [(self.overall[each][0], score) for each, (score, _) in self.rated.items() if each in self.overall]
        score, error = self.overall[name]
        fitted = _line_through(both, score) if len(both) >= ENOUGH_TESTED else None
        if fitted is None:
            return None
        half = max(LEAST_HALF, hypot(fitted.half, Z * error * fitted.slope))
        says = f"its overall rating of {score:.0f}, by a line through the {len(both)} models that have both"
        return Guess(fitted.value, half, "overall", says)

    @cached_property
    def gain(self) -> Gain | None:
        """Of a generation, over the rated models whose predecessor is rated too."""
        before = {name: model.predecessor for name, model in self.models.items() if model.predecessor}
        gains = [
            self.rated[name][0] - self.rated[older][0]
            for name, older in before.items()
            if name in self.rated and older in self.rated
        ]
        return Gain(*mean_and_spread(gains), len(gains)) if len(gains) >= ENOUGH else None

    @cached_property
    def successors(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for name, model in self.models.items():
            if model.predecessor:
                found.setdefault(model.predecessor, []).append(name)
        return {name: tuple(sorted(names)) for name, names in found.items()}

    def by_line(self, name: str) -> Guess | None:
        relative = min(self._relatives(name), key=lambda found: (abs(found[1]), -found[1], found[0]), default=None)
        if relative is None or self.gain is None:
            return None
        other, steps = relative
        gain, (score, error) = self.gain, self.rated[other]
        variance = abs(steps) * gain.spread**2 + steps**2 * gain.spread**2 / gain.pairs + error**2
        half = max(LEAST_HALF, reach(gain.pairs - 1) * sqrt(variance))
        many = "a generation" if abs(steps) == 1 else f"{abs(steps)} generations"
        says = (
            f"{many} {'after' if steps > 0 else 'before'} {self.models[other].title}, which is rated {score:.0f}; "
            f"a generation gained {gain.mean:+.0f} Elo on the mean, with a spread of {gain.spread:.0f} "
            f"({gain.pairs} of them)"
        )
        return Guess(score + steps * gain.mean, half, "line", says)

    def _relatives(self, name: str) -> Iterator[tuple[str, int]]:
        """The rated models of the line, with how many generations this one comes after them (less than 0: before)."""
        older = self.models[name].predecessor
        for steps in range(1, FARTHEST + 1):
            if older is None:
                break
            if older in self.rated:
                yield older, steps
                break
            older = self.models[older].predecessor if older in self.models else None
        younger = self.successors.get(name, ())
        for steps in range(1, FARTHEST + 1):
            yield from ((each, -steps) for each in younger if each in self.rated)
            younger = tuple(after for each in younger for after in self.successors.get(each, ()))

    def by_tests(self, name: str) -> Guess | None:
        guesses = (self._by_test(test, at) for test, at in self.results[name].items())
        return min(filter(None, guesses), key=lambda guess: guess.half, default=None)

    @cached_property
    def results(self) -> Mapping[str, Mapping[str, float]]:
        """By model and test. A test that is given twice counts with its better result, as labs publish it."""
        found: dict[str, dict[str, float]] = {}
        for name, model in self.models.items():
            row = found.setdefault(name, {})
            for result in model.benchmarks:
                row[result.name] = max(float(result.score), row.get(result.name, 0.0))
        return found

    def _by_test(self, test: str, at: float) -> Guess | None:
        same = spelled(test)
        pairs = [
            (_stretched(result), self.rated[name][0])
            for name, row in self.results.items()
            if name in self.rated
            for each, result in row.items()
            if spelled(each) == same
        ]
        fitted = _line_through(pairs, _stretched(at)) if len(pairs) >= ENOUGH_TESTED else None
        if fitted is None:
            return None
        half = max(LEAST_HALF, fitted.half)
        says = f"its {at:g} in {test}, by a line through the {len(pairs)} rated models that published that test"
        return Guess(fitted.value, half, "tests", says)


def spelled(test: str) -> str:
    """A test's name without what people write differently: `SWE-Bench Pro` and `SWE Bench Pro` are one."""
    return re.sub(r"[^a-z0-9.+]", "", test.casefold())


def _stretched(result: float) -> float:
    """Log-odds of a percentage: the last points before 100 are the dear ones. Other scores stay as they are."""
    return log(result / (100 - result)) if 0 < result < 100 else result


@dataclass(frozen=True, slots=True)
class Fitted:
    """The value of a fitted line at a place, half of its prediction interval there, and its slope."""

    value: float
    half: float
    slope: float


def _line_through(pairs: list[tuple[float, float]], at: float) -> Fitted | None:
    """Least squares; None if nothing can be said at that place."""
    size = len(pairs)
    x_mean, y_mean = sum(x for x, _ in pairs) / size, sum(y for _, y in pairs) / size
    width = sum((x - x_mean) ** 2 for x, _ in pairs)
    low, high = min(x for x, _ in pairs), max(x for x, _ in pairs)
    room = BEYOND * (high - low)
    if width == 0 or not low - room <= at <= high + room:
        return None
    slope = sum((x - x_mean) * (y - y_mean) for x, y in pairs) / width
    if slope <= 0:
        return None
    left = sum((y - y_mean - slope * (x - x_mean)) ** 2 for x, y in pairs) / (size - 2)
    half = reach(size - 2) * sqrt(left * (1 + 1 / size + (at - x_mean) ** 2 / width))
    return Fitted(y_mean + slope * (at - x_mean), half, slope)
