"""A CSV file of battles as columns, each row with its line: 1.7 million of them in some two seconds.

What is wrong with a file is told as `battles.csv:17: what was found and what is needed`.
"""

from __future__ import annotations

import csv
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import compress
from math import isfinite
from typing import Protocol, TypeVar

T = TypeVar("T")

NEEDED = ("model_a", "model_b", "winner")
LABELS = ("judge", "category", "cluster")
# Effect -> the columns that it is read from, as NAME_a and NAME_b; the first that is there counts.
STYLE: Mapping[str, tuple[str, ...]] = {
    "length": ("tokens", "length"),
    "headers": ("headers",),
    "lists": ("lists",),
    "bold": ("bold",),
}


class Unreadable(ValueError):
    """Battles that cannot be read or used; the message begins with the place, and says what is needed."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Battles as columns of equal length. `line` is where each stands: a line of a file, a place in a list."""

    model_a: Sequence[str]
    model_b: Sequence[str]
    winner: Sequence[str]
    line: Sequence[int]
    weight: Sequence[float] | None = None
    judge: Sequence[str] | None = None
    category: Sequence[str] | None = None
    cluster: Sequence[str | None] | None = None  # None: one of its own
    style: Mapping[str, tuple[Sequence[float], Sequence[float]]] = field(default_factory=dict)
    name: str = ""  # of the file

    def at(self, row: int) -> str:
        """How the place of a row is written before what is wrong with it."""
        return f"{self.name}:{self.line[row]}" if self.name else f"battles[{self.line[row]}]"

    def only(self, column: str, wanted: str) -> Sheet:
        """The rows with this label. Raises Unreadable for a column that is not there, or a label that no row has."""
        labels: Sequence[str] | None = getattr(self, column)
        if labels is None:
            raise Unreadable(f"{self.name or 'battles'}: there is no column `{column}`, so `{wanted}` chooses nothing")
        keep = [label == wanted for label in labels]
        if not any(keep):
            there = sorted(set(labels))
            near = get_close_matches(wanted, there, 1)
            hint = f"did you mean `{near[0]}`?" if near else f"there is {_few(there)}"
            raise Unreadable(f"{self.name or 'battles'}: no row has the {column} `{wanted}`; {hint}")

        def kept(column: Sequence[T]) -> Sequence[T]:
            return list(compress(column, keep))

        def perhaps(column: Sequence[T] | None) -> Sequence[T] | None:
            return None if column is None else kept(column)

        return Sheet(
            kept(self.model_a),
            kept(self.model_b),
            kept(self.winner),
            kept(self.line),
            perhaps(self.weight),
            perhaps(self.judge),
            perhaps(self.category),
            perhaps(self.cluster),
            {name: (kept(a), kept(b)) for name, (a, b) in self.style.items()},
            self.name,
        )


def read(text: Iterable[str], name: str) -> Sheet:
    """The battles of a CSV text with a line of names: model_a, model_b, winner and, where they are, the others.

    Raises Unreadable.
    """
    rows = csv.reader(text)
    try:
        header = next(rows, [])
        return _sheet(rows, [each.strip() for each in header], name)
    except csv.Error as wrong:
        raise Unreadable(f"{name}:{rows.line_num}: this is no CSV: {wrong}") from None


class _Rows(Protocol):
    """What csv.reader gives."""

    @property
    def line_num(self) -> int: ...
    def __iter__(self) -> Iterator[list[str]]: ...


def _sheet(rows: _Rows, header: Sequence[str], name: str) -> Sheet:
    place = _places(header, name)
    line: array[int] = array("Q")
    kept = _kept(rows, [place[each] for each in place], len(header), line, name)
    columns = dict(zip(place, kept, strict=True))
    where = _Where(name, line)
    style: dict[str, tuple[Sequence[float], Sequence[float]]] = {}
    for effect, known in STYLE.items():
        if (found := next((each for each in known if f"{each}_a" in place), None)) is not None:
            pair = (f"{found}_a", f"{found}_b")
            style[effect] = (where.numbers(columns, pair[0]), where.numbers(columns, pair[1]))
    return Sheet(
        columns["model_a"],
        columns["model_b"],
        columns["winner"],
        line,
        weight=where.numbers(columns, "weight") if "weight" in place else None,
        judge=columns.get("judge"),
        category=columns.get("category"),
        cluster=[each or None for each in columns["cluster"]] if "cluster" in columns else None,
        style=style,
        name=name,
    )


def _places(header: Sequence[str], name: str) -> Mapping[str, int]:
    """The columns that are read, by name. Raises Unreadable if one is missing, without its partner or there twice."""
    for needed in NEEDED:
        if needed not in header:
            near = get_close_matches(needed, header, 1)
            hint = f"; is it `{near[0]}`?" if near else ""
            raise Unreadable(
                f"{name}:1: there is no column `{needed}`{hint} The first line names the columns "
                f"{', '.join(NEEDED)}; it has {_few(header) or 'none'}"
            )
    pairs = [f"{each}_{side}" for known in STYLE.values() for each in known for side in "ab"]
    read = [each for each in (*NEEDED, *LABELS, "weight", *pairs) if each in header]
    for each in read:
        if header.count(each) > 1:
            raise Unreadable(f"{name}:1: the column `{each}` is there {header.count(each)} times; once is needed")
        partner = {"_a": "_b", "_b": "_a"}.get(each[-2:])
        if partner and each[:-2] + partner not in header:
            raise Unreadable(f"{name}:1: there is a column `{each}` and none `{each[:-2] + partner}`; both are needed")
    return {each: header.index(each) for each in read}


def _kept(rows: _Rows, places: Sequence[int], width: int, line: array[int], name: str) -> Sequence[Sequence[str]]:
    """The columns at these places, without blanks about them; equal texts are one object, so millions stay small."""
    columns: list[list[str]] = [[] for _ in places]
    adding = [(column.append, place) for column, place in zip(columns, places, strict=True)]
    known = _Stripped()
    for row in rows:
        if len(row) != width:
            if not row:
                continue
            raise Unreadable(f"{name}:{rows.line_num}: {len(row)} columns; the first line names {width}")
        line.append(rows.line_num)
        for add, place in adding:
            add(known[row[place]])
    return columns


class _Stripped(dict[str, str]):
    """A text without blanks about it, always the same object."""

    def __missing__(self, text: str) -> str:
        bare = text.strip()
        self[text] = known = self.setdefault(bare, bare)
        return known


@dataclass(frozen=True, slots=True)
class _Where:
    name: str
    line: Sequence[int]

    def numbers(self, columns: Mapping[str, Sequence[str]], column: str) -> Sequence[float]:
        """A column as numbers that are not negative. Raises Unreadable with the line of the first that is none."""
        said = columns[column]
        try:
            numbers = list(map(float, said))
        except ValueError:
            row = next(row for row, text in enumerate(said) if not _is_number(text))
            raise self._wrong(row, column, said[row]) from None
        if not all(map(isfinite, numbers)) or min(numbers, default=0) < 0:
            row = next(row for row, each in enumerate(numbers) if not isfinite(each) or each < 0)
            raise self._wrong(row, column, said[row])
        return numbers

    def _wrong(self, row: int, column: str, said: str) -> Unreadable:
        return Unreadable(
            f"{self.name}:{self.line[row]}: {column} is {said!r}; a number that is not negative is needed"
        )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _few(names: Sequence[str]) -> str:
    shown = ", ".join(f"`{name[:40]}`" for name in names[:12])
    return shown + (f" and {len(names) - 12} more" if len(names) > 12 else "")
