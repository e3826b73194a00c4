"""The docs are complete and true: what they name exists, what exists they name, and the README runs.

The README's fenced blocks say by their language what becomes of them here; `KINDS` is the list, and a block of any
other kind fails. What runs is run in the order of the page, in one shell, against a gateway in its sandbox.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import typing
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from halfopen.apps.cli import VERBS
from halfopen.apps.config.settings import Settings, load
from halfopen.apps.serve.manage import ROUTES
from halfopen.wire.table import BY_PATH

ROOT = Path(__file__).parent.parent
SRC = ROOT / "src" / "halfopen"
PAGES = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]

KINDS = {
    "bash": "run",
    "python": "run",
    "sh": "set-up: each `make` target must exist",
    "yaml": "a halfopen.yaml: read as one",
    "json": "shown",
    "text": "shown",
}
PUBLIC = re.compile(r"x-halfopen-[a-z]+|HALFOPEN_[A-Z_]+")  # headers and variables, wherever a literal names one
COUNTED = re.compile(r"halfopen_[a-z_]+")  # metrics and labels, where they are the whole literal


def _written() -> str:
    return "\n".join(page.read_text(encoding="utf-8") for page in PAGES)


def _lacking(names: Iterator[str]) -> list[str]:
    """Those that no page names in backticks, or in a code block, as they stand."""
    text = _written()
    return sorted({name for name in names if not re.search(rf"(?<![\w./-]){re.escape(name)}(?![\w-])", text)})


# What exists is named.


def test_every_verb_is_documented() -> None:
    assert not _lacking(f"halfopen {verb}" for verb in VERBS)


def test_every_route_is_documented() -> None:
    routes = [f"{route.method} {route.path}" for route in ROUTES] + [f"POST {path}" for path in BY_PATH]
    assert not _lacking(iter(routes))


def test_every_setting_is_documented() -> None:
    settings = list(_settings(Settings, ""))
    assert "listen.port" in settings
    assert "lanes.NAME.require.zone" in settings
    assert not _lacking(iter(settings))


def test_every_header_variable_metric_and_label_is_documented() -> None:
    names = set(_public_names())
    assert {"x-halfopen-offer", "HALFOPEN_KEY"} <= names
    assert not _lacking(iter(names))


def _settings(tree: type[Any], path: str) -> Iterator[str]:
    """The settings as docs/settings.md writes them: `listen.port`, `lanes.NAME.prefer`, `offers[].model`."""
    kinds = typing.get_type_hints(tree)
    for each in fields(tree):
        name = f"{path}{each.name}"
        yield name
        yield from _inside(kinds[each.name], name)


def _inside(kind: Any, name: str) -> Iterator[str]:
    """What a setting of this type holds in turn. The catalog's own rows are described where they are defined."""
    if is_dataclass(kind) and isinstance(kind, type) and not kind.__module__.startswith("halfopen.catalog."):
        yield from _settings(kind, f"{name}.")
    within = {dict: f"{name}.NAME", tuple: f"{name}[]"}.get(typing.get_origin(kind), name)
    for part in typing.get_args(kind):
        yield from _inside(part, within)


