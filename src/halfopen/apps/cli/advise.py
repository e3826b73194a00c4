"""`halfopen advise`: which models to use for a workload, as a decision record that can be run again."""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from halfopen.apps.cli.compare import TodayOption, one_of, view
from halfopen.apps.cli.given.load import ConfigOption, DataOption, JsonOption, complaining
from halfopen.apps.config.environment import environment
from halfopen.apps.plans.asked import from_text, text_of, told, within

if TYPE_CHECKING:
    from halfopen.apps.record.record import Advised

EXAMPLES = (
    "halfopen advise",
    "halfopen advise workload.yaml --plan halfopen.yaml",
    "halfopen advise workload.yaml --out decision.json --out decision.html",
    "halfopen advise --since decision.json",
    "halfopen advise --from-ledger 30d",
)
KINDS = (".json", ".md", ".html")


def run(
    workload: Annotated[
        Path | None, typer.Argument(help="A workload.yaml. Without any, a dozen questions are asked in the terminal.")
    ] = None,
    from_ledger: Annotated[str | None, typer.Option(help="Instead of a file: what was asked in 30d, or 4w.")] = None,
    since: Annotated[Path | None, typer.Option(help="An older record (.json): what has moved, and the answer.")] = None,
    zone: Annotated[str | None, typer.Option(help="Only offers that stay within this zone of halfopen.yaml.")] = None,
    out: Annotated[list[Path] | None, typer.Option(help="Write it as .json, .md or .html. May be repeated.")] = None,
    plan: Annotated[Path | None, typer.Option(help="Write the lanes as a halfopen.yaml, which must not exist.")] = None,
    today: TodayOption = None,
    config: ConfigOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown.")] = False,
) -> None:
    """Which way each task should take, what it costs, why, what would flip it, and the lanes that carry it out."""
    with complaining(config):
        one_of({"--json": as_json, "--markdown": as_markdown})
        _writable(out or [], plan)
        older = _older(since) if since is not None else None
        text = _asked(workload, from_ledger, data, older)
        from halfopen.apps.record.record import advised

        asked = within(from_text(text, "the workload"), zone)
        with ungathered():
            found = advised(asked, view(config, data, today))
        shown = _recorded(found, text if zone is None else told(asked), older)
        for path in out or []:
            _write(shown, path)
        if plan is not None:
            _plan(found, plan, environment(config, data).config)
    if as_json:
        typer.echo(json.dumps(shown, indent=2, ensure_ascii=False))
    else:
        _show(shown, as_markdown)
    raise typer.Exit(1 if shown["verdict"]["unserved"] else 0)


@contextmanager
def ungathered() -> Iterator[None]:
    """Without looking for garbage in cycles, of which arithmetic makes none: a twentieth of its time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _asked(workload: Path | None, span: str | None, data: Path | None, older: dict[str, Any] | None) -> str:
    """The text of the workload: of a file, of the ledger, of an older record, or of answers in the terminal."""
    told_twice = [name for name, given in (("a file", workload), ("--from-ledger", span)) if given is not None]
    if len(told_twice) > 1:
        raise ValueError(f"{' and '.join(told_twice)} are different workloads: give one of them")
    if workload is not None:
        return text_of(workload)
    if span is not None:
        from halfopen.apps.cli.given.observed import of_ledger

        return told(of_ledger(span, environment(None, data).data, time.time()))
    if older is not None:
        return str(older["workload"])
    from halfopen.apps.cli.given.asking import ask

    return ask()


def _recorded(found: Advised, text: str, older: dict[str, Any] | None) -> dict[str, Any]:
    from halfopen.apps.record.record import record
    from halfopen.apps.record.since import moved

    made = record(found, text)
    return made if older is None else {**made, "since": moved(older, made)}


def _plan(found: Advised, out: Path, config: Path | None) -> None:
    """Over the team's own config, where there is one. Raises ValueError where nothing can serve anything."""
    if not found.plan.lanes:
        raise ValueError(f"--plan {out}: nothing can serve any task, so there is no lane to write")
    from halfopen.apps.record.config import written

    ours = config.read_text(encoding="utf-8") if config else ""
    out.write_text(written(found.plan, found.advice, ours), encoding="utf-8")
    typer.echo(f"written: {out}; try it with `halfopen up --sandbox --config {out}`", err=True)


def _older(path: Path) -> dict[str, Any]:
    """Raises ValueError for what is no record."""
    from halfopen.apps.record.since import read

    try:
        return read(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as why:
        raise ValueError(f"{path} cannot be read ({why}): name a record that `--out NAME.json` wrote") from None


def _writable(out: list[Path], plan: Path | None) -> None:
    """Complains before anything is worked out."""
    for path in out:
        if path.suffix not in KINDS:
            raise ValueError(f"--out {path}: a record is written as {', '.join(KINDS)}, by the end of its name")
    if plan is not None and plan.exists():
        raise ValueError(f"--plan {plan}: it exists and may be yours; name another file, and move it there yourself")
    for path in [*out, *([plan] if plan else [])]:
        if not path.parent.is_dir():
            raise ValueError(f"{path}: there is no folder `{path.parent}`: make it, or name another")


def _write(found: dict[str, Any], path: Path) -> None:
    from halfopen.apps.record.page import page

    if path.suffix == ".json":
        text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
    elif path.suffix == ".md":
        text = page(found)
    else:
        from halfopen.apps.cli.shown.pictures import pictures
        from halfopen.apps.record.html import html

        text = html(page(found), pictures(found))
    path.write_text(text, encoding="utf-8")
    typer.echo(f"written: {path}", err=True)


def _show(found: dict[str, Any], as_markdown: bool) -> None:
    from halfopen.apps.record.page import page

    if as_markdown:
        typer.echo(page(found), nl=False)
        return
    from halfopen.apps.cli.shown.markdown import show

    show(page(found, whole=False))
