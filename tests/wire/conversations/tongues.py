"""How each dialect reads and writes a request."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from halfopen.conversation.loss import Loss
from halfopen.conversation.request import Request
from halfopen.wire.chat import asked as chat_asked
from halfopen.wire.gemini import asked as gemini_asked
from halfopen.wire.messages import asked as messages_asked
from halfopen.wire.responses import asked as responses_asked

Json = Any


@dataclass(frozen=True)
class Tongue:
    read: Callable[[bytes], Request]
    write: Callable[[Request], tuple[bytes, tuple[Loss, ...]]]


def _read_gemini(body: bytes) -> Request:
    """Its path says which model, and whether to stream; every fixture asks the same model."""
    return gemini_asked.read(body, "m")


TONGUES: Mapping[str, Tongue] = {
    "chat": Tongue(chat_asked.read, chat_asked.write),
    "messages": Tongue(messages_asked.read, messages_asked.write),
    "gemini": Tongue(_read_gemini, gemini_asked.write),
    "responses": Tongue(responses_asked.read, responses_asked.write),
}


def compact(body: Json) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def crossed(body: Json, here: str, there: str) -> tuple[Json, list[str]]:
    """What arrives, and the paths of what is lost."""
    written, losses = TONGUES[there].write(TONGUES[here].read(compact(body)))
    return json.loads(written), [loss.path for loss in losses]