def _public_names() -> Iterator[str]:
    for path in sorted(SRC.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            value = node.value if isinstance(node, ast.Constant) else None
            said = value.decode("latin-1") if isinstance(value, bytes) else value
            if isinstance(said, str):
                yield from PUBLIC.findall(said)
                yield from filter(COUNTED.fullmatch, [said])


# What is named exists.


def _where_is() -> list[str]:
    """The places in the last column of ARCHITECTURE.md's table under "Where is ...?"."""
    section = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").partition("## Where is")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("|")][2:]
    assert all("`" in row.rstrip("|").rpartition("|")[2] for row in rows), "a row without a place"
    return [place for row in rows for place in re.findall(r"`([^`]+)`", row.rstrip("|").rpartition("|")[2])]


def test_the_table_of_the_house_tells_the_truth() -> None:
    places = _where_is()
    assert len(places) > 10
    assert not [place for place in places if not _stands(place)]


def _stands(place: str) -> bool:
    """Whether `path`, or `path:name` with a name that the module defines, is there."""
    path, _, name = place.partition(":")
    if not name:
        return (ROOT / path).exists()
    if not (ROOT / path).is_file():
        return False
    text = (ROOT / path).read_text(encoding="utf-8")
    return _defines(ast.parse(text), name.split(".")) if path.endswith(".py") else f"\n{name}:" in f"\n{text}"


def _defines(tree: ast.Module | ast.ClassDef, names: list[str]) -> bool:
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name == names[0]:
            return len(names) == 1 or _defines(node, names[1:])
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and [node.name] == names:
            return True
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if names in [[target.id] for target in targets if isinstance(target, ast.Name)]:
            return True
    return False


def test_a_place_that_is_not_there_is_noticed() -> None:
    assert _stands("tests/test_docs.py:Block.kind")
    assert _stands("tests/test_docs.py:KINDS")
    assert not _stands("tests/test_docs.py:gone")
    assert not _stands("tests/test_docs.py:Block.gone")
    assert not _stands("tests/gone.py")
    assert not _stands("tests/gone.py:gone")


@pytest.mark.parametrize("page", PAGES, ids=[page.relative_to(ROOT).as_posix() for page in PAGES])
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
    assert not [link for link in links if "://" not in link and not (page.parent / link).exists()]


def test_every_make_target_that_a_page_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:^|`|&& )make ([a-z]+)", _written(), re.MULTILINE))
    assert {"up", "test"} <= named
    assert named <= targets


# The README runs.


@dataclass(frozen=True)
class Block:
    """A fenced block of the README, and the line on which it begins."""

    kind: str
    line: int
    text: str


def _blocks() -> list[Block]:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.finditer(r"^```([^\n]*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [Block(each[1].strip(), text.count("\n", 0, each.start()) + 1, each[2]) for each in found]


def test_every_block_of_the_readme_says_what_it_is() -> None:
    assert not [f"README.md:{block.line}: {block.kind!r}" for block in _blocks() if block.kind not in KINDS]


def test_every_config_of_the_readme_is_one(tmp_path: Path) -> None:
    for block in _blocks():
        if block.kind == "yaml":
            (tmp_path / f"README.md line {block.line}.yaml").write_text(block.text, encoding="utf-8")
    for path in sorted(tmp_path.iterdir()):
        assert load(path)


def test_the_readme_runs(tmp_path: Path) -> None:
    if not shutil.which("curl"):
        pytest.skip("no curl on this machine, so the README was not run")
    blocks = [block for block in _blocks() if KINDS.get(block.kind) == "run"]
    assert blocks
    environment = _environment(tmp_path)
    with _gateway(environment, tmp_path) as port:
        script = re.sub(r"\b4000\b", str(port), "\n".join(_as_shell(block) for block in blocks))
        shell = ["bash", "-euo", "pipefail", "-c", script]
        ran = subprocess.run(shell, check=False, env=environment, cwd=tmp_path, capture_output=True, timeout=90)
    assert ran.returncode == 0, (ran.stdout + ran.stderr).decode()


def _as_shell(block: Block) -> str:
    """A block as shell commands that say where they stand, so that a failure names its block."""
    run = block.text if block.kind == "bash" else f"python - <<'END OF BLOCK'\n{block.text}END OF BLOCK\n"
    return f"echo '--- README.md:{block.line}' >&2\n{run}"


def _environment(home: Path) -> dict[str, str]:
    """No key, no config and a home of its own; `halfopen` and `python` are this interpreter's; curl fails on 4xx."""
    (home / "bin").mkdir()
    call = "import sys; sys.argv[0] = 'halfopen'; from halfopen.apps.cli import main; main()"
    for name, command in {"halfopen": f'{sys.executable} -c "{call}"', "python": sys.executable}.items():
        (home / "bin" / name).write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
        (home / "bin" / name).chmod(0o755)
    (home / ".curlrc").write_text("fail-with-body\nmax-time = 30\n", encoding="utf-8")
    return {
        "PATH": f"{home / 'bin'}:{os.environ['PATH']}",
        "HOME": str(home),
        "PYTHONPATH": str(ROOT / "src"),
        "PYTHONUNBUFFERED": "1",
        "HALFOPEN_DATA": str(home / "data"),
    }


@contextmanager
def _gateway(environment: dict[str, str], folder: Path) -> Iterator[int]:
    """A gateway on simulated providers, as `halfopen up --sandbox` starts it; yields its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = ["halfopen", "up", "--sandbox", "--port", str(port)]
    find = {"executable": str(folder / "bin" / "halfopen"), "env": environment, "cwd": folder}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **find) as gateway:  # type: ignore[call-overload]
        try:
            said = list(_until(f":{port}", gateway.stdout))
            assert f":{port}" in "".join(said), f"the gateway ended: {''.join(said)}"
            yield port
        finally:
            gateway.send_signal(signal.SIGTERM)


def _until(mark: str, lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield line
        if mark in line:
            return
