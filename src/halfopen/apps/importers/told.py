"""What is told of an import: each thing that has no place here, or another, by path and line, with what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Literal

from halfopen.apps.importers.tree import Tree

# `left`: it has no place here. `do`: something must be done before it works. `differs`: carried, but it works
# otherwise. `same`: nothing need be written, since it is so here anyway.
Kind = Literal["left", "do", "differs", "same"]
FALSE = ("false", "no", "off")


@dataclass(frozen=True, slots=True)
class Note:
    """`says` begins small and ends without a full stop; it never quotes a key. The line is 0 if none is known."""

    path: str
    line: int
    kind: Kind
    says: str


@dataclass(frozen=True, slots=True)
class Imported:
    """A halfopen.yaml, whole, and all that has to be known of it. `environment` is variable to what it holds."""

    yaml: str
    deployments: int
    lanes: Mapping[str, tuple[str, ...]]  # name -> its offers, in order
    aliases: Mapping[str, str]
    notes: tuple[Note, ...]
    environment: Mapping[str, str]


@dataclass(slots=True)
class Pad:
    """Collects notes and variables while a document is read."""

    lines: Mapping[str, int]
    notes: list[Note] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)

    def note(self, kind: Kind, path: str, says: str) -> None:
        near = path
        while near and near not in self.lines:
            near = near[: max(near.rfind("."), near.rfind("["), 0)]
        note = Note(path, self.lines[near] if near else 0, kind, says)
        if note not in self.notes:
            self.notes.append(note)

    def needs(self, variable: str, why: str) -> None:
        self.environment.setdefault(variable, why)


@dataclass(slots=True)
class Section:
    """A mapping from which each value is taken once, so that what nobody took can be told."""

    path: str
    values: dict[str, Tree]
    pad: Pad

    def at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def take(self, name: str) -> Tree:
        return self.values.pop(name, None)

    def text(self, name: str) -> str:
        """The text of that name, or nothing; another shape is told."""
        value = self.take(name)
        if value is None or isinstance(value, str):
            return (value or "").strip()
        self.pad.note("left", self.at(name), "is no text, so nothing could be made of it")
        return ""

    def number(self, name: str) -> Decimal | None:
        """The number of that name, exactly as it is written, or None; anything else is told."""
        said = self.text(name)
        try:
            value = Decimal(said.replace("_", "")) if said else None
        except InvalidOperation:
            value = Decimal("NaN")
        if value is None or value.is_finite():
            return value
        self.pad.note("left", self.at(name), "is no number, so nothing could be made of it")
        return None

    def names(self, name: str) -> list[str]:
        """A list of texts; one text alone is a list of it."""
        value = self.take(name)
        several = value if isinstance(value, list) else [] if value is None else [value]
        return [each for each in several if isinstance(each, str)]

    def inner(self, name: str) -> Section:
        value = self.take(name)
        if value is not None and not isinstance(value, dict):
            self.pad.note("left", self.at(name), "is no mapping, so nothing could be made of it")
        return Section(self.at(name), dict(value) if isinstance(value, dict) else {}, self.pad)

    def rest(self, known: Mapping[str, tuple[Kind, str]], otherwise: str) -> None:
        """Tells all that nobody took: by a table, or in the words for what stands in none."""
        for name in list(self.values):
            value = self.values.pop(name)
            if value in (None, "", [], {}):
                continue
            kind, says = known.get(name, ("left", otherwise))
            if kind == "left" and isinstance(value, str) and value.casefold() in FALSE:
                kind, says = "same", "is off, and it is off here"
            self.pad.note(kind, self.at(name), says)
