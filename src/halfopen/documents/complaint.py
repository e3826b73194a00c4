"""What is wrong with a document: a place, what was found there, what was expected, and the name that was meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

SHOWN = 60  # characters of a wrong value that a complaint quotes


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing wrong. `field` is a path such as `lanes.tuned.offers[2]`; `nearest` is the valid name meant."""

    file: str
    line: int  # 0 where that is not known yet
    field: str
    found: str
    expected: str
    nearest: str | None = None

    def __str__(self) -> str:
        place = (f"{self.file}:{self.line}: " if self.line else "") + (f"{self.field}: " if self.field else "")
        if self.nearest is not None:
            return f"{place}{self.found}; did you mean `{self.nearest}`?"
        return f"{place}{self.found}; expected {self.expected}"


class Complaints(ValueError):
    """All that is wrong with a document, in the order of its lines; the message has one line for each."""

    def __init__(self, complaints: Iterable[Complaint]) -> None:
        self.complaints = tuple(sorted(complaints, key=lambda one: (one.file, one.line)))
        super().__init__("\n".join(map(str, self.complaints)))


def amiss(field: str, found: str, expected: str, nearest: str | None = None) -> Complaint:
    """A complaint about a value that was read already: `placed`, or the reading of its row, adds file and line."""
    return Complaint("", 0, field, found, expected, nearest)


def nearest(name: str, known: Iterable[str], alike: float = 0.6) -> str | None:
    """The known name that was probably meant, if one is as much alike: 1 is the same."""
    return next(iter(difflib.get_close_matches(name[:SHOWN], list(known), n=1, cutoff=alike)), None)
