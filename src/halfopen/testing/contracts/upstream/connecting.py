"""A call that is cancelled while its connection is being made, at whichever turn of the loop, leaves none behind."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable

from halfopen.ports.upstream import Reply
from halfopen.testing import wires
from halfopen.testing.contracts.upstream.door import Door
from halfopen.testing.contracts.upstream.place import AT_ONCE, PATIENCE, Caller, Case, MakeUpstream, Place

Calling = asyncio.Task[Reply]

ANSWER = wires.head(200, length=2) + b"ok"


async def cancelled_at_any_turn_of_connecting_nothing_stays_open(make: MakeUpstream) -> None:
    """From a call that has not begun to one that is done."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.readuntil(b"\r\n\r\n"):
            writer.write(ANSWER)

    async with Door(answer) as door:
        place = Place("http", door.host, door.port)
        assert await cancelled_at_each_turn(make, place, door, asyncio.Task.done) > 1


async def cancelled_at_any_turn_of_a_handshake_nothing_stays_open(make: MakeUpstream) -> None:
    """The upstream never answers the greeting; the last turn is one after it has come."""
    greeted = asyncio.Event()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(65536):
            greeted.set()

    async with Door(listen) as door:
        place = Place("https", door.host, door.port, ssl.create_default_context())
        assert await cancelled_at_each_turn(make, place, door, lambda _: greeted.is_set()) > 1


async def cancelled_at_each_turn(
    make: MakeUpstream, place: Place, door: Door, enough: Callable[[Calling], bool]
) -> int:
    """Cancel a call of a new client at its first turn, another one at its second, until one has come far enough.

    Each time the client is closed at once, and nobody may be inside any more. Answers with the number of calls.
    """
    turns = 0
    last = False
    async with asyncio.timeout(PATIENCE):
        while not last:
            client = make(place)
            calling = asyncio.create_task(Caller(client, place).call())
            for _ in range(turns):
                await asyncio.sleep(0)
            last = enough(calling)
            calling.cancel()
            await asyncio.wait([calling])
            assert last or calling.cancelled()
            assert await promptly(client.close()), f"cancelled at turn {turns}, it is long in closing"
            assert await promptly(door.emptied()), f"cancelled at turn {turns}, it left a connection"
            turns += 1
    return turns


async def promptly(work: Awaitable[None]) -> bool:
    """Whether it is done within `AT_ONCE`."""
    try:
        async with asyncio.timeout(AT_ONCE):
            await work
    except TimeoutError:
        return False
    return True


CASES: tuple[Case, ...] = (
    cancelled_at_any_turn_of_connecting_nothing_stays_open,
    cancelled_at_any_turn_of_a_handshake_nothing_stays_open,
)
