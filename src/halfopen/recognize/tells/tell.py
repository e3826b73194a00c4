"""A row of what gives a task away: words, and where a word alone says too little, a pattern around it."""

from __future__ import annotations

import re
from dataclasses import dataclass

LANGUAGES = (
    "arabic|bulgarian|chinese|czech|danish|dutch|english|finnish|french|german|greek|hebrew|hindi|hungarian|indonesian"
    "|italian|japanese|korean|mandarin|norwegian|persian|polish|portuguese|romanian|russian|spanish|swedish|turkish"
    "|ukrainian|vietnamese"
)
NAMES = LANGUAGES.replace("|", " ")  # as words


@dataclass(frozen=True, slots=True)
class Tell:
    """Tried only where one of its words stands in the request, in small letters, so that its pattern may be slow.

    `pattern` must be found in the small letters of the request; None is that the word is enough. The points are given
    once, however often it is met.
    """

    task: str
    points: int
    words: tuple[str, ...]
    pattern: re.Pattern[str] | None


def tell(task: str, points: int, words: str, pattern: str = "") -> Tell:
    """A row; the words are told apart by blanks."""
    return Tell(task, points, tuple(words.split()), re.compile(pattern) if pattern else None)
