"""What follows each fault of a provider: how often it is called, what is waited for, and what its caller is told.

Where another offer is left, `test_failover.py` has the same faults; a break in mid-stream is there, too.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import openai
import pytest

from halfopen.errors import code_of
from halfopen.limits.retry import PAUSE, RULES
from halfopen.testing import Cut, Hold, Received, ScriptedUpstream, Step, always, wires
from tests.apps.serve.gateways import HI, Inside, inside, over, run
from tests.apps.serve.test_passing import chat_script

WORDS = {"error": {"message": "out of order", "type": "server_error", "code": "x"}}
FILTERED = {"error": {"message": "blocked by our policy", "type": "invalid_request_error", "code": "content_filter"}}
LONG = {"error": {"message": "This model's maximum context length is 8 tokens.", "code": "context_length_exceeded"}}
DEADLINES = {"connect": 0.4, "first_byte": 0.4, "between_bytes": 0.4, "total": 20}
STREAMED = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])


class Story(NamedTuple):
    """What a lone provider does, how often it is called for it, and with which status the caller hears of it."""

    steps: list[Step]
    calls: int
    status: int
    deadlines: Mapping[str, float] = DEADLINES


HEAD = wires.head(200, ((b"content-type", b"application/json"),), length=99)
ALONE: Mapping[str, Story] = {
    "first_byte_timeout": Story([Hold()], 1, 504),
    "total_timeout": Story([Hold()], 1, 504, {**DEADLINES, "first_byte": 20, "total": 0.5}),
    "truncated": Story([Cut()], 2, 502),
    "broken_protocol": Story(wires.whole(200, b"<html>"), 1, 502),
    "overloaded": Story(wires.error(429, WORDS), 2, 429),
    "server_error": Story(wires.error(500, WORDS), 2, 502),
    "key_rejected": Story(wires.error(401, WORDS), 1, 502),
    "model_gone": Story(wires.error(404, WORDS), 1, 502),
    "too_long": Story(wires.error(400, LONG), 1, 400),
    "refused": Story(wires.error(400, FILTERED), 1, 400),
}


class Told(NamedTuple):
    """Status, seconds until it was told, and the faults of the rows."""

    status: int
    seconds: float
    faults: list[str]
    headers: Mapping[str, str]


async def asked(there: Inside, model: str, stream: bool) -> Told:
    began = time.monotonic()
    try:
        raw = await there.openai().chat.completions.with_raw_response.create(model=model, messages=HI, stream=stream)
        status, headers = raw.status_code, raw.headers
        answer: Any = raw.parse()
        if stream:
            assert [piece async for piece in answer]
    except openai.APIStatusError as refused:
        status, headers = refused.status_code, refused.response.headers
    seconds = time.monotonic() - began
    rows = await there.rows(headers["x-halfopen-request"])
    assert [row.final for row in rows[:-1]] == [False] * (len(rows) - 1)
    assert all(row.cost == 0 or row.usage_from == "estimated" for row in rows if row.fault)
    return Told(status, seconds, [row.fault for row in rows], headers)


@STREAMED
@pytest.mark.parametrize(("fault", "story"), ALONE.items(), ids=ALONE.keys())
def test_a_lone_offer_is_tried_again_where_that_may_help_and_its_caller_is_told(
    tmp_path: Path, fault: str, story: Story, stream: bool
) -> None:
    async def play() -> tuple[Told, int]:
        async with ScriptedUpstream(always(story.steps)) as up:
            async with inside(tmp_path, over({"up": up}, deadlines=story.deadlines)) as there:
                return await asked(there, "m-up", stream), up.served

    told, calls = run(play())
    assert (told.status, told.faults, calls) == (story.status, [fault] * story.calls, story.calls)
    assert told.seconds >= PAUSE * (story.calls - 1)


@STREAMED
def test_a_provider_whose_answer_stalls_is_not_called_a_second_time(tmp_path: Path, stream: bool) -> None:
    """Its head came; what follows does not."""

    async def play() -> tuple[Told, int]:
        async with ScriptedUpstream(always([*wires.stream([])[:1], Hold()])) as up:
            async with inside(tmp_path, over({"up": up}, deadlines=DEADLINES)) as there:
                return await asked(there, "m-up", stream), up.served

    told, calls = run(play())
    assert (told.status, told.faults, calls) == (504, ["stalled"], 1)


@STREAMED
def test_a_port_where_nobody_listens_is_tried_twice(tmp_path: Path, stream: bool) -> None:
    async def play() -> Told:
        async with ScriptedUpstream(chat_script) as up:
            await up.stop()
            async with inside(tmp_path, over({"up": up}, deadlines=DEADLINES)) as there:
                return await asked(there, "m-up", stream)

    told = run(play())
    assert (told.status, told.faults) == (503, ["connect_failed"] * 2)
    assert told.seconds >= PAUSE


@contextmanager
def deaf() -> Iterator[int]:
    """A port whose queue of connections is full, so that it answers nobody."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


