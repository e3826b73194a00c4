"""The official clients that speak chat: OpenAI's, Mistral's and Together's."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import mistralai.client
import openai
import together

from tests.apps.serve.speaking.talks import ABOUT, WEATHER, Heard, Json


@dataclass
class ChatTalk:
    client: openai.AsyncOpenAI
    more: Json = field(default_factory=dict)
    messages: list[Json] = field(default_factory=list)
    model: str = "m-up"

    def say(self, words: str) -> None:
        self.messages.append({"role": "user", "content": words})

    def result(self, call: str, name: str, words: str) -> None:
        self.messages.append({"role": "tool", "tool_call_id": call, "content": words})

    async def turn(self, stream: bool) -> Heard:
        function = {"name": "weather", "description": ABOUT, "parameters": WEATHER}
        asked: Json = {
            "model": self.model,
            "messages": self.messages,
            "tools": [{"type": "function", "function": function}],
        }
        asked |= self.more
        if stream:
            options: Json = {"include_usage": True}
            async with self.client.chat.completions.stream(**asked, stream_options=options) as told:
                answer: Json = await told.get_final_completion()
        else:
            answer = await self.client.chat.completions.create(**asked)
        message = answer.choices[0].message
        self.messages.append(message.model_dump(exclude_none=True, exclude_unset=True, exclude={"parsed"}))
        calls = [
            (each.id, each.function.name, json.loads(each.function.arguments)) for each in message.tool_calls or ()
        ]
        for each in self.messages[-1].get("tool_calls", ()):
            each.pop("index", None)
            each["function"].pop("parsed_arguments", None)
        return Heard(
            text=message.content or "",
            calls=tuple(calls),
            thought=getattr(message, "reasoning_content", None) or "",
            request=getattr(answer, "_request_id", None) or "",
            prompt=answer.usage.prompt_tokens,
            output=answer.usage.completion_tokens,
        )


@dataclass
class MistralTalk:
    client: mistralai.client.Mistral
    more: Json = field(default_factory=dict)
    messages: list[Json] = field(default_factory=list)
    model: str = "m-up"

    def say(self, words: str) -> None:
        self.messages.append({"role": "user", "content": words})

    def result(self, call: str, name: str, words: str) -> None:
        self.messages.append({"role": "tool", "tool_call_id": call, "name": name, "content": words})

    async def turn(self, stream: bool) -> Heard:
        function = {"name": "weather", "description": ABOUT, "parameters": WEATHER}
        asked: Json = {
            "model": self.model,
            "messages": self.messages,
            "tools": [{"type": "function", "function": function}],
        }
        asked |= self.more
        if stream:
            chunks = [event.data async for event in await self.client.chat.stream_async(**asked)]
            return self._streamed(chunks)
        answer: Json = await self.client.chat.complete_async(**asked)
        message = answer.choices[0].message
        self.messages.append(message)
        return Heard(
            text=message.content or "",
            calls=tuple(map(_mistral_call, message.tool_calls or ())),
            prompt=answer.usage.prompt_tokens,
            output=answer.usage.completion_tokens,
        )

    def _streamed(self, chunks: list[Json]) -> Heard:
        deltas = [choice.delta for chunk in chunks for choice in chunk.choices]
        text = "".join(delta.content or "" for delta in deltas)
        calls = _joined([call for delta in deltas for call in delta.tool_calls or ()])
        self.messages.append({"role": "assistant", "content": text, "tool_calls": calls})
        usage = next((chunk.usage for chunk in reversed(chunks) if chunk.usage), None)
        told = tuple(
            (each["id"], each["function"]["name"], json.loads(each["function"]["arguments"])) for each in calls
        )
        return Heard(
            text=text,
            calls=told,
            prompt=usage and usage.prompt_tokens,
            output=usage and usage.completion_tokens,
        )


def _mistral_call(call: Json) -> tuple[str, str, Json]:
    given = call.function.arguments
    return call.id, call.function.name, json.loads(given) if isinstance(given, str) else given


def _joined(pieces: list[Json]) -> list[Json]:
    """Calls from their pieces, which say at which place they belong."""
    calls: dict[int, Json] = {}
    for piece in pieces:
        call = calls.setdefault(
            piece.index or 0, {"id": "", "type": "function", "function": {"name": "", "arguments": ""}}
        )
        if piece.id and piece.id != "null":
            call["id"] = piece.id
        call["function"]["name"] += piece.function.name or ""
        given = piece.function.arguments
        call["function"]["arguments"] += given if isinstance(given, str) else json.dumps(given or "")
    return list(calls.values())


@dataclass
class TogetherTalk:
    client: together.AsyncTogether
    more: Json = field(default_factory=dict)
    messages: list[Json] = field(default_factory=list)
    model: str = "m-up"

    def say(self, words: str) -> None:
        self.messages.append({"role": "user", "content": words})

    def result(self, call: str, name: str, words: str) -> None:
        self.messages.append({"role": "tool", "tool_call_id": call, "content": words})

    async def turn(self, stream: bool) -> Heard:
        function = {"name": "weather", "description": ABOUT, "parameters": WEATHER}
        asked: Json = {
            "model": self.model,
            "messages": self.messages,
            "tools": [{"type": "function", "function": function}],
        }
        asked |= self.more
        if stream:
            chunks: Json = [chunk async for chunk in await self.client.chat.completions.create(**asked, stream=True)]
            deltas = [choice.delta for chunk in chunks for choice in chunk.choices]
            text = "".join(delta.content or "" for delta in deltas)
            calls = _joined([call for delta in deltas for call in delta.tool_calls or ()])
            usage = next((chunk.usage for chunk in reversed(chunks) if chunk.usage), None)
        else:
            answer: Json = await self.client.chat.completions.create(**asked)
            message = answer.choices[0].message
            text, usage = message.content or "", answer.usage
            calls = [
                call.model_dump(exclude_none=True, include={"id", "type", "function"})
                for call in message.tool_calls or ()
            ]
        self.messages.append({"role": "assistant", "content": text or None, **({"tool_calls": calls} if calls else {})})
        told = tuple(
            (each["id"], each["function"]["name"], json.loads(each["function"]["arguments"])) for each in calls
        )
        return Heard(
            text=text,
            calls=told,
            prompt=usage and usage.prompt_tokens,
            output=usage and usage.completion_tokens,
        )
