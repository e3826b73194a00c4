"""The writing end of the journal: a row is in the operating system's hands before `append` returns.

Rows go to a segment: a file of its own, opened for appending, named by the moment it was begun. Every start
begins a new one, and so does a write that came out short, so that a torn line is always the last of its
segment and nothing is ever written behind it. Names are never used twice, because the database remembers
by name how far each segment has been drained.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Sequence
from pathlib import Path

from halfopen.adapters.sqlite.lines import Told, write
from halfopen.errors import LedgerFull
from halfopen.ledger.entry import Entry

ROOM = 16 << 20  # bytes after which a new segment is begun


class Journal:
    """Belongs to one thread, which alone may append, roll or close. Raises OSError if it cannot begin."""

    def __init__(self, folder: Path, room: int = ROOM) -> None:
        self._folder = folder
        self._room = room
        self._descriptor: int | None = None
        self._unsynced: list[int] = []
        self._dirty = False
        self._size = 0
        self._digests: set[str] = set()
        self.active = ""  # the segment that may still grow; every other is finished
        self._begin()

    def append(self, entry: Entry, decision: tuple[str, bytes]) -> None:
        """Writes one row, whole, or raises LedgerFull. Takes some microseconds; the disk is not waited for."""
        row = write(entry)
        descriptor = self._ready()
        digest, text = decision
        if digest and digest not in self._digests:
            row = write(Told(digest, text.decode())) + row
        try:
            written = os.write(descriptor, row)
        except OSError as error:
            raise self._full(error.strerror) from error
        self._dirty = True
        if written != len(row):
            self.roll()
            raise self._full(f"only {written} of {len(row)} bytes were taken")
        self._size += written
        self._digests.add(digest)

    def roll(self) -> None:
        """Finishes the segment; the next row begins another."""
        if self._descriptor is not None:
            self._unsynced.append(self._descriptor)
        self._descriptor = None
        self.active = ""

    def take_unsynced(self) -> Sequence[int]:
        """Descriptors of all that was written since the last call, for another thread to sync and to close."""
        taken, self._unsynced = self._unsynced, []
        if self._dirty and self._descriptor is not None:
            taken.append(os.dup(self._descriptor))
        self._dirty = False
        return taken

    def _ready(self) -> int:
        if self._descriptor is None or self._size >= self._room:
            try:
                return self._begin()
            except OSError as error:
                raise self._full(error.strerror) from error
        return self._descriptor

    def _begin(self) -> int:
        self.roll()
        self._size = 0
        self._digests.clear()
        self._unsynced.append(os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))  # the new name
        # Named before it exists: who sees the file must already be able to see that it is not finished.
        self.active = f"{time.time_ns():020d}-{secrets.token_hex(4)}.jsonl"
        flags = os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_WRONLY | os.O_CLOEXEC
        self._descriptor = os.open(self._folder / self.active, flags, 0o600)
        return self._descriptor

    def _full(self, why: str | None) -> LedgerFull:
        return LedgerFull(
            f"the ledger cannot be written ({why}), so nothing may be spent: "
            f"make room in {self._folder} or choose another folder with --data"
        )


def sync(descriptors: Sequence[int]) -> None:
    """Waits until what was written is on the disk, and closes the descriptors. Raises OSError if one was not."""
    failed: OSError | None = None
    for descriptor in descriptors:
        try:
            os.fsync(descriptor)
        except OSError as error:
            failed = failed or error
        finally:
            os.close(descriptor)
    if failed:
        raise failed
