"""A replica with continuous batching as a Markov chain: what an arriving request finds there, exactly but for steps.

A prompt is read as soon as it comes and a place is free, one at a time, and meanwhile the answers that run stand still.
So by the clock of the steps, which stops while prompts are read, all that happens between two steps is one jump: the
prompts that come while prompts are read follow at once, and the answers that run grow by as many. The chain of
(sequences that run, kind of the next arrival) goes down by one answer at a time and up by such jumps, which makes it of
the M/G/1 type (Neuts, "Structured Stochastic Matrices of M/G/1 Type", 1989). It is solved by leaving out the highest
level again and again (Grassmann, Taha and Heyman, Operations Research 33(5), 1985), which subtracts nothing. Where all
places are taken, requests line up and the levels are told by their generating function.

Counts are handled by generating functions on a circle a little inside the unit circle (Abate and Whitt, Queueing
Systems 10, 1992). Arrivals are hyperexponential, answers geometric, prompts as their transform says. What is left out
is that a step once begun is ended; `queueing` adds it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import exp, log, sqrt
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Complex = npt.NDArray[np.complex128]

ENOUGH = 1e-9
HUGE = 230.0  # the logarithm of what no exponential here exceeds
LEFT = 1e-12  # of a probability that is followed no further
INSIDE = 1e-3  # of the circle's radius, to the power of its points
FEWEST, MOST = 128, 4096  # points of the circle, and so requests that wait at most


class Arrivals(NamedTuple):
    """A time between arrivals is of one of two kinds by their `odds`, and exponential at the rate of that kind."""

    rates: Floats
    odds: Floats

    @classmethod
    def of(cls, rate: float, burst: float) -> Arrivals:
        """Of a squared variation, with balanced means; less variation than Poisson's is taken as Poisson."""
        p = (1 - sqrt(max(burst - 1, 0) / (burst + 1))) / 2
        odds = np.array([p, 1 - p])
        return cls(2 * rate * odds, odds)

    def transform(self, s: float) -> float:
        """E[exp(-s A)] of a time A between arrivals."""
        return float((self.odds * self.rates / (self.rates + s)).sum())

    def quiet(self, z: Any) -> npt.NDArray[Any]:
        """The matrix Q(z) over the kinds, by which exp(-Q t) tells the arrivals in t: each counts as a factor z."""
        (one, other), (p, q) = self.rates, self.odds
        return np.array([[one * (1 - z * p), -z * one * q], [-z * other * p, other * (1 - z * q)]])


@dataclass(frozen=True)
class Engine:
    """What arrives, the seconds of a prompt and their squared variation, and the answers that end in a second of steps.

    `deaths` are those of 0, 1, ... sequences that run; there is no place for more.
    """

    arrivals: Arrivals
    prompt_s: float
    variation: float
    deaths: Floats

    @property
    def slots(self) -> int:
        return len(self.deaths) - 1

    @property
    def most(self) -> float:
        """Answers that end in a second of steps while all places are taken."""
        return float(self.deaths[-1])

    def reading(self, s: Any) -> Any:
        """E[exp(-s S)] of the seconds S of a prompt: always the same, or gamma."""
        if self.variation <= ENOUGH:
            return np.exp(-s * self.prompt_s)
        return (1 + s * self.prompt_s * self.variation) ** (-1 / self.variation)

    def turn(self, s: Any) -> Any:
        """The same of the time for an answer to end, all places being taken, and for the prompt that follows."""
        return self.most / (self.most + s) * self.reading(s)

    @cached_property
    def decay(self) -> tuple[float, float]:
        """How fast long waits become rare, a second: for other prompts, and for a place."""
        steep = 1 - exp(-HUGE * self.variation) if self.variation > ENOUGH else HUGE
        most = steep / (self.prompt_s * (self.variation if self.variation > ENOUGH else 1))
        free = _root(lambda t: self.arrivals.transform(t) * float(self.reading(-t)) - 1, 0.0, most)
        full = _root(lambda t: self.arrivals.transform(t) * float(self.turn(-t)) - 1, 0.0, min(most, self.most))
        return free, full


