"""Chat streams as providers really send them: each odd way comes out as the same legal events."""

from __future__ import annotations

import json
from typing import Any

import pytest

from halfopen.conversation.answer import Answer
from halfopen.conversation.events import Closed, Event, Failed, Grew, Opened, Start, Stopped, Used
from halfopen.conversation.fold import fold
from halfopen.conversation.parts import Part, Text, ToolCall
from halfopen.errors import BrokenProtocol, Truncated
from halfopen.wire.chat.heard import Reader

Json = Any
DONE = b"data: [DONE]\n\n"
FINISH: Json = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}


def sse(*chunks: Json) -> bytes:
    return b"".join(b"data: " + json.dumps(chunk).encode() + b"\n\n" for chunk in chunks)


def delta(reason: str | None = None, **fields: Json) -> Json:
    return {"id": "a", "model": "m", "choices": [{"index": 0, "delta": fields, "finish_reason": reason}]}


def call(index: int | None = None, id: str | None = None, name: str | None = None, arguments: str = "") -> Json:
    function = {"arguments": arguments} | ({} if name is None else {"name": name})
    return {"function": function} | ({} if index is None else {"index": index}) | ({} if id is None else {"id": id})


def heard(data: bytes, step: int = 10**6) -> list[Event]:
    reader = Reader()
    events = [event for at in range(0, len(data), step) for event in reader.feed(data[at : at + step])]
    return [*events, *reader.end()]


def parts(data: bytes) -> tuple[Part, ...]:
    whole = fold(heard(data))
    assert fold(heard(data, 1)) == whole
    return whole.parts


def test_a_stream_begins_once_and_ends_with_its_usage() -> None:
    usage = {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 0}}
    assert heard(sse(delta(role="assistant", content=""), delta(content="Hi"), delta("stop"), usage) + DONE) == [
        Start(id="a", model="m", told_in="chat"),
        Opened(Text(text="")),
        Grew("Hi"),
        Closed(),
        Stopped("end"),
        Used({"input": 3, "output": 0}),
    ]


def test_empty_deltas_open_nothing() -> None:
    chunks = [delta(content="", tool_calls=[]), delta(content=None), delta(), delta("stop")]
    assert parts(sse(*chunks) + DONE) == ()


def test_a_filter_report_before_the_first_choice_does_not_name_the_answer() -> None:
    first = {"id": "", "model": "", "choices": [], "prompt_filter_results": []}
    assert heard(sse(first, delta(content="Hi"), delta("stop")) + DONE)[0] == Start(id="a", model="m", told_in="chat")


def test_without_an_end_mark_a_finish_reason_is_enough() -> None:
    assert parts(sse(delta(content="Hi"), delta("stop"))) == (Text(text="Hi"),)


def test_the_last_event_may_lack_its_blank_line() -> None:
    assert parts(sse(delta(content="Hi"), delta("stop")) + b"data: [DONE]") == (Text(text="Hi"),)


def test_without_both_it_was_cut_off() -> None:
    with pytest.raises(Truncated):
        heard(sse(delta(content="Hi")))


def test_an_end_mark_without_a_reason_is_an_end() -> None:
    assert heard(sse(delta(content="Hi")) + DONE)[-2:] == [Stopped("end"), Used({})]


def test_an_end_mark_at_once_is_an_empty_answer() -> None:
    assert fold(heard(DONE)) == Answer(id="", model="", parts=(), stop="end", told_in="chat")


def test_calls_that_end_with_stop_still_wait_for_their_results() -> None:
    assert fold(heard(sse(delta(tool_calls=[call(0, "c", "n", "{}")]), delta("stop")) + DONE)).stop == "tool"


def test_comments_other_line_ends_and_data_on_several_lines() -> None:
    data = b': ping\r\n\r\ndata: {"choices": [{"delta":\r\ndata: {"content": "Hi"}}]}\r\n\r\nevent: x\rdata: [DONE]\r\r'
    assert parts(data) == (Text(text="Hi"),)


def test_interleaved_calls_are_put_in_a_row() -> None:
    chunks = [
        delta(tool_calls=[call(0, "c0", "a", '{"x"')]),
        delta(tool_calls=[call(1, "c1", "b", '{"y"')]),
        delta(tool_calls=[call(0, arguments=":1}"), call(1, arguments=":2}")]),
        delta(content="late words"),
        delta("tool_calls"),
    ]
    assert parts(sse(*chunks) + DONE) == (
        ToolCall(id="c0", name="a", arguments='{"x":1}'),
        ToolCall(id="c1", name="b", arguments='{"y":2}'),
        Text(text="late words"),
    )


