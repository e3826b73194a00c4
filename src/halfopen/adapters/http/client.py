"""Makes calls to the endpoints of its table, and can reach nothing else: the lock of the privacy promise.

There is no redirect, no cookie and no look into the environment here, and one place that opens sockets
(`connect`), which is given an endpoint of the table. One client is made per zone; a zone's client cannot
be talked into calling a provider of another.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable

from halfopen.adapters.http.answer import Answer
from halfopen.adapters.http.connect import connect
from halfopen.adapters.http.endpoint import Endpoint, authority
from halfopen.adapters.http.exchange import Exchange
from halfopen.adapters.http.pool import Pool
from halfopen.adapters.http.protocol import Connection
from halfopen.adapters.http.request import request_head
from halfopen.errors import ConnectFailed, ConnectTimeout, Fault, TotalTimeout
from halfopen.ports.upstream import Call, Deadlines

IDLE_SECONDS = 30.0
MAX_IDLE = 256
CLOSE_SECONDS = 2.0


class Route:
    """An endpoint with what is worked out once for it."""

    __slots__ = ("endpoint", "host_header", "name", "pool")

    def __init__(self, endpoint: Endpoint, max_idle: int) -> None:
        self.endpoint = endpoint
        self.host_header = endpoint.host_header
        self.name = endpoint.name
        self.pool = Pool(max_idle)


class Client:
    """Implements `ports.upstream.Upstream` over HTTP/1.1.

    `tls` is used for every https endpoint; without one the system's certificates are read, at the first need.
    `idle_seconds` is how long a connection rests before it is closed, `max_idle` how many may rest per endpoint.
    Raises ValueError for two endpoints that would be the same (scheme, host, port).
    """

    def __init__(
        self,
        endpoints: Iterable[Endpoint],
        *,
        tls: ssl.SSLContext | None = None,
        idle_seconds: float = IDLE_SECONDS,
        max_idle: int = MAX_IDLE,
    ) -> None:
        self._routes: dict[tuple[str, str, int], Route] = {}
        for endpoint in endpoints:
            known = self._routes.setdefault(endpoint.key, Route(endpoint, max_idle))
            if known.endpoint != endpoint:
                raise ValueError(f"two ways to {endpoint.name} in one table; keep one")
        self._tls = tls
        self._idle_seconds = idle_seconds
        self._closed = False
        self._making: set[asyncio.Timeout] = set()  # a connection's deadline, while it is being made

    async def call(self, call: Call) -> Answer:
        """Send `call` and return when the head of its answer is there. Raises as `ports.upstream.Upstream` says."""
        route = self._routes.get((call.scheme, call.host, call.port))
        if route is None or self._closed:
            raise self._unreachable(call)
        head = request_head(call, route.host_header, route.name)
        total_at = asyncio.get_running_loop().time() + call.deadlines.total
        connection = route.pool.take()
        exchange: Exchange | None = None
        if connection is not None:
            exchange = await connection.perform(head, call.body, call.deadlines, total_at, call.method)
        if exchange is None or exchange.stale:
            connection = await self._open(route, call.deadlines, total_at)
            exchange = await connection.perform(head, call.body, call.deadlines, total_at, call.method)
        if not exchange.head_done and exchange.fault is not None:
            raise exchange.fault
        return Answer(exchange)

    async def close(self) -> None:
        """Close every connection, busy or being made, and return when their sockets are closed.

        It takes `CLOSE_SECONDS` at most, should a loop fail to report an end.
        """
        self._closed = True
        for making in self._making:
            if not making.expired():
                making.reschedule(0.0)
        alive = [connection for route in self._routes.values() for connection in route.pool.alive]
        for connection in alive:
            connection.drop()
        if alive:
            await asyncio.wait([connection.gone for connection in alive], timeout=CLOSE_SECONDS)

    async def _open(self, route: Route, deadlines: Deadlines, total_at: float) -> Connection:
        """A new connection. Its deadline covers the name, TCP, a proxy and TLS together."""
        tls = self._context() if route.endpoint.scheme == "https" else None
        connect_at = asyncio.get_running_loop().time() + deadlines.connect
        connection = Connection(route.name, route.pool, self._idle_seconds)
        making = asyncio.timeout_at(min(connect_at, total_at))
        self._making.add(making)
        try:
            async with making:
                await connect(route.endpoint, connection, tls)
        except TimeoutError as error:
            raise self._not_made(route, deadlines, connect_at <= total_at) from error
        finally:
            self._making.discard(making)
        if self._closed:
            connection.drop()
            raise self._not_made(route, deadlines, in_time=True)
        return connection

    def _not_made(self, route: Route, deadlines: Deadlines, in_time: bool) -> Fault:
        """Why a call got no connection; `in_time`: the whole call's time was not over."""
        if self._closed:
            return ConnectFailed(f"{route.name} is not called: this client was closed")
        if in_time:
            return ConnectTimeout(f"{route.name} gave no connection within {deadlines.connect:g} s")
        return TotalTimeout(f"{route.name} gave no connection before the time for the whole call was over")

    def _context(self) -> ssl.SSLContext:
        """Reading the system's certificates takes tens of milliseconds, so it waits for the first https call."""
        if self._tls is None:
            self._tls = ssl.create_default_context()
            self._tls.set_alpn_protocols(["http/1.1"])
        return self._tls

    def _unreachable(self, call: Call) -> ConnectFailed:
        name = f"{call.scheme}://{authority(call.host, call.port)}"
        if self._closed:
            return ConnectFailed(f"{name} is not called: this client was closed")
        names = sorted(f"{scheme}://{authority(host, port)}" for scheme, host, port in self._routes)
        listed = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
        return ConnectFailed(
            f"{name} is not an endpoint of this client, so no socket was opened; it may reach {listed or 'nothing'}. "
            "Place its provider in this zone to allow it"
        )
