"""One replica as a queue sees it: how long a prompt takes, how long a step of so many sequences, and its slots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from halfopen.fleet.memory import fit
from halfopen.fleet.speed.roofline import times
from halfopen.fleet.speed.work import Setup, work

MOST_SEQUENCES = 512  # that an engine runs at a time unless told otherwise
GROWTH = 1.5  # from one number of sequences in the table to the next

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Replica:
    """Seconds to read a prompt, and of a step with as many sequences as `running` says, of which it has `slots`."""

    prompt_s: float
    start_s: float  # before the prompt is read
    running: tuple[int, ...]
    step_s: tuple[float, ...]
    slots: int

    def step(self, sequences: float) -> float:
        """Seconds of a step with so many sequences, between those of the table."""
        return float(np.interp(sequences, self.running, self.step_s))

    def slower(self, prompts: float, steps: float) -> Replica:
        """The same replica, taking so many times as long to read a prompt and for a step."""
        longer = tuple(steps * each for each in self.step_s)
        return replace(self, prompt_s=self.prompt_s * prompts, start_s=self.start_s * prompts, step_s=longer)

    def settled(self, rate: float, answer: float) -> Settled | None:
        """What goes on at so many requests a second; None where they would pile up.

        In the mean: the time that is not spent reading prompts is shared by the sequences that run, and as many run as
        come in while one is answered (Little's law). So a token takes step(n) + n x prompt / answer with n of them.
        """
        numbers, tokens = self._tokens(answer)
        rates = numbers / (answer * tokens)
        if rate > rates[-1] or rate * self.prompt_s >= 1:
            return None
        if rate <= rates[0]:
            token = self.step_s[0] / (1 - rate * self.prompt_s)
            return Settled(rate * answer * token, token, rate * self.prompt_s)
        running = float(np.interp(rate, np.maximum.accumulate(rates), numbers))
        return Settled(running, running / (rate * answer), rate * self.prompt_s)

    def most(self, answer: float, per_token: float | None) -> float:
        """The most requests a second at which they do not pile up and a token takes no longer than promised; or 0."""
        numbers, tokens = self._tokens(answer)
        if per_token is None:
            return float((numbers / (answer * tokens)).max())
        kept = int(np.searchsorted(tokens, per_token, side="right"))
        if kept:
            return float(numbers[kept - 1] / (answer * tokens[kept - 1]))
        return max(1 - self.step_s[0] / per_token, 0.0) / self.prompt_s

    def _tokens(self, answer: float) -> tuple[Floats, Floats]:
        """Sequences, and the seconds of a token with so many of them."""
        numbers: Floats = np.arange(1, self.slots + 1, dtype=np.float64)
        return numbers, np.interp(numbers, self.running, self.step_s) + numbers * self.prompt_s / answer


class Settled(NamedTuple):
    """Sequences that run at a time, seconds of a token, and the share of the time in which prompts are read."""

    running: float
    token_s: float
    reading: float


def replicas(asked: Sequence[Setup], values: Mapping[str, float]) -> list[Replica | None]:
    """Of each setup, whatever its concurrency; None where the weights or one request do not fit."""
    slots = [_slots(each) for each in asked]
    held = [each for each, some in zip(asked, slots, strict=True) if some]
    if not held:
        return [None] * len(asked)
    grids = [_grid(some) for some in slots if some]
    sizes = [len(grid) for grid in grids]
    many = np.array([each for grid in grids for each in grid], dtype=np.float64)
    amounts = work(held)
    amounts = amounts._replace(**{name: np.repeat(column, sizes) for name, column in amounts._asdict().items()})
    token, first = times(amounts._replace(concurrency=many, running=many, running_each=many / amounts.groups), values)
    steps = np.split(token.whole - token.interrupted, np.cumsum(sizes)[:-1])
    starts = np.cumsum([0, *sizes[:-1]])
    made = (
        Replica(float(first.prompt[start]), float(first.start[start]), grid, _rising(step), grid[-1])
        for start, grid, step in zip(starts, grids, steps, strict=True)
    )
    return [next(made) if some else None for some in slots]


def _slots(asked: Setup) -> int:
    """Sequences at a time; 0 where nothing fits."""
    length = int(asked.prompt + asked.answer)
    room = fit(asked.architecture, asked.accelerator, asked.cards, asked.precision, length)
    return min(room.sequences, MOST_SEQUENCES) if room.fits else 0


def _rising(steps: Floats) -> tuple[float, ...]:
    return tuple(np.maximum.accumulate(steps).tolist())


@lru_cache(maxsize=MOST_SEQUENCES)
def _grid(slots: int) -> tuple[int, ...]:
    """1 to `slots`, closer where there are few."""
    steps: Floats = GROWTH ** np.arange(0, np.log(slots) / np.log(GROWTH) + 1)
    return tuple(sorted({*(int(each) for each in np.minimum(steps, slots)), slots}))
