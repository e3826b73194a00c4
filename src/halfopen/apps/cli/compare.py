"""`halfopen compare`: models with rating, price and licence; with one name all about it, with two both side by side.

The catalog is read by way of a snapshot in the data folder, and what draws or folds is imported when it is needed, so
that the table stands in less than a third of a second.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from halfopen.advisor.view import View
from halfopen.apps.cli.given.load import ConfigOption, DataOption, JsonOption, complaining, loaded
from halfopen.apps.config.environment import environment
from halfopen.apps.shipped import shipped
from halfopen.apps.tables import answers
from halfopen.apps.tables.query import ABOUT, Query, context_of, price_of, split
from halfopen.apps.tables.view import view_of
from halfopen.catalog.model import FORBIDS

TodayOption = Annotated[str | None, typer.Option("--today", help="As of that day, 2026-11-24, instead of today.")]
EXAMPLES = (
    "halfopen compare --open --category coding",
    "halfopen compare --zone region --max-price 1 --modalities image",
    "halfopen compare gpt-5.4 mistral-large-3 --shape 1000:300",
    "halfopen compare --plot compare.svg",
)


def _option(name: str, *more: str) -> Any:
    return typer.Option(*more, help=ABOUT[name])


def run(
    names: Annotated[list[str] | None, typer.Argument(help="One model or offer, or two to put side by side.")] = None,
    category: Annotated[str, _option("category")] = "overall",
    open_: Annotated[bool, _option("open", "--open")] = False,
    closed: Annotated[bool, _option("closed", "--closed")] = False,
    zone: Annotated[str, _option("zone")] = "",
    max_price: Annotated[str | None, _option("max_price")] = None,
    modalities: Annotated[list[str] | None, _option("modalities")] = None,
    provider: Annotated[list[str] | None, _option("provider")] = None,
    min_context: Annotated[str | None, _option("min_context")] = None,
    licence_allows: Annotated[list[str] | None, _option("licence_allows")] = None,
    sort: Annotated[str, _option("sort")] = "rating",
    shape: Annotated[str, _option("shape")] = "3:1",
    measured: Annotated[bool, _option("measured", "--measured")] = False,
    retired: Annotated[bool, _option("retired", "--retired")] = False,
    today: TodayOption = None,
    config: ConfigOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    plot: Annotated[Path | None, typer.Option(help="Draw price against rating: a file named .svg or .png.")] = None,
) -> None:
    """Every model with its rating, price and licence, and which of them are efficient."""
    with complaining(config):
        asked = Query(
            category=category,
            open=open_,
            closed=closed,
            zone=zone,
            max_price=None if max_price is None else price_of(max_price),
            modalities=split(modalities or ()),
            provider=split(provider or ()),
            min_context=None if min_context is None else context_of(min_context),
            licence_allows=split(licence_allows or ()),
            sort=sort,
            shape=shape,
            measured=measured,
            retired=retired,
        )
        one_of({"--json": as_json, "--csv": as_csv})
        _refuse(names or [], asked, as_csv, plot)
        found = answered(view(config, data, today), names or [], asked)
        if plot is not None:
            _draw(found, plot)
    _print(found, len(names or []), as_json, as_csv)


def answered(there: View, names: list[str], asked: Query) -> dict[str, Any]:
    """The table, one model, or two. Raises ValueError."""
    if not names:
        return answers.compared(there, asked)
    return answers.one(there, names[0], asked) if len(names) == 1 else answers.two(there, names[0], names[1], asked)


def view(config: Path | None, data: Path | None, today: str | None) -> View:
    """The catalog with the overlay of the data folder and the rows of a config. Raises Complaints, ValueError."""
    where = environment(config, data)
    whole = shipped(where.data)
    if any((where.data / "catalog").glob("*.yaml")):
        from halfopen.apps.shelf import FOLDER, read
        from halfopen.catalog.upkeep.overlay import laid_over

        whole, unused = laid_over(whole, read(where.data / FOLDER))
        for line in unused:
            typer.echo(line, err=True)
    ours = loaded(config, data)[0] if where.config else None
    return view_of(whole, ours, where, day_of(today))


def day_of(text: str | None) -> date:
    """A day, or today in UTC. Raises ValueError."""
    if text is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"`--today` is `{text}`; it is a day, such as 2026-11-24") from None


def one_of(forms: Mapping[str, bool]) -> None:
    """Raises ValueError where more than one form of the output is asked for."""
    asked = [name for name, wanted in forms.items() if wanted]
    if len(asked) > 1:
        raise ValueError(f"{' and '.join(asked)} are different outputs: give one of them")


def _refuse(names: list[str], asked: Query, as_csv: bool, plot: Path | None) -> None:
    if len(names) > 2:
        raise ValueError(f"{len(names)} names are given: name two to put them side by side, or none for the table")
    if names and (as_csv or plot):
        raise ValueError("--csv and --plot are for the table: leave the names out, or ask for --json")
    narrow = Query(category=asked.category, shape=asked.shape, measured=asked.measured)
    if names and asked != narrow:
        raise ValueError("with names only --category, --shape and --measured change anything: the others choose rows")


def _print(found: dict[str, Any], names: int, as_json: bool, as_csv: bool) -> None:
    if as_json:
        typer.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    if as_csv:
        from halfopen.apps.cli.shown.sheet import sheet

        typer.echo(sheet(found["rows"]), nl=False)
        return
    from halfopen.apps.cli.shown.paper import paper

    if names == 0:
        from halfopen.apps.cli.shown.rows import show
    elif names == 1:
        from halfopen.apps.cli.shown.card import show
    else:
        from halfopen.apps.cli.shown.beside import show
    show(found, paper())


def _draw(found: dict[str, Any], out: Path) -> None:
    from halfopen.adapters.plot.frontier import Spot, frontier

    spots = [
        Spot(
            f"{row['title']}{' (open?)' if row['weights_doubt'] and row['weights'] == 'open' else ''}",
            float(row["dollars"]),
            row["rating"]["score"],
            row["rating"]["low"],
            row["rating"]["high"],
            _group(row),
            row["frontier"] == "on",
            row["rating"]["basis"] == "estimated",
            row["lab"],
        )
        for row in found["rows"]
        if row["rating"] and row["dollars"] is not None
    ]
    own = ["the team's own"] if any(row["rating"] and row["rating"]["own"] for row in found["rows"]) else []
    boards = " and ".join([*found["boards"][-2:], *own])
    frontier(
        spots,
        title=f"Price and rating, {found['category']}",
        across=f"Dollars a million tokens ({found['shape']} in : out), log scale",
        up="Rating, Elo, with its 95 % interval",
        footnote=f"Ratings: {boards}; hollow: estimated. Prices: lowest known on {found['day']}. halfopen compare",
        out=out,
    )
    typer.echo(f"drawn: {out} ({len(spots)} models that are rated and priced)", err=True)


def _group(row: dict[str, Any]) -> str:
    if FORBIDS["commercial_use"] in (row["forbids"] or ()):
        return "research"
    return next((str(offer["hosting"]) for offer in row["offers"] if not offer["gone"]), "hosted")
