"""The wire that scripts say is real: the providers' own clients read it, whole and streamed, in every framing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import anthropic
import openai
import pytest

from halfopen.testing import Received, ScriptedUpstream, Step, one_byte_at_a_time, wires

Way = Callable[[list[Step]], list[Step]]
WAYS: dict[str, Way] = {"as it is": list, "byte by byte": lambda steps: list(one_byte_at_a_time(steps))}
ways = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
framings = pytest.mark.parametrize("chunked", [True, False], ids=["chunks", "length"])

CALLS = [wires.ToolCall(id="c1", name="look", arguments='{"at":"sky"}'), wires.ToolCall(id="c2", name="rest")]
USAGE = wires.Usage(input=7, output=3, cache_read=2, cache_write=1)
ASKED: Any = [{"role": "user", "content": "hello"}]


def openai_of(up: ScriptedUpstream) -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(api_key="k", base_url=f"http://{up.host}:{up.port}/v1", max_retries=0)


def anthropic_of(up: ScriptedUpstream) -> anthropic.AsyncAnthropic:
    return anthropic.AsyncAnthropic(api_key="k", base_url=f"http://{up.host}:{up.port}", max_retries=0)


@framings
@ways
def test_a_chat_answer_is_read_by_the_openai_client(way: Way, chunked: bool) -> None:
    async def main() -> None:
        said = wires.chat_answer("hello", usage=USAGE, tool_calls=CALLS, chunked=chunked)
        async with ScriptedUpstream([way(said)]) as up, openai_of(up) as client:
            answer = await client.chat.completions.create(model="m", messages=ASKED)
            choice = answer.choices[0]
            assert (choice.message.content, choice.finish_reason) == ("hello", "tool_calls")
            assert [call.id for call in choice.message.tool_calls or ()] == ["c1", "c2"]
            assert answer.usage is not None
            assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (10, 3)
            assert answer.usage.total_tokens == 13
            assert answer.usage.prompt_tokens_details is not None
            assert answer.usage.prompt_tokens_details.cached_tokens == 2

    asyncio.run(main())


@framings
@ways
@pytest.mark.parametrize("wanted", [True, False], ids=["with usage", "without"])
def test_a_chat_stream_is_read_by_the_openai_client(way: Way, chunked: bool, wanted: bool) -> None:
    def script(received: Received) -> list[Step]:
        include = wires.wants_usage(received)
        return way(
            wires.chat_stream(["hel", "lo"], usage=USAGE, tool_calls=CALLS[:1], include_usage=include, chunked=chunked)
        )

    async def main() -> None:
        async with ScriptedUpstream(script) as up, openai_of(up) as client:
            stream = await client.chat.completions.create(
                model="m", messages=ASKED, stream=True, stream_options={"include_usage": wanted}
            )
            chunks = [chunk async for chunk in stream]
            choices = [choice for chunk in chunks for choice in chunk.choices]
            assert "".join(choice.delta.content or "" for choice in choices) == "hello"
            calls = [call.function for choice in choices for call in choice.delta.tool_calls or ()]
            assert "".join(call.arguments or "" for call in calls if call is not None) == CALLS[0].arguments
            assert choices[-1].finish_reason == "tool_calls"
            assert [chunk.usage.total_tokens for chunk in chunks if chunk.usage is not None] == [13] * wanted

    asyncio.run(main())


@framings
@ways
def test_a_message_is_read_by_the_anthropic_client(way: Way, chunked: bool) -> None:
    async def main() -> None:
        said = wires.messages_answer("hello", usage=USAGE, tool_calls=CALLS, chunked=chunked)
        async with ScriptedUpstream([way(said)]) as up, anthropic_of(up) as client:
            answer = await client.messages.create(model="m", messages=ASKED, max_tokens=9)
            assert [block.type for block in answer.content] == ["text", "tool_use", "tool_use"]
            assert answer.stop_reason == "tool_use"
            assert (answer.usage.input_tokens, answer.usage.output_tokens) == (7, 3)
            assert (answer.usage.cache_read_input_tokens, answer.usage.cache_creation_input_tokens) == (2, 1)

    asyncio.run(main())


@framings
@ways
def test_a_stream_of_messages_is_read_by_the_anthropic_client(way: Way, chunked: bool) -> None:
    async def main() -> None:
        said = wires.messages_stream(["hel", "lo"], usage=USAGE, tool_calls=CALLS, chunked=chunked)
        async with ScriptedUpstream([way(said)]) as up, anthropic_of(up) as client:
            async with client.messages.stream(model="m", messages=ASKED, max_tokens=9) as stream:
                answer = await stream.get_final_message()
            text, look, rest = answer.content
            assert text.type == "text"
            assert text.text == "hello"
            assert look.type == rest.type == "tool_use"
            assert (look.input, rest.input) == ({"at": "sky"}, {})
            assert (answer.usage.input_tokens, answer.usage.output_tokens) == (7, 3)

    asyncio.run(main())


def test_a_refusal_is_read_as_one_by_both_clients() -> None:
    async def main() -> None:
        body = {"error": {"type": "rate_limit_error", "message": "slow down"}}
        script = [wires.error(429, body, ((b"retry-after", b"7"),)), wires.error(529, {"type": "error", **body})]
        async with ScriptedUpstream(script) as up, openai_of(up) as one, anthropic_of(up) as other:
            with pytest.raises(openai.RateLimitError) as slowed:
                await one.chat.completions.create(model="m", messages=ASKED)
            assert slowed.value.response.headers["retry-after"] == "7"
            with pytest.raises(anthropic.APIStatusError, match="slow down") as busy:
                await other.messages.create(model="m", messages=ASKED, max_tokens=9)
            assert busy.value.status_code == 529

    asyncio.run(main())


def test_a_stream_that_is_not_done_lacks_its_last_event() -> None:
    whole, cut = (b"".join(step.data for step in wires.chat_stream(["a"], done=done)) for done in (True, False))  # type: ignore[attr-defined]
    assert wires.DONE in whole
    assert wires.DONE not in cut
    events = wires.messages_events(["a"], model="m")
    assert json.loads(events[-1].split(b"data: ")[1]) == {"type": "message_stop"}
    assert events[-1] not in b"".join(step.data for step in wires.messages_stream(["a"], done=False))  # type: ignore[attr-defined]
