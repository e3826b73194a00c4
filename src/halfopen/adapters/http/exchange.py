"""One request and its answer as they stand: what has arrived, what went wrong, who is waiting."""

from __future__ import annotations

import asyncio
from math import inf
from typing import Protocol

from halfopen.errors import Fault, FirstByteTimeout, Stalled, TotalTimeout, Truncated
from halfopen.ports.upstream import Deadlines


class Line(Protocol):
    """What an exchange may ask of its connection."""

    @property
    def loop(self) -> asyncio.AbstractEventLoop: ...
    def drop(self) -> None: ...  # close it, now
    def resume(self) -> None: ...  # the consumer has caught up


class Exchange:
    """Filled by the connection, emptied by the reply; `line` is None from the moment the answer is whole or lost.

    Most answers need few of these fields, so the defaults live on the class and an instance starts with five.
    """

    status = 0
    stage_at = inf  # when the present stage is overdue, in loop time
    buffered = 0  # bytes of the body that wait for the consumer
    head_bytes = 0
    heard = False  # any byte of an answer, an interim one too
    begun = False  # the first byte of the answer's own head
    head_done = False
    complete = False
    stale = False  # lost at once and unheard: if the connection had rested, worth another one
    fault: Fault | None = None
    waiter: asyncio.Future[None] | None = None

    def __init__(self, line: Line, deadlines: Deadlines, total_at: float, *, bodiless: bool) -> None:
        self.line: Line | None = line
        self.deadlines = deadlines
        self.total_at = total_at
        self.bodiless = bodiless  # an answer to HEAD says a length and sends nothing
        self.headers: list[tuple[bytes, bytes]] = []
        self.pieces: list[bytes] = []

    async def changed(self) -> None:
        """Wait until something happened. A cancelled wait closes the connection before it is passed on."""
        if self.waiter is not None:
            raise RuntimeError("two tasks read one answer")
        waiter = self.waiter = asyncio.get_running_loop().create_future()
        try:
            await waiter
        except (asyncio.CancelledError, GeneratorExit):
            self.abort()
            raise
        finally:
            self.waiter = None

    def wake(self) -> None:
        waiter = self.waiter
        if waiter is not None and not waiter.done():
            waiter.set_result(None)

    def take(self) -> bytes:
        """All that has arrived and was not taken yet, in one piece."""
        pieces = self.pieces
        taken = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        pieces.clear()
        self.buffered = 0
        if self.line is not None:
            self.line.resume()
        return taken

    def late(self, now: float, name: str, *, sent: bool) -> Fault | None:
        """The fault of the deadline that has passed, if one has."""
        if now >= self.total_at:
            return TotalTimeout(f"{name} was not done when the time for the whole call was over")
        if now < self.stage_at:
            return None
        if self.begun:
            return Stalled(f"{name} sent nothing for {self.deadlines.between_bytes:g} s in mid-answer")
        verb = "stayed silent" if sent else "took nothing more of the request"
        return FirstByteTimeout(f"{name} {verb} for {self.deadlines.first_byte:g} s")

    def abort(self) -> None:
        """Close the connection unless the answer is whole; what was not taken is gone."""
        line = self.line
        if line is None:
            return
        self.pieces.clear()
        self.fail(Truncated("The call was ended by this side before its answer was whole"))
        line.drop()

    def abort_soon(self) -> None:
        """The same from any thread."""
        if self.line is not None and not self.line.loop.is_closed():
            self.line.loop.call_soon_threadsafe(self.abort)

    def fail(self, fault: Fault) -> None:
        """The first fault stays. It is raised after what had already arrived."""
        self.fault = self.fault or fault
        self.line = None
        self.wake()


def ends_with_the_connection(headers: list[tuple[bytes, bytes]]) -> bool:
    """RFC 9112, 6.3: with neither a length nor chunks the body lasts until the connection is closed."""
    return not any(
        name == b"content-length" or (name == b"transfer-encoding" and value.lower().endswith(b"chunked"))
        for name, value in headers
    )
