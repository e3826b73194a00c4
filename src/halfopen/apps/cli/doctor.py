"""`halfopen doctor`: what is configured, found, reachable or wrong, and what to do about it. Keys are never shown."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from halfopen.apps import probe, shelf, wiring
from halfopen.apps.cli.given.load import ConfigOption, DataOption, JsonOption, complaining, loaded
from halfopen.apps.config.environment import Environment
from halfopen.apps.config.settings import Settings
from halfopen.apps.retiring import Retirement, advised
from halfopen.apps.roster import Roster, roster


def run(
    offline: Annotated[bool, typer.Option("--offline", help="Call nobody.")] = False,
    config: ConfigOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """What is configured, found, reachable or wrong."""
    with complaining(config):
        settings, environment = loaded(config, data)
        wiring.policy_of(settings)
        report = asyncio.run(_examined(settings, environment, offline))
    typer.echo(json.dumps(report, indent=2)) if as_json else _show(report)


async def _examined(settings: Settings, environment: Environment, offline: bool) -> dict[str, Any]:
    stock = shelf.stock(environment.data)
    catalog = stock.catalog
    found = [] if offline else await probe.engines(catalog.providers, environment.variables)
    for name, engine in settings.engines.items():
        wiring.gguf_of(name, engine, environment)
    book = roster(catalog, wiring.with_engines(settings, dict.fromkeys(settings.engines, 1)), environment)
    rows = [_row(name, book, settings, environment.variables) for name in sorted(book.catalog.providers)]
    if not offline:
        asked = [row for row in rows if row["ready"] and row["name"] not in settings.engines]
        states = await asyncio.gather(
            *(probe.reached(book.catalog.providers[row["name"]], environment.variables) for row in asked)
        )
        for row, state in zip(asked, states, strict=True):
            row["state"] = state
    today = datetime.now(UTC).date()
    ends = advised(book, book.world(today, 1, {}), wiring.policy_of(settings))
    gone, soon = [one for one in ends if one.days <= 0], [one for one in ends if one.days > 0]
    return {
        "config": str(environment.config) if environment.config else None,
        "data": str(environment.data),
        "providers": rows,
        "engines_found": [
            {"kind": engine.kind, "base_url": engine.base_url, "models": list(engine.models)} for engine in found
        ],
        "retired": [_retiring(one) for one in gone],
        "retiring": [_retiring(one) for one in soon],
        "advice": [
            *map(str, gone),
            *stock.unused,
            *map(str, soon),
            *_advice(rows, bool(found), bool(book.zone_of), book.zones[0]),
        ],
    }


def _row(name: str, book: Roster, settings: Settings, variables: Mapping[str, str]) -> dict[str, Any]:
    provider = book.catalog.providers[name]
    offers = sum(offer.provider == name for offer in book.catalog.offers.values())
    lacks = book.lacks[name]
    state = f"engine for {settings.engines[name].gguf}" if name in settings.engines else "ready"
    return {
        "name": name,
        "hosting": provider.hosting,
        "zone": book.zone_of.get(name, book.zones[-1]),
        "offers": offers,
        "key": "none needed" if provider.auth == "none" else _key(provider.key_env, variables),
        "tested": provider.tested,
        "ready": not lacks,
        "state": lacks or state,
    }


def _retiring(one: Retirement) -> dict[str, Any]:
    return {
        "offer": one.offer,
        "retires": str(one.day),
        "days": one.days,
        "used_by": list(one.used_by),
        "successor": one.named,
        "instead": one.proposal and {"offer": one.proposal.offer, "why": one.proposal.why},
    }


def _key(variable: str | None, variables: Mapping[str, str]) -> str:
    return "none needed" if not variable else f"{variable} {'is set' if variable in variables else 'is not set'}"


def _advice(rows: list[dict[str, Any]], found: bool, drawn: bool, inner: str) -> list[str]:
    advice = []
    if not any(row["ready"] and row["offers"] for row in rows) and not found:
        advice.append("Nothing can be called yet: set a provider's key, or start with `halfopen up --sandbox`.")
    if found and not drawn:
        advice.append(f"An engine was found here. To use it for what must not leave: `zones: {{{inner}: [its name]}}`.")
    if not any(row["zone"] == inner for row in rows):
        advice.append(f"Zone {inner} is empty, so lane private answers 403. `engines:` in halfopen.yaml gives it one.")
    return advice


def _show(report: dict[str, Any]) -> None:
    console = Console() if sys.stdout.isatty() else Console(width=160)  # a pipe has no width of its own
    console.print(Text(f"Config: {report['config'] or 'none, the defaults'}. Data: {report['data']}."))
    table = Table(*(Column(name, overflow="fold") for name in ("provider", "zone", "offers", "key", "tested", "state")))
    for row in report["providers"]:
        style = "" if row["ready"] else "dim"
        cells = (row["name"], row["zone"], str(row["offers"]), row["key"], row["tested"], row["state"])
        table.add_row(*(Text(cell, style=style) for cell in cells))
    console.print(table)
    for engine in report["engines_found"]:
        names = ", ".join(engine["models"]) or "no model"
        console.print(Text(f"Found {engine['kind']} at {engine['base_url']}, serving {names}."))
    for line in report["advice"]:
        console.print(Text(line, style="bold"))
