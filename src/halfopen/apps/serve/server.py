"""uvicorn with the bounds it lacks: how long a head may take to arrive, how long it may be, and a body at the end."""

from __future__ import annotations

import asyncio
import re
import signal
import socket
from collections.abc import Callable
from math import ceil
from types import FrameType
from typing import Any

import msgspec
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from halfopen.apps.config.settings import Listen
from halfopen.flows.leaving import STOPS

LONGEST_HEAD = 64 * 2**10  # bytes
LAST_SECONDS = 1.0  # that a body still has to arrive in when the server stops
LEAVING_SECONDS = 2  # that those words have to leave in; then the connections are closed
NO_HTTP = "This is no HTTP/1.1 request that can be read. Does the client speak https or HTTP/2 to a port that is http?"
LONG_HEAD = f"The head of the request is longer than {LONGEST_HEAD // 1024} kB. Send less in its headers and its URL."
STOPPING = "The gateway is stopping, and the body of the request had not arrived. Send it again in a moment."


class LongHead(Exception):
    """Tells the parser to stop; what the client is told was sent before."""


class Bounded(HttpToolsProtocol):
    """Closes a connection whose next head is not whole in time, or is too long.

    A body that was refused before its end is read on and thrown away for as long: a client that is still sending
    would meet a reset where its answer should be.
    """

    seconds = 30.0
    _timer: asyncio.TimerHandle | None = None
    _read = 0  # bytes of the read that is being parsed
    _head = 0  # bytes of the reads before it that belong to a head that is still arriving
    _in_body = False  # between the end of a head and the end of its body

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._arm()

    def data_received(self, data: bytes) -> None:
        if self._timer is None and (self.cycle is None or self.cycle.response_complete):
            self._arm()
        self._read = len(data)
        super().data_received(data)
        if not self._in_body:
            self._head += self._read
            if self._head > LONGEST_HEAD:
                self._end(b"431 Request Header Fields Too Large", LONG_HEAD)

    def on_headers_complete(self) -> None:
        """Raises LongHead, which ends the parsing, for a head that came whole and is too long."""
        self._disarm()
        if self._read > LONGEST_HEAD or self._head + self._read > LONGEST_HEAD:
            self._measure()
        if self.url[:1] != b"/":
            self._aim()
        super().on_headers_complete()
        self._in_body = True

    def on_message_complete(self) -> None:
        self._in_body = False
        if self._timer is not None:
            self._disarm()
            self._arm()
        self._head = -self._read  # what this read still holds of a next head is too little to be counted
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """What uvicorn answers to what is no HTTP, as an error that says what to do."""
        self._end(b"400 Bad Request", NO_HTTP)

    def shutdown(self) -> None:
        """Requests that are being answered go on; one that is still being sent has LAST_SECONDS left."""
        super().shutdown()
        if self._in_body:
            self.loop.call_later(LAST_SECONDS, self._cut)

    def connection_lost(self, exc: Exception | None) -> None:
        self._disarm()
        super().connection_lost(exc)

    def _measure(self) -> None:
        if len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers) > LONGEST_HEAD:
            self._end(b"431 Request Header Fields Too Large", LONG_HEAD)
            raise LongHead

    def _aim(self) -> None:
        """The host of a target such as `http://host/path` counts as a Host that was sent (RFC 9112, 3.2.2)."""
        _, absolute, rest = self.url.partition(b"://")
        host = (b"host", re.split(rb"[/?#]", rest, maxsplit=1)[0])
        if absolute and host not in self.headers:
            self.headers.append(host)

    def _arm(self) -> None:
        self._head = 0
        self._timer = self.loop.call_later(self.seconds, self._late)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _late(self) -> None:
        self._end(b"408 Request Timeout", f"The head of the request did not arrive within {self.seconds:g} s.")

    def _cut(self) -> None:
        if self._in_body:
            self._end(b"503 Service Unavailable", STOPPING)

    def _end(self, status: bytes, why: str) -> None:
        """Closes the connection, with an error before it where no answer is on its way or was given."""
        self._disarm()
        if self.transport.is_closing():
            return
        if self._may_tell():
            kind = "server_error" if status.startswith(b"5") else "invalid_request_error"
            body = msgspec.json.encode({"error": {"message": why, "type": kind}})
            head = b"HTTP/1.1 %b\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: %d\r\n\r\n"
            self.transport.write(head % (status, len(body)) + body)
        self.transport.close()

    def _may_tell(self) -> bool:
        cycle = self.cycle
        if cycle is None or self.pipeline:
            return cycle is None
        return not cycle.response_started if self._in_body else cycle.response_complete


class Server(uvicorn.Server):
    """Says when it listens. A signal ends the serving and no more, so that ledger and engines are closed after it."""

    grace: float = 10.0  # seconds that answers still have to end in when it stops; then their callers are told
    when_listening: Callable[[], None] = staticmethod(lambda: None)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.when_listening()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Waits for answers as long as the grace lasts. Whoever waits longer is told that the gateway stops."""
        telling = asyncio.get_running_loop().call_later(self.grace, self._tell)
        try:
            await super().shutdown(sockets)
        finally:
            telling.cancel()

    def _tell(self) -> None:
        for task in self.server_state.tasks:
            task.cancel(STOPS)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """uvicorn's own would send itself the signal again when the serving has ended, and die of it."""
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True


def server(gateway: ASGIApp, listen: Listen) -> Server:
    """A server for the gateway. Its access log is off: paths and headers are nobody's business."""
    made = Server(
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
            timeout_graceful_shutdown=ceil(listen.drain_seconds + LEAVING_SECONDS),
            backlog=2048,
        )
    )
    made.grace = listen.drain_seconds
    return made
