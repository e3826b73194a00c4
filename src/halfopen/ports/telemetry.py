"""What is counted while requests are served; nothing is decided by it."""

from __future__ import annotations

from typing import Protocol

from halfopen.ledger.entry import Entry


class Meter(Protocol):
    """Cheap, never fails, and its labels come from the config alone, so their number is bounded."""

    def attempt(self, entry: Entry) -> None: ...
    def answered(self, dialect: str, status: int, seconds: float) -> None: ...
    def exposed(self) -> bytes: ...  # in the Prometheus text format
