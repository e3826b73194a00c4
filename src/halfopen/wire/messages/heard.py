"""A messages stream as events: fed bytes split anywhere, it answers with what they complete.

What providers do differently is told here in one way: no `message_start` or two of them, a delta of a block that
never began, empty deltas, a tool's input given at once, a block that is not closed, pings, unknown events.
"""

from __future__ import annotations

from dataclasses import replace

import msgspec

from halfopen.conversation.answer import Stop
from halfopen.conversation.events import Cited, Closed, Event, Failed, Grew, Opened, Signed, Start, Stopped, Used
from halfopen.conversation.held import MOST, Held
from halfopen.conversation.loss import Loss
from halfopen.conversation.parts import Own, Part, Text, Thinking, ToolCall
from halfopen.errors import BrokenProtocol, Truncated
from halfopen.wire import usage as counted
from halfopen.wire.faults import UNREADABLE, words
from halfopen.wire.fields import Fields, written
from halfopen.wire.messages import parts
from halfopen.wire.messages.answered import stop_of
from halfopen.wire.messages.parts import EMPTY, NAME
from halfopen.wire.sse import Splitter

_object = msgspec.json.Decoder(dict[str, msgspec.Raw])
_BEGINNINGS: dict[str, Part] = {
    "text_delta": Text(text=""),
    "citations_delta": Text(text=""),
    "thinking_delta": Thinking(signed_by=NAME),
    "signature_delta": Thinking(signed_by=NAME),
}
_GROWING = {"text_delta": "text", "thinking_delta": "thinking", "input_json_delta": "partial_json"}


