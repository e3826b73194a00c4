"""From an endpoint to an open connection: name, TCP, a proxy if the endpoint says so, TLS.

Whoever makes a connection owns it until it is handed over, and it is handed over by `connect` returning. Every
other way out gives it up: it is aborted, now or as soon as a loop reports it. That is not left to the loops, which
differ in what they do for a call that is cancelled when its socket is already there: asyncio closes in order, so
that TLS waits for a goodbye, and uvloop closes without telling the protocol.
"""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
from typing import cast

from halfopen.adapters.http.endpoint import Endpoint, authority, split_authority
from halfopen.adapters.http.protocol import Connection
from halfopen.errors import ConnectFailed

PROXY_HEAD_LIMIT = 16 * 1024  # bytes of a proxy's answer to CONNECT


async def connect(endpoint: Endpoint, connection: Connection, tls: ssl.SSLContext | None) -> None:
    """Open a new connection, or give it up; `tls` is None for http. Raises ConnectFailed."""
    try:
        await make(endpoint, connection, tls)
    except ssl.SSLCertVerificationError as error:
        why = f"its certificate was not accepted: {error.verify_message}"
        raise ConnectFailed(f"{endpoint.name}: {why}") from error
    except ssl.SSLError as error:
        raise ConnectFailed(f"{endpoint.name}: no TLS: {error.reason or error}") from error
    except socket.gaierror as error:
        raise ConnectFailed(f"{endpoint.name}: the name was not found: {error.strerror}") from error
    except UnicodeError as error:
        raise ConnectFailed(f"{endpoint.name}: the name cannot be looked up") from error
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else "none of its addresses answered"  # error may name them
        raise ConnectFailed(f"{endpoint.name}: no connection: {why}") from error


async def make(endpoint: Endpoint, connection: Connection, tls: ssl.SSLContext | None) -> None:
    """The rule of this module: however this ends, the connection is open or was given up."""
    try:
        if endpoint.proxy is not None:
            await through_proxy(endpoint, endpoint.proxy, connection, tls)
        else:
            await straight(endpoint, connection, tls)
    except BaseException:
        connection.give_up()
        raise


async def straight(endpoint: Endpoint, connection: Connection, tls: ssl.SSLContext | None) -> None:
    loop = asyncio.get_running_loop()
    await loop.create_connection(
        lambda: connection,
        endpoint.address or endpoint.host,
        endpoint.port,
        ssl=tls,
        server_hostname=endpoint.host if tls is not None else None,
    )


async def through_proxy(endpoint: Endpoint, proxy: str, connection: Connection, tls: ssl.SSLContext | None) -> None:
    """CONNECT (RFC 9110, 9.3.6). A pinned address is what the proxy is asked for; the name is checked by TLS."""
    loop = asyncio.get_running_loop()
    host, port = split_authority(proxy)
    goal = authority(endpoint.address or endpoint.host, endpoint.port)
    transport, tunnel = await loop.create_connection(lambda: Tunnel(goal, proxy), host, port)
    plain: asyncio.Transport = transport
    try:
        await tunnel.opened
        if tls is None:
            plain.set_protocol(connection)
            connection.connection_made(plain)
            return
        secured = await loop.start_tls(plain, connection, tls, server_hostname=endpoint.host)
        if secured is None:
            raise ConnectFailed(f"{endpoint.name}: the connection was lost during TLS")
        connection.connection_made(secured)
    except BaseException:
        plain.abort()
        raise


def heard(opened: asyncio.Future[None]) -> None:
    """Nobody may be waiting any more, if the call was cancelled; asyncio is not to report that as a defect."""
    if not opened.cancelled():
        opened.exception()


class Tunnel(asyncio.Protocol):
    """Asks a proxy for a way to `goal`; `opened` is done when it is there, or fails with ConnectFailed."""

    def __init__(self, goal: str, proxy: str) -> None:
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.opened.add_done_callback(heard)
        self._goal = goal
        self._proxy = proxy
        self._head = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        request = f"CONNECT {self._goal} HTTP/1.1\r\nhost: {self._goal}\r\n\r\n"
        cast(asyncio.Transport, transport).write(request.encode("ascii"))  # uvloop's is none by descent

    def data_received(self, data: bytes) -> None:
        self._head += data
        head, end, rest = self._head.partition(b"\r\n\r\n")
        if not end and len(self._head) < PROXY_HEAD_LIMIT:
            return
        words = head.split(b"\r\n", 1)[0].split(b" ", 2)
        if not end or rest or len(words) < 2 or not words[0].startswith(b"HTTP/1."):
            self._refuse("did not answer CONNECT as a proxy does")
        elif not (len(words[1]) == 3 and words[1].startswith(b"2") and words[1].isdigit()):
            self._refuse(f"answered CONNECT with {words[1][:3].decode('ascii', 'replace')}")
        elif not self.opened.done():
            self.opened.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        self._refuse("closed the connection")

    def _refuse(self, what: str) -> None:
        if not self.opened.done():
            self.opened.set_exception(ConnectFailed(f"{self._goal}: the proxy {self._proxy} {what}"))
