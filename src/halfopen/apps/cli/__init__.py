"""The command line: a verb is a module named in VERBS, imported only when it is called.

A verb with verbs of its own is a folder with a table VERBS of them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from keyword import iskeyword
from types import ModuleType

import typer

from halfopen import __version__

# verb -> what it does, in a line. The module of a verb is `halfopen.apps.cli.<verb>`, its function `run`;
# `import`, which Python keeps for itself, is in `import_`.
VERBS: Mapping[str, str] = {
    "up": "Start the gateway; without a key or an engine, on simulated providers.",
    "compare": "Every model with its rating, price and licence, and which are efficient.",
    "claims": "The well-known claims about open and closed models, each with its verdict today.",
    "advise": "Which models to use, open or closed, for a workload: with reasons, doubts and a plan.",
    "drill": "What if a provider is gone, a price doubles, the volume grows: what the lanes do then.",
    "cost": "What a workload costs a month at every offer that can serve it.",
    "fleet": "What fits on which machines, and how fast it would be.",
    "breakeven": "From which volume on machines of one's own are cheaper than an offer, or why never.",
    "explain": "Where a request would go, and why nobody else would serve it.",
    "ledger": "What was spent, on what, and how it went.",
    "rank": "Who beats whom, and how sure that is, from battles or a published board.",
    "keys": "Who may use the gateway, for what, and for how much: create, list, revoke, rotate, audit.",
    "doctor": "What is configured, found, reachable or wrong.",
    "env": "The lines that point a client at this gateway.",
    "import": "A halfopen.yaml from the config of another gateway: litellm.",
    "catalog": "Keep the table of models and prices true: check, sync, diff, import-ratings.",
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
        if name == verb:
            _load(app, "halfopen.apps.cli", name, about)
        else:
            app.command(name, help=about)(_unloaded(name))
    return app


def _load(app: typer.Typer, package: str, name: str, about: str) -> None:
    """Adds a verb, or the verbs of its folder. `EXAMPLES` of a module stand at the end of its help."""
    where = f"{package}.{name.replace('-', '_')}{'_' if iskeyword(name) else ''}"
    module = import_module(where)
    if inner := getattr(module, "VERBS", None):
        own = getattr(module, "run", None)  # what the verb does by itself
        group = typer.Typer(help=about, no_args_is_help=True, invoke_without_command=own is not None)
        for each, line in inner.items():
            _load(group, where, each, line)
        if own is not None:
            group.callback(epilog=_epilog(module))(own)
        app.add_typer(group, name=name)
        return
    app.command(name, help=about, epilog=_epilog(module))(module.run)


def _epilog(module: ModuleType) -> str | None:
    examples = getattr(module, "EXAMPLES", ())
    return "Examples:\n\n" + "\n\n".join(examples) if examples else None


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
