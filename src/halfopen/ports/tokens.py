"""Counting tokens of text, for what a provider did not count itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Counter(Protocol):
    """Counts by some tokenizer, seldom the model's own: what is settled by it is estimated, and says so.

    `count` is of all the texts together, or None where nobody can say in time: then bytes are the bound. `close` ends
    what was started; a count after that is None.
    """

    async def count(self, texts: Sequence[str]) -> int | None: ...
    async def close(self) -> None: ...
