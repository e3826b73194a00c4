"""What the tests of our own client need beside a scripted upstream: bare servers, a proxy, certificates."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import trustme

from halfopen.adapters.http import Client, Endpoint
from halfopen.testing.contracts.upstream import Place
from halfopen.testing.contracts.upstream.place import PATIENCE, Caller

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def calling(*endpoints: Endpoint, client: Client | None = None) -> AsyncIterator[Caller]:
    """A client of ours whose table is these endpoints, set to call the first."""
    first = endpoints[0]
    client = client or Client(endpoints)
    try:
        async with asyncio.timeout(PATIENCE):
            yield Caller(client, Place(first.scheme, first.host, first.port))
    finally:
        await client.close()


@asynccontextmanager
async def bare_server(handler: Handler) -> AsyncIterator[int]:
    """The port of a server that does what the handler does, and closes a connection when the handler is done."""
    tasks: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await handler(reader, writer)
        except (asyncio.CancelledError, ConnectionError):
            pass  # the test is over, or the peer is gone
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.sleep(0)


@dataclass(slots=True)
class Proxy:
    """Answers CONNECT with `answer`, and where that is a 200 carries bytes to `goal` and back."""

    goal: tuple[str, int]
    answer: bytes = b"HTTP/1.1 200 Connection established\r\n\r\n"
    heads: list[bytes] = field(default_factory=list)
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    left: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.heads.append(await reader.readuntil(b"\r\n\r\n"))
        self.asked.set()
        writer.write(self.answer)
        if not self.answer.startswith(b"HTTP/1.1 200"):
            await reader.read()
            self.left.set()
            return
        there, back = await asyncio.open_connection(*self.goal)
        try:
            await asyncio.gather(carry(reader, back), carry(there, writer))
        finally:
            back.transport.abort()
            self.left.set()


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


def certified(ca: trustme.CA, names: Iterable[str]) -> ssl.SSLContext:
    """For a server that can show that it is one of these names, to whom trusts `ca`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert(*names).configure_cert(context)
    return context


def trusting(ca: trustme.CA) -> ssl.SSLContext:
    """For a client that trusts `ca` and nobody else."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    ca.configure_trust(context)
    return context
