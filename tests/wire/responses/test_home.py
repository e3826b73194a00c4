"""What only responses says, and says again unchanged: items, tools and answers of its own, a string as input."""

from __future__ import annotations

import json
from typing import Any

import pytest

from halfopen.conversation.parts import Text
from halfopen.errors import BadBody, BrokenProtocol, ServerError
from halfopen.wire.body import read
from halfopen.wire.responses import answer, request
from halfopen.wire.responses.stream import ResponsesStream, broken
from tests.wire.conversations import streams
from tests.wire.conversations.replies import chat
from tests.wire.conversations.responses_answered import answers, says
from tests.wire.conversations.responses_asked import ASK, Q, asks, message
from tests.wire.conversations.tongues import TONGUES, compact, crossed
from tests.wire.conversations.voices import VOICES

Json = Any
SUMMARY = [{"type": "summary_text", "text": "A"}, {"type": "summary_text", "text": "B"}]
THOUGHT = {"type": "reasoning", "id": "rs_1", "summary": SUMMARY, "encrypted_content": "c2Vh"}

HOME: dict[str, Json] = {
    "a thought without an id": asks(ASK, {name: value for name, value in THOUGHT.items() if name != "id"}, THOUGHT),
    "a thought that its provider keeps": asks(ASK, {"type": "reasoning", "id": "rs_1", "summary": []}),
    "a message of two texts": asks(
        message(
            "assistant",
            [{"type": "output_text", "text": text, "annotations": []} for text in "AB"],
            id="msg_1",
            status="completed",
        )
    ),
    "files and pictures that it keeps": asks(
        message(
            "user", [{"type": "input_file", "file_id": "f"}, {"type": "input_image", "detail": "low", "file_id": "f"}]
        )
    ),
    "a choice among some tools": asks(Q, tool_choice={"type": "allowed_tools", "mode": "auto", "tools": []}),
    "tools that it runs": asks(Q, tools=[{"type": "web_search"}, {"type": "mcp", "server_label": "s"}]),
    "state": asks(
        Q, previous_response_id="r", conversation={"id": "c"}, prompt={"id": "p"}, background=True, store=True
    ),
    "all that it can be told": asks(
        Q,
        reasoning={"effort": "low", "summary": "auto"},
        include=["reasoning.encrypted_content"],
        truncation="auto",
        max_tool_calls=3,
        text={"format": {"type": "json_object"}, "verbosity": "low"},
        stream_options={"include_obfuscation": False},
    ),
}


@pytest.mark.parametrize("body", HOME.values(), ids=HOME)
def test_it_is_written_as_it_was_read(body: Json) -> None:
    assert crossed(body, "responses", "responses") == (body, [])


def test_a_string_is_what_a_user_says() -> None:
    assert crossed(asks() | {"input": "Hi."}, "responses", "responses") == (asks(message("user", "Hi.")), [])


@pytest.mark.parametrize("field", ["previous_response_id", "conversation", "prompt"])
def test_state_that_cannot_cross_is_to_be_sent_instead(field: str) -> None:
    with pytest.raises(BadBody, match=f"`{field}` cannot be said.*send the history itself"):
        crossed(asks(Q, **{field: "r"}), "responses", "chat")


def test_logprobs_of_an_only_text_are_those_of_chat() -> None:
    likely = [{"token": "Hi", "bytes": [72, 105], "logprob": -0.5, "top_logprobs": []}]
    told = answers(says("Hi"))
    told["output"][0]["content"][0]["logprobs"] = likely
    read = VOICES["responses"].read(compact(told))
    assert json.loads(VOICES["responses"].write(read)[0]) == told
    body = json.loads(VOICES["chat"].write(read)[0])
    assert body["choices"][0]["logprobs"] == {"content": likely, "refusal": None}
    again, _ = VOICES["responses"].write(VOICES["chat"].read(compact(body)))
    assert json.loads(again) == told


def test_what_was_asked_is_not_an_answer_s_loss_but_its_tier_is() -> None:
    told = answers(says("Hi")) | {"instructions": "Be brief.", "temperature": 1.0, "service_tier": "flex"}
    read = VOICES["responses"].read(compact(told))
    assert [loss.path for loss in VOICES["chat"].write(read)[1]] == ["service_tier"]
    assert read.parts[0] == Text(text="Hi", extra={"message.id": b'"msg_a1_0"'})
    assert json.loads(VOICES["responses"].write(VOICES["chat"].read(compact(chat(content="Hi"))))[0]) == answers(
        says("Hi")
    )


def test_a_failure_told_as_a_success_is_one() -> None:
    failed = answers() | {"status": "failed", "error": {"code": "server_error", "message": "too much"}}
    for reads in (answer.usage, VOICES["responses"].read):
        with pytest.raises(ServerError, match="too much"):
            reads(compact(failed))
    with pytest.raises(BrokenProtocol, match="not finished"):
        VOICES["responses"].read(compact(answers() | {"status": "queued"}))


@pytest.mark.parametrize("step", [1, 7, 10**6])
def test_a_stream_is_passed_on_untouched_up_to_its_end(step: int) -> None:
    data, reader = streams.responses(answers(says("Hi, you"))), ResponsesStream()
    out = b"".join(reader.feed(data[at : at + step]) for at in range(0, len(data), step))
    assert out + reader.seen.tail == data
    assert (reader.seen.finished, reader.seen.usage) == (True, {"input": 11, "output": 7})


def test_a_stream_that_failed_is_a_fault_and_not_passed_on() -> None:
    failed = b'data: {"type":"response.failed","response":{"error":{"code":"x","message":"too much"}}}\n\n'
    reader = ResponsesStream()
    assert reader.feed(b": hello\n\n" + failed) == b": hello\n\n"
    assert "too much" in str(reader.seen.fault)
    assert not reader.seen.finished
    last = json.loads(broken(ServerError("too much"), "r-1").split(b"data: ")[1])
    assert (last["type"], last["message"], last["sequence_number"]) == ("error", "too much", 0)


@pytest.mark.parametrize("body", [b'{"model":"m"}', b'{"model":"m","input":5}', b'{"model":"m","input":null}'])
def test_a_request_without_input_is_refused(body: bytes) -> None:
    with pytest.raises(BadBody, match="input"):
        request.check(read(body))
    with pytest.raises(BadBody, match="input"):
        TONGUES["responses"].read(body)
