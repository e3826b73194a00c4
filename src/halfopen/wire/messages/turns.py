"""Messages and system prompts of this dialect and turns of the hub, in both directions.

Here the results of tools stand in the user's message, before what the user says; in the hub they are a turn of their
own. System prompts in front are the field `system`; later ones are messages of that role.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, takewhile

from halfopen.conversation.parts import Part, Text, ToolResult
from halfopen.conversation.request import Turn
from halfopen.wire.fields import Fields
from halfopen.wire.messages import parts
from halfopen.wire.pen import Pen, Tree
from halfopen.wire.sealed.back import restored

_SYSTEM = ("system", "developer")


def read_system(top: Fields) -> Iterator[Turn]:
    if top.is_text("system"):
        yield Turn(role="system", parts=(Text(text=top.needed("system")),))
    elif found := tuple(parts.read(item) for item in top.each("system")):
        yield Turn(role="system", parts=found)


def read(messages: Iterable[Fields]) -> Iterator[Turn]:
    for message in messages:
        role = message.needed("role")
        said = parts.read_content(message)
        match role:
            case "user":
                yield from _users(said, message)
            case "assistant" | "system":
                yield Turn(role=role, parts=restored(said), extra=message.rest)
            case _:
                message.amiss("role", f"is `{role[:40]}`; it must be user, assistant or system")


def _users(said: Sequence[Part], message: Fields) -> Iterator[Turn]:
    """A message that mixes results and words is a turn of each."""
    extra = message.rest
    for is_result, group in groupby(said, lambda part: isinstance(part, ToolResult)):
        yield Turn(role="tool" if is_result else "user", parts=tuple(group), extra=extra)
        extra = {}
    if not said:
        yield Turn(role="user", extra=extra)


def write(turns: Sequence[Turn], pen: Pen) -> tuple[str | list[object], list[Tree]]:
    """The field `system`, empty if there is none, and the messages."""
    front = list(takewhile(lambda turn: turn.role in _SYSTEM, turns))
    system: list[object] = []
    for place, turn in enumerate(front):
        system += _write_turn(turn, pen, f"turns.{place}")
    messages: list[Tree] = []
    results = False  # the message before holds results only
    for place, turn in enumerate(turns[len(front) :], start=len(front)):
        blocks = _write_turn(turn, pen, f"turns.{place}")
        if results and turn.role == "user":
            messages[-1]["content"] = [*_blocks(messages[-1]), *blocks]
        elif blocks or pen.native:
            role = {"tool": "user", "developer": "system"}.get(turn.role, turn.role)
            messages.append(pen.add({"role": role, "content": blocks}, turn.extra, f"turns.{place}"))
        results = turn.role == "tool"
    for message in messages:
        message["content"] = plain(_blocks(message))
    return plain(system), messages


def _blocks(message: Tree) -> list[object]:
    content = message["content"]
    assert isinstance(content, list)
    return content


def _write_turn(turn: Turn, pen: Pen, path: str) -> list[object]:
    if turn.name is not None:
        pen.losses.knob(f"{path}.name", "messages knows no names of speakers")
    written = parts.write_content(turn.parts, pen, path)
    if not isinstance(written, str):
        return written
    return [{"type": "text", "text": written}] if written else []


def plain(blocks: list[object]) -> str | list[object]:
    """A single plain text as a string, which is how most people write it."""
    match blocks:
        case []:
            return ""
        case [{"type": "text", "text": str(text), **rest}] if not rest:
            return text
    return blocks
