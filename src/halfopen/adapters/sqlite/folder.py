"""The data folder: files only their owner can read, and one gateway at a time."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

DATABASE = "ledger.db"
JOURNAL = "journal"
LOCK = "lock"


class InUse(Exception):
    """Another gateway has this folder."""


class NoLedger(Exception):
    """There is no ledger in this folder."""


def hold(data: Path) -> int:
    """Makes the data folder if need be, 0700, and holds it; raises InUse.

    The descriptor holds it until it is closed or the process ends, however it ends.
    """
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
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
    journal.mkdir(mode=0o700, exist_ok=True)
    os.close(os.open(data / DATABASE, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
    return journal
