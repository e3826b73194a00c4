"""A messages stream: relayed event by event, usage read from its first and last.

message_start        usage of the prompt
content_block_*      the answer
message_delta        usage of the answer, cumulative
message_stop         the end; without it the stream was cut off
"""

from __future__ import annotations

import msgspec

from halfopen.errors import BrokenProtocol, Fault, ServerError
from halfopen.wire.faults import UNREADABLE, messages_error, words
from halfopen.wire.sse import data_of
from halfopen.wire.stream import Relayed
from halfopen.wire.usage import ABSENT, MESSAGES, read, service_of


class _Message(msgspec.Struct):
    usage: msgspec.Raw = ABSENT


class _Event(msgspec.Struct):
    type: str = ""
    message: _Message | None = None
    usage: msgspec.Raw = ABSENT


_event = msgspec.json.Decoder(_Event)
_TELLING = (b"message_start", b"message_delta", b"message_stop", b'"error"')


class MessagesStream(Relayed):
    """Reads what a provider streams."""

    def passes(self, event: bytes) -> bytes:
        data = data_of(event)
        if any(mark in data for mark in _TELLING):
            return event if self._told(event, data) else b""
        if b"content_block_delta" in data:
            self.seen.pieces += 1
        return event

    def _told(self, event: bytes, data: bytes) -> bool:
        try:
            told = _event.decode(data)
        except UNREADABLE as why:
            raise BrokenProtocol(f"The provider streamed an event that is not JSON: {why}") from None
        if told.type == "content_block_delta":
            self.seen.pieces += 1
        if told.message:  # it says `output_tokens` before there are any; the end tells how many there were
            begun = read(MESSAGES, told.message.usage, self.seen.usage)
            known = {kind: count for kind, count in begun.items() if kind != "output"}
            self.seen.told(known, service_of(told.message.usage))
        self.seen.told(read(MESSAGES, told.usage, self.seen.usage), service_of(told.usage))
        if told.type == "error":
            self.seen.fault = ServerError(f"The provider broke off its stream: {words(data)}")
        elif told.type == "message_stop":
            self.seen.tail = event
        return told.type not in ("error", "message_stop")


def broken(fault: Fault, request: str) -> bytes:
    """The event that ends a stream honestly: an error, and no `message_stop`."""
    return b"event: error\ndata: " + messages_error(fault, request) + b"\n\n"
