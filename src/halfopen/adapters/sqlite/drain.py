"""From the journal into the database, exactly once.

A group of lines and the place behind them are stored in one transaction, so a drain that dies in the middle
goes on where the database says. A finished segment is deleted after the database has been synced, because
until then a power cut could take the transaction back.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from threading import Lock

from halfopen.adapters.sqlite import database, segments

# Seconds between two groups. The drain shares the interpreter's lock with the event loop, and small groups with a
# rest between them are meant to let the loop have it in time. Its price is about a third of the drain's speed; its
# gain is not settled: on a busy machine of two cores the lateness of rows varied more from run to run than with it.
REST = 0.0003


class Drain:
    """`active` names the segment that may still grow. May be called from any thread; one drains at a time."""

    def __init__(self, connection: sqlite3.Connection, folder: Path, active: Callable[[], str]) -> None:
        self._connection = connection
        self._folder = folder
        self._active = active
        self._lock = Lock()

    def __call__(self) -> None:
        """Drains what is there and deletes what is done. Raises sqlite3.Error, OSError; nothing is lost then."""
        with self._lock:
            ends = database.drained(self._connection)
            names = segments.names(self._folder)
            active = self._active()  # asked after the names were read: what is in them and is not active is finished
            for name in names:
                self._segment(name, ends.get(name, 0), name != active)
            self._delete([name for name in names if name != active], [name for name in ends if name not in names])

    def _segment(self, name: str, offset: int, finished: bool) -> None:
        for group in segments.groups(self._folder / name, offset, finished=finished):
            database.store(self._connection, group)
            time.sleep(REST)

    def _delete(self, done: list[str], gone: list[str]) -> None:
        if done and database.synced(self._connection):
            for name in done:
                (self._folder / name).unlink()
            gone = gone + done
        if gone:
            database.forget(self._connection, gone)
