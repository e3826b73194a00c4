"""Rows as YAML text that `documents` reads again: sections in block style, rows on a line where they fit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

WIDTH = 118
PLAIN = re.compile(r"[A-Za-z0-9_/][A-Za-z0-9_./@+-]*")
NOTHING = ("null", "~", "")


def scalar(text: str) -> str:
    """Quoted where YAML could take it for something else."""
    return text if PLAIN.fullmatch(text) and text not in NOTHING else '"' + "".join(map(_sign, text)) + '"'


def _sign(sign: str) -> str:
    if sign in '"\\':
        return f"\\{sign}"
    return sign if sign.isprintable() else f"\\U{ord(sign):08x}"


def document(rows: Mapping[str, Any]) -> str:
    """A whole document, with a newline at its end; empty sections are left out."""
    return "\n".join(line for name, value in rows.items() for line in _field(name, value)).rstrip("\n") + "\n"


def _field(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, (Mapping, list)):
        yield from section(name, value)
    else:
        yield f"{scalar(name)}: {flow(value)}"


def flow(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(name)}: {flow(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(flow, value)) + "]"
    return scalar(str(value))


def section(name: str, rows: Mapping[str, Any] | list[Any]) -> Iterator[str]:
    """A top-level setting; nothing for nothing."""
    if rows:
        yield f"{name}:"
        yield from _block(rows, "  ")
        yield ""


def _block(rows: Mapping[str, Any] | list[Any], indent: str) -> Iterator[str]:
    named = rows.items() if isinstance(rows, Mapping) else ((None, row) for row in rows)
    for name, value in named:
        lead = f"{indent}-" if name is None else f"{indent}{scalar(name)}:"
        line = f"{lead} {flow(value)}"
        if len(line) <= WIDTH or not isinstance(value, (Mapping, list)):
            yield line
        elif name is None and isinstance(value, Mapping):
            first, *others = _block(value, f"{indent}  ")
            yield f"{lead} {first.lstrip()}"
            yield from others
        else:
            yield lead
            yield from _block(value, f"{indent}  ")


def comment(lines: Iterable[str]) -> Iterator[str]:
    """Each on a line of its own; what cannot be printed is escaped, so that none of it leaves the comment."""
    for line in lines:
        safe = "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in line)
        yield f"# {safe}".rstrip()
