"""Where a fact was seen, on which day, and who says otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from halfopen.documents import Complaint, amiss


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """`name` is a page, a file or a package with its version; `recalled` marks a fact from memory.

    `of` are the fields of its row that it vouches for; empty: all those that no other source of the row names.
    """

    name: str
    checked: date
    recalled: bool = False
    of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """Another source that says something else of one field. It is kept and shown; the row holds what we believe."""

    field: str
    says: str
    source: Source


def sources_of(field: str, sources: Iterable[Source]) -> tuple[Source, ...]:
    """The sources of one field: those that name it, or else those that name none. None of either: it is unsourced."""
    named = tuple(source for source in sources if field in source.of)
    return named or tuple(source for source in sources if not source.of)


def unsaid(row: Any) -> Iterator[Complaint]:
    """What does not fit in a row's `sources` and `disagreements`: fields that it does not have."""
    known = {field.name for field in fields(row)}
    named = [(f"sources[{at}].of", name) for at, source in enumerate(row.sources) for name in source.of]
    named += [(f"disagreements[{at}].field", one.field) for at, one in enumerate(row.disagreements)]
    for where, name in named:
        if name not in known:
            yield amiss(where, f"`{name}`", "a field of the row")


def unsourced(row: Any, plain: Iterable[str]) -> Iterator[str]:
    """The fields of a row that say something which no source vouches for; `plain` need none, or carry their own."""
    for field in fields(row):
        value = getattr(row, field.name)
        told = value not in (None, (), {}, False) and field.name not in plain
        if told and not sources_of(field.name, row.sources):
            yield field.name
