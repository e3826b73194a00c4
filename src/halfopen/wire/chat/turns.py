"""Messages of chat and turns of the hub, in both directions.

Chat has a message for each tool result, and one field each for what an assistant thought, said and called; the hub
has one turn for the results of a turn, and one row of parts for an assistant. An assistant's text stands before its
calls, since chat has no other order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from halfopen.conversation.parts import Media, Own, Part, Refusal, Text, Thinking, ToolCall, ToolResult
from halfopen.conversation.request import Role, Turn
from halfopen.wire.chat import parts
from halfopen.wire.chat.parts import NAME
from halfopen.wire.fields import Fields, told, under
from halfopen.wire.pen import Pen, Tree

_ROLES: dict[str, Role] = {
    "system": "system",
    "developer": "developer",
    "user": "user",
    "assistant": "assistant",
    "tool": "tool",
}
THOUGHTS = ("reasoning_content", "reasoning")  # DeepSeek's name, and vLLM's since 0.11
_FIELDS = ("audio", "function_call")  # of an assistant; parts to us, and nobody else has them


def read(messages: Iterable[Fields]) -> Iterator[Turn]:
    """Results that follow each other are one turn."""
    results: list[Part] = []
    for message in messages:
        told_role = message.needed("role")
        role = _ROLES.get(told_role) or message.amiss("role", f"is `{told_role[:40]}`, none of {', '.join(_ROLES)}")
        if role == "tool":
            results.append(_result(message))
            continue
        if results:
            yield Turn(role="tool", parts=tuple(results))
            results = []
        name = message.text("name")
        said = read_assistant(message) if role == "assistant" else parts.read_content(message)
        yield Turn(role=role, parts=said, name=name, extra=message.rest)
    if results:
        yield Turn(role="tool", parts=tuple(results))


def _result(message: Fields) -> ToolResult:
    said = tuple(part for part in parts.read_content(message) if part != Text(text=""))
    return ToolResult(call=message.needed("tool_call_id"), parts=said, extra=message.rest)


def read_assistant(message: Fields, answer: str = "") -> tuple[Part, ...]:
    """What an assistant thought, said, refused and called, in that order; also the message of the answer of that id."""
    found: list[Part] = []
    for label in THOUGHTS:
        thought = message.text(label)
        if thought and not found:  # some send it under both names
            found.append(Thinking(text=thought, label=label))
    found += [part for part in parts.read_content(message) if part != Text(text="")]
    refused = message.text("refusal")
    if refused:
        found.append(Refusal(text=refused))
    found += [call(item, place, answer) for place, item in enumerate(message.each("tool_calls"))]
    for field in _FIELDS:
        raw = message.raw(field)
        if raw is not None:
            found.append(Own(dialect=NAME, kind=field, raw=raw))
    return tuple(found)


def call(item: Fields, place: int, answer: str = "") -> Part:
    """A call of a function; some providers forget its type, or its id."""
    if item.text("type") not in (None, "function"):
        return Own(dialect=NAME, kind="tool_calls", raw=item.whole)
    item.raw("index")
    function = item.inner("function") or item.amiss("function", "is missing")
    name, arguments = function.filled("name"), function.text("arguments") or ""
    named = item.text("id") or made_up_id(place, answer)
    return ToolCall(id=named, name=name, arguments=arguments, extra=item.rest | under("function", function))


def made_up_id(place: int, answer: str = "") -> str:
    """For a call that came without one: results must be able to name it, and no other of the same talk."""
    letters = re.sub(r"\W", "", answer, flags=re.ASCII)[-20:]
    return f"call_{letters}_{place}" if letters else f"call_{place}"


def write(turns: Sequence[Turn], pen: Pen) -> list[Tree]:
    messages: list[Tree] = []
    for place, turn in enumerate(turns):
        path = f"turns.{place}"
        if turn.role == "tool":
            messages += _write_results(turn, pen, path)
        elif turn.role == "assistant":
            tree: Tree = {"role": "assistant", **told(name=turn.name)} | write_assistant(turn.parts, pen, path)
            messages.append(pen.add(tree, turn.extra, path))
        else:
            tree = {"role": turn.role, "content": _content(turn.parts, pen, path), **told(name=turn.name)}
            messages.append(pen.add(tree, turn.extra, path))
    return messages


def _content(said: Sequence[Part], pen: Pen, path: str) -> object:
    """A plain text as a string, which every provider of the dialect takes; else the list of parts."""
    written = [
        parts.write(part, pen, f"{path}.parts.{place}")
        for place, part in enumerate(said)
        if pen.native or len(said) == 1 or part != Text(text="")
    ]
    kept = [part for part in written if part is not None]
    match kept:
        case []:
            return ""
        case [{"type": "text", "text": text, **rest}] if not rest:
            return text
    return kept


def _write_results(turn: Turn, pen: Pen, path: str) -> Iterator[Tree]:
    """A message for each result. It can hold text only: pictures and files follow as a user's message."""
    moved: list[Part] = []
    for place, part in enumerate(turn.parts):
        where = f"{path}.parts.{place}"
        if not isinstance(part, ToolResult):
            pen.losses.content(where, "a tool's turn holds results only")
            continue
        if part.failed:
            pen.losses.knob(f"{where}.failed", "chat cannot say that a tool failed; its words are kept")
        if part.mark:
            parts.write_mark(part.mark, {}, pen, where)
        media = [each for each in part.parts if isinstance(each, Media) and each.form != "text"]
        if media:
            pen.losses.knob(where, "what is no text was moved behind the results, into a user's message")
        moved += media
        text = [each for each in part.parts if each not in media]
        tree: Tree = {"role": "tool", "tool_call_id": part.call, "content": _content(text, pen, where)}
        yield pen.add(tree, part.extra, where)
    if moved:
        yield {"role": "user", "content": _content(moved, pen, path)}


def write_assistant(said: Sequence[Part], pen: Pen, path: str) -> Tree:
    """The fields of an assistant's message."""
    thoughts, content, calls, tree = list[Thinking](), list[Part](), list[object](), Tree()
    for place, part in enumerate(said):
        where = f"{path}.parts.{place}"
        match part:
            case Thinking():
                thoughts += readable(part, pen, where)
            case ToolCall():
                calls.append(write_call(part, pen, where))
            case Own(kind=kind) if part.dialect == NAME and kind in (*_FIELDS, "tool_calls"):
                raw = pen.own(part, where)
                calls += [raw] if kind == "tool_calls" else []
                tree |= {} if kind == "tool_calls" else {kind: raw}
            case Refusal():
                tree["refusal"] = f"{tree.get('refusal', '')}{part.text}"
            case _:
                if calls:
                    pen.losses.knob(where, "it stands before the calls: chat has no other order")
                content.append(part)
    text = _content(content, pen, path)
    head: Tree = {"content": text or (None if calls or tree else "")}
    if thoughts:
        head[thoughts[0].label or THOUGHTS[0]] = "".join(part.text for part in thoughts)
    return head | tree | ({"tool_calls": calls} if calls else {})


def readable(part: Thinking, pen: Pen, where: str) -> list[Thinking]:
    """Thinking that any model may read; what is signed or sealed goes back only to the lab that did it."""
    if part.signed:
        pen.losses.thinking(where, "signed thinking goes back only to the lab that signed it")
        return []
    return [part]


def write_call(part: ToolCall, pen: Pen, where: str) -> Tree:
    if part.mark:
        parts.write_mark(part.mark, {}, pen, where)
    function: Tree = {"name": part.name, "arguments": part.arguments}
    return pen.add({"id": part.id, "type": "function", "function": function}, part.extra, where)
