"""A clock that stands still until a hand moves it."""

from __future__ import annotations

import asyncio
import heapq
from itertools import count


class HandClock:
    """Implements `ports.runtime.Clock`. `now` begins at the given second of 1970 and after, `ticks` at zero."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self._began = now
        self._moved = 0.0
        self._order = count()
        self._resting: list[tuple[float, int, asyncio.Future[None]]] = []
        self._crowded: list[tuple[int, asyncio.Future[None]]] = []

    def now(self) -> float:
        return self._began + self._moved

    def ticks(self) -> float:
        return self._moved

    @property
    def resting(self) -> int:
        """How many are waiting for the clock to move."""
        return sum(not waiter.done() for _, _, waiter in self._resting)

    async def rest(self, seconds: float) -> None:
        """Wait until the clock has been moved so far. Nothing to wait for lets others run once."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        waiter = asyncio.get_running_loop().create_future()
        heapq.heappush(self._resting, (self._moved + seconds, next(self._order), waiter))
        self._tell_the_crowded()
        await waiter

    def move(self, seconds: float) -> None:
        """Let time pass and wake those whose rest is over, in their order. Raises ValueError for the past."""
        if seconds < 0:
            raise ValueError("time does not run backwards")
        self._moved += seconds
        while self._resting and self._resting[0][0] <= self._moved:
            waiter = heapq.heappop(self._resting)[2]
            if not waiter.done():
                waiter.set_result(None)

    async def until_resting(self, number: int = 1) -> None:
        """Wait, in real time, until so many are resting: then the clock can be moved without missing anyone."""
        if self.resting >= number:
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._crowded.append((number, waiter))
        await waiter

    def _tell_the_crowded(self) -> None:
        resting = self.resting
        for number, waiter in self._crowded:
            if resting >= number and not waiter.done():
                waiter.set_result(None)
        self._crowded = [(number, waiter) for number, waiter in self._crowded if not waiter.done()]
