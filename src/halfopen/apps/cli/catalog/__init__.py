"""`halfopen catalog`: is the table of models, offers and prices true, what is newer, what has changed. A verb each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from shutil import get_terminal_size
from typing import Annotated

import typer
from rich.console import Console, RenderableType

# verb -> what it does, in a line. The module of a verb is `halfopen.apps.cli.catalog.<verb>`, `-` written `_`.
VERBS: Mapping[str, str] = {
    "check": "What is unsourced, wrong, stale or about to retire. Exit status 0, 1 or 3.",
    "sync": "What newer sources say, shown before it is written over the catalog.",
    "diff": "What changed in force between two days.",
    "import-ratings": "A leaderboard from your own copy, as scores of the models it names.",
}

TodayOption = Annotated[str | None, typer.Option("--today", help="As if it were that day, as 2026-11-24 (UTC).")]


def show(part: RenderableType) -> None:
    """As wide as the terminal is, or as COLUMNS says; a pipe gets no blanks at the ends of its lines."""
    console = Console(highlight=False, width=get_terminal_size((160, 24)).columns)
    with console.capture() as caught:
        console.print(part)
    told = caught.get()
    plain = told if console.is_terminal else "".join(f"{line.rstrip()}\n" for line in told.splitlines())
    typer.echo(plain, nl=False)


def day_of(text: str | None) -> date:
    """The day that was typed, or today's. Raises ValueError for what is no day."""
    if text is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"`{text[:40]}` is no day; write it as 2026-11-24") from None
