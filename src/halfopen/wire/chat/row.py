"""Parts that chat may tell all at once, put in a row: one open at a time, the others held until it is their turn.

Text and thinking close when something else begins. A call stays open to the end, since nothing but the end of the
stream says that its arguments are complete; what comes beside it is held and told afterwards, in order of arrival.
"""

from __future__ import annotations

from collections.abc import Hashable

from halfopen.conversation.events import Closed, Event, Grew, Opened, Streamed
from halfopen.conversation.held import Held
from halfopen.conversation.parts import ToolCall


class Row:
    """`held` is told what comes."""

    def __init__(self, held: Held) -> None:
        self._room = held
        self._key: Hashable = None
        self._stays = False
        self._held: dict[Hashable, list[Event]] = {}

    @property
    def open_key(self) -> Hashable:
        return self._key

    def more(self, key: Hashable, part: Streamed, text: str) -> list[Event]:
        """More of the part with that key, which begins as `part` if it is new. Raises BrokenProtocol for too much."""
        grew: list[Event] = [Grew(text)] if text else []
        self._room.text(len(text))
        if key == self._key:
            return grew
        if key not in self._held:
            self._room.part()
        if self._stays:
            self._held.setdefault(key, [Opened(part)]).extend(grew)
            return []
        events = [*self._close(), Opened(part), *grew]
        self._key, self._stays = key, isinstance(part, ToolCall)
        return events

    def end(self) -> list[Event]:
        """Closes what is open and tells what was held."""
        events = self._close()
        for held in self._held.values():
            events += [*held, Closed()]
        self._held = {}
        return events

    def _close(self) -> list[Event]:
        events: list[Event] = [] if self._key is None else [Closed()]
        self._key, self._stays = None, False
        return events
