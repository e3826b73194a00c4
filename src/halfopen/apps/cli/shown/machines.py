"""Machines on paper: what fits on one and how fast it would be, and the cheapest plans for a demand."""

from __future__ import annotations

from typing import Any

from halfopen.apps.cli.shown.bills import money
from halfopen.apps.cli.shown.paper import Paper, Side

REFUSED = 5


def show_machine(found: dict[str, Any], page: Paper) -> None:
    """What fits, and below it what is not known."""
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
    longest = "" if row["longest_context"] is None else f"{row['longest_context']:,}"
    if not row["fits"]:
        return [row["precision"], weights, "no", "", "", longest]
    rate, low, high = row["tokens_a_second"]
    first, least, most = row["first_token_s"]
    rates = f"{rate:.{_digits(rate)}f} ({low:.{_digits(low)}f} to {high:.{_digits(high)}f})"
    return [row["precision"], weights, "yes", rates, f"{first:.2g} s ({least:.2g} to {most:.2g})", longest]


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


def show_plans(found: dict[str, Any], page: Paper) -> None:
    """The cheapest first, with what is promised above and who is out of the question below."""
    page.line(f"{found['model']}, {found['requests']:,} requests a month", "bold")
    page.paragraph(
        f"{found['tokens'] / 1e6:,.1f} million tokens; {found['peak']:.2f} requests a second in the busiest hour, "
        f"{found['mean']:.2f} on average. {_promised(found['promise'])}"
    )
    page.line()
    if not found["plans"]:
        page.line("No machine keeps the promise.", "yellow")
    else:
        _plans(found["plans"], page)
    page.line()
    for each in found["refused"][:REFUSED]:
        page.paragraph(f"{each['machine']}: {each['why']}.", style="dim")
    said = "Estimated, with 80 % intervals of the speed. What is provisioned is paid all month, used or not."
    page.paragraph(f"{said}{' Assumed: ' + found['assumed'] + '.' if found['assumed'] else ''}", style="dim")


def _promised(promise: dict[str, Any]) -> str:
    said = []
    if promise["first_token_s"] is not None:
        said.append(f"the first token within {promise['first_token_s']:g} s for {100 * promise['share']:g} %")
    if promise["per_token_s"] is not None:
        said.append(f"a token every {1000 * promise['per_token_s']:g} ms")
    said.append(f"at most {100 * promise['ceiling']:.0f} % of what they could do")
    return f"Promised: {', '.join(said)}, with {promise['spare']} to spare."


def _plans(plans: list[dict[str, Any]], page: Paper) -> None:
    head = ["replicas", "of", "", "$ a month", "$/M", "used", "first ms", "token ms"]
    sides: list[Side] = ["right", "left", "left", "right", "right", "right", "right", "right"]
    rows = []
    for plan in plans:
        value, low, high = plan["replicas"]
        spread = "" if low == value == high else f" ({low:.0f}-{'never' if high is None else f'{high:.0f}'})"
        price = "?" if plan["dollars"] is None else f"{float(plan['dollars']):,.0f}"
        rows.append(
            [
                f"{value:.0f}{spread} + {plan['spare']}",
                f"{plan['cards']} x {plan['machine']}",
                plan["precision"],
                price,
                money(plan["dollars_a_million"]),
                f"{100 * plan['used']:.0f} %",
                f"{1000 * plan['first_token_s'][0]:,.0f}",
                f"{1000 * plan['per_token_s'][0]:.0f}",
            ]
        )
    page.columns(head, rows, sides)
    if any(plan["replicas"][2] is None for plan in plans):
        page.paragraph("never: as slow as they may be, no number of them keeps the promise.", style="dim")
    bases = dict.fromkeys(f"{plan['machine']}: {plan['basis']}" for plan in plans)
    page.paragraph(f"Prices: {'; '.join(bases)}.", style="dim")
