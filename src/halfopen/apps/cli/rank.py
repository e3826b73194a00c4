"""`halfopen rank`: who beats whom, from a CSV of battles or a board that others published, with intervals.

What is asked for goes to stdout; warnings, what style was worth, and progress go to stderr.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from itertools import chain
from math import isfinite, isnan
from pathlib import Path
from typing import Annotated, Literal, TextIO

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from halfopen.adapters.plot import Mark, intervals
from halfopen.apps import sheets
from halfopen.apps.cli.given.load import JsonOption, complaining
from halfopen.apps.ranking import Options, Place, Ranking, effects_said, from_board, ranked

STDIN = "-"
MOST_ROUNDS = 100_000
COLUMNS = ("model", "rating", "low", "high", "battles", "rank_low", "rank_high", "says")


def run(
    battles: Annotated[str, typer.Argument(help="A CSV with model_a, model_b, winner; or a board, JSON or CSV; or -.")],
    category: Annotated[str, typer.Option(help="Only battles of this category; of a board, this one.")] = "",
    judge: Annotated[str, typer.Option(help="Only battles of this judge.")] = "",
    style_control: Annotated[
        bool, typer.Option("--style-control", help="At equal length and markdown: needs tokens_a and tokens_b, ...")
    ] = False,
    position: Annotated[
        bool, typer.Option("--position", help="Take out what it is worth to be model_a, for each judge.")
    ] = False,
    ties: Annotated[Literal["half", "davidson"], typer.Option(help="Half a win each, or a parameter.")] = "half",
    bootstrap: Annotated[int, typer.Option(min=0, max=MOST_ROUNDS, help="Intervals from so many resamples.")] = 0,
    anchor: Annotated[str | None, typer.Option(help="The model that is put at --at; else the mean is.")] = None,
    at: Annotated[float, typer.Option(help="Elo of the anchor, or of the mean.")] = 1000,
    next_: Annotated[int, typer.Option("--next", min=0, max=1_000_000, help="Plan so many battles instead.")] = 0,
    top: Annotated[int, typer.Option(min=2, help="For --next: the order among so many of the best.")] = 10,
    pair: Annotated[tuple[str, str] | None, typer.Option(help="For --next: the order of these two.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the resamples and the rank sets.")] = 0,
    as_json: JsonOption = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    plot: Annotated[Path | None, typer.Option(help="Draw the intervals: a file named .svg or .png.")] = None,
) -> None:
    """Who beats whom, and how sure that is."""
    if as_json and as_csv:
        raise typer.BadParameter("--json and --csv are two ways to print the same; choose one")
    options = Options(
        category=category,
        judge=judge,
        style_control=style_control,
        position=position,
        ties=ties,
        bootstrap=bootstrap,
        anchor=anchor,
        at=at,
        seed=seed,
        next=next_,
        top=top,
        pair=pair,
    )
    with complaining(), _by_line():
        ranking = _ranked(battles, options)
        if plot is not None:
            _draw(ranking, plot, battles, options)
    for sentence in (*ranking.warnings, *effects_said(ranking.effects)):
        typer.echo(f"{_shown(sentence).removesuffix('.')}.", err=True)
    if next_:
        _tell_next(ranking, as_json, as_csv)
    elif as_json:
        typer.echo(json.dumps([place.plain() for place in ranking.places], indent=2, ensure_ascii=False))
    elif as_csv:
        typer.echo(_csv([place.plain() for place in ranking.places], COLUMNS), nl=False)
    else:
        _tell(ranking)


@contextmanager
def _by_line() -> Iterator[None]:
    """What is wrong with a file begins with its name and line, so that an editor can jump there. Exit code 2."""
    try:
        yield
    except sheets.Unreadable as wrong:
        typer.echo(str(wrong), err=True)
        raise typer.Exit(2) from None


def _ranked(path: str, options: Options) -> Ranking:
    """Raises ValueError in its kinds, OSError."""
    with _opened(path) as (text, name):
        first = next(text, "")
        rest = chain([first], text)
        if _is_board(first):
            _refuse_for_boards(options, name)
            return from_board("".join(rest), name, options.category)
        sheet = sheets.read(rest, name)
    with _progress() as progress:
        return ranked(sheet, options, progress)


@contextmanager
def _opened(path: str) -> Iterator[tuple[TextIO, str]]:
    """The text and what it is called. Raises Unreadable where it turns out, on reading, to be none; OSError."""
    name = "stdin" if path == STDIN else path
    with ExitStack() as stack:
        binary = typer.get_binary_stream("stdin") if path == STDIN else stack.enter_context(Path(path).open("rb"))
        try:
            yield io.TextIOWrapper(binary, encoding="utf-8-sig", newline=""), name
        except UnicodeDecodeError as wrong:
            raise sheets.Unreadable(f"{name}: this is no UTF-8 text ({wrong.reason})") from None


def _is_board(first: str) -> bool:
    """Whether a file that begins with this line is a published board: JSON, or a CSV with one model a row."""
    if first.lstrip()[:1] in ("{", "["):
        return True
    names = [name.strip() for name in next(csv.reader([first]), [])]
    return "model_a" not in names and bool({"model", "model_name"} & set(names))


def _refuse_for_boards(options: Options, name: str) -> None:
    """Raises Unreadable for what only battles can answer."""
    plain = Options(category=options.category, seed=options.seed, top=options.top)
    asked = [f"--{field.replace('_', '-')}" for field, said in asdict(options).items() if said != getattr(plain, field)]
    if asked:
        raise sheets.Unreadable(f"{name}: {', '.join(asked)}: that needs battles, and this is a published board")


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None] | None]:
    """A bar on stderr, if that is a terminal; else None."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    columns = (TextColumn("resampling"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", visible=False)
        yield lambda done, all_: bar.update(task, completed=done, total=all_, visible=True)


