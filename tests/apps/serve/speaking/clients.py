"""The official clients, each holding a talk in its own dialect: what one types, and what it makes of an answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import anthropic
import google.genai
import mistralai.client
import openai
import together

from tests.apps.serve.speaking.chatting import ChatTalk, MistralTalk, TogetherTalk
from tests.apps.serve.speaking.talks import ABOUT, WEATHER, Heard, Json, Talk

CALLER: Json = {"max_retries": 0, "timeout": 30}


@dataclass
class MessagesTalk:
    client: anthropic.AsyncAnthropic
    more: Json = field(default_factory=dict)
    messages: list[Json] = field(default_factory=list)
    model: str = "m-up"

    def say(self, words: str) -> None:
        self.messages.append({"role": "user", "content": words})

    def result(self, call: str, name: str, words: str) -> None:
        block = {"type": "tool_result", "tool_use_id": call, "content": words}
        if self.messages[-1]["role"] == "user":
            self.messages[-1]["content"].append(block)
        else:
            self.messages.append({"role": "user", "content": [block]})

    async def turn(self, stream: bool) -> Heard:
        tools = [{"name": "weather", "description": ABOUT, "input_schema": WEATHER}]
        asked: Json = {"model": self.model, "max_tokens": 2000, "messages": self.messages, "tools": tools} | self.more
        if stream:
            async with self.client.messages.stream(**asked) as told:
                answer: Json = await told.get_final_message()
        else:
            answer = await self.client.messages.create(**asked)
        self.messages.append({"role": "assistant", "content": [_kept(block) for block in answer.content]})
        cached = (answer.usage.cache_read_input_tokens or 0) + (answer.usage.cache_creation_input_tokens or 0)
        return Heard(
            text="".join(block.text for block in answer.content if block.type == "text"),
            calls=tuple((block.id, block.name, block.input) for block in answer.content if block.type == "tool_use"),
            thought="".join(block.thinking for block in answer.content if block.type == "thinking"),
            request=getattr(answer, "_request_id", None) or "",
            prompt=answer.usage.input_tokens + cached,
            output=answer.usage.output_tokens,
        )


def _kept(block: Json) -> Json:
    kept = block.model_dump(exclude_none=True)
    return {name: value for name, value in kept.items() if name not in ("parsed_output", "caller")}


@dataclass
class ResponsesTalk:
    """It holds its history itself: nothing is stored anywhere."""

    client: openai.AsyncOpenAI
    more: Json = field(default_factory=dict)
    items: list[Json] = field(default_factory=list)
    model: str = "m-up"

    def say(self, words: str) -> None:
        self.items.append({"role": "user", "content": words})

    def result(self, call: str, name: str, words: str) -> None:
        self.items.append({"type": "function_call_output", "call_id": call, "output": words})

    async def turn(self, stream: bool) -> Heard:
        tool = {"type": "function", "name": "weather", "description": ABOUT, "parameters": WEATHER, "strict": False}
        asked: Json = {"model": self.model, "input": self.items, "tools": [tool], "store": False}
        asked |= {"include": ["reasoning.encrypted_content"]} | self.more
        if stream:
            async with self.client.responses.stream(**asked) as told:
                answer: Json = await told.get_final_response()
        else:
            answer = await self.client.responses.create(**asked)
        self.items += [item.model_dump(exclude_none=True, exclude_unset=True) for item in answer.output]
        for item in self.items:
            item.pop("parsed_arguments", None)
        calls = [item for item in answer.output if item.type == "function_call"]
        thoughts = [item for item in answer.output if item.type == "reasoning"]
        return Heard(
            text=answer.output_text,
            calls=tuple((call.call_id, call.name, json.loads(call.arguments)) for call in calls),
            thought="".join(_thought(item) for item in thoughts),
            request=getattr(answer, "_request_id", None) or "",
            prompt=answer.usage.input_tokens,
            output=answer.usage.output_tokens,
        )


def _thought(item: Json) -> str:
    return "".join(part.text for part in [*(item.summary or ()), *(item.content or ())])


@dataclass
class GeminiTalk:
    client: google.genai.Client
    more: Json = field(default_factory=dict)
    contents: list[Json] = field(default_factory=list)
    model: str = "m-up"

    def say(self, words: str) -> None:
        self.contents.append(google.genai.types.UserContent(words))

    def result(self, call: str, name: str, words: str) -> None:
        types = google.genai.types
        response = types.FunctionResponse(id=call, name=name, response={"result": words})
        part = types.Part(function_response=response)
        if self.contents[-1].parts[0].function_response:
            self.contents[-1].parts.append(part)
        else:
            self.contents.append(types.Content(role="user", parts=[part]))

    async def turn(self, stream: bool) -> Heard:
        types = google.genai.types
        declared = types.FunctionDeclaration(name="weather", description=ABOUT, parameters_json_schema=WEATHER)
        config = types.GenerateContentConfig(
            tools=[types.Tool(function_declarations=[declared])],
            automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
            **self.more,
        )
        asked: Json = {"model": self.model, "contents": self.contents, "config": config}
        if stream:
            answers = [each async for each in await self.client.aio.models.generate_content_stream(**asked)]
        else:
            answers = [await self.client.aio.models.generate_content(**asked)]
        contents = [each.candidates[0].content for each in answers if each.candidates]
        parts = [part for content in contents if content for part in content.parts or ()]
        self.contents.append(types.Content(role="model", parts=parts))
        usage: Json = next(each.usage_metadata for each in reversed(answers) if each.usage_metadata)
        calls = [part.function_call for part in parts if part.function_call]
        return Heard(
            text="".join(part.text or "" for part in parts if not part.thought),
            calls=tuple((call.id or "", call.name or "", call.args) for call in calls),
            thought="".join(part.text or "" for part in parts if part.thought),
            prompt=usage.prompt_token_count,
            output=(usage.candidates_token_count or 0) + (usage.thoughts_token_count or 0),
        )


async def _openai(url: str, closing: AsyncExitStack) -> openai.AsyncOpenAI:
    return await closing.enter_async_context(openai.AsyncOpenAI(base_url=f"{url}/v1", api_key="unused", **CALLER))


async def chat(url: str, closing: AsyncExitStack) -> Talk:
    return ChatTalk(await _openai(url, closing))


async def responses(url: str, closing: AsyncExitStack) -> Talk:
    return ResponsesTalk(await _openai(url, closing))


async def messages(url: str, closing: AsyncExitStack) -> Talk:
    client = anthropic.AsyncAnthropic(base_url=url, api_key="unused", **CALLER)
    return MessagesTalk(await closing.enter_async_context(client))


async def gemini(url: str, closing: AsyncExitStack) -> Talk:
    client = google.genai.Client(api_key="unused", http_options={"base_url": url})
    closing.push_async_callback(client.aio.aclose)
    closing.callback(client.close)
    return GeminiTalk(client)


async def mistral(url: str, closing: AsyncExitStack) -> Talk:
    client = mistralai.client.Mistral(api_key="unused", server_url=url)
    return MistralTalk(await closing.enter_async_context(client))


async def together_ai(url: str, closing: AsyncExitStack) -> Talk:
    client = together.AsyncTogether(base_url=url, api_key="unused", **CALLER)
    return TogetherTalk(await closing.enter_async_context(client))


Opened = Callable[[str, AsyncExitStack], Any]
# By client; the dialect is what it speaks.
CLIENTS: Mapping[str, tuple[str, Opened]] = {
    "openai, chat": ("chat", chat),
    "openai, responses": ("responses", responses),
    "anthropic": ("messages", messages),
    "google-genai": ("gemini", gemini),
    "mistralai": ("chat", mistral),
    "together": ("chat", together_ai),
}
