"""docs/claims.md: the claims and the record of the estimates as a page, generated and never written by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

Plain = Mapping[str, Any]


def page(found: Plain, record: Sequence[Plain]) -> str:
    """The page as Markdown, with a newline at its end."""
    return "\n".join(_lines(found, record)) + "\n"


def _lines(found: Plain, record: Sequence[Plain]) -> Iterator[str]:
    claims = found["claims"]
    counts = Counter(each["verdict"] for each in claims)
    yield "# What is said about open and closed models"
    yield ""
    yield (
        f"Generated from the catalog as of {found['day']} by `halfopen claims --markdown --today {found['day']}`; not "
        "written by hand. Each claim is a small program in `src/halfopen/advisor/claims/`."
    )
    yield ""
    yield "| verdict | claims | means |"
    yield "|---|---|---|"
    for verdict, means in found["verdicts"].items():
        yield f"| {verdict} | {counts[verdict]} | {means} |"
    for group, rows in groupby(claims, key=lambda each: each["group"]):
        yield from ("", f"## {group}")
        for each in rows:
            yield from _claim(each)
    yield from _record(record)


def _claim(each: Plain) -> Iterator[str]:
    yield from (
        "",
        f"### {each['claim']}",
        "",
        f"**{each['verdict']}**, by facts of {each['seen']} (`{each['key']}`)",
        "",
    )
    yield from (f"- {number}" for number in each["numbers"])
    yield from ("", each["decides"])


def _record(record: Sequence[Plain]) -> Iterator[str]:
    yield from ("", "## How good the estimates are", "")
    yield (
        "A model that no board has rated is estimated by the rule of the narrowest interval: its overall rating "
        "(in a category, by a line through the models that have both), its line (the nearest rated generation, and the "
        "mean gain of one, with its spread), or a published test that rated models share. No estimate is surer than "
        "± 50 Elo. To see whether that can be believed, each rated model is in turn taken for unrated and estimated "
        "from all the others, and, which is harder and the case of a new model, from those that were released before "
        "it. Ideally 95 % lie inside their interval."
    )
    yield ""
    if not record:
        yield "No rated model could have been estimated without its own rating, so nothing is known of it yet."
        return
    yield "| category | from | rule | left out | inside | mean miss, Elo | bias, Elo | mean half width, Elo |"
    yield "|---|---|---|---|---|---|---|---|"
    for each in record:
        yield (
            f"| {each['category']} | {each['from']} | {each['rule']} | {each['tried']} | {each['inside']} "
            f"({100 * each['inside'] / each['tried']:.0f} %) | {each['miss']:.0f} | {each['bias']:+.0f} | "
            f"{each['half']:.0f} |"
        )
