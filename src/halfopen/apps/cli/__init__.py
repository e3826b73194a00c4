"""The command line: a verb is a module named in VERBS, imported only when it is called."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module

import typer

from halfopen import __version__

# verb -> what it does, in a line. The module of a verb is `halfopen.apps.cli.<verb>`, its function `run`.
VERBS: Mapping[str, str] = {
    "up": "Start the gateway; without a key or an engine, on simulated providers.",
    "explain": "Where a request would go, and why nobody else would serve it.",
    "ledger": "What was spent, on what, and how it went.",
    "doctor": "What is configured, found, reachable or wrong.",
    "env": "The lines that point a client at this gateway.",
}


def main() -> None:
    """The entry point of `halfopen`."""
    application(sys.argv[1] if len(sys.argv) > 1 else "")()


def application(verb: str) -> typer.Typer:
    """The command line, with one verb's options loaded; the others have their line of help."""
    app = typer.Typer(
        name="halfopen",
        help="Open or closed models? Decide with evidence, route with guarantees.",
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
    )
    app.callback()(_options)
    for name, about in VERBS.items():
        run = import_module(f"halfopen.apps.cli.{name}").run if name == verb else _unloaded(name)
        app.command(name, help=about)(run)
    return app


def _version(on: bool) -> None:
    if on:
        typer.echo(f"halfopen {__version__}")
        raise typer.Exit


def _options(
    version: bool = typer.Option(False, "--version", help="Print the version.", callback=_version, is_eager=True),
) -> None:
    pass


def _unloaded(name: str) -> Callable[[], None]:
    def run() -> None:
        raise RuntimeError(f"the verb {name} was not loaded")

    return run
