"""What a scripted upstream remembers of a request: what was asked, how much was answered, who closed the door."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One request, whole, as it was read. `number` counts from 0 over all connections."""

    number: int
    method: str
    target: str
    headers: tuple[tuple[bytes, bytes], ...]  # names in lower case
    body: bytes

    def values(self, name: bytes) -> list[bytes]:
        """Every value of a header; its name in lower case."""
        return [value for header, value in self.headers if header == name]

    def json(self) -> dict[str, object]:
        """The body as a JSON object. Raises msgspec.DecodeError or msgspec.ValidationError where it is none."""
        return msgspec.json.decode(self.body, type=dict[str, object])


@dataclass(frozen=True, slots=True)
class Ending:
    """When the connection of a request was closed, in loop time, and by whom."""

    at: float
    by_peer: bool


@dataclass(slots=True)
class Visit:
    """A request and what became of it."""

    received: Received
    ended: asyncio.Future[Ending]
    kept: bool = True
    said: int = 0  # bytes handed to the transport
    waiting: Callable[[], int] = field(default=lambda: 0)  # bytes of them that the transport still holds

    @property
    def sent(self) -> int:
        """Bytes of the answer that the operating system has taken."""
        return self.said - self.waiting()
