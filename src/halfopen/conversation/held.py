"""How much of one stream may be held: text that waits for its turn, or from which an answer is put together.

No model says as much. A provider that streams on for ever, or sends parts without end, must not fill the memory.
"""

from __future__ import annotations

from halfopen.errors import BrokenProtocol

MOST = 64 * 2**20  # characters of all that a stream says
PART = 2**14  # what a part counts for beside its text, so that there are not too many to be looked through


class Held:
    """What has come so far."""

    def __init__(self, most: int = MOST) -> None:
        self._left = self._most = most

    def text(self, length: int) -> None:
        """Raises BrokenProtocol if it is too much."""
        self._left -= length
        if self._left < 0:
            raise BrokenProtocol(f"The provider streamed more than an answer may have: {self._most} characters.")

    def part(self, length: int = 0) -> None:
        """One more part, and the text that it begins with. Raises BrokenProtocol."""
        self.text(length + PART)
