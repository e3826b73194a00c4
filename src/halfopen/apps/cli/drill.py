"""`halfopen drill`: what if a provider is gone, a model retired, a price doubled, machines lost, the volume grown."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated

import typer

from halfopen.apps.cli.compare import TodayOption, one_of, view
from halfopen.apps.cli.given.load import ConfigOption, DataOption, JsonOption, complaining
from halfopen.apps.config.environment import environment
from halfopen.apps.plans.asked import EXAMPLE, from_file
from halfopen.costs.workload import Workload

EXAMPLES = (
    "halfopen drill workload.yaml",
    "halfopen drill workload.yaml --gone openai --price claude-haiku-5-5@anthropic=2",
    "halfopen drill workload.yaml --volume 10 --only EU",
)
Several = list[str] | None


def run(
    workload: Annotated[Path | None, typer.Argument(help="A workload.yaml.")] = None,
    from_ledger: Annotated[str | None, typer.Option(help="Instead of a file: what was asked in 30d, or 4w.")] = None,
    gone: Annotated[Several, typer.Option(help="A provider that answers no more. These may all be repeated.")] = None,
    retired: Annotated[Several, typer.Option(help="A model that nobody sells any more.")] = None,
    price: Annotated[Several, typer.Option(help="An offer and how many times as dear: gpt-6-luna@openai=2.")] = None,
    machines: Annotated[Several, typer.Option(help="The share of our machines that is left: 0.5.")] = None,
    volume: Annotated[Several, typer.Option(help="How many times the volume: 10.")] = None,
    only: Annotated[Several, typer.Option(help="Where everything has to stay: EU, or countries with commas.")] = None,
    today: TodayOption = None,
    config: ConfigOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown.")] = False,
) -> None:
    """What the lanes of the advice would do, what it costs, what quality is lost and what breaks.

    Without an event: each provider in use gone, each model retired, each price doubled, half of our machines, ten times
    the volume, and the EU only.
    """
    with complaining(config):
        one_of({"--json": as_json, "--markdown": as_markdown})
        asked = {"gone": gone, "retired": retired, "price": price, "machines": machines, "volume": volume, "only": only}
        from halfopen.apps.record.drilled import drilled
        from halfopen.apps.record.record import advised

        there = view(config, data, today)
        found = drilled(
            advised(_workload(workload, from_ledger, data), there), {kind: each or () for kind, each in asked.items()}
        )
    if as_json:
        typer.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    from halfopen.apps.record.drilled import page

    if as_markdown:
        typer.echo(page(found), nl=False)
        return
    from halfopen.apps.cli.shown.markdown import show

    show(page(found))


def _workload(path: Path | None, span: str | None, data: Path | None) -> Workload:
    if (path is None) == (span is None):
        raise ValueError(f"name one workload: a file, or --from-ledger 30d. A file looks like this:\n{EXAMPLE}")
    if path is not None:
        return from_file(path)
    from halfopen.apps.cli.given.observed import of_ledger

    return of_ledger(str(span), environment(None, data).data, time.time())
