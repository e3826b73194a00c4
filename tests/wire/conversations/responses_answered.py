"""The answers of the fixtures as responses tells them, and what becomes of them on the way in and out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.wire.conversations.replies import SEA, USES, chat, found, messages, searched
from tests.wire.conversations.replies import text as block
from tests.wire.conversations.told import Arrival, Told
from tests.wire.sealed.envelopes import block as carried
from tests.wire.sealed.envelopes import envelope, redacted

Json = Any
USAGE = {
    "input_tokens": 11,
    "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
    "output_tokens": 7,
    "output_tokens_details": {"reasoning_tokens": 0},
    "total_tokens": 18,
}


def answers(*items: Json, incomplete: str | None = None, **usage: Json) -> Json:
    """Items get the ids that one gets who has none."""
    output = [item | {"id": f"{item['id']}_a1_{place}"} for place, item in enumerate(items)]
    if incomplete:
        output[-1]["status"] = "incomplete"
    return {
        "id": "a1",
        "object": "response",
        "created_at": 0,
        "status": "incomplete" if incomplete else "completed",
        "error": None,
        "incomplete_details": {"reason": incomplete} if incomplete else None,
        "model": "m",
        "output": output,
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "usage": USAGE | usage,
    }


def message(*content: Json) -> Json:
    return {"type": "message", "id": "msg", "role": "assistant", "status": "completed", "content": list(content)}


def text(words: str, *annotations: Json) -> Json:
    return {"type": "output_text", "text": words, "annotations": list(annotations), "logprobs": []}


def says(words: str, *annotations: Json) -> Json:
    return message(text(words, *annotations))


def call(named: str, name: str, arguments: str) -> Json:
    called = {"type": "function_call", "call_id": named, "name": name, "arguments": arguments}
    return called | {"id": "fc", "status": "completed"}


def summed(*texts: str, **more: Json) -> Json:
    return {
        "type": "reasoning",
        "id": "rs_halfopen",
        "summary": [{"type": "summary_text", "text": each} for each in texts],
    } | more


def thought(text: str) -> Json:
    return summed(content=[{"type": "reasoning_text", "text": text}])


def looks(query: str, *urls: str, named: str = "ws_halfopen", status: str = "completed", **more: Json) -> Json:
    """A search, and the pages that it found."""
    action = {"type": "search", "query": query, "sources": [{"type": "url", "url": url} for url in urls], **more}
    return {"type": "web_search_call", "id": named, "status": status, "action": action}


def cites(url: str, title: str, start: int, end: int) -> Json:
    return {"type": "url_citation", "url": url, "title": title, "start_index": start, "end_index": end}


RAIN, DRY = call("c1", "weather", '{"town":"Ulm"}'), call("c2", "weather", '{"town":"Passau"}')
RIVERS = "Rivers end in seas."
URL = "https://x.example"
AS_IT_WAS = carried(RIVERS, "responses", label="reasoning_content")

ANSWERED: Mapping[str, Told] = {
    "a sentence": Told(body=answers(says(SEA))),
    "letters of all kinds": Told(body=answers(says('Grüße 👋\r\n"こ"'))),
    "words like those of the wire": Told(body=answers(says("data: [DONE]\n\nevent: message_stop"))),
    "cut off at its limit": Told(body=answers(says("In the"), incomplete="max_output_tokens")),
    "stopped by a sequence": Told(
        body=answers(says("One, two")),
        to={"messages": Arrival(body=messages(block("One, two")))},
        of={"messages": Arrival(lost=["stop", "stop_sequence"])},
    ),
    "the window was full": Told(
        body=answers(says("A"), incomplete="max_output_tokens"),
        to={"messages": Arrival(body=messages(block("A"), stop="max_tokens"))},
        of={"messages": Arrival(lost=["stop"])},
    ),
    "one call": Told(body=answers(RAIN)),
    "words, then two calls": Told(body=answers(says("Let me look."), RAIN, DRY)),
    "a call without arguments": Told(body=answers(call("c1", "now", "{}"))),
    "arguments that are nested, with letters of all kinds": Told(
        body=answers(call("c1", "plan", '{"stops":[{"at":"Ulm ü"},null,1.5],"if":{"wet":true}}'))
    ),
    "thinking that nobody signed": Told(
        body=answers(thought(RIVERS), says(SEA)),
        to={"messages": Arrival(body=messages(AS_IT_WAS, block(SEA)))},
        of={"messages": Arrival(body=answers(summed(RIVERS), says(SEA)))},
    ),
    "thinking under its other name": Told(
        body=answers(thought(RIVERS), says(SEA)),
        to={
            "chat": Arrival(body=chat(reasoning_content=RIVERS, content=SEA)),
            "messages": Arrival(body=messages(AS_IT_WAS, block(SEA))),
        },
        of={"messages": Arrival(body=answers(summed(RIVERS), says(SEA)))},
    ),
    "thinking that is signed, and some that is sealed": Told(
        body=answers(summed(RIVERS, encrypted_content="c2ln"), summed(encrypted_content="c2VhbGVk"), says(SEA)),
        to={
            "chat": Arrival(lost=["parts", "parts"]),
            "messages": Arrival(
                body=messages(
                    carried(RIVERS, "responses", texts=[RIVERS], signature="c2ln", id="rs_halfopen_a1_0"),
                    redacted("responses", sealed="c2VhbGVk", id="rs_halfopen_a1_1"),
                    block(SEA),
                )
            ),
        },
        of={
            "chat": Arrival(body=answers(thought(RIVERS), says(SEA))),
            "messages": Arrival(
                body=answers(
                    summed(RIVERS, encrypted_content=envelope("messages", texts=[RIVERS], signature="c2ln")),
                    summed(encrypted_content=envelope("messages", sealed="c2VhbGVk")),
                    says(SEA),
                )
            ),
        },
    ),
    "thinking before a call": Told(
        body=answers(thought("I need the sky."), RAIN),
        to={
            "messages": Arrival(
                body=messages(
                    carried("I need the sky.", "responses", label="reasoning_content"), USES[0], stop="tool_use"
                )
            )
        },
        of={"messages": Arrival(body=answers(summed("I need the sky."), RAIN))},
    ),
    "a refusal in words": Told(
        body=answers(message({"type": "refusal", "refusal": "I will not."})),
        to={"messages": Arrival(lost=["parts"])},
        of={"messages": Arrival(body=answers(says("I will not.")))},
    ),
    "a refusal by the provider": Told(body=answers(says("I"), incomplete="content_filter")),
    "a cache that was read": Told(
        body=answers(
            says(SEA),
            input_tokens=100,
            total_tokens=107,
            input_tokens_details={"cached_tokens": 64, "cache_write_tokens": 0},
        )
    ),
    "a cache that was written": Told(
        body=answers(
            says(SEA),
            input_tokens=100,
            total_tokens=107,
            input_tokens_details={"cached_tokens": 0, "cache_write_tokens": 90},
        )
    ),
    "tokens that were thought": Told(body=answers(says(SEA), output_tokens_details={"reasoning_tokens": 5})),
    "an address that is cited": Told(
        body=answers(says(SEA, cites(URL, "Rivers", 7, 16))),
        of={"messages": Arrival(body=answers(says(SEA, cites(URL, "Rivers", 0, 17))))},
    ),
    "texts with citations are one text elsewhere": Told(
        body=answers(message(text("It ends. "), text(SEA, cites(URL, "Rivers", 0, 17)))),
        to={"messages": Arrival(body=messages(block("It ends. "), block(SEA, citations=[found(URL, "Rivers", SEA)])))},
        of={"chat": Arrival(body=answers(says("It ends. " + SEA, cites(URL, "Rivers", 9, 26))))},
    ),
    "a search that the provider made": Told(
        body=answers(
            {
                "type": "web_search_call",
                "id": "ws",
                "status": "completed",
                "action": {"type": "search", "query": "Danube"},
            },
            says(SEA),
        ),
        to={
            "chat": Arrival(lost=["parts"]),
            "messages": Arrival(body=messages(searched("srvtoolu_halfopen_ws_a1_0", "Danube"), block(SEA))),
        },
        of={
            "chat": Arrival(body=answers(says(SEA))),
            "messages": Arrival(body=answers(looks("Danube"), says(SEA))),
        },
    ),
    "nothing at all": Told(body=answers()),
}
