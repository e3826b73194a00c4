"""`halfopen ledger`: what was spent, by lane, model, hosting or day, to the last picodollar.

It only reads, and may do so beside a running gateway. What is simulated stands apart, what is unpriced is in no
sum, and what is estimated is in the sums and counted beside them.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from halfopen.adapters.sqlite.folder import NoLedger
from halfopen.adapters.sqlite.reader import Reader
from halfopen.apps.config.environment import environment
from halfopen.catalog.price import KINDS
from halfopen.ledger.entry import Entry
from halfopen.ledger.question import GROUPS, Line, Question, UnknownGroup
from halfopen.money import amount, show

SPANS = {"m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}  # seconds
NOTES = {
    "unpriced": "that used something whose price or amount is not known: in no sum",
    "estimated": "whose usage is an estimate, since the provider did not tell (a hang-up, a cut stream): in the sums",
}


def run(
    by: Annotated[list[str] | None, typer.Option(help=f"Group by: {', '.join(GROUPS)}. May be repeated.")] = None,
    since: Annotated[str | None, typer.Option(help="From then on: 7d, 24h, or 2026-11-01 (UTC).")] = None,
    until: Annotated[str | None, typer.Option(help="Up to but not including then, as --since.")] = None,
    data: Annotated[Path | None, typer.Option(help="The gateway's data folder.")] = None,
    request: Annotated[str | None, typer.Option(help="Show this request's attempts and why they were made.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
) -> None:
    """What was spent, on what, and how it went: exact, from the ledger."""
    where = environment(data=data).data
    reader = Reader(where)
    try:
        if request is not None:
            _tell_request(reader, request, as_json)
            return
        now = time.time()
        begin, end = _moment(since, "--since", now), _moment(until, "--until", now)
        question = Question(by=tuple(by or ["lane"]), since=begin, until=end)
        lines, totals = reader.answers(question, Question(by=(), since=begin, until=end))
        torn = reader.set_aside()
    except UnknownGroup as error:
        raise typer.BadParameter(str(error), param_hint="--by") from error
    except NoLedger as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    except (sqlite3.Error, OSError) as error:
        typer.echo(f"the ledger in {where} cannot be read ({error}): name another folder with --data", err=True)
        raise typer.Exit(1) from error
    if as_json:
        typer.echo(json.dumps([_plain(question, line) for line in lines], indent=2))
    elif as_csv:
        typer.echo(_csv(question, lines), nl=False)
    else:
        _tell(question, lines, totals, torn)


def _moment(text: str | None, option: str, now: float) -> float | None:
    """Seconds since 1970 of `7d` (ago) or of a day's beginning in UTC."""
    if text is None:
        return None
    span = re.fullmatch(r"(\d{1,6})([mhdw])", text)
    if span:
        return now - int(span[1]) * SPANS[span[2]]
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).timestamp()
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is no moment: give a span such as 90m, 24h, 7d or 2w, or a day such as 2026-11-01",
            param_hint=option,
        ) from None


def _plain(question: Question, line: Line) -> dict[str, object]:
    return {
        **dict(zip(question.by, line.group, strict=True)),
        "simulated": line.simulated,
        "attempts": line.attempts,
        "requests": line.requests,
        "tokens": dict(line.tokens),
        "cost": {currency: _exact(cost) for currency, cost in line.cost.items()},
        "unpriced": line.unpriced,
        "estimated": line.estimated,
        "faults": line.faults,
    }


def _csv(question: Question, lines: Sequence[Line]) -> str:
    currencies = sorted({currency for line in lines for currency in line.cost})
    groups = [group for group in question.by if group != "simulated"]
    counts = ("attempts", "requests", "unpriced", "estimated", "faults")
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow([*groups, "simulated", *counts, *KINDS, *(f"cost_{currency}" for currency in currencies)])
    for line in lines:
        plain = _plain(question, line)
        tokens = [line.tokens[kind] for kind in KINDS]
        costs = [_exact(line.cost[currency]) if currency in line.cost else "" for currency in currencies]
        named = [plain[name] for name in (*groups, "simulated", *counts)]
        rows.writerow([*("yes" if v is True else "no" if v is False else v for v in named), *tokens, *costs])
    return out.getvalue()


