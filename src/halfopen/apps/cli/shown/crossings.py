"""Crossings on paper: from which volume on machines are cheaper than each offer, with the interval, or why never."""

from __future__ import annotations

from typing import Any

from halfopen.apps.cli.shown.bills import HOW, money
from halfopen.apps.cli.shown.paper import Paper, Side

UNITS = ((10**12, "T"), (10**9, "B"), (10**6, "M"))


def show(found: dict[str, Any], page: Paper, limit: int) -> None:
    """The machines, the table, and what never happens, with its reason."""
    page.line(f"{found['model']} on machines of one's own", "bold")
    for each in found["machines"]:
        page.paragraph(
            f"{each['cards']} x {each['title']} at {each['precision']}: ${float(each['dollars']):,.0f} a month "
            f"({each['basis']}) for up to {tokens(each['tokens'])} tokens "
            f"({tokens(each['tokens_low']) if each['tokens_low'] else 'none'} to {tokens(each['tokens_high'])})."
        )
    for why in found["impossible"]:
        page.paragraph(f"Impossible: {why}.", style="yellow")
    page.paragraph(f"Beside that ${float(found['people']):,.0f} a month for people, and a spare replica.")
    page.line()
    rows = found["rows"][:limit]
    head = ["offer", "", "$/M tokens", "cheaper from", "between"]
    sides: list[Side] = ["left", "left", "right", "right", "right"]
    page.columns(head, [_cells(row) for row in rows], sides)
    page.line()
    whys = dict.fromkeys(row["why"] for row in rows if row["why"])
    for why in list(whys)[:3]:
        page.paragraph(f"never: {why}.", style="dim")
    if len(found["rows"]) > limit:
        page.paragraph(f"{len(found['rows']) - limit} more are dearer; --limit shows them.", style="dim")
    page.paragraph(
        "Cheaper from: the tokens a month, in and out, from which machines stay cheaper, on average over "
        f"{found['months']} months, and its interval; prices of {found['day']}."
        f"{' Assumed of the model: ' + found['assumed'] + '.' if found['assumed'] else ''}",
        style="dim",
    )


def _cells(row: dict[str, Any]) -> list[str]:
    ends = f"{tokens(row['from_low'])} and {tokens(row['from_high'])}"
    return [row["offer"], HOW[row["hosting"]], money(row["dollars_a_million"]), tokens(row["from"]), ends]


def tokens(count: int | None) -> str:
    """`1.7B`, `850M`; `never` for none, `always` from the first on."""
    if count is None:
        return "never"
    if count <= 1:
        return "always"
    size, unit = next(((size, unit) for size, unit in UNITS if count >= size), (1, ""))
    return f"{count / size:.3g}{unit}"
