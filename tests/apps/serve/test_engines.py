"""Two real llama.cpp engines, one at home and one under contract, and the official clients of both dialects."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from inspect import isawaitable
from pathlib import Path
from typing import Any

import anthropic
import openai
import pytest

from tests.apps.serve.gateways import HI, Inside, inside, run
from tests.tiny_model import tiny_gguf

pytest.importorskip("xllamacpp", reason="llama.cpp is not installed: pip install halfopen[local]")

LONG = 3000  # tokens: seconds of work for an engine
SCHEMA = {
    "type": "object",
    "properties": {"verdict": {"enum": ["yes", "no"]}, "sure": {"type": "boolean"}},
    "required": ["verdict", "sure"],
    "additionalProperties": False,
}
ENGINES = ("ours", "theirs")
ZONE = {"ours": "home", "theirs": "contract"}
each_engine = pytest.mark.parametrize("engine", ENGINES)


@pytest.fixture(scope="module")
def gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_gguf(tmp_path_factory.mktemp("model") / "tiny.gguf", layers=6)


@asynccontextmanager
async def engines(folder: Path, gguf: Path, parallel: int = 1) -> AsyncIterator[Inside]:
    """A gateway over two engines: `tiny-ours` in zone home, `tiny-theirs` placed in zone contract."""
    rows = {
        name: {"gguf": str(gguf), "model": f"tiny-{name}", "context": 4096, "parallel": parallel, "threads": 1}
        for name in ENGINES
    }
    both = {"require": {"models": ["tiny-ours", "tiny-theirs"]}, "prefer": ["nearest"]}
    config = {"engines": rows, "zones": {"contract": ["theirs"]}, "lanes": {"both": both}}
    async with inside(folder, config) as gateway:
        for each in gateway.begun.engines:
            await each.healthy.wait()
        yield gateway


def kill(gateway: Inside, name: str) -> None:
    pid = next(each.pid for each in gateway.begun.engines if each.name == name)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


def chat_told(usage: Any) -> Mapping[str, int]:
    """What a chat client was told of its usage, in the ledger's words."""
    cached = usage.prompt_tokens_details.cached_tokens or 0
    told = {"input": usage.prompt_tokens - cached, "cached_read": cached, "output": usage.completion_tokens}
    return {kind: count for kind, count in told.items() if count or kind != "cached_read"}


def messages_told(usage: Any) -> Mapping[str, int]:
    told = {"input": usage.input_tokens, "output": usage.output_tokens}
    return {**told, "cached_read": usage.cache_read_input_tokens} if usage.cache_read_input_tokens else told


async def chat(client: Any, call: Callable[..., Awaitable[Any]], model: str, **more: Any) -> tuple[str, Any, str, Any]:
    """A whole chat answer: its text, usage, request and last reason."""
    raw = await call(client.chat.completions.with_raw_response.create, model=model, messages=HI, max_tokens=20, **more)
    answer = raw.parse()
    choice = answer.choices[0]
    return choice.message.content, answer.usage, raw.headers["x-halfopen-request"], choice.finish_reason


async def told_by(
    client: Any, call: Callable[..., Awaitable[Any]], model: str, **more: Any
) -> tuple[str, Any, str, Any]:
    """The same of a whole message."""
    raw = await call(client.messages.with_raw_response.create, model=model, messages=HI, max_tokens=20, **more)
    answer = await parsed(raw)
    return answer.content[0].text, answer.usage, raw.headers["x-halfopen-request"], answer.stop_reason


async def awaited(function: Callable[..., Awaitable[Any]], **arguments: Any) -> Any:
    return await function(**arguments)


async def threaded(function: Callable[..., Any], **arguments: Any) -> Any:
    return await asyncio.to_thread(function, **arguments)


def openai_clients(gateway: Inside) -> list[tuple[Any, Any]]:
    """The asynchronous and the synchronous client, each with the way to call it."""
    return [(gateway.openai(), awaited), (gateway.openai_in_threads(), threaded)]


