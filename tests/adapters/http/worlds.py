"""What the tests of our own client need beside a scripted upstream: bare servers, a proxy, certificates."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import trustme

from halfopen.adapters.http import Client, Endpoint
from halfopen.testing.contracts.upstream import Place
from halfopen.testing.contracts.upstream.door import Door, Handler
from halfopen.testing.contracts.upstream.place import PATIENCE, Caller


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
    async with Door(handler) as door:
        yield door.port


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
        try:
            await relay(reader, writer, self.goal)
        finally:
            self.left.set()


async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, goal: tuple[str, int]) -> None:
    """Carry bytes to the goal and back, until the caller has gone."""
    there, back = await asyncio.open_connection(*goal)
    answers = asyncio.create_task(carry(there, writer))
    try:
        await carry(reader, back)
    finally:
        answers.cancel()
        back.transport.abort()
        await asyncio.gather(answers, return_exceptions=True)


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
