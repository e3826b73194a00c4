"""A scripted upstream says what it is told, byte for byte and on cue, and remembers what was done to it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator

import pytest

from halfopen.testing import (
    Cut,
    End,
    HandClock,
    Hold,
    Received,
    Script,
    ScriptedUpstream,
    Send,
    Step,
    Wait,
    WaitFor,
    always,
    one_byte_at_a_time,
    paced,
    wires,
)

ASK = b"POST /a?b HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi"
OVER = b"HTTP/1.1 500 Script Over"


class Peer:
    """The other end, by hand."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def of(cls, up: ScriptedUpstream) -> Peer:
        return cls(*await asyncio.open_connection(up.host, up.port))

    def ask(self, data: bytes = ASK) -> None:
        self.writer.write(data)

    async def exactly(self, number: int) -> bytes:
        return await asyncio.wait_for(self.reader.readexactly(number), 5)

    async def rest(self) -> bytes:
        return await asyncio.wait_for(self.reader.read(), 5)

    async def leave(self) -> None:
        self.writer.close()
        with contextlib.suppress(ConnectionError):  # the other side may have gone first
            await self.writer.wait_closed()


def test_it_says_the_bytes_of_its_script_and_no_others() -> None:
    async def main() -> None:
        async with ScriptedUpstream([[Send(b"not even "), Send(b"http\0"), End()]]) as up:
            peer = await Peer.of(up)
            peer.ask()
            assert await peer.rest() == b"not even http\0"
            assert not (await up.closed()).by_peer
            await peer.leave()

    asyncio.run(main())


def test_it_remembers_what_was_asked() -> None:
    async def main() -> None:
        async with ScriptedUpstream(always([Send(b"x")])) as up:
            peer = await Peer.of(up)
            for byte in ASK:
                peer.ask(bytes([byte]))
                await peer.writer.drain()
            assert await up.arrived() == Received(
                number=0, method="POST", target="/a?b", headers=((b"host", b"h"), (b"content-length", b"2")), body=b"hi"
            )
            assert up.requests[0].values(b"host") == [b"h"]
            assert (up.connections, up.served, up.visits[0].sent) == (1, 1, 1)
            await peer.leave()

    asyncio.run(main())


def test_a_list_is_used_up_in_order_and_its_end_is_said() -> None:
    async def main() -> None:
        async with ScriptedUpstream([[Send(b"one")], [Send(b"two")]]) as up:
            peer = await Peer.of(up)
            for said in (b"one", b"two", OVER):
                peer.ask()
                assert await peer.exactly(len(said)) == said
            assert up.connections == 1
            await peer.leave()

    asyncio.run(main())


def test_requests_that_were_sent_ahead_are_answered_in_turn() -> None:
    async def main() -> None:
        async with ScriptedUpstream([[Wait(0.01), Send(b"one")], [Send(b"two")], [Wait(0), End()]]) as up:
            peer = await Peer.of(up)
            peer.ask(ASK * 3)
            assert await peer.rest() == b"onetwo"
            await peer.leave()

    asyncio.run(main())


def test_a_script_sees_the_request_and_is_played_as_it_is_told() -> None:
    async def main() -> None:
        told: list[str] = []
        go = asyncio.Event()

        def script(received: Received) -> Iterator[Step]:
            told.append("asked")
            yield Send(received.body)
            yield WaitFor(go)
            told.append("went on")
            yield Send(b"!")

        async with ScriptedUpstream(script) as up:
            peer = await Peer.of(up)
            peer.ask()
            assert await peer.exactly(2) == b"hi"
            assert told == ["asked"]
            go.set()
            assert await peer.exactly(1) == b"!"
            assert told == ["asked", "went on"]
            await peer.leave()

    asyncio.run(main())


def test_it_waits_by_the_clock_it_was_given() -> None:
    async def main() -> None:
        clock = HandClock()
        async with ScriptedUpstream([[Send(b"a"), Wait(3600), Send(b"b")]], clock=clock) as up:
            peer = await Peer.of(up)
            peer.ask()
            assert await peer.exactly(1) == b"a"
            await clock.until_resting()
            clock.move(3600)
            assert await peer.exactly(1) == b"b"
            await peer.leave()

    asyncio.run(main())


