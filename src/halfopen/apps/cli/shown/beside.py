"""Two models side by side: who wins how often, at which price, and what only one of them can or may do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from halfopen.apps.cli.shown.paper import UNKNOWN, Paper, changes, known, rating, rounded, signed, tokens


def show(found: Mapping[str, Any], out: Paper) -> None:
    one, other = found["one"], found["other"]
    out.columns(["", one["title"], other["title"]], _facts(one, other, found["shape"]), ["left", "left", "left"], 3)
    out.line()
    for line in _verdict(found, one["title"], other["title"]):
        out.paragraph(line)
    out.listed("Not sure, or not for long", [line for row in (one, other) for line in _caveats(row)])
    out.listed(f"Only {one['title']}", found["only_one"])
    out.listed(f"Only {other['title']}", found["only_other"])
    out.listed("Not known", found["unknown"])
    out.listed("Where the ratings are from", [_says(row) for row in (one, other) if row["rating"]])


def _facts(one: Mapping[str, Any], other: Mapping[str, Any], shape: str) -> list[list[str]]:
    rows = [[name, cell(one), cell(other)] for name, cell in CELLS.items()]
    return [*rows, [f"mixed {shape}", _mixed(one), _mixed(other)]]


def _mixed(row: Mapping[str, Any]) -> str:
    return f"${rounded(row['dollars'])}" if row["dollars"] else UNKNOWN


def _living(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
    return next((offer for offer in row["offers"] if not offer["gone"]), None)


def _provider(row: Mapping[str, Any]) -> str:
    first = _living(row)
    if first is None:
        return "no host in this catalog"
    until = f", until {first['retires']}" if first["retires"] else ""
    return f"{first['provider']}{until}"


def _rate(row: Mapping[str, Any], kind: str) -> str:
    first = _living(row)
    worth = first["price"] if first else None
    if not worth:
        return UNKNOWN
    return signed(worth[kind], worth["currency"])


def _context(row: Mapping[str, Any]) -> str:
    """Of the offer whose price is shown, and the lab's own where that is another."""
    first = _living(row)
    if first is None or first["context"] in (None, row["context"]):
        return tokens(row["context"])
    return f"{tokens(first['context'])} at {first['provider']} ({tokens(row['context'])} by its lab)"


CELLS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "rating": lambda row: rating(row["rating"]),
    "weights": lambda row: f"{row['weights']}{'?' if row['weights_doubt'] else ''}",
    "licence": lambda row: row["licence"] or "not seen",
    "context": _context,
    "reads": lambda row: ", ".join(row["modalities"]),
    "tools": lambda row: known(row["tools"]),
    "released": lambda row: row["released"] or UNKNOWN,
    "cheapest at": _provider,
    "input / M": lambda row: _rate(row, "input"),
    "output / M": lambda row: _rate(row, "output"),
}


def _verdict(found: Mapping[str, Any], one: str, other: str) -> Iterator[str]:
    if found["wins"] is None:
        lacking = " and ".join(row["title"] for row in (found["one"], found["other"]) if row["rating"] is None)
        yield f"Who wins is not known: {lacking} is unrated in {found['category']}."
    else:
        wins, parity, ahead = found["wins"], found["parity"], found["ahead"]
        guess = " By an estimate." if found["basis"] == "estimated" else ""
        yield (
            f"{one} is expected to win {100 * wins['value']:.0f} % of the time against {other} "
            f"({100 * wins['low']:.0f} to {100 * wins['high']:.0f}; a draw counts half), {found['category']}: a parity "
            f"of {parity['value']:.0f} % ({parity['low']:.0f} to {parity['high']:.0f}; 100 % is even), "
            f"{ahead['value']:+.0f} Elo ({ahead['low']:+.0f} to {ahead['high']:+.0f}).{guess}"
        )
    if found["price_ratio"] is None:
        yield "What one costs beside the other is not known."
    else:
        yield f"It costs {_times(float(found['price_ratio']))} as {other} ({found['shape']} tokens in : out)."


def _caveats(row: Mapping[str, Any]) -> Iterator[str]:
    """What is doubtful of a model, and how its price is going to change."""
    if row["weights_doubt"]:
        yield f"{row['title']}: that its weights are {row['weights']} is {row['weights_doubt']}"
    if row["rating"] and row["rating"]["beside"]:
        yield f"{row['title']}: {row['rating']['beside']}"
    first = _living(row)
    if first and first["next_price"]:
        yield f"{row['title']}: its price at {first['provider']} stands {changes(first)}"


def _times(ratio: float) -> str:
    if 0.995 <= ratio <= 1.005:
        return "as much"
    return f"{ratio:.2g} times as much" if ratio < 10 else f"{ratio:.0f} times as much"


def _says(row: Mapping[str, Any]) -> str:
    return f"{row['title']}: {row['rating']['basis']}: {row['rating']['says']}"
