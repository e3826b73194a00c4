"""What a writer of a dialect has in hand: where losses are noted, and whether it writes its own dialect again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from halfopen.conversation.answer import Stop
from halfopen.conversation.loss import Losses
from halfopen.conversation.parts import Extra, Own, Part, Search, ToolCall
from halfopen.errors import BrokenProtocol
from halfopen.wire.faults import UNREADABLE
from halfopen.wire.fields import written

Tree = dict[str, object]
UNREAD = "invalid_arguments"
CUT: Collection[Stop] = ("length", "context")  # where a model may have stopped in the middle of a call
_object = msgspec.json.Decoder(dict[str, msgspec.Raw])
_text = msgspec.json.Decoder(str)
# Fields of a part that say which one it is, and that it is there: by dialect.
NAMES: Mapping[str, Collection[str]] = {"responses": ("id", "status", "message.id", "message.status")}


@dataclass(frozen=True, slots=True)
class Pen:
    """`native`: what is written was read from the same dialect, so its own fields are understood."""

    dialect: str
    losses: Losses
    native: bool
    asks: bool  # it writes a request, and not an answer

    def add(self, tree: Tree, extra: Extra, path: str) -> Tree:
        """Puts its own fields back into a tree, or notes the loss of another dialect's."""
        if not self.native:
            self.losses.fields(path, extra)
            return tree
        for name, value in extra.items():
            head, _, tail = name.partition(".")
            inner = tree.get(head)
            if tail and isinstance(inner, dict):
                inner[tail] = msgspec.Raw(value)
            elif tail:
                tree[head] = {tail: msgspec.Raw(value)}
            else:
                tree[name] = msgspec.Raw(value)
        return tree

    def shared(self, tree: Tree, extra: Extra, known: Mapping[str, str]) -> Extra:
        """Writes fields of another dialect that mean the same here, under their names here; the rest comes back."""
        home = replace(self, native=True)
        home.add(tree, {known[name]: value for name, value in extra.items() if name in known}, "")
        return {name: value for name, value in extra.items() if name not in known}

    def own(self, part: Own, path: str) -> msgspec.Raw | None:
        """A part that only its own dialect can say, or None where it is another's. A search is no reason to refuse."""
        if part.dialect == self.dialect:
            return msgspec.Raw(part.raw)
        if isinstance(part, Search) and self.asks:
            self.losses.knob(path, f"`{self.dialect}` takes back only searches of its own")
            return None
        self.losses.content(path, f"`{part.kind}` is known to `{part.dialect}` alone")
        return None

    def done(self, tree: Tree) -> bytes:
        return written(tree)


def pen(dialect: str, told_in: str, *, asks: bool) -> Pen:
    """`asks`: it is for a request, so content that does not fit is BadBody; of an answer it is a loss."""
    return Pen(dialect, Losses(dialect, refuses=asks, names=NAMES.get(told_in, ())), told_in == dialect, asks)


def as_object(arguments: str) -> str | None:
    """The JSON object that a call's arguments are, or that a JSON string in their place holds; None for anything else.

    No arguments are an empty object.
    """
    text = arguments.strip() or "{}"
    try:
        text = _text.decode(text).strip() if text.startswith('"') else text
        _object.decode(text)
    except UNREADABLE:
        return None
    return text


def arguments(part: ToolCall, out: Pen, path: str) -> msgspec.Raw:
    """The arguments as the object that some dialects want.

    A model may have got them wrong, or was cut off. Whoever tells that again can mend nothing, so they go as a text.
    """
    text = as_object(part.arguments)
    if text is None:
        out.losses.knob(f"{path}.arguments", f"they are no JSON object, and go as the text of `{UNREAD}`")
        return msgspec.Raw(written({UNREAD: part.arguments}))
    return msgspec.Raw(text.encode())


def never_ended(calls: Sequence[tuple[str, ToolCall]], stop: Stop, out: Pen) -> None:
    """What becomes of an answer's calls, by path, whose arguments are no object: nobody makes some up.

    Where the model was cut off they are left out, and the loss is told. Raises BrokenProtocol where it was not.
    """
    for path, part in calls:
        if stop not in CUT:
            said = part.arguments[:80]
            raise BrokenProtocol(f"The provider calls `{part.name[:60]}` with arguments that are no object: `{said}`")
        out.losses.content(path, "the call was cut off in the middle of its arguments")


def told_calls(said: Sequence[Part], stop: Stop, out: Pen) -> tuple[Part | None, ...]:
    """The parts of an answer, with None for calls that never ended. Raises BrokenProtocol as `never_ended` does."""
    broken = [
        (place, part) for place, part in enumerate(said) if isinstance(part, ToolCall) and not as_object(part.arguments)
    ]
    never_ended([(f"parts.{place}", part) for place, part in broken], stop, out)
    places = {place for place, _ in broken}
    return tuple(None if place in places else part for place, part in enumerate(said))
