"""`halfopen fleet --model ... --on ...`: what fits there at which precision, and how fast it would be."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from halfopen.apps.cli.load import JsonOption, complaining
from halfopen.apps.cli.shown.paper import Paper, paper
from halfopen.apps.plans.iron import iron
from halfopen.apps.plans.small import on_machine
from halfopen.fleet.names import Unknown

EXAMPLES = (
    "halfopen fleet --model phi-4 --on laptop-16gb",
    "halfopen fleet --model gpt-oss-120b --on h100 --concurrency 32",
    "halfopen fleet predict rows.csv --csv",
)


def run(
    context_: typer.Context,
    model: Annotated[str | None, typer.Option(help="The model, by any of its names.")] = None,
    on: Annotated[str | None, typer.Option(help="The machine: laptop-16gb, workstation-24gb, h100, ...")] = None,
    cards: Annotated[int, typer.Option(help="Cards in the machine that share the model.")] = 1,
    context: Annotated[int | None, typer.Option(help="Tokens of a sequence (default 8192).")] = None,
    prompt: Annotated[int, typer.Option(help="Tokens of a prompt.")] = 1000,
    answer: Annotated[int, typer.Option(help="Tokens of an answer.")] = 300,
    concurrency: Annotated[int, typer.Option(help="Requests at a time.")] = 1,
    as_json: JsonOption = False,
) -> None:
    """What fits on a machine and how fast it would be."""
    if context_.invoked_subcommand is not None:
        return
    with complaining():
        tables = iron()
        if model is None or on is None:
            machines = ", ".join(each.name for each in tables.accelerators)
            raise ValueError(f"name a model and a machine, as in `{EXAMPLES[0]}`; machines are {machines}")
        try:
            found = on_machine(tables, model, on, cards, context, prompt, answer, concurrency)
        except Unknown as why:
            raise ValueError(str(why)) from None
    if as_json:
        typer.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    show(found, paper())


def show(found: dict[str, Any], page: Paper) -> None:
    """The table, and below it what is not known."""
    many = f"{found['cards']} x " if found["cards"] > 1 else ""
    page.line(f"{found['model']} on {many}{found['title']}", "bold")
    page.paragraph(
        f"{found['parameters'] / 1e9:.1f} billion parameters, {found['active'] / 1e9:.1f} of a token; "
        f"{found['memory_gb']:.0f} GB for weights and context; {found['engine']}, {found['concurrency']} at a time, "
        f"{found['prompt']:,} tokens in and {found['answer']:,} out, room for {found['context']:,} each."
    )
    page.line()
    head = ["precision", "weights", "fits", "tokens/s", "first token", "longest context"]
    rows = [_cells(row) for row in found["rows"]]
    page.columns(head, rows, ["left", "right", "left", "right", "right", "right"])
    page.line()
    if found["nearest"]:
        page.paragraph(f"It does not fit. The nearest that would: {found['nearest']}.", style="yellow")
    for row in found["rows"]:
        if row["why_not"]:
            page.paragraph(f"{row['precision']}: {row['why_not']}.", style="dim")
    page.paragraph(_said(found), style="dim")


def _cells(row: dict[str, Any]) -> list[str]:
    weights = f"{row['weights_gb']:.1f} GB"
    if not row["fits"]:
        return [row["precision"], weights, "no", "", "", _count(row["longest_context"])]
    rate, low, high = row["tokens_a_second"]
    first, least, most = row["first_token_s"]
    rates = f"{rate:.{_digits(rate)}f} ({low:.{_digits(low)}f} to {high:.{_digits(high)}f})"
    seconds = f"{first:.2g} s ({least:.2g} to {most:.2g})"
    return [row["precision"], weights, "yes", rates, seconds, _count(row["longest_context"])]


def _count(tokens: int | None) -> str:
    return "" if tokens is None else f"{tokens:,}"


def _digits(value: float) -> int:
    return 0 if value >= 10 else 1


def _said(found: dict[str, Any]) -> str:
    said = ["Estimated, with 80 % intervals: tokens a second of one sequence, and seconds until its first."]
    if found["not_measured"]:
        said.append(f"Wide, because {'; '.join(found['not_measured'])}.")
    if found["recalled"]:
        said.append("The configuration of this model was written down from memory.")
    if found["assumed"]:
        said.append(f"Assumed of it: {found['assumed']}.")
    return " ".join(said)
