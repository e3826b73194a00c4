"""The machine's clock, and ids that nobody can guess."""

from __future__ import annotations

import asyncio
import os
import time


class SystemClock:
    """Implements `ports.runtime.Clock`."""

    def now(self) -> float:
        return time.time()

    def ticks(self) -> float:
        return time.perf_counter()

    async def rest(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def new_id() -> str:
    """`req_` and 96 random bits."""
    return "req_" + os.urandom(12).hex()
