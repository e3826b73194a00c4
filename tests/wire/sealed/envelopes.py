"""Thinking of another lab as a client of each dialect is shown it: with an envelope where its own signatures stand."""

from __future__ import annotations

import base64
import json
from typing import Any

Json = Any


def envelope(lab: str, **kept: Json) -> str:
    inner = base64.b64encode(json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()).decode()
    return f"halfopen.{lab}.{inner}"


def in_base64(lab: str, **kept: Json) -> str:
    """As a client of gemini has it."""
    return base64.b64encode(envelope(lab, **kept).encode()).decode()


def block(words: str, lab: str, **kept: Json) -> Json:
    """A block of messages."""
    return {"type": "thinking", "thinking": words, "signature": envelope(lab, **kept)}


def unsigned(words: str, label: str = "reasoning_content") -> Json:
    """A block of messages that an open model thought, which speaks chat."""
    return block(words, "chat", label=label)


def redacted(lab: str, **kept: Json) -> Json:
    return {"type": "redacted_thinking", "data": envelope(lab, **kept)}
