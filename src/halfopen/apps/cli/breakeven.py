"""`halfopen breakeven`: from which volume on machines of one's own are cheaper than each offer, or why never."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from halfopen.apps.cli.compare import TodayOption, one_of, view
from halfopen.apps.cli.given.load import ConfigOption, DataOption, JsonOption, complaining
from halfopen.apps.plans.asked import from_file, from_numbers
from halfopen.apps.plans.broken_even import asked_of

EXAMPLES = (
    "halfopen breakeven --model gpt-oss-120b --against gpt-5.4 --against claude-haiku-5-5",
    "halfopen breakeven workload.yaml --model deepseek-v3.2 --plot breakeven.svg",
)
SHOWN = 20
MOST_DRAWN = 6  # curves of offers, of those that cost the same one
MONTHLY = 1_000_000  # requests, by which a shape of tokens is priced


def run(
    workload: Annotated[Path | None, typer.Argument(help="A workload.yaml; its volume is varied.")] = None,
    model: Annotated[str | None, typer.Option(help="The open model on machines of one's own.")] = None,
    against: Annotated[
        list[str] | None,
        typer.Option(help="Offers or models to hold it against; without it closed ones, and its own hosts."),
    ] = None,
    tokens_in: Annotated[int, typer.Option("--in", min=1, help="Without a file: tokens in, on average.")] = 1200,
    tokens_out: Annotated[int, typer.Option("--out", min=1, help="Tokens out, on average.")] = 300,
    first_token_ms: Annotated[int, typer.Option(min=1, help="Promise without a file: to the first token.")] = 2000,
    per_token_ms: Annotated[int, typer.Option(min=1, help="Promise without a file: of a token.")] = 50,
    people: Annotated[str | None, typer.Option(help="Dollars a month for those who look after the machines.")] = None,
    spare: Annotated[int, typer.Option(min=0, help="Replicas that may fail.")] = 1,
    basis: Annotated[str | None, typer.Option(help="Which price of a card: rent, reserved, own, ...")] = None,
    limit: Annotated[int, typer.Option(min=1, help="So many rows.")] = SHOWN,
    today: TodayOption = None,
    config: ConfigOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    plot: Annotated[Path | None, typer.Option(help="Draw the curves and their crossings: .svg or .png.")] = None,
) -> None:
    """From which volume on machines of one's own are cheaper than an offer, with its interval, or why never."""
    with complaining(config):
        one_of({"--json": as_json, "--csv": as_csv})
        if model is None:
            raise ValueError(f"name an open model with --model, as in `{EXAMPLES[0]}`")
        work = from_numbers(MONTHLY, tokens_in, tokens_out) if workload is None else from_file(workload)
        promised = None if workload is not None else (first_token_ms, per_token_ms)
        found = asked_of(work, model, against or [], promised, people, spare, basis, view(config, data, today))
        if plot is not None:
            _draw(found, limit, plot)
    _print(found, limit, as_json, as_csv)


def _print(found: dict[str, Any], limit: int, as_json: bool, as_csv: bool) -> None:
    if as_json:
        typer.echo(json.dumps(found, indent=2, ensure_ascii=False))
    elif as_csv:
        from halfopen.apps.cli.shown.lines import lines

        typer.echo(lines([{k: v for k, v in row.items() if k != "points"} for row in found["rows"]]), nl=False)
    else:
        from halfopen.apps.cli.shown.crossings import show
        from halfopen.apps.cli.shown.paper import paper

        show(found, paper(), limit)


def _draw(found: dict[str, Any], limit: int, out: Path) -> None:
    from halfopen.adapters.plot.curves import Line, curves

    rows = list({row["dollars_a_million"]: row for row in found["rows"][:limit]}.values())[:MOST_DRAWN]
    drawn = [Line(f"{found['model']} on own machines", _floats(found["points"]), None)] if found["points"] else []
    drawn += [Line(row["offer"], _floats(row["points"]), row["from"]) for row in rows]
    curves(
        drawn,
        title=f"{found['model']} on machines of one's own, and others",
        across="tokens a month",
        up="dollars a month",
        footnote=f"Bands: 80 % of machines' speed, four months in five of a bill. {found['day']}. halfopen breakeven",
        out=out,
    )
    typer.echo(f"drawn: {out} ({len(drawn)} curves)", err=True)


def _floats(points: list[list[str]]) -> list[tuple[float, ...]]:
    return [tuple(float(each) for each in point) for point in points]
