"""Where a fact was seen, and on which day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """`name` is a page, a file or a package with its version; `recalled` marks a fact from memory."""

    name: str
    checked: date
    recalled: bool = False
