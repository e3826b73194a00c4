"""`halfopen fleet predict`: a table of servers as CSV, written back with what is predicted for each row."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from halfopen.apps.cli.given.load import JsonOption, complaining
from halfopen.apps.cli.shown.paper import Side, paper
from halfopen.apps.iron import iron
from halfopen.apps.plans.table import Row, predictions
from halfopen.fleet.speed.rows import CELLS, NEEDED

EXAMPLES = ("halfopen fleet predict rows.csv --csv > predicted.csv",)
SHOWN = ("model_path", "system", "precision", "backend", "gpus", "isl", "osl", "conc")
WORDS = 4  # of them are words, and stand at the left
REFUSED = 1  # exit code where a row could not be predicted
COLUMNS = f"{', '.join(NEEDED)}, and if there are any precision, backend, gpus, tp_size, dp"

TableArgument = Annotated[Path, typer.Argument(help=f"CSV with the columns {COLUMNS}; - reads standard input.")]
CsvOption = Annotated[bool, typer.Option("--csv", help="Print CSV: the rows in order, with seven more columns.")]


def run(table: TableArgument, as_csv: CsvOption = False, as_json: JsonOption = False) -> None:
    """Times and throughput of a table of servers, row by row, each with its 80 % interval."""
    with complaining():
        if as_csv and as_json:
            raise ValueError("--csv and --json are different outputs: give one of them")
        names, rows = _read(table)
        found, refused = predictions(iron(), rows)
    whole = [{**row, **told} for row, told in zip(rows, found, strict=True)]
    if as_json:
        typer.echo(json.dumps(whole, indent=2, ensure_ascii=False))
    elif as_csv:
        typer.echo(_csv(names, whole), nl=False)
    else:
        _show(names, whole)
    for place, why in refused.items():
        typer.echo(f"{table}:{place + 2}: {why}", err=True)
    if refused:
        raise typer.Exit(REFUSED)


def _read(table: Path) -> tuple[list[str], list[Row]]:
    """Raises ValueError, OSError."""
    printed = str(table) == "-"
    if not printed and not table.is_file():
        raise ValueError(f"{table}: there is no such file; it is a CSV with the columns {COLUMNS}")
    text = typer.get_text_stream("stdin").read() if printed else table.read_text(encoding="utf-8-sig")
    reader = csv.DictReader(io.StringIO(text))
    names = list(reader.fieldnames or ())
    lacking = [name for name in NEEDED if name not in names]
    if lacking:
        raise ValueError(f"{table}: no column {', '.join(lacking)}; there are {', '.join(names)[:80] or 'none'}")
    return names, [{name: row[name] or "" for name in names} for row in reader]


def _csv(names: list[str], rows: list[dict[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, [*(name for name in names if name not in CELLS), *CELLS], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _show(names: list[str], rows: list[dict[str, str]]) -> None:
    shown = [name for name in SHOWN if name in names]
    head = [*(name.removesuffix("_path") for name in shown), "first token ms", "token ms", "tok/s/GPU"]
    sides: list[Side] = ["left" if place < WORDS else "right" for place in range(len(head))]
    paper().columns(head, [[*(row[name] for name in shown), *_ranges(row)] for row in rows], sides)


def _ranges(row: Mapping[str, str]) -> list[str]:
    if not row["tpot_ms"]:
        return ["?", "?", "?"]
    told = []
    for kind in ("ttft_ms", "tpot_ms"):
        value, low, high = (float(row[name]) for name in (kind, f"{kind}_low", f"{kind}_high"))
        told.append(f"{value:,.1f} ({low:,.1f}-{high:,.1f})")
    return [*told, f"{float(row['out_tok_s_per_gpu']):,.0f}"]
