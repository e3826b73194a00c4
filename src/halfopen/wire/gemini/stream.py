"""A gemini stream: relayed event by event, usage read from each of them, since every one tells all so far.

data: {"candidates": [{"content": ...}], "usageMetadata": {...}}           as often as it likes
data: {"candidates": [{"finishReason": "STOP"}], "usageMetadata": {...}}   and perhaps more behind it

There is no end mark. Some services say a reason with every event, and usage or sources may come behind it, so nothing
but the end of the body says that no more comes. From the first reason on, the latest event is held: it passes when
another comes, and is the last one when the body ends. Without a reason the stream was cut off.
"""

from __future__ import annotations

import msgspec

from halfopen.errors import BrokenProtocol, Fault, ServerError
from halfopen.wire.faults import UNREADABLE, words
from halfopen.wire.gemini.faults import gemini_error
from halfopen.wire.sse import data_of
from halfopen.wire.stream import Relayed
from halfopen.wire.usage import GEMINI, read, service_of

_ABSENT = msgspec.Raw()
_NOTHING = (b"", b"null")


class _Candidate(msgspec.Struct, rename="camel"):
    finish_reason: str | None = None
    content: msgspec.Raw = _ABSENT


class _Feedback(msgspec.Struct, rename="camel"):
    block_reason: str | None = None


class _Event(msgspec.Struct, rename="camel"):
    candidates: list[_Candidate] | None = None
    prompt_feedback: _Feedback | None = None
    usage_metadata: msgspec.Raw = _ABSENT
    error: msgspec.Raw = _ABSENT


_event = msgspec.json.Decoder(_Event)


class GeminiStream(Relayed):
    """Reads what a provider streams."""

    def __init__(self, usage_asked: bool = True) -> None:
        super().__init__()
        self._stopped = False
        self._held = self._usage = b""

    def end(self) -> bytes:
        """The body is over: what is held is the last event, if a reason was told."""
        out = super().end()
        if self._stopped and not self.seen.fault:
            rest = self.splitter.rest  # the second half of a line's end, perhaps
            self.seen.tail = self._held + (rest if not rest.strip() else b"")
        return out

    def passes(self, event: bytes) -> bytes:
        """What may be passed on now that this event is here."""
        data = data_of(event)
        if data and not self._told(data):
            return b""
        if not self._stopped:
            return event
        passed, self._held = self._held, event
        return passed

    def _told(self, data: bytes) -> bool:
        """Whether it is part of the stream: what cannot be read is not, behind a reason, and breaks it before."""
        try:
            told = _event.decode(data)
        except UNREADABLE as why:
            if self._stopped or data == b"[DONE]":
                return False
            raise BrokenProtocol(f"The provider streamed an event that is not JSON: {why}") from None
        if bytes(told.error) not in _NOTHING:
            self.seen.fault = ServerError(f"The provider broke off its stream: {words(data)}")
            return False
        candidates = told.candidates or []
        self.seen.pieces += any(each.content for each in candidates)
        blocked = told.prompt_feedback and told.prompt_feedback.block_reason
        self._stopped = self._stopped or bool(blocked) or any(_reason(each) for each in candidates)
        self._used(bytes(told.usage_metadata))
        return True

    def _used(self, usage: bytes) -> None:
        """Every event tells all so far. Only the last are read together with what came before: that takes time."""
        if usage not in _NOTHING and (self._stopped or usage != self._usage):
            self._usage = usage
            self.seen.told(read(GEMINI, usage, self.seen.usage if self._stopped else {}), service_of(usage))


def _reason(candidate: _Candidate) -> bool:
    return candidate.finish_reason not in (None, "", "FINISH_REASON_UNSPECIFIED")


def broken(fault: Fault, request: str) -> bytes:
    """The event that ends a stream honestly: an error, and no reason to have stopped."""
    return b"data: " + gemini_error(fault, request) + b"\n\n"
