"""The labelled requests, as outlines and what they are, and how often a recognizer is right about them.

`language`, `code`, `task` and `shape` are what the recognizers were tuned with. `held_back` is every third of what was
first written for the first three, put aside before there was a rule. `unseen` was written when the rules were done, in
other words on purpose, and nothing was tuned with it: it says most about requests that nobody here wrote.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from halfopen.conversation.outline import Outline, Said
from halfopen.conversation.request import Role

HERE = Path(__file__).parent / "labelled"
NOTHING_SAID = ("unknown", "none", "other")  # an answer that sends nobody to the wrong place


@dataclass(frozen=True)
class Labelled:
    """A request and its fact."""

    answer: str
    outline: Outline


@dataclass(frozen=True)
class Measured:
    """`accuracy` is the share that was right; `precision` of those that were answered with something."""

    count: int
    accuracy: float
    precision: float
    confused: Counter[tuple[str, str]]  # what it is, what was answered


def rows(name: str) -> list[dict[str, Any]]:
    """The rows of a file, as they stand."""
    text = (HERE / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def labelled(what: str, file: str) -> list[Labelled]:
    """The requests of a file that are about one fact."""
    return [Labelled(row["is"], _outline(row)) for row in rows(file) if row.get("what", what) == what]


def measured(recognizer: Callable[[Outline], str], requests: Sequence[Labelled]) -> Measured:
    found = [(each.answer, recognizer(each.outline)) for each in requests]
    right = sum(told == answer for told, answer in found)
    spoken = [(told, answer) for told, answer in found if answer not in NOTHING_SAID]
    precision = sum(told == answer for told, answer in spoken) / len(spoken)
    return Measured(len(found), right / len(found), precision, Counter(pair for pair in found if pair[0] != pair[1]))


def _outline(row: dict[str, Any]) -> Outline:
    return Outline(
        texts=tuple(_said(row)),
        tools=("look_up",) if row.get("tools") else (),
        called=bool(row.get("results")),
        results=bool(row.get("results")),
        schema=bool(row.get("schema")),
        turns=1,
        size=len(json.dumps(row)),
    )


def _said(row: dict[str, Any]) -> Iterator[Said]:
    roles: tuple[Role, Role] = ("system", "user")
    for place, (role, field) in enumerate(zip(roles, ("system", "text"), strict=True)):
        if field in row:
            yield Said(f"messages.{place}.content", role, row[field])
