"""What a provider keeps goes back to the offer that holds it, and to nobody else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import openai
import pytest

from halfopen.ledger.question import Line, Question
from halfopen.testing import Received, ScriptedUpstream, Step, wires
from tests.apps.serve.gateways import BOTH, Config, Inside, exchanged, inside, over, post, run
from tests.wire.conversations import streams
from tests.wire.conversations.answered import ANSWERED

RESPONSES = {"responses": "/v1/responses"}
LANE: Any = {"model": "halfopen/both", "input": "Hi"}


def answering(id: str, **more: Any) -> Callable[[Received], Iterable[Step]]:
    def script(received: Received) -> Iterable[Step]:
        body = {**ANSWERED["a sentence"]["responses"].body, "id": id, **more}
        if received.json().get("stream"):
            return wires.stream([streams.responses(body)])
        return wires.in_json(200, body)

    return script


def config(ups: Mapping[str, ScriptedUpstream], **dialects: Mapping[str, str]) -> Config:
    found = over(ups, dialects=RESPONSES)
    providers = {name: {**row, "dialects": dialects.get(name, RESPONSES)} for name, row in found["providers"].items()}
    return {**found, "providers": providers}


async def two(stack: AsyncExitStack, **answers: Any) -> dict[str, ScriptedUpstream]:
    scripts = {"one": answering("resp_1", **answers), "other": answering("resp_2")}
    return {name: await stack.enter_async_context(ScriptedUpstream(script)) for name, script in scripts.items()}


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_who_goes_on_from_an_answer_is_sent_to_who_gave_it_though_another_comes_first(
    tmp_path: Path, stream: bool
) -> None:
    async def story() -> None:
        async with AsyncExitStack() as stack:
            ups = await two(stack)
            gateway = await stack.enter_async_context(inside(tmp_path, config(ups)))
            client: Any = gateway.openai()
            begun = await client.responses.create(model="m-other", input="Hi", stream=stream)
            if stream:
                assert [event.type async for event in begun][-1] == "response.completed"
            await client.responses.create(**LANE)
            assert len(ups["one"].requests) == 1, "the lane's first"
            await client.responses.create(**LANE, previous_response_id="resp_2")
            assert [request.json().get("previous_response_id") for request in ups["other"].requests] == [None, "resp_2"]
            assert len(ups["one"].requests) == 1

    run(story())


def test_it_is_still_known_after_a_restart(tmp_path: Path) -> None:
    async def story() -> None:
        async with AsyncExitStack() as stack:
            ups = await two(stack)
            async with inside(tmp_path, config(ups)) as gateway:
                await gateway.openai().responses.create(model="m-other", input="Hi")
            async with inside(tmp_path, config(ups)) as gateway:
                await gateway.openai().responses.create(**LANE, previous_response_id="resp_2")
            assert len(ups["other"].requests) == 2

    run(story())


async def refused(gateway: Inside, **asked: Any) -> str:
    with pytest.raises(openai.BadRequestError) as told:
        await gateway.openai().responses.create(**asked)
    return told.value.message


def test_nobody_else_answers_in_its_place_and_the_caller_is_told_what_to_do(tmp_path: Path) -> None:
    async def story() -> None:
        async with AsyncExitStack() as stack:
            ups = await two(stack)
            gateway = await stack.enter_async_context(inside(tmp_path, config(ups)))
            await gateway.openai().responses.create(model="m-other", input="Hi")
            await ups["other"].stop()
            with pytest.raises(openai.APIStatusError):
                await gateway.openai().responses.create(**LANE, previous_response_id="resp_2")
            wards = gateway.begun.house.wards
            for _ in range(5):
                ticket = wards.admit("m-other@other", gateway.begun.house.clock.ticks())
                if ticket is not None:
                    wards.went_badly("m-other@other", ticket, gateway.begun.house.clock.ticks(), 30.0)
            told = await refused(gateway, **LANE, previous_response_id="resp_2")
            assert "m-other@other holds what this request goes on from and cannot serve it: it is resting" in told
            assert "Send the history instead of its id" in told
            assert ups["one"].requests == []

    run(story())


def test_an_id_that_nobody_gave_here_is_not_tried_by_chance(tmp_path: Path) -> None:
    async def story() -> None:
        async with AsyncExitStack() as stack:
            ups = await two(stack)
            gateway = await stack.enter_async_context(inside(tmp_path, config(ups)))
            states: Any = ({"previous_response_id": "resp_9"}, {"conversation": "conv_1"}, {"prompt": {"id": "pmpt_1"}})
            for state in states:
                told = await refused(gateway, **LANE, **state)
                assert "Name the offer that does (`model@provider`), or send the history" in told
            assert ups["one"].requests == ups["other"].requests == []
            await gateway.openai().responses.create(model="m-one@one", input="Hi", previous_response_id="resp_9")
            assert ups["one"].requests[0].json()["previous_response_id"] == "resp_9"

    run(story())


def test_an_answer_that_is_not_stored_is_held_by_nobody(tmp_path: Path) -> None:
    async def story() -> None:
        async with AsyncExitStack() as stack:
            ups = await two(stack, store=False)
            gateway = await stack.enter_async_context(inside(tmp_path, config(ups)))
            await gateway.openai().responses.create(model="m-one", input="Hi", store=False)
            assert "not known here" in await refused(gateway, **LANE, previous_response_id="resp_1")

    run(story())


def test_it_does_not_cross_into_another_dialect(tmp_path: Path) -> None:
    async def story() -> None:
        async with AsyncExitStack() as stack:
            ups = await two(stack)
            gateway = await stack.enter_async_context(inside(tmp_path, config(ups, one=BOTH, other=BOTH)))
            asked = {"model": "m-one", "input": "Hi", "previous_response_id": "resp_1"}
            told = await exchanged(gateway.port, post(gateway.port, "/v1/responses", json.dumps(asked).encode()))
            assert b" 400 " in told
            assert b"send the history" in told
            assert ups["one"].requests == []

    run(story())


def test_an_answer_that_is_kept_is_fetched_cancelled_and_deleted_where_it_is(tmp_path: Path) -> None:
    stored = ANSWERED["a sentence"]["responses"].body

    def script(received: Received) -> Iterable[Step]:
        if received.method == "POST" and not received.target.endswith("/cancel"):
            return wires.in_json(200, {**stored, "id": "resp_7", "status": "queued", "output": [], "usage": None})
        return wires.in_json(200, {**stored, "id": "resp_7"})

    async def story() -> None:
        async with ScriptedUpstream(script) as up, inside(tmp_path, config({"one": up})) as gateway:
            client = gateway.openai()
            begun = await client.responses.create(model="m-one", input="Hi", background=True)
            assert begun.status == "queued"
            assert (await client.responses.retrieve("resp_7")).output_text == "In the Black Sea."
            await client.responses.cancel("resp_7")
            await client.responses.delete("resp_7")
            asked = [(request.method, request.target) for request in up.requests[1:]]
            path = "/v1/responses/resp_7"
            assert asked == [("GET", path), ("POST", f"{path}/cancel"), ("DELETE", path)]
            with pytest.raises(openai.NotFoundError, match="keeps an answer `resp_8` of yours"):
                await client.responses.retrieve("resp_8")

    run(story())


async def billed(gateway: Inside) -> Line:
    (line,) = await gateway.begun.house.ledger.answer(Question(by=("offer",)))
    return line


def test_what_was_made_in_the_background_is_billed_as_told_when_it_is_fetched_and_once(tmp_path: Path) -> None:
    stored = {**ANSWERED["a sentence"]["responses"].body, "id": "resp_7"}
    unfinished = {**stored, "output": [], "usage": None}
    states = [
        {**unfinished, "status": "queued"},
        {**unfinished, "status": "in_progress", "usage": {**stored["usage"], "output_tokens": 1}},
    ]

    def script(received: Received) -> Iterable[Step]:
        return wires.in_json(200, states[received.number] if received.number < len(states) else stored)

    async def story() -> None:
        async with ScriptedUpstream(script) as up:
            async with inside(tmp_path, config({"one": up})) as gateway:
                client = gateway.openai()
                raw = await client.responses.with_raw_response.create(model="m-one", input="Hi", background=True)
                guessed = await billed(gateway)
                assert (guessed.attempts, guessed.estimated) == (1, 1)
                assert (await client.responses.retrieve("resp_7")).status == "in_progress"
                assert await billed(gateway) == guessed
                both = asyncio.gather(*(client.responses.retrieve("resp_7") for _ in range(2)))
                assert [answer.status for answer in await both] == ["completed"] * 2
                await client.responses.retrieve("resp_7")
                first, last = await gateway.rows(raw.headers["x-halfopen-request"])
                assert (first.usage_from, last.usage_from, last.settles) == ("estimated", "provider", first.attempt)
            async with inside(tmp_path, config({"one": up})) as gateway:
                await gateway.openai().responses.retrieve("resp_7")
                exact = await billed(gateway)
                assert (exact.attempts, exact.requests, exact.estimated, exact.unpriced) == (1, 1, 0, 0)
                assert (exact.tokens["input"], exact.tokens["output"]) == (11, 7)
                assert exact.cost == {"USD": 11 * 2_000_000 + 7 * 10_000_000}

    run(story())
