"""What a writer of a dialect has in hand: where losses are noted, and whether it writes its own dialect again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import msgspec

from halfopen.conversation.loss import Losses
from halfopen.conversation.parts import Extra, Own
from halfopen.wire.fields import written

Tree = dict[str, object]
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
        """A part that only its own dialect can say, or None where it is another's."""
        if part.dialect == self.dialect:
            return msgspec.Raw(part.raw)
        self.losses.content(path, f"`{part.kind}` is known to `{part.dialect}` alone")
        return None

    def done(self, tree: Tree) -> bytes:
        return written(tree)


def pen(dialect: str, told_in: str, *, asks: bool) -> Pen:
    """`asks`: it is for a request, so content that does not fit is BadBody; of an answer it is a loss."""
    return Pen(dialect, Losses(dialect, refuses=asks, names=NAMES.get(told_in, ())), told_in == dialect, asks)
