"""`halfopen keys audit`: who changed what, when, from what to what; lines are only ever added."""

from __future__ import annotations

import json

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
    moved = [
        f"{name}: {before[name]} -> {value}"
        for name, value in after.items()
        if name in before and before[name] != value
    ]
    return name, "; ".join(moved)
