"""The ledger's tables, made from `ledger.entry.COLUMNS`, and how a group of rows gets in and a row gets out."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from operator import attrgetter
from pathlib import Path

import msgspec

from halfopen.adapters.sqlite.folder import DATABASE, NoLedger
from halfopen.adapters.sqlite.segments import Group
from halfopen.ledger.entry import COLUMNS, Entry
from halfopen.ledger.question import TABLE

VERSION = 4  # 2: the columns `spoken`, `answered_as` and `dropped`; 3: `settles`; 4: `team` and `charged`

_log = logging.getLogger(__name__)
_names = ", ".join(column.name for column in COLUMNS)
_columns = ", ".join(f"{column.name} {column.sql}" for column in COLUMNS)
_values = attrgetter(*(column.name for column in COLUMNS))
_jsons = tuple(i for i, column in enumerate(COLUMNS) if column.kind == "json")
_encode = msgspec.json.Encoder(enc_hook=dict).encode

_SCHEMA = (
    f"CREATE TABLE IF NOT EXISTS {TABLE} ({_columns}, PRIMARY KEY (request, attempt))",
    f"CREATE INDEX IF NOT EXISTS {TABLE}_at ON {TABLE} (at)",
    f"CREATE INDEX IF NOT EXISTS {TABLE}_answered_as ON {TABLE} (answered_as) WHERE answered_as != ''",
    "CREATE TABLE IF NOT EXISTS decisions (digest TEXT PRIMARY KEY, decision TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS drained (segment TEXT PRIMARY KEY, end INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS set_aside (segment TEXT, start INTEGER, bytes BLOB, PRIMARY KEY (segment, start))",
    f"PRAGMA user_version = {VERSION}",
)
ROWS = 400  # of one statement: SQLite binds 32,766 values at most
_ROW = f"({', '.join('?' * len(COLUMNS))})"
_DECISION = "INSERT INTO decisions VALUES (?, ?) ON CONFLICT DO NOTHING"
_ASIDE = "INSERT INTO set_aside VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
_DRAINED = "INSERT INTO drained VALUES (?, ?) ON CONFLICT (segment) DO UPDATE SET end = excluded.end"

# Beside a running gateway: its table, and the rows that still wait in the journal, as one table of the same name.
_WAITING = f"CREATE TEMP TABLE waiting ({_columns}, PRIMARY KEY (request, attempt))"
_BOTH = (
    f"CREATE TEMP VIEW {TABLE} AS SELECT * FROM main.{TABLE} UNION ALL SELECT * FROM temp.waiting AS w "
    f"WHERE NOT EXISTS (SELECT 1 FROM main.{TABLE} AS m WHERE m.request = w.request AND m.attempt = w.attempt)"
)

_DECODE: dict[str, Callable[[object], object]] = {
    "text": lambda value: value,
    "number": lambda value: value,
    "truth": bool,
    "json": lambda value: msgspec.json.decode(str(value)),
}
_decoders = tuple(_DECODE[column.kind] for column in COLUMNS)


def open_for_writing(data: Path) -> sqlite3.Connection:
    """The database of a prepared folder, with its tables. Raises sqlite3.Error."""
    database = sqlite3.connect(data / DATABASE, isolation_level=None, check_same_thread=False)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = NORMAL")
    _check_version(database, data)
    with transaction(database):
        database.execute(_SCHEMA[0])
        _add_columns(database)
        for statement in _SCHEMA[1:]:
            database.execute(statement)
    return database


def open_for_reading(data: Path) -> sqlite3.Connection:
    """The database as it is, never to be written. Raises NoLedger, sqlite3.Error."""
    path = (data / DATABASE).absolute()
    if not path.exists() or path.stat().st_size == 0:
        raise NoLedger(f"there is no ledger in {data} yet: start the gateway once, or name its folder with --data")
    database = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None)
    database.execute("PRAGMA temp_store = MEMORY")
    _check_version(database, data, (0, VERSION))
    return database


@contextmanager
def transaction(database: sqlite3.Connection, kind: str = "IMMEDIATE") -> Iterator[None]:
    """All of it or nothing."""
    database.execute(f"BEGIN {kind}")
    try:
        yield
    except BaseException:
        database.rollback()
        raise
    database.commit()


def store(database: sqlite3.Connection, group: Group) -> None:
    """A group's rows, and how far its segment has been drained, in one transaction. Raises sqlite3.Error."""
    with transaction(database):
        database.executemany(_DECISION, [(told.digest, told.decision) for told in group.decisions])
        added = sum(_added(database, group.entries[at : at + ROWS]) for at in range(0, len(group.entries), ROWS))
        database.executemany(_ASIDE, [(group.segment, start, text) for start, text in group.set_aside])
        database.execute(_DRAINED, (group.segment, group.end))
    if added != len(group.entries):
        _log.warning("%d rows of %s were in the ledger already", len(group.entries) - added, group.segment)
    for start, text in group.set_aside:
        _log.warning("%d bytes at %d of %s are no row; they are kept in set_aside", len(text), start, group.segment)


