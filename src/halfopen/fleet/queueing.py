"""How long requests wait at a replica: the time to the first token at a percentile, and whether it stays finite.

A replica reads one prompt at a time, first come, first served, before it goes on with the answers that run; a prompt
that comes while a step is under way waits for its end. It runs at most so many sequences, and a prompt that finds all
places taken waits for one. Bursty arrivals are a renewal process, hyperexponential with balanced means; answers are
geometric, prompts gamma.

`batching` tells what an arrival finds. As nobody who comes later can delay it, its wait is then a sum: what is left of
the prompt being read, the prompts before its own, and one answer that must end for each place that is not free. The
step under way adds its remainder, as in queues whose server takes vacations (Fuhrmann and Cooper, Operations Research
33(5), 1985). The sums are added up on a grid of seconds, on which each part keeps its mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log, sqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from halfopen.fleet.batching import ENOUGH, Arrivals, Engine, Found, found
from halfopen.fleet.speed.replica import Replica

Floats = npt.NDArray[np.float64]
Complex = npt.NDArray[np.complex128]

GRID = 2048  # places of a distribution
FAR = 12.0  # in means of its slowest part, how far a distribution is looked at
RARE = 1e-7  # probability of what is not looked at
SPARSE = 1.4  # from one number of prompts before a place is needed to the next


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
    """Of a replica under a load. `first` are the probabilities of the time to the first token, on a grid of `step`.

    To each of these times the seconds are added that a replica needs to start on a prompt.
    """

    running: float  # sequences at a time, mean
    token_s: float  # of a token of an answer, mean, with the prompts that are read meanwhile
    busy: float  # share of the time in which prompts are read
    full: float  # probability to wait for a place
    mean: float  # seconds to the first token
    start_s: float
    step: float
    first: Floats

    def within(self, share: float) -> float:
        """Seconds in which that share of the requests has its first token."""
        so_far = np.cumsum(self.first)
        place = min(int(np.searchsorted(so_far, share)), len(so_far) - 1)
        part = 1 - (so_far[place] - share) / self.first[place] if self.first[place] > 0 else 1.0
        return self.start_s + self.step * max(place - 0.5 + float(np.clip(part, 0, 1)), 0.0)


def waits(replica: Replica, load: Load) -> Waits | None:
    """None where requests would pile up."""
    settled = replica.settled(load.rate, load.answer)
    if settled is None:
        return None
    engine = _engine(replica, load, _reached(replica, load, settled.running))
    there = found(engine)
    if there is None and engine.slots < replica.slots:
        engine = _engine(replica, load, replica.slots)
        there = found(engine)
    if there is None:
        return None
    step_s = replica.step(max(there.running, 1.0))
    grid, first = _distribution(engine, there, step_s)
    return Waits(
        running=there.running,
        token_s=max(there.running / (load.rate * _tokens(load)), replica.step(1)),
        busy=load.rate * replica.prompt_s,
        full=there.full,
        mean=replica.start_s + _mean(engine, there, step_s),
        start_s=replica.start_s,
        step=grid,
        first=first,
    )


def _tokens(load: Load) -> float:
    """Steps of an answer, whose first token comes with its prompt."""
    return max(load.answer - 1, 1e-3)


def _reached(replica: Replica, load: Load, running: float) -> int:
    """Places beyond which hardly anybody ever gets, as requests in bursts, and more so while prompts are read."""
    burst = 1 + load.burst / (1 - load.rate * replica.prompt_s) ** 2
    return min(replica.slots, int(running + 6 * sqrt(running * burst) + 16 * burst))


def _engine(replica: Replica, load: Load, places: int) -> Engine:
    numbers = np.arange(places + 1)
    deaths = numbers / (_tokens(load) * np.interp(numbers, replica.running, replica.step_s))
    return Engine(Arrivals.of(load.rate, load.burst), replica.prompt_s, load.prompt_variation, deaths)


def _mean(engine: Engine, there: Found, step_s: float) -> float:
    """Seconds to the first token, without what a replica needs to start on a prompt."""
    prompt, left, answer = engine.prompt_s, engine.prompt_s * (1 + engine.variation) / 2, 1 / engine.most
    many = np.arange(1, len(there.lined) + 1)
    prompts, answers = np.indices(there.late.shape)
    return float(
        there.at_once * prompt
        + there.ahead @ (left + many * prompt)
        + (there.late * (left + (prompts + answers) * prompt + answers * answer)).sum()
        + there.lined @ (many * (prompt + answer))
        + there.behind @ (left + many * (prompt + answer))
        + (there.at_once + there.ahead.sum()) * _interrupts(there) * step_s / 2
    )


def _interrupts(there: Found) -> float:
    """The share of those that find no prompt being read and a place free, to whom it is a step that is under way."""
    return 1 - there.idle / there.at_once


def _distribution(engine: Engine, there: Found, step_s: float) -> tuple[float, Floats]:
    """The step of the grid, and the probabilities on it."""
    prompt_s, variation, full = engine.prompt_s, engine.variation, there.full
    free, place = engine.decay
    far = max(FAR / free, (FAR + log(full)) / place if full > RARE else 0.0, FAR * prompt_s * (1 + variation))
    grid = (far + step_s) / GRID
    at: Floats = grid * np.arange(GRID + 1, dtype=np.float64)
    shorter, stepped = _limited(at, prompt_s, variation), np.minimum(at, step_s)
    prompt, left = _placed(shorter, grid), _left(shorter, prompt_s)
    turn = prompt * _placed(-np.expm1(-engine.most * at) / engine.most, grid)
    interrupts = _interrupts(there)
    remainder = 1 - interrupts + interrupts * _placed(stepped - stepped**2 / (2 * step_s), grid)
    whole = (there.at_once + left * _sums(there.ahead[None], prompt)[0]) * prompt * remainder
    lined, behind = _sums(np.stack((there.lined, there.behind)), turn)
    whole = whole + turn * (lined + left * behind)
    before, rows = _bundled(there.late)
    for prompts, row in zip(before, _sums(rows, turn), strict=True):
        whole = whole + left * prompt**prompts * row
    return grid, np.maximum(np.fft.irfft(whole, 2 * GRID)[:GRID], 0)


def _sums(weights: Floats, part: Complex) -> Complex:
    """For each row the transform of a sum of so many parts as its weights say."""
    falling = np.cumsum(weights.sum(axis=0)[::-1])[::-1]
    found: Complex = np.zeros((len(weights), len(part)), dtype=np.complex128)
    for column in range(int((falling > RARE).sum()) - 1, -1, -1):
        found *= part
        found += weights[:, column, None]
    return found


def _bundled(late: Floats) -> tuple[list[int], Floats]:
    """Rows of fewer and fewer numbers of prompts, each split between the two next to it, so that the mean stays."""
    numbers = np.flatnonzero(late.sum(axis=1) > RARE / len(late))
    before = [0]
    while before[-1] <= (numbers[-1] if len(numbers) else -1):
        before.append(max(before[-1] + 1, int(before[-1] * SPARSE)))
    rows = np.zeros((len(before), late.shape[1]))
    for number in numbers:
        upper = int(np.searchsorted(before, number, side="right"))
        part = (number - before[upper - 1]) / (before[upper] - before[upper - 1])
        rows[upper - 1] += (1 - part) * late[number]
        rows[upper] += part * late[number]
    return before, rows


def _limited(at: Floats, prompt_s: float, variation: float) -> Floats:
    """E[min(S, t)] of the seconds S of a prompt: always the same, or gamma."""
    if variation <= ENOUGH:
        return np.minimum(at, prompt_s)
    ends, shape = at / (prompt_s * variation), 1 / variation
    logs = shape * np.log(ends[1:]) + np.log1p(-((at[:-1] / at[1:]) ** shape)) - (ends[1:] + ends[:-1]) / 2
    below = np.concatenate(([0.0], np.cumsum(np.exp(logs - logs.max()))))
    longer = 1 - below / below[-1]
    limited = np.concatenate(([0.0], np.cumsum((longer[1:] + longer[:-1]) * np.diff(at))))
    return np.asarray(np.minimum(limited * (prompt_s / limited[-1]), at), dtype=np.float64)


def _placed(limited: Floats, grid: float) -> Complex:
    """The transform on the grid of what is limited so; between two places it is split so that the mean stays."""
    longer = np.diff(limited) / grid
    return np.fft.rfft(np.concatenate(([1 - longer[0]], longer[:-1] - longer[1:])), 2 * GRID)


def _left(limited: Floats, prompt_s: float) -> Complex:
    """The same of what is left of a prompt when somebody comes."""
    half = np.diff(limited) / prompt_s / 2
    return np.fft.rfft(half + np.concatenate(([0.0], half[:-1])), 2 * GRID)
