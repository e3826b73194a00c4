"""What a talk with an official client is, whichever it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

Json = Any
WEATHER: Json = {"type": "object", "properties": {"town": {"type": "string"}}, "required": ["town"]}
ABOUT = "What the sky does."


@dataclass(frozen=True, kw_only=True)
class Heard:
    """An answer as its client shows it. `calls` are (id, name, arguments); `prompt` counts every token of it."""

    text: str = ""
    calls: tuple[tuple[str, str, Json], ...] = ()
    thought: str = ""
    prompt: int | None = None
    output: int | None = None
    request: str = field(default="", compare=False)  # its id, where its client shows it


class Talk(Protocol):
    """A talk that goes on: what was answered stays in it as its client would send it back."""

    model: str

    def say(self, words: str) -> None: ...
    def result(self, call: str, name: str, words: str) -> None: ...
    async def turn(self, stream: bool) -> Heard: ...