def _added(database: sqlite3.Connection, entries: Sequence[Entry]) -> int:
    """How many of them were not there.

    One statement for all: each waits for the interpreter's lock, milliseconds where the loop has no rest.
    """
    rows = ", ".join([_ROW] * len(entries))
    statement = f"INSERT INTO {TABLE} ({_names}) VALUES {rows} ON CONFLICT DO NOTHING"
    return database.execute(statement, [value for entry in entries for value in _row(entry)]).rowcount


def drained(database: sqlite3.Connection) -> dict[str, int]:
    """How far each segment has been drained, in bytes."""
    return dict(database.execute("SELECT segment, end FROM drained"))


def forget(database: sqlite3.Connection, segments: Sequence[str]) -> None:
    """Drops the notes about segments that no longer exist."""
    with transaction(database):
        database.executemany("DELETE FROM drained WHERE segment = ?", [(segment,) for segment in segments])


def synced(database: sqlite3.Connection) -> bool:
    """Whether everything committed is now in the database file, and on the disk; a reader may be in the way."""
    _, written, moved = database.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    return bool(written == moved)


def overlay(database: sqlite3.Connection, entries: Sequence[Entry]) -> None:
    """Lets this connection see `entries` as if they had been drained."""
    if entries:
        database.execute(_WAITING)
        database.executemany(
            f"INSERT INTO temp.waiting ({_names}) VALUES {_ROW} ON CONFLICT DO NOTHING", map(_row, entries)
        )
        database.execute(_BOTH)


def find(database: sqlite3.Connection, request: str) -> list[Entry]:
    """The attempts of a request, in their order, by our id or by the provider's of an answer that it keeps."""
    known = f"SELECT {_names} FROM {TABLE} WHERE request = ?1 OR (answered_as = ?1 AND answered_as != '')"
    return [_entry(row) for row in database.execute(f"{known} ORDER BY attempt", (request,))]


def _row(entry: Entry) -> list[object]:
    row = list(_values(entry))
    for i in _jsons:
        row[i] = _encode(row[i]).decode()
    return row


def _entry(row: Sequence[object]) -> Entry:
    values = {column.name: decode(value) for column, decode, value in zip(COLUMNS, _decoders, row, strict=True)}
    return msgspec.convert(values, Entry)


def _add_columns(database: sqlite3.Connection) -> None:
    """Those that a ledger of an older version lacks; its rows have their defaults in them."""
    there = {name for _, name, *_ in database.execute(f"PRAGMA table_info({TABLE})")}
    for column in COLUMNS:
        if column.name not in there:
            database.execute(f"ALTER TABLE {TABLE} ADD COLUMN {column.name} {column.sql}")
    if "charged" not in there:
        database.execute(f"UPDATE {TABLE} SET charged = cost WHERE cost IS NOT NULL AND currency = 'USD'")


def _check_version(database: sqlite3.Connection, data: Path, known: Collection[int] = range(VERSION + 1)) -> None:
    (found,) = database.execute("PRAGMA user_version").fetchone()
    if found not in known:
        does = "upgrade halfopen" if found > VERSION else "start the gateway once, which brings it up to date"
        raise NoLedger(f"the ledger in {data} is of version {found}, this halfopen reads version {VERSION}: {does}")
