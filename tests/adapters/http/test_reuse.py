"""When a connection is used again, when it is replaced, and when it is not trusted any more."""

from __future__ import annotations

import asyncio

import pytest

from halfopen.adapters.http import Client, Endpoint, protocol
from halfopen.errors import Truncated
from halfopen.testing import Cut, End, Hold, ScriptedUpstream, Send, Step, Wait, WaitFor, always, wires
from halfopen.testing.contracts.upstream.place import PLENTY, Caller, fault_of
from tests.adapters.http.worlds import calling


def endpoint(up: ScriptedUpstream) -> Endpoint:
    return Endpoint(up.host, up.port, "http")


@pytest.mark.parametrize("last", [End(), Cut()], ids=["in order", "by reset"])
def test_a_rested_connection_that_ends_before_any_byte_is_replaced_and_nobody_notices(last: Step) -> None:
    async def main() -> None:
        async with ScriptedUpstream([wires.whole(200, b"one"), [last], wires.whole(200, b"two")]) as up:
            async with calling(endpoint(up)) as caller:
                assert [await caller.body(), await caller.body()] == [b"one", b"two"]
            assert (up.connections, up.served) == (2, 3)

    asyncio.run(main())


def test_it_is_replaced_once_and_not_twice() -> None:
    async def main() -> None:
        async with ScriptedUpstream([wires.whole(200, b"one"), [End()], [End()], wires.whole(200, b"no")]) as up:
            async with calling(endpoint(up)) as caller:
                await caller.body()
                assert isinstance(await fault_of(caller.call()), Truncated)
            assert up.served == 3

    asyncio.run(main())


@pytest.mark.parametrize("said", [b"H", b"HTTP/1.1 100 Continue\r\n\r\n"], ids=["a byte", "an interim answer"])
def test_it_is_not_replaced_when_any_byte_had_come(said: bytes) -> None:
    async def main() -> None:
        async with ScriptedUpstream([wires.whole(200, b"one"), [Send(said), End()]]) as up:
            async with calling(endpoint(up)) as caller:
                await caller.body()
                assert isinstance(await fault_of(caller.call()), Truncated)
            assert up.served == 2

    asyncio.run(main())


def test_a_new_connection_is_not_replaced() -> None:
    async def main() -> None:
        async with ScriptedUpstream([[End()]]) as up:
            async with calling(endpoint(up)) as caller:
                assert isinstance(await fault_of(caller.call()), Truncated)
            assert up.served == 1

    asyncio.run(main())


def test_a_provider_that_fails_at_work_is_not_asked_the_same_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may have been paid for; whether to try again is for the retry table to say."""
    monkeypatch.setattr(protocol, "STALE_WITHIN", 0.05)

    async def main() -> None:
        async with ScriptedUpstream([wires.whole(200, b"one"), [Wait(0.1), End()]]) as up:
            async with calling(endpoint(up)) as caller:
                await caller.body()
                assert isinstance(await fault_of(caller.call()), Truncated)
            assert up.served == 2

    asyncio.run(main())


def test_a_connection_that_has_rested_long_enough_is_closed() -> None:
    async def main() -> None:
        async with ScriptedUpstream([wires.whole(200, b"")]) as up:
            client = Client([endpoint(up)], idle_seconds=0.1)
            async with calling(endpoint(up), client=client) as caller:
                await caller.body()
                rested_at = asyncio.get_running_loop().time()
                ending = await up.closed()
                assert ending.by_peer
                assert 0.09 < ending.at - rested_at < 1.0

    asyncio.run(main())


def test_no_more_connections_rest_than_may() -> None:
    async def main() -> None:
        go = asyncio.Event()
        async with ScriptedUpstream(always([WaitFor(go), *wires.whole(200, b"")])) as up:
            async with calling(endpoint(up), client=Client([endpoint(up)], max_idle=1)) as caller:
                calls = asyncio.gather(*(caller.body() for _ in range(3)))
                await up.arrived(2)
                go.set()
                await calls
                endings = [asyncio.create_task(up.closed(number)) for number in range(3)]
                ended = iter(asyncio.as_completed(endings))
                assert (await next(ended)).by_peer
                assert (await next(ended)).by_peer
                assert up.open_connections == 1
                await caller.body()
                assert up.connections == 3
            await asyncio.gather(*endings)

    asyncio.run(main())


FORGED = b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nforged"


@pytest.mark.parametrize("junk", [FORGED, FORGED[:9], b"\0\1\2", b"HTTP/9.9 what\r\n\r\n", b"0\r\n\r\n"])
@pytest.mark.parametrize("framing", ["length", "chunks"])
def test_an_answer_with_junk_behind_it_is_good_and_its_connection_is_not(junk: bytes, framing: str) -> None:
    whole = wires.head(200, length=3) + b"one"
    chunks = wires.head(200) + wires.chunk(b"one") + wires.LAST_CHUNK.data
    said = {"length": whole, "chunks": chunks}[framing]

    async def main() -> None:
        async with ScriptedUpstream([[Send(said + junk)], wires.whole(200, b"two")]) as up:
            async with calling(endpoint(up)) as caller:
                assert await caller.body() == b"one"
                assert (await up.closed()).by_peer
                assert await caller.body() == b"two"

    asyncio.run(main())


def test_a_connection_on_which_somebody_speaks_unasked_is_closed() -> None:
    async def main() -> None:
        had = asyncio.Event()
        async with ScriptedUpstream([[*wires.whole(200, b"one"), WaitFor(had), Send(FORGED), Hold()]]) as up:
            async with calling(endpoint(up)) as caller:
                assert await caller.body() == b"one"
                had.set()
                assert (await up.closed()).by_peer

    asyncio.run(main())


def test_an_answer_that_is_dropped_before_its_end_is_hung_up() -> None:
    async def start(caller: Caller) -> None:
        await caller.call()

    async def main() -> None:
        async with ScriptedUpstream([[Send(wires.head(200, length=10) + b"12345"), Hold()]]) as up:
            async with calling(endpoint(up)) as caller:
                await start(caller)
                assert (await up.closed()).by_peer

    asyncio.run(main())


def test_a_whole_answer_is_read_without_waiting() -> None:
    """The fast path of the gateway: nothing is awaited when the body came with the head."""

    async def main() -> None:
        async with ScriptedUpstream([wires.whole(200, b"at once")]) as up, calling(endpoint(up)) as caller:
            reply = await caller.call()
            with pytest.raises(StopIteration) as done:
                reply.whole(PLENTY).send(None)
            assert done.value.value == b"at once"

    asyncio.run(main())
