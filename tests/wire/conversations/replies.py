"""Answers told in chat and in messages, in our own words; where a crossing loses something, what arrives."""

from __future__ import annotations

from typing import Any

from tests.wire.conversations.told import Pair
from tests.wire.sealed.envelopes import unsigned

Json = Any


def chat(finish: str = "stop", usage: Json = None, content: Json = None, **message: Json) -> Json:
    said = {"role": "assistant", "content": content, "refusal": None, **message}
    choice = {"index": 0, "message": said, "logprobs": None, "finish_reason": finish}
    return {
        "id": "a1",
        "object": "chat.completion",
        "created": 0,
        "model": "m",
        "choices": [choice],
        "usage": usage or CHAT_USAGE,
    }


def messages(*blocks: Json, stop: str = "end_turn", sequence: str | None = None, usage: Json = None) -> Json:
    head = {"id": "a1", "type": "message", "role": "assistant", "model": "m", "content": list(blocks)}
    return head | {"stop_reason": stop, "stop_sequence": sequence, "usage": usage or MESSAGES_USAGE}


CHAT_USAGE = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
MESSAGES_USAGE = {"input_tokens": 11, "output_tokens": 7}


def text(words: str, **more: Json) -> Json:
    return {"type": "text", "text": words, **more}


def use(named: str, name: str, given: Json) -> Json:
    return {"type": "tool_use", "id": named, "name": name, "input": given}


def call(named: str, name: str, arguments: str) -> Json:
    return {"id": named, "type": "function", "function": {"name": name, "arguments": arguments}}


def cites(url: str, title: str, start: int, end: int) -> Json:
    inner = {"url": url, "title": title, "start_index": start, "end_index": end}
    return {"type": "url_citation", "url_citation": inner}


def found(url: str, title: str, quoted: str, index: str = "halfopen") -> Json:
    where = {"type": "web_search_result_location", "url": url, "title": title}
    return where | {"cited_text": quoted, "encrypted_index": index}


def searched(named: str, query: str, **more: Json) -> Json:
    return {"type": "server_tool_use", "id": named, "name": "web_search", "input": {"query": query, **more}}


SEA = "In the Black Sea."
TOWNS = [call("c1", "weather", '{"town":"Ulm"}'), call("c2", "weather", '{"town":"Passau"}')]
USES = [use("c1", "weather", {"town": "Ulm"}), use("c2", "weather", {"town": "Passau"})]

