"""Laws of the hub: any cut of a stream is the same stream, and nothing that is read makes a translation fall over."""

from __future__ import annotations

import json
from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from halfopen.conversation.fold import fold
from halfopen.conversation.parts import Text, ToolCall
from halfopen.errors import BadBody, BrokenProtocol, UpstreamFault
from tests.wire.conversations import streams
from tests.wire.conversations.answered import ANSWERED
from tests.wire.conversations.asked import ASKED
from tests.wire.conversations.told import Case, told_in
from tests.wire.conversations.tongues import TONGUES, compact, crossed
from tests.wire.conversations.voices import VOICES

Json = Any
DIALECTS = tuple(VOICES)
dialects = pytest.mark.parametrize("dialect", DIALECTS)
words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
junk = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 2**40) | st.floats(allow_nan=False, allow_infinity=False) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["type", "text", "x.y"]), inner),
    max_leaves=5,
)


def telling(case: Case, dialect: str) -> Json:
    assume(told_in(case, dialect))
    return case[dialect].body


@dialects
@given(told=st.sampled_from(list(ANSWERED.values())), cuts=st.lists(st.integers(0, 3000), max_size=12))
def test_any_cut_of_a_stream_gives_the_same_events(dialect: str, told: Case, cuts: list[int]) -> None:
    data = getattr(streams, dialect)(telling(told, dialect))
    whole, pieces = VOICES[dialect].reader(), VOICES[dialect].reader()
    edges = [0, *sorted(cut % len(data) for cut in cuts), len(data)]
    assert [event for a, b in pairwise(edges) for event in pieces.feed(data[a:b])] == whole.feed(data)


@st.composite
def talks(draw: st.DrawFn) -> list[tuple[str, str, str]]:
    """Turns as (role, words, arguments of a call)."""
    turns = draw(
        st.lists(st.tuples(st.sampled_from(["system", "user", "assistant"]), words, st.booleans()), min_size=1)
    )
    return [(role, said, compact({"a": said}).decode() if calls else "") for role, said, calls in turns]


def in_chat(talk: list[tuple[str, str, str]]) -> Json:
    messages: list[Json] = []
    for number, (role, said, arguments) in enumerate(talk):
        message: Json = {"role": role, "content": said}
        if role == "assistant" and arguments:
            function = {"name": "n", "arguments": arguments}
            message["tool_calls"] = [{"id": f"c{number}", "type": "function", "function": function}]
        messages.append(message)
    return {"model": "m", "max_tokens": 9, "messages": messages}


@dialects
@given(talk=talks())
def test_a_talk_goes_out_and_home_with_every_word_and_every_call(
    dialect: str, talk: list[tuple[str, str, str]]
) -> None:
    body = in_chat(talk)
    there, lost = crossed(body, "chat", dialect)
    assert [path for path in lost if not path.endswith(".role")] == []  # gemini has its system prompt in front
    assert crossed(there, dialect, dialect) == (there, [])
    before, after = (TONGUES[name].read(compact(each)) for name, each in (("chat", body), (dialect, there)))
    for kind, field in ((Text, "text"), (ToolCall, "arguments")):
        told = [
            [getattr(part, field) for turn in request.turns for part in turn.parts if isinstance(part, kind)]
            for request in (before, after)
        ]
        assert told[0] == told[1]


def places(tree: Json, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [at, *(place for key, each in inner for place in places(each, (*at, key)))]


def changed(tree: Json, place: tuple[Any, ...], value: Json) -> Json:
    """A copy with something else in one place."""
    if not place:
        return value
    copy = tree.copy()
    copy[place[0]] = changed(tree[place[0]], place[1:], value)
    return copy


@dialects
@settings(max_examples=300)
@given(data=st.data(), told=st.sampled_from(list(ASKED.values())), value=junk)
def test_a_request_with_junk_in_it_is_translated_or_refused(
    dialect: str, data: st.DataObject, told: Case, value: Json
) -> None:
    body = telling(told, dialect)
    body = changed(body, data.draw(st.sampled_from(places(body))), value)
    for there in DIALECTS:
        try:
            written, _ = TONGUES[there].write(TONGUES[dialect].read(compact(body)))
        except BadBody:
            continue
        TONGUES[there].read(written)  # and what was written can be read


@dialects
@settings(max_examples=300)
@given(data=st.data(), told=st.sampled_from(list(ANSWERED.values())), value=junk)
def test_an_answer_with_junk_in_it_is_translated_or_the_provider_s_fault(
    dialect: str, data: st.DataObject, told: Case, value: Json
) -> None:
    body = telling(told, dialect)
    body = changed(body, data.draw(st.sampled_from(places(body))), value)
    try:
        answer = VOICES[dialect].read(compact(body))
    except BrokenProtocol:
        return
    for there in DIALECTS:
        with suppress(BrokenProtocol):  # of half a call, which nobody could make
            VOICES[there].read(VOICES[there].write(answer)[0])


@dialects
@settings(max_examples=300)
@given(data=st.data(), told=st.sampled_from(list(ANSWERED.values())), value=junk)
def test_a_stream_with_junk_in_it_is_told_in_legal_order_or_is_the_provider_s_fault(
    dialect: str, data: st.DataObject, told: Case, value: Json
) -> None:
    events = getattr(streams, dialect)(telling(told, dialect)).split(b"\n\n")
    number = data.draw(st.integers(0, len(events) - 1))
    head, mark, said = events[number].partition(b"data: ")
    if mark and said != b"[DONE]":
        tree = json.loads(said)
        events[number] = head + mark + compact(changed(tree, data.draw(st.sampled_from(places(tree))), value))
    reader, writers = VOICES[dialect].reader(), [voice.writer() for voice in VOICES.values()]
    try:
        heard = [*reader.feed(b"\n\n".join(events)), *reader.end()]
        fold(heard)
    except UpstreamFault:
        return
    for writer in writers:
        with suppress(BrokenProtocol):  # of half a call, which nobody could make
            assert b"".join(writer.write(event) for event in heard)