def _tell(question: Question, lines: Sequence[Line], totals: Sequence[Line], torn: int) -> None:
    if not lines:
        typer.echo("No attempts in that time.")
        return
    kinds = [kind for kind in KINDS if kind in ("input", "output") or any(line.tokens[kind] for line in lines)]
    table = Table(header_style="bold", show_edge=False)
    for group in (*question.by, ""):
        table.add_column(group, overflow="fold")
    for name in ("attempts", "requests", *kinds, "cost", "unpriced", "faults"):
        table.add_column(name.replace("_", " "), justify="right", overflow="fold")
    for line in lines:
        table.add_row(*_cells(line.group, line, kinds), style="dim" if line.simulated else None)
    table.add_section()
    for total in totals:
        everything = ("all", *("" for _ in question.by[1:]))
        table.add_row(*_cells(everything, total, kinds), style="dim" if total.simulated else "bold")
    console = _console()
    console.print(table)
    for note, meaning in NOTES.items():
        count = sum(getattr(total, note) for total in totals)
        if count:
            console.print(Text(f"{note}: {count} of {sum(total.attempts for total in totals)} attempts {meaning}."))
    if any(total.simulated for total in totals):
        console.print(Text("simulated: from the sandbox; no such money was spent."))
    if torn:
        console.print(Text(f"set aside: {torn} pieces of the journal were torn by a crash or a full disk."))


def _cells(group: Sequence[str], line: Line, kinds: Sequence[str]) -> list[Text]:
    costs = "\n".join(show(cost, currency) for currency, cost in sorted(line.cost.items()))
    faults = f"{line.faults} ({100 * line.fault_share:.1f} %)" if line.faults else ""
    numbers = (line.attempts, line.requests, *(line.tokens[kind] for kind in kinds))
    marks = [*(name or "-" for name in group), "simulated" if line.simulated else ""]
    return [Text(text) for text in (*marks, *(f"{n:,}" for n in numbers), costs, f"{line.unpriced or ''}", faults)]


def _tell_request(reader: Reader, request: str, as_json: bool) -> None:
    attempts = reader.find(request)
    if not attempts:
        typer.echo(f"the ledger knows no request {request!r}", err=True)
        raise typer.Exit(1)
    decisions = {digest: reader.decision(digest) for digest in dict.fromkeys(each.decision for each in attempts)}
    told = {digest: json.loads(text) for digest, text in decisions.items() if text is not None}
    if as_json:
        rows = [_attempt(each) for each in attempts]
        typer.echo(json.dumps({"request": request, "attempts": rows, "decisions": told}, indent=2))
        return
    console = _console()
    for each in attempts:
        table = Table("field", "value", header_style="bold", show_edge=False, title=f"attempt {each.attempt}")
        for name, value in _attempt(each).items():
            table.add_row(name, Text(value if isinstance(value, str) else json.dumps(value)))
        console.print(table)
    for digest, decision in told.items():
        console.print(Text(f"\ndecision {digest}\n{json.dumps(decision, indent=2)}"))


def _attempt(entry: Entry) -> dict[str, object]:
    row: dict[str, object] = msgspec.to_builtins(entry)
    at = datetime.fromtimestamp(entry.at, UTC).isoformat(timespec="milliseconds")
    return row | {"at": at, "cost": "unpriced" if entry.cost is None else _exact(entry.cost)}


def _exact(cost: int) -> str:
    return format(amount(cost).normalize(), "f")


def _console() -> Console:
    console = Console(file=sys.stdout)
    if not console.is_terminal:
        console.width = 200  # a pipe has no width; figures must not be folded for it
    return console
