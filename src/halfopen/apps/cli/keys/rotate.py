"""`halfopen keys rotate`: another secret for a key; its name, bounds and budgets stay."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from halfopen.apps.cli.given.load import DataOption, complaining
from halfopen.apps.cli.keys import table, unknown, whoever


def run(
    name: Annotated[str, typer.Argument(help="Its name or its id.")],
    data: DataOption = None,
) -> None:
    """Another secret for a key; its name, bounds and budgets stay."""
    with complaining(), table(data) as keys:
        try:
            shown = keys.rotated(name, whoever(), time.time())
        except KeyError:
            raise unknown(name, keys) from None
    typer.echo(
        "The old secret is of no use any more. This is the new one, and the only time that it is shown:\n", err=True
    )
    typer.echo(shown)
