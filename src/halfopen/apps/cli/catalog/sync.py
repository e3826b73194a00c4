"""`halfopen catalog sync`: what newer sources say of our offers, shown, and with `--yes` written over the catalog.

Asked are each provider whose key is set, for its list of models, then the installed genai-prices, and an overlay file
if one is named. What is taken becomes a later price line or a day of retirement in `DATA/catalog/`; no line that
stands is changed.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.text import Text

from halfopen.adapters.prices import NAME, NotInstalled, table
from halfopen.apps import shelf, wiring
from halfopen.apps.cli.catalog import TodayOption, day_of, show
from halfopen.apps.cli.catalog.asking import Heard, ask, askable
from halfopen.apps.cli.given.load import ConfigOption, DataOption, JsonOption, complaining, loaded
from halfopen.apps.roster import Roster, roster
from halfopen.catalog.match import index
from halfopen.catalog.snapshot import Catalog
from halfopen.catalog.upkeep.news import Proposal, additions, from_list, from_overlay, from_table
from halfopen.catalog.upkeep.overlay import Overlay, laid_over

EXAMPLES = (
    "halfopen catalog sync",
    "halfopen catalog sync --yes",
    "halfopen catalog sync --offline --overlay ours.yaml --yes",
)

SHOWN = 8  # offers that were left for one reason


@dataclass(slots=True)
class News:
    """What was found so far: the catalog with all that is taken, the files that would be written, what was said."""

    whole: Catalog
    day: date
    files: dict[str, Overlay] = field(default_factory=dict)
    proposals: list[Proposal] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def take(self, file: str, proposals: Iterable[Proposal], more: Overlay | None = None) -> None:
        found = list(proposals)
        self.proposals += found
        overlay = Overlay(offers=additions(found), models=more.models if more else ())
        if overlay.offers or overlay.models:
            self.files[file] = overlay
            self.whole, unused = laid_over(self.whole, {file: overlay})
            self.told += unused


def run(
    yes: Annotated[bool, typer.Option("--yes", help="Write what is taken.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Call nobody.")] = False,
    overlay: Annotated[Path | None, typer.Option("--overlay", help="A file of yours to merge too.")] = None,
    today: TodayOption = None,
    config: ConfigOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """What newer sources say, shown before it is written over the catalog."""
    with complaining(config):
        settings, environment = loaded(config, data)
        stock = shelf.stock(environment.data)
        news = News(stock.catalog, day_of(today), told=list(stock.unused))
        book = roster(stock.catalog, wiring.with_engines(settings, dict.fromkeys(settings.engines, 1)), environment)
        for heard in [] if offline else asyncio.run(_asked(book, news.day)):
            _listen(news, heard)
        _look_up(news)
        if overlay:
            mine = shelf.read_file(overlay)
            news.take(overlay.name, from_overlay(news.whole, mine), mine)
        paths = [shelf.add(environment.data, name, new) for name, new in news.files.items()] if yes else []
    typer.echo(json.dumps(_report(news, paths), indent=2)) if as_json else _show(news, paths)


async def _asked(book: Roster, day: date) -> list[Heard]:
    """Every provider that can be asked, with a bar while it takes time and somebody watches."""
    providers = askable(book)
    bar = Progress(
        TextColumn("Asking providers"),
        BarColumn(),
        TextColumn("{task.completed:.0f} of {task.total:.0f} {task.description}"),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    with bar:
        task = bar.add_task("", total=len(providers))
        return await ask(providers, book.variables, day, lambda name: bar.update(task, advance=1, description=name))


def _listen(news: News, heard: Heard) -> None:
    if heard.trouble:
        news.told.append(f"{heard.provider} was not read: {heard.trouble}")
        return
    priced = sum(entry.line is not None for entry in heard.listed)
    ends = sum(entry.retires is not None for entry in heard.listed)
    news.told.append(f"{heard.provider} lists {len(heard.listed)} models, {priced} with a price, {ends} with an end.")
    proposals = from_list(news.whole, index(news.whole), heard.provider, heard.listed, heard.source)
    news.take(f"{heard.provider}.yaml", proposals)


def _look_up(news: News) -> None:
    asked = {id: (offer.provider, offer.served_as) for id, offer in news.whole.offers.items()}
    try:
        found = table(asked, news.day)
    except NotInstalled as why:
        news.told.append(str(why))
        return
    news.told.append(f"{NAME} {found.version} prices {len(found.lines)} of {len(asked)} offers.")
    news.take(f"{NAME}.yaml", from_table(news.whole, found.lines, NAME, found.version, news.day, found.borrowed))


def _report(news: News, paths: list[Path]) -> dict[str, Any]:
    rows = [
        {
            "offer": each.offer,
            "field": each.field,
            "says": each.says,
            "source": each.source,
            "taken": not each.why_not,
            "why_not": each.why_not or None,
        }
        for each in news.proposals
    ]
    return {"day": str(news.day), "proposals": rows, "told": news.told, "written": [str(path) for path in paths]}


def _show(news: News, paths: list[Path]) -> None:
    for sentence in news.told:
        show(Text(sentence, style="dim"))
    left: dict[tuple[str, str], list[Proposal]] = {}
    for each in news.proposals:
        if each.why_not:
            left.setdefault((each.source, each.why_not), []).append(each)
            continue
        told = f"{each.offer} {each.field}: {each.says} ({each.source})"
        show(Text("new  ", style="green").append(told, style="default"))
    for (source, why), alike in left.items():
        told = f"{_told(alike)} ({source}), because {why.rstrip('.')}."
        show(Text("left ", style="yellow").append(told, style="default"))
    taken = sum(not each.why_not for each in news.proposals)
    if paths:
        show(Text(f"Written: {', '.join(map(str, paths))}.", style="bold"))
    elif news.files:
        show(Text(f"{taken} would be taken. Nothing is written yet: `--yes` writes.", style="bold"))
    else:
        show(Text("Nothing is newer than the catalog.", style="bold"))


def _told(alike: list[Proposal]) -> str:
    """What was left for one reason: one with all that it says, several by their names."""
    if len(alike) == 1:
        return f"{alike[0].offer} {alike[0].field}: {alike[0].says}"
    names = ", ".join(each.offer for each in alike[:SHOWN])
    return f"{names}{f' and {len(alike) - SHOWN} more' if len(alike) > SHOWN else ''}: {alike[0].field}"
