"""`halfopen fleet`: what fits on a machine and how fast it would be; or, for a demand, the cheapest plans."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from halfopen.apps.cli.given.load import JsonOption, complaining
from halfopen.apps.iron import iron
from halfopen.fleet.names import Unknown
from halfopen.fleet.tables import Tables

EXAMPLES = (
    "halfopen fleet --model phi-4 --on laptop-16gb",
    "halfopen fleet --model gpt-oss-120b --on h100 --concurrency 32",
    "halfopen fleet --model deepseek-v3 --requests 3000000 --first-token-ms 1500 --per-token-ms 50",
    "halfopen fleet --model llama-3.3-70b --workload workload.yaml --task chat",
    "halfopen fleet predict rows.csv --csv",
)

OnOption = Annotated[
    list[str] | None, typer.Option(help="The machine: laptop-16gb, h100, ... For a plan: only these, all without it.")
]
PriceOption = Annotated[
    list[str] | None, typer.Option("--gpu-price", help="A price of your own, in dollars an hour: h100=2.80.")
]


def run(
    context_: typer.Context,
    model: Annotated[str | None, typer.Option(help="The model, by any of its names.")] = None,
    on: OnOption = None,
    cards: Annotated[int, typer.Option(help="Cards in the machine that share the model.")] = 1,
    context: Annotated[int | None, typer.Option(min=1, help="Tokens of a sequence there must be room for.")] = None,
    prompt: Annotated[int, typer.Option(min=1, help="Tokens of a prompt.")] = 1000,
    answer: Annotated[int, typer.Option(min=1, help="Tokens of an answer.")] = 300,
    concurrency: Annotated[int, typer.Option(min=1, help="Requests at a time.")] = 1,
    requests: Annotated[int | None, typer.Option(min=1, help="A plan for so many requests a month.")] = None,
    workload: Annotated[Path | None, typer.Option(help="A plan for a task of this workload.yaml.")] = None,
    task: Annotated[str | None, typer.Option(help="Which task of it.")] = None,
    first_token_ms: Annotated[int | None, typer.Option(min=1, help="Promise: to the first token.")] = None,
    percentile: Annotated[float, typer.Option(min=50, max=99.9, help="For so many per cent of requests.")] = 95,
    per_token_ms: Annotated[int | None, typer.Option(min=1, help="Promise: of a token, on average.")] = None,
    burst: Annotated[float, typer.Option(min=0.1, help="Squared variation of arrivals; 1 is Poisson.")] = 1,
    spare: Annotated[int, typer.Option(min=0, help="Replicas that may fail.")] = 1,
    basis: Annotated[str | None, typer.Option(help="Which price: rent, rent_low, reserved, own, ...")] = None,
    gpu_price: PriceOption = None,
    limit: Annotated[int, typer.Option(min=1, help="So many plans.")] = 8,
    as_json: JsonOption = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
) -> None:
    """What fits on a machine and how fast it would be; with --requests or --workload the cheapest plans."""
    if context_.invoked_subcommand is not None:
        return
    with complaining():
        if as_json and as_csv:
            raise ValueError("--csv and --json are different outputs: give one of them")
        tables = iron()
        if model is None:
            raise ValueError(f"name a model, as in `{EXAMPLES[0]}`")
        promise = {"first": first_token_ms, "per": per_token_ms, "percentile": percentile, "spare": spare}
        try:
            if requests is not None or workload is not None:
                shape = (requests, prompt, answer, burst)
                paid = (basis, gpu_price)
                found = _planned(tables, model, on, shape, (workload, task), promise, paid, context, limit)
            else:
                found = _on_machine(tables, model, on, cards, context, prompt, answer, concurrency)
        except Unknown as why:
            raise ValueError(str(why)) from None
    _print(found, as_json, as_csv)


def _on_machine(
    tables: Tables, model: str, on: list[str] | None, cards: int, context: int | None, *shape: int
) -> dict[str, Any]:
    from halfopen.apps.plans.small import on_machine

    if not on or len(on) > 1:
        machines = ", ".join(each.name for each in tables.accelerators)
        raise ValueError(f"name a machine with --on, or a demand with --requests; machines are {machines}")
    return on_machine(tables, model, on[0], cards, context, *shape)


def _planned(
    tables: Tables,
    model: str,
    on: list[str] | None,
    shape: tuple[int | None, int, int, float],
    file: tuple[Path | None, str | None],
    promise: dict[str, Any],
    paid: tuple[str | None, list[str] | None],
    context: int | None,
    limit: int,
) -> dict[str, Any]:
    from dataclasses import replace

    from halfopen.apps.plans.asked import from_file
    from halfopen.apps.plans.planned import Asked, basis_of, demanded, of_task, own_prices, planned
    from halfopen.fleet.price import Prices
    from halfopen.fleet.promise import Promise

    own = own_prices(dict(_pair(word) for word in paid[1] or ()))
    told = {"spare": promise["spare"], "share": promise["percentile"] / 100}
    told |= {"first_token": promise["first"] / 1000} if promise["first"] else {}
    told |= {"per_token": promise["per"] / 1000} if promise["per"] else {}
    path, task = file
    if path is not None and shape[0] is not None:
        raise ValueError("--requests and --workload are different demands: give one of them")
    if path is not None:
        demand, made, prices, needs = of_task(from_file(path), task)
        made = Promise(
            **{"first_token": made.first_token, "per_token": made.per_token, "ceiling": made.ceiling, **told}
        )
        prices = replace(prices, basis=basis_of(paid[0]), an_hour={**prices.an_hour, **own})
        context = context or needs
    else:
        demand = demanded(shape[0] or 0, shape[1], shape[2], shape[3])
        made, prices = Promise(**told), Prices(basis=basis_of(paid[0]), an_hour=own)
    asked = Asked(
        model=model,
        demand=demand,
        promise=made,
        prices=prices,
        context=context,
        machines=tuple(on or ()),
        most=limit,
    )
    return planned(tables, asked)


def _pair(word: str) -> tuple[str, str]:
    name, sign, price = word.partition("=")
    if not sign:
        raise ValueError(f"--gpu-price is `{word}`; it is a machine and its price, such as h100=2.80")
    return name, price


def _print(found: dict[str, Any], as_json: bool, as_csv: bool) -> None:
    if as_json:
        typer.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    rows = found.get("plans", found.get("rows", []))
    if as_csv:
        from halfopen.apps.cli.shown.lines import lines

        typer.echo(lines([_flat(row) for row in rows]), nl=False)
        return
    from halfopen.apps.cli.shown.machines import show_machine, show_plans
    from halfopen.apps.cli.shown.paper import paper

    (show_plans if "plans" in found else show_machine)(found, paper())


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """Intervals as three cells."""
    flat: dict[str, Any] = {}
    for name, cell in row.items():
        if isinstance(cell, list):
            flat |= dict(zip((name, f"{name}_low", f"{name}_high"), cell, strict=True))
        else:
            flat[name] = cell
    return flat
