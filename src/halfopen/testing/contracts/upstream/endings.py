"""How it ends early: the caller hangs up, or the upstream does; and neither is left in doubt about it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

from halfopen.errors import Truncated
from halfopen.ports.upstream import Reply
from halfopen.testing import wires
from halfopen.testing.contracts.upstream.place import (
    AT_ONCE,
    PLENTY,
    Caller,
    Case,
    MakeUpstream,
    drained,
    fault_of,
    scripted,
)
from halfopen.testing.steps import Cut, End, Hold, Send, Step
from halfopen.testing.upstream import ScriptedUpstream, always

EVENT = Send(wires.head(200) + wires.chunk(b"data: 1\n\n"))
HALF = Send(wires.head(200, length=10) + b"12345")


async def cancelled_before_the_head_the_upstream_sees_the_end(make: MakeUpstream) -> None:
    async with scripted(make, [[Hold()]]) as (caller, up):
        task = asyncio.create_task(caller.call())
        await up.arrived()
        await seen_at_once(up, task.cancel)
        assert await was_cancelled(task)


async def cancelled_between_two_events_the_upstream_sees_the_end(make: MakeUpstream) -> None:
    reading = asyncio.Event()

    async def read(caller: Caller) -> None:
        async for _ in (await caller.call()).chunks():
            reading.set()

    await cancelled_while(make, EVENT, read, reading)


async def cancelled_in_a_body_the_upstream_sees_the_end(make: MakeUpstream) -> None:
    reading = asyncio.Event()

    async def read(caller: Caller) -> None:
        reply = await caller.call()
        reading.set()
        await reply.whole(PLENTY)

    await cancelled_while(make, HALF, read, reading)


async def aborted_between_two_events_the_upstream_sees_the_end(make: MakeUpstream) -> None:
    async with scripted(make, [[EVENT, Hold()]]) as (caller, up):
        reply = await caller.call()
        await anext(reply.chunks())
        await seen_at_once(up, reply.abort)
        reply.abort()


async def aborted_before_its_body_was_read_the_upstream_sees_the_end(make: MakeUpstream) -> None:
    async with scripted(make, [[HALF, Hold()]]) as (caller, up):
        await seen_at_once(up, (await caller.call()).abort)


async def an_abort_after_the_whole_body_does_nothing(make: MakeUpstream) -> None:
    async with scripted(make, lambda received: wires.whole(200, b"%d" % received.number)) as (caller, up):
        reply = await caller.call()
        assert await reply.whole(PLENTY) == b"0"
        following = await caller.call()
        reply.abort()
        assert await following.whole(PLENTY) == b"1"
        assert up.connections == 1


async def an_answer_that_ends_before_its_end_is_truncated(make: MakeUpstream) -> None:
    cuts: dict[str, list[Step]] = {
        "in a body with a length": [HALF, End()],
        "between two chunks": [EVENT, End()],
        "in a chunk": [Send(wires.head(200) + b"ff\r\ndata"), End()],
        "before the last chunk's last line": [EVENT, Send(b"0\r\n"), End()],
    }
    for name, steps in cuts.items():
        async with scripted(make, always(steps)) as (caller, _):
            assert isinstance(await fault_of(caller.body()), Truncated), name
            assert isinstance(await fault_of(drained(await caller.call())), Truncated), name


async def what_had_arrived_is_given_before_the_truncation(make: MakeUpstream) -> None:
    async with scripted(make, [[EVENT, End()]]) as (caller, _):
        pieces = (await caller.call()).chunks()
        assert await anext(pieces) == b"data: 1\n\n"
        assert isinstance(await fault_of(anext(pieces)), Truncated)


async def an_upstream_that_hangs_up_without_an_answer_is_truncated(make: MakeUpstream) -> None:
    in_the_head: list[Step] = [Send(b"HTTP/1.1 200 OK\r\nserver: a"), End()]
    endings: list[list[Step]] = [[End()], [Cut()], [Send(b"HTTP/1.1 20"), End()], in_the_head]
    for steps in endings:
        async with scripted(make, always(steps)) as (caller, _):
            assert isinstance(await fault_of(caller.call()), Truncated), steps


async def cancelled_while(
    make: MakeUpstream, first: Step, read: Callable[[Caller], Coroutine[None, None, None]], reading: asyncio.Event
) -> None:
    """Cancel a reader that has had the first step of an answer and waits for more."""
    async with scripted(make, [[first, Hold()]]) as (caller, up):
        task = asyncio.create_task(read(caller))
        await reading.wait()
        await seen_at_once(up, task.cancel)
        assert await was_cancelled(task)


async def seen_at_once(up: ScriptedUpstream, end: Callable[[], object]) -> None:
    """The upstream sees the end of its first request's connection within `AT_ONCE`."""
    ended_at = asyncio.get_running_loop().time()
    end()
    ending = await up.closed()
    assert ending.by_peer
    assert ending.at - ended_at < AT_ONCE


async def was_cancelled(task: asyncio.Task[Reply] | asyncio.Task[None]) -> bool:
    await asyncio.wait([task])
    return task.cancelled()


CASES: tuple[Case, ...] = (
    cancelled_before_the_head_the_upstream_sees_the_end,
    cancelled_between_two_events_the_upstream_sees_the_end,
    cancelled_in_a_body_the_upstream_sees_the_end,
    aborted_between_two_events_the_upstream_sees_the_end,
    aborted_before_its_body_was_read_the_upstream_sees_the_end,
    an_abort_after_the_whole_body_does_nothing,
    an_answer_that_ends_before_its_end_is_truncated,
    what_had_arrived_is_given_before_the_truncation,
    an_upstream_that_hangs_up_without_an_answer_is_truncated,
)
