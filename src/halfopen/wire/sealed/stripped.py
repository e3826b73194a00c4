"""What other labs said, taken out of a body that passes through: the lab of the client's own dialect never sees it.

That is thinking in envelopes, and searches and citations that have no seal. All else keeps its bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec

from halfopen.conversation.loss import Kind, Loss
from halfopen.wire.body import Body
from halfopen.wire.faults import UNREADABLE
from halfopen.wire.fields import written
from halfopen.wire.pen import Tree
from halfopen.wire.sealed.envelope import MARK, MARK_IN_BASE64
from halfopen.wire.searches import messages, responses

MADE_UP = "rs_halfopen_"  # how ids of reasoning begin that nobody gave; their providers would look for them
_list = msgspec.json.Decoder(list[msgspec.Raw])
_object = msgspec.json.Decoder(dict[str, msgspec.Raw])
_WHY: Mapping[Kind, str] = {
    "thinking": "thinking of another lab stays away from this one",
    "knob": "a search that another provider made stays away from this one",
}


class _Block(msgspec.Struct):
    """What may be thinking, in any dialect."""

    type: str = ""
    signature: str = ""
    data: str = ""
    id: str = ""
    tool_use_id: str = ""
    encrypted_content: str | None = None
    thoughtSignature: str = ""  # noqa: N815  # as it is on the wire
    thought_signature: str = ""


class _Text(msgspec.Struct):
    citations: list[msgspec.Raw] | None = None


class _Cite(msgspec.Struct):
    encrypted_index: str = ""


_block = msgspec.json.Decoder(_Block)
_cited = msgspec.json.Decoder(_Text)
_index = msgspec.json.Decoder(_Cite)


@dataclass(frozen=True, slots=True)
class _Place:
    """`field` of a body holds a list: of what may be ours, or of turns that hold it in their field `inner`."""

    field: str
    inner: str | None
    mark: bytes
    ours: Callable[[_Block], Kind | None]  # what gets lost with it, if it is


def _is_block(block: _Block) -> Kind | None:
    if block.type in (messages.CALL, messages.FOUND):
        return "knob" if (block.id or block.tool_use_id).startswith(messages.MADE_UP) else None
    thinks = block.type in ("thinking", "redacted_thinking")
    return "thinking" if thinks and (block.signature or block.data).startswith(MARK) else None


def _is_item(item: _Block) -> Kind | None:
    if item.type == responses.CALL:
        return "knob" if item.id.startswith(responses.MADE_UP) else None
    sealed = item.encrypted_content or ""
    ours = item.type == "reasoning" and (sealed.startswith(MARK) or (item.id.startswith(MADE_UP) and not sealed))
    return "thinking" if ours else None


def _is_part(part: _Block) -> Kind | None:
    return "thinking" if (part.thoughtSignature or part.thought_signature).startswith(MARK_IN_BASE64) else None


_MESSAGES = _Place("messages", "content", b"halfopen", _is_block)
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
    kept, losses = list[msgspec.Raw](), list[Loss]()
    for number, block in enumerate(blocks):
        marked = place.mark in bytes(block)
        kind = _ours(block, place) if marked else None
        if kind:
            losses.append(Loss(f"{path}.{number}", _WHY[kind], kind))
            continue
        less = _uncited(block) if marked and place is _MESSAGES else block
        losses += [] if less is block else [Loss(f"{path}.{number}.citations", _WHY["knob"])]
        kept.append(less)
    return kept, losses


def _ours(block: msgspec.Raw, place: _Place) -> Kind | None:
    try:
        return place.ours(_block.decode(block))
    except UNREADABLE:
        return None


def _uncited(block: msgspec.Raw) -> msgspec.Raw:
    """A text without the citations that only a client can read; the same one if it has none."""
    try:
        cites = _cited.decode(block).citations or []
        kept = [cite for cite in cites if _index.decode(cite).encrypted_index != messages.UNSEALED]
    except UNREADABLE:
        return block
    if len(kept) == len(cites):
        return block
    fields = {name: value for name, value in _fields(block).items() if name != "citations"}
    return msgspec.Raw(written(fields | ({"citations": kept} if kept else {})))
