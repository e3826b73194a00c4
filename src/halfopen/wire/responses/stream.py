"""A responses stream: relayed event by event, usage read from the response that ends it.

response.created, response.in_progress    the response, with nothing in it yet
response.output_item.added ... .done      its items, each in small pieces
response.completed | .incomplete          all of it again, with its usage: the end; without it the stream was cut off
response.failed | error                   the provider broke off
"""

from __future__ import annotations

import msgspec

from halfopen.errors import BrokenProtocol, Fault, ServerError
from halfopen.wire.faults import UNREADABLE, words
from halfopen.wire.sse import data_of
from halfopen.wire.stream import Relayed
from halfopen.wire.usage import ABSENT, RESPONSES, read, service_of

ENDS = ("response.completed", "response.incomplete")
BREAKS = ("response.failed", "error")
_TELLING = (*(name.encode() for name in (*ENDS, "response.failed")), b'"error"')


class _Error(msgspec.Struct):
    message: str | None = None


class _Response(msgspec.Struct):
    usage: msgspec.Raw = ABSENT
    service_tier: msgspec.Raw = ABSENT
    error: _Error | None = None
    id: str = ""
    store: bool | None = None


class _Event(msgspec.Struct):
    type: str = ""
    response: _Response | None = None
    message: str | None = None


_event = msgspec.json.Decoder(_Event)


class ResponsesStream(Relayed):
    """Reads what a provider streams."""

    def passes(self, event: bytes) -> bytes:
        data = data_of(event)
        if any(mark in data for mark in _TELLING):
            return event if self._told(event, data) else b""
        if b".delta" in data:
            self.seen.pieces += 1
        return event

    def _told(self, event: bytes, data: bytes) -> bool:
        try:
            told = _event.decode(data)
        except UNREADABLE as why:
            raise BrokenProtocol(f"The provider streamed an event that is not JSON: {why}") from None
        if told.type in BREAKS:
            error = told.response.error if told.response else None
            said = (error.message if error else told.message) or words(data)
            self.seen.fault = ServerError(f"The provider broke off its stream: {said[:300]}")
            return False
        if told.type in ENDS:
            if told.response:
                self.seen.kept = "" if told.response.store is False else told.response.id
                self.seen.told(read(RESPONSES, told.response.usage), service_of(told.response.service_tier))
            self.seen.tail = event
            return False
        if told.type.endswith(".delta"):
            self.seen.pieces += 1
        return True


def broken(fault: Fault, request: str) -> bytes:
    """The event that ends a stream honestly: an error, and no response that is complete."""
    return broken_off(fault.code, fault.message, 0, request)


def broken_off(code: str, message: str, number: int, request: str | None = None) -> bytes:
    tree = {"type": "error", "code": code, "message": message, "param": None, "sequence_number": number}
    beside = {} if request is None else {"request_id": request}
    return b"event: error\ndata: " + msgspec.json.encode(tree | beside) + b"\n\n"
