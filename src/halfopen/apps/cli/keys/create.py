"""`halfopen keys create`: a key for somebody, shown once."""

from __future__ import annotations

import json
import time
from typing import Annotated

import typer

from halfopen.apps import shelf, wiring
from halfopen.apps.cli.given.load import ConfigOption, DataOption, JsonOption, complaining, loaded
from halfopen.apps.cli.keys import table, whoever
from halfopen.apps.keys import Told, key_of, said

EXAMPLES = (
    "halfopen keys create ana",
    "halfopen keys create nightly --team ops --lane background --budget 25/month --expires 90d",
    "halfopen keys create hr --team hr --zone home --label task=cv --budget 2/day --budget 40/month",
)


def run(
    name: Annotated[str, typer.Argument(help="What the key is called, in the ledger and in budgets.")],
    role: Annotated[
        str | None, typer.Option(help="inference, viewer, operator or admin; the first key is admin.")
    ] = None,
    team: Annotated[str, typer.Option(help="Whose budgets it counts against beside its own.")] = "",
    owner: Annotated[str, typer.Option(help="Who answers for it.")] = "",
    lane: Annotated[list[str] | None, typer.Option(help="Only this lane; again for more.")] = None,
    model: Annotated[list[str] | None, typer.Option(help="Only this model or offer; again for more.")] = None,
    zone: Annotated[str, typer.Option(help="The outermost zone that its requests may reach, whatever they say.")] = "",
    label: Annotated[list[str] | None, typer.Option(help="As task=cv: said for requests that do not say it.")] = None,
    budget: Annotated[
        list[str] | None, typer.Option(help="Dollars a day, month or in all: 25/month; again for more.")
    ] = None,
    requests: Annotated[int | None, typer.Option(help="Requests a minute at most.")] = None,
    tokens: Annotated[int | None, typer.Option(help="Tokens a minute at most.")] = None,
    at_once: Annotated[int | None, typer.Option(help="Requests at once at most.")] = None,
    expires: Annotated[str, typer.Option(help="After a span such as 90d, or on a day.")] = "",
    config: ConfigOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a key; it is shown once, and only its hash is kept."""
    with complaining(config):
        settings, there = loaded(config, data)
        catalog = shelf.stock(there.data).catalog
        with table(data) as keys:
            told = Told(
                name=name,
                role=role,
                team=team,
                owner=owner,
                lanes=tuple(lane or ()),
                models=tuple(model or ()),
                zone=zone,
                labels=dict(map(_label, label or ())),
                budgets=tuple(budget or ()),
                requests=requests,
                tokens=tokens,
                at_once=at_once,
                expires=expires,
            )
            known = (*catalog.models, *catalog.offers, *(each.model for each in settings.offers))
            made = key_of(told, wiring.policy_of(settings), known, time.time(), not keys.rows())
            shown = keys.made(made, whoever(), time.time())
    if as_json:
        typer.echo(json.dumps({"name": made.name, "role": made.role, "key": shown}))
        return
    bounds = [f"role {made.role}", *([f"team {team}"] if team else []), *(said(each) for each in made.budgets)]
    typer.echo(f"{made.name}: {', '.join(bounds)}. This is the key, and the only time that it is shown:\n", err=True)
    typer.echo(shown)
    typer.echo("\nClients send it as `authorization: Bearer ...`; `halfopen keys list` shows what there is.", err=True)


def _label(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not value:
        raise ValueError(f"`--label {text}` says nothing: write for example --label task=cv")
    return name, value
