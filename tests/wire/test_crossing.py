"""One conversation told in two dialects: any to any, whole and byte by byte, with what is lost on the way."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from halfopen.conversation.events import Event
from halfopen.conversation.fold import fold
from tests.wire.conversations import streams
from tests.wire.conversations.answered import ANSWERED, Answered
from tests.wire.conversations.asked import ASKED
from tests.wire.conversations.bodies import Asked
from tests.wire.conversations.tongues import TONGUES, compact, crossed
from tests.wire.conversations.voices import MESSAGE_TYPES, TOOL_TYPES, VOICES, drained

Json = Any
requests = pytest.mark.parametrize("told", ASKED, ids=[told.name for told in ASKED])


@requests
def test_a_request_crosses_from_chat_to_messages(told: Asked) -> None:
    body, lost = crossed(told.chat, "chat", "messages")
    assert body == (told.to_messages or told.messages)
    assert lost == list(told.lost_to_messages)


@requests
def test_a_request_crosses_from_messages_to_chat(told: Asked) -> None:
    body, lost = crossed(told.messages, "messages", "chat")
    assert body == (told.to_chat or told.chat)
    assert lost == list(told.lost_to_chat)


@requests
@pytest.mark.parametrize("dialect", TONGUES)
def test_a_request_written_in_its_own_dialect_is_the_same_and_loses_nothing(told: Asked, dialect: str) -> None:
    body = getattr(told, dialect)
    again, lost = crossed(body, dialect, dialect)
    assert (again, lost) == (body, [])


@requests
@pytest.mark.parametrize(("here", "there"), [("chat", "messages"), ("messages", "chat")])
def test_the_official_client_would_have_sent_what_arrives(told: Asked, here: str, there: str) -> None:
    body, _ = crossed(getattr(told, here), here, there)
    for types, name in ((MESSAGE_TYPES, "messages"), (TOOL_TYPES, "tools")):
        for each in body.get(name, ()):
            assert drained(types[there].validate_python(each))


@pytest.mark.parametrize("dialect", MESSAGE_TYPES)
def test_and_it_would_not_have_sent_just_anything(dialect: str) -> None:
    with pytest.raises(ValidationError):
        drained(MESSAGE_TYPES[dialect].validate_python({"role": "user", "content": [{"type": "sculpture"}]}))


answers = pytest.mark.parametrize("told", ANSWERED, ids=[told.name for told in ANSWERED])
pairs = pytest.mark.parametrize(("here", "there"), [(a, b) for a in VOICES for b in VOICES])
steps = pytest.mark.parametrize("step", [1, 7, 10**6], ids=["byte by byte", "in sevens", "whole"])


def arriving(told: Answered, here: str, there: str) -> tuple[Json, list[str]]:
    """What must arrive, and what must be told as lost."""
    if here == there:
        return getattr(told, here), []
    changed, lost = getattr(told, f"to_{there}"), getattr(told, f"lost_to_{there}")
    return changed or getattr(told, there), list(lost)


def streamed(told: Answered, here: str, step: int) -> list[Event]:
    data, reader = getattr(streams, here)(getattr(told, here)) + b"data: junk\n\n: more", VOICES[here].reader()
    events = [event for at in range(0, len(data), step) for event in reader.feed(data[at : at + step])]
    return [*events, *reader.end()]


def parsed(dialect: str, body: Json) -> Json:
    """What the official client makes of it, without what it adds."""
    return VOICES[dialect].client.model_validate(body).model_dump(exclude_unset=True)


@answers
@pairs
def test_an_answer_crosses(told: Answered, here: str, there: str) -> None:
    written, losses = VOICES[there].write(VOICES[here].read(compact(getattr(told, here))))
    body, lost = arriving(told, here, there)
    assert json.loads(written) == body
    assert [loss.path.partition(".")[0] for loss in losses] == lost
    assert parsed(there, json.loads(written)) == body


@answers
@pytest.mark.parametrize("dialect", VOICES)
@steps
def test_a_stream_folds_into_the_answer_that_was_not_streamed(told: Answered, dialect: str, step: int) -> None:
    whole = VOICES[dialect].read(compact(getattr(told, dialect)))
    assert replace(fold(streamed(told, dialect, step)), extra={}) == replace(whole, extra={})


@answers
@pairs
@steps
def test_a_stream_crosses_to_the_same_answer(told: Answered, here: str, there: str, step: int) -> None:
    writer, reader = VOICES[there].writer(), VOICES[there].reader()
    data = b"".join(writer.write(event) for event in streamed(told, here, step))
    again = fold([*reader.feed(data), *reader.end()])
    body, lost = arriving(told, here, there)
    expected = VOICES[there].read(compact(body))
    assert replace(again, extra={}) == replace(expected, extra={})
    assert {loss.path.partition(".")[0] for loss in writer.losses} == set(lost)


@answers
@pairs
def test_the_official_client_assembles_the_stream(told: Answered, here: str, there: str) -> None:
    writer = VOICES[there].writer()
    data = b"".join(writer.write(event) for event in streamed(told, here, 10**6))
    assembled = VOICES[there].assembled(data)
    body, _ = arriving(told, here, there)
    assert assembled == VOICES[there].gist(body)