class Reader:
    """Bytes in, events out, in the order of `conversation.events`."""

    def __init__(self, most: int = MOST) -> None:
        self._held = Held(most)
        self._splitter = Splitter()
        self._started = self._over = False
        self._open: Part | None = None
        self._index: int | None = None
        self._given = ""  # the input that a call began with, used if no other comes
        self._pieces: list[str] = []  # of the input of a call, or of a block that is the dialect's own
        self._usage: dict[str, int] = {}
        self._served = counted.STANDARD
        self._stop: Stop | None = None
        self._sequence: str | None = None
        self._extra: dict[str, bytes] = {}

    @property
    def losses(self) -> tuple[Loss, ...]:
        """None: the hub has a word for all that these streams say."""
        return ()

    def feed(self, data: bytes) -> list[Event]:
        """Raises BrokenProtocol for what is no messages stream. What follows the end is not read."""
        events: list[Event] = []
        for told in self._splitter.data(data):
            events += [] if self._over else self._told(told)
        return events

    def end(self) -> list[Event]:
        """No more bytes. Raises Truncated unless the stream said why it stopped."""
        events = self.feed(b"\n\n")  # an event that lacks its blank line
        if self._over:
            return events
        if self._stop is None:
            raise Truncated("The stream ended without `message_stop` and without a reason to stop.")
        return [*events, *self._finish()]

    def _told(self, data: bytes) -> list[Event]:
        event = Fields(data, "event", BrokenProtocol)
        match event.text("type"):
            case "message_start":
                return self._start(event.inner("message"))
            case "content_block_start":
                return self._begin(event)
            case "content_block_delta":
                return self._more(event)
            case "content_block_stop":
                return self._close()
            case "message_delta":
                return self._stopping(event)
            case "message_stop":
                return self._finish()
            case "error":
                self._over = True
                error = event.inner("error")
                return [Failed(code=(error and error.text("type")) or "api_error", message=words(data))]
        return []  # pings, and what may be added

    def _start(self, message: Fields | None = None) -> list[Event]:
        if self._started:
            return []
        self._started = True
        usage = message.inner("usage") if message else None
        begun = counted.read(counted.MESSAGES, usage.whole) if usage else {}
        self._served = counted.service_of(usage.whole) if usage else self._served
        self._usage = {kind: count for kind, count in begun.items() if kind != "output"}
        named, model = (message.text("id"), message.text("model")) if message else ("", "")
        return [Start(id=named or "", model=model or "", usage=dict(self._usage), told_in=NAME)]

    def _begin(self, event: Fields) -> list[Event]:
        block = event.inner("content_block") or event.amiss("content_block", "is missing")
        return self._opened(parts.read(block), event.count("index"), block.whole)

    def _opened(self, part: Part, index: int | None, whole: bytes = b"") -> list[Event]:
        self._held.part(len(whole))
        events = [*self._start(), *self._close()]
        self._index, self._given, self._pieces = index, "", []
        match part:
            case Text(text=text, citations=cites):
                self._open = replace(part, text="", citations=())
                events += [Opened(self._open), *self._grew(text), *(Cited(cite) for cite in cites)]
            case Thinking(sealed=None, text=text, signature=signature):
                self._open = replace(part, text="", signature=None)
                events += [Opened(self._open), *self._grew(text), *([Signed(signature)] if signature else [])]
            case Thinking():
                self._open = part
                events.append(Opened(part))
            case ToolCall(arguments=given):
                self._open, self._given = replace(part, arguments=""), given
                events.append(Opened(self._open))
            case _:  # told when it is whole
                kind = part.kind if isinstance(part, Own) else "block"
                self._open = Own(dialect=NAME, kind=kind, raw=whole)
        return events

    def _grew(self, text: str) -> list[Event]:
        return [Grew(text)] if text else []

    def _more(self, event: Fields) -> list[Event]:
        delta = event.inner("delta") or event.amiss("delta", "is missing")
        kind, index = delta.needed("type"), event.count("index")
        self._held.text(len(delta.whole) if kind == "citations_delta" else 0)
        events: list[Event] = []
        if self._open is None or index != self._index:
            beginning = _BEGINNINGS.get(kind)
            if beginning is None:
                raise BrokenProtocol(f"The provider streamed a `{kind[:40]}` of a block that never began.")
            events += self._opened(beginning, index)
        if kind == "signature_delta":
            signature = delta.text("signature")
            self._held.text(len(signature or ""))
            return [*events, *([Signed(signature)] if signature else [])]
        if kind == "citations_delta":
            cite = delta.inner("citation")
            return [*events, *([Cited(parts.read_citation(cite))] if cite else [])]
        text = delta.text(_GROWING[kind]) or "" if kind in _GROWING else ""
        self._held.text(len(text))
        if isinstance(self._open, Own | ToolCall):
            self._pieces.append(text)
        return [*events, *(() if isinstance(self._open, Own) else self._grew(text))]

    def _close(self) -> list[Event]:
        part, self._open, self._index = self._open, None, None
        given = "".join(self._pieces)
        match part:
            case None:
                return []
            case Own():
                whole = parts.read(Fields(_with_input(part.raw, given), "content_block", BrokenProtocol))
                return [Opened(whole if isinstance(whole, Own) else part), Closed()]
            case ToolCall() if not given:
                return [Grew(self._given or EMPTY), Closed()]
        return [Closed()]

    def _stopping(self, event: Fields) -> list[Event]:
        delta, usage = event.inner("delta"), event.inner("usage")
        if delta:
            reason = delta.text("stop_reason")
            self._stop, unknown = stop_of(reason) if reason else (self._stop, {})
            self._sequence = delta.text("stop_sequence")
            self._extra = delta.rest | unknown
        if usage:
            self._usage |= counted.read(counted.MESSAGES, usage.whole, self._usage)
        return self._start()

    def _finish(self) -> list[Event]:
        self._over = True
        stopped = Stopped(self._stop or "end", self._sequence, self._extra)
        return [*self._start(), *self._close(), stopped, Used(self._usage, self._served)]


def _with_input(raw: bytes, given: str) -> bytes:
    """A block as it would stand in an answer that was not streamed."""
    if not given:
        return raw
    try:
        fields, _ = _object.decode(raw), _object.decode(given)
    except UNREADABLE as why:
        raise BrokenProtocol(f"The provider streamed an input that is no JSON object: {why}") from None
    return written(fields | {"input": msgspec.Raw(given.encode())})
