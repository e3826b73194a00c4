"""What a scripted upstream can do, one step at a time: say some bytes, wait, hold still, hang up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol


class Stage(Protocol):
    """What a step may do to the connection it is played on."""

    released: asyncio.Event

    def say(self, data: bytes) -> Awaitable[None] | None: ...  # something to wait for where the peer is slow
    def rest(self, seconds: float) -> Awaitable[None]: ...
    def hang_up(self) -> None: ...
    def cut(self) -> None: ...


class Step(Protocol):
    """Plays itself; what it answers with, if anything, is waited for before the next step."""

    def play(self, stage: Stage) -> Awaitable[object] | None: ...


@dataclass(frozen=True, slots=True)
class Send:
    """These bytes, exactly, in one write."""

    data: bytes

    def play(self, stage: Stage) -> Awaitable[object] | None:
        return stage.say(self.data)


@dataclass(frozen=True, slots=True)
class Wait:
    """So many seconds, by the upstream's clock."""

    seconds: float

    def play(self, stage: Stage) -> Awaitable[object] | None:
        return stage.rest(self.seconds)


@dataclass(frozen=True, slots=True)
class WaitFor:
    """Until a test says so."""

    event: asyncio.Event

    def play(self, stage: Stage) -> Awaitable[object] | None:
        return self.event.wait()


@dataclass(frozen=True, slots=True)
class Hold:
    """Until the peer hangs up, or `ScriptedUpstream.release` is called."""

    def play(self, stage: Stage) -> Awaitable[object] | None:
        return stage.released.wait()


@dataclass(frozen=True, slots=True)
class Cut:
    """Close without a word, by RST where the system lets us: what was on its way is lost."""

    def play(self, stage: Stage) -> Awaitable[object] | None:
        stage.cut()
        return None


@dataclass(frozen=True, slots=True)
class End:
    """Close in order, after what was said has left. A script without it keeps the connection for the next request."""

    def play(self, stage: Stage) -> Awaitable[object] | None:
        stage.hang_up()
        return None


def one_byte_at_a_time(steps: Iterable[Step]) -> Iterator[Step]:
    """The same bytes, each in a write of its own, with a turn of the loop between two so that they travel apart."""
    for step in steps:
        if not isinstance(step, Send):
            yield step
            continue
        for number in step.data:
            yield Send(bytes((number,)))
            yield from (Wait(0), Wait(0), Wait(0))  # a peer in the same loop reads in the next turn but one


def paced(steps: Iterable[Step], seconds: float) -> Iterator[Step]:
    """The same steps, with a wait between two sends."""
    first = True
    for step in steps:
        if isinstance(step, Send) and not first:
            yield Wait(seconds)
        first = first and not isinstance(step, Send)
        yield step
