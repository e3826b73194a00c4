"""A stream of an operation: typed events, the last of which says that it is done and what was used.

transcript.text.delta ...            transcript.text.done            {"usage": {...}}
speech.audio.delta ...               speech.audio.done               {"usage": {...}}
image_generation.partial_image ...   image_generation.completed      {"usage": {...}}, once for each picture

More may come behind a last event: another picture, or `[DONE]`. So the latest of them is held until the body ends.
"""

from __future__ import annotations

import msgspec

from halfopen.errors import BrokenProtocol, ServerError
from halfopen.wire.faults import UNREADABLE, words
from halfopen.wire.operations.answered import Reads
from halfopen.wire.sse import data_of
from halfopen.wire.stream import Relayed
from halfopen.wire.usage import ABSENT


class _Event(msgspec.Struct):
    type: str = ""
    usage: msgspec.Raw = ABSENT
    error: msgspec.Raw = ABSENT


_event = msgspec.json.Decoder(_Event)


class TypedStream(Relayed):
    """`last` is the type of the event that ends it, `usage` reads what that one tells."""

    def __init__(self, last: str, usage: Reads, usage_asked: bool = True) -> None:
        super().__init__()
        self._last, self._mark, self._usage = last, f'"{last}"'.encode(), usage
        self._held = b""

    def end(self) -> bytes:
        """The body is over; what is held ends the stream, and without it the stream was cut off."""
        out = super().end()
        if not self.seen.fault:
            self.seen.tail, self._held = self._held, b""
        return out

    def passes(self, event: bytes) -> bytes:
        data = data_of(event)
        if data == b"[DONE]" or (self._held and not data):
            self._held += event
            return b""
        held, self._held = self._held, b""
        if self._mark not in data and b'"error"' not in data:
            self.seen.pieces += bool(data)
            return held + event
        try:
            told = _event.decode(data)
        except UNREADABLE as why:
            raise BrokenProtocol(f"The provider streamed an event that is not JSON: {why}") from None
        if told.type == "error" or bytes(told.error) not in (b"", b"null"):
            self.seen.fault = ServerError(f"The provider broke off its stream: {words(data)}")
            return held
        if told.type != self._last:
            self.seen.pieces += 1
            return held + event
        for kind, count in (self._usage(told.usage) or {}).items():
            self.seen.usage[kind] = self.seen.usage.get(kind, 0) + count
        self._held = event
        return held
