"""Where rows of the ledger go, and where they are found again."""

from __future__ import annotations

from typing import Any, Protocol

from halfopen.access.key import Key
from halfopen.ledger.entry import Entry
from halfopen.ledger.question import Charge, Line, Question


class KeyTable(Protocol):
    """Keys, of which only hashes are kept. `version` is another whenever somebody else has changed one."""

    @property
    def version(self) -> int: ...
    def digest(self, shown: str) -> str: ...
    def rows(self) -> list[Key]: ...


class KeyTaken(ValueError):
    """Another key has that name."""


class KeyEnded(ValueError):
    """The key was revoked."""


class KeyKeeper(Protocol):
    """Changes keys, each with a line of the audit: who, when (seconds since 1970), what, before and after.

    `made` and `rotated` return the secret, which is kept nowhere; `noted` is for what is kept elsewhere. Raises
    KeyTaken, KeyEnded, and KeyError for no key.
    """

    def made(self, key: Key, who: str, at: float) -> str: ...
    def changed(self, name: str, who: str, at: float, what: str, **more: Any) -> Key: ...
    def rotated(self, name: str, who: str, at: float) -> str: ...
    def noted(self, who: str, at: float, what: str, before: str, after: str) -> None: ...
    def audit(self) -> list[dict[str, Any]]: ...


class Charges(Protocol):
    """What budgets were charged from a day (2026-11-25) on, or from the beginning with an empty one."""

    async def charged(self, since: str, simulated: bool) -> tuple[Charge, ...]: ...


class LedgerStore(Protocol):
    """Rows are appended and never changed; what `append` returned from is in every later answer, once.

    `append` is called from one thread (the event loop's) and returns after one write to the disk's cache. Its
    `decision` is a digest and the JSON text it stands for, or two empty values. It raises LedgerFull when the row
    could not be written whole. The others raise LedgerFull when the rows cannot be read.
    `trouble` says why rows wait in the journal at present; empty is well.
    """

    @property
    def trouble(self) -> str: ...
    def append(self, entry: Entry, decision: tuple[str, bytes]) -> None: ...
    async def find(self, request: str) -> list[Entry]: ...  # in the order of the attempts; or by `answered_as`
    async def decision(self, digest: str) -> bytes | None: ...
    async def answer(self, question: Question) -> tuple[Line, ...]: ...
