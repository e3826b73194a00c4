"""`halfopen catalog import-ratings`: a whole leaderboard from a copy of yours, matched to the catalog's models by name.

No board ships with halfopen; what is read here stays in your data folder. A name is matched only as it is written in
the catalog (a model's name, title or alias): to guess which build of a model a board means would be to invent scores.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from halfopen.apps import shelf
from halfopen.apps.cli.catalog import TodayOption, day_of, show
from halfopen.apps.cli.given.load import DataOption, JsonOption, complaining
from halfopen.apps.config.environment import environment
from halfopen.catalog.match import Names, index
from halfopen.catalog.model import Rating
from halfopen.catalog.snapshot import Catalog
from halfopen.catalog.source import Source
from halfopen.catalog.upkeep.overlay import Overlay, Scores
from halfopen.ratings.board import Marginal, Published, read_boards

EXAMPLES = (
    "halfopen catalog import-ratings text.json --day 2026-11-20",
    'halfopen catalog import-ratings webdev.csv --board "Arena webdev" --day 2026-11-20 --raw',
)
OVERALL = ("full", "overall", "")  # what boards call the category of everything
SHOWN = 12  # unmatched names


@dataclass(slots=True)
class Matched:
    """Scores by model, and the board's names that are no model's, or a second name of one."""

    scores: dict[str, list[Rating]] = field(default_factory=dict)
    unmatched: dict[str, str] = field(default_factory=dict)  # name -> why


def run(
    file: Annotated[Path, typer.Argument(help="The Arena's JSON, or JSON or CSV with model, score, ci and votes.")],
    day: Annotated[str, typer.Option("--day", help="The day of the board, as 2026-11-20.")],
    board: Annotated[str, typer.Option("--board", help="What the board is called.")] = "Arena text",
    raw: Annotated[bool, typer.Option("--raw", help="The scores are without style control.")] = False,
    today: TodayOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """A leaderboard from your own copy, as scores of the models it names."""
    with complaining():
        where = environment(None, data).data
        if day_of(day) > day_of(today):
            raise ValueError(f"`{day}` has not come yet; --day is the day of the board, {day_of(today)} or before")
        boards = read_boards(file.read_text("utf-8"))
        source = Source(name=f"{file.name}, your own copy", checked=day_of(today))
        found = matched(shelf.stock(where).catalog, boards, board, day_of(day), not raw, source)
        models = tuple(Scores(model=name, ratings=tuple(ratings)) for name, ratings in found.scores.items())
        name = f"ratings-{_slug(board)}-{day_of(day)}.yaml"
        path = shelf.add(where, name, Overlay(models=models)) if models else None
    report = {
        "board": board,
        "day": str(day_of(day)),
        "categories": sorted(_category(name) for name in boards),
        "models": sorted(found.scores),
        "unmatched": found.unmatched,
        "written": str(path) if path else None,
    }
    typer.echo(json.dumps(report, indent=2)) if as_json else _show(report)
    raise typer.Exit(0 if path else 1)


def matched(
    whole: Catalog, boards: Mapping[str, Published], board: str, day: date, controlled: bool, source: Source
) -> Matched:
    """The scores of every category, by model."""
    names, found = index(whole), Matched()
    for category, published in boards.items():
        chosen = _chosen(whole, names, published.rows, found)
        for model, (name, row) in chosen.items():
            rating = Rating(
                board=board,
                day=day,
                style_control=controlled,
                category=_category(category),
                **_interval(row),
                votes=row.votes,
                named=name,
                source=source,
            )
            found.scores.setdefault(model, []).append(rating)
    return found


def _chosen(
    whole: Catalog, names: Names, rows: Mapping[str, Marginal], found: Matched
) -> dict[str, tuple[str, Marginal]]:
    """Model -> its row. Of two names of one model it is that which boards have called it before, or else the first."""
    chosen: dict[str, tuple[str, Marginal]] = {}
    for name, row in rows.items():
        meant = names.models.get(name.strip().casefold(), ())
        if len(meant) != 1:
            found.unmatched[name] = f"could be {', '.join(meant)}" if meant else "is no name in the catalog"
            continue
        known = {rating.named for rating in whole.models[meant[0]].ratings}
        if meant[0] in chosen and name not in known:
            found.unmatched[name] = f"is a second name of {meant[0]}"
            continue
        if meant[0] in chosen:
            found.unmatched[chosen[meant[0]][0]] = f"is a second name of {meant[0]}"
        chosen[meant[0]] = (name, row)
    return chosen


def _interval(row: Marginal) -> dict[str, Decimal]:
    score, low, high = (Decimal(str(round(value, 2))) for value in (row.rating, row.low, row.high))
    return {"score": score, "low": min(low, score), "high": max(high, score)}


def _category(name: str) -> str:
    return "overall" if name.casefold() in OVERALL else name


def _slug(board: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", board.casefold()).strip("-") or "board"


def _show(report: Mapping[str, Any]) -> None:
    for line in _sentences(report):
        show(Text(line))


def _sentences(report: Mapping[str, Any]) -> Iterator[str]:
    categories = len(report["categories"])
    plural = "categories" if categories != 1 else "category"
    yield f"{report['board']} of {report['day']}: {len(report['models'])} models of the catalog, {categories} {plural}."
    unmatched = report["unmatched"]
    if unmatched:
        yield f"{len(unmatched)} names were not matched:"
        yield from (f"  {name} {why}" for name, why in list(unmatched.items())[:SHOWN])
        if len(unmatched) > SHOWN:
            yield f"  and {len(unmatched) - SHOWN} more; `--json` lists them all."
    yield f"Written: {report['written']}" if report["written"] else "Nothing was matched, so nothing was written."
