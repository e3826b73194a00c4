"""Two real llama.cpp engines behind a gateway, and the official clients of both dialects, in a loop and in threads."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from inspect import isawaitable
from pathlib import Path
from typing import Any

import pytest

from tests.apps.serve.gateways import HI, Inside, inside

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
