"""The world that the queueing model is held against: an engine with continuous batching, event by event.

Between events the number of running sequences stays the same, so that many steps are one jump; nothing else is left
out.
"""

from __future__ import annotations

import heapq
from collections import deque
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from halfopen.fleet.speed.replica import Replica

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Seen:
    """Seconds to the first token of every request, and of a token after it, over all of them."""

    first: Floats
    token: float


def arrivals(rate: float, burst: float, count: int, dice: np.random.Generator) -> Floats:
    """Times of a renewal process: Poisson, or hyperexponential with balanced means."""
    if burst <= 1:
        return np.cumsum(dice.exponential(1 / rate, count))
    p = (1 - np.sqrt((burst - 1) / (burst + 1))) / 2
    slow = dice.random(count) < p
    return np.cumsum(dice.exponential(1, count) / np.where(slow, 2 * p * rate, 2 * (1 - p) * rate))


def gamma(mean: float, variation: float, count: int, dice: np.random.Generator) -> Floats:
    if variation <= 0:
        return np.full(count, mean)
    return dice.gamma(1 / variation, mean * variation, count)


def engine(replica: Replica, times: Floats, prompts: Floats, answers: npt.NDArray[np.int64]) -> Seen:
    """`prompts` are seconds to read each, `answers` tokens of each. Prompts first; then a step of all that run."""
    first, spent, written = np.zeros(len(times)), 0.0, 0
    waiting: deque[int] = deque()
    running: list[tuple[int, int]] = []  # (step at which it ends, which), a heap
    begun = np.zeros(len(times))
    now, done, come = 0.0, 0, 0
    while come < len(times) or waiting or running:
        while come < len(times) and times[come] <= now:
            waiting.append(come)
            come += 1
        if waiting and len(running) < replica.slots:
            which = waiting.popleft()
            now += prompts[which]
            first[which] = now - times[which]
            begun[which] = now
            if answers[which] > 1:
                heapq.heappush(running, (done + int(answers[which]) - 1, which))
        elif running:
            length = replica.step(len(running))
            steps = running[0][0] - done
            if come < len(times) and len(running) < replica.slots:
                steps = min(steps, max(1, int(np.ceil((times[come] - now) / length))))
            now, done = now + steps * length, done + steps
            while running and running[0][0] <= done:
                _, which = heapq.heappop(running)
                spent, written = spent + now - begun[which], written + int(answers[which]) - 1
        else:
            now = times[come]
    return Seen(first, spent / max(written, 1))
