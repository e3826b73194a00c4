"""A usage object as a table of paths: which kind of token stands where, and inside which other counts it stands again.

A table is read and written by one pair of functions, and knows nothing of any dialect; those are in `wire.usage`.
Kinds come out so that they do not overlap: what a dialect counts inside another count is taken out of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any, Literal

import msgspec

from halfopen.wire.faults import UNREADABLE

Usage = Mapping[str, int]
MOST_TOKENS = 10**9  # of a kind in one answer; whoever tells more, or less than none, has told nothing
Count = Annotated[int, msgspec.Meta(ge=0, le=MOST_TOKENS)]
NOTHING: Usage = MappingProxyType({})

MAIN = ("input", "output")
TOTAL = "total"  # of all tokens: written, and read only as a proof
# Where a kind is counted in a dialect that has no place of its own for it.
HOME: Mapping[str, str] = {
    "cached_audio": "cached_read",
    "cached_read": "input",
    "cache_write_1h": "cache_write_5m",
    "cache_write_5m": "input",
    "input_audio": "input",
    "output_audio": "output",
    "output_image": "output",
}
TOKENS = (*MAIN, *HOME)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A count of a usage object. Paths are `field`, `object.field`, or `list[MODALITY]` as Google has them.

    Of several rows of a kind the largest counts: they are ways to say one thing.
    """

    kind: str  # "" is none: what it counts is in `into` alone
    path: str
    inside: tuple[str, ...] = ()  # the paths of the counts that hold these tokens, too
    into: str = ""  # the path of a count that these tokens stand beside, though their kind belongs to it
    proof: str = ""  # ... only if this total says so: it is larger than all else by just this count
    told: Literal["some", "beside", "always", "never"] = "some"  # when it is written: "beside" is with its siblings


Counts = Sequence[int | None] | Mapping[int, int | None]
# Where a count is, its kind, and the kinds that are counted in it, too, or were told before it.
Step = tuple[int, str, tuple[str, ...]]
# Where an object or list stands, how its counts are had, its steps and their rows. The last group is of the fields
# that are in none.
Group = tuple[int, Callable[[Any], Counts] | None, Sequence[Step], Sequence[Row]]


class Table:
    """Rows, ready for use. Those of objects and lists stand first, and each before the ones that it is inside of.

    `whole`: an object that lacks input or output tells nothing; else it may be a part, as streams tell them.
    """

    def __init__(self, *rows: Row, whole: bool) -> None:
        self.rows, self.whole = rows, whole
        self.fields = frozenset(_head(row.path) for row in rows)
        self.proof = next((row.kind for row in rows if row.proof), "")
        self.mains = tuple(next(row.path for row in rows if row.kind == kind) for kind in MAIN)
        inside = {row.path: [each.kind for each in rows if row.path in each.inside] for row in rows}
        self.kinds = {row.path: tuple(dict.fromkeys((row.kind, *inside[row.path]))) for row in rows}
        details = [row for row in rows if row.kind not in (*MAIN, TOTAL)]
        plain = [row for row in details if row.path == _head(row.path)]
        nested: dict[str, list[Row]] = {}
        for row in details:
            if row not in plain:
                nested.setdefault(_head(row.path), []).append(row)
        self.groups: list[Group] = [
            (place, _taker(group), self._steps(group), group) for place, group in enumerate(nested.values())
        ]
        self.groups.append((0, None, self._steps(plain, len(nested)), plain))
        # By kind, what of it is in the two main counts (-1: to be taken out) or beside them (1).
        effects = {
            row.kind: tuple((path == _beside(row)) - (path in row.inside) for path in self.mains) for row in details
        }
        self.effects = {kind: effect for kind, effect in effects.items() if any(effect)}
        types = [(name, _inner(group) | None, None) for name, group in nested.items()]
        types += [(row.path, Count | None, None) for row in plain]
        self.details = len(types)
        types += [(path, Count | None, None) for path in self.mains]
        types += [(row.path, Count | None, None) for row in rows if row.kind == TOTAL]
        self.decode = msgspec.json.Decoder(msgspec.defstruct("Told", types)).decode

    def _steps(self, rows: Sequence[Row], first: int = 0) -> Sequence[Step]:
        return [self._step(row, index) for index, row in enumerate(rows, first)]

    def _step(self, row: Row, index: int) -> Step:
        again = any(each.kind == row.kind for each in self.rows[: self.rows.index(row)])
        kinds = self.kinds[row.path]
        return index, row.kind, kinds if again or len(kinds) > 1 else ()


def _beside(row: Row) -> str:
    """Where its tokens certainly stand beside."""
    return "" if row.proof else row.into


class _Modality(msgspec.Struct):
    modality: str = ""
    tokenCount: Count | None = None  # noqa: N815 - as it stands there


def _head(path: str) -> str:
    return path.partition(".")[0].partition("[")[0]


def _inner(group: Sequence[Row]) -> Any:
    if "[" in group[0].path:
        return list[_Modality]
    return msgspec.defstruct("Inner", [(row.path.partition(".")[2], Count | None, None) for row in group])


