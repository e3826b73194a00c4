"""What is told as lost is a loss to the caller: no ids of things, no words of its own, no store that nobody wanted."""

from __future__ import annotations

from typing import Any

import pytest

from halfopen.conversation.events import Closed, Grew, Opened, Start, Stopped, Used
from halfopen.conversation.parts import Refusal, Text, Thinking, ToolCall
from halfopen.errors import BadBody, BrokenProtocol
from tests.wire.conversations import streams
from tests.wire.conversations.bodies import HELLO, user
from tests.wire.conversations.bodies import chat as chat_asks
from tests.wire.conversations.bodies import messages as messages_ask
from tests.wire.conversations.gemini.replies import answers as gemini
from tests.wire.conversations.replies import SEA, USES, call, chat, messages, use
from tests.wire.conversations.responses_answered import RAIN, answers, says, summed
from tests.wire.conversations.responses_asked import ASK, Q, asks, message, returned
from tests.wire.conversations.tongues import compact, crossed
from tests.wire.conversations.voices import VOICES

Json = Any
# What OpenAI puts into every response beside the answer.
REPEATED: Json = {
    "background": False,
    "completed_at": 5,
    "conversation": None,
    "frequency_penalty": 0.0,
    "instructions": "Be brief.",
    "max_output_tokens": 100,
    "max_tool_calls": None,
    "metadata": {},
    "parallel_tool_calls": True,
    "presence_penalty": 0.0,
    "previous_response_id": "resp_0",
    "prompt": {"id": "p"},
    "prompt_cache_key": "k",
    "reasoning": {"effort": "low", "summary": None},
    "safety_identifier": "s",
    "store": False,
    "temperature": 1.0,
    "text": {"format": {"type": "text"}, "verbosity": "medium"},
    "tool_choice": "auto",
    "tools": [{"type": "function", "name": "weather", "parameters": {}, "strict": False}],
    "top_logprobs": 0,
    "top_p": 1.0,
    "truncation": "disabled",
    "user": None,
}
others = pytest.mark.parametrize("there", ["chat", "messages", "gemini"])


@others
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_ids_and_what_a_response_repeats_are_no_loss(there: str, stream: bool) -> None:
    body = answers(summed("Hm."), says(SEA), RAIN) | REPEATED
    if stream:
        reader, writer = VOICES["responses"].reader(), VOICES[there].writer()
        for event in [*reader.feed(streams.responses(body)), *reader.end()]:
            writer.write(event)
        losses = writer.losses
    else:
        losses = VOICES[there].write(VOICES["responses"].read(compact(body)))[1]
    assert losses == ()


@others
def test_items_that_come_back_with_their_ids_lose_nothing(there: str) -> None:
    said = message("assistant", SEA, id="msg_1", status="completed")
    asked = message("user", "And?", id="msg_2", status="completed")
    body = asks(ASK, RAIN, returned("c1", "dry") | {"id": "fco_1", "status": "completed"}, said, asked, store=False)
    assert crossed(body, "responses", there)[1] == []


@pytest.mark.parametrize("here", ["chat", "responses"])
@pytest.mark.parametrize(("wish", "lost"), [(False, []), (True, ["store"]), (None, [])])
def test_a_store_is_lost_only_where_one_was_wanted(here: str, wish: bool | None, lost: list[str]) -> None:
    body = (asks(Q) if here == "responses" else chat_asks(HELLO)) | ({} if wish is None else {"store": wish})
    for there in ("messages", "gemini"):
        assert crossed(body, here, there)[1] == lost
    assert crossed(body, here, here) == (body, [])
    keeps, told = crossed(body, here, "chat" if here == "responses" else "responses")
    assert told == []
    assert keeps.get("store") is (wish or (None if here == "responses" else False))


def test_an_address_of_a_picture_is_all_that_messages_wants_to_know() -> None:
    part = {"fileData": {"mimeType": "image/tiff", "fileUri": "https://x.example/a"}}
    there, lost = crossed({"contents": [{"role": "user", "parts": [part, {"text": "What?"}]}]}, "gemini", "messages")
    assert there["messages"][0]["content"][0]["source"] == {"type": "url", "url": "https://x.example/a"}
    assert lost == ["max_output"]


