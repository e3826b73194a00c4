"""A provider that says, byte for byte and on cue, what its script tells it, and remembers all that was done to it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import Self

from halfopen.ports.runtime import Clock
from halfopen.testing.listener import Listener
from halfopen.testing.steps import Send, Step
from halfopen.testing.visit import Ending, Received, Visit

Script = Callable[[Received], Iterable[Step]] | Sequence[Iterable[Step]]


def always(steps: Iterable[Step]) -> Script:
    """A script that gives every request the same answer."""
    said = tuple(steps)
    return lambda _: said


class ScriptedUpstream:
    """`async with ScriptedUpstream(script) as up:` listens on `up.host`, `up.port` until the block ends.

    A script is called with each request and answers with steps, or is a list with one answer per request in
    the order in which they come. Steps are played as they are yielded, so a generator can look at the world
    between two. A script that runs out says so with a 500. Connections are kept alive; requests that were
    sent ahead (pipelined) are answered in turn. `remember=False` keeps nothing of past requests, for long runs.
    """

    def __init__(
        self,
        script: Script,
        *,
        clock: Clock | None = None,
        tls: ssl.SSLContext | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        remember: bool = True,
    ) -> None:
        self.host = host
        self.port = port
        self.connections = 0  # ever opened
        self.served = 0  # requests ever read
        self.visits: list[Visit] = []
        self.defects: list[BaseException] = []  # what scripts raised; the block ends with the first
        self.released = asyncio.Event()
        self._script = script
        self._clock = clock
        self._tls = tls
        self._remember = remember
        self._open: set[Listener] = set()
        self._arrivals: list[tuple[int, asyncio.Future[None]]] = []
        self._server: asyncio.Server | None = None
        self._stopping = False

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
        if error is None and self.defects:
            raise self.defects[0]

    async def start(self) -> None:
        """Begin to listen. Raises OSError where the port is taken."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: Listener(self), self.host, self.port, ssl=self._tls, backlog=1024
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close the door and every connection, and return when they are closed."""
        self._stopping = True
        if self._server is not None:
            self._server.close()
        for listener in tuple(self._open):
            await listener.stop()

    @property
    def open_connections(self) -> int:
        return len(self._open)

    @property
    def requests(self) -> list[Received]:
        return [visit.received for visit in self.visits]

    async def arrived(self, number: int = 0) -> Received:
        """The request of that number, when it has been read whole."""
        while len(self.visits) <= number:
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._arrivals.append((number, waiter))
            await waiter
        return self.visits[number].received

    async def closed(self, number: int = 0) -> Ending:
        """When, and by whom, the connection of the request of that number was closed; waits for it."""
        await self.arrived(number)
        return await asyncio.shield(self.visits[number].ended)

    def release(self) -> None:
        """End every `Hold`, the present ones and those to come."""
        self.released.set()

    def hang_up(self) -> None:
        """Close every connection in order, the resting ones too."""
        for listener in tuple(self._open):
            listener.hang_up()

    # -- what its listeners tell it

    def opened(self, listener: Listener) -> None:
        self.connections += 1
        self._open.add(listener)
        if self._stopping:
            listener.cut()

    def gone(self, listener: Listener) -> None:
        self._open.discard(listener)

    def failed(self, defect: BaseException) -> None:
        self.defects.append(defect)

    async def rest(self, seconds: float) -> None:
        await (asyncio.sleep(seconds) if self._clock is None else self._clock.rest(seconds))

    def visited(
        self, method: str, target: str, headers: tuple[tuple[bytes, bytes], ...], body: bytes
    ) -> tuple[Visit, Iterable[Step]]:
        """A request has been read: note it, and say how it is answered."""
        received = Received(number=self.served, method=method, target=target, headers=headers, body=body)
        self.served += 1
        visit = Visit(received, asyncio.get_running_loop().create_future(), kept=self._remember)
        if self._remember:
            self.visits.append(visit)
        due = [waiter for number, waiter in self._arrivals if number < len(self.visits)]
        self._arrivals = [(number, waiter) for number, waiter in self._arrivals if waiter not in due]
        for waiter in due:
            if not waiter.done():
                waiter.set_result(None)
        return visit, self._answer(received)

    def _answer(self, received: Received) -> Iterable[Step]:
        if callable(self._script):
            return self._script(received)
        if received.number < len(self._script):
            return self._script[received.number]
        text = b"the script has no answer for request %d" % received.number
        return [Send(b"HTTP/1.1 500 Script Over\r\ncontent-length: %d\r\n\r\n%b" % (len(text), text))]
