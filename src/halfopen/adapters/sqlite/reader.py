"""Reads the ledger beside a gateway that is writing it: the database, and the journal's rows that still wait.

The order matters: first how far the journal has been drained, then the rows behind that, then the database.
A row that moves meanwhile is seen in both places and counted once; one that is seen in neither cannot be.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec

from halfopen.adapters.sqlite import database, segments
from halfopen.adapters.sqlite.folder import JOURNAL
from halfopen.adapters.sqlite.lines import Told, Unreadable, read
from halfopen.ledger.entry import Entry
from halfopen.ledger.question import TABLE, Charge, Line, Question, answer, charged, charges, costs, figures


class Reader:
    """Every call opens and closes the database. All raise NoLedger and sqlite3.Error; none writes."""

    def __init__(self, data: Path) -> None:
        self._data = data

    def find(self, request: str) -> list[Entry]:
        """The attempts of a request, in their order."""
        with self._opened(request) as (connection, waiting):
            database.overlay(connection, [told for told in waiting if isinstance(told, Entry)])
            return database.find(connection, request)

    def decision(self, digest: str) -> bytes | None:
        """The decision of that digest, as it was handed in."""
        with self._opened(digest) as (connection, waiting):
            for told in waiting:
                if isinstance(told, Told) and told.digest == digest:
                    return told.decision.encode()
            row = connection.execute("SELECT decision FROM decisions WHERE digest = ?", (digest,)).fetchone()
            return None if row is None else str(row[0]).encode()

    def answer(self, question: Question) -> tuple[Line, ...]:
        """The lines of the answer."""
        return self.answers(question)[0]

    def answers(self, *questions: Question) -> tuple[tuple[Line, ...], ...]:
        """Several answers about one and the same moment."""
        with self._opened("") as (connection, waiting):
            database.overlay(connection, [told for told in waiting if isinstance(told, Entry)])
            with database.transaction(connection, "DEFERRED"):
                return tuple(_answer(connection, question) for question in questions)

    def charged(self, since: str, simulated: bool) -> tuple[Charge, ...]:
        """What budgets were charged from a day on, by key, team and lane."""
        with self._opened("") as (connection, waiting):
            database.overlay(connection, [told for told in waiting if isinstance(told, Entry)])
            return charges(connection.execute(*charged(since, simulated)))

    def answered(self, since: float) -> Iterator[tuple[str, float, dict[str, int]]]:
        """Lane, moment and usage of every request answered since then whose provider told its usage; none simulated."""
        with self._opened("") as (connection, waiting):
            database.overlay(connection, [told for told in waiting if isinstance(told, Entry)])
            told = connection.execute(
                f"SELECT lane, at, usage FROM {TABLE} WHERE final AND NOT simulated AND at >= ? "
                "AND usage_from = 'provider' AND fault = ''",
                (since,),
            )
            for lane, at, usage in told:
                yield str(lane), float(at), msgspec.json.decode(usage, type=dict[str, int])

    def set_aside(self) -> int:
        """How many pieces of the journal were no rows: torn by a crash or a full disk."""
        with self._opened("") as (connection, _):
            return int(connection.execute("SELECT COUNT(*) FROM set_aside").fetchone()[0])

    @contextmanager
    def _opened(self, holding: str) -> Iterator[tuple[sqlite3.Connection, Iterator[Entry | Told]]]:
        with closing(database.open_for_reading(self._data)) as connection:
            ends = database.drained(connection)
            yield connection, _waiting(self._data / JOURNAL, ends, holding.encode())


def _answer(connection: sqlite3.Connection, question: Question) -> tuple[Line, ...]:
    return answer(question, connection.execute(*figures(question)), connection.execute(*costs(question)))


def _waiting(folder: Path, ends: dict[str, int], holding: bytes) -> Iterator[Entry | Told]:
    for name in segments.names(folder):
        try:
            yield from _readable(folder / name, ends.get(name, 0), holding)
        except FileNotFoundError:
            continue  # deleted since it was listed, so its rows are in the database


def _readable(path: Path, offset: int, holding: bytes) -> Iterator[Entry | Told]:
    for line in segments.lines(path, offset):
        try:
            if holding in line:
                yield read(line)
        except Unreadable:
            continue  # the drain sets it aside