def _draw(ranking: Ranking, out: Path, path: str, options: Options) -> None:
    chosen = [each for each in (options.category, options.judge) if each]
    title = ", ".join([Path(path).name if path != STDIN else "Ratings", *chosen])
    marks = [Mark(place.model, place.rating, place.low, place.high) for place in ranking.places]
    intervals(marks, title, "Elo, with 95 % intervals", out)


def _tell(ranking: Ranking) -> None:
    table = Table(header_style="bold", show_edge=False)
    for name, side in (("rank", "right"), ("model", "left"), ("rating", "right"), ("95 % interval", "right")):
        table.add_column(name, justify=side, overflow="fold")  # type: ignore[arg-type]
    table.add_column("battles", justify="right")
    said = [place for place in ranking.places if place.says]
    for place in ranking.places:
        table.add_row(*(Text(cell) for cell in _cells(place)))
    console = Console() if sys.stdout.isatty() else Console(width=160)  # a pipe has no width of its own
    console.print(table)
    for place in said:
        console.print(Text(_shown(f"{place.model}: {place.says}.")))


def _shown(text: str) -> str:
    """With what cannot be printed written out, so that a name cannot move the cursor of who reads it."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)


def _cells(place: Place) -> Sequence[str]:
    rank = f"{place.rank_low}" if place.rank_low == place.rank_high else f"{place.rank_low}-{place.rank_high}"
    battles = "" if place.battles is None else f"{place.battles:,}"
    return rank, _shown(place.model), _elo(place.rating), f"{_elo(place.low)} to {_elo(place.high)}", battles


def _elo(value: float) -> str:
    return f"{value:.0f}" if isfinite(value) else ("?" if isnan(value) else "∞" if value > 0 else "-∞")


def _tell_next(ranking: Ranking, as_json: bool, as_csv: bool) -> None:
    rows = [{**asdict(ask), "narrows": ask.narrows if isfinite(ask.narrows) else None} for ask in ranking.next]
    if as_json:
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    elif as_csv:
        typer.echo(_csv(rows, ("a", "b", "battles", "narrows")), nl=False)
    else:
        _tell_pairs(rows)


def _tell_pairs(rows: Sequence[Mapping[str, object]]) -> None:
    table = Table("compare", "with", "battles", "narrows, Elo", header_style="bold", show_edge=False)
    for row in rows:
        narrows = row["narrows"]
        told = "from endless" if narrows is None else f"{narrows:.2g}"
        table.add_row(Text(_shown(str(row["a"]))), Text(_shown(str(row["b"]))), f"{row['battles']:,}", told)
    console = Console() if sys.stdout.isatty() else Console(width=160)
    console.print(table)


def _csv(rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> str:
    out = io.StringIO()
    written = csv.DictWriter(out, columns, lineterminator="\n")
    written.writeheader()
    written.writerows(rows)
    return out.getvalue()
