"""What can be asked of the ledger, and the SQL that answers it: groups and figures are tables, values are bound.

Nothing that a user typed is ever part of a statement's text. Sums are taken in two halves of 32 bits, because
SQLite's SUM refuses to pass 64 bits and a year of a large team's picodollars does. Money is never added across
currencies, and simulated attempts are never added to real ones: each has lines of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import NamedTuple

from halfopen.catalog.price import KINDS

TABLE = "attempts"
GROUPS = ("lane", "model", "offer", "provider", "hosting", "zone", "day", "key", "team", "fault", "simulated")

# Each is a column of the answer: its name and the SQL that counts it.
COUNTS = {
    "attempts": "COUNT(*)",
    "requests": "COUNT(DISTINCT request)",
    "unpriced": "COALESCE(SUM(cost IS NULL AND usage_from <> 'none'), 0)",
    "estimated": "COALESCE(SUM(usage_from = 'estimated'), 0)",
    "faults": "COALESCE(SUM(fault <> ''), 0)",
}

# Of two rows for one attempt the later counts. Few rows get as far as to be looked up.
_COUNTS = (
    f"NOT (answered_as <> '' AND usage_from <> 'provider' AND EXISTS (SELECT 1 FROM {TABLE} AS later "
    f"WHERE later.request = {TABLE}.request AND later.settles = {TABLE}.attempt))"
)

Value = str | int | float | None
Statement = tuple[str, tuple[Value, ...]]


class UnknownGroup(ValueError):
    """A group that is not in the table; the message names the nearest one."""

    def __init__(self, found: str) -> None:
        near = get_close_matches(found, GROUPS, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}? " if near else ""
        super().__init__(f"the ledger cannot be grouped by {found!r}: {hint}It knows {', '.join(GROUPS)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Figures by groups, for attempts from `since` up to but not including `until` (seconds since 1970).

    `where` keeps only attempts whose group has that value. Raises UnknownGroup.
    """

    by: tuple[str, ...] = ("lane",)
    since: float | None = None
    until: float | None = None
    where: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for group in (*self.by, *self.where):
            if group not in GROUPS:
                raise UnknownGroup(group)


class Charge(NamedTuple):
    """Picodollars of US dollars that the requests of one key, team and lane were charged."""

    key: str
    team: str
    lane: str
    picos: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of an answer. `cost` is in picodollars by currency.

    `unpriced` attempts used something, or may have, and are in no sum; one that used nothing has nothing to price.
    """

    group: tuple[str, ...]
    simulated: bool
    attempts: int
    requests: int
    unpriced: int
    estimated: int
    faults: int
    tokens: Mapping[str, int]
    cost: Mapping[str, int]

    @property
    def fault_share(self) -> float:
        """The share of attempts that ended in a fault, from 0 to 1."""
        return self.faults / self.attempts if self.attempts else 0.0


def figures(question: Question) -> Statement:
    """Rows of: the groups, simulated, the counts, then for each kind of token its sum in two halves."""
    tokens = [_halves(f"json_extract(usage, '$.{kind}')") for kind in KINDS]
    return _select(question, (), (*COUNTS.values(), *tokens), "")


def costs(question: Question) -> Statement:
    """Rows of: the groups, simulated, the currency, then the sum of the costs in two halves."""
    return _select(question, ("currency",), (_halves("cost"),), "cost IS NOT NULL")


def charged(since: str, simulated: bool) -> Statement:
    """Rows of: key, team, lane, then the sum of what budgets were charged from a day on, in two halves."""
    text = f"SELECT key, team, lane, {_halves('charged')} FROM {TABLE} WHERE day >= ? AND simulated = ? AND {_COUNTS}"
    return f"{text} GROUP BY 1, 2, 3", (since, int(simulated))


def charges(rows: Iterable[Sequence[Value]]) -> tuple[Charge, ...]:
    """Rows that `charged` brought, as values."""
    return tuple(Charge(str(key), str(team), str(lane), _whole(halves)) for key, team, lane, *halves in rows)


def answer(
    question: Question, figure_rows: Iterable[Sequence[Value]], cost_rows: Iterable[Sequence[Value]]
) -> tuple[Line, ...]:
    """The lines of the answer, in the order of the rows that `figures` and `costs` brought."""
    width = len(question.by) + 1
    money: dict[tuple[Value, ...], dict[str, int]] = {}
    for row in cost_rows:
        money.setdefault(tuple(row[:width]), {})[str(row[width])] = _whole(row[width + 1 :])
    return tuple(_line(question, row, money.get(tuple(row[:width]), {})) for row in figure_rows)


def _line(question: Question, row: Sequence[Value], cost: Mapping[str, int]) -> Line:
    width = len(question.by) + 1
    counts = dict(zip(COUNTS, (_integer(value) for value in row[width:]), strict=False))
    halves = row[width + len(COUNTS) :]
    return Line(
        group=tuple(_said(group, value) for group, value in zip(question.by, row, strict=False)),
        simulated=bool(row[width - 1]),
        tokens={kind: _whole(halves[2 * i : 2 * i + 2]) for i, kind in enumerate(KINDS)},
        cost=cost,
        **counts,
    )


def _select(question: Question, more: tuple[str, ...], figures: Sequence[str], only: str) -> Statement:
    groups = (*question.by, "simulated", *more)
    bounds: dict[str, Value] = {"at >= ?": question.since, "at < ?": question.until}
    bounds |= {f"{group} = ?": _bound(group, value) for group, value in question.where.items()}
    told = {text: value for text, value in bounds.items() if value is not None}
    where = " AND ".join([*told, _COUNTS, *([only] if only else [])])
    places = ", ".join(str(i + 1) for i in range(len(groups)))
    text = f"SELECT {', '.join([*groups, *figures])} FROM {TABLE}"
    return f"{text} WHERE {where} GROUP BY {places} ORDER BY {places}", tuple(told.values())


def _halves(number: str) -> str:
    return f"COALESCE(SUM({number} >> 32), 0), COALESCE(SUM({number} & 4294967295), 0)"


def _whole(halves: Sequence[Value]) -> int:
    high, low = halves
    return (_integer(high) << 32) + _integer(low)


def _integer(value: Value) -> int:
    if not isinstance(value, int):
        raise TypeError(f"a count came back as {value!r}")
    return value


def _said(group: str, value: Value) -> str:
    return ("yes" if value else "no") if group == "simulated" else str(value)


def _bound(group: str, value: str) -> Value:
    return int(value in ("yes", "true", "1")) if group == "simulated" else value
