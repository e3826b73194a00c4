"""How long requests wait at a replica: the time to the first token at a percentile, and whether it stays finite.

A replica reads one prompt at a time, first come, first served, before it goes on with the answers that run; a prompt
that comes while a step is under way waits for its end. It runs at most so many sequences, and a prompt that finds all
places taken waits for one. Bursty arrivals are a renewal process, hyperexponential with balanced means.

The wait for other prompts is that of a queue with one server (H2/G/1): a geometric number of ladder heights, whose
probability of none and whose mean are exact, by the idle period (Asmussen, "Applied Probability and Queues", 2nd ed.,
chapters VIII and X); a height is taken to be distributed as what is left of a prompt, which is exact for Poisson
arrivals. The step under way adds its remainder, as in queues whose server takes vacations (Fuhrmann and Cooper,
Operations Research 33(5), 1985). The wait for a place is that of a birth and death process whose deaths quicken with
the number that run, by the clock of the steps: while prompts are read it stands still, so that by it requests come
faster and in larger bursts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, sqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from halfopen.fleet.speed.replica import Replica

Floats = npt.NDArray[np.float64]

GRID = 4096  # places of a distribution
FAR = 16.0  # in means of its slowest part, how far a distribution is looked at
ENOUGH = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """`rate` in requests a second, `answer` in tokens; `burst` and `prompt_variation` are squared coefficients.

    `burst` is that of the time between arrivals: 1 where they know nothing of each other, more in bursts.
    """

    rate: float
    answer: float
    burst: float = 1.0
    prompt_variation: float = 1.0

    def share(self, replicas: int) -> Load:
        """What one of so many replicas gets if each request goes to any of them: bursts are thinned."""
        burst = 1 + (self.burst - 1) / replicas
        return Load(rate=self.rate / replicas, answer=self.answer, burst=burst, prompt_variation=self.prompt_variation)


class Waits(NamedTuple):
    """Of a replica under a load. `first` are the probabilities of the time to the first token, on a grid of `step`."""

    running: float  # sequences at a time, mean
    token_s: float  # of a token of an answer, mean, with the prompts that are read meanwhile
    busy: float  # share of the time in which prompts are read
    full: float  # probability to find all places taken
    mean: float  # seconds to the first token
    step: float
    first: Floats

    def within(self, share: float) -> float:
        """Seconds in which that share of the requests has its first token."""
        place = int(np.searchsorted(np.cumsum(self.first), share))
        return self.step * (min(place, len(self.first) - 1) + 1)


class Arrivals(NamedTuple):
    """A time between arrivals is exponential at the rate `slow` with probability `p`, else at the rate `fast`."""

    p: float
    slow: float
    fast: float

    @classmethod
    def of(cls, rate: float, burst: float) -> Arrivals:
        """With balanced means; less variation than Poisson's is taken as Poisson."""
        if burst <= 1 + ENOUGH:
            return cls(1.0, rate, rate)
        p = (1 - sqrt((burst - 1) / (burst + 1))) / 2
        return cls(p, 2 * p * rate, 2 * (1 - p) * rate)

    @property
    def mean(self) -> float:
        return self.p / self.slow + (1 - self.p) / self.fast

    @property
    def square(self) -> float:
        return 2 * self.p / self.slow**2 + 2 * (1 - self.p) / self.fast**2

    def transform(self, s: float) -> float:
        """E[exp(-s A)], continued beyond minus the slow rate."""
        return self.p * self.slow / (self.slow + s) + (1 - self.p) * self.fast / (self.fast + s)


class _Others(NamedTuple):
    """The wait for prompts that came before: none, or a geometric number of heights of a mean, in seconds."""

    none: float
    height: float

    @property
    def mean(self) -> float:
        return (1 - self.none) / self.none * self.height


class _Place(NamedTuple):
    """What a request finds: nobody, so many on average, or all places taken; and then it waits for one at that rate."""

    nobody: float
    running: float
    full: float
    rate: float


def waits(replica: Replica, load: Load) -> Waits | None:
    """None where requests would pile up."""
    if replica.settled(load.rate, load.answer) is None:
        return None
    others = _others(Arrivals.of(load.rate, load.burst), replica.prompt_s, load.prompt_variation)
    place = _place(replica, load)
    return None if others is None or place is None else _together(replica, load, others, place)


