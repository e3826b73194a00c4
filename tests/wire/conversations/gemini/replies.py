"""The answers of the fixtures as gemini tells them, and what becomes of them on the way in and out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.wire.conversations.gemini.bodies import OTHERS, PASSAU, ULM, call
from tests.wire.conversations.replies import CHAT_USAGE, SEA, USES, chat, found, messages
from tests.wire.conversations.replies import text as block
from tests.wire.conversations.responses_answered import RAIN, cites, says, summed
from tests.wire.conversations.responses_answered import answers as response
from tests.wire.conversations.told import Arrival, Told
from tests.wire.sealed.envelopes import block as block_of
from tests.wire.sealed.envelopes import envelope, in_base64

Json = Any
USAGE = {"promptTokenCount": 11, "candidatesTokenCount": 7, "totalTokenCount": 18}
URL = "https://x.example"


def answers(*parts: Json, reason: str = "STOP", usage: Json = None, **candidate: Json) -> Json:
    said = [{"text": part} if isinstance(part, str) else part for part in parts]
    only = {"content": {"parts": said, "role": "model"}, "finishReason": reason, "index": 0, **candidate}
    return {"candidates": [only], "usageMetadata": usage or USAGE, "modelVersion": "m", "responseId": "a1"}


def thought(words: str, **more: Json) -> Json:
    return {"thought": True, "text": words, **more}


def grounding(*segments: Json) -> Json:
    """Segments of texts, all found on one page."""
    supports = [{"segment": segment, "groundingChunkIndices": [0]} for segment in segments]
    return {"groundingChunks": [{"web": {"uri": URL, "title": "Rivers"}}], "groundingSupports": supports}


def segment(words: str, start: int, end: int, part: int = 0) -> Json:
    """A zero is not told."""
    places = {"partIndex": part, "startIndex": start, "endIndex": end}
    return {name: count for name, count in places.items() if count} | {"text": words}


def tells(body: Json, *, to: Mapping[str, Arrival] | None = None, of: Mapping[str, Arrival] | None = None) -> Told:
    """Calls that come from elsewhere say so, the first of each answer."""
    found = dict.fromkeys(OTHERS, Arrival()) | dict(of or {})
    return Told(
        body=body,
        to=to or {},
        of={name: replace(each, body=excused(each.body or body)) for name, each in found.items()},
    )


def excused(body: Json) -> Json:
    candidate = body["candidates"][0]
    content = candidate["content"]
    said = [dict(part) for part in content["parts"]]
    for called in [part for part in said if "functionCall" in part][:1]:
        called.setdefault("thoughtSignature", "skip_thought_signature_validator")
    return body | {"candidates": [candidate | {"content": content | {"parts": said}}]}


NOW = call("c1", "now", {})
PLAN = call("c1", "plan", {"stops": [{"at": "Ulm ü"}, None, 1.5], "if": {"wet": True}})

WRITTEN = USAGE | {"promptTokenCount": 100, "totalTokenCount": 107}
RIVERS = thought("Rivers end in seas.")
SHOWN = block_of("Rivers end in seas.", "gemini")
KEPT = {"texts": ["Rivers end in seas."], "signature": "c2ln"}
CITED = "It ends. " + SEA

REPLIES: Mapping[str, Told] = {
    "a sentence": tells(answers(SEA)),
    "letters of all kinds": tells(answers('Grüße 👋\r\n"こ"')),
    "words like those of the wire": tells(answers("data: [DONE]\n\nevent: message_stop")),
    "cut off at its limit": tells(answers("In the", reason="MAX_TOKENS")),
    "stopped by a sequence": tells(
        answers("One, two"),
        to={"messages": Arrival(body=messages(block("One, two")))},
        of={"messages": Arrival(lost=["stop", "stop_sequence"])},
    ),
    "the window was full": tells(
        answers("A", reason="MAX_TOKENS"),
        to={"messages": Arrival(body=messages(block("A"), stop="max_tokens"))},
        of={"messages": Arrival(lost=["stop"])},
    ),
    "one call": tells(answers(ULM)),
    "words, then two calls": tells(answers("Let me look.", ULM, PASSAU)),
    "a call without arguments": tells(answers(NOW)),
    "arguments that are nested, with letters of all kinds": tells(answers(PLAN)),
    "thinking that nobody signed": tells(
        answers(RIVERS, SEA),
        to={
            "messages": Arrival(body=messages(SHOWN, block(SEA))),
            "responses": Arrival(body=response(summed("Rivers end in seas."), says(SEA))),
        },
    ),
    "thinking under its other name": tells(
        answers(RIVERS, SEA),
        to={
            "chat": Arrival(body=chat(reasoning_content="Rivers end in seas.", content=SEA)),
            "messages": Arrival(body=messages(SHOWN, block(SEA))),
            "responses": Arrival(body=response(summed("Rivers end in seas."), says(SEA))),
        },
    ),
    "thinking that is signed, and some that is sealed": tells(
        answers(thought("Rivers end in seas.", thoughtSignature="c2ln"), SEA),
        to={
            "chat": Arrival(lost=["parts"]),
            "messages": Arrival(body=messages(block_of("Rivers end in seas.", "gemini", **KEPT), block(SEA))),
            "responses": Arrival(
                body=response(summed("Rivers end in seas.", encrypted_content=envelope("gemini", **KEPT)), says(SEA))
            ),
        },
        of={
            "chat": Arrival(body=answers(RIVERS, SEA)),
            "messages": Arrival(
                body=answers(
                    thought("Rivers end in seas.", thoughtSignature=in_base64("messages", **KEPT)),
                    thought("", thoughtSignature=in_base64("messages", sealed="c2VhbGVk")),
                    SEA,
                )
            ),
            "responses": Arrival(
                body=answers(
                    thought(
                        "Rivers end in seas.", thoughtSignature=in_base64("responses", **KEPT, id="rs_halfopen_a1_0")
                    ),
                    thought("", thoughtSignature=in_base64("responses", sealed="c2VhbGVk", id="rs_halfopen_a1_1")),
                    SEA,
                )
            ),
        },
    ),
    "thinking before a call": tells(
        answers(thought("I need the sky."), ULM),
        to={
            "messages": Arrival(body=messages(block_of("I need the sky.", "gemini"), USES[0], stop="tool_use")),
            "responses": Arrival(body=response(summed("I need the sky."), RAIN)),
        },
    ),
    "a refusal in words": tells(
        answers("I will not."),
        to={
            "chat": Arrival(body=chat(content="I will not.")),
            "responses": Arrival(body=response(says("I will not."))),
        },
        of={"chat": Arrival(lost=["parts"]), "responses": Arrival(lost=["parts"])},
    ),
    "a refusal by the provider": tells(answers("I", reason="SAFETY")),
    "a cache that was read": tells(answers(SEA, usage=WRITTEN | {"cachedContentTokenCount": 64})),
    "a cache that was written": tells(
        answers(SEA, usage=WRITTEN),
        to={
            "chat": Arrival(body=chat(content=SEA, usage=CHAT_USAGE | {"prompt_tokens": 100, "total_tokens": 107})),
            "messages": Arrival(body=messages(block(SEA), usage={"input_tokens": 100, "output_tokens": 7})),
            "responses": Arrival(body=response(says(SEA), input_tokens=100, total_tokens=107)),
        },
        of=dict.fromkeys(("chat", "messages", "responses"), Arrival(lost=["usage"])),
    ),
    "tokens that were thought": tells(answers(SEA, usage=USAGE | {"candidatesTokenCount": 2, "thoughtsTokenCount": 5})),
    "an address that is cited": tells(
        answers(SEA, groundingMetadata=grounding(segment("Black Sea", 7, 16))),
        of={"messages": Arrival(body=answers(SEA, groundingMetadata=grounding(segment(SEA, 0, 17))))},
    ),
    "texts with citations are one text elsewhere": tells(
        answers(CITED, groundingMetadata=grounding(segment(SEA, 9, 26))),
        to={
            "messages": Arrival(body=messages(block(CITED, citations=[found(URL, "Rivers", SEA)]))),
            "responses": Arrival(body=response(says(CITED, cites(URL, "Rivers", 9, 26)))),
        },
    ),
    "a search that the provider made": tells(
        answers(SEA),
        to={"messages": Arrival(body=messages(block(SEA))), "responses": Arrival(body=response(says(SEA)))},
        of=dict.fromkeys(
            ("messages", "responses"),
            Arrival(body=answers(SEA, groundingMetadata={"webSearchQueries": ["Danube"]})),
        ),
    ),
    "nothing at all": tells(answers()),
}
