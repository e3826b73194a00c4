"""Losses: a request with content that does not fit is refused, everything else is noted."""

from __future__ import annotations

import pytest

from halfopen.conversation.loss import Loss, Losses
from halfopen.errors import BadBody


def test_content_that_does_not_fit_refuses_a_request_and_names_it() -> None:
    losses = Losses("messages", refuses=True)
    with pytest.raises(BadBody, match=r"`turns\.0\.parts\.1` cannot be said in the dialect `messages`: no sound"):
        losses.content("turns.0.parts.1", "no sound")


def test_an_answer_is_given_without_it_and_the_loss_is_told() -> None:
    losses = Losses("messages", refuses=False)
    losses.content("parts.1", "no sound")
    losses.knob("seed", "none")
    losses.thinking("parts.0", "signed")
    losses.fields("turns.0", ["mood"])
    assert [(loss.path, loss.kind) for loss in losses.found] == [
        ("parts.1", "content"),
        ("seed", "knob"),
        ("parts.0", "thinking"),
        ("turns.0.mood", "knob"),
    ]


def test_what_a_stream_loses_again_and_again_is_noted_once() -> None:
    losses = Losses("chat", refuses=False)
    losses.once("thinking", "parts", "signed")
    losses.once("thinking", "parts", "signed")
    assert losses.found == (Loss("parts", "signed", "thinking"),)
