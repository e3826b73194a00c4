"""What goes out: the bytes that were asked for, and nothing of the client's own mind."""

from __future__ import annotations

import socket

from halfopen.errors import BrokenProtocol, ConnectFailed
from halfopen.testing import wires
from halfopen.testing.contracts.upstream.place import PLENTY, Case, MakeUpstream, Place, at, fault_of, scripted
from halfopen.testing.steps import Send
from halfopen.testing.upstream import always

LOCATION = ((b"location", b"/there"),)


async def a_request_arrives_as_it_was_asked(make: MakeUpstream) -> None:
    async with scripted(make, [wires.whole(200, b"")]) as (caller, up):
        headers = ((b"authorization", b"Bearer k"), (b"content-type", b"application/json"), (b"anthropic-beta", b"a,b"))
        await caller.call("/v1/chat/completions?a=b%20c", headers=headers, body=b'{"model":"m"}')
        received = up.requests[0]
        assert (received.method, received.target) == ("POST", "/v1/chat/completions?a=b%20c")
        assert received.body == b'{"model":"m"}'
        own = (
            (b"host", f"{up.host}:{up.port}".encode()),
            (b"accept-encoding", b"identity"),
            (b"content-length", b"13"),
        )
        assert sorted(received.headers) == sorted((*headers, *own))


async def a_long_body_arrives_whole(make: MakeUpstream) -> None:
    body = bytes(range(256)) * 20_000
    async with scripted(make, [wires.whole(200, b"read")]) as (caller, up):
        reply = await caller.call(body=body)
        assert await reply.whole(PLENTY) == b"read"
        assert up.requests[0].body == body


async def a_header_with_a_line_break_is_not_sent(make: MakeUpstream) -> None:
    async with scripted(make, []) as (caller, up):
        for value in (b"sk-1\n", b"sk-1\r\nx-other: 1", b"sk-1\r"):
            fault = await fault_of(caller.call(headers=((b"authorization", value),)))
            assert isinstance(fault, BrokenProtocol)
            assert "sk-1" not in fault.message
        assert up.requests == []


async def a_redirect_is_not_followed(make: MakeUpstream) -> None:
    for status in (301, 302, 303, 307, 308):
        async with scripted(make, always(wires.whole(status, b"over there", LOCATION))) as (
            caller,
            up,
        ):
            reply = await caller.call("/here")
            assert (reply.status, await reply.whole(PLENTY)) == (status, b"over there")
            assert (b"location", b"/there") in reply.headers
            assert [received.target for received in up.requests] == ["/here"]


async def a_cookie_is_not_kept(make: MakeUpstream) -> None:
    async with scripted(make, always(wires.whole(200, b"", ((b"set-cookie", b"a=b; path=/"),)))) as (caller, up):
        await caller.body()
        await caller.body()
        assert up.requests[1].values(b"cookie") == []


async def a_connection_is_used_again(make: MakeUpstream) -> None:
    async with scripted(make, lambda received: wires.whole(200, b"%d" % received.number)) as (caller, up):
        assert [await caller.body() for _ in range(3)] == [b"0", b"1", b"2"]
        assert up.connections == 1


async def a_connection_that_the_upstream_will_close_is_not_used_again(make: MakeUpstream) -> None:
    script = [wires.whole(200, b"one", ((b"connection", b"close"),)), wires.whole(200, b"two")]
    async with scripted(make, script) as (caller, up):
        assert [await caller.body(), await caller.body()] == [b"one", b"two"]
        assert up.connections == 2


async def a_connection_that_was_closed_while_it_rested_is_replaced(make: MakeUpstream) -> None:
    async with scripted(make, lambda received: wires.whole(200, b"%d" % received.number)) as (caller, up):
        assert await caller.body(method="GET") == b"0"
        up.hang_up()
        assert await caller.body(method="GET") == b"1"
        assert up.connections == 2


async def nobody_listening_is_a_connection_that_failed(make: MakeUpstream) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: nobody else can get the port, and nobody answers
        async with at(make, Place("http", "127.0.0.1", taken.getsockname()[1])) as caller:
            assert isinstance(await fault_of(caller.call()), ConnectFailed)


async def an_upstream_that_does_not_speak_http_is_broken_protocol(make: MakeUpstream) -> None:
    async with scripted(make, always([Send(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n\r\n")])) as (caller, _):
        assert isinstance(await fault_of(caller.call()), BrokenProtocol)


CASES: tuple[Case, ...] = (
    a_request_arrives_as_it_was_asked,
    a_long_body_arrives_whole,
    a_header_with_a_line_break_is_not_sent,
    a_redirect_is_not_followed,
    a_cookie_is_not_kept,
    a_connection_is_used_again,
    a_connection_that_the_upstream_will_close_is_not_used_again,
    a_connection_that_was_closed_while_it_rested_is_replaced,
    nobody_listening_is_a_connection_that_failed,
    an_upstream_that_does_not_speak_http_is_broken_protocol,
)
