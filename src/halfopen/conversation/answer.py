"""What is answered: parts, why the model stopped, and what was used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from halfopen.conversation.parts import Extra, Part

# `end` it was done; `length` as many tokens as allowed; `tool` it waits for a result; `stop` a stop sequence;
# `refused` it would not, or a filter cut it; `paused` the provider will go on; `context` the window was full.
Stop = Literal["end", "length", "tool", "stop", "refused", "paused", "context"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`usage` is counted by the kinds of `catalog.price`, which do not overlap, and `reasoning` beside them."""

    id: str
    model: str
    parts: tuple[Part, ...]
    stop: Stop
    stop_sequence: str | None = None
    usage: Mapping[str, int] = field(default_factory=dict)
    created: int | None = None  # seconds since 1970
    logprobs: bytes | None = None
    others: tuple[bytes, ...] = ()  # further choices, in the words of their dialect
    told_in: str = ""
    extra: Extra = field(default_factory=dict)
