"""Each deadline raises its own fault, and closes the connection that was too slow."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import replace

from halfopen.errors import ConnectTimeout, Fault, FirstByteTimeout, Stalled, TotalTimeout
from halfopen.ports.upstream import Deadlines
from halfopen.testing import wires
from halfopen.testing.contracts.upstream.place import (
    PATIENCE,
    PLENTY,
    Caller,
    Case,
    MakeUpstream,
    Place,
    at,
    drained,
    fault_of,
    scripted,
)
from halfopen.testing.steps import Hold, Send, Step, Wait
from halfopen.testing.upstream import Script

SHORT = 0.15  # seconds
LONG = PATIENCE
AMPLE = Deadlines(connect=LONG, first_byte=LONG, between_bytes=LONG, total=LONG)
EVENT = Send(wires.head(200) + wires.chunk(b"data: 1\n\n"))


async def a_connection_that_takes_too_long(make: MakeUpstream) -> None:
    """TCP is there at once, TLS never: the deadline covers both."""
    async with scripted(make, []) as (_, up):
        place = Place("https", up.host, up.port, ssl.create_default_context())
        silent = await asyncio.get_running_loop().create_server(asyncio.Protocol, "127.0.0.1", 0)
        async with at(make, replace(place, port=silent.sockets[0].getsockname()[1])) as caller:
            await late(caller, ConnectTimeout, replace(AMPLE, connect=SHORT))
        silent.close()


async def an_upstream_that_stays_silent(make: MakeUpstream) -> None:
    await late_at(make, [[Hold()]], FirstByteTimeout, replace(AMPLE, first_byte=SHORT))


async def an_upstream_that_stalls_in_a_body(make: MakeUpstream) -> None:
    await late_at(make, [[EVENT, Hold()]], Stalled, replace(AMPLE, between_bytes=SHORT))
    half: list[Step] = [Send(wires.head(200, length=10) + b"12345"), Hold()]
    await late_at(make, [half], Stalled, replace(AMPLE, between_bytes=SHORT))


async def an_upstream_that_talks_for_ever(make: MakeUpstream) -> None:
    again: list[Step] = [Wait(0.02), Send(wires.chunk(b"data: 1\n\n"))]
    await late_at(make, [[EVENT, *again * 1000]], TotalTimeout, replace(AMPLE, total=2 * SHORT))


async def an_upstream_that_is_silent_beyond_the_total(make: MakeUpstream) -> None:
    await late_at(make, [[Hold()]], TotalTimeout, replace(AMPLE, total=SHORT))


async def an_upstream_that_is_only_slow_is_not_late(make: MakeUpstream) -> None:
    """Longer in all than either deadline, and never late between two pieces."""
    again: list[Step] = [Wait(SHORT / 3), Send(wires.chunk(b"x"))]
    async with scripted(make, [[Wait(SHORT / 3), EVENT, *again * 6, wires.LAST_CHUNK]]) as (caller, _):
        reply = await caller.call(deadlines=replace(AMPLE, first_byte=SHORT, between_bytes=SHORT))
        assert await reply.whole(PLENTY) == b"data: 1\n\nxxxxxx"


async def late_at(make: MakeUpstream, script: Script, fault: type[Fault], deadlines: Deadlines) -> None:
    async with scripted(make, script) as (caller, up):
        await late(caller, fault, deadlines)
        assert (await up.closed()).by_peer


async def late(caller: Caller, fault: type[Fault], deadlines: Deadlines) -> None:
    """The call ends with that fault, neither before the short time is over nor long after."""
    loop = asyncio.get_running_loop()
    began = loop.time()

    async def call() -> list[bytes]:
        return await drained(await caller.call(deadlines=deadlines))

    assert type(await fault_of(call())) is fault
    assert SHORT - 0.01 <= loop.time() - began < 2 * SHORT + 1.0


CASES: tuple[Case, ...] = (
    a_connection_that_takes_too_long,
    an_upstream_that_stays_silent,
    an_upstream_that_stalls_in_a_body,
    an_upstream_that_talks_for_ever,
    an_upstream_that_is_silent_beyond_the_total,
    an_upstream_that_is_only_slow_is_not_late,
)
