"""What comes back: heads and bodies in every framing, whole, byte by byte, and at the moment they were sent."""

from __future__ import annotations

import asyncio

from halfopen.errors import BrokenProtocol
from halfopen.testing import wires
from halfopen.testing.contracts.upstream.place import PLENTY, Case, MakeUpstream, drained, fault_of, scripted
from halfopen.testing.steps import End, Send, Step, WaitFor, one_byte_at_a_time
from halfopen.testing.upstream import ScriptedUpstream, always

UNFRAMED = (Send(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\nuntil "), Send(b"the end"), End())
INTERIM = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"
FRAMINGS: dict[str, tuple[list[Step], bytes]] = {
    "length": (wires.whole(200, b"hello"), b"hello"),
    "chunks": (wires.stream([b"one ", b"two ", b"three"]), b"one two three"),
    "nothing": (wires.whole(200, b""), b""),
    "no chunk": (wires.stream([]), b""),
    "trailers": ([Send(wires.head(200) + wires.chunk(b"a") + b"0\r\nx-checksum: 1\r\n\r\n")], b"a"),
    "until the end": (list(UNFRAMED), b"until the end"),
    "after interim answers": ([Send(INTERIM), *wires.whole(200, b"at last")], b"at last"),
}


async def every_framing_gives_its_body(make: MakeUpstream) -> None:
    for name, (steps, body) in FRAMINGS.items():
        async with scripted(make, [steps]) as (caller, _):
            assert await caller.body() == body, name


async def every_framing_gives_its_body_one_byte_at_a_time(make: MakeUpstream) -> None:
    for name, (steps, body) in FRAMINGS.items():
        slowly = tuple(one_byte_at_a_time(steps))
        async with scripted(make, [slowly]) as (caller, _):
            reply = await caller.call()
            assert reply.status == 200, name
            assert b"".join(await drained(reply)) == body, name


async def an_empty_answer_leaves_the_connection_for_the_next(make: MakeUpstream) -> None:
    script: list[list[Step]] = [[Send(b"HTTP/1.1 204 No Content\r\n\r\n")], wires.whole(200, b"two")]
    async with scripted(make, script) as (caller, up):
        assert [await caller.body(), await caller.body()] == [b"", b"two"]
        assert up.connections == 1


async def a_head_comes_back_with_names_in_lower_case(make: MakeUpstream) -> None:
    said = b"HTTP/1.1 429 Slow Down\r\nRetry-After: 7\r\nX-RateLimit-Reset:  1s \r\nEmpty:\r\n"
    said += b"Set-Cookie: a\r\nset-cookie: b\r\nContent-Length: 0\r\n\r\n"
    async with scripted(make, [[Send(said)]]) as (
        caller,
        _,
    ):
        reply = await caller.call()
        assert reply.status == 429
        assert reply.headers == (
            (b"retry-after", b"7"),
            (b"x-ratelimit-reset", b"1s"),
            (b"empty", b""),
            (b"set-cookie", b"a"),
            (b"set-cookie", b"b"),
            (b"content-length", b"0"),
        )


async def each_event_arrives_when_it_was_sent(make: MakeUpstream) -> None:
    """The upstream says an event only after the one before it was read, so a client that gathers them never ends."""
    words = [b"data: %d\n\n" % number for number in range(5)]
    read = [asyncio.Event() for _ in words]
    steps: list[Step] = [Send(wires.head(200))]
    for word, event in zip(words, read, strict=True):
        steps += [Send(wires.chunk(word)), WaitFor(event)]
    async with scripted(make, [[*steps, wires.LAST_CHUNK]]) as (caller, _):
        pieces = (await caller.call()).chunks()
        for word, event in zip(words, read, strict=True):
            assert await anext(pieces) == word
            event.set()
        assert [piece async for piece in pieces] == []


async def a_head_is_there_before_its_body(make: MakeUpstream) -> None:
    seen = asyncio.Event()
    body = wires.chunk(b"later") + wires.LAST_CHUNK.data
    steps: list[Step] = [Send(wires.head(200)), WaitFor(seen), Send(body)]
    async with scripted(make, [steps]) as (caller, _):
        reply = await caller.call()
        seen.set()
        assert await reply.whole(PLENTY) == b"later"


async def an_answer_nobody_asked_for_is_not_taken_for_the_next(make: MakeUpstream) -> None:
    """What follows an answer on the same connection, unasked, would be somebody's attempt to answer another caller."""
    forged = b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nforged"
    for said in (forged, forged[:20]):
        script: list[list[Step]] = [[Send(wires.head(200, length=3) + b"one" + said)], wires.whole(200, b"two")]
        async with scripted(make, script) as (caller, _):
            assert await caller.body() == b"one", said
            assert await caller.body() == b"two", said


async def a_body_beyond_the_limit_is_refused(make: MakeUpstream) -> None:
    async with scripted(make, always(wires.whole(200, b"x" * 1000))) as (caller, _):
        assert await (await caller.call()).whole(1000) == b"x" * 1000
        assert isinstance(await fault_of((await caller.call()).whole(999)), BrokenProtocol)


async def a_consumer_that_does_not_read_holds_the_upstream_back(make: MakeUpstream) -> None:
    """Of 50 MB only what the two sockets' buffers and the client's own bounded one can take is ever sent."""
    piece, number = b"x" * 250_000, 200
    said: list[Step] = [Send(wires.head(200, length=len(piece) * number))]
    said += [Send(piece)] * number
    async with scripted(make, [said]) as (caller, up):
        reply = await caller.call()
        assert await settled(up) < 25_000_000
        assert sum([len(part) async for part in reply.chunks()]) == len(piece) * number


async def settled(up: ScriptedUpstream) -> int:
    """Bytes sent, once no more of them leave for a fifth of a second."""
    sent = -1
    while sent != up.visits[0].sent:
        sent = up.visits[0].sent
        await asyncio.sleep(0.2)
    return sent


CASES: tuple[Case, ...] = (
    every_framing_gives_its_body,
    every_framing_gives_its_body_one_byte_at_a_time,
    an_empty_answer_leaves_the_connection_for_the_next,
    a_head_comes_back_with_names_in_lower_case,
    each_event_arrives_when_it_was_sent,
    a_head_is_there_before_its_body,
    an_answer_nobody_asked_for_is_not_taken_for_the_next,
    a_body_beyond_the_limit_is_refused,
    a_consumer_that_does_not_read_holds_the_upstream_back,
)
