"""Envelopes taken out of a body that passes through: the lab of the client's own dialect never sees them.

Nothing else is touched: what has no envelope keeps its bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec

from halfopen.conversation.loss import Loss
from halfopen.wire.body import Body
from halfopen.wire.faults import UNREADABLE
from halfopen.wire.fields import written
from halfopen.wire.pen import Tree
from halfopen.wire.sealed.envelope import MARK, MARK_IN_BASE64

MADE_UP = "rs_halfopen_"  # how ids of reasoning begin that nobody gave; their providers would look for them
_list = msgspec.json.Decoder(list[msgspec.Raw])
_object = msgspec.json.Decoder(dict[str, msgspec.Raw])
_WHY = "thinking of another lab stays away from this one"


class _Block(msgspec.Struct):
    """What may be thinking, in any dialect."""

    type: str = ""
    signature: str = ""
    data: str = ""
    id: str = ""
    encrypted_content: str | None = None
    thoughtSignature: str = ""  # noqa: N815  # as it is on the wire
    thought_signature: str = ""


_block = msgspec.json.Decoder(_Block)


@dataclass(frozen=True, slots=True)
class _Place:
    """`field` of a body holds a list: of what may be ours, or of turns that hold it in their field `inner`."""

    field: str
    inner: str | None
    mark: bytes
    ours: Callable[[_Block], bool]


def _is_block(block: _Block) -> bool:
    return block.type in ("thinking", "redacted_thinking") and (block.signature or block.data).startswith(MARK)


def _is_item(item: _Block) -> bool:
    sealed = item.encrypted_content or ""
    return item.type == "reasoning" and (sealed.startswith(MARK) or (item.id.startswith(MADE_UP) and not sealed))


def _is_part(part: _Block) -> bool:
    return (part.thoughtSignature or part.thought_signature).startswith(MARK_IN_BASE64)


_MESSAGES = _Place("messages", "content", MARK.encode(), _is_block)
_GEMINI = _Place("contents", "parts", MARK_IN_BASE64.encode(), _is_part)
PLACES: Mapping[str, _Place] = {
    "messages": _MESSAGES,
    "count_messages": _MESSAGES,
    "responses": _Place("input", None, b"halfopen", _is_item),
    "gemini": _GEMINI,
    "count_gemini": _GEMINI,
}


def stripped(body: Body, name: str) -> tuple[Body, tuple[Loss, ...]]:
    """A body for an offer that speaks as its caller does, and what was left out. `name` is that of the row."""
    place = PLACES.get(name)
    held = None if place is None else body.get(place.field)
    if place is None or held is None or place.mark not in bytes(held):
        return body, ()
    try:
        turns = _list.decode(held)
        kept, losses = _turns(turns, place) if place.inner else _kept(turns, place, place.field)
    except UNREADABLE:  # it is not for us to say what is wrong with it
        return body, ()
    return ({**body, place.field: msgspec.Raw(written(kept))}, tuple(losses)) if losses else (body, ())


def _turns(turns: list[msgspec.Raw], place: _Place) -> tuple[list[msgspec.Raw], list[Loss]]:
    """A turn in which nothing is left goes, too."""
    found, losses = list[msgspec.Raw](), list[Loss]()
    for number, turn in enumerate(turns):
        fields = _fields(turn) if place.mark in bytes(turn) else {}
        inside = fields.get(place.inner or "", msgspec.Raw())
        if bytes(memoryview(inside)[:1]) != b"[":
            found.append(turn)
            continue
        kept, lost = _kept(_list.decode(inside), place, f"{place.field}.{number}.{place.inner}")
        losses += lost
        if kept:
            less: Tree = {**fields, place.inner or "": kept}
            found.append(msgspec.Raw(written(less)) if lost else turn)
    return found, losses


def _fields(turn: msgspec.Raw) -> dict[str, msgspec.Raw]:
    return _object.decode(turn) if bytes(memoryview(turn)[:1]) == b"{" else {}


def _kept(blocks: list[msgspec.Raw], place: _Place, path: str) -> tuple[list[msgspec.Raw], list[Loss]]:
    ours = [place.mark in bytes(block) and _is_ours(block, place) for block in blocks]
    losses = [Loss(f"{path}.{number}", _WHY, "thinking") for number, is_ours in enumerate(ours) if is_ours]
    return [block for block, is_ours in zip(blocks, ours, strict=True) if not is_ours], losses


def _is_ours(block: msgspec.Raw, place: _Place) -> bool:
    try:
        return place.ours(_block.decode(block))
    except UNREADABLE:
        return False