@STREAMED
def test_a_host_that_does_not_answer_is_tried_once(tmp_path: Path, stream: bool) -> None:
    async def play() -> Told:
        async with ScriptedUpstream(chat_script) as up:
            config: Any = over({"up": up}, deadlines=DEADLINES)
            with deaf() as port:
                config["providers"]["up"]["base_url"] = f"http://127.0.0.1:{port}"
                async with inside(tmp_path, config) as there:
                    return await asked(there, "m-up", stream)

    told = run(play())
    assert (told.status, told.faults) == (503, ["connect_timeout"])


def test_no_fault_of_the_table_is_left_out_here() -> None:
    named = {code_of(leaf) for leaf in RULES}
    assert named == {*ALONE, "stalled", "connect_failed", "connect_timeout"}


@STREAMED
@pytest.mark.parametrize("fault", ["refused", "too_long", "total_timeout"])
def test_what_is_no_better_elsewhere_goes_nowhere_else(tmp_path: Path, fault: str, stream: bool) -> None:
    """A content filter's word stays the last; a deadline for the whole is over at the next one, too."""
    story = ALONE[fault]

    async def play() -> tuple[Told, int]:
        async with ScriptedUpstream(always(story.steps)) as bad, ScriptedUpstream(chat_script) as good:
            async with inside(tmp_path, over({"bad": bad, "good": good}, deadlines=story.deadlines)) as there:
                return await asked(there, "halfopen/both", stream), good.served

    told, others = run(play())
    assert (told.status, told.faults, others) == (story.status, [fault], 0)


@STREAMED
@pytest.mark.parametrize(("seconds", "calls"), [(1, 2), (60, 1)])
def test_a_short_retry_after_is_waited_for_and_a_long_one_is_passed_on(
    tmp_path: Path, seconds: int, calls: int, stream: bool
) -> None:
    steps = wires.error(429, WORDS, ((b"retry-after", b"%d" % seconds),))

    async def play() -> tuple[Told, int]:
        async with ScriptedUpstream(always(steps)) as up, inside(tmp_path, over({"up": up})) as there:
            return await asked(there, "m-up", stream), up.served

    told, served = run(play())
    assert (told.status, told.faults, served) == (429, ["overloaded"] * calls, calls)
    assert told.seconds >= seconds * (calls - 1)
    assert int(told.headers["retry-after"]) == seconds


def test_the_time_of_a_request_is_one_however_many_calls_it_takes(tmp_path: Path) -> None:
    deadlines = {"connect": 1, "first_byte": 0.6, "between_bytes": 1, "total": 0.9}

    async def play() -> tuple[Told, int]:
        async with (
            ScriptedUpstream(always([Hold()])) as one,
            ScriptedUpstream(always([Hold()])) as two,
            ScriptedUpstream(chat_script) as three,
            inside(tmp_path, over({"one": one, "two": two, "three": three}, deadlines=deadlines)) as there,
        ):
            return await asked(there, "halfopen/both", False), three.served

    told, served = run(play())
    assert (told.status, told.faults, served) == (504, ["first_byte_timeout", "total_timeout"], 0)
    assert told.seconds < 1.2


FLAPS = 0.3  # seconds up, seconds down
LASTS, RATE, REST = 2.4, 50, 0.3


def test_under_a_flapping_primary_no_caller_sees_a_fault_and_it_serves_again_within_a_rest(tmp_path: Path) -> None:
    """Fifty requests a second, whole and streamed; while it is down it fails in another way each time."""
    began = time.monotonic()
    down: list[list[Step]] = [[Cut()], wires.error(500, WORDS), [Hold()], wires.error(503, WORDS)]

    def flapping(received: Received) -> Iterable[Step]:
        past = time.monotonic() - began
        turn = int(past / FLAPS)
        return down[turn // 2 % len(down)] if turn % 2 and past < LASTS else chat_script(received)

    async def play() -> tuple[list[Told], list[str], float]:
        async with ScriptedUpstream(flapping) as first, ScriptedUpstream(chat_script) as second:
            config = over({"first": first, "second": second}, deadlines={**DEADLINES, "first_byte": 0.2})
            async with inside(tmp_path, config) as there:
                wards = there.begun.house.wards
                wards.rules = replace(wards.rules, rest=REST, longest=REST)
                asking = []
                for number in range(int(LASTS * RATE)):
                    asking.append(asyncio.create_task(asked(there, "halfopen/both", number % 2 == 0)))
                    await asyncio.sleep(1 / RATE)
                told = await asyncio.gather(*asking)
                healed = time.monotonic()
                while (last := await asked(there, "halfopen/both", False)).headers[
                    "x-halfopen-offer"
                ] != "m-first@first":
                    await asyncio.sleep(0.05)
                assert last.status == 200
                return told, [each.headers["x-halfopen-offer"] for each in told], time.monotonic() - healed

    told, served, seconds = run(play())
    assert [each.status for each in told] == [200] * int(LASTS * RATE)
    assert {"m-first@first", "m-second@second"} == set(served)
    assert max(len(each.faults) for each in told) == 2
    assert seconds < 2 * REST + 0.5
