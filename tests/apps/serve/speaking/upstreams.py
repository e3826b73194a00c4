"""Scripted providers in every dialect: each tells the answers of the fixtures, whole or streamed, as it is asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from halfopen.testing import Received, Step, wires
from tests.apps.serve.gateways import CHAT, MESSAGES
from tests.wire.conversations import streams
from tests.wire.conversations.answered import ANSWERED

Json = Any


@dataclass(frozen=True)
class Spoken:
    """How a provider of a dialect is called, and how it knows that it shall stream."""

    path: str
    streamed: Callable[[Received], bool]


def _in_body(received: Received) -> bool:
    return bool(received.json().get("stream"))


SPOKEN: Mapping[str, Spoken] = {
    "chat": Spoken(CHAT, _in_body),
    "messages": Spoken(MESSAGES, _in_body),
    "responses": Spoken("/v1/responses", _in_body),
    "gemini": Spoken("/v1beta", lambda received: "streamGenerateContent" in received.target),
}


def telling(dialect: str, cases: Sequence[str]) -> Callable[[Received], Iterable[Step]]:
    """A script that answers request after request with the fixtures of these names."""
    spoken = SPOKEN[dialect]

    def script(received: Received) -> Iterable[Step]:
        return said(dialect, ANSWERED[cases[received.number]][dialect].body, streamed=spoken.streamed(received))

    return script


def said(dialect: str, body: Json, *, streamed: bool) -> Iterable[Step]:
    if streamed:
        return wires.stream([getattr(streams, dialect)(body)])
    return wires.whole(200, json.dumps(body).encode(), ((b"content-type", b"application/json"),))