def test_a_hold_lasts_until_it_is_released() -> None:
    async def main() -> None:
        async with ScriptedUpstream([[Hold(), Send(b"a")]]) as up:
            peer = await Peer.of(up)
            peer.ask()
            await up.arrived()
            assert up.visits[0].said == 0
            up.release()
            assert await peer.exactly(1) == b"a"
            await peer.leave()

    asyncio.run(main())


def test_it_says_when_the_peer_left() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        async with ScriptedUpstream([[Hold()]]) as up:
            peer = await Peer.of(up)
            peer.ask()
            await up.arrived()
            left_at = loop.time()
            await peer.leave()
            ending = await up.closed()
            assert ending.by_peer
            assert 0 <= ending.at - left_at < 0.1
            assert up.open_connections == 0

    asyncio.run(main())


def test_a_cut_is_a_reset() -> None:
    async def main() -> None:
        async with ScriptedUpstream([[Send(b"a"), Cut(), Send(b"never")]]) as up:
            peer = await Peer.of(up)
            peer.ask()
            with pytest.raises(ConnectionResetError):
                await peer.rest()
            assert not (await up.closed()).by_peer
            await peer.leave()

    asyncio.run(main())


def at_once(_: Received) -> Iterator[Step]:
    raise LookupError("a defect")


def after_a_while(_: Received) -> Iterator[Step]:
    yield Wait(0)
    raise LookupError("a defect")


@pytest.mark.parametrize("script", [at_once, after_a_while])
def test_a_script_with_a_defect_leaves_nobody_waiting_and_is_told_at_the_end(script: Script) -> None:
    async def use(up: ScriptedUpstream) -> None:
        async with up:
            peer = await Peer.of(up)
            peer.ask()
            with contextlib.suppress(ConnectionResetError):
                assert await peer.rest() == b""
            await peer.leave()

    async def main() -> None:
        with pytest.raises(LookupError, match="a defect"):
            await use(ScriptedUpstream(script))

    asyncio.run(main())


def test_what_is_no_request_is_hung_up_on() -> None:
    async def main() -> None:
        async with ScriptedUpstream([]) as up:
            peer = await Peer.of(up)
            peer.ask(b"\0\0\0\0")
            assert await peer.rest() == b""
            assert up.served == 0
            await peer.leave()

    asyncio.run(main())


def test_it_keeps_nothing_when_it_is_told_not_to() -> None:
    async def main() -> None:
        async with ScriptedUpstream(always([Send(b"x")]), remember=False) as up:
            peer = await Peer.of(up)
            for _ in range(3):
                peer.ask()
                await peer.exactly(1)
            assert (up.served, up.requests) == (3, [])
            await peer.leave()

    asyncio.run(main())


def test_the_end_of_its_block_is_the_end_of_its_connections() -> None:
    async def main() -> None:
        async with ScriptedUpstream([[Hold()]]) as up:
            peer = await Peer.of(up)
            peer.ask()
            await up.arrived()
        assert not (await up.closed()).by_peer
        await peer.leave()
        with pytest.raises(ConnectionRefusedError):
            await Peer.of(up)

    asyncio.run(main())


class Sizes(asyncio.Protocol):
    """How much came at a time, until the connection was closed."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.done = asyncio.Event()

    def data_received(self, data: bytes) -> None:
        self.sizes.append(len(data))

    def connection_lost(self, exc: Exception | None) -> None:
        self.done.set()


def test_one_byte_at_a_time_is_one_byte_at_a_time() -> None:
    async def main() -> None:
        said = list(one_byte_at_a_time([Send(b"hello"), Wait(0), Send(b" you"), End()]))
        async with ScriptedUpstream([said]) as up:
            transport, sizes = await asyncio.get_running_loop().create_connection(Sizes, up.host, up.port)
            transport.write(ASK)
            await sizes.done.wait()
            assert sizes.sizes == [1] * 9

    asyncio.run(main())


def test_a_pace_is_a_wait_between_two_sends() -> None:
    steps = wires.stream([b"a", b"b"])
    assert list(paced(steps, 0.5)) == [steps[0], Wait(0.5), steps[1], Wait(0.5), steps[2], Wait(0.5), steps[3]]
