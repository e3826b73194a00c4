"""`halfopen catalog diff`: what changed in force between two days: prices, retirements, releases, new offers."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from rich.table import Column, Table
from rich.text import Text

from halfopen.apps import shelf
from halfopen.apps.cli.catalog import day_of, show
from halfopen.apps.cli.given.load import DataOption, JsonOption, complaining
from halfopen.apps.config.environment import environment
from halfopen.catalog.diff import Change, diff, rate_said
from halfopen.catalog.price import PIECES

EXAMPLES = ("halfopen catalog diff 2026-09-01 2026-11-24", "halfopen catalog diff 2026-11-24 2027-02-01 --json")
STYLES = {"released": "cyan", "offered": "green", "price": "yellow", "retired": "red"}
SHOWN = 4  # rates of a change


def run(
    after: Annotated[str, typer.Argument(metavar="DAY", help="The earlier day; what began on it is not shown.")],
    until: Annotated[str, typer.Argument(metavar="DAY", help="The later day, itself included.")],
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """What changed in force between two days."""
    with complaining():
        changes = diff(shelf.stock(environment(None, data).data).catalog, day_of(after), day_of(until))
    if as_json:
        typer.echo(json.dumps([_row(change) for change in changes], indent=2))
        return
    table = Table.grid(
        Column(no_wrap=True), Column(), Column(overflow="fold"), Column(overflow="fold", ratio=1), padding=(0, 1)
    )
    for change in changes:
        kind = Text(change.kind, style=STYLES[change.kind])
        table.add_row(str(change.day), kind, Text(change.subject), Text(_says(change)))
    if changes:
        show(table)
    else:
        typer.echo(f"Nothing changed in force after {after} and until {until}.")


def _says(change: Change) -> str:
    """The plain rates first, then what else there is; what is new has no arrow."""
    told = {True: list[str](), False: list[str]()}  # whether it is a price of one piece, and not of a million tokens
    for name, pair in list(change.rates.items())[:SHOWN]:
        told[name.rpartition(" ")[2] in PIECES].append(rate_said(name, *pair))
    more = f", and {len(change.rates) - SHOWN} more" if len(change.rates) > SHOWN else ""
    units = (("a million", told[False]), ("each", told[True]))
    prices = "; ".join(f"{change.currency} {unit}: {', '.join(rates)}" for unit, rates in units if rates)
    return prices + more if change.kind in ("price", "offered") and prices else change.says


def _row(change: Change) -> dict[str, Any]:
    rates = {
        name: {"before": None if old is None else f"{old:f}", "after": None if new is None else f"{new:f}"}
        for name, (old, new) in change.rates.items()
    }
    return {
        "day": str(change.day),
        "kind": change.kind,
        "subject": change.subject,
        "says": change.says,
        "currency": change.currency or None,
        "rates": rates,
    }