@pytest.mark.parametrize("data", ["AAA", "Zürich", "/w=="])
def test_a_text_that_is_none_is_refused_and_not_a_crash(data: str) -> None:
    file = {"type": "file", "file": {"filename": "a.txt", "file_data": f"data:text/plain;base64,{data}"}}
    with pytest.raises(BadBody):
        crossed(chat_asks(user([file])), "chat", "messages")


@pytest.mark.parametrize("dialect", ["chat", "messages"])
def test_fields_of_a_part_that_only_another_knows_are_told_in_a_stream_too(dialect: str) -> None:
    writer, odd = VOICES[dialect].writer(), {"odd": b"1"}
    parts = (Text(text="", extra=odd), Refusal(text="", extra=odd), Thinking(extra=odd))
    events = [event for part in parts for event in (Opened(part), Grew("a"), Closed())]
    call = ToolCall(id="c", name="n", arguments="{}", extra=odd)
    for event in (
        Start(id="a", model="m", told_in="gemini"),
        *events,
        Opened(call),
        Closed(),
        Stopped("tool"),
        Used({}),
    ):
        writer.write(event)
    assert [loss.path for loss in writer.losses if loss.path.endswith(".odd")] == [f"parts.{n}.odd" for n in range(4)]


NAMELESS: dict[str, Json] = {
    "chat": chat("tool_calls", tool_calls=[call("c1", "", "{}")]),
    "messages": messages(use("c1", "", {})),
    "responses": answers(RAIN | {"name": ""}),
    "gemini": gemini({"functionCall": {"name": "", "args": {}}}),
}


@pytest.mark.parametrize(("dialect", "body"), NAMELESS.items(), ids=NAMELESS)
def test_a_call_of_nothing_is_no_call(dialect: str, body: Json) -> None:
    with pytest.raises(BrokenProtocol, match="name` is empty"):
        VOICES[dialect].read(compact(body))


HUGE = 10**30
COUNTED: dict[str, Json] = {
    "chat": chat_asks(HELLO, seed=HUGE),
    "messages": messages_ask(HELLO, top_k=HUGE),
    "responses": asks(Q, top_logprobs=HUGE),
    "gemini": {"contents": [], "generationConfig": {"seed": float(HUGE)}},
}


@pytest.mark.parametrize(("dialect", "body"), COUNTED.items(), ids=COUNTED)
def test_a_number_that_nobody_can_hold_is_refused(dialect: str, body: Json) -> None:
    with pytest.raises(BadBody, match="must be a whole number"):
        crossed(body, dialect, dialect)


CODED: dict[str, tuple[str, Json]] = {
    "a picture": (
        "messages",
        messages_ask(
            user([{"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "Zürich"}}])
        ),
    ),
    "a picture of no type": (
        "messages",
        messages_ask(user([{"type": "image", "source": {"type": "base64", "media_type": "", "data": "AAAA"}}])),
    ),
    "sound": ("chat", chat_asks(user([{"type": "input_audio", "input_audio": {"data": "ü", "format": "wav"}}]))),
    "bytes": ("gemini", {"contents": [{"parts": [{"inlineData": {"mimeType": "image/png", "data": "ü"}}]}]}),
}


@pytest.mark.parametrize(("dialect", "body"), CODED.values(), ids=CODED)
def test_bytes_that_are_none_are_refused(dialect: str, body: Json) -> None:
    with pytest.raises(BadBody):
        crossed(body, dialect, dialect)


def test_an_input_that_is_not_utf_8_is_the_provider_s_fault() -> None:
    body = compact(messages(USES[0])).replace(b"Ulm", b"\xd0")
    with pytest.raises(BrokenProtocol, match="is not UTF-8"):
        VOICES["messages"].read(body)


def test_an_empty_result_of_google_s_is_empty_elsewhere() -> None:
    said = {"functionResponse": {"id": "c1", "name": "weather", "response": {"result": ""}}}
    asked = {"functionCall": {"id": "c1", "name": "weather", "args": {"town": "Ulm"}}}
    body = {"contents": [{"role": "model", "parts": [asked]}, {"role": "user", "parts": [said]}]}
    there, _ = crossed(body, "gemini", "chat")
    assert there["messages"][1] == {"role": "tool", "tool_call_id": "c1", "content": ""}
    assert crossed(body, "gemini", "gemini")[0] == body
