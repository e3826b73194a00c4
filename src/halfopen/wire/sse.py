"""Server-sent events cut out of bytes that may be split anywhere; every byte fed comes out again.

An event ends with a blank line; CRLF, LF and CR all end a line (WHATWG HTML, "Server-sent events").
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from halfopen.errors import BrokenProtocol

_blank_line = re.compile(rb"(?:\r\n|\n|\r(?!\n))(?:\r\n|\n|\r(?!\n))")
LONGEST = 16 * 2**20  # bytes of one event; an image in a stream is the largest known


class Splitter:
    """Feed it bytes; it answers with the events they complete, each with its own blank line."""

    def __init__(self) -> None:
        self._rest = b""
        self._looked = 0

    def feed(self, data: bytes) -> list[bytes]:
        """Raises BrokenProtocol for an event longer than LONGEST."""
        buffer = self._rest + data if self._rest else data
        events, start = [], 0
        for end in _blank_line.finditer(buffer, max(self._looked - 3, 0)):
            events.append(buffer[start : end.end()])
            start = end.end()
        self._rest = buffer[start:] if start else buffer
        self._looked = len(self._rest)
        if len(self._rest) > LONGEST:
            raise BrokenProtocol(f"The provider sent an event longer than {LONGEST} bytes.")
        return events

    def data(self, data: bytes) -> Iterator[bytes]:
        """The same, but of each event its `data`, and nothing of those that have none. Raises BrokenProtocol."""
        return filter(None, map(data_of, self.feed(data)))

    def last(self) -> bytes:
        """What makes a whole event of the rest, when no more comes: a blank line, if its data is all there."""
        data = data_of(self._rest)
        return b"\n\n" if data == b"[DONE]" or _is_json(data) else b""

    @property
    def rest(self) -> bytes:
        """What has come since the last whole event."""
        return self._rest


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