def test_calls_that_all_have_the_number_nought_are_told_apart_by_their_ids() -> None:
    chunks = [delta(tool_calls=[call(0, f"c{n}", "a", f'{{"n":{n}}}')]) for n in range(3)]
    assert [part.id for part in parts(sse(*chunks) + DONE) if isinstance(part, ToolCall)] == ["c0", "c1", "c2"]


def test_calls_without_numbers_and_ids_get_ids_that_results_can_name() -> None:
    chunk = delta(tool_calls=[call(None, None, "a", "{}"), call(None, None, "b", "{}")])
    assert parts(sse(chunk) + DONE) == (
        ToolCall(id="call_a_0", name="a", arguments="{}"),
        ToolCall(id="call_a_1", name="b", arguments="{}"),
    )


NAMELESS: dict[str, tuple[list[Json], list[tuple[str, str]]]] = {
    "each in a chunk of its own": (
        [call(None, None, "a", '{"x":1}'), call(None, None, "b", '{"y":2}')],
        [("a", '{"x":1}'), ("b", '{"y":2}')],
    ),
    "twice the same, all of them number nought": (
        [call(0, None, "a", '{"x":1}'), call(0, None, "a", '{"x":1}')],
        [("a", '{"x":1}'), ("a", '{"x":1}')],
    ),
    "in pieces, one after the other": (
        [
            call(name="a"),
            call(arguments='{"x"'),
            call(arguments=":1}"),
            call(name="a", arguments='{"y":'),
            call(arguments="2}"),
        ],
        [("a", '{"x":1}'), ("a", '{"y":2}')],
    ),
    "without arguments": ([call(name="now"), call(name="now")], [("now", ""), ("now", "")]),
    "one call that says its name with every piece": (
        [call(0, None, "a", '{"x"'), call(0, None, "a", ":1}"), call(0, None, "a", "")],
        [("a", '{"x":1}')],
    ),
    "the same without a number": ([call(name="a"), call(name="a", arguments="{}")], [("a", "{}")]),
}


@pytest.mark.parametrize(("pieces", "calls"), NAMELESS.values(), ids=NAMELESS)
def test_calls_without_ids_are_told_apart_by_names_and_by_arguments_that_are_whole(
    pieces: list[Json], calls: list[tuple[str, str]]
) -> None:
    told = parts(sse(*(delta(tool_calls=[piece]) for piece in pieces)) + DONE)
    assert [(part.name, part.arguments) for part in told if isinstance(part, ToolCall)] == calls
    assert len({part.id for part in told if isinstance(part, ToolCall)}) == len(calls)


def test_long_arguments_in_small_pieces_are_whole_and_take_no_hours() -> None:
    """Where the name comes with every piece, what was said tells whether a call is over; nobody may look each time."""
    said = json.dumps({"text": "x" * 1_500_000})
    pieces = [said[at : at + 10] for at in range(0, len(said), 10)]
    chunks = [call(0, None, "write", piece) for piece in pieces]
    (part,) = fold(heard(sse(*(delta(tool_calls=[chunk]) for chunk in chunks)) + DONE)).parts
    assert isinstance(part, ToolCall)
    assert (part.name, part.arguments) == ("write", said)


def test_arguments_wait_for_a_name_that_comes_late() -> None:
    chunks = [delta(tool_calls=[call(0, "c", None, '{"x"')]), delta(tool_calls=[call(0, None, "a", ":1}")])]
    assert parts(sse(*chunks) + DONE) == (ToolCall(id="c", name="a", arguments='{"x":1}'),)


def test_a_call_that_never_gets_a_name_is_no_call() -> None:
    with pytest.raises(BrokenProtocol, match="without a name"):
        heard(sse(delta(tool_calls=[call(0, "c", None, "{}")])) + DONE)


def test_an_error_in_the_middle_ends_it() -> None:
    data = sse(delta(content="Hi"), {"error": {"message": "too much", "type": "overloaded"}}) + DONE
    assert heard(data)[-1] == Failed(code="overloaded", message="too much")
    assert heard(data, 1) == heard(data)


def test_other_choices_are_lost_and_named() -> None:
    reader = Reader()
    second = {"choices": [{"index": 1, "delta": {"content": "Other"}}]}
    events = reader.feed(sse(delta(content="Hi"), second, second, delta("stop")) + DONE)
    assert fold(events).parts == (Text(text="Hi"),)
    assert [loss.path for loss in reader.losses] == ["others"]


@pytest.mark.parametrize(
    "data", [b"data: {\n\n", b"data: 7\n\n", b'data: {"choices": [{"delta": {"content": 5}}]}\n\n']
)
def test_what_is_no_chunk_is_no_chat_stream(data: bytes) -> None:
    with pytest.raises(BrokenProtocol):
        heard(data)
