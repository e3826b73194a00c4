"""One row per attempt: who asked, where it went and why, what was used, what it cost, how it ended.

A row is written once and never changed: what was known only later has a row of its own, which `settles` the first
and is counted in its place. `COLUMNS` is made from the fields below, and the journal's lines are these fields in
this order, so a new fact about an attempt is one line here. A field added later needs a default: journals written
before it may still be waiting to be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Literal

from halfopen.money import MOST

UsageFrom = Literal["provider", "estimated", "none", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One call to one offer.

    `usage` counts tokens by `catalog.price.KINDS`, which do not overlap, and may add informative kinds such as
    `reasoning`, which do. `cost` is in picodollars of `currency`; None is unpriced, never free.
    """

    request: str
    attempt: int  # from 1
    at: float  # seconds since 1970, UTC
    day: str  # the UTC day of `at`, as 2026-11-24
    key: str = ""  # the name of the caller's key, never the key
    lane: str = ""
    offer: str
    model: str
    provider: str
    hosting: str
    zone: str
    dialect: str
    stream: bool
    served_as: str  # the model's name on the provider's wire
    decision: str  # digest of the decision that led here
    reason: str
    status: int  # the HTTP status that the attempt ended with; 0 if it got none
    fault: str = ""  # the fault's code
    final: bool  # this attempt gave the caller's answer
    usage: Mapping[str, int]
    usage_from: UsageFrom
    cost: int | None
    currency: str = ""
    price_since: str = ""  # the first day of the price line that was used
    first_ms: float | None = None  # to the first byte of the answer
    total_ms: float
    bytes_in: int
    bytes_out: int
    labels: Mapping[str, str] = field(default_factory=dict)
    simulated: bool = False
    spoken: str = ""  # the offer's dialect; empty if it is the caller's
    answered_as: str = ""  # the provider's id of an answer that it keeps
    dropped: tuple[str, ...] = ()  # what the crossing could not carry: path, and why
    settles: int = 0  # the attempt of this request in whose place this row counts; 0 is none
    team: str = ""  # of the key
    charged: int = 0  # picodollars of US dollars that budgets were charged: the cost, or a bound where it is unpriced

    def __post_init__(self) -> None:
        """Raises ValueError for a cost that no row can hold; `costs.meter` never returns one."""
        if self.cost is not None and not 0 <= self.cost <= MOST:
            raise ValueError(f"{self.cost} picodollars are not the cost of one attempt")


@dataclass(frozen=True, slots=True)
class Column:
    """A field of `Entry` as a database keeps it."""

    name: str
    sql: str
    kind: str  # text, number, truth or json


_SQL = {
    "str": ("TEXT NOT NULL DEFAULT ''", "text"),
    "UsageFrom": ("TEXT NOT NULL", "text"),
    "int": ("INTEGER NOT NULL DEFAULT 0", "number"),
    "int | None": ("INTEGER", "number"),
    "float": ("REAL NOT NULL", "number"),
    "float | None": ("REAL", "number"),
    "bool": ("INTEGER NOT NULL", "truth"),
    "tuple[str, ...]": ("TEXT NOT NULL DEFAULT '[]'", "json"),
    "Mapping[str, int]": ("TEXT NOT NULL", "json"),
    "Mapping[str, str]": ("TEXT NOT NULL", "json"),
}

COLUMNS = tuple(Column(each.name, *_SQL[str(each.type)]) for each in fields(Entry))
