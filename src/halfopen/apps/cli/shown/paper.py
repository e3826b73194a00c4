"""What all of these pages are written with: lines, paragraphs and columns of a width, and figures in few characters.

It is plain text with two styles. A table of seventy rows is laid out here in a millisecond, which leaves the third of a
second that a verb may take to the catalog.
"""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

import typer

from halfopen.apps.config.environment import environment

SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "CNY": "¥"}
WIDE = 200  # a pipe has no width; figures must not be folded for it
UNKNOWN, FREE = "?", "free"

Style = Literal["", "bold", "dim", "green", "red", "yellow"]
Side = Literal["left", "right"]


@dataclass(frozen=True, slots=True)
class Paper:
    """`width` in characters. Without `ink` there are no styles, as NO_COLOR wishes; a pipe never gets any."""

    width: int
    ink: bool = True

    def line(self, text: str = "", style: Style = "") -> None:
        typer.echo(self.styled(text.rstrip(), style))

    def styled(self, text: str, style: Style) -> str:
        if not (style and text and self.ink):
            return text
        if style in ("bold", "dim"):
            return typer.style(text, bold=style == "bold" or None, dim=style == "dim" or None)
        return typer.style(text, fg=style, bold=True)

    def paragraph(self, text: str, indent: str = "", style: Style = "") -> None:
        """Folded to the width, every line of it indented."""
        for line in self.folded(text, len(indent)):
            self.line(indent + line, style)

    def folded(self, text: str, less: int = 0) -> list[str]:
        return textwrap.wrap(text, max(self.width - less, 20), break_on_hyphens=False) or [""]

    def listed(self, label: str, items: Sequence[str]) -> None:
        """A label and its items, each folded under itself. Nothing for none."""
        if items:
            self.line(label, "bold")
        for item in items:
            self.paragraph(item, "  ")

    def columns(self, head: Sequence[str], rows: Sequence[Sequence[str]], sides: Sequence[Side], gap: int = 2) -> None:
        """Columns as wide as their widest cell, without styles."""
        every = [head, *rows]
        widths = [max(len(row[place]) for row in every) for place in range(len(head))]
        self.line(laid(head, widths, sides, gap), "dim" if any(head) else "")
        for row in rows:
            self.line(laid(row, widths, sides, gap))


def paper() -> Paper:
    """For stdout: as wide as the terminal, as COLUMNS says, or as a pipe may be."""
    variables = environment().variables
    fallback = 80 if sys.stdout.isatty() else WIDE
    return Paper(shutil.get_terminal_size((fallback, 24)).columns, "NO_COLOR" not in variables)


def laid(cells: Sequence[str], widths: Sequence[int], sides: Sequence[Side], gap: int) -> str:
    """Cells in their widths; what is too long ends in an ellipsis."""
    fitted = [
        cell if len(cell) <= width else f"{cell[: width - 1]}…" for cell, width in zip(cells, widths, strict=True)
    ]
    placed = [
        cell.rjust(width) if side == "right" else cell.ljust(width)
        for cell, width, side in zip(fitted, widths, sides, strict=True)
    ]
    return (" " * gap).join(placed).rstrip()


def price(value: str | None, currency: str = "USD") -> str:
    """`2.50`, `0.0375`, `€0.15`: exact, with two decimals at least; dollars are meant where no sign is."""
    if value is None or value == "0":
        return UNKNOWN if value is None else FREE
    whole, _, rest = value.partition(".")
    return f"{'' if currency == 'USD' else SIGNS.get(currency, currency + ' ')}{whole}.{rest.ljust(2, '0')}"


def rounded(value: str | None) -> str:
    """A computed price: to the cent, and below one to three digits that count."""
    if value is None:
        return UNKNOWN
    amount = Decimal(value)
    if amount == 0:
        return FREE
    whole, _, rest = f"{amount:.3g}".partition(".")
    return f"{amount:,.2f}" if amount >= 1 else f"{whole}.{rest.ljust(2, '0')}"


def rating(found: dict[str, Any] | None) -> str:
    """`1468 ±6`, `~1490 ±62` for an estimate, `1510 ±8^` for a variant or a preview, `1490 ±50†` for one's own."""
    if found is None:
        return "unrated"
    half = (found["high"] - found["low"]) / 2
    mark = "†" if found["own"] else "^" if found["beside"] else ""
    return f"{'~' if found['basis'] == 'estimated' else ''}{found['score']:.0f} ±{half:.0f}{mark}"


def changes(offer: Mapping[str, Any]) -> str:
    """`until 2026-11-30, then $4.00/$20.00`; nothing where no change of price is known."""
    later = offer["next_price"]
    if not later:
        return ""
    last = date.fromisoformat(later["since"]) - timedelta(days=1)
    rates = "/".join(signed(later[kind], later["currency"]) for kind in ("input", "output"))
    return f"until {last}, then {rates}"


def signed(value: str | None, currency: str) -> str:
    """A price with its sign, in dollars too."""
    return f"{'$' if currency == 'USD' and value not in (None, '0') else ''}{price(value, currency)}"


def counted(count: int, what: str) -> str:
    """`1 model`, `2 models`."""
    return f"{count} {what}{'' if count == 1 else 's'}"


def tokens(count: int | None) -> str:
    """`128k`, `1M`, `1.05M`."""
    if count is None:
        return UNKNOWN
    if count >= 1_000_000:
        return f"{count / 1_000_000:.3g}M"
    return f"{count / 1_000:.0f}k" if count >= 1_000 else str(count)


def known(value: bool | None) -> str:
    return UNKNOWN if value is None else "yes" if value else "no"
