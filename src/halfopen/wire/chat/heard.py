"""A chat stream as events: fed bytes split anywhere, it answers with what they complete.

What providers do differently is told here in one way: empty deltas, `tool_calls: []`, a call without an index or an
id, the reason to finish in a chunk of its own or not at all, usage beside content, no `[DONE]` at the end.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from halfopen.conversation.events import Cited, Event, Failed, Start, Stopped, Used
from halfopen.conversation.held import MOST, Held
from halfopen.conversation.loss import Loss, Losses
from halfopen.conversation.parts import Refusal, Text, Thinking, ToolCall
from halfopen.errors import BrokenProtocol, Truncated
from halfopen.wire import usage as counted
from halfopen.wire.chat.answered import read_citation, stop_of
from halfopen.wire.chat.parts import NAME
from halfopen.wire.chat.row import Row
from halfopen.wire.chat.turns import made_up_id
from halfopen.wire.faults import UNREADABLE, words
from halfopen.wire.fields import NULL, Fields
from halfopen.wire.pen import as_object
from halfopen.wire.sse import Splitter

_ABSENT = msgspec.Raw()
DONE = b"[DONE]"
_MOST_LOOKED = 2**24


class _Function(msgspec.Struct):
    name: str | None = None
    arguments: str | None = None


class _Call(msgspec.Struct):
    index: int | None = None
    id: str | None = None
    function: _Function | None = None


class _Delta(msgspec.Struct):
    content: str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    refusal: str | None = None
    tool_calls: list[_Call] | None = None
    annotations: list[msgspec.Raw] | None = None


class _Choice(msgspec.Struct):
    index: int = 0
    delta: _Delta | None = None
    finish_reason: str | None = None
    logprobs: msgspec.Raw = _ABSENT


class _Chunk(msgspec.Struct):
    id: str | None = None
    model: str | None = None
    created: int | None = None
    choices: list[_Choice] | None = None
    usage: msgspec.Raw = _ABSENT
    service_tier: msgspec.Raw = _ABSENT
    error: msgspec.Raw = _ABSENT


_chunk = msgspec.json.Decoder(_Chunk)


@dataclass(slots=True)
class _Known:
    """A call that has begun; its arguments wait until its name is known."""

    number: int
    id: str
    name: str = ""
    waiting: str = ""
    said: list[str] = field(default_factory=list)  # of its arguments
    looked: int = 0  # characters of them, each time that somebody looked whether they are whole

    def whole(self) -> bool:
        """Whether what was said of its arguments is an object. Nobody looks at them for ever."""
        if self.looked > _MOST_LOOKED:
            return False
        self.said = ["".join(self.said)]
        self.looked += len(self.said[0])
        return bool(self.said[0].strip()) and as_object(self.said[0]) is not None


class Reader:
    """Bytes in, events out, in the order of `conversation.events`."""

    def __init__(self, most: int = MOST) -> None:
        self._losses = Losses(NAME, refuses=False)
        self._splitter = Splitter()
        self._held = Held(most)
        self._row = Row(self._held)
        self._calls: dict[int, _Known] = {}
        self._begun = 0  # calls so far
        self._started = False
        self._named = ""
        self._over = False
        self._reason: str | None = None
        self._usage: counted.Usage = {}
        self._tier = _ABSENT

    @property
    def losses(self) -> tuple[Loss, ...]:
        return self._losses.found

    def feed(self, data: bytes) -> list[Event]:
        """Raises BrokenProtocol for what is no chat stream. What follows the end is not read."""
        events: list[Event] = []
        for told in self._splitter.data(data):
            events += [] if self._over else self._told(told)
        return events

    def end(self) -> list[Event]:
        """No more bytes. Raises Truncated unless the stream said that it is over, or at least why it stopped."""
        events = self.feed(b"\n\n")  # an event that lacks its blank line
        if self._over:
            return events
        if self._reason is None:
            raise Truncated("The stream ended without a finish reason and without its end mark.")
        return [*events, *self._finish()]

    def _told(self, data: bytes) -> list[Event]:
        if data == DONE:
            return self._finish()
        try:
            chunk = _chunk.decode(data)
        except UNREADABLE as why:
            raise BrokenProtocol(f"The provider streamed a chunk that chat does not have: {why}") from None
        if _there(chunk.error):
            self._over = True
            return [Failed(code=_code(data), message=words(data))]
        if _there(chunk.service_tier):
            self._tier = chunk.service_tier
        if _there(chunk.usage):
            self._usage = counted.read(counted.CHAT, chunk.usage, self._usage) or self._usage
        events = self._start(chunk) if chunk.choices else []
        for choice in chunk.choices or ():
            events += self._chosen(choice)
        return events

    def _start(self, chunk: _Chunk) -> list[Event]:
        if self._started:
            return []
        self._started, self._named = True, chunk.id or ""
        return [Start(id=chunk.id or "", model=chunk.model or "", created=chunk.created, told_in=NAME)]

    def _chosen(self, choice: _Choice) -> list[Event]:
        if choice.index != 0:
            self._losses.once("content", "others", "only the first of several answers is told")
            return []
        if _there(choice.logprobs):
            self._losses.once("knob", "logprobs", "they do not cross in a stream")
        self._reason = choice.finish_reason or self._reason
        delta, events = choice.delta or _Delta(), list[Event]()
        thought, label = delta.reasoning_content or delta.reasoning, "reasoning_content"
        if thought:
            label = label if delta.reasoning_content else "reasoning"
            events += self._row.more("thinking", Thinking(label=label), thought)
        if delta.content:
            events += self._row.more("text", Text(text=""), delta.content)
        for note in delta.annotations or ():
            events += self._cited(note)
        if delta.refusal:
            events += self._row.more("refusal", Refusal(text=""), delta.refusal)
        for place, call in enumerate(delta.tool_calls or ()):
            events += self._called(call, place)
        return events

    def _cited(self, note: msgspec.Raw) -> list[Event]:
        if self._row.open_key != "text":
            self._losses.once("knob", "citations", "they came when the text was over")
            return []
        self._held.text(len(memoryview(note)))
        return [Cited(read_citation(Fields(note, "annotations", BrokenProtocol)))]

    def _called(self, call: _Call, place: int) -> list[Event]:
        """A call goes on under its index. Some providers number all of them 0, or none."""
        index = place if call.index is None else call.index
        function = call.function or _Function()
        known = self._calls.get(index)
        if known is None or (function.name and known.name and _another(call, function, known)):
            known = _Known(self._begun, call.id or made_up_id(self._begun, self._named))
            self._calls[index] = known
            self._begun += 1
            self._held.part()
        known.name = known.name or function.name or ""
        known.waiting += function.arguments or ""
        known.said.append(function.arguments or "")
        if not known.name:
            self._held.text(len(function.arguments or ""))
            return []
        text, known.waiting = known.waiting, ""
        return self._row.more(("call", known.number), ToolCall(id=known.id, name=known.name, arguments=""), text)

    def _finish(self) -> list[Event]:
        if any(not known.name for known in self._calls.values()):
            raise BrokenProtocol("The provider streamed a tool call without a name.")
        self._over = True
        events = [*self._start(_Chunk()), *self._row.end()]
        stop, beside = stop_of(self._reason, calls=bool(self._calls))
        events.append(Stopped(stop, extra=beside))
        return [*events, Used(self._usage, counted.service_of(self._tier))]


def _another(call: _Call, function: _Function, known: _Known) -> bool:
    """Whether a piece that has a name begins a call of its own: by its id, or else by what was said so far.

    Some say the name with every piece, so that only arguments that are whole tell that the call before is over. Who
    numbers nothing tells calls whole: another name begins one, and so does the same where neither has arguments.
    """
    if call.id:
        return call.id != known.id
    if call.index is not None:
        return bool(function.arguments) and known.whole()
    silent = not (function.arguments or any(known.said))
    return function.name != known.name or silent or known.whole()


def _there(value: msgspec.Raw) -> bool:
    return bytes(value) not in (b"", NULL)


class _Error(msgspec.Struct):
    type: str | None = None
    code: str | int | None = None


class _Broken(msgspec.Struct):
    error: _Error | str


_broken = msgspec.json.Decoder(_Broken)


def _code(data: bytes) -> str:
    try:
        error = _broken.decode(data).error
    except UNREADABLE:
        return "server_error"
    return "server_error" if isinstance(error, str) else error.type or str(error.code or "server_error")
