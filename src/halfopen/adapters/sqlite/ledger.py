"""The ledger of one gateway: appends at once, syncs twice a second, drains four times a second, finds anything."""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TypeVar

from halfopen.adapters.sqlite import database, folder
from halfopen.adapters.sqlite.drain import Drain
from halfopen.adapters.sqlite.journal import Journal, sync
from halfopen.adapters.sqlite.reader import Reader
from halfopen.errors import LedgerFull
from halfopen.ledger.entry import Entry
from halfopen.ledger.question import Charge, Line, Question

SYNC_EVERY = 0.5  # seconds; with the time that a sync takes, below the promised second
DRAIN_EVERY = 0.25

_log = logging.getLogger(__name__)
A = TypeVar("A")
T = TypeVar("T")


class SqliteLedger:
    """A `ports.stores.LedgerStore`; made by `opened`."""

    def __init__(self, data: Path) -> None:
        """Takes the folder. Raises folder.InUse, folder.NoLedger, OSError, sqlite3.Error."""
        self._lock = folder.hold(data)
        try:
            journal = folder.prepare(data)
            self._connection = database.open_for_writing(data)
            self._journal = Journal(journal)
        except BaseException:
            os.close(self._lock)
            raise
        self._drain = Drain(self._connection, journal, lambda: self._journal.active)
        self._reader = Reader(data)
        self._closing = asyncio.Event()
        self._rounded = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self.append = self._journal.append
        self._troubles: dict[str, str] = {}

    def start(self) -> None:
        """Begins the background work, in the running event loop."""
        for seconds, work, name in ((SYNC_EVERY, self._sync, "synced"), (DRAIN_EVERY, self._move, "drained")):
            self._tasks.append(asyncio.create_task(self._every(seconds, work, name)))

    async def find(self, request: str) -> list[Entry]:
        return await self._read(self._reader.find, request)

    async def decision(self, digest: str) -> bytes | None:
        return await self._read(self._reader.decision, digest)

    async def answer(self, question: Question) -> tuple[Line, ...]:
        return await self._read(self._reader.answer, question)

    async def charged(self, since: str, simulated: bool) -> tuple[Charge, ...]:
        try:
            return await asyncio.to_thread(self._reader.charged, since, simulated)
        except sqlite3.Error as error:
            raise LedgerFull(f"the ledger cannot be read: {error}") from error

    async def close(self) -> None:
        """Syncs, drains, deletes the journal and gives the folder back. Raises OSError, sqlite3.Error."""
        self._closing.set()
        await asyncio.gather(*self._tasks)
        self._journal.roll()
        try:
            await asyncio.to_thread(sync, self._journal.take_unsynced())
            await asyncio.to_thread(self._drain)
        finally:
            self._connection.close()
            os.close(self._lock)

    @property
    def trouble(self) -> str:
        """Why syncing or draining does not work at present; empty when both do. Rows wait in the journal then."""
        return "; ".join(self._troubles.values())

    async def round(self) -> None:
        """Waits until the next round of syncing or draining has ended, well or not."""
        await self._rounded.wait()

    async def _sync(self) -> None:
        try:
            await asyncio.to_thread(sync, self._journal.take_unsynced())
        except OSError:
            self._journal.roll()  # the kernel tells of a failed sync once for each file; what follows needs another
            raise

    async def _move(self) -> None:
        await asyncio.to_thread(self._drain)

    async def _every(self, seconds: float, work: Callable[[], Awaitable[None]], name: str) -> None:
        while not self._closing.is_set():
            try:
                await work()
                self._troubles.pop(name, None)
            except (OSError, sqlite3.Error) as error:
                self._complain(name, f"the ledger cannot be {name}: {error}")
            self._rounded.set()
            self._rounded = asyncio.Event()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), seconds)

    def _complain(self, name: str, trouble: str) -> None:
        if self._troubles.get(name) != trouble:
            _log.error("%s (it is tried again, and rows wait in the journal)", trouble)
        self._troubles[name] = trouble

    async def _read(self, work: Callable[[A], T], argument: A) -> T:
        try:
            return await asyncio.to_thread(work, argument)
        except sqlite3.Error as error:
            raise LedgerFull(f"the ledger cannot be read: {error}") from error


@asynccontextmanager
async def opened(data: Path) -> AsyncIterator[SqliteLedger]:
    """The ledger in that folder, at work until the block ends. Raises as SqliteLedger and its close do."""
    ledger = SqliteLedger(data)
    ledger.start()
    try:
        yield ledger
    finally:
        await ledger.close()