@dataclass(frozen=True)
class Found:
    """Probabilities of what an arrival finds. `ahead` is the number of prompts between the one being read and its own.

    `lined` and `behind` are of a replica that was full when that prompt began, or is: so many answers must end as there
    are prompts to read, its own among them. In `late` places are taken one by one: row j are j prompts to read before a
    place is needed, column d the answers that must end.
    """

    idle: float  # nobody there
    at_once: float  # a place is free and no prompt is being read
    ahead: Floats  # a prompt is being read, and there are places for it and all that wait
    late: Floats
    lined: Floats  # all places are taken, and so many wait
    behind: Floats  # a prompt is being read, so many wait
    running: float  # sequences, mean over time

    @property
    def full(self) -> float:
        """The probability to wait for a place."""
        return float(self.late.sum() + self.lined.sum() + self.behind.sum())


class _Circle(NamedTuple):
    """Points z, half of them as the others are conjugate; what a prompt does to a count; weights of coefficients."""

    points: int
    z: Complex
    quiet: Complex
    read: Complex  # arrivals while a prompt is read, less that prompt
    seen: Complex  # those that arrive while a prompt is read, by how many wait then
    none: Floats  # the weights that give the probability of 0
    radius: float

    def after(self, row: Complex) -> Complex:
        """Once a prompt has been read; `row` is over the kinds of the next arrival."""
        return np.asarray(row[0] * self.read[0] + row[1] * self.read[1], dtype=np.complex128)

    def counts(self, values: Complex) -> Floats:
        found = np.fft.irfft(values, self.points) * self.radius ** -np.arange(self.points)
        return np.maximum(found, 0)

    def at(self, place: float) -> Complex:
        """The weights that give the value of a polynomial at a place."""
        return np.asarray(self.none * (1 - (place / self.radius) ** self.points) / (1 - place / self.z))


class _Jumps(NamedTuple):
    """By the number of prompts read before none is left: the kinds of the next arrival then.

    `over` is the same of a replica that is full by then and has come back to just full.
    """

    ends: Floats
    over: Floats


class _Levels(NamedTuple):
    """By sequences that run: how often, by kind of the next arrival, up to all places taken and nobody waiting."""

    spent: Floats
    arrive: Floats


def found(engine: Engine) -> Found | None:
    """None where requests pile up."""
    rate = 1 / float((engine.arrivals.odds / engine.arrivals.rates).sum())
    if rate * (1 / engine.most + engine.prompt_s) >= 1 - ENOUGH:
        return None
    circle = _circle(engine)
    back, vectors = _coming_back(engine)
    jumps = _jumps(engine, circle, back, vectors)
    levels = _levels(engine, jumps, engine.arrivals.odds @ vectors @ np.diag([1, back]) @ np.linalg.inv(vectors))
    return _together(engine, levels, _prompts(engine, circle, levels))


