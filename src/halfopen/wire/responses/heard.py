"""A responses stream as events: fed bytes split anywhere, it answers with what they complete.

What providers do differently is told here in one way: no `response.created`, deltas of an item that was never added,
items that come whole and without deltas, the end of a text without its deltas, interleaved items, indices that are
missing or used twice, an empty or a full `output` at the end, events that nobody knows yet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from halfopen.conversation.events import (
    Cited,
    Event,
    Failed,
    Grew,
    Signed,
    Start,
    Stopped,
    Streamed,
    Used,
)
from halfopen.conversation.held import MOST, Held
from halfopen.conversation.loss import Loss, Losses
from halfopen.conversation.parts import Extra, Part, Text, Thinking, ToolCall
from halfopen.errors import BrokenProtocol, Truncated
from halfopen.wire import usage as counted
from halfopen.wire.faults import UNREADABLE, words
from halfopen.wire.fields import Fields, written
from halfopen.wire.responses import items
from halfopen.wire.responses.answered import answer_pieces, beside, moment, stop_of
from halfopen.wire.responses.parts import NAME, read_citation
from halfopen.wire.responses.row import Row
from halfopen.wire.responses.streamed import (
    EVENT,
    GROWING,
    StreamEvent,
    code_of,
    id_of,
    part_of,
    taken_apart,
    text_of,
    there,
)
from halfopen.wire.sse import Splitter

_DONE = b"[DONE]"  # which some put behind the end


class Reader:
    """Bytes in, events out, in the order of `conversation.events`."""

    def __init__(self, most: int = MOST) -> None:
        self._losses = Losses(NAME, refuses=False)
        self._splitter = Splitter()
        self._held = Held(most)
        self._row = Row(self._held)
        self._started = self._over = self._called = False
        self._names: dict[str, int] = {}  # of items, by their ids
        self._moved: dict[int, int] = {}  # indices that were used again
        self._kinds: dict[int, str] = {}  # of the items that have begun
        self._heads: dict[int, Extra] = {}  # what an item says of itself, until its first part begins
        self._finished: set[int] = set()

    @property
    def losses(self) -> tuple[Loss, ...]:
        return self._losses.found

    def feed(self, data: bytes) -> list[Event]:
        """Raises BrokenProtocol for what is no responses stream. What follows the end is not read."""
        events: list[Event] = []
        for told in self._splitter.data(data):
            events += [] if self._over else self._told(told)
        return events

    def end(self) -> list[Event]:
        """No more bytes. Raises Truncated unless the stream ended with its response."""
        events = self.feed(b"\n\n")  # an event that lacks its blank line
        if not self._over:
            raise Truncated("The stream ended without `response.completed`.")
        return events

    def _told(self, data: bytes) -> list[Event]:
        if data == _DONE:
            return []
        try:
            event = EVENT.decode(data)
        except UNREADABLE as why:
            raise BrokenProtocol(f"The provider streamed an event that responses does not have: {why}") from None
        if event.type == "error" or (not event.type and there(event.error)):
            return self._failed(data, Fields(data, "event", BrokenProtocol))
        handler = _HANDLERS.get(event.type)
        return handler(self, event) if handler else []

    # -- the response

    def _begin(self, event: StreamEvent) -> list[Event]:
        return self._start(Fields(event.response, "response", BrokenProtocol) if there(event.response) else None)

    def _start(self, response: Fields | None = None) -> list[Event]:
        if self._started:
            return []
        self._started = True
        if response is None:
            return [Start(id="", model="", told_in=NAME)]
        named, model, made = response.text("id"), response.text("model"), moment(response)
        return [Start(id=named or "", model=model or "", created=made, told_in=NAME)]

    def _finish(self, event: StreamEvent) -> list[Event]:
        if not there(event.response):
            raise BrokenProtocol(f"The provider streamed a `{event.type}` without its response.")
        response = Fields(event.response, "response", BrokenProtocol)
        events = self._start(response)
        events += [*self._late(response), *self._row.end()]
        self._over = True
        for name in ("id", "model", "created_at", "object", "error", "status"):
            response.raw(name)
        usage = response.inner("usage")
        stop = stop_of(response, event.type.removeprefix("response."), calls=self._called)
        counts = counted.read(counted.RESPONSES, usage.whole) if usage else {}
        served = counted.service_of(response.rest.get("service_tier", b""))
        return [*events, Stopped(stop, extra=beside(response)), Used(counts, served)]

    def _broken(self, event: StreamEvent) -> list[Event]:
        response = Fields(event.response, "response", BrokenProtocol) if there(event.response) else None
        error = response.inner("error") if response else None
        if error is None:
            self._over = True
            return [Failed(code="server_error", message="It did not say why.")]
        return self._failed(error.whole, error)

    def _failed(self, data: bytes, error: Fields) -> list[Event]:
        """An error event has its words in itself, or as some tell it, in an object."""
        self._over = True
        inner = error.inner("error") or error
        code = inner.raw("code") or inner.raw("type")
        message = inner.text("message")
        return [Failed(code=code_of(code) or "server_error", message=message or words(data))]

    # -- items

    def _at(self, event: StreamEvent) -> int:
        """The place of the item that an event is about: its index; the id, which some change, only without one."""
        if event.output_index is not None:
            return self._moved.get(event.output_index, event.output_index)
        if event.item_id is None:
            return max(self._kinds, default=0)
        if event.item_id not in self._names:
            self._held.part()
            self._names[event.item_id] = self._next()
        return self._names[event.item_id]

    def _next(self) -> int:
        return max((-1, *self._kinds, *self._names.values())) + 1

    def _added(self, event: StreamEvent) -> list[Event]:
        if not there(event.item):
            return []
        item = Fields(event.item, "item", BrokenProtocol)
        event.item_id = id_of(event.item) or event.item_id
        if self._at(event) in self._finished and event.output_index is not None:
            self._moved[event.output_index] = self._next()  # some give all their items the index 0
        place, kind = self._at(event), item.needed("type")
        self._known(place, kind)
        events = self._start()
        item.raw("status")
        match kind:
            case "function_call":
                events += self._open(place, ("call", 0), replace(items.call(item), arguments=""))
            case "message":
                for name in ("role", "content"):
                    item.raw(name)
                self._heads[place] = items.head(item)
                self._held.text(len(item.whole))
            case "reasoning":
                for name in ("summary", "content", "encrypted_content"):
                    item.raw(name)
                self._heads[place] = item.rest
                self._held.text(len(item.whole))
        return events

    def _known(self, place: int, kind: str) -> None:
        if place not in self._kinds:
            self._held.part()
        self._kinds[place] = kind

    def _done(self, event: StreamEvent) -> list[Event]:
        if not there(event.item):
            return []
        event.item_id = id_of(event.item) or event.item_id
        item, place = Fields(event.item, "item", BrokenProtocol), self._at(event)
        self._known(place, item.needed("type"))
        events = [*self._start(), *self._whole(Fields(event.item, "item", BrokenProtocol), place)]
        self._finished.add(place)
        return events

    def _late(self, response: Fields) -> list[Event]:
        """What stands in the whole response and was not streamed, or not to its end."""
        output = list(enumerate(response.each("output")))
        kinds = {index: Fields(item.whole, item.path, BrokenProtocol).needed("type") for index, item in output}
        events: list[Event] = []
        for index, item in output:
            kind, place = kinds[index], self._moved.get(index, index)
            if self._kinds.get(place) != kind:
                if list(self._kinds.values()).count(kind) >= list(kinds.values()).count(kind):
                    continue  # streamed under another index
                place = self._next()
            if place not in self._finished:
                self._known(place, kind)
                events += self._whole(item, place)
                self._finished.add(place)
        return events

    def _whole(self, item: Fields, place: int) -> list[Event]:
        """What an item has that was not told yet; and it is over."""
        events: list[Event] = []
        for key, part in answer_pieces(item):
            if "logprobs" in part.extra:
                part = replace(part, extra={name: raw for name, raw in part.extra.items() if name != "logprobs"})
                self._logprobs()
            events += self._rest(place, key, part)
        return [*events, *self._row.close(place)]

    def _rest(self, place: int, key: items.Key, part: Part) -> list[Event]:
        """The end of a part, or all of it."""
        blank, text, cites, sign = taken_apart(part)
        slot, events = self._row.slots.get((place, key)), list[Event]()
        if slot is None:
            events += self._open(place, key, blank)
            slot = self._row.slots[place, key]
        if slot.over:
            return events
        if len(text) > slot.said:
            events += self._row.tell(slot, Grew(text[slot.said :]))
        for cite in cites[slot.cited :]:
            events += self._row.tell(slot, Cited(cite))
        return [*events, *(self._row.tell(slot, Signed(sign)) if sign else ())]

    def _open(self, place: int, key: items.Key, part: Streamed) -> list[Event]:
        """Begins a part; the first of its item carries what the item says of itself."""
        head = self._heads.pop(place, {})
        self._called = self._called or isinstance(part, ToolCall)
        self._kinds.setdefault(place, _KINDS.get(key[0], key[0]))
        return self._row.open(place, key, replace(part, extra={**part.extra, **head}) if head else part)

    # -- pieces of parts

    def _more(self, event: StreamEvent, key: items.Key, blank: Streamed, text: str) -> list[Event]:
        events, place = self._start(), self._at(event)
        slot = self._row.slots.get((place, key))
        if not text:
            return events
        if slot is None:
            if isinstance(blank, ToolCall):
                return events  # its name is told when it is whole, and so are its arguments
            if place not in self._kinds and event.item_id is not None:
                name = "id" if isinstance(blank, Thinking) else f"{items.HEAD}id"
                self._heads[place] = {name: written(event.item_id)}
            events += self._open(place, key, blank)
            slot = self._row.slots[place, key]
        return [*events, *self._row.tell(slot, Grew(text))]

    def _grew(self, event: StreamEvent) -> list[Event]:
        key, blank = part_of(event)
        if there(event.logprobs) and bytes(event.logprobs) != b"[]":
            self._logprobs()
        return self._more(event, key, blank, text_of(event.delta, event.type))

    def _ended(self, event: StreamEvent) -> list[Event]:
        """All of a text again: of it, what no delta has told."""
        key, blank = part_of(event)
        whole = next((raw for raw in (event.text, event.refusal, event.arguments) if there(raw)), None)
        slot = self._row.slots.get((self._at(event), key))
        if whole is None or (slot and slot.over):
            return []
        return self._more(event, key, blank, text_of(whole, event.type)[slot.said if slot else 0 :])

    def _cited(self, event: StreamEvent) -> list[Event]:
        if not there(event.annotation):
            return []
        key, blank = ("content", event.content_index or 0), Text(text="")
        events, place = self._start(), self._at(event)
        if (place, key) not in self._row.slots:
            events += self._open(place, key, blank)
        cite = read_citation(Fields(event.annotation, "annotation", BrokenProtocol))
        return [*events, *self._row.tell(self._row.slots[place, key], Cited(cite))]

    def _logprobs(self) -> None:
        self._losses.once("knob", "logprobs", "they do not cross in a stream")


_KINDS = {"content": "message", "summary": "reasoning", "thought": "reasoning", "call": "function_call"}
_Handler = Callable[[Reader, StreamEvent], list[Event]]
_HANDLERS: Mapping[str, _Handler] = {
    **{f"response.{name}.delta": Reader._grew for name in GROWING},
    **{f"response.{name}.done": Reader._ended for name in GROWING},
    "response.created": Reader._begin,
    "response.queued": Reader._begin,
    "response.in_progress": Reader._begin,
    "response.output_item.added": Reader._added,
    "response.output_item.done": Reader._done,
    "response.output_text.annotation.added": Reader._cited,
    "response.completed": Reader._finish,
    "response.incomplete": Reader._finish,
    "response.failed": Reader._broken,
}
