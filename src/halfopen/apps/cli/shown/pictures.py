"""The pictures of a decision record as SVG: what all of it costs of each kind, and price against rating by task."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

Plain = Mapping[str, Any]
MOST = 6  # tasks that are drawn: those that cost most
WHOLE = ""  # the picture of all tasks, by its name
KINDS = {"closed": "closed models only", "hosted": "open weights at hosts only"}


def pictures(record: Plain) -> Mapping[str, str]:
    """SVG by the name of a task, and that of all under WHOLE. Raises adapters.plot.NoPlot without matplotlib."""
    with TemporaryDirectory() as folder:
        return {name: _drawn(draw, Path(folder) / "picture.svg") for name, draw in _pictures(record)}


def _drawn(draw: Callable[[Path], None], out: Path) -> str:
    draw(out)
    text = out.read_text(encoding="utf-8")
    return text[text.index("<svg") :]  # without the prolog, which has no place within a page


def _pictures(record: Plain) -> Iterator[tuple[str, Callable[[Path], None]]]:
    verdict = record["verdict"]
    if len(costs := _costs(verdict)) > 1:
        yield WHOLE, partial(_whole, costs)
    drawn = [each for each in record["tasks"] if each["chosen"] and each["market"]]
    for each in sorted(drawn, key=lambda each: -float(each["chosen"]["dollars"]["likely"]))[:MOST]:
        yield each["task"], partial(_market, record, each)


def _costs(verdict: Plain) -> Mapping[str, Plain]:
    """What is advised, and beside it what it would cost of one kind, where that is another bill."""
    others = {KINDS[kind]: found["dollars"] for kind, found in verdict["only"].items() if found["dollars"]}
    return {
        f"as advised: {verdict['word']}": verdict["dollars"],
        **{kind: cost for kind, cost in others.items() if cost != verdict["dollars"]},
    }


def _whole(costs: Mapping[str, Plain], out: Path) -> None:
    from halfopen.adapters.plot.chart import Mark, intervals

    marks = [
        Mark(name, float(cost["likely"]), float(cost["low"]), float(cost["high"]), name) for name, cost in costs.items()
    ]
    intervals(marks, "What all of it costs", "dollars a month, with the range of four months in five", out)


def _market(record: Plain, each: Plain, out: Path) -> None:
    from halfopen.adapters.plot.frontier import Spot, frontier

    climbing = _climbing(each["market"])
    spots = [
        Spot(
            f"{'chosen: ' if _chosen(row, each) else ''}{row['model']}",
            float(row["dollars"]),
            row["score"],
            row["low"],
            row["high"],
            row["hosting"],
            row["way"] in climbing,
            row["basis"] == "estimated",
        )
        for row in each["market"]
    ]
    asked = f"; the line is the rating that is asked for, {each['floor']:.0f}" if each["floor"] else ""
    frontier(
        spots,
        title=each["task"],
        across="dollars a month, at the cheapest way of each model",
        up="rating, Elo",
        footnote=f"Bars are 95 %{asked}. {record['day']}. halfopen advise",
        out=out,
        floor=each["floor"],
    )


def _climbing(market: Iterable[Plain]) -> frozenset[str]:
    """Ways than which nothing cheaper is measured better."""
    found, best = set[str](), -inf
    for row in sorted(market, key=lambda row: (float(row["dollars"]), -row["score"])):
        if row["basis"] == "measured" and row["score"] > best:
            found.add(row["way"])
            best = row["score"]
    return frozenset(found)


def _chosen(row: Plain, each: Plain) -> bool:
    return bool(row["way"] == each["chosen"]["way"])
