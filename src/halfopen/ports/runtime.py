"""Time and chance, as things that are handed in."""

from __future__ import annotations

from typing import Protocol


class Clock(Protocol):
    """`now` is seconds since 1970 (UTC); `ticks` never runs backwards; `rest` waits."""

    def now(self) -> float: ...
    def ticks(self) -> float: ...
    async def rest(self, seconds: float) -> None: ...
