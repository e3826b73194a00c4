"""Calls that are no conversation, by the official clients: passed through byte for byte, priced and recorded."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import google.genai
import openai
import pytest

from halfopen.ledger.entry import Entry
from halfopen.testing import Received, ScriptedUpstream, Step, wires
from tests.apps.serve.gateways import CALLER, HI, MESSAGES, PRICES, Inside, exchanged, inside, over, post, run

# Google's client, of itself: it inherits from a session that aiohttp would rather not see inherited from.
pytestmark = pytest.mark.filterwarnings("ignore:Inheritance class AiohttpClientSession:DeprecationWarning")
SERVED = ("chat", "embeddings", "rerank", "images", "transcription", "speech", "moderation")
WORDS = b"RIFF\r\n--not-the-boundary\r\n\x00\xff" * 50

ANSWERS: Mapping[str, Any] = {
    "/v1/embeddings": {
        "object": "list",
        "model": "x",
        "data": [{"object": "embedding", "index": 0, "embedding": [0.25, -1.0]}],
        "usage": {"prompt_tokens": 8, "total_tokens": 8},
    },
    "/v1/completions": {
        "id": "cmpl-1",
        "object": "text_completion",
        "created": 1,
        "model": "x",
        "choices": [{"index": 0, "text": " sea", "finish_reason": "stop", "logprobs": None}],
        "usage": {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7},
    },
    "/v1/rerank": {"results": [{"index": 0, "relevance_score": 0.5}], "usage": {"total_tokens": 30}},
    "/v1/images/generations": {
        "created": 1,
        "data": [{"b64_json": "aGk="}],
        "usage": {"input_tokens": 4, "output_tokens": 100, "total_tokens": 104},
    },
    "/v1/audio/transcriptions": {"text": "Good day.", "usage": {"type": "duration", "seconds": 3}},
    "/v1/moderations": {"id": "m1", "model": "x", "results": []},
    "/v1/messages/count_tokens": {"input_tokens": 17},
    "/v1beta/models/m-up:countTokens": {"totalTokens": 12},
}


def script(received: Received) -> Iterable[Step]:
    if received.target == "/v1/audio/speech":
        return wires.whole(200, WORDS, ((b"content-type", b"audio/mpeg"),))
    return wires.in_json(200, ANSWERS[received.target])


async def opened(stack: AsyncExitStack, folder: Path) -> tuple[ScriptedUpstream, Inside]:
    up = await stack.enter_async_context(ScriptedUpstream(script))
    dialects = {"chat": "/v1/chat/completions", "messages": MESSAGES, "gemini": "/v1beta"}
    config = over({"up": up}, dialects=dialects)
    offer = {"model": "m-up", "provider": "up", "prices": PRICES, "operations": SERVED}
    return up, await stack.enter_async_context(inside(folder, {**config, "offers": [offer], "lanes": {}}))


async def row(gateway: Inside, headers: Mapping[str, str]) -> Entry:
    (entry,) = await gateway.rows(headers["x-halfopen-request"])
    return entry


CALLS: Mapping[str, Any] = {
    "embeddings": lambda c: c.embeddings.with_raw_response.create(model="m-up", input="Hi", encoding_format="float"),
    "completions": lambda c: c.completions.with_raw_response.create(model="m-up", prompt="The Danube ends in the"),
    "images": lambda c: c.images.with_raw_response.generate(model="m-up", prompt="a river"),
    "moderation": lambda c: c.moderations.with_raw_response.create(model="m-up", input="Hi"),
    "speech": lambda c: c.audio.speech.with_raw_response.create(model="m-up", input="Hi", voice="alloy"),
    "transcription": lambda c: c.audio.transcriptions.with_raw_response.create(
        model="m-up", file=("a.wav", WORDS, "audio/wav"), language="en"
    ),
}
# What was used, who says so, and picodollars: 2 USD a million in, 10 out; None is unpriced.
TOLD: Mapping[str, tuple[Mapping[str, int], str, int | None]] = {
    "embeddings": ({"input": 8, "output": 0}, "provider", 16_000_000),
    "completions": ({"input": 5, "output": 2}, "provider", 30_000_000),
    "images": ({"input": 4, "output": 0, "output_image": 100}, "provider", None),
    "moderation": ({}, "unknown", None),
    "speech": ({}, "unknown", None),
    "transcription": ({}, "unknown", None),
}


@pytest.mark.parametrize("operation", CALLS)
def test_the_official_client_gets_what_its_provider_said_and_the_ledger_what_it_cost(
    tmp_path: Path, operation: str
) -> None:
    async def story() -> None:
        async with AsyncExitStack() as stack:
            up, gateway = await opened(stack, tmp_path)
            straight = openai.AsyncOpenAI(base_url=f"http://127.0.0.1:{up.port}/v1", **CALLER)
            await stack.enter_async_context(straight)
            through = await CALLS[operation](gateway.openai())
            expected = await CALLS[operation](straight)
            assert through.http_response.content == expected.http_response.content
            assert through.http_response.headers["content-type"] == expected.http_response.headers["content-type"]
            entry = await row(gateway, through.headers)
            assert (entry.dialect, entry.usage, entry.usage_from, entry.cost) == (operation, *TOLD[operation])
            assert (entry.spoken, entry.dropped, entry.status) == ("", (), 200)

    run(story())


def test_every_byte_of_a_form_is_kept_but_the_name_of_the_model(tmp_path: Path) -> None:
    async def story() -> None:
        async with AsyncExitStack() as stack:
            up, gateway = await opened(stack, tmp_path)
            parts = (
                b'--x y\r\ncontent-disposition: form-data; name="model"\r\n\r\nm-up@up\r\n'
                b'--x y\r\ncontent-disposition: form-data; name="file"; filename="a.wav"\r\n'
                b"content-type: audio/wav\r\n\r\n" + WORDS + b"\r\n--x y--\r\n"
            )
            head = post(gateway.port, "/v1/audio/transcriptions", parts)
            kind = b'multipart/form-data; boundary="x y"'
            told = await exchanged(gateway.port, head.replace(b"application/json", kind, 1))
            assert b" 200 " in told.partition(b"\r\n")[0]
            assert up.requests[0].body == parts.replace(b"m-up@up", b"m-up")
            assert up.requests[0].values(b"content-type") == [kind]

    run(story())


def test_tokens_are_counted_by_who_would_serve_and_that_is_free(tmp_path: Path) -> None:
    async def story() -> None:
        async with AsyncExitStack() as stack:
            _, gateway = await opened(stack, tmp_path)
            told = await gateway.anthropic().messages.with_raw_response.count_tokens(model="m-up", messages=HI)
            assert (await told.parse()).input_tokens == 17
            entry = await row(gateway, told.headers)
            assert (entry.cost, entry.usage_from) == (0, "provider")
            client = google.genai.Client(api_key="unused", http_options={"base_url": gateway.url})
            stack.push_async_callback(client.aio.aclose)
            stack.callback(client.close)
            assert (await client.aio.models.count_tokens(model="m-up", contents="Hi")).total_tokens == 12

    run(story())


def test_a_call_goes_to_nobody_who_does_not_serve_it(tmp_path: Path) -> None:
    async def story() -> None:
        async with ScriptedUpstream(script) as up, inside(tmp_path, over({"up": up})) as gateway:
            with pytest.raises(openai.BadRequestError, match="it serves chat and count, not embeddings"):
                await gateway.openai().embeddings.create(model="m-up", input="Hi")
            assert up.requests == []

    run(story())


def test_a_json_body_is_no_form_and_a_form_no_json(tmp_path: Path) -> None:
    async def story() -> None:
        async with AsyncExitStack() as stack:
            _, gateway = await opened(stack, tmp_path)
            told = await exchanged(gateway.port, post(gateway.port, "/v1/audio/transcriptions", b"{}"))
            assert b" 415 " in told
            assert b"Send multipart/form-data" in told
            form = post(gateway.port, "/v1/embeddings", b"x").replace(b"application/json", b"multipart/form-data")
            assert b" 415 " in await exchanged(gateway.port, form)

    run(story())


def test_rerank_is_passed_on_and_priced_by_its_tokens(tmp_path: Path) -> None:
    async def story() -> None:
        async with AsyncExitStack() as stack:
            up, gateway = await opened(stack, tmp_path)
            asked = {"model": "m-up", "query": "sea", "documents": ["The Black Sea", "A hill"], "odd": [1.50]}
            told = await exchanged(gateway.port, post(gateway.port, "/v1/rerank", json.dumps(asked).encode()))
            assert json.loads(told.partition(b"\r\n\r\n")[2]) == ANSWERS["/v1/rerank"]
            assert up.requests[0].json() == asked
            id = told.lower().partition(b"x-halfopen-request: ")[2].partition(b"\r\n")[0].decode()
            (entry,) = await gateway.rows(id)
            assert (entry.usage, entry.cost) == ({"input": 30, "output": 0}, 60_000_000)

    run(story())


def test_google_s_client_lists_what_there_is_to_name(tmp_path: Path) -> None:
    async def story() -> None:
        async with AsyncExitStack() as stack:
            _, gateway = await opened(stack, tmp_path)
            client = google.genai.Client(api_key="unused", http_options={"base_url": gateway.url})
            stack.push_async_callback(client.aio.aclose)
            stack.callback(client.close)
            names = [model.name async for model in await client.aio.models.list()]
            assert "models/m-up@up" in names
            assert "models/halfopen/realtime" in names
            assert (await client.aio.models.get(model="m-up@up")).name == "models/m-up@up"

    run(story())
