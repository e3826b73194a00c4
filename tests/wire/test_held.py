"""A stream that never ends, or has parts without end, is broken off before it fills the memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

import pytest

from halfopen.conversation.held import MOST, PART, Held
from halfopen.errors import BrokenProtocol
from halfopen.wire.chat.heard import Reader as Chat
from halfopen.wire.gemini.heard import Reader as Gemini
from halfopen.wire.messages.heard import Reader as Messages
from halfopen.wire.responses.heard import Reader as Responses
from halfopen.wire.sse import Splitter
from tests.wire.conversations.streams import event

Json = Any
READERS: Mapping[str, Callable[[int], Any]] = {
    "chat": Chat,
    "messages": Messages,
    "responses": Responses,
    "gemini": Gemini,
}
SOME = "x" * 500


def chunk(**delta: Json) -> Json:
    return {"choices": [{"index": 0, "delta": delta}]}


def called(place: int, **more: Json) -> Json:
    return chunk(tool_calls=[{"index": place, "id": f"c{place}", "function": more}])


def block(place: int, **fields: Json) -> Json:
    return {"type": "content_block_start", "index": place, "content_block": fields}


def delta(**fields: Json) -> Json:
    return {"type": "content_block_delta", "index": 0, "delta": fields}


def item(place: int, kind: str = "added", **fields: Json) -> Json:
    return {"type": f"response.output_item.{kind}", "output_index": place, "item": fields}


def said(*parts: Json, **more: Json) -> Json:
    return {"candidates": [{"content": {"role": "model", "parts": list(parts)}, **more}]}


def bits(place: int) -> Json:
    bit = {"jsonPath": "$.a", "stringValue": SOME, "willContinue": True}
    return said({"functionCall": {"name": "n", "partialArgs": [bit], "willContinue": True}})


# What goes on for ever, by its dialect: the event of each number.
ENDLESS: Mapping[str, tuple[str, Callable[[int], Json]]] = {
    "words": ("chat", lambda place: chunk(content=SOME)),
    "arguments of a call without a name": ("chat", lambda place: called(0, arguments=SOME)),
    "arguments of a call that waits": ("chat", lambda place: called(place % 2, name="n", arguments=SOME)),
    "calls": ("chat", lambda place: called(place, name="n")),
    "calls without a name": ("chat", called),
    "sources": ("chat", lambda place: chunk(content="a", annotations=[{"type": "x", "y": SOME}])),
    "blocks": ("messages", lambda place: block(place, type="text", text="")),
    "words in a block": ("messages", lambda place: delta(type="text_delta", text=SOME)),
    "signatures": ("messages", lambda place: delta(type="signature_delta", signature=SOME)),
    "citations": ("messages", lambda place: delta(type="citations_delta", citation={"type": "x", "y": SOME})),
    "items": ("responses", lambda place: item(place, type="message", content=[])),
    "items that nobody knows": ("responses", lambda place: item(place, "done", type="x", y=SOME)),
    "items without an index": (
        "responses",
        lambda place: {"type": "response.output_text.delta", "item_id": f"i{place}", "delta": "a"},
    ),
    "words of two items": (
        "responses",
        lambda place: {"type": "response.output_text.delta", "output_index": place % 2, "delta": SOME},
    ),
    "words and thoughts": ("gemini", lambda place: said({"text": SOME, "thought": place % 2 == 0})),
    "bits of arguments": ("gemini", bits),
    "fields of tomorrow": ("gemini", lambda place: said({"text": ""}) | {f"x{place}": SOME}),
    "fields of an answer": ("gemini", lambda place: said({"text": ""}, **{f"x{place}": SOME})),
}


@pytest.mark.parametrize(("dialect", "made"), ENDLESS.values(), ids=ENDLESS)
def test_a_stream_without_end_is_broken_off(dialect: str, made: Callable[[int], Json]) -> None:
    most = 8 * PART
    reader = READERS[dialect](most)
    with pytest.raises(BrokenProtocol, match=f"more than an answer may have: {most} characters"):
        for place in count():
            assert place <= most / len(SOME)
            reader.feed(event(made(place)))


def test_a_field_that_is_said_again_and_again_is_held_once() -> None:
    reader = Gemini(2 * PART)
    for _ in range(100):
        reader.feed(event({**said({"text": ""}), "x": SOME}))


def test_an_answer_of_any_model_fits() -> None:
    held = Held()
    for _ in range(128):  # calls at once
        held.part(100_000)
    assert MOST > 10 * 1_000_000 * 4  # ten million tokens


def test_a_long_event_in_small_pieces_is_put_together_once() -> None:
    splitter = Splitter()
    for _ in range(100):
        assert splitter.feed(b"data: x") == []
    assert splitter.rest == b"data: x" * 100
    assert splitter.feed(b"\n\ny") == [b"data: x" * 100 + b"\n\n"]
    assert splitter.rest == b"y"


@pytest.mark.parametrize("ends", [b"\n", b"\r\n", b"\r"], ids=["lf", "crlf", "cr"])
def test_an_event_of_many_lines_in_small_pieces_is_found_at_its_end(ends: bytes) -> None:
    splitter, lines = Splitter(), b"".join(b"data: x%d" % place + ends for place in range(100))
    assert [event for byte in lines for event in splitter.feed(bytes([byte]))] == []
    assert splitter.rest == lines
    events = [event for byte in ends + b"y" for event in splitter.feed(bytes([byte]))]
    assert events == [lines + ends]
    assert splitter.rest == b"y"
