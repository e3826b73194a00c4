"""Events folded into an answer."""

from __future__ import annotations

import pytest

from halfopen.conversation.answer import Answer
from halfopen.conversation.events import (
    Cited,
    Closed,
    Event,
    Failed,
    Grew,
    Opened,
    Signed,
    Start,
    Stopped,
    Used,
)
from halfopen.conversation.fold import fold
from halfopen.conversation.parts import Citation, Own, Refusal, Text, Thinking, ToolCall
from halfopen.errors import BrokenProtocol, ServerError, Truncated

START, STOPPED = Start(id="a", model="m", created=5, told_in="chat"), Stopped("stop", "END", {"x": b"1"})
USED = Used({"input": 3, "output": 0})


def test_pieces_grow_together_and_everything_else_is_kept() -> None:
    cite, own = Citation(url="https://x.example"), Own(dialect="messages", kind="k", raw=b"{}")
    events: list[Event] = [
        START,
        *(Opened(Thinking(signed_by="messages")), Grew("I "), Grew("think"), Signed("si"), Signed("gn"), Closed()),
        *(Opened(Text(text="")), Grew("a"), Cited(cite), Grew("b"), Closed()),
        *(Opened(own), Closed()),
        *(Opened(ToolCall(id="c", name="n", arguments="")), Grew('{"a"'), Grew(":1}"), Closed()),
        *(Opened(Refusal(text="")), Grew("no"), Closed()),
        STOPPED,
        USED,
    ]
    assert fold(events) == Answer(
        id="a",
        model="m",
        parts=(
            Thinking(text="I think", signature="sign", signed_by="messages"),
            Text(text="ab", citations=(cite,)),
            own,
            ToolCall(id="c", name="n", arguments='{"a":1}'),
            Refusal(text="no"),
        ),
        stop="stop",
        stop_sequence="END",
        usage={"input": 3, "output": 0},
        created=5,
        told_in="chat",
        extra={"x": b"1"},
    )


def test_a_stream_that_is_not_whole_is_no_answer() -> None:
    with pytest.raises(Truncated, match="after its stop"):
        fold([START, STOPPED])


def test_a_stream_that_failed_is_no_answer() -> None:
    with pytest.raises(ServerError, match="too much"):
        fold([START, Failed("overloaded", "too much")])


def test_an_order_that_is_not_legal_is_no_answer() -> None:
    with pytest.raises(BrokenProtocol):
        fold([START, STOPPED, START])
