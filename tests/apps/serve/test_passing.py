"""What passes through the gateway: the same request, the same answer, byte for byte, as without it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import anthropic
import msgspec
import openai
import pytest

from halfopen.testing import Received, ScriptedUpstream, Send, Step, always, wires
from tests.apps.serve.gateways import CALLER, HI, Inside, exchanged, inside, over, post, run

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
CALLS = [
    wires.ToolCall(id="call_1", name="weather", arguments='{"city": "Gießen", "days": 2}'),
    wires.ToolCall(id="call_2", name="weather", arguments='{"city": "Łódź"}'),
]
USAGE = wires.Usage(input=321, output=45, cache_read=67)
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
EXTRA = {"extra_body": {"a_field_of_tomorrow": {"deep": [1, 2.50, 1e300, {"x": None}], "big": 12345678901234567890123}}}

CHAT: Mapping[str, dict[str, Any]] = {
    "tools, to be called in parallel": {
        "messages": HI,
        "tools": [{"type": "function", "function": {"name": "weather", "parameters": PARAMETERS, "strict": True}}],
        "tool_choice": "auto",
        "parallel_tool_calls": True,
    },
    "results of tools": {
        "messages": [
            *HI,
            {"role": "assistant", "content": None, "tool_calls": [wires.chat_tool_call(call) for call in CALLS]},
            {"role": "tool", "tool_call_id": "call_1", "content": "rain ☔"},
            {"role": "tool", "tool_call_id": "call_2", "content": [{"type": "text", "text": "sun"}]},
        ]
    },
    "an image": {
        "messages": [
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "What is this?"},
                    {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}", "detail": "low"}},
                ],
            }
        ]
    },
    "fields that nobody knows": {"messages": HI, "seed": 7, "logit_bias": {"50256": -100}, **EXTRA},
    "metadata of the caller's own": {"messages": HI, "metadata": {"user": "ünï", "run": "7"}, "store": True},
}
MESSAGES: Mapping[str, dict[str, Any]] = {
    "tools, to be called in parallel": {
        "messages": HI,
        "tools": [{"name": "weather", "description": "tells it", "input_schema": PARAMETERS}],
        "tool_choice": {"type": "any", "disable_parallel_tool_use": False},
    },
    "results of tools": {
        "messages": [
            *HI,
            {
                "role": "assistant",
                "content": [
                    {"type": "tool_use", "id": call.id, "name": call.name, "input": json.loads(call.arguments)}
                    for call in CALLS
                ],
            },
            {
                "role": "user",
                "content": [
                    {"type": "tool_result", "tool_use_id": "call_1", "content": "rain ☔"},
                    {"type": "tool_result", "tool_use_id": "call_2", "content": "none", "is_error": True},
                ],
            },
        ]
    },
    "an image": {
        "messages": [
            {
                "role": "user",
                "content": [
                    {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PIXEL}},
                    {"type": "text", "text": "What is this?", "cache_control": {"type": "ephemeral"}},
                ],
            }
        ],
        "system": [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}],
    },
    "fields that nobody knows": {"messages": HI, "thinking": {"type": "disabled"}, **EXTRA},
    "metadata of the caller's own": {"messages": HI, "metadata": {"user_id": "ünï"}},
}


def chat_script(received: Received) -> Iterable[Step]:
    asked = received.json()
    calls = CALLS if "tools" in asked else ()
    if asked.get("stream"):
        wanted = wires.wants_usage(received)
        return wires.chat_stream(["Grüße", " 👋"], usage=USAGE, tool_calls=calls, include_usage=wanted)
    return wires.chat_answer("Grüße", usage=USAGE, tool_calls=calls)


def messages_script(received: Received) -> Iterable[Step]:
    asked = received.json()
    calls = CALLS if "tools" in asked else ()
    if asked.get("stream"):
        return wires.messages_stream(["Grüße", " 👋"], usage=USAGE, tool_calls=calls)
    return wires.messages_answer("Grüße", usage=USAGE, tool_calls=calls)


def same(through: Received, straight: Received, but: set[str]) -> None:
    """The bodies hold the same keys in the same order with the same bytes, but for these keys."""
    bodies = [msgspec.json.decode(each.body, type=dict[str, msgspec.Raw]) for each in (through, straight)]
    seen, wanted = ([(key, bytes(value)) for key, value in body.items() if key not in but] for body in bodies)
    assert seen == wanted


async def everything(answer: Any) -> list[Any]:
    """An answer, or all pieces of a streamed one, as plain values."""
    pieces = [each async for each in answer] if hasattr(answer, "__aiter__") else [answer]
    return [piece.model_dump() for piece in pieces]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("told", CHAT.values(), ids=CHAT.keys())
def test_a_chat_provider_sees_the_same_request_and_the_caller_the_same_answer(
    tmp_path: Path, told: dict[str, Any], stream: bool
) -> None:
    async def story() -> None:
        async with (
            ScriptedUpstream(chat_script) as up,
            inside(tmp_path, over({"up": up})) as gateway,
            openai.AsyncOpenAI(base_url=f"http://127.0.0.1:{up.port}/v1", **CALLER) as straight,
        ):
            asked = {**told, "stream": True} if stream else told
            through = await everything(await gateway.openai().chat.completions.create(model="m-up", **asked))
            expected = await everything(await straight.chat.completions.create(model="m-up", **asked))
            assert through == expected
            same(up.requests[0], up.requests[1], {"stream_options"} if stream else set())

    run(story())


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("told", MESSAGES.values(), ids=MESSAGES.keys())
def test_a_messages_provider_sees_the_same_request_and_the_caller_the_same_answer(
    tmp_path: Path, told: dict[str, Any], stream: bool
) -> None:
    async def story() -> None:
        async with (
            ScriptedUpstream(messages_script) as up,
            inside(tmp_path, over({"up": up})) as gateway,
            anthropic.AsyncAnthropic(base_url=f"http://127.0.0.1:{up.port}", **CALLER) as straight,
        ):
            asked: dict[str, Any] = {"max_tokens": 99, **told, **({"stream": True} if stream else {})}
            asked |= {"model": "m-up", "extra_headers": {"anthropic-beta": "tomorrow-2027-01-01"}}
            through = await everything(await gateway.anthropic().messages.create(**asked))
            expected = await everything(await straight.messages.create(**asked))
            assert through == expected
            same(up.requests[0], up.requests[1], set())
            for name in (b"anthropic-version", b"anthropic-beta"):
                assert up.requests[0].values(name) == up.requests[1].values(name) != []

    run(story())


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/messages"])
def test_only_model_and_labels_are_changed_in_a_body(tmp_path: Path, path: str) -> None:
    sent = (
        b'{ "zeta" : [ 1 , 2.50 ], "model":"halfopen/both" , "\\u00fc": "\\u00fc\xc3\xbc", "messages": [ {"a" : 1} ],'
        b' "metadata": {"mine": 1, "halfopen_task": "t", "halfopen_zone": "anywhere"}, "alpha": null}'
    )

    async def story() -> None:
        body = wires.chat_answer("x") if "chat" in path else wires.messages_answer("x")
        async with ScriptedUpstream(always(body)) as up, inside(tmp_path, over({"up": up})) as gateway:
            told = await posted(gateway, path, sent)
            assert isinstance(body[0], Send)
            assert told.endswith(body[0].data.partition(b"\r\n\r\n")[2])
            found = msgspec.json.decode(up.requests[0].body, type=dict[str, msgspec.Raw])
            assert list(found) == ["zeta", "model", "ü", "messages", "metadata", "alpha"]
            assert {key: bytes(value) for key, value in found.items()} == {
                "zeta": b"[ 1 , 2.50 ]",
                "model": b'"m-up"',
                "ü": b'"\\u00fc\xc3\xbc"',
                "messages": b'[ {"a" : 1} ]',
                "metadata": b'{"mine":1}',
                "alpha": b"null",
            }

    run(story())


def test_headers_cross_only_by_the_list(tmp_path: Path) -> None:
    async def story() -> None:
        async with ScriptedUpstream(chat_script) as up, inside(tmp_path, over({"up": up})) as gateway:
            more = b"".join(
                b"%b: secret-%b\r\n" % (name, name)
                for name in (b"authorization", b"cookie", b"x-api-key", b"x-forwarded-for", b"via", b"x-halfopen-task")
            )
            await posted(
                gateway, "/v1/chat/completions", b'{"model":"m-up","messages":[{}]}', b"traceparent: t\r\n" + more
            )
            [received] = up.requests
            assert received.values(b"traceparent") == [b"t"]
            assert not [header for header in received.headers if b"secret" in header[1]]
            assert received.values(b"accept-encoding") == [b"identity"]

    run(story())


async def posted(gateway: Inside, path: str, body: bytes, more: bytes = b"") -> bytes:
    """The whole answer to a bare POST."""
    told = await exchanged(gateway.port, post(gateway.port, path, body, more))
    assert told.startswith(b"HTTP/1.1 200"), told
    return told


def unchunked(told: bytes) -> bytes:
    """The body of a chunked answer (RFC 9112, 7.1)."""
    rest, body = told.partition(b"\r\n\r\n")[2], b""
    while True:
        size, _, rest = rest.partition(b"\r\n")
        if not int(size, 16):
            return body
        body, rest = body + rest[: int(size, 16)], rest[int(size, 16) + 2 :]
