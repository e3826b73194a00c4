"""`halfopen cost`: what a workload costs a month at every offer that can serve it, the cheapest first."""

from __future__ import annotations

import json
import time
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from halfopen.apps.cli.compare import TodayOption, one_of, view
from halfopen.apps.cli.given.load import ConfigOption, DataOption, JsonOption, complaining
from halfopen.apps.config.environment import environment
from halfopen.apps.plans.asked import EXAMPLE, from_file, from_numbers, within
from halfopen.apps.plans.costed import costed, plain, sheet
from halfopen.costs.workload import Workload

EXAMPLES = (
    "halfopen cost workload.yaml",
    "halfopen cost --in 1200 --out 300 --requests 300000 --offer gpt-5.4 --offer deepseek-v4-pro",
    "halfopen cost --from-ledger 30d --plot cost.svg",
)
SHOWN = 25


def run(
    workload: Annotated[Path | None, typer.Argument(help="A workload.yaml.")] = None,
    tokens_in: Annotated[int | None, typer.Option("--in", help="Instead of a file: tokens in, on average.")] = None,
    tokens_out: Annotated[int | None, typer.Option("--out", help="Tokens out, on average.")] = None,
    requests: Annotated[int | None, typer.Option(help="Requests a month.")] = None,
    from_ledger: Annotated[str | None, typer.Option(help="Instead of a file: what was asked in 30d, or 4w.")] = None,
    offer: Annotated[list[str] | None, typer.Option(help="Only this model or offer. May be repeated.")] = None,
    zone: Annotated[str | None, typer.Option(help="Only offers that stay within this zone of halfopen.yaml.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="So many rows of the table.")] = SHOWN,
    every: Annotated[bool, typer.Option("--all", help="Every row of the table, and those that are free.")] = False,
    today: TodayOption = None,
    config: ConfigOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV: a row for each offer and task.")] = False,
    plot: Annotated[Path | None, typer.Option(help="Draw the table: a file named .svg or .png.")] = None,
) -> None:
    """What a workload costs a month at every offer, with what caching and batching save."""
    with complaining(config):
        one_of({"--json": as_json, "--csv": as_csv})
        asked = within(_asked(workload, (tokens_in, tokens_out, requests), from_ledger, data), zone)
        there = view(config, data, today)
        found = plain(costed(asked, there, offer or ()), asked, there)
        if plot is not None:
            _draw(found, limit, plot)
    if as_json:
        typer.echo(json.dumps(found, indent=2, ensure_ascii=False))
    elif as_csv:
        from halfopen.apps.cli.shown.lines import lines

        typer.echo(lines(list(sheet(found))), nl=False)
    else:
        from halfopen.apps.cli.shown.bills import show
        from halfopen.apps.cli.shown.paper import paper

        show(found, paper(), len(found["rows"]) if every else limit, every)


def _asked(path: Path | None, numbers: tuple[int | None, ...], span: str | None, data: Path | None) -> Workload:
    """Raises ValueError, documents.Complaints."""
    told = [name for name, given in (("a file", path), ("--from-ledger", span)) if given is not None]
    told += ["--in, --out and --requests"] if any(each is not None for each in numbers) else []
    if len(told) > 1:
        raise ValueError(f"{' and '.join(told)} are different workloads: give one of them")
    if path is not None:
        return from_file(path)
    if span is not None:
        from halfopen.apps.cli.given.observed import of_ledger

        return of_ledger(span, environment(None, data).data, time.time())
    tokens_in, tokens_out, requests = numbers
    if tokens_in is None or tokens_out is None or requests is None:
        raise ValueError(
            "no workload: name a file, or give --in, --out and --requests, or --from-ledger 30d. A file looks like "
            f"this:\n{EXAMPLE}"
        )
    return from_numbers(requests, tokens_in, tokens_out)


def _draw(found: dict[str, Any], limit: int, out: Path) -> None:
    from halfopen.adapters.plot.chart import Mark, intervals

    marks = [
        Mark(row["offer"], float(row["dollars"]), float(row["low"]), float(row["high"]), row["hosting"])
        for row in found["rows"][:limit]
        if row["dollars"] is not None
    ]
    tokens = sum(Decimal(str(task["tokens"])) for task in found["tasks"])
    title = f"Dollars a month for {tokens:,.0f} tokens"
    intervals(marks, title, f"dollars a month, with the range of four months in five; {found['day']}", out)
    typer.echo(f"drawn: {out} ({len(marks)} offers)", err=True)
