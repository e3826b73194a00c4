"""What a pump asks of a dialect's stream: which bytes to pass on, what was used, and whether it really ended."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field

from halfopen.conversation.loss import Loss
from halfopen.errors import Fault
from halfopen.wire.sse import Splitter
from halfopen.wire.usage import STANDARD, Usage


@dataclass(slots=True)
class Seen:
    """What a stream has shown so far."""

    usage: dict[str, int] = field(default_factory=dict)
    service: str = STANDARD  # as what it was served, as price lines call it
    pieces: int = 0  # events that carried content
    tail: bytes = b""  # the event that says "finished", kept until the ledger has its row
    fault: Fault | None = None  # an error event of the provider's
    kept: str = ""  # the id under which the provider keeps the answer
    lost: tuple[Loss, ...] = ()  # what the caller's dialect could not say of it

    @property
    def finished(self) -> bool:
        return bool(self.tail)

    def told(self, usage: Usage, service: str = STANDARD) -> None:
        """Part of it. A service that was told once stays, though another part says nothing of it."""
        self.usage.update(usage)
        if service != STANDARD:
            self.service = service


class Relayed(ABC):
    """A stream that is passed on event by event; a dialect says of each whether it may pass, and what it tells."""

    def __init__(self, usage_asked: bool = True) -> None:
        self.seen = Seen()
        self.splitter = Splitter()

    def feed(self, data: bytes) -> bytes:
        """The bytes to pass on; whatever follows the end is not part of the answer. Raises BrokenProtocol."""
        seen, out = self.seen, []
        if seen.finished or seen.fault:
            return b""
        for event in self.splitter.feed(data):
            out.append(self.passes(event))
            if seen.finished or seen.fault:
                break
        return out[0] if len(out) == 1 else b"".join(out)

    def end(self) -> bytes:
        """The body is over; what is still to be passed on."""
        return self.feed(self.splitter.last())

    @abstractmethod
    def passes(self, event: bytes) -> bytes:
        """What may be passed on now that it is here: itself, nothing, or what was held. Raises BrokenProtocol."""
