"""Parts that a response may tell all at once, put in a row: the first is told as it grows, the others wait for it.

Items of a response can be interleaved, by their index. A part is over when its item is, or when the next part of
the same item begins; until then, what comes of other items is held, and is told afterwards in order of arrival.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass, field

from halfopen.conversation.events import Cited, Closed, Event, Grew, Opened, Signed, Streamed
from halfopen.conversation.held import Held
from halfopen.conversation.parts import Own
from halfopen.errors import BrokenProtocol


@dataclass(slots=True)
class Slot:
    """A part, and what of it was not told yet."""

    part: Streamed
    waiting: list[Event]
    said: int = 0  # characters
    cited: int = 0
    over: bool = False


@dataclass(slots=True)
class Row:
    """`held` is told what comes, and raises BrokenProtocol where it is too much."""

    held: Held
    slots: dict[tuple[int, Hashable], Slot] = field(default_factory=dict)  # by item, and place in it
    _last: dict[int, Slot] = field(default_factory=dict)  # of each item
    _line: deque[Slot] = field(default_factory=deque)

    def open(self, item: int, place: Hashable, part: Streamed) -> list[Event]:
        """Begins a part, which ends the one before it in its item."""
        self.held.part(len(part.raw) if isinstance(part, Own) else 0)
        events = self.close(item)
        slot = Slot(part, [Opened(part)])
        self.slots[item, place] = self._last[item] = slot
        self._line.append(slot)
        return [*events, *self._ready()]

    def tell(self, slot: Slot, event: Event) -> list[Event]:
        """More of a part. Raises BrokenProtocol if it was complete."""
        if slot.over:
            raise BrokenProtocol("The provider streamed more of a part that was complete.")
        match event:
            case Grew(text=text):
                slot.said += len(text)
                self.held.text(len(text))
            case Cited(citation=cite):
                slot.cited += 1
                self.held.text(len(cite.own))
            case Signed(signature=sign):
                self.held.text(len(sign))
        slot.waiting.append(event)
        return self._ready()

    def close(self, item: int) -> list[Event]:
        """Ends what is open of an item, which is its last part."""
        slot = self._last.get(item)
        if slot and not slot.over:
            slot.waiting.append(Closed())
            slot.over = True
        return self._ready()

    def end(self) -> list[Event]:
        """Ends whatever is open."""
        return [event for item in self._last for event in self.close(item)]

    def _ready(self) -> list[Event]:
        """What can be told now."""
        events: list[Event] = []
        while self._line:
            slot = self._line[0]
            events += slot.waiting
            slot.waiting = []
            if not slot.over:
                break
            self._line.popleft()
        return events
