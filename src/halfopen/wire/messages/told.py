"""Events as the messages stream that a client of messages expects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import cast

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
from halfopen.wire import usage as counted
from halfopen.wire.messages import parts
from halfopen.wire.messages.answered import head, reason_of
from halfopen.wire.messages.parts import NAME
from halfopen.wire.pen import Tree, as_object, never_ended, pen
from halfopen.wire.sealed.outward import Outward


class Writer:
    """Events in, bytes out; usage is always told, since this dialect has no stream without."""

    def __init__(self, usage_asked: bool = True) -> None:
        self._out = pen(NAME, "", asks=False)
        self._place = Place.BEFORE
        self._outward = Outward("", NAME)
        self._index = -1
        self._open: Streamed | None = None
        self._text: list[str] = []
        self._cites: list[Citation] = []
        self._cut: list[tuple[str, ToolCall]] = []  # calls whose arguments are no object
        self._stopped = Stopped("end")

    @property
    def losses(self) -> tuple[Loss, ...]:
        return self._out.losses.found

    def write(self, event: Event) -> bytes:
        """Raises BrokenProtocol for an event that may not come here."""
        self._place = after(self._place, event)
        events = self._outward.events(event)
        return b"".join(_event(tree) for each in events for tree in _WRITERS[type(each)](self, each))

    def _start(self, event: Event) -> list[Tree]:
        assert isinstance(event, Start)
        self._out = pen(NAME, event.told_in, asks=False)
        usage = counted.write(counted.MESSAGES, event.usage)
        return [{"type": "message_start", "message": head(event.id, event.model, usage)}]

    def _opened(self, event: Event) -> list[Tree]:
        assert isinstance(event, Opened)
        part, path = event.part, f"parts.{self._index + 1}"
        self._text, self._cites = [], []
        match part:
            case Text():
                block: object = self._out.add({"type": "text", "text": ""}, part.extra, path)
                self._cites = list(part.citations)
            case ToolCall():
                self._open, self._text = part, [part.arguments]
                return []
            case Refusal():
                self._out.losses.knob(path, "messages tells a refusal as text")
                block = self._out.add({"type": "text", "text": ""}, part.extra, path)
            case Search():
                return self._searched(part, path)
            case _:
                block = parts.write(part, self._out, path)
        self._open = None if block is None else part
        if block is None:
            return []
        self._index += 1
        begun: Tree = {"type": "content_block_start", "index": self._index, "content_block": block}
        return [begun, *self._beginning(part)]

    def _searched(self, part: Search, path: str) -> list[Tree]:
        """Whole blocks; what was asked is told as the input of a call is."""
        self._open, told = None, list[Tree]()
        for block in parts.blocks(part, self._out, path):
            self._index += 1
            given = block.pop("input", None) if isinstance(block, dict) else None
            begun: object = block if given is None else {**cast("Tree", block), "input": {}}
            told.append({"type": "content_block_start", "index": self._index, "content_block": begun})
            if given is not None:
                said = msgspec.json.encode(given).decode()
                told.append(self._delta({"type": "input_json_delta", "partial_json": said}))
            told.append({"type": "content_block_stop", "index": self._index})
        return told

    def _beginning(self, part: Streamed) -> list[Tree]:
        """What a part already had when it was opened; a block begins empty."""
        match part:
            case Text(text=text) | Refusal(text=text) if text:
                return self._grown(text)
        return []

    def _grew(self, event: Event) -> list[Tree]:
        assert isinstance(event, Grew)
        return self._grown(event.text)

    def _grown(self, text: str) -> list[Tree]:
        match self._open:
            case None | Own():
                return []
            case ToolCall():
                self._text.append(text)
                return []
            case Thinking():
                return [self._delta({"type": "thinking_delta", "thinking": text})]
        self._text.append(text)
        return [self._delta({"type": "text_delta", "text": text})]

    def _signed(self, event: Event) -> list[Tree]:
        assert isinstance(event, Signed)
        if not isinstance(self._open, Thinking) or self._open.signed_by != NAME:
            self._out.losses.once("thinking", "parts", "messages has no place for another's signature")
            return []
        return [self._delta({"type": "signature_delta", "signature": event.signature})]

    def _cited(self, event: Event) -> list[Tree]:
        assert isinstance(event, Cited)
        self._cites.append(event.citation)
        return []

    def _closed(self, event: Event) -> list[Tree]:
        """Citations quote the text, so they wait until it is whole, and so does a call: it may have been cut off."""
        if self._open is None:
            return []
        if isinstance(self._open, ToolCall):
            return self._called(replace(self._open, arguments="".join(self._text)))
        text = "".join(self._text)
        cites = [parts.write_citation(each, text, self._out, f"parts.{self._index}") for each in self._cites]
        told = [self._delta({"type": "citations_delta", "citation": cite}) for cite in cites if cite is not None]
        return [*told, {"type": "content_block_stop", "index": self._index}]

    def _called(self, part: ToolCall) -> list[Tree]:
        path, given = f"parts.{self._index + 1}", as_object(part.arguments)
        if given is None:
            self._cut.append((path, part))
            return []
        self._index += 1
        block: Tree = {"type": "tool_use", "id": part.id, "name": part.name, "input": {}}
        block = self._out.add(block, part.extra, path)
        return [
            {"type": "content_block_start", "index": self._index, "content_block": block},
            self._delta({"type": "input_json_delta", "partial_json": given}),
            {"type": "content_block_stop", "index": self._index},
        ]

    def _stopping(self, event: Event) -> list[Tree]:
        """Told together with the usage."""
        assert isinstance(event, Stopped)
        never_ended(self._cut, event.stop, self._out)
        self._stopped = event
        return []

    def _used(self, event: Event) -> list[Tree]:
        assert isinstance(event, Used)
        stopped = self._stopped
        delta: Tree = {"stop_reason": reason_of(stopped.stop), "stop_sequence": stopped.sequence}
        self._out.add(delta, stopped.extra, "")
        usage = counted.write(counted.MESSAGES, event.usage)
        usage.pop("cache_creation", None)  # which the end of a stream does not have
        return [{"type": "message_delta", "delta": delta, "usage": usage}, {"type": "message_stop"}]

    def _failed(self, event: Event) -> list[Tree]:
        assert isinstance(event, Failed)
        return [{"type": "error", "error": {"type": event.code, "message": event.message}}]

    def _delta(self, delta: Tree) -> Tree:
        return {"type": "content_block_delta", "index": self._index, "delta": delta}


_WRITERS: Mapping[type[Event], Callable[[Writer, Event], list[Tree]]] = {
    Start: Writer._start,
    Opened: Writer._opened,
    Grew: Writer._grew,
    Signed: Writer._signed,
    Cited: Writer._cited,
    Closed: Writer._closed,
    Stopped: Writer._stopping,
    Used: Writer._used,
    Failed: Writer._failed,
}


def _event(tree: Tree) -> bytes:
    return b"event: " + str(tree["type"]).encode() + b"\ndata: " + msgspec.json.encode(tree) + b"\n\n"