def _others(arrivals: Arrivals, prompt_s: float, variation: float) -> _Others | None:
    if prompt_s >= arrivals.mean:
        return None

    def reading(s: float) -> float:
        return exp(-s * prompt_s) if variation <= ENOUGH else (1 + s * prompt_s * variation) ** (-1 / variation)

    slow = 1.0  # probability that the server, when idle, waits for an arrival of the slow kind
    if arrivals.fast > arrivals.slow * (1 + ENOUGH):
        root = _root(lambda s: arrivals.transform(-s) * reading(s) - 1, arrivals.slow, arrivals.fast)
        slow = (root - arrivals.slow) / (arrivals.fast - arrivals.slow)
    idle = slow / arrivals.slow + (1 - slow) / arrivals.fast
    idle_square = 2 * slow / arrivals.slow**2 + 2 * (1 - slow) / arrivals.fast**2
    none = min((arrivals.mean - prompt_s) / idle, 1.0)
    square = prompt_s**2 * (1 + variation) + arrivals.square - 2 * prompt_s * arrivals.mean
    mean = square / (2 * (arrivals.mean - prompt_s)) - idle_square / (2 * idle)
    return _Others(none, mean * none / (1 - none) if none < 1 - ENOUGH and mean > 0 else 0.0)


def _place(replica: Replica, load: Load) -> _Place | None:
    """Below the places by the clock of the steps; beyond them each place that comes free is taken after one prompt."""
    left = 1 - load.rate * replica.prompt_s
    numbers = np.arange(1, replica.slots + 1)
    deaths = numbers / (load.answer * np.interp(numbers, replica.running, replica.step_s))
    most = float(deaths[-1])
    gap = 1 / most + replica.prompt_s
    real = Arrivals.of(load.rate, load.burst)
    if gap >= real.mean:
        return None
    rate = _root(lambda t: real.transform(t) * exp(t * replica.prompt_s) * most / (most - t) - 1, 0.0, most)
    faster = load.rate * (1 + most * replica.prompt_s)  # by the clock of the steps, as a prompt follows each place
    below, beyond = Arrivals.of(load.rate / left, load.burst / left**2), Arrivals.of(faster, load.burst)
    seen, spent = _balance(below, beyond, deaths)
    running = float(spent @ np.arange(replica.slots + 1))
    return _Place(float(seen[0]), running, float(seen[-1]), rate)


def _balance(below: Arrivals, beyond: Arrivals, deaths: Floats) -> tuple[Floats, Floats]:
    """The probabilities of 0, 1, ... sequences, and last of all places taken: as an arrival finds them, and over time.

    The balance of the chain (number, kind of the next arrival), solved level by level from the last place down;
    `beyond` are the arrivals while all places are taken, where the levels fall off geometrically.
    """
    kinds = 1 if below.p >= 1 and beyond.p >= 1 else 2
    rates, born = _kinds(below, kinds)
    one, top, most = np.eye(kinds), len(deaths), float(deaths[-1])
    rates_beyond, born_beyond = _kinds(beyond, kinds)
    tail = _geometric(born_beyond, np.diag(rates_beyond), most)
    ratios = [born @ np.linalg.inv(np.diag(rates_beyond) + most * (one - tail))]  # of a level to the one below it
    for number in range(top - 1, 0, -1):
        inside = np.diag(rates) + deaths[number - 1] * one - deaths[number] * ratios[-1]
        ratios.append(born @ np.linalg.inv(inside))
    level = _null(np.diag(rates) - deaths[0] * ratios[-1])
    levels = [level]
    for ratio in reversed(ratios[1:]):
        levels.append(levels[-1] @ ratio)
    full = levels[-1] @ ratios[0] @ np.linalg.inv(one - tail)
    seen = np.array([*(float(each @ rates) for each in levels), float(full @ rates_beyond)])
    spent = np.array([*(float(each.sum()) for each in levels), float(full.sum())])
    return seen / seen.sum(), spent / spent.sum()


def _kinds(arrivals: Arrivals, kinds: int) -> tuple[Floats, Floats]:
    """The rates of each kind of arrival, and from which to which it leads."""
    rates = np.array([arrivals.slow, arrivals.fast])[:kinds]
    return rates, np.outer(rates, np.array([arrivals.p, 1 - arrivals.p])[:kinds])


