"""Events as the gemini stream that a client of gemini expects: each event an answer with a piece of its content."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from halfopen.conversation.events import (
    Cited,
    Closed,
    Event,
    Failed,
    Grew,
    Opened,
    Place,
    Signed,
    Start,
    Stopped,
    Streamed,
    Used,
    after,
)
from halfopen.conversation.loss import Loss
from halfopen.conversation.parts import Citation, Own, Refusal, Search, Text, Thinking, ToolCall
from halfopen.wire.gemini import cited, parts
from halfopen.wire.gemini.answered import (
    FEEDBACK,
    TRAILING,
    head,
    is_blocked,
    joins,
    moved,
    reason_of,
    signed,
    written_usage,
)
from halfopen.wire.gemini.faults import STATUSES
from halfopen.wire.gemini.parts import NAME, SIGNATURE
from halfopen.wire.gemini.proto import searched as searches
from halfopen.wire.gemini.proto.spelled import put
from halfopen.wire.pen import Tree, as_object, never_ended, pen
from halfopen.wire.sealed.outward import Outward

_CODES = {status.lower(): code for code, status in sorted(STATUSES.items(), reverse=True)}


class Writer:
    """Events in, bytes out; usage is always told, since this dialect has no stream without."""

    def __init__(self, usage_asked: bool = True) -> None:
        self._out = pen(NAME, "", asks=False)
        self._place = Place.BEFORE
        self._outward = Outward("", NAME)
        self._head: Tree = {}
        self._called = False
        self._cut: list[tuple[str, ToolCall]] = []  # calls whose arguments are no object
        self._open: Streamed | None = None
        self._pieces: list[str] = []  # of the open part, and of a text before it that it goes on with
        self._before = 0  # characters of that text
        self._cites: list[Citation] = []
        self._last: Streamed | None = None  # the part before, if it was one that another may go on with
        self._texts: list[tuple[int, Text]] = []  # those that have citations, by their places
        self._found: list[Search] = []
        self._number = 0  # parts that were opened
        self._place_of = -1  # the open part's, among those that a client puts together
        self._stopped = Stopped("end")

    @property
    def losses(self) -> tuple[Loss, ...]:
        return self._out.losses.found

    def write(self, event: Event) -> bytes:
        """Raises BrokenProtocol for an event that may not come here."""
        self._place = after(self._place, event)
        return b"".join(map(self._write, self._outward.events(event)))

    def _write(self, event: Event) -> bytes:
        match event:
            case Start():
                self._out = pen(NAME, event.told_in, asks=False)
                self._head = head(event.id, event.model, event.created)
            case Stopped():
                self._stopped = event
            case Used():
                return self._used(event)
            case Failed():
                code = _CODES.get(event.code, 500)
                return _event({"error": {"code": code, "message": event.message, "status": event.code.upper()}})
            case _:
                return self._within(event)
        return b""

    def _within(self, event: Opened | Grew | Signed | Cited | Closed) -> bytes:
        match event:
            case Opened():
                return self._opened(event.part)
            case Grew():
                return self._grew(event.text)
            case Signed():
                return self._signed(event.signature)
            case Cited():
                self._cites.append(event.citation)
                return b""
        return self._closed()

    def _opened(self, part: Streamed) -> bytes:
        path = f"parts.{self._number}"
        self._number += 1
        if isinstance(part, Search) and not searches.stays(part, self._out):
            self._open = None
            self._found += [part] if searches.shown(part, self._out, path) else []
            return b""
        if isinstance(part, Refusal):
            self._out.losses.knob(path, "gemini tells a refusal as text")
            part = Text(text=part.text, extra=part.extra)
        written = parts.write(part, self._out, path) if not isinstance(part, ToolCall) else {}
        if written is None:  # what is not told does not stand between two texts
            self._open = None
            return b""
        goes_on = joins(self._last, part, native=self._out.native)
        self._pieces = self._pieces if goes_on else []
        self._before = sum(map(len, self._pieces))
        self._place_of += 0 if goes_on else 1
        self._open, self._last, self._cites = part, None, []
        match part:
            case Own():
                return self._part(written)
            case ToolCall(arguments=text):
                self._pieces = [text]
            case Text(text=text) | Thinking(text=text):
                self._cites = list(part.citations) if isinstance(part, Text) else []
                self._pieces.append(text)
                bare = isinstance(written, dict) and set(written) <= {"text", "thought"}
                return self._part(written) if text or not bare else b""
        return b""

    def _grew(self, text: str) -> bytes:
        self._pieces.append(text)
        match self._open:
            case Text():
                return self._part({"text": text})
            case Thinking():
                return self._part({"thought": True, "text": text})
        return b""

    def _signed(self, signature: str) -> bytes:
        if isinstance(self._open, Thinking) and self._open.signed_by == NAME:
            self._open = replace(self._open, signature=signature)
            return self._part({"thought": True, "text": "", SIGNATURE: signature})
        self._out.losses.once("thinking", "parts", "gemini has no place for another's signature")
        return b""

    def _closed(self) -> bytes:
        """A call is told when it is whole, and so are citations."""
        part, self._open = self._open, None
        match part:
            case ToolCall():
                call = replace(part, arguments="".join(self._pieces))
                if as_object(call.arguments) is None:
                    self._cut.append((f"parts.{self._number - 1}", call))
                    return b""
                tree = parts.write(call, self._out, f"parts.{self._number - 1}")
                if not self._out.native and not self._called:
                    parts.excuse([tree])
                self._called = True
                return self._part(tree)
            case Text():
                self._keep_citations("".join(self._pieces))
        if isinstance(part, Text | Thinking) and any(self._pieces):
            self._last = part
        elif isinstance(part, Text | Thinking):  # nothing of it was told
            self._place_of -= 1
        return b""

    def _keep_citations(self, text: str) -> None:
        """They count the characters of all that a client puts together."""
        own = Text(text=text[self._before :], citations=tuple(self._cites))
        cites = tuple(moved(own, self._before))
        if self._texts and self._texts[-1][0] == self._place_of:
            cites = (*self._texts.pop()[1].citations, *cites)
        if cites:
            self._texts.append((self._place_of, Text(text=text, citations=cites)))

    def _used(self, event: Used) -> bytes:
        stopped, out = self._stopped, self._out
        never_ended(self._cut, stopped.stop, out)
        if stopped.sequence is not None:
            out.losses.knob("stop_sequence", "gemini does not say at which sequence it stopped")
        extra = dict(stopped.extra)
        trailing = extra.pop(TRAILING, None) if out.native else None
        blocked = out.native and not self._number and is_blocked(extra.get(FEEDBACK))
        content = [signed(trailing)] if trailing else [{"text": ""}]
        candidate: Tree = {"content": {"parts": content, "role": "model"}, "finishReason": reason_of(stopped.stop, out)}
        candidate |= {"index": 0} | cited.write(self._texts, out, self._found)
        usage = written_usage(event.usage, out)
        tree: Tree = {"candidate": candidate} | ({"usageMetadata": usage} if usage else {}) | self._head
        tree = put(tree, extra, out, "")
        told_candidate = tree.pop("candidate")
        return _event(({} if blocked else {"candidates": [told_candidate]}) | tree)

    def _part(self, part: object) -> bytes:
        candidate = {"content": {"parts": [part], "role": "model"}, "index": 0}
        return _event({"candidates": [candidate]} | self._head)


def _event(tree: Tree) -> bytes:
    return b"data: " + msgspec.json.encode(tree) + b"\n\n"
