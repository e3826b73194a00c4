"""uvicorn with two bounds it lacks: how long a head may take to arrive, and how long it may be."""

from __future__ import annotations

import asyncio
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from halfopen.apps.serve.gateway import Gateway
from halfopen.apps.settings import Listen

LONGEST_HEAD = 64 * 2**10  # bytes


def bounded(seconds: float) -> type[HttpToolsProtocol]:
    """A protocol class that closes a connection whose next head is not whole after `seconds`."""

    class Bounded(HttpToolsProtocol):
        _timer: asyncio.TimerHandle | None = None
        _head = 0  # bytes of a head that is still arriving

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self._arm()

        def data_received(self, data: bytes) -> None:
            if self._timer is None and (self.cycle is None or self.cycle.response_complete):
                self._arm()
            if self._timer is not None:
                self._head += len(data)
            super().data_received(data)
            if self._timer is not None and self._head > LONGEST_HEAD:
                self._disarm()
                self.transport.write(b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\n\r\n")
                self.transport.close()

        def on_headers_complete(self) -> None:
            self._disarm()
            super().on_headers_complete()

        def connection_lost(self, exc: Exception | None) -> None:
            self._disarm()
            super().connection_lost(exc)

        def _arm(self) -> None:
            self._head = 0
            self._timer = self.loop.call_later(seconds, self._late)

        def _disarm(self) -> None:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None

        def _late(self) -> None:
            self._timer = None
            self.transport.write(b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\n\r\n")
            self.transport.close()

    return Bounded


def server(gateway: Gateway, listen: Listen) -> uvicorn.Server:
    """A server for the gateway. Its access log is off: paths and headers are nobody's business."""
    return uvicorn.Server(
        uvicorn.Config(
            gateway,  # type: ignore[arg-type]
            host=listen.host,
            port=listen.port,
            http=bounded(listen.sender_seconds),
            ws="none",
            lifespan="off",
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=10,
            backlog=2048,
        )
    )