def _geometric(born: Floats, rates: Floats, death: float) -> Floats:
    """R, of each level beyond the places to the one below: born - R (rates + death) + R^2 death = 0, by iteration."""
    inside = np.linalg.inv(rates + death * np.eye(len(born)))
    ratio: Floats = np.zeros_like(born)
    for _ in range(20_000):
        before, ratio = ratio, (born + death * ratio @ ratio) @ inside
        if float(np.abs(ratio - before).max()) < ENOUGH:
            break
    return ratio


def _null(balance: Floats) -> Floats:
    """The row that the balance at nobody leaves in place."""
    _, _, right = np.linalg.svd(balance.T)
    found = np.abs(right[-1])
    return np.asarray(found / found.sum(), dtype=np.float64)


def _together(replica: Replica, load: Load, others: _Others, place: _Place) -> Waits:
    step_s, prompt_s, variation = replica.step(max(place.running, 1.0)), replica.prompt_s, load.prompt_variation
    slowest = max(others.height / others.none, 1 / place.rate if place.full > 1e-7 else 0.0, prompt_s * (1 + variation))
    grid = (FAR * slowest + step_s + replica.start_s) / GRID
    at: Floats = grid * np.arange(GRID + 1, dtype=np.float64)
    remainder = _placed(np.clip(1 - at / step_s, 0, 1))
    prompt = np.fft.rfft(_placed(_longer(at, prompt_s, variation)), 2 * GRID)
    free = (1 - place.nobody) * np.fft.rfft(remainder, 2 * GRID) + place.nobody
    free = free * _compound(others, prompt_s, variation, at) * prompt
    waited = np.fft.rfft(_placed(np.exp(-place.rate * at)), 2 * GRID) * prompt
    first = np.fft.irfft((1 - place.full) * free + place.full * waited, 2 * GRID)
    shift = round(replica.start_s / grid)
    first = np.concatenate((np.zeros(shift), np.maximum(first, 0)))[:GRID]
    mean = (1 - place.full) * (others.mean + (1 - place.nobody) * step_s / 2) + place.full / place.rate
    return Waits(
        running=place.running,
        token_s=max(place.running / (load.rate * load.answer), replica.step(1)),
        busy=load.rate * prompt_s,
        full=place.full,
        mean=replica.start_s + prompt_s + mean,
        step=grid,
        first=np.asarray(first, dtype=np.float64),
    )


def _compound(others: _Others, prompt_s: float, variation: float, at: Floats) -> npt.NDArray[np.complex128]:
    """The transform of the wait for other prompts, on the grid."""
    if not others.height:
        return np.ones(GRID + 1, dtype=np.complex128)
    stretch = others.height / (prompt_s * (1 + variation) / 2)
    left = _longer(np.asarray(at / stretch, dtype=np.float64), prompt_s, variation)
    middle = (left[1:] + left[:-1]) / 2
    height = np.fft.rfft(middle / middle.sum(), 2 * GRID)
    return np.asarray(others.none / (1 - (1 - others.none) * height), dtype=np.complex128)


def _longer(at: Floats, prompt_s: float, variation: float) -> Floats:
    """The probability that a prompt takes longer: always the same time, or gamma."""
    if variation <= ENOUGH:
        return np.where(at < prompt_s, 1.0, 0.0)
    shape, scale = 1 / variation, prompt_s * variation
    if abs(shape - 1) < ENOUGH:
        return np.asarray(np.exp(-at / scale), dtype=np.float64)
    middle = np.maximum((at[1:] + at[:-1]) / 2 / scale, 1e-300)
    logs = (shape - 1) * np.log(middle) - middle
    weights = np.exp(logs - logs.max())
    return np.asarray(np.concatenate(([1.0], 1 - np.cumsum(weights) / weights.sum())), dtype=np.float64)


def _placed(longer: Floats) -> Floats:
    """Probabilities of the places of the grid, from those to take longer."""
    return np.asarray(longer[:-1] - longer[1:], dtype=np.float64)


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    """By halving, of a function that is negative above `low` and positive below `high`."""
    margin = (high - low) * 1e-12
    low, high = low + margin, high - margin
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) < 0 else (low, middle)
    return (low + high) / 2
