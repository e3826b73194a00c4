"""`halfopen claims`: what is said about open and closed models, and what of it holds by the catalog on a day."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any, get_args

import typer

from halfopen.advisor.claims.claim import Verdict
from halfopen.advisor.view import View
from halfopen.apps.cli.compare import TodayOption, one_of, view
from halfopen.apps.cli.given.load import ConfigOption, DataOption, JsonOption, complaining
from halfopen.apps.cli.shown.paper import Paper, Style, paper
from halfopen.apps.tables import answers
from halfopen.documents import nearest

EXAMPLES = (
    "halfopen claims --verdict false",
    "halfopen claims best-open gap-coding",
    "halfopen claims --markdown --today 2026-11-24 > docs/claims.md",
)
COLOURS: Mapping[str, Style] = {"true": "green", "false": "red", "partly": "yellow", "undecided": "dim"}
BESIDE = " " * 11
VERDICTS: tuple[str, ...] = get_args(Verdict)


def run(
    keys: Annotated[list[str] | None, typer.Argument(help="Only the claims of these names.")] = None,
    verdict: Annotated[str | None, typer.Option(help=f"Only these: {', '.join(VERDICTS)}.")] = None,
    today: TodayOption = None,
    config: ConfigOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the page of the docs.")] = False,
) -> None:
    """The well-known claims about open and closed models, each with its verdict today."""
    with complaining(config):
        one_of({"--json": as_json, "--csv": as_csv, "--markdown": markdown})
        if verdict is not None and verdict not in VERDICTS:
            near = nearest(verdict, VERDICTS)
            hint = f": did you mean `{near}`?" if near else f"; it is one of {', '.join(VERDICTS)}"
            raise ValueError(f"there is no verdict `{verdict}`{hint}")
        there = view(config, data, today)
        found = answers.claims(there, keys or ())
        if verdict is not None:
            found["claims"] = [each for each in found["claims"] if each["verdict"] == verdict]
        text = _written(found, there, as_json, as_csv, markdown)
    if text is None:
        _show(found)
    else:
        typer.echo(text, nl=False)


def _written(found: dict[str, Any], there: View, as_json: bool, as_csv: bool, markdown: bool) -> str | None:
    """As JSON, CSV or Markdown; None if none of them is asked for."""
    if markdown:
        from halfopen.apps.tables.page import page

        return page(found, answers.record(there))
    if as_json:
        return json.dumps(found, indent=2, ensure_ascii=False) + "\n"
    return _csv(found) if as_csv else None


def _csv(found: dict[str, Any]) -> str:
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    names = ("key", "group", "claim", "verdict", "seen", "numbers", "decides")
    rows.writerow(names)
    for each in found["claims"]:
        rows.writerow(" ".join(each[name]) if name == "numbers" else each[name] for name in names)
    return out.getvalue()


def _show(found: dict[str, Any]) -> None:
    out = paper()
    group = ""
    for each in found["claims"]:
        if each["group"] != group:
            group = each["group"]
            out.line()
            out.line(group.upper(), "bold")
        out.line()
        _tell(each, out)
    counts = Counter(each["verdict"] for each in found["claims"])
    told = ", ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS if counts[verdict])
    out.line()
    out.line(f"{len(found['claims'])} claims on {found['day']}: {told or 'none of that verdict'}.")


def _tell(each: dict[str, Any], out: Paper) -> None:
    """The verdict at the left; the claim, its numbers and what would decide it beside it."""
    first, *others = out.folded(each["claim"], len(BESIDE))
    verdict = out.styled(each["verdict"].upper().ljust(len(BESIDE)), COLOURS[each["verdict"]])
    typer.echo(verdict + out.styled(first, "bold"))
    for line in others:
        out.line(BESIDE + line, "bold")
    for number in each["numbers"]:
        out.paragraph(number, BESIDE)
    out.paragraph(f"→ {each['decides']}", BESIDE, "dim")
    out.paragraph(f"{each['key']}, by facts of {each['seen']}", BESIDE, "dim")
