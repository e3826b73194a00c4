"""Server-sent events cut out of bytes that may be split anywhere; every byte fed comes out again.

An event ends with a blank line; CRLF, LF and CR all end a line (WHATWG HTML, "Server-sent events"). Whether a CR
behind a line feed is one of its own or the first half of a CRLF, the next byte says, and the event waits for that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from halfopen.errors import BrokenProtocol

_blank_line = re.compile(rb"\r\r|(?:\r\n|\n)(?:\r\n|\n|\r)")
_HALF = b"\n\r"  # perhaps
LONGEST = 16 * 2**20  # bytes of one event; an image in a stream is the largest known


class Splitter:
    """Feed it bytes; it answers with the events they complete, each with its own blank line."""

    def __init__(self) -> None:
        self._rest = b""
        self._more: list[bytes] = []  # that came after it; put together when there is an event to be cut out
        self._tail = b""  # the end of both, in which a blank line may begin
        self._looked = 0  # bytes of both

    def feed(self, data: bytes) -> list[bytes]:
        """Raises BrokenProtocol for an event longer than LONGEST."""
        if self._rest and not _blank_line.search(joint := self._tail + data):
            self._more.append(data)
            self._holds(self._looked + len(data), joint)
            return []
        buffer = b"".join((self._rest, *self._more, data)) if self._rest else data
        events, start = [], 0
        for end in _blank_line.finditer(buffer, max(self._looked - 3, 0)):
            if end.end() == len(buffer) and buffer.endswith(_HALF):
                break
            events.append(buffer[start : end.end()])
            start = end.end()
        self._rest, self._more = (buffer[start:] if start else buffer), []
        self._holds(len(self._rest), self._rest)
        return events

    def _holds(self, size: int, end: bytes) -> None:
        self._looked, self._tail = size, end[-3:]
        if size > LONGEST:
            raise BrokenProtocol(f"The provider sent an event longer than {LONGEST} bytes.")

    def data(self, data: bytes) -> Iterator[bytes]:
        """The same, but of each event its `data`, and nothing of those that have none. Raises BrokenProtocol."""
        return filter(None, map(data_of, self.feed(data)))

    def last(self) -> bytes:
        """What makes a whole event of the rest, when no more comes: a blank line, if its data is all there."""
        data = data_of(self.rest)
        if data != b"[DONE]" and not _is_json(data):
            return b""
        return b"\n" if self._tail.endswith(_HALF) else b"\n\n"

    @property
    def rest(self) -> bytes:
        """What has come since the last whole event."""
        return b"".join((self._rest, *self._more))


def data_of(event: bytes) -> bytes:
    """The `data` of an event, its lines joined by a line feed; empty for a comment."""
    if event.startswith(b"data: ") and event.find(b"\n", 0, -2) < 0 and b"\r" not in event:
        return event[6:].strip()
    lines = (line for line in re.split(rb"\r\n|\n|\r", event) if line.startswith(b"data:"))
    return b"\n".join(line[5:].removeprefix(b" ") for line in lines).strip()


def _is_json(data: bytes) -> bool:
    try:
        msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True
