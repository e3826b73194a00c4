"""One connection of a scripted upstream: requests are read, and the steps of each answer are played in turn."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import deque
from collections.abc import Awaitable, Iterable, Iterator
from typing import Protocol, cast

import httptools

from halfopen.testing.steps import Step
from halfopen.testing.visit import Ending, Visit

NO_LINGER = struct.pack("ii", 1, 0)  # SO_LINGER on, zero seconds: close() sends RST


class House(Protocol):
    """What a listener asks of the upstream it belongs to."""

    released: asyncio.Event

    def opened(self, listener: Listener) -> None: ...
    def gone(self, listener: Listener) -> None: ...
    def failed(self, defect: BaseException) -> None: ...
    async def rest(self, seconds: float) -> None: ...
    def visited(
        self, method: str, target: str, headers: tuple[tuple[bytes, bytes], ...], body: bytes
    ) -> tuple[Visit, Iterable[Step]]: ...


class Listener(asyncio.Protocol):
    """Steps that need no waiting are played at once; a task is made only where one waits, so that many are cheap."""

    def __init__(self, house: House) -> None:
        self.released = house.released
        self._house = house
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self._closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._by_peer = True
        self._target = b""
        self._headers: list[tuple[bytes, bytes]] = []
        self._body: list[bytes] = []
        self._read: deque[tuple[str, str, tuple[tuple[bytes, bytes], ...], bytes]] = deque()
        self._pending: deque[tuple[Visit, Iterator[Step]]] = deque()
        self._visits: list[Visit] = []  # those whose connection this is, to be told when it ends
        self._visit: Visit | None = None
        self._task: asyncio.Task[None] | None = None
        self._room: asyncio.Event = asyncio.Event()
        self._room.set()

    # -- the stage that steps are played on

    def say(self, data: bytes) -> Awaitable[None] | None:
        if self._transport is None or self._visit is None:
            return None
        self._transport.write(data)
        self._visit.said += len(data)
        return None if self._room.is_set() else self._drained()

    async def _drained(self) -> None:
        await self._room.wait()

    def rest(self, seconds: float) -> Awaitable[None]:
        return self._house.rest(seconds)

    def hang_up(self) -> None:
        self._by_peer = False
        if self._transport is not None:
            self._transport.close()

    def cut(self) -> None:
        self._by_peer = False
        if self._transport is None or self._closed.done():
            return
        sock = self._transport.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        self._transport.abort()

    async def stop(self) -> None:
        """Close at once; returns when it is closed and its script has ended."""
        self._by_peer = False
        if self._transport is not None:
            self._transport.abort()
        await self._closed
        if self._task is not None:
            await asyncio.wait([self._task])

    # -- playing

    def _next(self) -> None:
        """Play the answers that are due, until one waits for something."""
        while self._pending and self._task is None:
            self._visit, steps = self._pending.popleft()
            waited = self._play(steps)
            if waited is not None:
                self._task = asyncio.get_running_loop().create_task(self._play_on(waited, steps))
                self._task.add_done_callback(self._played)

    def _play(self, steps: Iterator[Step]) -> Awaitable[object] | None:
        for step in steps:
            waited = step.play(self)
            if waited is not None:
                return waited
            if self._transport is None or self._transport.is_closing():
                self._pending.clear()
                return None
        return None

    async def _play_on(self, waited: Awaitable[object] | None, steps: Iterator[Step]) -> None:
        while waited is not None:
            await waited
            waited = self._play(steps)

    def _played(self, task: asyncio.Task[None]) -> None:
        defect = None if task.cancelled() else task.exception()
        if defect is not None:  # the script's own: the peer is not left waiting for it
            self._house.failed(defect)
            self.cut()
        elif not self._closed.done():
            self._task = None
            self._next()

    # -- what the transport reports

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._house.opened(self)

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self.hang_up()
        except httptools.HttpParserError:
            self.hang_up()
        while self._read:
            visit, steps = self._house.visited(*self._read.popleft())
            if visit.kept and self._transport is not None:
                visit.waiting = self._transport.get_write_buffer_size
                self._visits.append(visit)
            self._pending.append((visit, iter(steps)))
        self._next()

    def pause_writing(self) -> None:
        self._room.clear()

    def resume_writing(self) -> None:
        self._room.set()

    def connection_lost(self, exc: Exception | None) -> None:
        ending = Ending(asyncio.get_running_loop().time(), self._by_peer)
        for visit in self._visits:
            visit.ended.set_result(ending)
        self._pending.clear()
        if self._task is not None:
            self._task.cancel()
        if exc is not None and not isinstance(exc, OSError):  # raised by a script as its request was read
            self._house.failed(exc)
        self._house.gone(self)
        self._closed.set_result(None)

    # -- what the parser reports

    def on_message_begin(self) -> None:
        self._target = b""
        self._headers = []
        self._body = []

    def on_url(self, url: bytes) -> None:
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers.append((name.lower(), value))

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        method = self._parser.get_method().decode("ascii")
        target = self._target.decode("latin-1")
        self._read.append((method, target, tuple(self._headers), b"".join(self._body)))
