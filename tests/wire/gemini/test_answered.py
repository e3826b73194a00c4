"""Answers that only gemini tells: blocked prompts, reasons, grounding, likelihoods, parts of its own."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from halfopen.conversation.fold import fold
from halfopen.conversation.parts import Citation, Text, Thinking, ToolCall
from halfopen.errors import BrokenProtocol, ServerError
from halfopen.testing import wires, wires_gemini
from halfopen.testing.steps import Send
from halfopen.wire.gemini import answer, answered
from halfopen.wire.gemini.heard import Reader
from halfopen.wire.gemini.told import Writer
from tests.wire.conversations import streams
from tests.wire.conversations.gemini.bodies import PNG, ULM
from tests.wire.conversations.gemini.replies import URL, USAGE, answers, grounding, segment, thought
from tests.wire.conversations.tongues import compact
from tests.wire.conversations.voices import VOICES

Json = Any
SIGNED = {"thoughtSignature": "c2ln"}
SEEN = {"searchEntryPoint": {"renderedContent": "<b>"}, "webSearchQueries": ["Donau"]}
BLOCKED: Json = {
    "promptFeedback": {"blockReason": "PROHIBITED_CONTENT"},
    "usageMetadata": {"promptTokenCount": 5, "candidatesTokenCount": 0, "totalTokenCount": 5},
    "modelVersion": "m",
    "responseId": "a1",
}
LIKELY = {
    "chosenCandidates": [{"token": "ü", "tokenId": 7, "logProbability": -0.5}],
    "topCandidates": [{"candidates": [{"token": "ü", "logProbability": -0.5}, {"token": "o", "logProbability": -2.0}]}],
}

HOME: dict[str, Json] = {
    "signatures stand where they stood": answers(thought("Hm.", **SIGNED), {"text": "Sea.", **SIGNED}, ULM | SIGNED),
    "a signature by itself at the end": answers("The sea.", {"text": "", **SIGNED}),
    "a signature by itself in the middle": answers("The sea.", {"text": "", **SIGNED}, ULM),
    "code that Google ran": answers(
        {"executableCode": {"language": "PYTHON", "code": "1+1"}},
        {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "2"}},
        "It is 2.",
    ),
    "a picture": answers("Here:", PNG),
    "a call without an id": answers({"functionCall": {"name": "now", "args": {}}}),
    "grounding with more than sources": answers("The sea.", groundingMetadata=grounding(segment("sea", 4, 7)) | SEEN),
    "quotations": answers("The sea.", citationMetadata={"citations": [{"startIndex": 4, "endIndex": 8, "uri": URL}]}),
    "a reason of its own": answers("I", reason="RECITATION", finishMessage="Too much like a book."),
    "ratings and likelihoods": answers(
        "I", safetyRatings=[{"category": "c", "probability": "LOW"}], avgLogprobs=-0.5, logprobsResult=LIKELY
    ),
    "usage with more than counts": answers("I", usage=USAGE | {"trafficType": "ON_DEMAND"}),
    "a blocked prompt": BLOCKED,
    "when it was made": answers("I") | {"createTime": "2026-11-24T12:00:00Z"},
}


@pytest.mark.parametrize("body", HOME.values(), ids=HOME)
def test_it_comes_home_as_it_was_and_loses_nothing(body: Json) -> None:
    written, losses = answered.write(answered.read(compact(body)))
    assert json.loads(written) == body
    assert losses == ()


STREAMED = {name: body for name, body in HOME.items() if name not in ("ratings and likelihoods", "a blocked prompt")}


@pytest.mark.parametrize("body", STREAMED.values(), ids=STREAMED)
@pytest.mark.parametrize("step", [1, 10**6])
def test_a_stream_of_it_is_the_same_answer_and_comes_home(body: Json, step: int) -> None:
    data, reader, writer, again = streams.gemini(body), Reader(), Writer(), Reader()
    heard = [event for at in range(0, len(data), step) for event in reader.feed(data[at : at + step])] + reader.end()
    whole = answered.read(compact(body))
    extra = {name: value for name, value in whole.extra.items() if not name.startswith("usageMetadata")}
    assert fold(heard) == replace(whole, extra=extra, created=fold(heard).created)
    told = b"".join(writer.write(event) for event in heard)
    assert fold([*again.feed(told), *again.end()]) == fold(heard)
    assert writer.losses == ()


def test_a_blocked_prompt_is_a_refusal_elsewhere() -> None:
    read = answered.read(compact(BLOCKED))
    assert (read.stop, read.parts) == ("refused", ())
    body, losses = VOICES["chat"].write(read)
    assert json.loads(body)["choices"][0]["finish_reason"] == "content_filter"
    assert [loss.path for loss in losses] == ["promptFeedback"]


REASONS = {
    "STOP": "end",
    "MAX_TOKENS": "length",
    "SAFETY": "refused",
    "RECITATION": "refused",
    "BLOCKLIST": "refused",
    "PROHIBITED_CONTENT": "refused",
    "SPII": "refused",
    "TOMORROW": "end",
}


@pytest.mark.parametrize(("reason", "stop"), REASONS.items())
def test_why_it_stopped(reason: str, stop: str) -> None:
    assert answered.read(compact(answers("I", reason=reason))).stop == stop
    called = answered.read(compact(answers(ULM, reason=reason))).stop
    assert called == ("tool" if stop == "end" else stop)


def test_bytes_become_characters_and_parts_run_on() -> None:
    body = answers(
        thought("Hm."),
        "Grüße ",
        "aus Köln. 👋",
        groundingMetadata=grounding(
            segment("Köln", 4, 9, part=2), segment("👋", 11, 15, part=2), segment("x", 9, 99, part=2)
        ),
    )
    read = answered.read(compact(body))
    assert read.parts[0] == Thinking(text="Hm.", signed_by="gemini")
    said = read.parts[1]
    assert isinstance(said, Text)
    assert [said.text[cite.start : cite.end] for cite in said.citations] == ["Köln", "👋", said.text]
    assert said.citations[2] == Citation(url=URL, title="Rivers")


def test_a_call_without_an_id_gets_one_that_no_other_answer_has() -> None:
    bare = {"functionCall": {"name": "now", "args": {}}}
    first = answered.read(compact(answers(bare, bare)))
    other = answered.read(compact(answers(bare) | {"responseId": "b2"}))
    ids = [part.id for part in (*first.parts, *other.parts) if isinstance(part, ToolCall)]
    assert ids == ["call_gemini_a1_0", "call_gemini_a1_1", "call_gemini_b2_0"]
    assert all(len(each) <= 40 for each in ids)


def test_likelihoods_cross_in_the_shape_that_others_have() -> None:
    body, _ = VOICES["chat"].write(answered.read(compact(answers("ü", logprobsResult=LIKELY))))
    (token,) = json.loads(body)["choices"][0]["logprobs"]["content"]
    assert (token["token"], token["logprob"], token["bytes"]) == ("ü", -0.5, [195, 188])
    assert [each["token"] for each in token["top_logprobs"]] == ["ü", "o"]


def test_a_second_answer_is_kept_at_home_and_lost_elsewhere() -> None:
    body = answers("A")
    body["candidates"].append(body["candidates"][0] | {"index": 1})
    read = answered.read(compact(body))
    assert json.loads(answered.write(read)[0]) == body
    assert [loss.path for loss in VOICES["chat"].write(read)[1]] == ["others"]


USED: dict[str, tuple[Json, dict[str, int]]] = {
    "cached tokens are part of the prompt": (
        {"promptTokenCount": 100, "cachedContentTokenCount": 64, "candidatesTokenCount": 7},
        {"input": 36, "cached_read": 64, "output": 7},
    ),
    "thoughts stand beside the answer": (
        {"promptTokenCount": 11, "candidatesTokenCount": 2, "thoughtsTokenCount": 5},
        {"input": 11, "output": 7, "reasoning": 5},
    ),
    "what tools put before the model stands beside the prompt": (
        {"promptTokenCount": 11, "toolUsePromptTokenCount": 30, "candidatesTokenCount": 7},
        {"input": 41, "output": 7},
    ),
    "a true zero stays zero": ({"promptTokenCount": 0, "candidatesTokenCount": 0}, {"input": 0, "output": 0}),
}


@pytest.mark.parametrize(("told", "usage"), USED.values(), ids=USED)
def test_what_was_used(told: Json, usage: dict[str, int]) -> None:
    assert answer.usage(compact(answers("I", usage=told))) == usage
    assert answered.read(compact(answers("I", usage=told))).usage == usage


def test_usage_that_nobody_told_is_none() -> None:
    body = answers("I")
    del body["usageMetadata"]
    assert answer.usage(compact(body)) is None
    assert answer.usage(compact(BLOCKED)) == {"input": 5, "output": 0}


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b'{"candidates":null}', b'{"candidates":7}'])
def test_what_is_no_generated_content_is_the_provider_s_fault(body: bytes) -> None:
    with pytest.raises(BrokenProtocol):
        answer.usage(body)
    with pytest.raises(BrokenProtocol):
        answered.read(body)


def test_an_error_sent_as_a_success_is_one() -> None:
    with pytest.raises(ServerError, match="overheated"):
        answer.usage(b'{"error":{"code":500,"message":"overheated","status":"INTERNAL"}}')


@pytest.mark.parametrize("reason", ["MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "OTHER", "NO_IMAGE"])
def test_a_failure_is_no_answer(reason: str) -> None:
    with pytest.raises(BrokenProtocol, match=f"finishReason is `{reason}`"):
        answered.read(compact(answers("I", reason=reason)))


def test_a_scripted_provider_says_what_can_be_read() -> None:
    calls = [wires.ToolCall(id="", name="now"), wires.ToolCall(id="c2", name="n", arguments='{"a":1}')]
    (said,) = wires_gemini.gemini_answer("Hi.", usage=wires.Usage(input=7, cache_read=4), tool_calls=calls)
    assert isinstance(said, Send)
    read = answered.read(said.data.partition(b"\r\n\r\n")[2])
    assert [type(part) for part in read.parts] == [Text, ToolCall, ToolCall]
    assert (read.stop, read.usage) == ("tool", {"input": 7, "cached_read": 4, "output": 5})
    streamed = b"".join(wires_gemini.gemini_events(["H", "i."], model=read.model, tool_calls=calls))
    reader = Reader()
    assert fold([*reader.feed(streamed), *reader.end()]).parts == read.parts
    assert len(wires_gemini.gemini_stream(["Hi."], done=False)) == len(wires_gemini.gemini_stream(["Hi."])) - 1
