"""Events as the chat stream that a client of chat expects, a chunk for each.

But a call leaves whole: some clients want its name in every chunk, others put together what every chunk says.
"""

from __future__ import annotations

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
from halfopen.conversation.parts import Citation, Own, Refusal, Text, Thinking, ToolCall
from halfopen.wire.chat.answered import reason_of, write_citation, write_usage
from halfopen.wire.chat.heard import DONE
from halfopen.wire.chat.parts import NAME
from halfopen.wire.chat.turns import THOUGHTS
from halfopen.wire.pen import Tree, pen


class Writer:
    """Events in, bytes out. `usage_asked`: the caller wants the usage chunk."""

    def __init__(self, usage_asked: bool = True) -> None:
        self._asked = usage_asked
        self._out = pen(NAME, "", asks=False)
        self._place = Place.BEFORE
        self._start = Start(id="", model="")
        self._open: Streamed = Text(text="")
        self._length = self._before = 0  # characters of the open text, and of the texts before it
        self._cites: list[Citation] = []
        self._calls = self._number = -1  # of calls, and of all parts
        self._arguments: list[str] = []  # of the open call

    @property
    def losses(self) -> tuple[Loss, ...]:
        return self._out.losses.found

    def write(self, event: Event) -> bytes:
        """Raises BrokenProtocol for an event that may not come here."""
        self._place = after(self._place, event)
        match event:
            case Start():
                self._start = event
                self._out = pen(NAME, event.told_in, asks=False)
                return self._delta({"role": "assistant", "content": ""})
            case Stopped():
                return self._stopped(event)
            case Used():
                return self._used(event)
            case Failed():
                error = {"message": event.message, "type": event.code, "param": None, "code": event.code}
                return _event({"error": error})
        return self._within(event)

    def _within(self, event: Opened | Grew | Signed | Cited | Closed) -> bytes:
        match event:
            case Opened():
                return self._opened(event.part)
            case Grew():
                return self._grew(event.text)
            case Closed():
                return self._closed()
            case Cited():
                self._cites.append(event.citation)
            case Signed():
                self._out.losses.once("thinking", "parts", "chat has no place for a signature")
        return b""

    def _stopped(self, event: Stopped) -> bytes:
        if event.sequence is not None:
            self._out.losses.knob("stop_sequence", "chat does not say at which sequence it stopped")
        self._out.losses.fields("", event.extra)
        return self._delta({}, reason_of(event.stop, self._out))

    def _opened(self, part: Streamed) -> bytes:
        self._open, self._length, self._cites = part, 0, []
        self._number += 1
        if not isinstance(part, ToolCall):  # whose own fields are written with it
            self._out.losses.fields(f"parts.{self._number}", getattr(part, "extra", ()))
        match part:
            case ToolCall():
                self._arguments = [part.arguments]
                return b""
            case Own():
                self._out.losses.content("parts", f"`{part.kind}` is known to `{part.dialect}` alone")
                return b""
            case Thinking():
                if part.signed:
                    self._out.losses.once("thinking", "parts", "chat has no place for a signature")
            case Text():
                self._cites = list(part.citations)
        return self._grew(part.text) if part.text else b""

    def _grew(self, text: str) -> bytes:
        match self._open:
            case ToolCall():
                self._arguments.append(text)
                return b""
            case Thinking(label=label):
                return self._delta({label or THOUGHTS[0]: text})
            case Refusal():
                return self._delta({"refusal": text})
        self._length += len(text)
        return self._delta({"content": text})

    def _closed(self) -> bytes:
        """Citations wait for the end of their text, which is what most of them are about."""
        if isinstance(self._open, ToolCall):
            return self._called(self._open)
        if not isinstance(self._open, Text):
            return b""
        text, before = " " * self._length, self._before
        self._before += self._length
        notes = [write_citation(each, text, before, self._out) for each in self._cites]
        notes = [note for note in notes if note is not None]
        return self._delta({"annotations": notes}) if notes else b""

    def _called(self, part: ToolCall) -> bytes:
        self._calls += 1
        function: Tree = {"name": part.name, "arguments": "".join(self._arguments)}
        call: Tree = {"index": self._calls, "id": part.id, "type": "function", "function": function}
        self._out.add(call, part.extra, f"parts.{self._number}")
        return self._delta({"tool_calls": [call]})

    def _used(self, event: Used) -> bytes:
        usage = write_usage(event.usage)
        chunk = self._chunk([]) | {"usage": usage}
        last = _event(chunk) if self._asked and usage else b""
        return last + b"data: " + DONE + b"\n\n"

    def _delta(self, delta: Tree, reason: str | None = None) -> bytes:
        choice: Tree = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": reason}
        return _event(self._chunk([choice]))

    def _chunk(self, choices: list[Tree]) -> Tree:
        start = self._start
        head: Tree = {"id": start.id, "object": "chat.completion.chunk", "created": start.created or 0}
        return head | {"model": start.model, "choices": choices}


def _event(tree: Tree) -> bytes:
    return b"data: " + msgspec.json.encode(tree) + b"\n\n"
