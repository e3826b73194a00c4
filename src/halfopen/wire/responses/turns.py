"""Items of `input` and turns of the hub, in both directions.

Here every call, every result and every thought is an item of its own; in the hub, what an assistant does until
somebody else speaks is one turn, and so are the results that follow each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from halfopen.conversation.parts import Own, Part, Text, Thinking, ToolResult
from halfopen.conversation.request import Role, Turn
from halfopen.wire.fields import Fields
from halfopen.wire.pen import Pen, Tree
from halfopen.wire.responses import items, parts
from halfopen.wire.responses.parts import NAME
from halfopen.wire.sealed.back import restored

_ROLES: dict[str, Role] = {"system": "system", "developer": "developer", "user": "user", "assistant": "assistant"}
_TOGETHER: tuple[Role, ...] = ("assistant", "tool")  # turns that are made of several items
_RESULTS = ("mcp_approval_response",)  # beside all that ends in `_output`


def read(top: Fields) -> Iterator[Turn]:
    """`instructions` first, then `input`: a string or items."""
    if instructions := top.text("instructions"):
        yield Turn(role="system", parts=(Text(text=instructions),))
    if top.is_text("input"):
        yield Turn(role="user", parts=(Text(text=top.needed("input")),))
        return
    turns = (_turn(item) for item in top.each("input"))
    for role, group in groupby(turns, lambda turn: turn.role):
        if role in _TOGETHER:
            yield Turn(role=role, parts=tuple(part for turn in group for part in turn.parts))
        else:
            yield from group


def _turn(item: Fields) -> Turn:
    """One item, as the turn that it would be alone."""
    kind = item.text("type")
    if kind == "message" or (kind is None and item.is_text("role")):
        return _message(item)
    if kind == "function_call_output":
        return Turn(role="tool", parts=(_result(item),))
    if kind is None or kind.endswith("_output") or kind in _RESULTS:
        role: Role = "assistant" if kind is None else "tool"
        return Turn(role=role, parts=(Own(dialect=NAME, kind=kind or "item_reference", raw=item.whole),))
    said = [part for _, part in items.pieces(item, kind)]
    back = restored(said)
    return Turn(role="assistant", parts=back if list(back) != said else _sealed(said))


def _sealed(parts: list[Part]) -> tuple[Part, ...]:
    """All texts of an item have its sign, so that none of them goes to another lab."""
    match parts:
        case [*before, Thinking(signature=str(sign)) as last]:
            return (*(replace(part, signature=sign) for part in before if isinstance(part, Thinking)), last)
    return tuple(parts)


def _message(item: Fields) -> Turn:
    told_role = item.needed("role")
    role = _ROLES.get(told_role) or item.amiss("role", f"is `{told_role[:40]}`, none of {', '.join(_ROLES)}")
    if role == "assistant":
        return Turn(role=role, parts=tuple(part for _, part in items.pieces(item, "message")))
    said = parts.read_content(item)
    return Turn(role=role, parts=said, extra=item.rest)


def _result(item: Fields) -> ToolResult:
    call, said = item.needed("call_id"), parts.read_content(item, "output")
    return ToolResult(call=call, parts=tuple(part for part in said if part != Text(text="")), extra=item.rest)


def write(turns: Sequence[Turn], pen: Pen) -> tuple[str | None, list[object]]:
    """The instructions, which are a plain system prompt in front, and the items."""
    instructions = _instructions(turns[0], pen) if turns else None
    written: list[object] = []
    for place, turn in enumerate(turns):
        if place or instructions is None:
            written += _write_turn(turn, pen, f"turns.{place}")
    return instructions, written


def _instructions(turn: Turn, pen: Pen) -> str | None:
    """A mark of another dialect's gets lost either way."""
    match turn:
        case Turn(role="system", parts=(Text(citations=(), mark=mark) as text,), name=None) if not (
            turn.extra or text.extra or (mark and pen.native)
        ):
            parts.write(text, pen, "turns.0.parts.0")
            return text.text
    return None


def _write_turn(turn: Turn, pen: Pen, path: str) -> list[object]:
    if turn.name is not None:
        pen.losses.knob(f"{path}.name", "responses knows no names of speakers")
    match turn.role:
        case "tool":
            results = (_write_result(part, pen, f"{path}.parts.{place}") for place, part in enumerate(turn.parts))
            return [result for result in results if result is not None]
        case "assistant":
            pen.add({}, turn.extra, path)
            return items.write(turn.parts, pen, f"{path}.parts.")
    tree: Tree = {"type": "message", "role": turn.role, "content": parts.write_content(turn.parts, pen, path)}
    return [pen.add(tree, turn.extra, path)]


def _write_result(part: Part, pen: Pen, path: str) -> object | None:
    if isinstance(part, Own):
        return pen.own(part, path)
    if not isinstance(part, ToolResult):
        pen.losses.content(path, "a tool's turn holds results only")
        return None
    if part.failed:
        pen.losses.knob(f"{path}.failed", "responses cannot say that a tool failed; its words are kept")
    if part.mark:
        parts.write_mark(part.mark, {}, pen, path)
    output = parts.write_content(part.parts, pen, path)
    tree: Tree = {"type": "function_call_output", "call_id": part.call, "output": output}
    return pen.add(tree, part.extra, path)
