"""A JSON object of Google's: its fields may be spelled `maxOutputTokens` or `max_output_tokens`, and are read as one.

Both are legal in proto JSON, and the official clients mix them. What is written is always camelCase. What belongs to
the caller (arguments, results, schemas) is no message of Google's and keeps its names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NoReturn

import msgspec

from halfopen.conversation.parts import Extra
from halfopen.errors import BadBody, Fault
from halfopen.wire.fields import Fields, is_null
from halfopen.wire.pen import Pen, Tree

MOST = 2**63
_whole = msgspec.json.Decoder(int | float | str)
_list = msgspec.json.Decoder(list[msgspec.Raw])
_counts = msgspec.json.Decoder(list[int])
_snake = re.compile(r"_([a-z0-9])")


def camel(name: str) -> str:
    """`inline_data` is `inlineData`; a name that is no such thing stays."""
    return _snake.sub(lambda found: found[1].upper(), name) if "_" in name[1:] else name


class Spelled(Fields):
    """`Fields` whose names are read in either spelling; where both are there, the camelCase one counts."""

    def __init__(self, data: bytes | msgspec.Raw, path: str = "", fault: type[Fault] = BadBody) -> None:
        super().__init__(data, path, fault)
        left = self._left
        for name in [name for name in left if "_" in name]:
            value = left.pop(name)
            left.setdefault(camel(name), value)

    @property
    def names(self) -> list[str]:
        """The fields that nobody took and that are not null."""
        return [name for name, value in self._left.items() if not is_null(value)]

    @property
    def first(self) -> str:
        """The name of the first field that nobody took; empty if there is none."""
        return next(iter(self.names), "")

    def has(self, name: str) -> bool:
        value = self._left.get(name)
        return value is not None and not is_null(value)

    def inner(self, name: str) -> Spelled | None:
        value = self._left.pop(name, None)
        return None if value is None or is_null(value) else Spelled(value, self.at(name), self._fault)

    def items(self, name: str) -> list[Spelled] | None:  # type: ignore[override]  # a list is read and left
        found = self._taken(name, _list, "a list")
        if found is None:
            return None
        return [Spelled(item, f"{self.at(name)}.{place}", self._fault) for place, item in enumerate(found)]

    def each(self, name: str) -> Iterator[Spelled]:
        return iter(self.items(name) or ())

    def count(self, name: str) -> int | None:
        """A whole number, which proto JSON may also write as `40.0` or `"40"`."""
        found = self._taken(name, _whole, "a whole number")
        try:
            if found is None or (float(found).is_integer() and abs(int(found)) < MOST):
                return None if found is None else int(found)
            self._broken(name, found)
        except (ValueError, OverflowError):
            self._broken(name, found)

    def _broken(self, name: str, found: object) -> NoReturn:
        self.amiss(name, f"is `{str(found)[:40]}`; it must be a whole number")

    def counts(self, name: str) -> list[int]:
        """A list of whole numbers; none where it is missing or null."""
        return self._taken(name, _counts, "a list of whole numbers") or []

    def of(self, name: str, default: str = "") -> str:
        """A string, or what stands for it where it is missing."""
        return self.text(name) or default


def put(tree: Tree, extra: Extra, pen: Pen, path: str) -> Tree:
    """Puts its own fields back into a tree, however deep their names go, or notes the loss of another dialect's."""
    if not pen.native:
        pen.losses.fields(path, extra)
        return tree
    for name, value in extra.items():
        *heads, tail = name.split(".")
        inner = tree
        for head in heads:
            below = inner.get(head)
            if not isinstance(below, dict):
                below = inner[head] = {}
            inner = below
        inner[tail] = msgspec.Raw(value)
    return tree
