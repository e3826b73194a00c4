"""When a provider fails: the next one answers whole, or the caller is told; never half an answer passed off as one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import anthropic
import openai
import pytest

from halfopen.flows.house import WORLD_SECONDS
from halfopen.flows.wards import LATELY
from halfopen.testing import Cut, End, HandClock, Hold, Received, ScriptedUpstream, Send, Step, WaitFor, always, wires
from tests.apps.serve.gateways import HI, Inside, inside, over, run
from tests.apps.serve.test_passing import chat_script, messages_script

ERROR = {"error": {"message": "out of order", "type": "server_error"}}
PATIENT = {"connect": 1, "first_byte": 0.4, "between_bytes": 0.4, "total": 20}
CONTENT = wires.chat_events(["Hel", "lo"], model="x")
TOLD = wires.messages_events(["Hel", "lo"], model="x")

# How a first provider may fail before the caller has seen anything: its steps and the fault in the ledger.
EARLY: Mapping[str, tuple[list[Step], str]] = {
    "it cuts the connection": ([Cut()], "truncated"),
    "it ends the connection": ([End()], "truncated"),
    "it answers 500": (wires.error(500, ERROR), "server_error"),
    "it answers 503": (wires.error(503, ERROR), "server_error"),
    "it answers 429": (wires.error(429, ERROR), "overloaded"),
    "it answers 529": (wires.error(529, ERROR), "overloaded"),
    "it answers 401": (wires.error(401, ERROR), "key_rejected"),
    "it answers 404": (wires.error(404, ERROR), "model_gone"),
    "it says nothing": ([Hold()], "first_byte_timeout"),
    "it stops after its head": ([Send(wires.head(200, ((b"content-type", b"text/event-stream"),))), Hold()], "stalled"),
    "it cuts after its head": ([Send(wires.head(200, ((b"content-type", b"text/event-stream"),))), Cut()], "truncated"),
    "it speaks something else": ([Send(b"SSH-2.0-OpenSSH_9.9\r\n"), Hold()], "broken_protocol"),
    "it answers a page": (wires.whole(200, b"<html>", ((b"content-type", b"text/html"),)), "broken_protocol"),
}


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize(("steps", "fault"), EARLY.values(), ids=EARLY.keys())
def test_the_second_provider_answers_whole_when_the_first_fails_before_its_first_byte(
    tmp_path: Path, steps: list[Step], fault: str, stream: bool
) -> None:
    async def story() -> None:
        async with (
            ScriptedUpstream(always(steps)) as bad,
            ScriptedUpstream(chat_script) as good,
            inside(tmp_path, over({"bad": bad, "good": good}, deadlines=PATIENT)) as gateway,
        ):
            raw = await gateway.openai().chat.completions.with_raw_response.create(
                model="halfopen/both", messages=HI, stream=stream
            )
            assert await text_of(raw.parse()) == ("Grüße 👋" if stream else "Grüße")
            assert raw.headers["x-halfopen-offer"] == "m-good@good"
            rows = await gateway.rows(raw.headers["x-halfopen-request"])
            told = [(row.attempt, row.offer, row.fault, row.final) for row in rows]
            assert told == [(1, "m-bad@bad", fault, False), (2, "m-good@good", "", True)]
            assert len(bad.requests) == 1
            assert bad.requests[0].json() == {**good.requests[0].json(), "model": "m-bad"}

    run(story())


def test_the_second_provider_answers_when_nobody_listens_at_the_first(tmp_path: Path) -> None:
    async def story() -> None:
        async with ScriptedUpstream(messages_script) as gone, ScriptedUpstream(messages_script) as good:
            await gone.stop()
            async with inside(tmp_path, over({"gone": gone, "good": good})) as gateway:
                create = gateway.anthropic().messages.with_raw_response.create
                raw = await create(model="halfopen/both", messages=HI, max_tokens=9)
                assert raw.headers["x-halfopen-attempts"] == "2"
                rows = await gateway.rows(raw.headers["x-halfopen-request"])
                assert [(row.provider, row.fault) for row in rows] == [("gone", "connect_failed"), ("good", "")]
                assert (rows[0].usage_from, rows[0].cost, rows[0].status) == ("none", 0, 0)

    run(story())


# How a provider may break off what the caller has begun to read.
LATE: Mapping[str, tuple[list[Step], str]] = {
    "it cuts": ([Cut()], "truncated"),
    "it closes in order": ([End()], "truncated"),
    "it ends the body without an end mark": ([wires.LAST_CHUNK], "truncated"),
    "it stalls": ([Hold()], "stalled"),
    "it breaks its chunks": ([Send(b"zz\r\n")], "broken_protocol"),
    "it sends what is no JSON": ([Send(wires.chunk(b'data: {"usage": message_start\n\n'))], "broken_protocol"),
    "it says that it failed": ([Send(wires.chunk(wires.event({"type": "error", **ERROR})))], "server_error"),
}


@pytest.mark.parametrize(("ending", "fault"), LATE.values(), ids=LATE.keys())
def test_a_chat_stream_that_breaks_off_is_told_as_an_error_and_never_ends_as_if_finished(
    tmp_path: Path, ending: list[Step], fault: str
) -> None:
    async def story() -> None:
        begun = asyncio.Event()
        async with (
            ScriptedUpstream(always([*wires.stream(CONTENT[:2])[:-1], WaitFor(begun), *ending])) as bad,
            ScriptedUpstream(chat_script) as good,
            inside(tmp_path, over({"bad": bad, "good": good}, deadlines=PATIENT)) as gateway,
        ):
            raw = await gateway.openai().chat.completions.with_raw_response.create(
                model="halfopen/both", messages=HI, stream=True
            )
            stream = raw.parse()
            await anext(stream)
            begun.set()
            with pytest.raises(openai.APIError) as told:
                await text_of(stream)
            assert len(str(told.value)) > 20
            [row] = await gateway.rows(raw.headers["x-halfopen-request"])
            assert (row.fault, row.final, row.usage_from) == (fault, True, "estimated")
            assert row.usage["output"] >= 1
            assert good.connections == 0
            if ending != [wires.LAST_CHUNK]:
                await bad.closed()

    run(story())


@pytest.mark.parametrize(("ending", "fault"), LATE.values(), ids=LATE.keys())
def test_a_messages_stream_that_breaks_off_is_told_as_an_error(tmp_path: Path, ending: list[Step], fault: str) -> None:
    async def story() -> None:
        begun = asyncio.Event()
        async with (
            ScriptedUpstream(always([*wires.stream(TOLD[:3])[:-1], WaitFor(begun), *ending])) as bad,
            inside(tmp_path, over({"bad": bad}, deadlines=PATIENT)) as gateway,
        ):
            create = gateway.anthropic().messages.with_raw_response.create
            raw = await create(model="m-bad", messages=HI, max_tokens=9, stream=True)
            kinds = []
            with pytest.raises(anthropic.APIError):
                async for event in await raw.parse():
                    kinds.append(event.type)
                    begun.set()
            assert kinds == ["message_start", "content_block_start", "content_block_delta"]
            [row] = await gateway.rows(raw.headers["x-halfopen-request"])
            assert (row.fault, row.final, row.usage_from, row.usage["input"]) == (fault, True, "estimated", 10)

    run(story())


def test_a_provider_whose_stream_begins_with_an_error_is_let_go_and_the_next_one_answers(tmp_path: Path) -> None:
    async def story() -> None:
        failing = [*wires.stream([wires.event(ERROR)])[:-1], Hold()]
        async with (
            ScriptedUpstream(always(failing)) as bad,
            ScriptedUpstream(chat_script) as good,
            inside(tmp_path, over({"bad": bad, "good": good})) as gateway,
        ):
            create = gateway.openai().chat.completions.with_raw_response.create
            raw = await create(model="halfopen/both", messages=HI, stream=True)
            assert (await asyncio.wait_for(bad.closed(), 5)).by_peer
            assert await text_of(raw.parse()) == "Grüße 👋"
            rows = await gateway.rows(raw.headers["x-halfopen-request"])
            assert [(row.provider, row.fault) for row in rows] == [("bad", "server_error"), ("good", "")]

    run(story())


def test_when_every_offer_fails_the_caller_is_told_what_was_tried(tmp_path: Path) -> None:
    async def story() -> None:
        async with (
            ScriptedUpstream(always([Cut()])) as one,
            ScriptedUpstream(always(wires.error(503, ERROR))) as two,
            inside(tmp_path, over({"one": one, "two": two})) as gateway,
        ):
            with pytest.raises(openai.APIStatusError) as told:
                await gateway.openai().chat.completions.create(model="halfopen/both", messages=HI)
            assert told.value.status_code == 502
            assert "m-one@one" in str(told.value)
            assert "m-two@two" in str(told.value)
            rows = await gateway.rows(told.value.response.headers["x-halfopen-request"])
            assert [row.attempt for row in rows] == list(range(1, len(rows) + 1))
            assert [row.provider for row in rows] == ["one", "two", "two"]
            assert not any(row.final for row in rows[:-1])

    run(story())


HANGS: Mapping[str, list[Step]] = {
    "before the head": [Hold()],
    "after the head": [Send(wires.head(200, ((b"content-type", b"text/event-stream"),))), Hold()],
    "in the middle": [*wires.stream(CONTENT[:2])[:-1], Hold()],
}


@pytest.mark.parametrize("steps", HANGS.values(), ids=HANGS.keys())
def test_a_caller_who_hangs_up_closes_the_provider_at_once_and_is_billed(tmp_path: Path, steps: list[Step]) -> None:
    async def story() -> None:
        async with (
            ScriptedUpstream(always(steps)) as up,
            ScriptedUpstream(chat_script) as other,
            inside(tmp_path, over({"up": up, "other": other})) as gateway,
        ):
            asking = asyncio.create_task(first_piece(gateway, "m-up"))
            await up.arrived()
            if len(steps) > 2:
                await asking
            asking.cancel()
            assert (await asyncio.wait_for(up.closed(), 5)).by_peer
            assert await gateway.counted("provider", "fault") == {("up", "caller_gone"): 1}
            assert other.connections == 0

    run(story())


async def first_piece(gateway: Inside, model: str) -> None:
    stream = await gateway.openai().chat.completions.create(model=model, messages=HI, stream=True)
    await anext(stream)
    await stream.close()


async def text_of(answer: Any) -> str:
    """The text of a chat answer, whole or streamed."""
    if not hasattr(answer, "__aiter__"):
        return str(answer.choices[0].message.content)
    return "".join([piece.choices[0].delta.content or "" async for piece in answer if piece.choices])


def test_a_time_to_first_token_is_believed_for_five_minutes_and_then_measured_again(tmp_path: Path) -> None:
    clock = HandClock()

    def slow(received: Received) -> Iterable[Step]:
        clock.move(3.0)
        return chat_script(received)

    async def story() -> None:
        async with ScriptedUpstream(slow) as one, ScriptedUpstream(chat_script) as two:
            config: Any = over({"one": one, "two": two})
            config["lanes"]["both"]["require"]["first_token_at_most"] = 2000
            async with inside(tmp_path, config) as gateway:
                gateway.begun.house.clock = clock

                async def serves() -> str:
                    clock.move(WORLD_SECONDS)  # a measured time enters with the next world
                    create = gateway.openai().chat.completions.with_raw_response.create
                    raw = await create(model="halfopen/both", messages=HI, stream=True)
                    assert await text_of(raw.parse()) == "Grüße 👋"
                    return raw.headers["x-halfopen-offer"]

                assert await serves() == "m-one@one"
                assert await serves() == "m-two@two", "three seconds are too many for the lane"
                clock.move(LATELY - 2 * WORLD_SECONDS - 1)
                assert await serves() == "m-two@two", "it is not forgotten yet"
                clock.move(1)
                assert await serves() == "m-one@one", "it is tried again"
                assert await serves() == "m-two@two"

    run(story())


def test_an_offer_that_keeps_failing_is_left_alone_and_the_reason_is_told(tmp_path: Path) -> None:
    def script(received: Received) -> Iterable[Step]:
        return wires.error(500, ERROR)

    async def story() -> None:
        async with (
            ScriptedUpstream(script) as bad,
            ScriptedUpstream(chat_script) as good,
            inside(tmp_path, over({"bad": bad, "good": good})) as gateway,
        ):
            create = gateway.openai().chat.completions.create
            for _ in range(6):
                await create(model="halfopen/both", messages=HI)
            assert len(bad.requests) == 3
            with pytest.raises(openai.InternalServerError, match="down") as told:
                await create(model="m-bad", messages=HI)
            assert told.value.status_code == 503
            assert int(told.value.response.headers["retry-after"]) >= 1
            assert len(bad.requests) == 3

    run(story())
