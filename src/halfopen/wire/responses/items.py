"""Items of an answer, or of an assistant's turn, and parts of the hub, in both directions.

A message holds several texts, and an item of reasoning several summaries: each is a part of its own. What belongs to
their item stands with its first part: as it is for reasoning and calls, after `message.` for a text. The sign of a
reasoning item stands with its last.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

import msgspec

from halfopen.conversation.parts import Extra, Own, Part, Refusal, Search, Text, Thinking, ToolCall
from halfopen.wire.fields import Fields, told
from halfopen.wire.pen import Pen, Tree
from halfopen.wire.responses import parts
from halfopen.wire.responses.parts import NAME
from halfopen.wire.searches import responses as searches

HEAD = "message."
INSIDE = "content."  # kinds of a message's parts that nobody else knows
RAW = "reasoning_content"  # the label of thoughts that are told as they were, and not summed up
_BARE = 3  # fields of a message that says nothing about itself
Key = tuple[str, int]  # which part of an item


def pieces(item: Fields, kind: str) -> Iterator[tuple[Key, Part]]:
    """The parts of an item whose type has been taken, each with its place in it."""
    match kind:
        case "message":
            yield from _message(item)
        case "reasoning":
            yield from _reasoning(item)
        case "function_call":
            yield ("call", 0), call(item)
        case searches.CALL:
            yield ("own", 0), searches.read(item)
        case _:
            yield ("own", 0), Own(dialect=NAME, kind=kind, raw=item.whole)


def head(item: Fields) -> dict[str, bytes]:
    """What a message says beside its content, as a text carries it."""
    return {f"{HEAD}{name}": value for name, value in item.rest.items()}


def _message(item: Fields) -> Iterator[tuple[Key, Part]]:
    item.text("role")
    found: list[tuple[Key, Part]] = []
    if item.is_text("content"):
        found.append((("content", 0), Text(text=item.needed("content"))))
    for place, each in enumerate(item.each("content")):
        part = parts.read(each)
        if isinstance(part, Own):
            part = replace(part, kind=f"{INSIDE}{part.kind}")
        found.append((("content", place), part))
    found = [(key, part) for key, part in found if not (isinstance(part, Text) and not part.text)]
    extra = head(item)
    for key, part in found:
        yield key, replace(part, extra={**part.extra, **extra}) if extra else part
        extra = {}


def _reasoning(item: Fields) -> Iterator[tuple[Key, Part]]:
    """At least one part, for what is sealed, and for what only its provider knows by its id."""
    summed = [("summary", each.text("text") or "") for each in item.each("summary")]
    thought = [("thought", each.text("text") or "") for each in item.each("content")]
    sealed, extra = item.text("encrypted_content") or None, item.rest
    texts = [*enumerate(summed), *enumerate(thought)]
    if not texts:
        yield ("summary", 0), Thinking(sealed=sealed, signed_by=NAME, extra=extra)
    for number, (place, (kind, text)) in enumerate(texts, start=1):
        sign, label = sealed if number == len(texts) else None, RAW if kind == "thought" else ""
        yield (kind, place), Thinking(text=text, signature=sign, signed_by=NAME, label=label, extra=extra)
        extra = {}


def call(item: Fields) -> ToolCall:
    """The id that a result names is the call's; the item has one of its own."""
    named, name, arguments = item.needed("call_id"), item.filled("name"), item.text("arguments") or ""
    return ToolCall(id=named, name=name, arguments=arguments, extra=item.rest)


def own_head(part: Part) -> Extra:
    """What the item says in which this part is the first."""
    if isinstance(part, Thinking | ToolCall):
        return part.extra
    return {name.removeprefix(HEAD): value for name, value in part.extra.items() if name.startswith(HEAD)}


def inside(part: Part) -> bool:
    """Whether it is content of a message."""
    return isinstance(part, Text | Refusal) or (isinstance(part, Own) and part.kind.startswith(INSIDE))


def goes_on(part: Part, before: Part | None, pen: Pen) -> bool:
    """Whether a part belongs to the same item as the one before."""
    if before is None or own_head(part):
        return False
    if isinstance(part, Thinking):
        if not isinstance(before, Thinking):
            return False
        together = before.signature == part.signature and part.signed_by == before.signed_by == NAME
        return (pen.native and not before.signed) or (together and (pen.native or (pen.asks and part.signed)))
    return inside(part) and inside(before)


@dataclass(slots=True)
class _Desk:
    """Items as they are being written."""

    done: list[object] = field(default_factory=list)
    last: Tree = field(default_factory=dict)
    before: Part | None = None
    run: dict[str, Tree] = field(default_factory=dict)  # searches that nothing else has followed


