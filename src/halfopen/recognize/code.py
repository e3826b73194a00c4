"""Which programming language stands in a request: what its fences say, or else what the code looks like.

A wish for code is none: "Write a Python function" has no Python in it. That it is about programming says `task`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import groupby

from halfopen.conversation.outline import Outline
from halfopen.recognize.signs import INFO, NO_CODE, SIGNS, Sign

NONE, OTHER = "none", "other"
ANSWERS = (*dict.fromkeys(INFO.values()), OTHER, NONE)
LONGEST = 4_000  # characters that are looked at, the newest first
ENOUGH = 3  # weight of signs
LOOSE = {"(": " (", ":": ": ", ";": "; "}  # how prose has these marks, and code seldom
GUESTS = frozenset(("sql", "html", "data"))
_fence = re.compile(r"^[ \t]*```+[ \t]*([\w+#-]*)|```([\w+#-]+)\n", re.MULTILINE)
# By mark, so that a text without it is not asked for any of its signs.
_BY_MARK: tuple[tuple[str, tuple[Sign, ...]], ...] = tuple(
    (mark, tuple(signs)) for mark, signs in groupby(sorted(SIGNS, key=lambda each: each.mark), lambda each: each.mark)
)


def code(outline: Outline) -> str:
    """The language of the newest code that the user sent; `other` is one that we cannot name, `none` no code."""
    left = LONGEST
    for said in reversed(outline.texts):
        if said.role != "user" or left <= 0:
            continue
        found = of(said.text[:left])
        if found != NONE:
            return found
        left -= len(said.text)
    return NONE


def of(text: str) -> str:
    """The programming language in a text."""
    fences = [first or second for first, second in _fence.findall(text)] if "```" in text else []
    named = next((name.lower() for name in fences if name and name.lower() not in NO_CODE), "")
    if named:
        return INFO.get(named, OTHER)
    weights = _hosts(_weights(text, text.lower()))
    most = max(weights.values(), default=0)
    if most < ENOUGH:
        return OTHER if fences and not NO_CODE.intersection(fences) else NONE
    first = [name for name, weight in weights.items() if weight == most]
    return first[0] if len(first) == 1 else OTHER


def _hosts(weights: Mapping[str, int]) -> Mapping[str, int]:
    """Queries, pages and data stand inside of programs, and seldom the other way round."""
    hosts = {name: weight for name, weight in weights.items() if name not in GUESTS and weight > ENOUGH}
    return hosts or weights


def _weights(text: str, small: str) -> dict[str, int]:
    """What speaks for each language."""
    found: dict[str, int] = {}
    for mark, signs in _BY_MARK:
        if mark in small and (mark not in LOOSE or small.count(mark) > small.count(LOOSE[mark])):
            for sign in _seen(signs, text, small):
                found[sign.language] = found.get(sign.language, 0) + sign.weight
    return found


def _seen(signs: Iterable[Sign], text: str, small: str) -> list[Sign]:
    return [sign for sign in signs if sign.word in small and sign.pattern.search(text)]
