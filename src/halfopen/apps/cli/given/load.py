"""What every verb begins with: the settings and the environment, or a sentence on what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from halfopen.apps.config.environment import Environment, environment
from halfopen.documents import Complaints, placed

if TYPE_CHECKING:
    from halfopen.apps.config.settings import Settings

ConfigOption = Annotated[
    Path | None, typer.Option("--config", help="The config file; ./halfopen.yaml is found by itself.")
]
DataOption = Annotated[Path | None, typer.Option("--data", help="The data folder (default ~/.local/share/halfopen).")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


UNREADABLE: Mapping[type[OSError], str] = {
    FileNotFoundError: "there is no such config file: name it with --config, or name none to go by the defaults",
    PermissionError: "the config file may not be read by you: make it yours, or name another with --config",
    IsADirectoryError: "a folder, and no config file: name the file in it with --config",
}


@contextmanager
def complaining(config: Path | None = None) -> Iterator[None]:
    """Turns what is wrong with a config, or keeps a verb from its work, into sentences and exit code 2."""
    try:
        yield
    except Complaints as complaints:
        file = environment(config).config
        if file:
            text = file.read_bytes().decode("utf-8", "replace")  # what is wrong may be just that
            complaints = placed(complaints, text, str(file))
        typer.echo(str(complaints), err=True)
        raise typer.Exit(2) from None
    except (ValueError, OSError, _engine_trouble()) as why:
        typer.echo(f"halfopen: {why}", err=True)
        raise typer.Exit(2) from None


def _engine_trouble() -> type[Exception]:
    """Looked up when something has gone wrong: most verbs start no engine, and need not wait for its module."""
    from halfopen.adapters.engines import EngineTrouble

    return EngineTrouble


def loaded(config: Path | None, data: Path | None) -> tuple[Settings, Environment]:
    """Raises documents.Complaints, and ValueError for a file that cannot be read."""
    from halfopen.apps.config.settings import load  # with all that a config may name, which few verbs need

    there = environment(config, data)
    try:
        return load(there.config), there
    except OSError as why:
        said = UNREADABLE.get(type(why), f"the config file cannot be read ({why.strerror})")
        raise ValueError(f"{there.config}: {said}.") from None
