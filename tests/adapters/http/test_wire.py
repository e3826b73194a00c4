"""What our client lets onto a connection, and what it makes of an upstream that does not keep to HTTP/1.1."""

from __future__ import annotations

import asyncio

import pytest

from halfopen.adapters.http import Endpoint
from halfopen.errors import BrokenProtocol, FirstByteTimeout, Truncated
from halfopen.ports.upstream import Deadlines, Headers
from halfopen.testing import Cut, End, ScriptedUpstream, Send, Step, Wait, WaitFor, always, wires
from halfopen.testing.contracts.upstream.place import drained, fault_of
from tests.adapters.http.worlds import calling

KB = 1024


def endpoint(up: ScriptedUpstream) -> Endpoint:
    return Endpoint(up.host, up.port, "http")


@pytest.mark.parametrize(
    ("method", "target", "headers", "found"),
    [
        ("POST", "/", ((b"authorization", b"secret\r\nx: y"),), "authorization"),
        ("POST", "/", ((b"x-a", b"1"), (b"x-b", b"secret\n"), (b"x-c", b"\0secret")), "x-b, x-c"),
        ("POST", "/", ((b"x-a", b"1"), (b"Bearer secret", b"")), "header 2"),
        ("POST", "/", ((b"", b"secret"),), "header 1"),
        ("POST", "/", ((b"x:secret", b""),), "header 1"),
        ("POST", "/", ((b"Content-Length", b"7"),), "'Content-Length'"),
        ("POST", "/", ((b"transfer-encoding", b"chunked"),), "'transfer-encoding'"),
        ("POST", "/", ((b"host", b"elsewhere.example"),), "'host'"),
        ("POST", "/ HTTP/1.1\r\nx: secret", (), "target"),
        ("POST", "no-slash?key=secret", (), "target"),
        ("POST", "/caf\u00e9", (), "target"),
        ("PO ST", "/", (), "'PO ST'"),
        ("", "/", (), "method"),
    ],
)
def test_what_would_break_the_wire_is_not_sent(method: str, target: str, headers: Headers, found: str) -> None:
    async def main() -> None:
        async with ScriptedUpstream([]) as up:
            async with calling(endpoint(up)) as caller:
                fault = await fault_of(caller.call(target, method=method, headers=headers, body=b"{}"))
                assert isinstance(fault, BrokenProtocol)
                assert f"Nothing was sent to {up.host}:{up.port}" in fault.message
                assert found in fault.message
                assert "secret" not in fault.message
            assert up.connections == 0

    asyncio.run(main())


def test_a_get_says_no_length_and_a_head_waits_for_no_body() -> None:
    async def main() -> None:
        async with ScriptedUpstream(always([Send(wires.head(200, length=5))])) as up:
            async with calling(endpoint(up)) as caller:
                assert await caller.body(method="HEAD") == b""
        async with ScriptedUpstream(always(wires.whole(200, b"hello"))) as up:
            async with calling(endpoint(up)) as caller:
                assert await caller.body(method="GET") == b"hello"
            assert up.requests[0].values(b"content-length") == []

    asyncio.run(main())


SWITCH = b"HTTP/1.1 101 Switching Protocols\r\n"


@pytest.mark.parametrize(
    "said",
    [
        b"\0\0\0\0",
        b"HTTP/3.0 200 OK\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabcd",
        b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
        SWITCH + b"\r\n",
        SWITCH + b"connection: upgrade\r\nupgrade: websocket\r\n\r\n\x81\x00",
        b"HTTP/1.1 200 OK\r\nx: " + b"a" * 70 * KB + b"\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 12 * KB,
        b"HTTP/1.1 103 Early Hints\r\nlink: <a>\r\n\r\n" * 2 * KB,
    ],
)
def test_an_upstream_that_does_not_keep_to_http_is_broken_protocol(said: bytes) -> None:
    async def main() -> None:
        async with ScriptedUpstream([[Send(said)]]) as up, calling(endpoint(up)) as caller:
            fault = await fault_of(caller.call())
            assert isinstance(fault, BrokenProtocol)
            assert f"{up.host}:{up.port}" in fault.message
            assert (await up.closed()).by_peer

    asyncio.run(main())


def test_a_body_without_a_length_is_not_ended_by_a_reset() -> None:
    async def main() -> None:
        had = asyncio.Event()
        async with ScriptedUpstream([[Send(b"HTTP/1.1 200 OK\r\n\r\none"), WaitFor(had), Cut()]]) as up:
            async with calling(endpoint(up)) as caller:
                pieces = (await caller.call()).chunks()
                assert await anext(pieces) == b"one"
                had.set()
                assert isinstance(await fault_of(anext(pieces)), Truncated)

    asyncio.run(main())


def test_an_interim_answer_is_no_answer_and_begins_no_deadline_anew() -> None:
    interim = Send(b"HTTP/1.1 100 Continue\r\n\r\n")
    limits = Deadlines(first_byte=0.3, between_bytes=0.1)

    async def main() -> None:
        late: list[Step] = [Wait(0.2), interim, Wait(0.2), *wires.whole(200, b"too late")]
        async with ScriptedUpstream([[interim, Wait(0.2), *wires.whole(200, b"in time")], late]) as up:
            async with calling(endpoint(up)) as caller:
                assert await (await caller.call(deadlines=limits)).whole(100) == b"in time"
                assert isinstance(await fault_of(caller.call(deadlines=limits)), FirstByteTimeout)

    asyncio.run(main())


def test_an_upgrade_that_is_only_offered_changes_nothing() -> None:
    async def main() -> None:
        offer = ((b"connection", b"upgrade"), (b"upgrade", b"h2c"))
        async with ScriptedUpstream(always(wires.whole(200, b"still here", offer))) as up:
            async with calling(endpoint(up)) as caller:
                assert [await caller.body(), await caller.body()] == [b"still here", b"still here"]
            assert up.connections == 1

    asyncio.run(main())


def test_a_head_of_sixty_kilobytes_is_read() -> None:
    field = b"x-long: " + b"a" * 60 * KB

    async def main() -> None:
        said = Send(b"HTTP/1.1 200 OK\r\n" + field + b"\r\ncontent-length: 100000\r\n\r\n" + b"b" * 100_000)
        async with ScriptedUpstream([[said]]) as up, calling(endpoint(up)) as caller:
            assert await caller.body() == b"b" * 100_000

    asyncio.run(main())


def test_a_chunk_that_is_none_is_broken_protocol_after_the_chunks_that_were() -> None:
    async def main() -> None:
        async with ScriptedUpstream([[Send(wires.head(200) + wires.chunk(b"good") + b"bad size\r\n")]]) as up:
            async with calling(endpoint(up)) as caller:
                pieces = (await caller.call()).chunks()
                assert await anext(pieces) == b"good"
                assert isinstance(await fault_of(anext(pieces)), BrokenProtocol)

    asyncio.run(main())


@pytest.mark.parametrize("version", [b"1.0", b"1.1"])
def test_a_body_without_a_length_lasts_until_the_connection_is_closed(version: bytes) -> None:
    async def main() -> None:
        steps: list[Step] = [Send(b"HTTP/%b 200 OK\r\n\r\none " % version), Send(b"two"), End()]
        async with ScriptedUpstream(always(steps)) as up:
            async with calling(endpoint(up)) as caller:
                assert b"".join(await drained(await caller.call())) == b"one two"
                assert await caller.body() == b"one two"
            assert up.connections == 2

    asyncio.run(main())
