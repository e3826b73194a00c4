"""A gemini stream as events: fed bytes split anywhere, it answers with what they complete.

Every event is a whole answer with a piece of its content. There is no end mark: a stream is over when its body is, and
it was whole if some event said why the model stopped, or that the prompt was blocked. Usage may come behind that.
What providers do differently is told here in one way: empty texts, a reason on every event, events without content,
arguments that come in bits, `[DONE]` of a proxy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from halfopen.conversation.events import (
    Cited,
    Closed,
    Event,
    Failed,
    Grew,
    Opened,
    Signed,
    Start,
    Stopped,
    Used,
)
from halfopen.conversation.held import MOST, Held
from halfopen.conversation.loss import Loss, Losses
from halfopen.conversation.parts import Extra, Own, Part, Search, Text, Thinking, ToolCall
from halfopen.errors import BrokenProtocol, Truncated
from halfopen.wire.faults import words
from halfopen.wire.fields import under
from halfopen.wire.gemini import cited
from halfopen.wire.gemini.answered import (
    FEEDBACK,
    TRAILING,
    answer_part,
    identified,
    is_blocked,
    joins,
    lone_signature,
    seconds,
    stop_of,
)
from halfopen.wire.gemini.parts import NAME, SIGNATURE
from halfopen.wire.gemini.proto import logprobs
from halfopen.wire.gemini.proto.partial import Arguments
from halfopen.wire.gemini.proto.spelled import Spelled
from halfopen.wire.pen import pen
from halfopen.wire.sse import Splitter
from halfopen.wire.usage import GEMINI, Usage, read, service_of

DONE = b"[DONE]"
_MARKS = (b"partialArgs", b"willContinue", b"partial_args", b"will_continue")


class Reader:
    """Bytes in, events out, in the order of `conversation.events`."""

    def __init__(self, most: int = MOST) -> None:
        self._held = Held(most)
        self._losses = Losses(NAME, refuses=False)
        self._splitter = Splitter()
        self._started = self._over = self._blocked = False
        self._id = ""
        self._open: Part | None = None
        self._texts: list[str] = []  # of the open part
        self._places = self._calls = 0  # parts and calls that are closed
        self._partial: tuple[ToolCall, Arguments] | None = None
        self._lone: bytes | None = None  # a signature without a part
        self._reason: str | None = None
        self._sources: dict[str, bytes] = {}
        self._extra: dict[str, bytes] = {}
        self._usage = b""  # as the last event told it
        self._begun: Usage = {}  # as the first did

    @property
    def losses(self) -> tuple[Loss, ...]:
        return self._losses.found

    @property
    def _said(self) -> bool:
        """Whether it was told why the model stopped: what still comes adds to that, or is no part of the answer."""
        return self._reason is not None or self._blocked

    def feed(self, data: bytes) -> list[Event]:
        """Raises BrokenProtocol for what is no gemini stream."""
        events: list[Event] = []
        for told in self._splitter.data(data):
            events += [] if self._over else self._told(told)
        return events

    def end(self) -> list[Event]:
        """No more bytes. Raises Truncated unless the stream said why it stopped."""
        events = self.feed(b"\n\n")  # an event that lacks its blank line
        if self._over:
            return events
        if not self._said:
            raise Truncated("The stream ended without saying why the model stopped.")
        return [*events, *self._finish()]

    def _told(self, data: bytes) -> list[Event]:
        if data == DONE or (self._said and not data.startswith(b"{")):
            return []
        event = Spelled(data, "event", BrokenProtocol)
        error = event.inner("error")
        if error:
            self._over = True
            return [Failed(code=(error.text("status") or "INTERNAL").lower(), message=words(data))]
        usage, candidates = event.inner("usageMetadata"), event.items("candidates") or []
        if usage:
            self._usage = usage.whole
        events = self._start(event)
        for candidate in candidates:
            events += self._chosen(candidate)
        self._keep(event.rest)
        self._blocked = self._blocked or is_blocked(event.rest.get(FEEDBACK))
        return events

    def _start(self, event: Spelled) -> list[Event]:
        named, model, created = event.of("responseId"), event.of("modelVersion"), event.text("createTime")
        if self._started:
            return []
        self._started, self._id = True, named
        self._begun = read(GEMINI, self._usage)
        begun = {kind: count for kind, count in self._begun.items() if kind not in ("output", "reasoning")}
        return [Start(id=named, model=model, created=seconds(created), usage=begun, told_in=NAME)]

    def _chosen(self, candidate: Spelled) -> list[Event]:
        if candidate.count("index"):
            self._losses.once("content", "others", "only the first of several answers is told")
            return []
        content, events = candidate.inner("content"), list[Event]()
        for item in content.each("parts") if content else ():
            events += self._part(item)
        reason = candidate.text("finishReason")
        self._reason = reason if reason and reason != "FINISH_REASON_UNSPECIFIED" else self._reason
        if candidate.raw(logprobs.FIELD) is not None:
            self._losses.once("knob", "logprobs", "they do not cross in a stream")
        for name in (cited.GROUNDING, cited.CITATIONS):
            raw = candidate.raw(name)
            self._sources |= {} if raw in (None, b"{}") else {name: raw}
        self._keep(under("candidate", candidate))
        return events

    def _keep(self, extra: Mapping[str, bytes]) -> None:
        """Events say the same again and again; the last word counts."""
        self._held.text(sum(max(len(raw) - len(self._extra.get(name, b"")), 0) for name, raw in extra.items()))
        self._held.text(sum(len(name) for name in extra if name not in self._extra))
        self._extra |= extra

    def _part(self, item: Spelled) -> list[Event]:
        """A part is whole, but for a call whose arguments come in bits."""
        whole = item.whole
        self._held.text(len(whole))
        if not item.has("functionCall") or not (self._partial or any(mark in whole for mark in _MARKS)):
            return self._said_part(answer_part(item))
        call = item.inner("functionCall") or item.amiss("functionCall", "is missing")
        if self._partial or call.has("partialArgs") or call.has("willContinue"):
            return self._bits(call, item.rest)
        return self._said_part(answer_part(Spelled(whole, item.path, BrokenProtocol)))

    def _said_part(self, part: Part) -> list[Event]:
        if part == Text(text=""):
            return []
        events = self._alone()
        if (signature := lone_signature(part)) is not None:
            self._lone = signature
            return events
        if isinstance(part, ToolCall):
            part = identified(part, self._id, self._calls)
            self._calls += 1
        if joins(self._open, part) and isinstance(part, Text | Thinking):
            return [*events, *self._more(part)]
        return [*events, *self._close(), *self._begin(part)]

    def _alone(self) -> list[Event]:
        """A signature that stood alone, and was not the last that came."""
        signature, self._lone = self._lone, None
        if signature is None:
            return []
        return [*self._close(), *self._begin(Text(text="", extra={SIGNATURE: signature}))]

    def _begin(self, part: Part) -> list[Event]:
        self._held.part()
        match part:
            case Text(text=text) if part.extra:  # it is whole, since nothing runs on with it
                self._open, self._texts = part, [text]
                return [Opened(part)]
            case Text(text=text):
                self._open = replace(part, text="")
                return [Opened(self._open), *self._grew(text)]
            case Thinking():
                self._open = replace(part, text="", signature=None)
                return [Opened(self._open), *self._more(part)]
            case ToolCall(arguments=arguments):
                self._places += 1
                return [Opened(replace(part, arguments="")), Grew(arguments), Closed()]
            case Own():
                self._places += 1
                return [Opened(part), Closed()]
        raise BrokenProtocol(f"The provider streamed a {type(part).__name__}.")

    def _more(self, part: Text | Thinking) -> list[Event]:
        events = self._grew(part.text)
        if isinstance(part, Thinking) and part.signature:
            events.append(Signed(part.signature))
            self._open = part  # what is signed is whole
        return events

    def _grew(self, text: str) -> list[Event]:
        self._texts.append(text)
        return [Grew(text)] if text else []

    def _close(self) -> list[Event]:
        if self._open is None:
            return []
        self._open, self._texts = None, []
        self._places += 1
        return [Closed()]

    def _bits(self, call: Spelled, beside: Extra) -> list[Event]:
        """A call whose arguments come in bits; it is told when it is whole."""
        if self._partial is None:
            name = call.needed("name") or call.amiss("name", "is empty")
            self._partial = (ToolCall(id=call.of("id"), name=name, arguments="", extra=beside), Arguments())
        begun, arguments = self._partial
        for bit in call.items("partialArgs") or ():
            arguments.add(bit)
        if call.flag("willContinue"):
            return []
        self._partial = None
        return self._said_part(replace(begun, arguments=arguments.text))

    def _cites(self) -> list[Event]:
        """The sources of the open text, which are told when it is whole."""
        events: list[Event] = []
        text = "".join(self._texts)
        for name, reader in ((cited.GROUNDING, cited.grounded), (cited.CITATIONS, cited.cited)):
            found = reader(self._sources[name]) if name in self._sources else []
            ours = found if isinstance(self._open, Text) else []
            ours = [each for each in ours if each.part in (None, self._places)]
            if len(ours) < len(found):
                self._losses.once("knob", "citations", "they came when the text was over")
            events += [Cited(each.of(text)) for each in ours]
        return events

    def _beside(self, cites: list[Event]) -> tuple[Search | None, dict[str, bytes]]:
        """The search that was made, and what of the sources the citations do not say."""
        raw = self._sources.get(cited.GROUNDING)
        if raw is None:
            return None, {}
        text = Text(text="".join(self._texts), citations=tuple(e.citation for e in cites if isinstance(e, Cited)))
        texts = [(self._places, text)]
        if found := cited.searched(raw, self._id, texts):
            return found, {}
        said_all = cited.only_that(raw, texts, pen(NAME, NAME, asks=False))
        return None, {} if said_all else {f"candidate.{cited.GROUNDING}": raw}

    def _finish(self) -> list[Event]:
        self._over = True
        if self._partial is not None:
            raise BrokenProtocol("The provider streamed a tool call and never finished it.")
        cites = self._cites()
        found, beside_it = self._beside(cites)
        extra = self._extra | beside_it | ({} if self._lone is None else {TRAILING: self._lone})
        stop, beside = stop_of(self._reason, calls=bool(self._calls), blocked=self._blocked)
        events = [*self._start(Spelled(b"{}")), *cites, *self._close()]
        events += [Opened(found), Closed()] if found else []
        return [
            *events,
            Stopped(stop, extra=extra | beside),
            Used({**self._begun, **read(GEMINI, self._usage, self._begun)}, service_of(self._usage)),
        ]
