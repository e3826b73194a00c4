"""One conversation told in every dialect: any to any, whole and byte by byte, with what is lost on the way."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from halfopen.conversation.answer import Answer
from halfopen.conversation.events import Event
from halfopen.conversation.fold import fold
from halfopen.conversation.loss import Loss
from halfopen.conversation.parts import Own
from halfopen.errors import BadBody
from tests.wire.conversations import streams
from tests.wire.conversations.answered import ANSWERED
from tests.wire.conversations.asked import ASKED
from tests.wire.conversations.told import Case, arrival, crosses, told_in
from tests.wire.conversations.tongues import TONGUES, compact, crossed
from tests.wire.conversations.voices import SPEECH, VOICES, drained

Json = Any


def ways(cases: Mapping[str, Case], dialects: Mapping[str, Any], *, home: bool = True) -> pytest.MarkDecorator:
    """Every way that a case has from one dialect to another, and, with `home`, out and home again."""
    found = [
        pytest.param(cases[name], here, there, id=f"{name}-{here}-{there}")
        for name in cases
        for here in dialects
        for there in dialects
        if crosses(cases[name], here, there) and (home or here != there)
    ]
    return pytest.mark.parametrize(("case", "here", "there"), found)


def tellings(cases: Mapping[str, Case], dialects: Mapping[str, Any]) -> pytest.MarkDecorator:
    """Every telling of a case."""
    found = [
        pytest.param(cases[name], dialect, id=f"{name}-{dialect}")
        for name in cases
        for dialect in dialects
        if told_in(cases[name], dialect)
    ]
    return pytest.mark.parametrize(("case", "dialect"), found)


@pytest.mark.parametrize("dialect", TONGUES)
def test_a_dialect_tells_nearly_every_conversation(dialect: str) -> None:
    cases = [*ASKED.values(), *ANSWERED.values()]
    assert len(cases) >= 63
    assert sum(told_in(case, dialect) for case in cases) >= len(cases) - 8


@ways(ASKED, TONGUES)
def test_a_request_crosses(case: Case, here: str, there: str) -> None:
    arrived = arrival(case, here, there)
    if arrived.refused:
        with pytest.raises(BadBody, match=re.escape(f"`{arrived.refused}` cannot be said in the dialect `{there}`")):
            crossed(case[here].body, here, there)
        return
    body, lost = crossed(case[here].body, here, there)
    assert body == arrived.body
    assert lost == list(arrived.lost)


@ways(ASKED, TONGUES, home=False)
def test_the_official_client_would_have_sent_what_arrives(case: Case, here: str, there: str) -> None:
    arrived = arrival(case, here, there)
    for types, name in SPEECH[there]:
        for each in (arrived.body or {}).get(name, ()):
            assert drained(types.validate_python(each))


@pytest.mark.parametrize("dialect", SPEECH)
def test_and_it_would_not_have_sent_just_anything(dialect: str) -> None:
    for types, _ in SPEECH[dialect]:
        with pytest.raises(ValidationError):
            drained(types.validate_python({"role": "user", "content": [{"type": "sculpture"}], "parts": [7]}))


steps = pytest.mark.parametrize("step", [1, 7, 10**6], ids=["byte by byte", "in sevens", "whole"])


def streamed(body: Json, here: str, step: int) -> list[Event]:
    data, reader = getattr(streams, here)(body) + b"data: junk\n\n: more", VOICES[here].reader()
    events = [event for at in range(0, len(data), step) for event in reader.feed(data[at : at + step])]
    return [*events, *reader.end()]


def named(losses: Sequence[Loss]) -> list[str]:
    return [loss.path.partition(".")[0] for loss in losses]


def parsed(dialect: str, body: Json) -> Json:
    """What the official client makes of it, without what it adds."""
    return VOICES[dialect].client.model_validate(body).model_dump(exclude_unset=True)


@ways(ANSWERED, VOICES)
def test_an_answer_crosses(case: Case, here: str, there: str) -> None:
    written, losses = VOICES[there].write(VOICES[here].read(compact(case[here].body)))
    arrived = arrival(case, here, there)
    assert json.loads(written) == arrived.body
    assert named(losses) == list(arrived.lost)
    assert parsed(there, json.loads(written)) == arrived.body


@tellings(ANSWERED, VOICES)
@steps
def test_a_stream_folds_into_the_answer_that_was_not_streamed(case: Case, dialect: str, step: int) -> None:
    whole = VOICES[dialect].read(compact(case[dialect].body))
    assert replace(fold(streamed(case[dialect].body, dialect, step)), extra={}) == replace(whole, extra={})


def alike(answer: Answer) -> Answer:
    """Without what stands beside its parts; the fields of JSON that a part keeps as it came have no order."""
    parts = (
        replace(part, raw=json.dumps(json.loads(part.raw), sort_keys=True).encode()) if isinstance(part, Own) else part
        for part in answer.parts
    )
    return replace(answer, parts=tuple(parts), extra={})


@ways(ANSWERED, VOICES)
@steps
def test_a_stream_crosses_to_the_same_answer(case: Case, here: str, there: str, step: int) -> None:
    writer, reader = VOICES[there].writer(), VOICES[there].reader()
    data = b"".join(writer.write(event) for event in streamed(case[here].body, here, step))
    again = fold([*reader.feed(data), *reader.end()])
    arrived = arrival(case, here, there)
    assert alike(again) == alike(VOICES[there].read(compact(arrived.body)))
    assert set(named(writer.losses)) == set(arrived.lost)


@ways(ANSWERED, VOICES)
def test_the_official_client_assembles_the_stream(case: Case, here: str, there: str) -> None:
    writer = VOICES[there].writer()
    data = b"".join(writer.write(event) for event in streamed(case[here].body, here, 10**6))
    assembled = VOICES[there].assembled(data)
    assert assembled == VOICES[there].gist(arrival(case, here, there).body)
