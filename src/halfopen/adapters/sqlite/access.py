"""Keys and what was done to them, in a database of their own: read by the gateway, written by it and by the verbs.

Every change is one transaction with a line of the audit beside it: who, when, what, before and after. The database
refuses to change or delete such a line. Keys are found by a keyed hash, whose secret is a file next to the database.
"""

from __future__ import annotations

import logging
import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any

import msgspec

from halfopen.access.key import ID, MARK, Key, digest
from halfopen.adapters.sqlite.database import transaction
from halfopen.adapters.sqlite.folder import Unusable
from halfopen.documents import Complaints
from halfopen.ports.stores import KeyEnded, KeyTaken

DATABASE = "access.db"
SECRET, SECRET_BYTES = "pepper", 32
BITS = 256
FAILS = (sqlite3.Error, OSError)  # what a look at the table may raise
_log = logging.getLogger("halfopen")
_KEYS = "id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, digest TEXT NOT NULL UNIQUE, row TEXT NOT NULL"
_LINES = (
    "id INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL, "
    "before TEXT NOT NULL, after TEXT NOT NULL"
)
_SCHEMA = (
    f"CREATE TABLE IF NOT EXISTS keys ({_KEYS})",
    f"CREATE TABLE IF NOT EXISTS audit ({_LINES})",
    "CREATE TRIGGER IF NOT EXISTS audit_stays BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'it only grows'); END",
    "CREATE TRIGGER IF NOT EXISTS audit_keeps BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'it only grows'); END",
)
_encode = msgspec.json.Encoder(enc_hook=dict).encode


class Access:
    """The table of keys. May be open in several processes; all raise sqlite3.Error, and OSError at the start."""

    def __init__(self, data: Path) -> None:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = Lock()
        path = data / DATABASE
        self._secret = _secret(data / SECRET, made=not path.exists())
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5)
        self._connection.execute("PRAGMA journal_mode = WAL")
        with transaction(self._connection):
            for statement in _SCHEMA:
                self._connection.execute(statement)

    @property
    def version(self) -> int:
        """Another number whenever somebody else has changed something."""
        with self._lock:
            return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def digest(self, shown: str) -> str:
        """What a key that somebody shows is found by."""
        return digest(shown, self._secret)

    def rows(self) -> list[Key]:
        """All of them, in the order in which they were made; also those that are of no use any more.

        A row that cannot be read, of a newer halfopen perhaps, is left out and told in the log.
        """
        return [key for id, row in self._all() if (key := _read(id, row)) is not None]

    def _all(self) -> list[tuple[str, str]]:
        with self._lock:
            return self._connection.execute("SELECT id, row FROM keys ORDER BY rowid").fetchall()

    def made(self, key: Key, who: str, at: float, what: str = "key created") -> str:
        """Keeps a key, with a new secret in it, which is returned and kept nowhere. Raises KeyTaken."""
        shown, id = MARK + secrets.token_urlsafe(BITS // 8), key.id or f"{ID}{secrets.token_hex(5)}"
        with self._change(who, at, what) as told:
            told.append(self._put(replace(key, id=id, digest=self.digest(shown))))
        return shown

    def changed(self, name: str, who: str, at: float, what: str, **more: Any) -> Key:
        """A key with some fields otherwise. Raises KeyError for one that is not there."""
        with self._change(who, at, what) as told:
            before = self._named(name)
            if before.revoked is not None:
                raise KeyEnded(f"the key {before.name} was revoked already: make another")
            after = replace(before, **more)
            told += [before, self._put(after)]
        return after

    def rotated(self, name: str, who: str, at: float) -> str:
        """Another secret for a key; the old one is of no use from now on. Raises KeyError."""
        shown = MARK + secrets.token_urlsafe(BITS // 8)
        self.changed(name, who, at, "key rotated", digest=self.digest(shown))
        return shown

    def noted(self, who: str, at: float, what: str, before: str = "", after: str = "") -> None:
        """A line of the audit for what is kept elsewhere: a config, a catalog."""
        with self._lock, transaction(self._connection):
            self._audit(who, at, what, before, after)

    def audit(self, most: int = 1000) -> list[dict[str, Any]]:
        """The last lines, the newest last."""
        found = self._read_all("SELECT id, at, who, what, before, after FROM audit ORDER BY id DESC LIMIT ?", (most,))
        return [dict(zip(("id", "at", "who", "what", "before", "after"), row, strict=True)) for row in reversed(found)]

    def _read_all(self, statement: str, values: tuple[int, ...]) -> list[Any]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    def close(self) -> None:
        """Gives the database back."""
        self._connection.close()

    @contextmanager
    def _change(self, who: str, at: float, what: str) -> Iterator[list[Key]]:
        """One transaction; what the block puts into the list is before and after, or after alone."""
        told: list[Key] = []
        try:
            with self._lock, transaction(self._connection):
                yield told
                *before, after = told
                self._audit(who, at, what, "".join(map(_told, before)), _told(after))
        except sqlite3.IntegrityError as why:
            if "keys.name" in str(why):
                raise KeyTaken("there is a key of that name: name this one otherwise") from None
            raise

    def _put(self, key: Key) -> Key:
        self._connection.execute(
            "INSERT INTO keys (id, name, digest, row) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (id) DO UPDATE SET "
            "name = excluded.name, digest = excluded.digest, row = excluded.row",
            (key.id, key.name, key.digest, _encode(key).decode()),
        )
        return key

    def _named(self, name: str) -> Key:
        found = "SELECT row FROM keys WHERE name = ?1 OR id = ?1 ORDER BY id = ?1 DESC"
        row = self._connection.execute(found, (name,)).fetchone()
        if row is None:
            raise KeyError(name)
        return msgspec.json.decode(row[0], type=Key)

    def _audit(self, who: str, at: float, what: str, before: str, after: str) -> None:
        self._connection.execute(
            "INSERT INTO audit (at, who, what, before, after) VALUES (?, ?, ?, ?, ?)", (at, who, what, before, after)
        )


@contextmanager
def access(data: Path) -> Iterator[Access]:
    """The table in that folder, closed with the block."""
    with closing(Access(data)) as there:
        yield there


def _told(key: Key) -> str:
    """A key as the audit shows it: without its hash."""
    return _encode({name: value for name, value in msgspec.to_builtins(key).items() if name != "digest"}).decode()


def _read(id: str, row: str) -> Key | None:
    try:
        return msgspec.json.decode(row, type=Key)
    except (msgspec.DecodeError, Complaints) as why:
        _log.error("key %s cannot be read and counts for nothing: %s", id, why)
        return None


def _secret(path: Path, made: bool) -> bytes:
    """The secret of the hashes; made once, for its owner alone. Whoever sees the file sees it whole.

    Raises Unusable where it is lost or cut: no key that was made would be known any more.
    """
    if not path.exists() and not made:
        raise Unusable(f"{path} is gone, without which no key is known: put it back, or move {DATABASE} away too")
    if not path.exists():
        mine = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(mine, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        os.write(descriptor, secrets.token_bytes(SECRET_BYTES))
        os.fsync(descriptor)
        os.close(descriptor)
        with suppress(FileExistsError):
            os.link(mine, path)
        mine.unlink()
    found = path.read_bytes()
    if len(found) != SECRET_BYTES:
        raise Unusable(f"{path} has {len(found)} bytes instead of {SECRET_BYTES}: put the right one back")
    return found
