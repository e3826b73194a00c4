"""A server that sees every socket from the moment it is let in, and whether any is still there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Door:
    """`async with Door(handler) as door:` listens on `door.port` of 127.0.0.1 until the block ends.

    A visitor is inside until the handler is done with it, so a handler reads until its peer has gone.
    """

    def __init__(self, handler: Handler) -> None:
        self.host = "127.0.0.1"
        self.port = 0
        self.inside: set[object] = set()  # the addresses of those who came and have not gone
        self._came: set[object] = set()
        self._handler = handler
        self._changed = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._enter, self.host, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.sleep(0)

    async def emptied(self) -> None:
        """Wait until everybody who has connected until now has come in and gone again.

        A socket can be connected and not be let in yet, so one more is sent after it: they come in by turns.
        """
        _, last = await asyncio.open_connection(self.host, self.port)
        await self._until(lambda: last.get_extra_info("sockname") in self._came)
        last.close()
        await self._until(lambda: not self.inside)

    async def _until(self, so: Callable[[], bool]) -> None:
        while not so():
            self._changed.clear()
            await self._changed.wait()

    async def _enter(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task, visitor = asyncio.current_task(), writer.get_extra_info("peername")
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self._came.add(visitor)
        self.inside.add(visitor)
        self._changed.set()
        try:
            await self._handler(reader, writer)
        except (asyncio.CancelledError, ConnectionError, EOFError):
            pass  # the block is over, or the peer has gone
        finally:
            writer.transport.abort()
            self.inside.discard(visitor)
            self._changed.set()
