"""What every verb begins with: the settings and the catalog, or a sentence on what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from halfopen.adapters.engines import EngineTrouble
from halfopen.apps import settings
from halfopen.documents import Complaints

ConfigOption = Annotated[
    Path | None, typer.Option("--config", help="The config file; ./halfopen.yaml is found by itself.")
]
DataOption = Annotated[Path | None, typer.Option("--data", help="The data folder (default ~/.local/share/halfopen).")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@contextmanager
def complaining() -> Iterator[None]:
    """Turns what is wrong with a config into sentences and exit code 2."""
    try:
        yield
    except Complaints as complaints:
        for complaint in complaints.complaints:
            typer.echo(str(complaint), err=True)
        raise typer.Exit(2) from None
    except (ValueError, EngineTrouble, OSError) as why:
        typer.echo(f"halfopen: {why}", err=True)
        raise typer.Exit(2) from None


def loaded(config: Path | None, data: Path | None) -> tuple[settings.Settings, settings.Environment]:
    """Raises documents.Complaints, OSError."""
    environment = settings.environment(config, data)
    return settings.load(environment.config), environment
