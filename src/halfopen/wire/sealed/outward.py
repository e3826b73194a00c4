"""On the way to a client: thinking of another lab becomes thinking of the client's own dialect, with an envelope.

Where a dialect signs its calls, too (Google does), the signature of a call goes in an envelope of its own before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import msgspec

from halfopen.conversation.events import Closed, Event, Grew, Opened, Signed, Start, Streamed
from halfopen.conversation.parts import Part, Thinking, ToolCall
from halfopen.wire.sealed.envelope import closed

SIGNS: Mapping[str, str] = {"gemini": "thoughtSignature"}  # the field in which a dialect signs what is no thinking
MARKED = ("messages",)  # thinking that nobody signed would be refused there, so it is told apart
_named = msgspec.json.Decoder(str)


class Outward:
    """`home` is the dialect of the client; it must have a place for a signature."""

    def __init__(self, told_in: str, home: str) -> None:
        self._told_in, self._home = told_in, home
        self._before: list[Thinking] = []  # thoughts that the next signature is for, too
        self._open: Thinking | None = None
        self._text: list[str] = []
        self._signs: list[str] = []

    def parts(self, said: Iterable[Part]) -> list[Part]:
        """The parts of a whole answer."""
        if self._told_in == self._home:
            return list(said)
        return [each for part in said for each in self._part(part)]

    def _part(self, part: Part) -> list[Part]:
        if isinstance(part, Thinking):
            return [self._carried(part)]
        self._before = []
        return [*self._sign_of(part), self._bare(part)] if isinstance(part, ToolCall) else [part]

    def events(self, event: Event) -> list[Event]:
        """The same for one event of a stream, which stands for none or several."""
        if isinstance(event, Start):
            self._told_in = event.told_in
        if self._told_in == self._home:
            return [event]
        match event:
            case Opened(part=part):
                return self._opened(part)
            case Grew(text=text) if self._open:
                self._text.append(text)
            case Signed(signature=sign) if self._open:
                self._signs.append(sign)
                return []
            case Closed() if self._open:
                return [*self._signed(self._open), event]
        return [event]

    def _opened(self, part: Streamed) -> list[Event]:
        match part:
            case Thinking(sealed=None):
                self._open, self._text, self._signs = part, [], []
                return [Opened(replace(part, signature=None, signed_by=self._home))]
            case Thinking():
                return [Opened(self._carried(part))]
            case ToolCall():
                self._before = []
                ahead = [each for sign in self._sign_of(part) for each in (Opened(sign), Closed())]
                return [*ahead, Opened(self._bare(part))]
        self._before = []
        return [Opened(part)]

    def _signed(self, part: Thinking) -> list[Event]:
        """At the end of a thought: what all of it was is known only then."""
        sign = "".join(self._signs) or part.signature
        self._open = None
        found = self._carried(replace(part, text=part.text + "".join(self._text), signature=sign))
        return [Signed(sign) for sign in (found.signature, found.sealed) if sign]

    def _carried(self, part: Thinking) -> Thinking:
        self._before = [part] if part.extra else [*self._before, part]
        whole = self._before
        if part.signed:
            self._before = []
        elif self._home not in MARKED:
            return replace(part, signed_by=self._home)
        word = closed(whole if part.signed else [part], self._home)
        if part.text or self._home in SIGNS:
            return replace(part, signature=word, sealed=None, signed_by=self._home)
        return replace(part, signature=None, sealed=word, signed_by=self._home)

    def _sign_of(self, call: ToolCall) -> list[Thinking]:
        raw = call.extra.get(SIGNS.get(self._told_in, ""))
        try:
            sign = "" if raw is None else _named.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return []
        return [self._carried(Thinking(signature=sign, signed_by=self._told_in, ahead=True))] if sign else []

    def _bare(self, call: ToolCall) -> ToolCall:
        field = SIGNS.get(self._told_in)
        return replace(call, extra={name: value for name, value in call.extra.items() if name != field})
