"""A page of Markdown in a terminal, as wide as it is; a pipe gets the same without colours."""

from __future__ import annotations

from typing import ClassVar

from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import Markdown, MarkdownElement, TableElement
from rich.table import Table

from halfopen.apps.cli.shown.paper import paper

WIDEST = 140  # characters; longer lines are hard to read


class _Folded(TableElement):
    """A table whose long names are folded: none loses its end."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for each in super().__rich_console__(console, options):
            if isinstance(each, Table):
                for column in each.columns:
                    column.overflow = "fold"
            yield each


class _Page(Markdown):
    elements: ClassVar[dict[str, type[MarkdownElement]]] = {**Markdown.elements, "table_open": _Folded}


def show(page: str) -> None:
    """Prints it."""
    on = paper()
    Console(width=min(on.width, WIDEST), no_color=not on.ink, highlight=False).print(_Page(page))