def _taker(group: Sequence[Row]) -> Callable[[Any], Counts]:
    if "." in group[0].path:
        return msgspec.structs.astuple
    names = [row.path.partition("[")[2][:-1] for row in group]

    def by_modality(told: Iterable[_Modality]) -> Counts:
        found = {each.modality: each.tokenCount for each in told}
        return [found.get(name) for name in names]

    return by_modality


def read(table: Table, raw: bytes | msgspec.Raw, before: Usage = NOTHING) -> Usage:
    """What was used. Empty where nothing usable was told: an answer is not lost for it.

    A count that is missing is not a zero, and an input that is smaller than what is inside of it makes no sense.
    `before` is what the same stream told earlier: a later part need not repeat it, and does not erase it.
    """
    try:
        told = msgspec.structs.astuple(table.decode(raw))
    except UNREADABLE:
        return {}
    at = table.details
    asked, made = told[at], told[at + 1]
    if table.whole and (asked is None or made is None):
        return {}
    usage: dict[str, int] = {}
    if before or any(told[:at]):
        usage = _details(table, told, before)
        if table.effects:
            asked, made = _mains(table, usage, asked, made)
        usage.pop("", None)
    if (asked or 0) < 0 or (made or 0) < 0:
        return {}
    if asked is not None:
        usage["input"] = asked
    if made is not None:
        usage["output"] = made
    if table.proof and (count := usage.get(table.proof)) and sum(usage.values()) == told[-1]:
        usage["output"] += count
    return usage


def _mains(table: Table, usage: Usage, asked: int | None, made: int | None) -> tuple[int | None, int | None]:
    """What is left of the main counts. One that was not told is known all the same if something stands beside it."""
    more_asked = more_made = 0
    effects = table.effects
    for kind, count in usage.items():
        if kind in effects:
            in_asked, in_made = effects[kind]
            more_asked += in_asked * count
            more_made += in_made * count
    return (
        asked + more_asked if asked is not None else more_asked if more_asked > 0 else None,
        made + more_made if made is not None else more_made if more_made > 0 else None,
    )


def _details(table: Table, told: Sequence[Any], before: Usage) -> dict[str, int]:
    """All kinds but the mains."""
    usage: dict[str, int] = {}
    for place, take, steps, rows in table.groups:
        counts = told if take is None else take(told[place]) if told[place] else None
        if before:
            counts = _continued(table, rows, steps, counts, told, before)
        if counts is None:
            continue
        for index, kind, known in steps:
            count = counts[index]
            if count and known:
                count = _new(usage, kind, count, known)
            if count:
                usage[kind] = count
    return usage


def _new(usage: Usage, kind: str, count: int, known: Sequence[str]) -> int:
    """The count of a kind, of which part was told before and part is others."""
    more = count
    for each in known:
        more -= usage.get(each, 0)
    return usage.get(kind, 0) + max(more, 0)


def _continued(
    table: Table, rows: Sequence[Row], steps: Sequence[Step], counts: Counts | None, told: Sequence[Any], before: Usage
) -> Counts:
    """What was told earlier in the place of each count that is not told again.

    But what stands beside a main belongs to it: where that is not told again either, nothing is new of both.
    """
    mains = dict(zip(table.mains, told[table.details :], strict=False))
    found: dict[int, int | None] = {}
    for row, (index, *_) in zip(rows, steps, strict=True):
        stale = bool(row.into) and mains[row.into] is None
        earlier = 0 if stale else sum(before.get(kind, 0) for kind in table.kinds[row.path])
        found[index] = (counts[index] if counts else None) or earlier
    return found


def write(table: Table, usage: Usage) -> dict[str, Any]:
    """A usage object of that dialect. What nobody told is a zero where its clients want a number."""
    counts = dict(usage)
    known = {row.kind for row in table.rows}
    for kind, home in HOME.items():
        if kind not in known and kind in counts:
            counts[home] = counts.get(home, 0) + counts.pop(kind)
    values = {row.path: _value(table, row, counts) for row in table.rows}
    told = {_head(row.path) for row in table.rows if row.told == "always" or (values[row.path] and row.told != "never")}
    tree: dict[str, Any] = {}
    for row in table.rows:
        sibling = row.told == "beside" and _head(row.path) in told
        if row.told == "always" or sibling or (values[row.path] and row.told == "some"):
            _put(tree, row.path, values[row.path])
    return tree


def _value(table: Table, row: Row, counts: Usage) -> int:
    if row.kind == TOTAL:
        return sum(counts.get(kind, 0) for kind in TOKENS)
    apart = sum(counts.get(each.kind, 0) for each in table.rows if each.into == row.path and not each.proof)
    return max(sum(counts.get(kind, 0) for kind in table.kinds[row.path]) - apart, 0)


def _put(tree: dict[str, Any], path: str, value: int) -> None:
    head, _, field = path.partition(".")
    name, _, modality = head.partition("[")
    if field:
        tree.setdefault(head, {})[field] = value
    elif modality:
        tree.setdefault(name, []).append({"modality": modality[:-1], "tokenCount": value})
    else:
        tree[name] = value
