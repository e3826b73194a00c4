"""Responses streams as providers really send them: each odd way comes out as the same legal events."""

from __future__ import annotations

import json
from typing import Any

import pytest

from halfopen.conversation.events import Closed, Event, Failed, Grew, Opened, Start, Stopped, Used
from halfopen.conversation.fold import fold
from halfopen.conversation.parts import Own, Part, Text, Thinking, ToolCall
from halfopen.errors import BrokenProtocol, Truncated
from halfopen.wire.responses.heard import Reader

Json = Any


def sse(*events: Json) -> bytes:
    return b"".join(f"event: {tree['type']}\ndata: {json.dumps(tree)}\n\n".encode() for tree in events)


def created() -> Json:
    return {"type": "response.created", "response": {"id": "a", "model": "m", "created_at": 5.0, "output": []}}


def added(index: int, **item: Json) -> Json:
    return {"type": "response.output_item.added", "output_index": index, "item": item}


def done(index: int, **item: Json) -> Json:
    return {"type": "response.output_item.done", "output_index": index, "item": item}


def words(index: int, text: str, **more: Json) -> Json:
    return {"type": "response.output_text.delta", "output_index": index, "content_index": 0, "delta": text} | more


def more(index: int, arguments: str) -> Json:
    return {"type": "response.function_call_arguments.delta", "output_index": index, "delta": arguments}


def completed(*output: Json, **fields: Json) -> Json:
    usage = {"input_tokens": 3, "output_tokens": 2}
    whole = {"id": "a", "model": "m", "status": "completed", "output": list(output), "usage": usage}
    return {"type": "response.completed", "response": whole | fields}


def message(*texts: str, **more: Json) -> Json:
    return {
        "type": "message",
        "role": "assistant",
        "content": [{"type": "output_text", "text": t} for t in texts],
    } | more


def call(named: str, arguments: str = "") -> Json:
    return {"type": "function_call", "call_id": named, "name": "n", "arguments": arguments}


def heard(data: bytes, step: int = 10**6) -> list[Event]:
    reader = Reader()
    events = [event for at in range(0, len(data), step) for event in reader.feed(data[at : at + step])]
    return [*events, *reader.end()]


def parts(*events: Json) -> tuple[Part, ...]:
    data = sse(*events)
    whole = fold(heard(data))
    assert fold(heard(data, 1)) == whole
    return whole.parts


def test_a_stream_begins_once_and_ends_with_its_usage() -> None:
    assert heard(sse(created(), created(), words(0, "Hi"), completed())) == [
        Start(id="a", model="m", created=5, told_in="responses"),
        Opened(Text(text="")),
        Grew("Hi"),
        Closed(),
        Stopped("end"),
        Used({"input": 3, "output": 2}),
    ]


def test_a_stream_without_a_beginning_gets_one() -> None:
    assert heard(sse(words(0, "Hi"), completed()))[0] == Start(id="", model="", told_in="responses")


def test_items_that_come_whole_are_told_whole() -> None:
    assert parts(created(), done(0, **message("Hi")), done(1, **call("c", "{}")), completed()) == (
        Text(text="Hi"),
        ToolCall(id="c", name="n", arguments="{}"),
    )


def test_what_stands_in_the_last_response_only_is_told_and_nothing_twice() -> None:
    assert parts(created(), completed(message("Hi"))) == (Text(text="Hi"),)
    assert parts(created(), words(0, "Hi"), completed(message("Hi, you"))) == (Text(text="Hi, you"),)
    thought = {"type": "reasoning", "summary": [{"type": "summary_text", "text": "Hm"}]}
    assert parts(created(), words(0, "Hi"), completed(thought, message("Hi"))) == (
        Text(text="Hi"),
        Thinking(text="Hm", signed_by="responses"),
    )


def test_interleaved_items_are_put_in_a_row() -> None:
    told = [added(0, **call("c0")), added(1, **call("c1")), more(1, '{"y"'), more(0, '{"x"'), more(1, ":2}")]
    told += [more(0, ":1}"), done(0, **call("c0", '{"x":1}')), done(1, **call("c1", '{"y":2}'))]
    assert parts(created(), *told, completed()) == (
        ToolCall(id="c0", name="n", arguments='{"x":1}'),
        ToolCall(id="c1", name="n", arguments='{"y":2}'),
    )


def test_items_that_all_have_the_index_nought_are_told_apart() -> None:
    told = [
        each
        for named in ("c0", "c1")
        for each in (added(0, **call(named)), more(0, "{}"), done(0, **call(named, "{}")))
    ]
    assert [part.id for part in parts(created(), *told, completed()) if isinstance(part, ToolCall)] == ["c0", "c1"]


def test_an_item_of_its_own_is_told_when_it_is_whole() -> None:
    search = {"type": "code_interpreter_call", "id": "w", "status": "completed"}
    (part,) = parts(created(), added(0, **search | {"status": "in_progress"}), done(0, **search), completed())
    assert isinstance(part, Own)
    assert (part.kind, json.loads(part.raw)) == ("code_interpreter_call", search)


def test_sealed_thinking_is_known_when_its_item_is_done() -> None:
    item = {"type": "reasoning", "id": "r", "summary": [], "encrypted_content": "c2Vh"}
    assert parts(created(), added(0, **item | {"encrypted_content": ""}), done(0, **item), completed()) == (
        Thinking(sealed="c2Vh", signed_by="responses", extra={"id": b'"r"'}),
    )


def test_events_of_tomorrow_and_pings_are_passed_over() -> None:
    assert parts(
        created(), {"type": "ping"}, {"type": "response.mood", "delta": {"blue": 1}}, words(0, "Hi"), completed()
    )


def test_an_end_that_is_no_completion_says_why() -> None:
    cut = {"type": "response.incomplete", "response": {"incomplete_details": {"reason": "max_output_tokens"}}}
    assert fold(heard(sse(created(), words(0, "Hi"), cut))).stop == "length"


def test_without_an_end_it_was_cut_off() -> None:
    with pytest.raises(Truncated):
        heard(sse(created(), words(0, "Hi"), done(0, **message("Hi"))))


@pytest.mark.parametrize(
    "broken",
    [
        {"type": "response.failed", "response": {"error": {"code": "server_error", "message": "too much"}}},
        {"type": "error", "code": "server_error", "message": "too much"},
        {"type": "error", "error": {"type": "server_error", "message": "too much"}},
    ],
)
def test_an_error_in_the_middle_ends_it(broken: Json) -> None:
    data = sse(created(), words(0, "Hi"), broken, completed())
    assert heard(data)[-1] == Failed(code="server_error", message="too much")
    assert heard(data, 1) == heard(data)


def test_logprobs_of_a_stream_are_lost_by_name() -> None:
    reader = Reader()
    reader.feed(sse(created(), words(0, "Hi", logprobs=[{"token": "Hi", "logprob": -0.1}])))
    assert [loss.path for loss in reader.losses] == ["logprobs"]


@pytest.mark.parametrize("data", [b"data: {\n\n", b"data: 7\n\n", sse(words(0, "Hi") | {"delta": 5})])
def test_what_is_no_event_is_no_responses_stream(data: bytes) -> None:
    with pytest.raises(BrokenProtocol):
        heard(data)
