"""The data folder: files only their owner can read, and one gateway at a time."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DATABASE = "ledger.db"
JOURNAL = "journal"
LOCK = "lock"
OURS = re.compile(
    r"lock|journal|(ledger|access)\.db(-\w+)?|pepper(\.\w+)?|catalog(\.json(\.\d+)?)?"
)  # whatever halfopen keeps in it


class InUse(Exception):
    """Another gateway has this folder."""


class NoLedger(Exception):
    """There is no ledger in this folder."""


class Unusable(OSError):
    """This folder cannot be written to, and what to do about it."""


def hold(data: Path) -> int:
    """Makes the data folder if need be, 0700, and holds it; raises InUse, Unusable.

    The descriptor holds it until it is closed or the process ends, however it ends. A folder that was there before is
    closed to others too, if it is ours and nothing but our files is in it.
    """
    with _told(data):
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        _tighten(data)
        lock = os.open(data / LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(lock, 32).decode("ascii", "replace").strip() or "unknown"
        os.close(lock)
        raise InUse(
            f"another halfopen (process {holder}) writes its ledger to {data}: "
            "stop it, or give this one a folder of its own with --data"
        ) from None
    os.ftruncate(lock, 0)
    os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
    return lock


def prepare(data: Path) -> Path:
    """Makes the journal's folder, 0700, and an empty database, 0600, in a folder that is held; returns the former.

    SQLite gives its -wal and -shm files the mode of the database, so the database must have its own first. Nobody
    else in this process may have it open: closing any descriptor of a file gives up all of a process's locks on it.
    """
    journal = data / JOURNAL
    with _told(data):
        journal.mkdir(mode=0o700, exist_ok=True)
        os.close(os.open(data / DATABASE, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
    return journal


@contextmanager
def _told(data: Path) -> Iterator[None]:
    try:
        yield
    except OSError as why:
        where = why.filename or data
        raise Unusable(
            f"{where} cannot be used for the ledger ({why.strerror}): "
            "make it a folder that you may write to, or name another with --data"
        ) from None


def _tighten(data: Path) -> None:
    """Others' files may be there to be read by others: a folder that has some is left as it is."""
    found = data.stat()
    if found.st_mode & 0o077 and found.st_uid == os.geteuid() and all(map(OURS.fullmatch, os.listdir(data))):
        data.chmod(0o700)
