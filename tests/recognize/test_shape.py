"""The shape of requests as they come, in all dialects, through their outlines."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from halfopen.conversation.outline import Outline
from halfopen.recognize.facts import facts
from halfopen.wire.body import Body, read
from halfopen.wire.chat import outlined as chat
from halfopen.wire.gemini import outlined as gemini
from halfopen.wire.messages import outlined as messages
from halfopen.wire.responses import outlined as responses
from tests.recognize.labels import rows

OUTLINES: Mapping[str, Callable[[Body], Outline]] = {
    "chat": chat.outline,
    "messages": messages.outline,
    "responses": responses.outline,
    "gemini": gemini.outline,
}
LABELLED = rows("shape")


def _longer(value: Any, times: int) -> Any:
    """The request with each of its longer texts as often as that."""
    if isinstance(value, dict):
        return {name: _longer(each, times) for name, each in value.items()}
    if isinstance(value, list):
        return [_longer(each, times) for each in value]
    return value * times if isinstance(value, str) and len(value) > 10 else value


@pytest.mark.parametrize(
    "row", LABELLED, ids=[f"{n}-{row['dialect']}-{row['shape']}" for n, row in enumerate(LABELLED)]
)
def test_shape_media_and_size_are_what_the_label_says(row: Mapping[str, Any]) -> None:
    body = json.dumps(_longer(row["body"], row.get("times", 1)), ensure_ascii=False).encode()
    outline = OUTLINES[row["dialect"]](read(body))
    names = ("shape", "media", "size")
    assert facts(names, outline) == {name: row[name] for name in names}
    assert outline.size <= len(body)


def test_there_are_sixty_of_them_and_every_dialect_has_its_share() -> None:
    dialects = [row["dialect"] for row in LABELLED]
    assert len(dialects) >= 60
    assert all(dialects.count(name) >= 12 for name in OUTLINES)