def write(said: Sequence[Part], pen: Pen, path: str) -> list[object]:
    """The items of an assistant's turn or of an answer; ids and states are left to whoever wants them."""
    desk = _Desk()
    for place, part in enumerate(said):
        if _put(part, desk, pen, f"{path}{place}"):
            desk.before = part
    for item in desk.done:
        if pen.asks and isinstance(item, dict) and item["type"] == "message":
            _shorten(item)
    return desk.done


def _put(part: Part, desk: _Desk, pen: Pen, where: str) -> bool:
    """Writes one part, unless it is lost."""
    if isinstance(part, Search) and not pen.native and not pen.asks:
        item = searches.write(part, desk.run, pen, where)
        desk.done += [] if item is None else [item]
        return item is not None
    desk.run = {}
    if inside(part):
        return _say(part, desk, pen, where)
    match part:
        case Thinking():
            return _think(part, desk, pen, where)
        case ToolCall():
            desk.done.append(write_call(part, pen, where))
            return True
        case Own():
            raw = pen.own(part, where)
            desk.done += [] if raw is None else [raw]
            return raw is not None
    pen.losses.content(where, f"{type(part).__name__} is not a thing that a model says")
    return False


def _say(part: Part, desk: _Desk, pen: Pen, where: str) -> bool:
    if isinstance(part, Text) and not part.text and not pen.native and pen.asks:
        return False
    content = cast("object", pen.own(part, where) if isinstance(part, Own) else content_of(part, pen, where))
    if content is None:
        return False
    headed = not pen.asks or len(desk.last) > _BARE  # what is asked has a message for each text, where it has no ids
    if not desk.last or not headed or not goes_on(part, desk.before, pen):
        desk.last = message(part, pen, where)
        desk.done.append(desk.last)
    within = desk.last["content"]
    assert isinstance(within, list)
    within.append(content)
    return True


def message(part: Part, pen: Pen, where: str) -> Tree:
    """A message with nothing in it yet, of which the part is the first."""
    return pen.add({"type": "message", "role": "assistant", "content": []}, own_head(part), where)


def content_of(part: Part, pen: Pen, where: str) -> Tree:
    assert isinstance(part, Text | Refusal)
    if part.mark:
        parts.write_mark(part.mark, {}, pen, where)
    tree = parts.write_said(part, pen, where)
    if isinstance(part, Text) and not pen.asks:
        tree["logprobs"] = []
    return pen.add(tree, {name: value for name, value in part.extra.items() if not name.startswith(HEAD)}, where)


def _shorten(item: Tree) -> None:
    """A plain text as a string, which needs no id."""
    match item["content"]:
        case [{"type": "output_text", "text": text, "annotations": [], **rest}] if not rest and "id" not in item:
            item["content"] = text


def _think(part: Thinking, desk: _Desk, pen: Pen, where: str) -> bool:
    kept = thought(part, pen, where)
    if kept is None:
        return False
    if not goes_on(part, desk.before, pen) or not desk.last:
        desk.last = reasoning(kept, pen, where)
        desk.done.append(desk.last)
    desk.last |= told(encrypted_content=kept.sealed or kept.signature)
    if kept.text:
        name, kind = place_of(kept)
        texts = desk.last.setdefault(name, [])
        assert isinstance(texts, list)
        texts.append({"type": kind, "text": kept.text})
    return True


def reasoning(part: Thinking, pen: Pen, where: str) -> Tree:
    """One that comes home through a client of another dialect is called as it was."""
    tree: Tree = {"type": "reasoning", "summary": []}
    if pen.native or part.signed_by != NAME or not pen.asks:
        return pen.add(tree, part.extra, where)
    return tree | {name: msgspec.Raw(value) for name, value in part.extra.items() if name == "id"}


def place_of(part: Thinking) -> tuple[str, str]:
    """The field of an item in which a thought stands, and its type there."""
    return ("content", "reasoning_text") if part.label else ("summary", "summary_text")


def thought(part: Thinking, pen: Pen, where: str) -> Thinking | None:
    """A provider takes back only its own; clients are shown what others thought in `sealed.outward`."""
    foreign = part.signed and part.signed_by != NAME
    unsigned = pen.asks and not pen.native and not part.signed
    if foreign or unsigned:
        pen.losses.thinking(where, "responses takes back only thinking of its own")
        return None
    return part


def write_call(part: ToolCall, pen: Pen, where: str) -> Tree:
    if part.mark:
        parts.write_mark(part.mark, {}, pen, where)
    tree: Tree = {"type": "function_call", "call_id": part.id, "name": part.name, "arguments": part.arguments}
    return pen.add(tree, part.extra, where)
