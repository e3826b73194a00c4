"""The facts that somebody asks for, and no others; what one is made of is computed once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from halfopen.conversation.outline import Outline
from halfopen.recognize.table import BY_NAME


def facts(names: Iterable[str], outline: Outline) -> Mapping[str, str]:
    """Each fact by its name. Raises KeyError for one that is not in the table."""
    known: dict[str, str] = {}
    return {name: _fact(name, outline, known) for name in names}


def _fact(name: str, outline: Outline, known: dict[str, str]) -> str:
    if name not in known:
        row = BY_NAME[name]
        known[name] = row.function(outline, *[_fact(before, outline, known) for before in row.after])
    return known[name]