REPLIES = [
    Pair(name="a sentence", chat=chat(content=SEA), messages=messages(text(SEA))),
    Pair(
        name="letters of all kinds", chat=chat(content='Grüße 👋\r\n"こ"'), messages=messages(text('Grüße 👋\r\n"こ"'))
    ),
    Pair(
        name="words like those of the wire",
        chat=chat(content="data: [DONE]\n\nevent: message_stop"),
        messages=messages(text("data: [DONE]\n\nevent: message_stop")),
    ),
    Pair(
        name="cut off at its limit",
        chat=chat("length", content="In the"),
        messages=messages(text("In the"), stop="max_tokens"),
    ),
    Pair(
        name="stopped by a sequence",
        chat=chat(content="One, two"),
        messages=messages(text("One, two"), stop="stop_sequence", sequence="three"),
        to_messages=messages(text("One, two")),
        lost_to_chat=["stop", "stop_sequence"],
    ),
    Pair(
        name="the window was full",
        chat=chat("length", content="A"),
        messages=messages(text("A"), stop="model_context_window_exceeded"),
        to_messages=messages(text("A"), stop="max_tokens"),
        lost_to_chat=["stop"],
    ),
    Pair(
        name="one call",
        chat=chat("tool_calls", tool_calls=TOWNS[:1]),
        messages=messages(USES[0], stop="tool_use"),
    ),
    Pair(
        name="words, then two calls",
        chat=chat("tool_calls", content="Let me look.", tool_calls=TOWNS),
        messages=messages(text("Let me look."), *USES, stop="tool_use"),
    ),
    Pair(
        name="a call without arguments",
        chat=chat("tool_calls", tool_calls=[call("c1", "now", "{}")]),
        messages=messages(use("c1", "now", {}), stop="tool_use"),
    ),
    Pair(
        name="arguments that are nested, with letters of all kinds",
        chat=chat(
            "tool_calls", tool_calls=[call("c1", "plan", '{"stops":[{"at":"Ulm ü"},null,1.5],"if":{"wet":true}}')]
        ),
        messages=messages(
            use("c1", "plan", {"stops": [{"at": "Ulm ü"}, None, 1.5], "if": {"wet": True}}), stop="tool_use"
        ),
    ),
    Pair(
        name="thinking that nobody signed",
        chat=chat(reasoning_content="Rivers end in seas.", content=SEA),
        messages=messages({"type": "thinking", "thinking": "Rivers end in seas.", "signature": ""}, text(SEA)),
        to_messages=messages(unsigned("Rivers end in seas."), text(SEA)),
    ),
    Pair(
        name="thinking under its other name",
        chat=chat(reasoning="Rivers end in seas.", content=SEA),
        messages=messages({"type": "thinking", "thinking": "Rivers end in seas.", "signature": ""}, text(SEA)),
        to_messages=messages(unsigned("Rivers end in seas.", "reasoning"), text(SEA)),
        to_chat=chat(reasoning_content="Rivers end in seas.", content=SEA),
    ),
    Pair(
        name="thinking that is signed, and some that is sealed",
        chat=chat(reasoning_content="Rivers end in seas.", content=SEA),
        messages=messages(
            {"type": "thinking", "thinking": "Rivers end in seas.", "signature": "c2ln"},
            {"type": "redacted_thinking", "data": "c2VhbGVk"},
            text(SEA),
        ),
        to_messages=messages(unsigned("Rivers end in seas."), text(SEA)),
        lost_to_chat=["parts", "parts"],
    ),
    Pair(
        name="thinking before a call",
        chat=chat("tool_calls", reasoning_content="I need the sky.", tool_calls=TOWNS[:1]),
        messages=messages(
            {"type": "thinking", "thinking": "I need the sky.", "signature": ""}, USES[0], stop="tool_use"
        ),
        to_messages=messages(unsigned("I need the sky."), USES[0], stop="tool_use"),
    ),
    Pair(
        name="a refusal in words",
        chat=chat(refusal="I will not."),
        messages=messages(text("I will not.")),
        to_chat=chat(content="I will not."),
        lost_to_messages=["parts"],
    ),
    Pair(
        name="a refusal by the provider",
        chat=chat("content_filter", content="I"),
        messages=messages(text("I"), stop="refusal"),
    ),
    Pair(
        name="a cache that was read",
        chat=chat(
            content=SEA,
            usage=CHAT_USAGE
            | {"prompt_tokens": 100, "total_tokens": 107, "prompt_tokens_details": {"cached_tokens": 64}},
        ),
        messages=messages(text(SEA), usage={"input_tokens": 36, "output_tokens": 7, "cache_read_input_tokens": 64}),
    ),
    Pair(
        name="a cache that was written",
        chat=chat(
            content=SEA,
            usage=CHAT_USAGE
            | {"prompt_tokens": 100, "total_tokens": 107, "prompt_tokens_details": {"cache_write_tokens": 90}},
        ),
        messages=messages(
            text(SEA),
            usage={
                "input_tokens": 10,
                "output_tokens": 7,
                "cache_creation_input_tokens": 90,
                "cache_creation": {"ephemeral_5m_input_tokens": 90, "ephemeral_1h_input_tokens": 0},
            },
        ),
    ),
    Pair(
        name="tokens that were thought",
        chat=chat(content=SEA, usage=CHAT_USAGE | {"completion_tokens_details": {"reasoning_tokens": 5}}),
        messages=messages(text(SEA), usage=MESSAGES_USAGE | {"output_tokens_details": {"thinking_tokens": 5}}),
    ),
    Pair(
        name="an address that is cited",
        chat=chat(content=SEA, annotations=[cites("https://x.example", "Rivers", 7, 16)]),
        messages=messages(text(SEA, citations=[found("https://x.example", "Rivers", "Black Sea")])),
        to_chat=chat(content=SEA, annotations=[cites("https://x.example", "Rivers", 0, 17)]),
    ),
    Pair(
        name="texts with citations are one text elsewhere",
        chat=chat(content="It ends. " + SEA, annotations=[cites("https://x.example", "Rivers", 9, 26)]),
        messages=messages(
            text("It ends. "), text(SEA, citations=[found("https://x.example", "Rivers", "sea", "ZW5j")])
        ),
        to_messages=messages(text("It ends. " + SEA, citations=[found("https://x.example", "Rivers", SEA)])),
    ),
    Pair(
        name="a search that the provider made",
        chat=chat(content=SEA),
        messages=messages(
            {"type": "server_tool_use", "id": "s1", "name": "web_search", "input": {"query": "Danube"}},
            {"type": "web_search_tool_result", "tool_use_id": "s1", "content": []},
            text(SEA),
        ),
        to_messages=messages(text(SEA)),
        lost_to_chat=["parts", "parts"],  # its only place is in citations
    ),
    Pair(
        name="nothing at all",
        chat=chat(content=""),
        messages=messages(),
    ),
]
