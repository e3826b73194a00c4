"""`halfopen keys audit`: who changed what, when, from what to what; lines are only ever added."""

from __future__ import annotations

import json
from typing import Any

import typer
from rich.table import Table
from rich.text import Text

from halfopen.apps.cli.catalog import show
from halfopen.apps.cli.given.load import DataOption, JsonOption, complaining
from halfopen.apps.cli.keys import table
from halfopen.apps.keys import day


def run(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Who changed which key, when, from what to what."""
    with complaining(), table(data) as keys:
        found = keys.audit()
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    shown = Table("when", "who", "what", "which", "otherwise", box=None, pad_edge=False)
    for line in found:
        shown.add_row(*(Text(cell) for cell in (day(line["at"]), line["who"], line["what"], *_moved(line))))
    show(shown)


def _moved(line: dict[str, str]) -> tuple[str, str]:
    """The name of the key, and the fields that are otherwise."""
    try:
        before, after = (json.loads(line[side]) if line[side] else {} for side in ("before", "after"))
        name = str(after.get("name", ""))
    except (ValueError, AttributeError):
        return "", f"{line['before']} -> {line['after']}"
    if not before:
        return name, "; ".join(
            f"{field}: {_said(field, value)}" for field, value in after.items() if _tells(field, value)
        )
    moved = {field: value for field, value in after.items() if before.get(field) != value}
    return name, "; ".join(
        f"{field}: {_said(field, before.get(field))} -> {_said(field, value)}" for field, value in moved.items()
    )


def _tells(field: str, value: Any) -> bool:
    """Whether a field of a new key says something that is not in the line already, or the same of every key."""
    return field not in ("id", "name", "created") and _said(field, value) != "none"


def _said(field: str, value: Any) -> str:
    if field in ("created", "expires", "revoked") and value:
        return day(value)
    if field == "budgets":
        return ", ".join(f"{each['usd']}/{each.get('per', 'month')}" for each in value) or "none"
    if isinstance(value, dict):
        return ", ".join(f"{name} {inner}" for name, inner in value.items() if inner is not None) or "none"
    return ", ".join(map(str, value)) if isinstance(value, list) and value else str(value or "none")
