"""What a pump asks of a dialect's stream: which bytes to pass on, what was used, and whether it really ended."""

from __future__ import annotations

from dataclasses import dataclass, field

from halfopen.conversation.loss import Loss
from halfopen.errors import Fault
from halfopen.wire.usage import Usage


@dataclass(slots=True)
class Seen:
    """What a stream has shown so far."""

    usage: dict[str, int] = field(default_factory=dict)
    pieces: int = 0  # events that carried content
    tail: bytes = b""  # the event that says "finished", kept until the ledger has its row
    fault: Fault | None = None  # an error event of the provider's
    lost: tuple[Loss, ...] = ()  # what the caller's dialect could not say of it

    @property
    def finished(self) -> bool:
        return bool(self.tail)

    def told(self, usage: Usage) -> None:
        self.usage.update(usage)
