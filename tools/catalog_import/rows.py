"""Rows as text: what a person wrote stays as it stands, and what is new is put beside it.

A row is changed only by what it lacks: a field, a score, a source, a price line later than its last, the services of
a line that has none. So the importer can run again over files that people have edited since.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from decimal import Decimal
from typing import Any

import yaml

Row = dict[str, Any]
PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/+()'-]*")
RESERVED = {"yes", "no", "on", "off", "true", "false", "null", "y", "n"}
BLOCKS = {"architecture", "ratings", "benchmarks", "prices", "sources", "disagreements", "services", "tiers"}
SAME: Mapping[str, Sequence[str]] = {  # by what two entries of a list are the same
    "ratings": ("day", "category", "style_control"),
    "benchmarks": ("name",),
    "disagreements": ("field", "says"),
    "sources": ("name", "of"),
}


class _Loader(yaml.SafeLoader):
    """Numbers stay as they are written."""


_Loader.add_constructor("tag:yaml.org,2002:float", lambda loader, node: Decimal(node.value))


def loaded(text: str) -> Any:
    return yaml.load(text, _Loader)


def written(text: str, header: str, kind: type, key: str, wanted: Sequence[Row]) -> str:
    """The file with the wanted rows in it, each row of `kind` and told by the field `key`."""
    order = [field.name for field in fields(kind)]
    head, standing = _apart(text or f"# {header}\n\n")
    parts = [head.rstrip()]
    news = {row[key]: row for row in wanted}
    for lines in standing:
        name = loaded("\n".join(lines))[0][key]
        parts.append(_grown(lines, order, news.pop(name)) if name in news else "\n".join(lines).rstrip())
    parts += ["\n".join(_block(row, order)) for row in news.values()]
    return "\n\n".join(parts) + "\n"


def _apart(text: str) -> tuple[str, list[list[str]]]:
    head, *rows = re.split(r"^(?=- )", text, flags=re.MULTILINE)
    return head, [row.rstrip().split("\n") for row in rows]


def _grown(lines: Sequence[str], order: Sequence[str], row: Row) -> str:
    standing: Row = loaded("\n".join(lines))[0]
    parts = _fields(lines)
    added = {name for name, value in row.items() if name not in standing and _told(value)}
    for name in [name for name in order if name in added and name not in ("sources", "found")]:
        parts[name] = list(_field(name, row[name]))
    for name in ("ratings", "benchmarks", "disagreements"):
        if name in standing:
            news = [one for one in row.get(name, ()) if not any(_same(name, one, old) for old in standing[name])]
            parts[name] += _entries(name, news)
    if "prices" in standing:
        parts["prices"] = _with_services(parts["prices"], standing["prices"], row.get("prices", ()))
        last = max(line["since"] for line in standing["prices"])
        parts["prices"] += _entries("prices", [line for line in row.get("prices", ()) if line["since"] > last])
    found = [one | {"of": [name for name in one["of"] if name in added]} for one in row["found"]]
    scoped = [one for one in [*row["sources"], *found] if one.get("of")]
    parts["sources"] += _entries("sources", _sources(scoped, standing["sources"]))
    return _first([line for name in order if name in parts for line in parts[name]])


def _fields(lines: Sequence[str]) -> dict[str, list[str]]:
    parts: dict[str, list[str]] = {}
    for line in ["  " + lines[0][2:], *lines[1:]]:
        if found := re.match(r"  ([a-z_]+):", line):
            parts[found[1]] = []
        list(parts.values())[-1].append(line)
    return parts


def _sources(news: Sequence[Row], standing: Sequence[Row]) -> list[Row]:
    """What is to be added: one entry for each name, and none for what vouches for the whole row already."""
    whole = {one["name"] for one in standing if not one.get("of")}
    made: dict[str, Row] = {}
    for one in news:
        if one["name"] not in whole and not any(_same("sources", one, old) for old in standing):
            old = made.get(one["name"], {}).get("of", [])
            made[one["name"]] = one | {"of": [*old, *(name for name in one.get("of", ()) if name not in old)]}
    return [one for one in made.values() if one["of"]]


def _with_services(text: list[str], standing: Sequence[Row], news: Sequence[Row]) -> list[str]:
    """A line that has no services gets those that came with it: those of a new line of the same rates."""
    place = -1
    made: list[str] = []
    for line in text:
        if line.startswith("    - "):
            place += 1
        if line.startswith("      source:") and "services" not in standing[place]:
            old = standing[place]
            begun = [one for one in news if one["since"] <= old["since"]]
            if begun and all(begun[-1][kind] == old[kind] for kind in ("input", "output")):
                made += ["      " + entry for entry in _field("services", begun[-1].get("services", ()), "")]
        made.append(line)
    return made


def _same(name: str, one: Row, other: Row) -> bool:
    plain = {"category": "overall", "style_control": True}
    return all(one.get(key, plain.get(key)) == other.get(key, plain.get(key)) for key in SAME[name])


def _told(value: Any) -> bool:
    return value is not None and (not isinstance(value, list | tuple | dict) or bool(value))


def _block(row: Row, order: Sequence[str]) -> list[str]:
    first = [one for one in [*row["sources"], *row["found"]] if not one.get("of")]
    scoped = [one for one in [*row["sources"], *row["found"]] if one.get("of")]
    whole = row | {"sources": [*first, *_sources(scoped, first)]}
    lines = [line for name in order if _told(whole.get(name)) for line in _field(name, whole[name])]
    return _first(lines).split("\n")


def _first(lines: Sequence[str]) -> str:
    return "\n".join(["- " + lines[0][2:], *lines[1:]]).rstrip()


def _field(name: str, value: Any, indent: str = "  ") -> Iterator[str]:
    if not _told(value):
        return
    if name not in BLOCKS:
        yield f"{indent}{name}: {flow(value)}"
    elif isinstance(value, dict):
        yield f"{indent}{name}:"
        yield from (f"{indent}  {key}: {flow(one)}" for key, one in value.items() if one is not None)
    else:
        yield f"{indent}{name}:"
        yield from (indent + entry[2:] for entry in _entries(name, value))


def _entries(name: str, values: Sequence[Row]) -> list[str]:
    if name != "prices":
        return [f"    - {flow(value)}" for value in values]
    entries = []
    for value in values:
        first, *others = [line for key, one in value.items() for line in _field(key, one, "")]
        entries += ["    - " + first, *("      " + line for line in others)]
    return entries


def flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(one)}" for key, one in value.items() if one not in (None, [], ())) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return str(value)
    plain = PLAIN.fullmatch(value) and value.lower() not in RESERVED and loaded(value) == value
    return value if plain and not value.endswith(" ") else json.dumps(value, ensure_ascii=False)