def _circle(engine: Engine) -> _Circle:
    slowest = max(map(engine.arrivals.transform, engine.decay))
    points = FEWEST
    while points < MOST and points * -log(slowest) < -log(ENOUGH):
        points *= 2
    radius = INSIDE ** (1 / points)
    z = radius * np.exp(-2j * np.pi * np.arange(points // 2 + 1) / points)
    none = np.full(len(z), 2.0 / points)
    none[[0, -1]] /= 2
    quiet = engine.arrivals.quiet(z)
    while_read = _of(lambda s: (1 - engine.reading(s)) / s, quiet)
    seen = np.einsum("ijz,j->iz", while_read, engine.arrivals.rates) / z
    return _Circle(points, z, quiet, _of(engine.reading, quiet) / z, seen, none, radius)


def _of(function: Callable[[Complex], Complex], matrix: Complex) -> Complex:
    """A function of 2 x 2 matrices, by their eigenvalues (Sylvester's formula)."""
    half, root = _eigen(matrix)
    upper, lower = function(half + root), function(half - root)
    slope = (upper - lower) / (2 * root)
    shift = upper - slope * (half + root)
    return np.asarray(matrix * slope + np.eye(2)[:, :, None] * shift, dtype=np.complex128)


def _eigen(matrix: Any) -> tuple[Any, Any]:
    """Middle and half the difference of the two eigenvalues."""
    half = (matrix[0, 0] + matrix[1, 1]) / 2
    return half, np.sqrt(((matrix[0, 0] - matrix[1, 1]) / 2) ** 2 + matrix[0, 1] * matrix[1, 0])


def _coming_back(engine: Engine) -> tuple[float, Floats]:
    """Kinds of the next arrival when one fewer waits, all places being taken: the matrix G by its eigenvalues 1 and g.

    G = E[exp(-Q(G) T)] of a turn T; so each of its eigenvectors is one of Q(g).
    """

    def upper(g: float) -> float:
        half, root = _eigen(engine.arrivals.quiet(g))
        return float(half + root)

    g = _root(lambda place: place - float(engine.turn(upper(place))), 0.0, 1.0)
    quiet = engine.arrivals.quiet(g)
    return g, np.column_stack((np.ones(2), [-quiet[0, 1], quiet[0, 0] - upper(g)]))


def _jumps(engine: Engine, circle: _Circle, back: float, vectors: Floats) -> _Jumps:
    """Of an arrival that finds no prompt being read: its own prompt, and those that come meanwhile."""
    ends, over = np.zeros((engine.slots + 1, 2)), np.zeros((engine.slots + 1, 2))
    dual, weights = np.linalg.inv(vectors), circle.at(back)
    waiting: Complex = engine.arrivals.odds[:, None] * circle.z
    left = 1.0
    for read in range(1, engine.slots + 1):
        waiting = circle.after(waiting)
        ends[read] = (waiting @ circle.none).real
        waiting = waiting - ends[read][:, None]
        left -= float(ends[read].sum())
        over[read] = left * dual[0] + float((waiting @ weights).real @ vectors[:, 1]) * dual[1]
        if left < LEFT:
            break
    return _Jumps(ends, over)


def _levels(engine: Engine, jumps: _Jumps, returned: Floats) -> _Levels:
    """From all places taken down, each level is left out: what jumps to it is sent on to where it leaves it.

    `to[y, x]` are jumps from x to y. `returned` is that of an arrival that finds all places taken and nobody waiting.
    """
    slots, width = engine.slots, int(np.flatnonzero(jumps.ends.any(axis=1)).max())
    to, leave = np.zeros((slots + 1, slots + 1, 2)), np.zeros((slots + 1, 2, 2))
    for level in range(slots):
        to[level, max(0, level - width) : level] = jumps.ends[min(level, width) : 0 : -1]
    to[slots, :slots], to[slots, slots] = (jumps.ends + jumps.over)[:0:-1], returned
    for level in range(slots, 0, -1):
        low, death = max(0, level - width), float(engine.deaths[level])
        leave[level] = _left(engine.arrivals.rates, to[level, level], death)
        to[level - 1, low:level] += to[level, low:level] @ (death * leave[level])
    spent, arrive = np.zeros((slots + 1, 2)), np.zeros(slots + 1)
    spent[0] = to[0, 0] / engine.arrivals.rates
    arrive[0] = spent[0] @ engine.arrivals.rates
    for level in range(1, slots + 1):
        low = max(0, level - width)
        spent[level] = arrive[low:level] @ to[level, low:level] @ leave[level]
        arrive[level] = spent[level] @ engine.arrivals.rates
    return _Levels(spent, arrive)


def _left(rates: Floats, again: Floats, death: float) -> Floats:
    """Seconds at a level before it is left downwards: the inverse of diag(rates + death) - rates x again.

    Whoever jumps up comes back, so that `again` is 1 in all, and what would be subtracted cancels.
    """
    (slow, fast), (p, q) = rates.tolist(), again.tolist()
    one, other = slow * q / (p + q), fast * p / (p + q)  # from which kind to the other
    part = 1 / (death * (death + one + other))
    return np.array([[(other + death) * part, one * part], [other * part, (one + death) * part]])


class _Prompts(NamedTuple):
    """By sequences that run: prompts read a second of steps; then arrivals meanwhile, by how many wait."""

    read: Floats
    seen: Floats
    lined: Floats  # seconds with all places taken, by kind of the next arrival and how many wait
    behind: Floats


def _prompts(engine: Engine, circle: _Circle, levels: _Levels) -> _Prompts:
    waiting: Complex = np.zeros((2, len(circle.z)), dtype=np.complex128)
    seen, read, left = np.zeros((engine.slots, len(circle.z)), dtype=np.complex128), np.zeros(engine.slots), 0.0
    for running in range(engine.slots):
        ended = (waiting @ circle.none).real if running else np.zeros(2)
        left -= float(ended.sum())
        waiting = waiting - ended[:, None] + levels.arrive[running] * engine.arrivals.odds[:, None] * circle.z
        read[running] = left = left + levels.arrive[running]
        seen[running] = waiting[0] * circle.seen[0] + waiting[1] * circle.seen[1]
        waiting = circle.after(waiting)
    most, just = engine.most, levels.spent[-1]
    inside = circle.quiet + most * (np.eye(2)[:, :, None] - circle.read)
    right = waiting - most * circle.after(np.repeat(just[:, None], len(circle.z), axis=1).astype(np.complex128))
    (a, b), (c, d) = inside
    lined = np.array([right[0] * d - right[1] * c, right[1] * a - right[0] * b]) / (a * d - b * c)
    behind = (most * (lined - just[:, None]) * circle.seen).sum(axis=0)
    return _Prompts(read, circle.counts(seen), circle.counts(lined), circle.counts(behind))


def _together(engine: Engine, levels: _Levels, prompts: _Prompts) -> Found:
    slots, waits = engine.slots, np.arange(prompts.seen.shape[1])
    room = slots - 1 - np.arange(slots)  # prompts that may be read after the one being read, by those that run then
    free = np.where(waits < room[:, None], prompts.seen, 0.0)
    late = np.zeros((slots, len(waits) + 1))
    for running in range(max(0, slots - len(waits)), slots):
        row = prompts.seen[running, room[running] :]
        late[room[running], 1 : 1 + len(row)] = row
    at_once, lined = float(levels.arrive[:-1].sum()), engine.arrivals.rates @ prompts.lined
    whole = at_once + float(free.sum() + late.sum() + lined.sum() + prompts.behind.sum())
    steps, below = float(prompts.lined.sum()), levels.spent[:-1].sum(axis=1)
    full_read = engine.most * (steps - float(levels.spent[-1].sum()))
    seconds = steps + float(below.sum()) + engine.prompt_s * (full_read + float(prompts.read.sum()))
    places = np.arange(slots)
    ran = (
        slots * steps
        + float(places @ below)
        + engine.prompt_s * ((slots - 1) * full_read + float(places @ prompts.read))
    )
    return Found(
        idle=float(levels.arrive[0]) / whole,
        at_once=at_once / whole,
        ahead=free.sum(axis=0) / whole,
        late=late / whole,
        lined=lined / whole,
        behind=prompts.behind / whole,
        running=ran / seconds,
    )


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    """By halving, of a function that is negative above `low` and positive below `high`."""
    margin = (high - low) * 1e-12
    low, high = low + margin, high - margin
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) < 0 else (low, middle)
    return (low + high) / 2
