"""`halfopen keys revoke`: a key is of no use from now on; its row and its spending stay."""

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
    """A key is of no use from now on."""
    with complaining(), table(data) as keys:
        now = time.time()
        try:
            found = keys.changed(name, whoever(), now, "key revoked", revoked=now)
        except KeyError:
            raise unknown(name, keys) from None
    typer.echo(f"{found.name} is revoked. A gateway that runs has noticed within a second.")
