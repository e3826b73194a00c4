"""Contents of gemini and turns of the hub, in both directions.

Here the results of tools are a content of the user's; in the hub they are a turn of their own, and so they come home:
a content that mixes results and words is two of them then. There is one system prompt, in front; a later one is said
as a user's words in its place, since order says more than a role. Calls may lack their ids. Those that are made up for
them tell where the call stands, pair it with its result, and are not written again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby, takewhile

from halfopen.conversation.parts import Part, ToolCall, ToolResult
from halfopen.conversation.request import Role, Turn
from halfopen.wire.gemini import parts
from halfopen.wire.gemini.parts import MADE_UP, Returned
from halfopen.wire.gemini.proto.spelled import Spelled, put
from halfopen.wire.pen import Pen, Tree
from halfopen.wire.sealed.back import restored

_SYSTEM = ("system", "developer")
_ROLES: dict[str, Role] = {"user": "user", "model": "assistant", "function": "user", "tool": "user"}


def read_system(top: Spelled) -> Iterator[Turn]:
    """`systemInstruction` is a content without a role, or with one that nobody looks at."""
    system = top.inner("systemInstruction")
    if system is None:
        return
    system.text("role")
    said = tuple(parts.read(item) for item in system.each("parts"))
    if said:
        yield Turn(role="system", parts=said, extra=system.rest)


def read(contents: Iterable[Spelled]) -> Iterator[Turn]:
    ids = _Ids()
    for place, content in enumerate(contents):
        told_role = content.of("role", "user")
        role = _ROLES.get(told_role) or content.amiss("role", f"is `{told_role[:40]}`; it must be user or model")
        said = [ids.known(parts.read(item), place) for item in content.each("parts")]
        if role == "user":
            yield from _users(said, content)
        else:
            yield Turn(role=role, parts=restored(said), extra=content.rest)


def _users(said: Sequence[Part], content: Spelled) -> Iterator[Turn]:
    """A content that mixes results and words is a turn of each."""
    extra = content.rest
    for is_result, group in groupby(said, lambda part: isinstance(part, ToolResult)):
        yield Turn(role="tool" if is_result else "user", parts=tuple(group), extra=extra)
        extra = {}
    if not said:
        yield Turn(role="user", extra=extra)


class _Ids:
    """Calls that wait for their results, in order; a result without an id is that of the first of its name."""

    def __init__(self) -> None:
        self._waiting: list[ToolCall] = []

    def known(self, part: Part, place: int) -> Part:
        """The part with its id, which is made up where there is none."""
        if isinstance(part, ToolCall):
            named = part if part.id else replace(part, id=f"{MADE_UP}{place}_{len(self._waiting)}")
            self._waiting.append(named)
            return named
        return self._paired(part, place) if isinstance(part, Returned) else part

    def _paired(self, part: Returned, place: int) -> Returned:
        call = next((each for each in self._waiting if self._fits(part, each)), None)
        if call is None:
            return part if part.call else replace(part, call=f"{MADE_UP}{place}_{part.name}")
        self._waiting.remove(call)
        return replace(part, call=call.id)

    @staticmethod
    def _fits(part: Returned, call: ToolCall) -> bool:
        return part.call == call.id if part.call else part.name == call.name


def write(turns: Sequence[Turn], pen: Pen) -> tuple[Tree | None, list[Tree]]:
    """`systemInstruction`, and the contents."""
    front = list(takewhile(lambda turn: turn.role in _SYSTEM, turns))
    system: list[object] = []
    extra: dict[str, bytes] = {}
    for place, turn in enumerate(front):
        system += _write_turn(turn, pen, f"turns.{place}", {})
        extra |= turn.extra
    contents: list[Tree] = []
    names: dict[str, str] = {}  # of tools, by the ids of their calls
    for place, turn in enumerate(turns[len(front) :], start=len(front)):
        path = f"turns.{place}"
        if turn.role in _SYSTEM:
            pen.losses.knob(f"{path}.role", "gemini has its system prompt in front; this one is said by the user")
        names |= {part.id: part.name for part in turn.parts if isinstance(part, ToolCall)}
        said = _write_turn(turn, pen, path, names)
        if said and not pen.native and turn.role == "tool" and turns[place - 1].role == "tool" and contents:
            contents[-1]["parts"] = [*_parts(contents[-1]), *said]
        elif said or pen.native:
            tree: Tree = {"role": "model" if turn.role == "assistant" else "user", "parts": said}
            contents.append(put(tree, turn.extra, pen, path))
    told_system = put({"parts": system}, extra, pen, "system") if system else None
    return told_system, contents


def _parts(content: Tree) -> list[object]:
    said = content["parts"]
    assert isinstance(said, list)
    return said


def _write_turn(turn: Turn, pen: Pen, path: str, names: Mapping[str, str]) -> Sequence[object]:
    if turn.name is not None:
        pen.losses.knob(f"{path}.name", "gemini knows no names of speakers")
    if turn.role != "tool":
        return parts.write_content(turn.parts, pen, path)
    return [_write_result(turn.parts[place], names, pen, f"{path}.parts.{place}") for place in _order(turn, names, pen)]


def _order(turn: Turn, names: Mapping[str, str], pen: Pen) -> list[int]:
    """The order of the results: where no ids are written, that of their calls, which is all that pairs them."""
    places = list(range(len(turn.parts)))
    calls = list(names)
    ours = [place for place in places if _made_up(turn.parts[place]) in names]
    if pen.native or len(ours) < 2:
        return places
    sorted_ours = sorted(ours, key=lambda place: calls.index(_made_up(turn.parts[place])))
    moved = dict(zip(ours, sorted_ours, strict=True))
    return [moved.get(place, place) for place in places]


def _made_up(part: Part) -> str:
    """The id of the call, if it was made up here."""
    return part.call if isinstance(part, ToolResult) and part.call.startswith(MADE_UP) else ""


def _write_result(part: Part, names: Mapping[str, str], pen: Pen, path: str) -> object:
    if isinstance(part, ToolResult):
        return parts.write_result(part, names.get(part.call), pen, path)
    return parts.write(part, pen, path)
