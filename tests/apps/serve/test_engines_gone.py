"""Callers who hang up on a real engine, and engines that are killed at work: an honest end, and the ledger shows it."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import anthropic
import openai
import pytest

from tests.apps.serve.engines import (
    LONG,
    anthropic_clients,
    at_work,
    awaited,
    chat,
    each_engine,
    engines,
    kill,
    listed,
    parsed,
    threaded,
)
from tests.apps.serve.gateways import HI, Inside, run

pytest.importorskip("xllamacpp", reason="llama.cpp is not installed: pip install halfopen[local]")


@each_engine
def test_a_caller_who_hangs_up_is_billed_and_frees_the_engine_at_once(tmp_path: Path, gguf: Path, engine: str) -> None:
    async def story() -> None:
        async with engines(tmp_path, gguf, parallel=1) as gateway:
            client, model = gateway.openai(), f"tiny-{engine}"
            began = time.monotonic()
            await chat(client, awaited, model, extra_body={"max_tokens": 1000})
            a_third = time.monotonic() - began
            create = client.chat.completions.with_raw_response.create
            raw = await create(model=model, messages=HI, max_tokens=LONG, stream=True)
            stream = raw.parse()
            await anext(stream)
            await stream.close()
            began = time.monotonic()
            _, usage, _, _ = await chat(client, awaited, model)
            assert time.monotonic() - began < a_third, "it waited for an answer that nobody reads"
            assert usage.completion_tokens == 20
            [row] = await gateway.until_told(raw.headers["x-halfopen-request"])
            assert (row.fault, row.usage_from, row.final) == ("caller_gone", "estimated", True)
            assert row.usage["input"] > 0
            assert 1 <= row.usage["output"] < LONG

    run(story())


def test_a_synchronous_caller_who_hangs_up_is_billed_too(tmp_path: Path, gguf: Path) -> None:
    async def story() -> None:
        async with engines(tmp_path, gguf) as gateway:
            create = gateway.openai_in_threads().chat.completions.with_raw_response.create
            raw = await threaded(create, model="tiny-ours", messages=HI, max_tokens=LONG, stream=True)
            stream = raw.parse()
            await asyncio.to_thread(next, stream)
            await asyncio.to_thread(stream.close)
            [row] = await gateway.until_told(raw.headers["x-halfopen-request"])
            assert (row.fault, row.usage_from) == ("caller_gone", "estimated")
            assert 1 <= row.usage["output"] < LONG

    run(story())


def test_an_anthropic_caller_who_hangs_up_is_billed_too(tmp_path: Path, gguf: Path) -> None:
    async def story() -> None:
        async with engines(tmp_path, gguf) as gateway:
            for client, call in anthropic_clients(gateway):
                create = client.messages.with_raw_response.create
                raw = await call(create, model="tiny-ours", messages=HI, max_tokens=LONG, stream=True)
                stream = await parsed(raw)
                await begun(stream)
                await (stream.close() if call is awaited else asyncio.to_thread(stream.close))
                [row] = await gateway.until_told(raw.headers["x-halfopen-request"])
                assert (row.fault, row.usage_from) == ("caller_gone", "estimated")
                assert row.usage["output"] >= 1

    run(story())


def test_a_stream_whose_engine_is_killed_ends_in_an_honest_error_and_the_next_is_served(
    tmp_path: Path, gguf: Path
) -> None:
    async def story() -> None:
        async with engines(tmp_path, gguf) as gateway:
            create = gateway.openai().chat.completions.with_raw_response.create
            raw = await create(model="halfopen/both", messages=HI, max_tokens=LONG, stream=True)
            stream = raw.parse()
            await anext(stream)
            kill(gateway, "ours")
            with pytest.raises(openai.APIError, match="closed the connection before its answer was whole"):
                await listed(stream)
            await both_told(gateway, raw, await create(model="halfopen/both", messages=HI, max_tokens=5))

    run(story())


def test_a_stream_of_messages_whose_engine_is_killed_ends_in_an_honest_error_and_the_next_is_served(
    tmp_path: Path, gguf: Path
) -> None:
    async def story() -> None:
        async with engines(tmp_path, gguf) as gateway:
            create = gateway.anthropic().messages.with_raw_response.create
            raw = await create(model="halfopen/both", messages=HI, max_tokens=LONG, stream=True)
            stream = await raw.parse()
            await begun(stream)
            kill(gateway, "ours")
            with pytest.raises(anthropic.APIError, match="closed the connection before its answer was whole"):
                async for event in stream:
                    assert event.type != "message_stop"
            await both_told(gateway, raw, await create(model="halfopen/both", messages=HI, max_tokens=5))

    run(story())


def test_a_whole_answer_comes_from_the_second_engine_when_the_first_is_killed_at_work(
    tmp_path: Path, gguf: Path
) -> None:
    async def story() -> None:
        async with engines(tmp_path, gguf) as gateway:
            create = gateway.openai().chat.completions.with_raw_response.create
            asked = asyncio.ensure_future(create(model="halfopen/both", messages=HI, max_tokens=800))
            await at_work(gateway, "ours")
            kill(gateway, "ours")
            raw = await asked
            usage = raw.parse().usage
            assert usage is not None
            assert usage.completion_tokens == 800
            rows = await gateway.rows(raw.headers["x-halfopen-request"])
            told = [(row.attempt, row.provider, row.fault, row.final) for row in rows]
            assert told == [(1, "ours", "truncated", False), (2, "theirs", "", True)]

    run(story())


def test_a_killed_engine_is_started_again_and_private_is_served_again(tmp_path: Path, gguf: Path) -> None:
    async def story() -> None:
        async with engines(tmp_path, gguf) as gateway:
            create, ours = gateway.openai().chat.completions.create, gateway.begun.engines[0]
            kill(gateway, "ours")
            while ours.healthy.is_set():
                await asyncio.sleep(0.01)
            with pytest.raises(openai.InternalServerError) as refused:
                await create(model="halfopen/private", messages=HI, max_tokens=5)
            assert refused.value.status_code == 503
            assert int(refused.value.response.headers["retry-after"]) >= 1
            await ours.healthy.wait()
            answer = await create(model="halfopen/private", messages=HI, max_tokens=5)
            assert answer.choices[0].finish_reason == "length"

    run(story())


async def both_told(gateway: Inside, broken: Any, following: Any) -> None:
    """The ledger shows the attempt that was cut off, and those of the request that came after it."""
    [row] = await gateway.until_told(broken.headers["x-halfopen-request"])
    assert (row.offer, row.fault, row.usage_from, row.final) == ("tiny-ours@ours", "truncated", "estimated", True)
    rows = await gateway.rows(following.headers["x-halfopen-request"])
    assert (rows[-1].offer, rows[-1].fault, rows[-1].final) == (following.headers["x-halfopen-offer"], "", True)
    assert all(row.offer == "tiny-ours@ours" and row.fault for row in rows[:-1]), "a try at the one that was killed"


async def begun(stream: Any) -> None:
    """Reads a stream of messages as far as its first words."""
    while (await (anext(stream) if hasattr(stream, "__anext__") else asyncio.to_thread(next, stream))).type != DELTA:
        pass


DELTA = "content_block_delta"
