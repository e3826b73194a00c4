"""Messages streams as providers really send them: each odd way comes out as the same legal events."""

from __future__ import annotations

import json
from typing import Any

import pytest

from halfopen.conversation.events import Closed, Event, Failed, Grew, Opened, Start, Stopped, Used
from halfopen.conversation.fold import fold
from halfopen.conversation.parts import Own, Part, Text, Thinking, ToolCall
from halfopen.errors import BrokenProtocol, Truncated
from halfopen.wire.messages.heard import Reader

Json = Any


def sse(*events: Json) -> bytes:
    return b"".join(f"event: {tree['type']}\ndata: {json.dumps(tree)}\n\n".encode() for tree in events)


def begin(**usage: Json) -> Json:
    return {"type": "message_start", "message": {"id": "a", "model": "m", "usage": {"output_tokens": 1} | usage}}


def block(index: int, **fields: Json) -> Json:
    return {"type": "content_block_start", "index": index, "content_block": fields}


def delta(index: int, **fields: Json) -> Json:
    return {"type": "content_block_delta", "index": index, "delta": fields}


def words(index: int, text: str) -> Json:
    return delta(index, type="text_delta", text=text)


def close(index: int) -> Json:
    return {"type": "content_block_stop", "index": index}


def ending(reason: str = "end_turn", **usage: Json) -> Json:
    return {"type": "message_delta", "delta": {"stop_reason": reason}, "usage": {"output_tokens": 2} | usage}


STOP: Json = {"type": "message_stop"}


def heard(data: bytes, step: int = 10**6) -> list[Event]:
    reader = Reader()
    events = [event for at in range(0, len(data), step) for event in reader.feed(data[at : at + step])]
    return [*events, *reader.end()]


def parts(*events: Json) -> tuple[Part, ...]:
    data = sse(*events)
    whole = fold(heard(data))
    assert fold(heard(data, 1)) == whole
    return whole.parts


def test_a_stream_begins_once_and_ends_with_its_usage_in_full() -> None:
    told = [begin(input_tokens=3, cache_read_input_tokens=9), block(0, type="text", text=""), {"type": "ping"}]
    told += [words(0, "Hi"), close(0), ending(), STOP]
    assert heard(sse(*told)) == [
        Start(id="a", model="m", usage={"input": 3, "cached_read": 9}, told_in="messages"),
        Opened(Text(text="")),
        Grew("Hi"),
        Closed(),
        Stopped("end"),
        Used({"input": 3, "cached_read": 9, "output": 2}),
    ]


def test_a_second_beginning_is_not_told() -> None:
    assert parts(begin(), begin(), words(0, "Hi"), ending(), STOP) == (Text(text="Hi"),)


def test_a_stream_without_a_beginning_gets_one() -> None:
    events = heard(sse(words(0, "Hi"), ending(), STOP))
    assert events[0] == Start(id="", model="", told_in="messages")


def test_a_block_that_never_began_begins_with_its_first_words() -> None:
    told = [begin(), delta(0, type="thinking_delta", thinking="Hm"), words(1, "Hi"), ending(), STOP]
    assert parts(*told) == (Thinking(text="Hm", signed_by="messages"), Text(text="Hi"))


def test_arguments_of_a_call_that_never_began_belong_to_nobody() -> None:
    with pytest.raises(BrokenProtocol, match="never began"):
        heard(sse(begin(), delta(0, type="input_json_delta", partial_json="{}")))


def test_a_block_that_is_not_closed_ends_where_the_next_begins() -> None:
    told = [begin(), block(0, type="text", text="A"), block(1, type="text", text="B"), ending(), STOP]
    assert parts(*told) == (Text(text="A"), Text(text="B"))


def test_an_input_given_at_once_is_kept() -> None:
    whole = block(0, type="tool_use", id="c", name="n", input={"a": 1})
    assert parts(begin(), whole, close(0), ending("tool_use"), STOP) == (
        ToolCall(id="c", name="n", arguments='{"a": 1}'),
    )


def test_a_call_without_input_has_an_empty_one() -> None:
    told = [block(0, type="tool_use", id="c", name="n", input={}), delta(0, type="input_json_delta", partial_json="")]
    assert parts(begin(), *told, close(0), ending("tool_use"), STOP) == (ToolCall(id="c", name="n", arguments="{}"),)


def test_a_block_of_its_own_is_told_when_it_is_whole() -> None:
    told = [
        block(0, type="server_tool_use", id="s", name="web_search", input={}),
        delta(0, type="input_json_delta", partial_json='{"query":'),
        delta(0, type="input_json_delta", partial_json='"x"}'),
        close(0),
    ]
    (part,) = parts(begin(), *told, ending(), STOP)
    assert isinstance(part, Own)
    assert (part.kind, json.loads(part.raw)["input"]) == ("server_tool_use", {"query": "x"})


def test_events_and_deltas_of_tomorrow_are_passed_over() -> None:
    told = [{"type": "mood"}, block(0, type="text", text=""), delta(0, type="mood_delta", mood="blue"), words(0, "Hi")]
    assert parts(begin(), *told, ending(), STOP) == (Text(text="Hi"),)


def test_a_reason_without_an_end_is_enough() -> None:
    assert parts(begin(), words(0, "Hi"), ending()) == (Text(text="Hi"),)


def test_without_both_it_was_cut_off() -> None:
    with pytest.raises(Truncated):
        heard(sse(begin(), words(0, "Hi"), close(0)))


def test_an_error_in_the_middle_ends_it() -> None:
    broken = {"type": "error", "error": {"type": "overloaded_error", "message": "too much"}}
    data = sse(begin(), words(0, "Hi"), broken, STOP)
    assert heard(data)[-1] == Failed(code="overloaded_error", message="too much")
    assert heard(data, 1) == heard(data)


@pytest.mark.parametrize(
    "data", [b"data: {\n\n", b"data: 7\n\n", b'data: {"type": "content_block_delta", "index": 0}\n\n']
)
def test_what_is_no_event_is_no_messages_stream(data: bytes) -> None:
    with pytest.raises(BrokenProtocol):
        heard(data)
