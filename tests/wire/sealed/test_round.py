"""Thinking goes round through a client of another dialect and comes back to its own lab as it was, and to no other."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfopen.conversation.fold import fold
from halfopen.wire.body import read, write
from halfopen.wire.sealed.stripped import stripped
from halfopen.wire.table import DIALECTS
from halfopen.wire.way import Going, way
from tests.wire.conversations import streams
from tests.wire.conversations.gemini.bodies import ULM
from tests.wire.conversations.gemini.replies import answers as gemini
from tests.wire.conversations.gemini.replies import thought
from tests.wire.conversations.replies import SEA, TOWNS, USES, chat, messages, text
from tests.wire.conversations.responses_answered import RAIN, summed
from tests.wire.conversations.responses_answered import answers as responses
from tests.wire.conversations.tongues import TONGUES, compact, crossed
from tests.wire.conversations.voices import VOICES
from tests.wire.sealed.envelopes import block, envelope, in_base64, redacted
from tests.wire.sealed.goes_on import GOES_ON

Json = Any
LABS = ("messages", "responses", "gemini")
SIGN = {"thoughtSignature": "c2ln"}
# By lab: what it answered, and what of it must come back.
THOUGHT: dict[str, dict[str, tuple[Json, Json]]] = {
    "signed": {
        "messages": (
            messages({"type": "thinking", "thinking": "Hm.", "signature": "c2ln"}, USES[0], stop="tool_use"),
            [{"type": "thinking", "thinking": "Hm.", "signature": "c2ln"}],
        ),
        "responses": (
            responses(summed("Hm.", encrypted_content="c2ln"), RAIN),
            [summed("Hm.", encrypted_content="c2ln", id="rs_halfopen_a1_0")],
        ),
        "gemini": (
            gemini(thought("Hm.", **SIGN), ULM | {"thoughtSignature": "c2lo"}),
            [thought("Hm.", **SIGN), ULM | {"thoughtSignature": "c2lo"}],
        ),
    },
    "sealed": {
        "messages": (
            messages({"type": "redacted_thinking", "data": "c2Vh"}, USES[0], stop="tool_use"),
            [{"type": "redacted_thinking", "data": "c2Vh"}],
        ),
        "responses": (
            responses(summed(encrypted_content="c2Vh"), RAIN),
            [summed(encrypted_content="c2Vh", id="rs_halfopen_a1_0")],
        ),
        "gemini": (gemini("I look.", ULM | SIGN), [ULM | SIGN]),
    },
    "in several summaries": {
        "responses": (
            responses(summed("Hm. ", "Well.", encrypted_content="c2ln"), RAIN),
            [summed("Hm. ", "Well.", encrypted_content="c2ln", id="rs_halfopen_a1_0")],
        ),
    },
}
rounds = pytest.mark.parametrize(
    ("lab", "client", "case"),
    [
        pytest.param(lab, client, case, id=f"{case}, {lab} through {client}")
        for case, labs in THOUGHT.items()
        for lab in labs
        for client in LABS
        if lab != client
    ],
)


def thinking(dialect: str, asked: Json) -> list[Json]:
    """What of a request is thinking, or carries a signature."""
    match dialect:
        case "messages":
            said = [each for turn in asked["messages"] if isinstance(turn["content"], list) for each in turn["content"]]
            return [each for each in said if "thinking" in each["type"]]
        case "responses":
            return [item for item in asked["input"] if item["type"] == "reasoning"]
    said = [part for content in asked["contents"] for part in content["parts"]]
    return [part for part in said if part.get("thought") or "thoughtSignature" in part]


def shown(lab: str, client: str, answer: Json, *, stream: bool) -> Json:
    """An answer as the client keeps it."""
    if not stream:
        return json.loads(VOICES[client].write(VOICES[lab].read(compact(answer)))[0])
    events = VOICES[lab].reader()
    writer, again = VOICES[client].writer(), VOICES[client].reader()
    data = getattr(streams, lab)(answer)
    told = b"".join(writer.write(event) for event in [*events.feed(data), *events.end()])
    return json.loads(VOICES[client].write(fold([*again.feed(told), *again.end()]))[0])


@rounds
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_it_comes_back_as_it_was(lab: str, client: str, case: str, stream: bool) -> None:
    answer, expected = THOUGHT[case][lab]
    there, lost = crossed(GOES_ON[client](shown(lab, client, answer, stream=stream)), client, lab)
    assert thinking(lab, there) == expected
    assert [path for path in lost if "parts" in path] == []


@rounds
def test_no_other_lab_is_sent_any_of_it_and_that_is_told(lab: str, client: str, case: str) -> None:
    history = GOES_ON[client](shown(lab, client, THOUGHT[case][lab][0], stream=False))
    for other in (*LABS, "chat"):
        if other == lab:
            continue
        sent = way(DIALECTS[client], DIALECTS[other]).sent(read(compact(history)), Going(model="m", stream=False))
        assert b"halfopen" not in sent.body
        assert in_base64("")[:12].encode() not in sent.body
        assert b"c2" not in sent.body
        assert "thinking" in {loss.kind for loss in sent.lost}


def test_a_client_of_google_s_may_keep_a_thought_in_the_pieces_it_came_in() -> None:
    word = in_base64("messages", texts=["Rivers end."], signature="c2ln").replace("+", "-").replace("/", "_")
    said = [thought("Riv"), thought("ers end."), thought("", thoughtSignature=word), ULM]
    there, lost = crossed({"contents": [{"role": "model", "parts": said}]}, "gemini", "messages")
    assert there["messages"][0]["content"][0] == {"type": "thinking", "thinking": "Rivers end.", "signature": "c2ln"}
    assert lost == ["max_output"]


def test_what_an_open_model_thought_comes_back_to_it_under_its_name() -> None:
    answer = chat("tool_calls", reasoning="Hm.", tool_calls=TOWNS[:1])
    there, _ = crossed(GOES_ON["messages"](shown("chat", "messages", answer, stream=True)), "messages", "chat")
    assert there["messages"][1]["reasoning"] == "Hm."


@pytest.mark.parametrize("client", ["messages", "responses"])
def test_what_nobody_signed_does_not_pass_for_the_lab_s_own(client: str) -> None:
    """An id of reasoning that was made up here, or an empty signature, would be refused there."""
    history = GOES_ON[client](shown("chat", client, chat(reasoning_content="Hm.", content=SEA), stream=False))
    sent = way(DIALECTS[client], DIALECTS[client]).sent(read(compact(history)), Going(model="m", stream=False))
    assert b"Hm." not in sent.body
    assert SEA.encode() in sent.body
    assert [loss.kind for loss in sent.lost] == ["thinking"]


def test_what_has_no_envelope_keeps_its_bytes() -> None:
    ours, theirs = block("Hm.", "gemini"), '{"type" : "text","text":"\\u00fc halfopen.", "x": 1.50}'
    kept = f'{{ "role":"assistant","content":[{theirs}],"y":1e3 }}'
    turns = [kept, f'{{"role":"assistant","z":1.0,"content":[{json.dumps(ours)},{theirs}]}}', json.dumps("halfopen.")]
    alone = json.dumps({"role": "assistant", "content": [redacted("gemini", ahead=True)]})
    body = read(f'{{"messages":[{",".join([*turns, alone])}],"a":1.0}}'.encode())
    found, lost = stripped(body, "messages")
    less = f'{{"role":"assistant","z":1.0,"content":[{theirs}]}}'
    assert write(found) == f'{{"messages":[{kept},{less},"halfopen."],"a":1.0}}'.encode()
    assert [loss.path for loss in lost] == ["messages.1.content.0", "messages.3.content.0"]


@pytest.mark.parametrize("name", DIALECTS)
def test_a_body_without_any_is_the_same_body(name: str) -> None:
    body = read(b'{"messages":[1],"input":"a halfopen. word","contents":{}}')
    assert stripped(body, name) == (body, ())
    assert stripped(body, "embeddings") == (body, ())


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(
    words,
    st.sampled_from(["", "messages.", "messages.e30", "a.b.c", "messages." + base64.b64encode(b'{"id":7}').decode()]),
)
def test_a_word_that_is_no_envelope_is_read_by_nobody(tail: str, middle: str) -> None:
    said = [{"type": "thinking", "thinking": "Hm.", "signature": f"halfopen.{middle}{tail}"}, text(SEA)]
    asked = {"model": "m", "max_tokens": 9, "messages": [{"role": "assistant", "content": said}]}
    for there in ("chat", "responses", "gemini"):
        TONGUES[there].read(compact(crossed(asked, "messages", there)[0]))


def test_an_envelope_can_say_nothing_but_thoughts() -> None:
    forged = envelope("responses", sealed="x", id="a/b", type="item_reference", extra={"type": "item_reference"})
    said = [{"type": "redacted_thinking", "data": forged}]
    there, _ = crossed({"model": "m", "messages": [{"role": "assistant", "content": said}]}, "messages", "responses")
    assert there["input"] == [{"type": "reasoning", "summary": [], "encrypted_content": "x"}]
