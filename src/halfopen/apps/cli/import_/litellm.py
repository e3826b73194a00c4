"""`halfopen import litellm`: writes a halfopen.yaml from LiteLLM's config.yaml and tells what was not carried."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from halfopen.apps import shelf
from halfopen.apps.cli.given.load import DataOption, JsonOption, complaining
from halfopen.apps.cli.shown.paper import Paper, counted, paper
from halfopen.apps.config import settings
from halfopen.apps.config.environment import environment
from halfopen.apps.importers.litellm import imported
from halfopen.apps.importers.told import Imported, Kind, Note
from halfopen.apps.roster import roster

EXAMPLES = (
    "halfopen import litellm config.yaml",
    "halfopen import litellm config.yaml --out -",
    "halfopen import litellm config.yaml --json --strict",
)
COLUMNS = 80
FEW = 3  # paths named, of those of which the same is said
HEADS: Mapping[Kind, str] = {
    "do": "To do, before it works as it did",
    "left": "Not carried",
    "differs": "Carried, and works otherwise",
}
UNREADABLE: Mapping[type[OSError], str] = {
    FileNotFoundError: "there is no such file: name LiteLLM's config, such as ./config.yaml",
    IsADirectoryError: "a folder: name the file in it",
    PermissionError: "it may not be read by you",
}


def run(
    config: Annotated[Path, typer.Argument(help="LiteLLM's config.yaml. It is read and never changed.")],
    out: Annotated[Path, typer.Option(help="The file to write; - prints it.")] = Path("halfopen.yaml"),
    force: Annotated[bool, typer.Option("--force", help="Overwrite that file.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 3 if anything was not carried or is to do.")] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """From LiteLLM's config.yaml: the same names, tried in the same order."""
    printed = str(out) == "-"
    with complaining():
        if printed and as_json:
            raise ValueError("--out - and --json both print: leave one out; the JSON has the file as `yaml`")
        if not printed and not force and out.exists():
            raise ValueError(f"{out} is there already: --force overwrites it, --out names another")
        stock = shelf.stock(environment(None, data).data)
        made = imported(_text(config), str(config), stock.catalog, datetime.now(UTC).date())
        if not printed:
            _write(out, made.yaml)
            roster(stock.catalog, settings.load(out), environment(out, data))  # or it says what is amiss
    if printed:
        typer.echo(made.yaml, nl=False)
    elif as_json:
        typer.echo(json.dumps(_told(made, config, out), indent=2, ensure_ascii=False))
    else:
        sheet = paper()
        _show(made, out, Paper(min(sheet.width, COLUMNS), sheet.ink))
    raise typer.Exit(3 if strict and any(note.kind in ("left", "do") for note in made.notes) else 0)


def _text(config: Path) -> str:
    """Raises ValueError, with what to do, for a file that cannot be read."""
    try:
        return config.read_text("utf-8")
    except UnicodeDecodeError:
        raise ValueError(f"{config}: it is no text in UTF-8, so no LiteLLM config") from None
    except OSError as why:
        raise ValueError(f"{config}: {UNREADABLE.get(type(why), why.strerror)}") from None


def _write(out: Path, text: str) -> None:
    """Written beside and moved into place, for its owner alone. Raises OSError."""
    part = out.with_name(f"{out.name}.{os.getpid()}")
    descriptor = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    part.replace(out)


def _told(made: Imported, config: Path, out: Path) -> dict[str, Any]:
    return {
        "config": str(config),
        "out": str(out),
        "deployments": made.deployments,
        "lanes": made.lanes,
        "aliases": made.aliases,
        "notes": [asdict(note) for note in made.notes],
        "environment": made.environment,
        "yaml": made.yaml,
    }


def _show(made: Imported, out: Path, sheet: Paper) -> None:
    counts = (counted(made.deployments, "deployment"), counted(len(made.lanes), "lane"))
    aliases = f"{len(made.aliases)} alias{'' if len(made.aliases) == 1 else 'es'}"
    sheet.paragraph(f"Wrote {out}: {', '.join(counts)}, {aliases}.", style="bold")
    for kind, head in HEADS.items():
        if notes := [note for note in made.notes if note.kind == kind]:
            sheet.line()
            sheet.listed(head, _grouped(notes))
    if made.environment:
        sheet.line()
        wide = max(map(len, made.environment))
        sheet.listed("Set these variables", [f"{name.ljust(wide)}  {what}" for name, what in made.environment.items()])
    sheet.line()
    if same := sum(note.kind == "same" for note in made.notes):
        sheet.paragraph(f"{counted(same, 'setting')} more need nothing here; --json tells which.")
    if made.aliases:
        name = next((alias for alias, target in made.aliases.items() if "/" in target), next(iter(made.aliases)))
        there = "" if out == Path("halfopen.yaml") else f" --config {out}"
        sheet.line(f"Next: halfopen explain {name}{there}")


def _grouped(notes: Sequence[Note]) -> list[str]:
    """Each thing that is said once, after the paths of which it is said."""
    paths: dict[str, list[str]] = {}
    for note in notes:
        paths.setdefault(note.says, []).append(f"{note.path} (line {note.line})" if note.line else note.path)
    return [f"{_some(where)}: {says}." for says, where in paths.items()]


def _some(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - FEW} more" if len(paths) > FEW else ""
    return ", ".join(paths[:FEW]) + more
