"""The bills of a workload on paper: the cheapest offers first, what caching and batching save, and who cannot serve."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from halfopen.apps.cli.shown.paper import Paper, Side

NARROW = 100  # columns below which a table goes without its range and horizon
REASONS = 6
HOW = {"closed": "closed", "hosted": "hosted", "self_hosted": "own"}


def show(found: dict[str, Any], page: Paper, limit: int) -> None:
    """What is asked, the table, and what is not in it."""
    for task in found["tasks"]:
        page.paragraph(
            f"{task['task']}: {task['requests']:,} requests a month, {task['tokens_in']:,.0f} tokens in and "
            f"{task['tokens_out']:,.0f} out on average, {task['tokens'] / 1e6:,.1f} million tokens in all."
        )
    page.line()
    priced = [row for row in found["rows"] if row["dollars"] is not None and not row["free"]]
    if not priced:
        page.line("No offer that is priced can serve this.", "yellow")
    else:
        _table(priced[:limit], found["months"], page)
    page.line()
    if len(priced) > limit:
        page.paragraph(f"{len(priced) - limit} more are dearer; --limit shows them.", style="dim")
    page.paragraph(_said(found, page), style="dim")


def _table(rows: list[dict[str, Any]], months: int, page: Paper) -> None:
    wide = page.width >= NARROW
    head = ["offer", "", "$ a month", "cache saves", "batch saves"]
    sides: list[Side] = ["left", "left", "right", "right", "right"]
    if wide:
        head = [*head, "four in five months", f"$ in {months} months"]
        sides = [*sides, "right", "right"]
    lines = []
    for row in rows:
        bills = row["bills"].values()
        line = [row["offer"], HOW[row["hosting"]], money(row["dollars"])]
        line += [_saved(bills, "caching_saves"), _saved(bills, "batching_saves")]
        if wide:
            line += [f"{money(row['low'])} to {money(row['high'])}", money(row["horizon"])]
        lines.append(line)
    page.columns(head, lines, sides)


def money(text: str | None) -> str:
    """Dollars to the cent, or to three digits that count below one."""
    if text is None:
        return "?"
    amount = Decimal(text)
    return f"{amount:,.2f}" if amount >= 1 or not amount else f"{amount:.3g}"


def _saved(bills: Any, what: str) -> str:
    known = [bill[what] for bill in bills]
    if None in known:
        return "?"
    total = sum(map(Decimal, known))
    return money(str(total)) if total > 0 else f"-{money(str(-total))}" if total else ""


def _said(found: dict[str, Any], page: Paper) -> str:
    unpriced = [row for row in found["rows"] if row["dollars"] is None]
    free = sum(row["free"] for row in found["rows"])
    said = [f"List prices of {found['day']}; what each request costs is exact, its range that of chance."]
    if unpriced:
        said.append(f"Unpriced: {len(unpriced)}, such as {unpriced[0]['offer']} ({unpriced[0]['unpriced']}).")
    if free:
        said.append(f"{free} are free to try, within limits, and not shown.")
    refused = list(found["refused"].items())
    if refused:
        told = "; ".join(f"{why} ({count})" for why, count in refused[:REASONS])
        said.append(f"Cannot serve: {told}{'; and others' if len(refused) > REASONS else ''}.")
    return " ".join(said)