def anthropic_clients(gateway: Inside) -> list[tuple[Any, Any]]:
    return [(gateway.anthropic(), awaited), (gateway.anthropic_in_threads(), threaded)]


@each_engine
def test_the_openai_clients_get_text_usage_and_stop_sequences(tmp_path: Path, gguf: Path, engine: str) -> None:
    async def story() -> None:
        async with engines(tmp_path, gguf) as gateway:
            for client, call in openai_clients(gateway):
                text, usage, request, reason = await chat(client, call, f"tiny-{engine}", temperature=0)
                assert (reason, usage.completion_tokens, len(text) >= 10) == ("length", 20, True)
                [row] = await gateway.rows(request)
                assert (row.usage, row.usage_from) == (chat_told(usage), "provider")
                assert (row.zone, row.provider, row.fault, row.final) == (ZONE[engine], engine, "", True)
                mark = text[7]
                short, _, _, reason = await chat(client, call, f"tiny-{engine}", temperature=0, stop=[mark])
                assert (short, reason) == (text[: text.index(mark)], "stop")

    run(story())


@each_engine
def test_the_anthropic_clients_get_text_usage_and_stop_sequences(tmp_path: Path, gguf: Path, engine: str) -> None:
    async def story() -> None:
        async with engines(tmp_path, gguf) as gateway:
            for client, call in anthropic_clients(gateway):
                text, usage, request, reason = await told_by(client, call, f"tiny-{engine}", **GREEDY)
                assert (reason, usage.output_tokens, len(text) >= 10) == ("max_tokens", 20, True)
                [row] = await gateway.rows(request)
                assert (row.usage, row.usage_from) == (messages_told(usage), "provider")
                assert (row.zone, row.provider, row.dialect) == (ZONE[engine], engine, "messages")
                mark = text[7]
                again = {**GREEDY, "stop_sequences": [mark]}
                short, _, _, reason = await told_by(client, call, f"tiny-{engine}", **again)
                assert short == text[: text.index(mark)]
                assert reason in ("stop_sequence", "end_turn")  # Anthropic says the former, llama.cpp the latter

    run(story())


@each_engine
def test_the_openai_clients_stream(tmp_path: Path, gguf: Path, engine: str) -> None:
    async def story() -> None:
        async with engines(tmp_path, gguf) as gateway:
            for client, call in openai_clients(gateway):
                create = client.chat.completions.with_raw_response.create
                told = {"model": f"tiny-{engine}", "messages": HI, "max_tokens": 20, "temperature": 0, "stream": True}
                raw = await call(create, **told, stream_options={"include_usage": True})
                chunks = await listed(raw.parse())
                whole, _, _, _ = await chat(client, call, f"tiny-{engine}", temperature=0)
                assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == whole
                [row] = await gateway.rows(raw.headers["x-halfopen-request"])
                assert row.usage == chat_told(chunks[-1].usage)
                raw = await call(create, **told)
                assert [chunk.usage for chunk in await listed(raw.parse()) if chunk.usage] == []
                [row] = await gateway.rows(raw.headers["x-halfopen-request"])
                assert (row.usage["output"], row.usage_from, row.stream) == (20, "provider", True)

    run(story())


@each_engine
def test_the_anthropic_clients_stream(tmp_path: Path, gguf: Path, engine: str) -> None:
    async def story() -> None:
        async with engines(tmp_path, gguf) as gateway:
            for client, call in anthropic_clients(gateway):
                create = client.messages.with_raw_response.create
                told = {"model": f"tiny-{engine}", "messages": HI, "max_tokens": 20, "stream": True, **GREEDY}
                raw = await call(create, **told)
                events = await listed(await parsed(raw))
                whole, _, _, _ = await told_by(client, call, f"tiny-{engine}", **GREEDY)
                texts = [event.delta.text for event in events if event.type == "content_block_delta"]
                assert "".join(texts) == whole
                assert events[-1].type == "message_stop"
                [row] = await gateway.rows(raw.headers["x-halfopen-request"])
                assert (row.usage["output"], row.usage_from, row.zone) == (20, "provider", ZONE[engine])

    run(story())


