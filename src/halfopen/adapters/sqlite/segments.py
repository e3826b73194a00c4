"""The reading end of the journal: complete lines, in groups, from where the last reader stopped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from halfopen.adapters.sqlite.lines import Told, Unreadable, read
from halfopen.ledger.entry import Entry

GROUP = 24 << 10  # bytes: some 30 rows


@dataclass(slots=True)
class Group:
    """Lines of one segment up to `end`, and what could not be read of them: offset and bytes."""

    segment: str
    end: int
    entries: list[Entry] = field(default_factory=list)
    decisions: list[Told] = field(default_factory=list)
    set_aside: list[tuple[int, bytes]] = field(default_factory=list)


def names(folder: Path) -> list[str]:
    """Every segment, oldest first."""
    return sorted(path.name for path in folder.glob("*.jsonl"))


def groups(path: Path, offset: int, *, finished: bool, size: int = GROUP) -> Iterator[Group]:
    """The rest of a segment. The tail of a finished one that has no newline is set aside."""
    for start, text in _complete(path, offset, finished, size):
        group = Group(path.name, start + len(text))
        for line in BytesIO(text):
            _place(group, start, line)
            start += len(line)
        yield group


def lines(path: Path, offset: int) -> Iterator[bytes]:
    """The complete lines behind `offset`, as they are."""
    for _, text in _complete(path, offset, False, GROUP):
        yield from BytesIO(text)


def _place(group: Group, start: int, line: bytes) -> None:
    try:
        told = read(line) if line.endswith(b"\n") else None
    except Unreadable:
        told = None
    if told is None:
        group.set_aside.append((start, line))
    elif isinstance(told, Told):
        group.decisions.append(told)
    else:
        group.entries.append(told)


def _complete(path: Path, offset: int, finished: bool, size: int) -> Iterator[tuple[int, bytes]]:
    with path.open("rb", buffering=0) as file:
        want = size
        while True:
            file.seek(offset)
            text = file.read(want)
            cut = text.rfind(b"\n") + 1
            if cut == 0 and len(text) == want:
                want *= 2  # a line longer than a group
                continue
            if cut == 0 and finished:
                cut = len(text)
            if cut == 0:
                return
            yield offset, text[:cut]
            offset, want = offset + cut, size
