"""Where a case's client may call, and the few verbs that the cases are written in."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from halfopen.errors import Fault
from halfopen.ports.upstream import Call, Deadlines, Headers, Reply, Upstream
from halfopen.testing.upstream import Script, ScriptedUpstream

PATIENCE = 10.0  # seconds; a case that takes longer has failed
AT_ONCE = 0.1  # seconds; how soon an upstream must see that its caller has gone
PLENTY = 100_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Place:
    """The one endpoint of a case's client."""

    scheme: str
    host: str
    port: int
    tls: ssl.SSLContext | None = None


MakeUpstream = Callable[[Place], Upstream]


class Case(Protocol):
    """One thing that must be true, named as a sentence. Raises AssertionError where it is not."""

    __name__: str

    async def __call__(self, make: MakeUpstream, /) -> None: ...


@dataclass(frozen=True, slots=True)
class Caller:
    """A client with the place it calls."""

    client: Upstream
    place: Place

    async def call(
        self,
        target: str = "/",
        *,
        method: str = "POST",
        headers: Headers = (),
        body: bytes = b"",
        deadlines: Deadlines | None = None,
    ) -> Reply:
        place = self.place
        return await self.client.call(
            Call(
                scheme=place.scheme,
                host=place.host,
                port=place.port,
                target=target,
                method=method,
                headers=headers,
                body=body,
                deadlines=deadlines or Deadlines(),
            )
        )

    async def body(self, target: str = "/", *, method: str = "POST") -> bytes:
        """The whole body of an answer."""
        return await (await self.call(target, method=method)).whole(PLENTY)


@asynccontextmanager
async def at(make: MakeUpstream, place: Place) -> AsyncIterator[Caller]:
    """A client for the place, closed at the end."""
    client = make(place)
    try:
        async with asyncio.timeout(PATIENCE):
            yield Caller(client, place)
    finally:
        await client.close()


@asynccontextmanager
async def scripted(make: MakeUpstream, script: Script) -> AsyncIterator[tuple[Caller, ScriptedUpstream]]:
    """A scripted upstream, and a client that may call it."""
    async with ScriptedUpstream(script) as up, at(make, Place("http", up.host, up.port)) as caller:
        yield caller, up


async def fault_of(work: Awaitable[object]) -> Fault:
    """The fault that the work ends with. Raises AssertionError where it ends well."""
    try:
        ended = await work
    except Fault as fault:
        return fault
    raise AssertionError(f"it ended well, with {ended!r:.100}")


async def drained(reply: Reply) -> list[bytes]:
    """The pieces of a body, as they came."""
    return [piece async for piece in reply.chunks()]
