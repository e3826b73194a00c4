"""uvicorn with two bounds it lacks: how long a head may take to arrive, and how long it may be."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable
from types import FrameType
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from halfopen.apps.settings import Listen

LONGEST_HEAD = 64 * 2**10  # bytes


class Bounded(HttpToolsProtocol):
    """Closes a connection whose next head is not whole in time, or is too long.

    A body that was refused before its end is read on and thrown away for as long: a client that is still sending
    would meet a reset where its answer should be.
    """

    seconds = 30.0
    _timer: asyncio.TimerHandle | None = None
    _head = 0  # bytes of a head that is still arriving
    _in_body = False  # between the end of a head and the end of its body

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._arm()

    def data_received(self, data: bytes) -> None:
        if self._timer is None and (self.cycle is None or self.cycle.response_complete):
            self._arm()
        if self._timer is not None and not self._in_body:
            self._head += len(data)
        super().data_received(data)
        if self._timer is not None and self._head > LONGEST_HEAD:
            self._end(b"431 Request Header Fields Too Large")

    def on_headers_complete(self) -> None:
        self._disarm()
        self._in_body = True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._in_body = False
        if self._timer is not None:
            self._disarm()
            self._arm()
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._disarm()
        super().connection_lost(exc)

    def _arm(self) -> None:
        self._head = 0
        self._timer = self.loop.call_later(self.seconds, self._end, b"408 Request Timeout")

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _end(self, status: bytes) -> None:
        self._disarm()
        if not self._in_body:
            self.transport.write(b"HTTP/1.1 %b\r\nconnection: close\r\ncontent-length: 0\r\n\r\n" % status)
        self.transport.close()


class Server(uvicorn.Server):
    """Says when it listens. A signal ends the serving and no more, so that ledger and engines are closed after it."""

    when_listening: Callable[[], None] = staticmethod(lambda: None)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.when_listening()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """uvicorn's own would send itself the signal again when the serving has ended, and die of it."""
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True


def server(gateway: ASGIApp, listen: Listen) -> Server:
    """A server for the gateway. Its access log is off: paths and headers are nobody's business."""
    return Server(
        uvicorn.Config(
            gateway,
            host=listen.host,
            port=listen.port,
            http=type("BoundedBySettings", (Bounded,), {"seconds": listen.sender_seconds}),
            ws="none",
            lifespan="off",
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,  # who calls is who connected
            timeout_keep_alive=75,  # longer than any client rests, so that none calls into a closing connection
            timeout_graceful_shutdown=10,
            backlog=2048,
        )
    )
