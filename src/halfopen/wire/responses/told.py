"""Events as the responses stream that a client of responses expects: typed, numbered, each item from its first to last.

A message is one item for all the texts that follow each other, and so is reasoning; which of them is the last is known
when something else begins, so an item is done only then.
"""

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
from halfopen.wire.pen import Tree, pen
from halfopen.wire.responses import items, parts
from halfopen.wire.responses.answered import ended, head, identify, usage_of
from halfopen.wire.responses.parts import NAME
from halfopen.wire.responses.stream import broken_off
from halfopen.wire.sealed.outward import Outward
from halfopen.wire.searches import responses as searches


class Writer:
    """Events in, bytes out; usage is always told, since this dialect has no stream without."""

    def __init__(self, usage_asked: bool = True) -> None:
        self._out = pen(NAME, "", asks=False)
        self._place = Place.BEFORE
        self._outward = Outward("", NAME)
        self._start = Start(id="", model="")
        self._stopped = Stopped("end")
        self._number = -1
        self._output: list[object] = []  # items that are done
        self._item: Tree | None = None  # the one that is not
        self._open: Streamed | None = None
        self._before: Streamed | None = None
        self._text: list[str] = []
        self._cites: list[Citation] = []
        self._waiting: list[Tree] = []  # searches that are not told yet
        self._run: dict[str, Tree] = {}  # the same by their ids

    @property
    def losses(self) -> tuple[Loss, ...]:
        return self._out.losses.found

    def write(self, event: Event) -> bytes:
        """Raises BrokenProtocol for an event that may not come here."""
        self._place = after(self._place, event)
        return b"".join(said for each in self._outward.events(event) for said in _WRITERS[type(each)](self, each))

    # -- the response

    def _started(self, event: Event) -> list[bytes]:
        assert isinstance(event, Start)
        self._start, self._out = event, pen(NAME, event.told_in, asks=False)
        return [self._event(f"response.{name}", response=self._head()) for name in ("created", "in_progress")]

    def _head(self) -> Tree:
        return head(self._start.id, self._start.model, self._start.created)

    def _stopping(self, event: Event) -> list[bytes]:
        """Told together with the usage."""
        assert isinstance(event, Stopped)
        self._stopped = event
        if event.sequence is not None:
            self._out.losses.knob("stop_sequence", "responses does not say at which sequence it stopped")
        return []

    def _used(self, event: Event) -> list[bytes]:
        assert isinstance(event, Used)
        events = self._searched()
        response, last = self._head(), self._item
        ended(response, [*self._output, *([] if last is None else [last])], self._stopped.stop, self._out)
        events += self._item_done()
        response["output"], response["usage"] = self._output, usage_of(event.usage)
        self._out.add(response, self._stopped.extra, "")
        return [*events, self._event(f"response.{response['status']}", response=response)]

    def _failed(self, event: Event) -> list[bytes]:
        assert isinstance(event, Failed)
        self._number += 1
        return [broken_off(event.code, event.message, self._number)]

    # -- items

    def _opened(self, event: Event) -> list[bytes]:
        assert isinstance(event, Opened)
        self._text, self._cites = [], []
        path = f"parts.{len(self._output)}"
        if isinstance(event.part, Search) and not self._out.native:
            return self._search(event.part, path)
        return [*self._searched(), *self._begun(event.part, path)]

    def _search(self, part: Search, path: str) -> list[bytes]:
        """What it found may come in a part of its own, so it waits for what is something else."""
        self._open = None
        if item := searches.write(part, self._run, self._out, path):
            self._waiting.append(item)
            self._before = part
        return []

    def _searched(self) -> list[bytes]:
        """The searches that wait, each from its beginning to its end."""
        waiting, self._waiting, self._run = self._waiting, [], {}
        return [event for item in waiting for event in self._whole(item)]

    def _whole(self, item: Tree) -> list[bytes]:
        events, at = self._item_done(), len(self._output)
        self._item = identify(item, self._start.id, at)
        begun = self._item | {"status": "in_progress"}
        names = [f"response.{searches.CALL}.{state}" for state in ("in_progress", "searching", "completed")]
        events.append(self._event("response.output_item.added", output_index=at, item=begun))
        return [*events, *map(self._about, names), *self._item_done()]

    def _begun(self, opened: Streamed, path: str) -> list[bytes]:
        match opened:
            case Own() as part if not items.inside(part):
                return self._own(part, path)
            case Thinking() as part:
                kept: Streamed | None = items.thought(part, self._out, path)
            case part:
                kept = part
        if kept is None:
            self._open = None
            return []
        events = []
        if self._item is None or not items.goes_on(kept, self._before, self._out):
            events += self._item_added(kept, path)
        self._open = self._before = kept
        return [*events, *self._part_added(kept, path)]

    def _own(self, part: Own, path: str) -> list[bytes]:
        """An item that only its own dialect can say, which is whole at once."""
        raw = self._out.own(part, path)
        self._open = None
        if raw is None:
            return []
        events, at = self._item_done(), len(self._output)
        self._output.append(raw)
        self._before = part
        names = ("response.output_item.added", "response.output_item.done")
        return [*events, *(self._event(name, output_index=at, item=raw) for name in names)]

    def _item_added(self, part: Streamed, path: str) -> list[bytes]:
        events = self._item_done()
        match part:
            case ToolCall():
                item = items.write_call(replace(part, arguments=""), self._out, path)
            case Thinking():
                item = items.reasoning(part, self._out, path)
            case _:
                item = items.message(part, self._out, path)
        self._item = identify(item, self._start.id, len(self._output))
        begun = self._item | ({"status": "in_progress"} if "status" in self._item else {})
        if isinstance(part, ToolCall):
            begun["arguments"] = ""
        return [*events, self._event("response.output_item.added", output_index=len(self._output), item=begun)]

    def _item_done(self) -> list[bytes]:
        item, self._item = self._item, None
        if item is None:
            return []
        self._output.append(item)
        return [self._event("response.output_item.done", output_index=len(self._output) - 1, item=item)]

    # -- parts of items

    def _part_added(self, part: Streamed, path: str) -> list[bytes]:
        """What a part already had when it was opened is told as its first words."""
        match part:
            case ToolCall(arguments=text):
                return self._grown(text)
            case Thinking(text=text, label=label):
                if part.sealed is not None:
                    self._sign(part.sealed)
                    return []
                return [*([] if label else [self._thought("part.added", part={"text": ""})]), *self._grown(text)]
            case Own():
                text, content = "", cast("object", self._out.own(part, path))
            case _:
                text, content = part.text, self._blank(part, path)
        self._contents().append(content)
        return [self._content("response.content_part.added", part=content), *self._grown(text)]

    def _blank(self, part: Text | Refusal, path: str) -> Tree:
        if isinstance(part, Refusal):
            return items.content_of(replace(part, text=""), self._out, path)
        self._cites = list(part.citations)
        return items.content_of(replace(part, text="", citations=()), self._out, path)

    def _grew(self, event: Event) -> list[bytes]:
        assert isinstance(event, Grew)
        return self._grown(event.text)

    def _grown(self, text: str) -> list[bytes]:
        if not text or self._open is None or isinstance(self._open, Own):
            return []
        self._text.append(text)
        match self._open:
            case ToolCall():
                return [self._about("response.function_call_arguments.delta", delta=text)]
            case Thinking():
                return [self._thought("text.delta", delta=text)]
            case Refusal():
                return [self._content("response.refusal.delta", delta=text)]
        return [self._content("response.output_text.delta", delta=text, logprobs=[])]

    def _signed(self, event: Event) -> list[bytes]:
        assert isinstance(event, Signed)
        if isinstance(self._open, Thinking) and self._open.signed_by == NAME:
            self._sign(event.signature)
        else:
            self._out.losses.once("thinking", "parts", "responses has no place for another's signature")
        return []

    def _sign(self, sign: str) -> None:
        assert self._item is not None
        self._item["encrypted_content"] = f"{self._item.get('encrypted_content', '')}{sign}"

    def _cited(self, event: Event) -> list[bytes]:
        assert isinstance(event, Cited)
        self._cites.append(event.citation)
        return []

    def _closed(self, event: Event) -> list[bytes]:
        text, part = "".join(self._text), self._open
        self._open = None
        match part:
            case ToolCall():
                return self._call_done(text)
            case Thinking():
                return self._thought_done(part, text)
            case Text() | Refusal():
                return self._said(part, text)
            case Own():
                return [self._content("response.content_part.done", part=self._contents()[-1])]
        return []

    def _call_done(self, arguments: str) -> list[bytes]:
        assert self._item is not None
        self._item["arguments"] = arguments
        return [self._about("response.function_call_arguments.done", arguments=arguments), *self._item_done()]

    def _thought_done(self, part: Thinking, text: str) -> list[bytes]:
        assert self._item is not None
        if part.sealed is not None:
            return []
        name, kind = items.place_of(part)
        texts = self._item.setdefault(name, [])
        assert isinstance(texts, list)
        done = [self._thought("text.done", text=text)]
        texts.append({"type": kind, "text": text})
        if part.label:
            return done
        return [*done, self._thought("part.done", part={"text": text}, back=1)]

    def _said(self, part: Text | Refusal, text: str) -> list[bytes]:
        """Citations wait for the end of their text, which is what most of them are about."""
        content = self._contents()[-1]
        assert isinstance(content, dict)
        if isinstance(part, Refusal):
            content["refusal"] = text
            done = [self._content("response.refusal.done", refusal=text)]
        else:
            content["text"] = text
            notes = parts.citations(self._cites, text, self._out, "parts")
            content["annotations"] = notes
            done = [
                self._content("response.output_text.annotation.added", annotation_index=place, annotation=note)
                for place, note in enumerate(notes)
            ]
            done.append(self._content("response.output_text.done", text=text, logprobs=[]))
        return [*done, self._content("response.content_part.done", part=content)]

    def _contents(self) -> list[object]:
        assert self._item is not None
        content = self._item["content"]
        assert isinstance(content, list)
        return content

    # -- events

    def _content(self, name: str, **fields: object) -> bytes:
        return self._about(name, content_index=len(self._contents()) - 1, **fields)

    def _thought(self, name: str, *, back: int = 0, part: Tree | None = None, **fields: object) -> bytes:
        """An event of a summary, or of thoughts as they were; `back` where its text stands in the item already."""
        thinking = self._open or self._before
        assert self._item is not None
        assert isinstance(thinking, Thinking)
        field, kind = items.place_of(thinking)
        texts = self._item.get(field, [])
        assert isinstance(texts, list)
        if part is not None:
            fields["part"] = {"type": kind} | part
        if field == "summary":
            return self._about(f"response.reasoning_summary_{name}", summary_index=len(texts) - back, **fields)
        return self._about(f"response.reasoning_{name}", content_index=len(texts) - back, **fields)

    def _about(self, name: str, **fields: object) -> bytes:
        assert self._item is not None
        return self._event(name, item_id=self._item["id"], output_index=len(self._output), **fields)

    def _event(self, name: str, **fields: object) -> bytes:
        self._number += 1
        tree: Tree = {"type": name, "sequence_number": self._number} | fields
        return b"event: " + name.encode() + b"\ndata: " + msgspec.json.encode(tree) + b"\n\n"


_WRITERS: Mapping[type[Event], Callable[[Writer, Event], list[bytes]]] = {
    Start: Writer._started,
    Opened: Writer._opened,
    Grew: Writer._grew,
    Signed: Writer._signed,
    Cited: Writer._cited,
    Closed: Writer._closed,
    Stopped: Writer._stopping,
    Used: Writer._used,
    Failed: Writer._failed,
}
