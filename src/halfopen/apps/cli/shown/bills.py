"""The bills of a workload on paper: the cheapest offers first, what caching and batching save, and who cannot serve."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from halfopen.apps.cli.shown.paper import Paper, Side

NARROW = 110  # columns below which a table goes without hosting and horizon, and its figures without cents
SHORTEST = 16  # characters of an offer
REASONS = 6
HOW = {"closed": "closed", "hosted": "hosted", "self_hosted": "own"}


def show(found: dict[str, Any], page: Paper, limit: int, free: bool = False) -> None:
    """What is asked, the table, and what is not in it; `free` offers are in it only if they are asked for."""
    for task in found["tasks"]:
        page.paragraph(
            f"{task['task']}: {task['requests']:,} requests a month, {task['tokens_in']:,.0f} tokens in and "
            f"{task['tokens_out']:,.0f} out on average, {task['tokens'] / 1e6:,.1f} million tokens in all."
        )
    page.line()
    priced = [row for row in found["rows"] if row["dollars"] is not None and (free or not row["free"])]
    if not priced:
        page.line("No offer that is priced can serve this.", "yellow")
        page.listed("The nearest are:" if found["nearest"] else "", [_near(each) for each in found["nearest"]])
    else:
        (_wide if page.width >= NARROW else _narrow)(priced[:limit], found["months"], page)
    page.line()
    if len(priced) > limit:
        page.paragraph(f"{len(priced) - limit} more are dearer; --limit or --all shows them.", style="dim")
    page.paragraph(_said(found, free), style="dim")


def _wide(rows: list[dict[str, Any]], months: int, page: Paper) -> None:
    head = ["offer", "", "$ a month", "four in five months", "cache saves", "batch saves", f"$ in {months} months"]
    lines = [
        [
            row["offer"],
            HOW[row["hosting"]],
            money(row["dollars"]),
            f"{money(row['low'])} to {money(row['high'])}",
            saved(row["caching_saves"]),
            saved(row["batching_saves"]),
            money(row["horizon"]),
        ]
        for row in rows
    ]
    page.columns(head, lines, _sides(len(head), 2))


def _narrow(rows: list[dict[str, Any]], months: int, page: Paper) -> None:
    """An offer whose name is too long for the width loses its end, and no figure does."""
    head = ["offer", "$ a month", "4 of 5 months", "cache", "batch"]
    lines = [
        [
            row["offer"],
            money(row["dollars"]),
            f"{short(row['low'])} to {short(row['high'])}",
            saved(row["caching_saves"], short),
            saved(row["batching_saves"], short),
        ]
        for row in rows
    ]
    taken = sum(2 + max(len(line[place]) for line in [head, *lines]) for place in range(1, len(head)))
    room = max(SHORTEST, page.width - taken)
    for line in lines:
        line[0] = line[0] if len(line[0]) <= room else f"{line[0][: room - 1]}…"
    page.columns(head, lines, _sides(len(head), 1))


def _sides(count: int, left: int) -> list[Side]:
    return ["left" if place < left else "right" for place in range(count)]


def _near(each: dict[str, Any]) -> str:
    return f"{each['offer']}, ${money(each['dollars'])} a month: {'; '.join(each['lacks']) or 'could serve it'}"


def money(text: str | None) -> str:
    """Dollars to the cent, or to three digits that count below one."""
    if text is None:
        return "?"
    amount = Decimal(text)
    return f"{amount:,.2f}" if amount >= 1 or not amount else f"{amount:.3g}"


def short(text: str | None) -> str:
    """Dollars without cents where there are ten or more."""
    return f"{Decimal(text):,.0f}" if text is not None and Decimal(text) >= 10 else money(text)


def saved(text: str | None, said: Callable[[str | None], str] = money) -> str:
    """Nothing for nothing."""
    if text is None or not Decimal(text):
        return "" if text else "?"
    return said(text) if Decimal(text) > 0 else f"-{said(text.removeprefix('-'))}"


def _said(found: dict[str, Any], shown: bool) -> str:
    unpriced = [row for row in found["rows"] if row["dollars"] is None]
    free = sum(row["free"] for row in found["rows"])
    said = [f"List prices of {found['day']}; what each request costs is exact, its range that of chance."]
    if unpriced:
        said.append(f"Unpriced: {len(unpriced)}, such as {unpriced[0]['offer']} ({unpriced[0]['unpriced']}).")
    if free and not shown:
        said.append(f"{free} are free to try, within limits, and not shown.")
    refused = list(found["refused"].items())
    if refused:
        told = "; ".join(f"{why} ({count})" for why, count in refused[:REASONS])
        said.append(f"Cannot serve: {told}{'; and others' if len(refused) > REASONS else ''}.")
    return " ".join(said)
