"""`halfopen catalog check`: what is amiss in the catalog on a day, with the file and the line. Nobody is called.

The exit status is 0 if all is sound, 1 if something is wrong, and 3 if it is only growing old.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any

import typer
from rich.table import Column, Table
from rich.text import Text

from halfopen.adapters import prices
from halfopen.apps import shelf, wiring
from halfopen.apps.cli.catalog import TodayOption, day_of, show
from halfopen.apps.cli.given.load import ConfigOption, DataOption, JsonOption, complaining, loaded
from halfopen.apps.config.environment import Environment
from halfopen.apps.config.settings import Settings
from halfopen.apps.retiring import in_use
from halfopen.apps.roster import roster
from halfopen.catalog.check import Finding, Matter, check, status
from halfopen.catalog.snapshot import Catalog

EXAMPLES = ("halfopen catalog check", "halfopen catalog check --today 2027-02-01", "halfopen catalog check --notes")
STYLES = {"wrong": "bold red", "warning": "yellow", "note": "dim"}


def run(
    notes: Annotated[bool, typer.Option("--notes", help="Show the notes, and do not only count them.")] = False,
    today: TodayOption = None,
    config: ConfigOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """What is unsourced, wrong, stale or about to retire."""
    with complaining(config):
        settings, environment = loaded(config, data)
        day = day_of(today)
        stock = shelf.stock(environment.data, places=True)
        quoted, said = _quoted(stock.catalog, day)
        findings = check(
            Matter(
                whole=stock.catalog,
                day=day,
                used=_used(stock.catalog, settings, environment, day),
                quoted=quoted.lines if quoted else {},
                quoted_by=f"{prices.NAME} {quoted.version}" if quoted else "",
            )
        )
    code, told = status(findings), [said, *stock.unused]
    if as_json:
        typer.echo(json.dumps(_report(findings, day, code, told), indent=2))
    else:
        _show(findings, stock.catalog, day, told, notes)
    raise typer.Exit(code)


def _used(whole: Catalog, settings: Settings, environment: Environment, day: date) -> dict[str, tuple[str, ...]]:
    book = roster(whole, wiring.with_engines(settings, dict.fromkeys(settings.engines, 1)), environment)
    return dict(in_use(book.world(day, 1, {}), wiring.policy_of(settings)))


def _quoted(whole: Catalog, day: date) -> tuple[prices.Table | None, str]:
    """What the installed price table says of our offers, and a sentence on what was held against it."""
    try:
        found = prices.table({id: (offer.provider, offer.served_as) for id, offer in whole.offers.items()}, day)
    except prices.NotInstalled as why:
        return None, str(why)
    unread = "".join(f" Not read: {id} ({why})." for id, why in found.unread.items())
    return (
        found,
        f"{len(found.lines)} of {len(whole.offers)} offers were held against {prices.NAME} {found.version}.{unread}",
    )


def _report(findings: Iterable[Finding], day: date, code: int, told: list[str]) -> dict[str, Any]:
    rows = [
        {
            "severity": each.severity,
            "rule": each.rule,
            "subject": each.subject,
            "says": each.says,
            "file": each.file or None,
            "line": each.line or None,
        }
        for each in findings
    ]
    return {"day": str(day), "status": code, "findings": rows, "told": told}


def _show(findings: tuple[Finding, ...], whole: Catalog, day: date, told: list[str], notes: bool) -> None:
    counts = Counter[str](each.severity for each in findings)
    table = Table.grid(Column(no_wrap=True), Column(overflow="fold"), Column(overflow="fold", ratio=1), padding=(0, 1))
    for each in findings:
        if notes or each.severity != "note":
            place = f"\n{each.file}:{each.line}" if each.line else ""
            row = Text(each.subject).append(place, style="dim")
            table.add_row(Text(f"{each.severity}: {each.rule}", style=STYLES[each.severity]), row, Text(each.says))
    if table.row_count:
        show(table)
    rules = Counter(each.rule for each in findings if each.severity == "note")
    if rules and not notes:
        listed = ", ".join(f"{count} {rule}" for rule, count in rules.most_common())
        show(Text(f"Notes ({listed}): `--notes` shows them.", style="dim"))
    for sentence in told:
        show(Text(sentence, style="dim"))
    size = f"{len(whole.models)} models, {len(whole.offers)} offers at {len(whole.providers)} providers on {day}"
    show(Text(f"{size}: {_sum(counts)}.", style="bold"))


def _sum(counts: Counter[str]) -> str:
    wrong = f"{counts['wrong']} wrong" if counts["wrong"] else "nothing is wrong"
    return f"{wrong}, {counts['warning']} warning{'' if counts['warning'] == 1 else 's'}"
