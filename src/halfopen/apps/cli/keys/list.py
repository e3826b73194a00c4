"""`halfopen keys list`: every key, with what it may do and what it may spend."""

from __future__ import annotations

import json
import time

import typer
from rich.table import Table
from rich.text import Text

from halfopen.apps.cli.catalog import show
from halfopen.apps.cli.given.load import DataOption, JsonOption, complaining
from halfopen.apps.cli.keys import table
from halfopen.apps.keys import rows
from halfopen.limits.bucket import WORDS

EXAMPLES = ("halfopen keys list", "halfopen keys list --json")


def run(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Every key, with what it may do and what it may spend."""
    with complaining(), table(data) as keys:
        found = rows(keys.rows(), time.time())
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    if not found:
        typer.echo("There is no key: whoever reaches the gateway, on this machine alone, may use it. Make one with")
        typer.echo("`halfopen keys create NAME`; the first is an admin's, and from then on everybody needs one.")
        return
    shown = Table("id", "name", "role", "team", "bounds", "budgets", "ends", "state", box=None, pad_edge=False)
    for row in found:
        bounds = [*row["lanes"], *row["models"], *([f"zone {row['zone']}"] if row["zone"] else [])]
        bounds += [f"{label}={said}" for label, said in row["labels"].items()]
        bounds += [f"{most:,} {WORDS[kind]}" for kind, most in row["limits"].items() if most is not None]
        cells = [row["id"], row["name"], row["role"], row["team"], ", ".join(bounds), ", ".join(row["budgets"])]
        shown.add_row(*(Text(cell) for cell in (*cells, row["expires"] or "", row["state"])))
    show(shown)
