"""One replica as a queue sees it: how long a prompt takes, how long a step of so many sequences, and its slots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from halfopen.fleet.memory import fit
from halfopen.fleet.speed.roofline import times
from halfopen.fleet.speed.work import Setup, work

MOST_SEQUENCES = 512  # that an engine runs at a time unless told otherwise
GROWTH = 1.3  # from one number of sequences in the table to the next


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


def replica(asked: Setup, values: Mapping[str, float], context: int | None = None) -> Replica | None:
    """Of the setup, whatever its concurrency; None where the weights or one sequence of `context` do not fit."""
    length = context or int(asked.prompt + asked.answer)
    room = fit(asked.architecture, asked.accelerator, asked.cards, asked.precision, length)
    if not room.fits:
        return None
    slots = min(room.sequences, MOST_SEQUENCES)
    running = _grid(slots)
    token, first = times(work([replace(asked, concurrency=each) for each in running]), values)
    steps = np.maximum.accumulate(token.whole - token.interrupted)
    return Replica(float(first.prompt[0]), float(first.start[0]), tuple(running), tuple(steps.tolist()), slots)


def _grid(slots: int) -> list[int]:
    """1 to `slots`, closer where there are few."""
    steps: npt.NDArray[np.float64] = GROWTH ** np.arange(0, np.log(slots) / np.log(GROWTH) + 1)
    return sorted({*(int(each) for each in np.minimum(steps, slots)), slots})
