"""From an endpoint to an open connection: name, TCP, a proxy if the endpoint says so, TLS."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
from collections.abc import Callable
from typing import cast

from halfopen.adapters.http.endpoint import Endpoint, authority, split_authority
from halfopen.adapters.http.protocol import Connection
from halfopen.errors import ConnectFailed

PROXY_HEAD_LIMIT = 16 * 1024  # bytes of a proxy's answer to CONNECT

Factory = Callable[[], Connection]


async def connect(endpoint: Endpoint, factory: Factory, tls: ssl.SSLContext | None) -> Connection:
    """An open connection; `tls` is None for http. Raises ConnectFailed. Cancelled, it leaves no socket behind."""
    try:
        if endpoint.proxy is not None:
            return await through_proxy(endpoint, endpoint.proxy, factory, tls)
        return await straight(endpoint, factory, tls)
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


async def straight(endpoint: Endpoint, factory: Factory, tls: ssl.SSLContext | None) -> Connection:
    loop = asyncio.get_running_loop()
    _, connection = await loop.create_connection(
        factory,
        endpoint.address or endpoint.host,
        endpoint.port,
        ssl=tls,
        server_hostname=endpoint.host if tls is not None else None,
    )
    return connection


async def through_proxy(endpoint: Endpoint, proxy: str, factory: Factory, tls: ssl.SSLContext | None) -> Connection:
    """CONNECT (RFC 9110, 9.3.6). A pinned address is what the proxy is asked for; the name is checked by TLS."""
    loop = asyncio.get_running_loop()
    host, port = split_authority(proxy)
    goal = authority(endpoint.address or endpoint.host, endpoint.port)
    transport, tunnel = await loop.create_connection(lambda: Tunnel(goal, proxy), host, port)
    plain: asyncio.Transport = transport
    try:
        await tunnel.opened
        connection = factory()
        if tls is None:
            plain.set_protocol(connection)
            connection.connection_made(plain)
            return connection
        secured = await loop.start_tls(plain, connection, tls, server_hostname=endpoint.host)
        if secured is None:
            raise ConnectFailed(f"{endpoint.name}: the connection was lost during TLS")
        connection.connection_made(secured)
        return connection
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
