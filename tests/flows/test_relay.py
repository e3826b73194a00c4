"""A stream on its way: what is handed over, when its row is written, and how it ends if it does not end well."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from halfopen import errors
from halfopen.adapters.http import Client, Endpoint
from halfopen.adapters.http.answer import Answer
from halfopen.errors import Fault
from halfopen.flows.pump import GRACE
from halfopen.ports.upstream import Call, Deadlines
from halfopen.testing import Cut, End, Hold, ScriptedUpstream, Send, Step, WaitFor, always, wires
from tests.flows.stage import ERROR, at, read_out, run, staged, well

HEAD = Send(wires.head(200, ((b"content-type", b"text/event-stream"),)))
EVENTS: Mapping[str, list[bytes]] = {
    "chat": wires.chat_events(["Hel", "lo"], model="x"),
    "messages": wires.messages_events(["Hel", "lo"], model="x"),
}
END_MARKS = {"chat": b"[DONE]", "messages": b"message_stop"}
DIALECTS = pytest.mark.parametrize("dialect", ["chat", "messages"])


@DIALECTS
def test_the_row_is_in_the_store_when_the_tail_is_handed_over_and_not_before(dialect: str) -> None:
    async def story() -> None:
        async with ScriptedUpstream(well) as up, staged({"a": at(up)}) as stage:
            relay = await stage.relay(dialect=dialect)
            rows, tail = [], b""
            while not relay.over:
                rows.append(len(stage.rows.entries))
                tail = await relay.read()
            assert set(rows) == {0}
            assert END_MARKS[dialect] in tail
            [row] = stage.rows.entries
            assert (row.stream, row.usage_from, row.usage["input"], row.usage["output"]) == (True, "provider", 10, 5)
            await relay.close()
            assert len(stage.rows.entries) == 1

    run(story())


@DIALECTS
def test_no_end_is_told_while_its_row_cannot_be_written(dialect: str) -> None:
    async def story() -> None:
        async with ScriptedUpstream(well) as up, staged({"a": at(up)}) as stage:
            relay = await stage.relay(dialect=dialect)
            stage.rows.full = True
            told: list[bytes] = []
            with pytest.raises(errors.LedgerFull):
                while True:
                    told.append(await relay.read())
            assert told
            assert END_MARKS[dialect] not in b"".join(told)
            assert not relay.over
            relay.abandon()
            assert stage.rows.entries == []
            with pytest.raises(errors.LedgerFull):
                await stage.relay(dialect=dialect)
            assert len(up.requests) == 1

    run(story())


def test_what_was_handed_over_is_what_the_provider_said_and_its_bytes_are_counted() -> None:
    async def story() -> None:
        events = [*EVENTS["messages"]]
        async with ScriptedUpstream(always(wires.stream(events))) as up, staged({"a": at(up)}) as stage:
            data = await read_out(await stage.relay(dialect="messages"))
            assert data == b"".join(events)
            assert stage.rows.entries[0].bytes_out == len(data)

    run(story())


# How a stream may fail before its first bytes for the caller, and the fault.
EARLY: Mapping[str, tuple[list[Step], str]] = {
    "cut after the head": ([HEAD, Cut()], "truncated"),
    "ended after the head": ([HEAD, wires.LAST_CHUNK], "truncated"),
    "half an event": ([HEAD, Send(wires.chunk(b'data: {"choi')), End()], "truncated"),
    "an error event": ([HEAD, Send(wires.chunk(wires.event(ERROR)))], "server_error"),
    "silence after the head": ([HEAD, Hold()], "stalled"),
    "a page": (wires.whole(200, b"<html>", ((b"content-type", b"text/html"),)), "broken_protocol"),
}


@pytest.mark.parametrize(("steps", "fault"), EARLY.values(), ids=EARLY.keys())
def test_a_stream_that_fails_before_its_first_bytes_is_answered_whole_by_another_offer(
    steps: list[Step], fault: str
) -> None:
    async def story() -> None:
        quick = Deadlines(connect=5, first_byte=5, between_bytes=0.1, total=10)
        async with (
            ScriptedUpstream(always(steps)) as a,
            ScriptedUpstream(well) as b,
            staged({"a": at(a, deadlines=quick), "b": at(b)}) as stage,
        ):
            relay = await stage.relay()
            assert relay.attempt.step.provider == "b"
            data = await read_out(relay)
            assert data.endswith(wires.DONE)
            assert b"error" not in data
            assert stage.told() == [(1, "a", fault, False), (2, "b", "", True)]
            if fault in ("stalled", "server_error"):  # its body has no end yet, so it is told that nobody reads it
                assert (await asyncio.wait_for(a.closed(), 1)).by_peer

    run(story())


# How a stream may break after its first bytes, and the fault.
LATE: Mapping[str, tuple[list[Step], type[Fault]]] = {
    "cut": ([Cut()], errors.Truncated),
    "ended without its end mark": ([wires.LAST_CHUNK], errors.Truncated),
    "silent": ([Hold()], errors.Stalled),
    "an error event": ([Send(wires.chunk(wires.event(ERROR)))], errors.ServerError),
    "no JSON": ([Send(wires.chunk(b'data: {"usage": message_start\n\n'))], errors.BrokenProtocol),
}


@DIALECTS
@pytest.mark.parametrize(("ending", "kind"), LATE.values(), ids=LATE.keys())
def test_a_stream_that_breaks_after_its_first_bytes_ends_in_an_error_and_without_an_end_mark(
    ending: list[Step], kind: type[Fault], dialect: str
) -> None:
    if kind is errors.ServerError and dialect == "messages":
        ending = [Send(wires.chunk(wires.event({"type": "error", **ERROR}, "error")))]

    async def story() -> None:
        begun = asyncio.Event()
        steps = [*wires.stream(EVENTS[dialect][:3])[:-1], WaitFor(begun), *ending]
        quick = Deadlines(connect=5, first_byte=5, between_bytes=0.2, total=10)
        async with (
            ScriptedUpstream(always(steps)) as a,
            ScriptedUpstream(well) as b,
            staged({"a": at(a, deadlines=quick), "b": at(b)}) as stage,
        ):
            relay = await stage.relay(dialect=dialect)
            assert await relay.read()
            begun.set()
            last = b""
            while not relay.over:
                assert stage.rows.entries == []
                last = await relay.read()
            await relay.close()
            assert END_MARKS[dialect] not in last
            error = json.loads(last.partition(b"data: ")[2])
            assert error["error"]["message"]
            assert error["request_id"] == "req-1"
            [row] = stage.rows.entries
            assert (row.fault, row.final, row.usage_from) == (errors.code_of(kind), True, "estimated")
            assert row.usage["output"] >= 1
            assert row.cost == row.usage["input"] * 2_000_000 + row.usage["output"] * 10_000_000
            assert b.connections == 0

    run(story())


def test_a_provider_that_says_it_failed_and_then_lingers_is_let_go_before_anybody_closes_the_stream() -> None:
    async def story() -> None:
        lingering = [*wires.stream([EVENTS["chat"][0], wires.event(ERROR)])[:-1], Hold()]
        async with ScriptedUpstream(always(lingering)) as up, staged({"a": at(up)}) as stage:
            relay = await stage.relay()
            while not relay.over:
                await relay.read()
            assert (await asyncio.wait_for(up.closed(), 1)).by_peer
            await relay.close()

    run(story())


def test_three_broken_streams_rest_the_offer_like_any_failure() -> None:
    async def story() -> None:
        steps = [*wires.stream(EVENTS["chat"][:2])[:-1], Cut()]
        async with ScriptedUpstream(always(steps)) as a, staged({"a": at(a)}) as stage:
            for _ in range(3):
                assert b"truncated" in await read_out(await stage.relay())
            assert stage.house.wards.health(stage.clock.ticks()).resting == {"m@a": 5.0}

    run(story())


class Telling(Client):
    """Says when the head of an answer is in, so that what follows happens in the middle of the body."""

    def __init__(self, endpoints: Iterable[Endpoint], begun: asyncio.Event) -> None:
        super().__init__(endpoints)
        self._begun = begun

    async def call(self, call: Call) -> Answer:
        answer = await super().call(call)
        self._begun.set()
        return answer


# Where a provider may stand when its caller hangs up, and whether the caller asked for a stream.
HANGS: Mapping[str, tuple[list[Step], bool]] = {
    "no head yet": ([Hold()], True),
    "a head and no event": ([HEAD, Hold()], True),
    "half a whole answer": ([Send(wires.head(200, length=99) + b"{"), Hold()], False),
    "half a refusal": ([Send(wires.head(500, length=99) + b"{"), Hold()], False),
}


@pytest.mark.parametrize(("steps", "stream"), HANGS.values(), ids=HANGS.keys())
def test_a_caller_who_hangs_up_while_nothing_was_answered_closes_the_provider_and_is_billed(
    steps: list[Step], stream: bool
) -> None:
    async def story() -> None:
        begun = asyncio.Event()
        async with (
            ScriptedUpstream(always(steps)) as a,
            ScriptedUpstream(well) as b,
            staged({"a": at(a), "b": at(b)}, clients=lambda _, endpoints: Telling(endpoints, begun)) as stage,
        ):
            asking = asyncio.create_task(stage.relay() if stream else stage.whole())
            await a.arrived()
            if len(steps) > 1:
                await begun.wait()
            hung_up = asyncio.get_running_loop().time()
            asking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asking
            ending = await asyncio.wait_for(a.closed(), 1)
            assert ending.by_peer
            assert ending.at - hung_up < 0.1
            [row] = stage.rows.entries
            assert (row.fault, row.usage_from) == ("caller_gone", "estimated")
            assert row.usage["input"] == -(-row.bytes_in // 3)
            if stream or row.status == 500:
                assert (row.usage["output"], row.cost) == (0, row.usage["input"] * 2_000_000)
            else:  # it may have been generating all the while, and nobody said for how long it may
                assert ("output" in row.usage, row.cost) == (False, None)
            assert b.connections == 0

    run(story())


@pytest.mark.parametrize(
    ("dialect", "said", "most"),
    [
        ("messages", {"max_tokens": 700}, 700),
        ("chat", {"max_tokens": 700}, 700),
        ("chat", {"max_completion_tokens": 50, "max_tokens": 700, "n": 3}, 2100),  # nobody says which one is heeded
        ("chat", {"max_completion_tokens": 50, "n": 3}, 150),
        ("chat", {"max_tokens": 10**30}, None),
        ("chat", {"max_tokens": -1}, None),
    ],
)
def test_a_caller_who_hangs_up_on_a_whole_answer_is_billed_all_that_it_let_the_provider_generate(
    dialect: str, said: Mapping[str, Any], most: int | None
) -> None:
    async def story() -> None:
        async with ScriptedUpstream(always([Hold()])) as up, staged({"a": at(up)}) as stage:
            asking = asyncio.create_task(stage.whole(dialect=dialect, **said))
            await up.arrived()
            asking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asking
            [row] = stage.rows.entries
            assert (row.fault, row.usage_from) == ("caller_gone", "estimated")
            assert row.usage.get("output") == most
            expected = None if most is None else row.usage["input"] * 2_000_000 + most * 10_000_000
            assert row.cost == expected

    run(story())


@DIALECTS
def test_a_caller_who_hangs_up_in_the_middle_closes_the_provider_and_is_billed_for_what_was_said(dialect: str) -> None:
    async def story() -> None:
        steps = [*wires.stream(EVENTS[dialect][:4])[:-1], Hold()]
        async with ScriptedUpstream(always(steps)) as up, staged({"a": at(up)}) as stage:
            relay = await stage.relay(dialect=dialect)
            data = await relay.read()
            while data.count(b"data: ") < 4:
                data += await relay.read()
            reading = asyncio.create_task(relay.read())
            await asyncio.sleep(0)
            hung_up = asyncio.get_running_loop().time()
            reading.cancel()
            with pytest.raises(asyncio.CancelledError):
                await reading
            relay.abandon()
            relay.abandon()
            ending = await asyncio.wait_for(up.closed(), 1)
            assert ending.by_peer
            assert ending.at - hung_up < 0.1
            [row] = stage.rows.entries
            assert (row.fault, row.usage_from, row.final) == ("caller_gone", "estimated", True)
            assert row.usage["output"] >= 2
            assert row.cost == row.usage["input"] * 2_000_000 + row.usage["output"] * 10_000_000

    run(story())


def test_a_caller_who_hangs_up_between_two_reads_closes_the_provider_though_the_stream_is_still_held() -> None:
    async def story() -> None:
        steps = [*wires.stream(EVENTS["chat"][:2])[:-1], Hold()]
        async with ScriptedUpstream(always(steps)) as up, staged({"a": at(up)}) as stage:
            relay = await stage.relay()
            await relay.read()
            hung_up = asyncio.get_running_loop().time()
            relay.abandon()
            assert (await asyncio.wait_for(up.closed(), 1)).at - hung_up < 0.1
            assert relay.over
            assert [row.fault for row in stage.rows.entries] == ["caller_gone"]

    run(story())


def test_a_stream_that_was_read_to_its_end_leaves_its_connection_for_the_next() -> None:
    async def story() -> None:
        async with ScriptedUpstream(well) as up, staged({"a": at(up)}) as stage:
            for _ in range(3):
                await read_out(await stage.relay())
            assert (up.connections, len(up.requests)) == (1, 3)

    run(story())


def test_a_provider_that_never_closes_its_body_after_its_end_mark_is_not_waited_for() -> None:
    async def story() -> None:
        steps = [*wires.stream([*EVENTS["chat"], wires.DONE])[:-1], Hold()]
        async with ScriptedUpstream(always(steps)) as up, staged({"a": at(up)}) as stage:
            relay = await stage.relay()
            while not relay.over:
                await relay.read()
            began = asyncio.get_running_loop().time()
            await relay.close()
            assert GRACE * 0.9 <= asyncio.get_running_loop().time() - began < GRACE + 0.2
            assert (await asyncio.wait_for(up.closed(), 1)).by_peer
            assert stage.told() == [(1, "a", "", True)]

    run(story())
