"""A chat stream: relayed event by event, the usage chunk read and kept from a caller who did not ask for it.

data: {"choices": [{"delta": ...}]}            as often as it likes
data: {"choices": [], "usage": {...}}          once, if it was asked for
data: [DONE]                                   the end

A stream that said why it stopped and then lacks its end mark is whole, and gets the mark; any other was cut off.
"""

from __future__ import annotations

import msgspec

from halfopen.errors import BrokenProtocol, Fault, ServerError
from halfopen.wire.faults import UNREADABLE, chat_error, words
from halfopen.wire.sse import data_of
from halfopen.wire.stream import Relayed
from halfopen.wire.usage import ABSENT, CHAT, read, service_of

_ABSENT = msgspec.Raw()


class _Chunk(msgspec.Struct):
    choices: list[msgspec.Raw] | None = None
    usage: msgspec.Raw = ABSENT
    service_tier: msgspec.Raw = ABSENT
    error: msgspec.Raw = _ABSENT


class _Choice(msgspec.Struct):
    finish_reason: str | None = None


class _Last(msgspec.Struct):
    choices: list[_Choice] | None = None


_chunk = msgspec.json.Decoder(_Chunk)
_last = msgspec.json.Decoder(_Last)
_DONE = b"data: [DONE]\n\n"


class ChatStream(Relayed):
    """Reads what a provider streams; `usage_asked` says whether the caller wants the usage chunk."""

    def __init__(self, usage_asked: bool) -> None:
        super().__init__()
        self._asked = usage_asked
        self._late = (b"", b"")  # the last two events that had data

    def end(self) -> bytes:
        """The body is over; what is still to be passed on."""
        out = super().end()
        if not self.seen.finished and not self.seen.fault and any(map(_stops, self._late)):
            self.seen.tail = _DONE
        return out

    def passes(self, event: bytes) -> bytes:
        data = data_of(event)
        if data:
            self._late = (self._late[1], data)
        if data == b"[DONE]":
            self.seen.tail = event
            return b""
        if b'"usage"' in data or b'"error"' in data:
            return event if self._told(data) else b""
        if data:
            self.seen.pieces += 1
        return event

    def _told(self, data: bytes) -> bool:
        try:
            chunk = _chunk.decode(data)
        except UNREADABLE as why:
            raise BrokenProtocol(f"The provider streamed a chunk that is not JSON: {why}") from None
        if bytes(chunk.error) not in (b"", b"null"):
            self.seen.fault = ServerError(f"The provider broke off its stream: {words(data)}")
            return False
        told = bytes(chunk.usage) not in (b"", b"null")
        if told:
            self.seen.told(read(CHAT, chunk.usage, self.seen.usage), service_of(chunk.service_tier))
        if chunk.choices:
            self.seen.pieces += 1
            return True
        return self._asked or not told


def _stops(data: bytes) -> bool:
    """Whether a chunk says why the model stopped."""
    try:
        return any(choice.finish_reason for choice in _last.decode(data).choices or ())
    except UNREADABLE:
        return False


def broken(fault: Fault, request: str) -> bytes:
    """The event that ends a stream honestly: an error, and no `[DONE]`."""
    return b"data: " + chat_error(fault, request) + b"\n\n"