def test_a_json_schema_is_kept_to_whole_and_streamed(tmp_path: Path, gguf: Path) -> None:
    async def story() -> None:
        shape = {"type": "json_schema", "json_schema": {"name": "verdict", "strict": True, "schema": SCHEMA}}
        told: dict[str, Any] = {"messages": HI, "max_tokens": 1000, "response_format": shape}
        async with engines(tmp_path, gguf) as gateway:
            create = gateway.openai().chat.completions.create
            for name in ENGINES:
                whole = await create(model=f"tiny-{name}", **told)
                chunks = await listed(await create(model=f"tiny-{name}", stream=True, **told))
                streamed = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
                for text in (whole.choices[0].message.content, streamed):
                    found = json.loads(text)
                    assert found["verdict"] in ("yes", "no")
                    assert isinstance(found["sure"], bool)

    run(story())


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


def test_an_anthropic_caller_who_hangs_up_is_billed_too(tmp_path: Path, gguf: Path) -> None:
    async def story() -> None:
        async with engines(tmp_path, gguf) as gateway:
            create = gateway.anthropic().messages.with_raw_response.create
            raw = await create(model="tiny-ours", messages=HI, max_tokens=LONG, stream=True)
            stream = await raw.parse()
            async for event in stream:
                if event.type == "content_block_delta":
                    break
            await stream.close()
            [row] = await gateway.until_told(raw.headers["x-halfopen-request"])
            assert (row.fault, row.usage_from) == ("caller_gone", "estimated")
            assert row.usage["output"] >= 1

    run(story())


def test_a_stream_whose_engine_is_killed_ends_in_an_honest_error(tmp_path: Path, gguf: Path) -> None:
    async def story() -> None:
        async with engines(tmp_path, gguf) as gateway:
            create = gateway.openai().chat.completions.with_raw_response.create
            raw = await create(model="halfopen/both", messages=HI, max_tokens=LONG, stream=True)
            stream = raw.parse()
            await anext(stream)
            kill(gateway, "ours")
            with pytest.raises(openai.APIError, match="closed the connection before its answer was whole"):
                await listed(stream)
            [row] = await gateway.rows(raw.headers["x-halfopen-request"])
            assert (row.offer, row.fault, row.usage_from) == ("tiny-ours@ours", "truncated", "estimated")
            following = await create(model="halfopen/both", messages=HI, max_tokens=5)
            assert following.parse().choices[0].finish_reason == "length"
            assert following.headers["x-halfopen-offer"] in ("tiny-ours@ours", "tiny-theirs@theirs")

    run(story())


def test_a_stream_of_messages_whose_engine_is_killed_ends_in_an_honest_error(tmp_path: Path, gguf: Path) -> None:
    async def story() -> None:
        async with engines(tmp_path, gguf) as gateway:
            create = gateway.anthropic().messages.create
            stream = await create(model="halfopen/both", messages=HI, max_tokens=LONG, stream=True)
            await anext(stream)
            kill(gateway, "ours")
            with pytest.raises(anthropic.APIError, match="closed the connection before its answer was whole"):
                async for event in stream:
                    assert event.type != "message_stop"

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


GREEDY: dict[str, Any] = {"extra_body": {"temperature": 0}}


async def parsed(raw: Any) -> Any:
    """Anthropic's asynchronous client parses asynchronously, its synchronous one does not."""
    found = raw.parse()
    return await found if isawaitable(found) else found


async def listed(stream: Any) -> list[Any]:
    """All of a stream, whichever client it comes from."""
    if hasattr(stream, "__aiter__"):
        return [each async for each in stream]
    return await asyncio.to_thread(list, stream)


async def at_work(gateway: Inside, name: str) -> None:
    """Waits until an engine says that its slot is taken."""
    port = next(each.port for each in gateway.begun.engines if each.name == name)
    while True:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /slots HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n")
        told = await reader.read()
        writer.close()
        if b'"is_processing":true' in told:
            return
        await asyncio.sleep(0.01)
