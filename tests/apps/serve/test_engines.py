"""Two real engines, one at home and one under contract, and the official clients of both dialects."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from tests.apps.serve.engines import (
    ENGINES,
    GREEDY,
    SCHEMA,
    ZONE,
    anthropic_clients,
    chat,
    chat_told,
    each_engine,
    engines,
    listed,
    messages_told,
    openai_clients,
    parsed,
    told_by,
)
from tests.apps.serve.gateways import HI, run

pytest.importorskip("xllamacpp", reason="llama.cpp is not installed: pip install halfopen[local]")


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
            for (client, call), name in product(openai_clients(gateway), ENGINES):
                create = client.chat.completions.create
                whole = await call(create, model=f"tiny-{name}", **told)
                chunks = await listed(await call(create, model=f"tiny-{name}", stream=True, **told))
                streamed = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
                for text in (whole.choices[0].message.content, streamed):
                    found = json.loads(text)
                    assert found["verdict"] in ("yes", "no")
                    assert isinstance(found["sure"], bool)

    run(story())
