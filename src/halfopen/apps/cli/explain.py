"""`halfopen explain`: the same decision that the gateway would make, from the config alone. Nobody is called."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from halfopen.apps import sandbox as simulation
from halfopen.apps import shelf, wiring
from halfopen.apps.cli.given.load import ConfigOption, JsonOption, complaining, loaded
from halfopen.apps.config.environment import Environment
from halfopen.apps.config.settings import Settings
from halfopen.apps.roster import roster
from halfopen.apps.supposed import UNSAID, Supposed, foreseen
from halfopen.errors import Fault
from halfopen.policy.decide import decide
from halfopen.policy.eligible import ABILITIES, BEYOND, RESTING
from halfopen.policy.rules import FACTS
from halfopen.policy.world import Health
from halfopen.wire.table import DIALECTS

FEW = 3  # offers named with a reason, unless all are asked for
MOST = 8  # paths named that an offer would not be told


def run(
    model: Annotated[str, typer.Argument(help="A lane, model, offer or alias, as a client would name it.")],
    lane: Annotated[str, typer.Option(help="As the header x-halfopen-lane.")] = "",
    zone: Annotated[str, typer.Option(help="As the header x-halfopen-zone: the outermost it may reach.")] = "",
    task: Annotated[str, typer.Option(help="As the header x-halfopen-task.")] = "",
    dialect: Annotated[str, typer.Option(help=f"One of: {', '.join(DIALECTS)}.")] = "chat",
    stream: Annotated[bool, typer.Option("--stream", help="As if the answer were to be streamed.")] = False,
    sandbox: Annotated[bool, typer.Option("--sandbox", help="Over the simulated providers.")] = False,
    needs: Annotated[str, typer.Option(help=f"What the model must be able to do: {', '.join(ABILITIES)}.")] = "",
    tokens: Annotated[int | None, typer.Option(help="How many tokens the prompt has.")] = None,
    fact: Annotated[
        list[str] | None, typer.Option(help=f"As language=de; again for more. The facts: {', '.join(FACTS)}.")
    ] = None,
    body: Annotated[
        Path | None, typer.Option(help="A request's body; needs and facts are read from it; - is piped in.")
    ] = None,
    all_of_them: Annotated[
        bool, typer.Option("--all", help="Name every offer, not the first few of a reason.")
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Where a request would go, and why nobody else would serve it."""
    with complaining(config):
        settings, environment = loaded(config, None)
        labels = {"lane": lane, "zone": zone, "task": task}
        supposed = Supposed(
            model=model,
            dialect=dialect,
            stream=stream,
            labels={label: said for label, said in labels.items() if said},
            needs=[need.strip() for need in needs.split(",") if need.strip()],
            tokens=tokens,
            facts=dict(_fact(said) for said in fact or ()),
            body=_read(body) if body else b"",
        )
        try:
            table = asyncio.run(_decided(supposed, settings, environment, sandbox))
        except Fault as fault:
            raise ValueError(fault.message) from None
    typer.echo(json.dumps(table, indent=2)) if as_json else _show(table, all_of_them)
    raise typer.Exit(1 if table["stop"] else 0)


def _fact(said: str) -> tuple[str, str]:
    name, equals, answer = said.partition("=")
    if not equals:
        raise ValueError(f"`--fact {said}` says nothing: write for example --fact language=de")
    return name.strip(), answer.strip()


def _read(body: Path) -> bytes:
    return sys.stdin.buffer.read() if body == Path("-") else body.read_bytes()


async def _decided(supposed: Supposed, settings: Settings, environment: Environment, simulate: bool) -> dict[str, Any]:
    async with AsyncExitStack() as stack:
        catalog = shelf.stock(environment.data).catalog
        if simulate:
            catalog, settings = await stack.enter_async_context(simulation.running(catalog, settings, 0))
        settings = wiring.with_engines(settings, dict.fromkeys(settings.engines, 1))
        book = roster(catalog, settings, environment)
        world = book.world(datetime.fromtimestamp(time.time(), UTC).date(), 1, {})
        policy = wiring.policy_of(settings)
        read = supposed.read(policy)
        decision = decide(read.ask, read.facts, world, Health(), policy, 0)
        return foreseen(decision, read, book.destinations())


def _show(table: dict[str, Any], all_of_them: bool) -> None:
    console = Console()
    console.print(Text(f"Lane {table['lane'] or 'none'}; may not leave zone {table['zone']}. {table['reason']}."))
    if seen := _seen(table):
        console.print(Text(seen))
    if table["stop"]:
        console.print(Text(f"{table['stop']['status']}: {table['stop']['message']}", style="bold red"))
    steps = Table("", "offer", "zone", "hosting", "rating", "in / M", "out / M", title="Would be tried, in order")
    for place, step in enumerate(table["itinerary"], 1):
        guess = "~" if step["rating_basis"] == "estimated" else ""
        rating = "unrated" if step["rating"] is None else f"{guess}{step['rating']:.0f}"
        prices = (step["input_per_million"], step["output_per_million"])
        offer = Text(step["offer"], overflow="fold")
        steps.add_row(str(place), offer, step["zone"], step["hosting"], rating, *prices)
    if table["itinerary"]:
        console.print(steps)
    for step in table["itinerary"]:
        said = ("it is SIMULATED" if step["simulated"] else "", step["note"], _dropped(step))
        notes = [note for note in said if note]
        if notes:
            console.print(Text(f"{step['offer']}: {'; '.join(notes)}."))
    if table["refused"]:
        refused = Table("offers", "why not", title="Not to be tried")
        for why, offers in _by_reason(table["refused"]).items():
            shown = offers if all_of_them else offers[:FEW]
            more = [f"and {len(offers) - len(shown)} more"] if len(offers) > len(shown) else []
            refused.add_row(Text("\n".join([*shown, *more]), overflow="fold"), Text(why))
        console.print(refused)
        if not all_of_them and len(table["refused"]) > len(_by_reason(table["refused"])) * FEW:
            console.print(Text("`--all` names every offer."))


def _dropped(step: dict[str, Any]) -> str:
    """What of the body would not reach the offer, by path; `--json` says why."""
    paths = list(dict.fromkeys(loss.partition(": ")[0] for loss in step["dropped"]))
    more = f" and {len(paths) - MOST} more" if len(paths) > MOST else ""
    return f"not carried: {', '.join(paths[:MOST])}{more}" if paths else ""


def _seen(table: dict[str, Any]) -> str:
    """What of the request counted, in one line; nothing where nothing did."""
    needs = [f"It needs {', '.join(table['needs'])}"] if table["needs"] else []
    tokens = [f"its prompt has {table['tokens']:,} tokens or more"] if table["tokens"] else []
    facts = [f"{fact} {answer}" for fact, answer in table["facts"].items()]
    said = "; ".join([*needs, *tokens, *([f"recognized: {', '.join(facts)}"] if facts else [])])
    return f"{said[0].upper()}{said[1:]}." if said else ""


def _by_reason(refused: list[dict[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in sorted(refused, key=lambda row: row["gate"] not in (UNSAID, BEYOND, RESTING)):  # what could serve, first
        found.setdefault(row["reason"], []).append(row["offer"])
    return found
