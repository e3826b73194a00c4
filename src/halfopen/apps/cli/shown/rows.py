"""The table of models: as many columns as fit, those first that one looks for first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from halfopen.apps.cli.shown.paper import (
    UNKNOWN,
    Paper,
    Side,
    Style,
    changes,
    counted,
    laid,
    price,
    rating,
    rounded,
    tokens,
)

Row = Mapping[str, Any]
MARKS = {"on": "*", "near": "°"}
SHORT = {"hipaa_baa": "HIPAA", "soc2": "SOC2", "iso27001": "ISO", "zero_retention": "ZDR"}
COMPLIES = {"yes": "{}", "on request": "({})"}
LICENCES = {"proprietary": "closed"}


@dataclass(frozen=True, slots=True)
class Column:
    """`rank` says how soon it is given up when the terminal is narrow; `most` is its width in characters."""

    name: str
    cell: Callable[[Row], str]
    rank: int
    most: int
    side: Side = "left"


def _first(row: Row) -> Row | None:
    return next((offer for offer in row["offers"] if not offer["gone"]), None)


def _from(row: Row) -> str:
    first = _first(row)
    if first is None:
        return "gone" if row["offers"] and row["weights"] == "closed" else "no host"
    return str(first["provider"])


def _hosts(row: Row) -> str:
    return str(len({offer["provider"] for offer in row["offers"] if not offer["gone"]}))


def _hosting(row: Row) -> str:
    first = _first(row)
    return first["hosting"].replace("_", " ") if first else ""


def _rate(kind: str) -> Callable[[Row], str]:
    def cell(row: Row) -> str:
        first = _first(row)
        return price(first["price"][kind], first["price"]["currency"]) if first and first["price"] else UNKNOWN

    return cell


def _licence(row: Row) -> str:
    """`!` where it forbids something, `?` where it is doubtful whether the weights are open at all."""
    if row["weights_doubt"] and row["licence"] in (None, *LICENCES):
        return f"{row['weights']}?"
    known = LICENCES.get(row["licence"], row["licence"] or "unknown")
    return f"{'!' if row['forbids'] else ''}{'?' if row['weights_doubt'] else ''}{known}"


def _zone(row: Row) -> str:
    first = _first(row)
    return (first["zone"] or "") if first else ""


def _retires(row: Row) -> str:
    """Of the offer that is shown; or when the last one went, or was seen no more."""
    first = _first(row)
    if first:
        return first["retires"] or ""
    return max((offer["retires"] or offer["not_seen_since"] or "" for offer in row["offers"]), default="")


def _compliance(row: Row) -> str:
    first = _first(row)
    said = first["complies"] if first else {}
    return " ".join(
        COMPLIES[said[topic]].format(short) for topic, short in SHORT.items() if said.get(topic) in COMPLIES
    )


def _context(row: Row) -> str:
    first = _first(row)
    return tokens((first["context"] if first else None) or row["context"])


COLUMNS = (
    Column("", lambda row: MARKS.get(row["frontier"], ""), 0, 1),
    Column("model", lambda row: row["model"], 0, 24),
    Column("rating", lambda row: rating(row["rating"]), 0, 11),
    Column("in", _rate("input"), 1, 8, "right"),
    Column("out", _rate("output"), 1, 8, "right"),
    Column("mixed $", lambda row: rounded(row["dollars"]), 7, 8, "right"),
    Column("ctx", _context, 2, 6, "right"),
    Column("licence", _licence, 3, 11),
    Column("hosting", _hosting, 9, 11),
    Column("from", _from, 4, 11),
    Column("hosts", _hosts, 5, 5, "right"),
    Column("zone", _zone, 2, 10),
    Column("retires", _retires, 6, 10),
    Column("compliance", _compliance, 8, 20),
    Column("released", lambda row: row["released"] or UNKNOWN, 10, 10),
)
SOON = timedelta(days=90)
NARROW = 100  # characters; below it one space parts the columns


def show(found: Mapping[str, Any], out: Paper) -> None:
    rows = found["rows"]
    if not rows:
        out.line("No model fits.")
        _left_out(found, out)
        return
    gap = 1 if out.width < NARROW else 2
    columns = fitting(COLUMNS, rows, out.width, gap)
    widths, sides = [_width(column, rows) for column in columns], [column.side for column in columns]
    out.line(laid([column.name for column in columns], widths, sides, gap), "bold")
    for row in rows:
        style: Style = "bold" if row["frontier"] == "on" else "dim" if row["rating"] is None else ""
        out.line(laid([column.cell(row) for column in columns], widths, sides, gap), style)
    _notes(found, columns, out)


def fitting(columns: Sequence[Column], rows: Sequence[Row], width: int, gap: int) -> list[Column]:
    """The columns that say anything and fit, given up by their rank, the highest first."""
    widths = {column.name: _width(column, rows) for column in columns}
    kept = [column for column in columns if column.rank == 0 or any(column.cell(row) for row in rows)]
    while sum(widths[column.name] + gap for column in kept) - gap > width:
        last = max(kept, key=lambda column: column.rank)
        if last.rank == 0:
            break
        kept.remove(last)
    return kept


def _width(column: Column, rows: Sequence[Row]) -> int:
    return min(column.most, max(len(column.name), *(len(column.cell(row)) for row in rows)))


def _notes(found: Mapping[str, Any], columns: Sequence[Column], out: Paper) -> None:
    rows = found["rows"]
    out.line()
    boards = f" Boards: {'; '.join(found['boards'])}." if found["boards"] else ""
    out.paragraph(f"{counted(len(rows), 'model')}, {found['category']}, on {found['day']}.{boards}")
    said = ["± 95 %", *(told for told in _marks(found, columns) if told)]
    out.paragraph("; ".join(said) + ".")
    out.paragraph(
        "Prices per million tokens, in dollars where no sign is, and context: of the cheapest offer that fits."
    )
    if changing := [f"{row['model']} at {offer['provider']} {changes(offer)}" for row, offer in _shown_offers(rows)]:
        out.paragraph(f"Prices that change: {'; '.join(changing)}.")
    if soon := _soon(rows, date.fromisoformat(found["day"])):
        out.paragraph(f"Ends within {SOON.days} days: {'; '.join(soon)}.")
    _left_out(found, out)


def _marks(found: Mapping[str, Any], columns: Sequence[Column]) -> Iterator[str]:
    """What the marks mean that are in the table."""
    rows, shown = found["rows"], {column.name: column for column in columns}
    ratings = [row["rating"] for row in rows if row["rating"]]
    dear = f"* no model here that costs no more ({found['shape']} in : out) is rated higher"
    yield dear if any(row["frontier"] == "on" for row in rows) else ""
    yield "° one is, but not surely" if any(row["frontier"] == "near" for row in rows) else ""
    guessed = any(each["basis"] == "estimated" for each in ratings)
    yield "~ estimated: `halfopen compare MODEL` says how" if guessed else ""
    aside = any(each["beside"] for each in ratings)
    yield "^ scored as one variant or as a preview: `halfopen compare MODEL` says which" if aside else ""
    yield "† the team's own rating" if any(each["own"] for each in ratings) else ""
    if "licence" in shown:
        yield "! the licence forbids something" if any(row["forbids"] for row in rows) else ""
        doubtful = any(row["weights_doubt"] for row in rows)
        yield "? whether the weights are open is recalled or disputed" if doubtful else ""
    if "compliance" in shown:
        yield "( ) on request" if any("(" in shown["compliance"].cell(row) for row in rows) else ""


def _soon(rows: Sequence[Row], day: date) -> list[str]:
    """Models whose cheapest offer, or whose maker's, ends soon."""
    return [
        f"{row['model']} at {offer['provider']} on {offer['retires']}"
        for row in rows
        for offer in row["offers"]
        if (offer is _first(row) or offer["maker"])
        and offer["retires"]
        and not offer["gone"]
        and date.fromisoformat(offer["retires"]) <= day + SOON
    ]


def _shown_offers(rows: Sequence[Row]) -> list[tuple[Row, Row]]:
    """The cheapest offer of each model, where a change of its price is known."""
    firsts = [(row, first) for row in rows if (first := _first(row))]
    return [(row, first) for row, first in firsts if first["next_price"]]


def _left_out(found: Mapping[str, Any], out: Paper) -> None:
    for what, count in found["left_out"]["unknown"].items():
        out.paragraph(f"Left out: {counted(count, 'model')}, {what} not known.")
    if gone := found["left_out"]["retired"]:
        out.paragraph(f"Left out: {gone} that no host in this catalog is seen to sell any more (--retired shows them).")
    if later := found["left_out"]["later"]:
        out.paragraph(f"Left out: {counted(later, 'model')} not known to have been released by {found['day']}.")
