"""A terminal of eighty columns in an empty folder, and `halfopen compare` as it is typed there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from halfopen.apps.cli import application

TODAY = ("--today", "2026-11-24")
CONFIG = """
zones: {home: [rack], region: [mistral]}
providers: {rack: {like: vllm, base_url: "http://127.0.0.1:9"}}
offers:
  - {model: mine, provider: rack, rating: 1490}
"""


def sit_down(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in, a data folder of its own, and a terminal of eighty columns."""
    for name in ("HALFOPEN_KEY", "HALFOPEN_CONFIG", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("HALFOPEN_DATA", str(folder / "data"))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(folder)
    return folder


def compare(*words: str) -> Result:
    return CliRunner().invoke(application("compare"), ["compare", *words, *TODAY])


def shown(*words: str) -> str:
    result = compare(*words)
    assert result.exit_code == 0, result.output
    return result.stdout


def told(*words: str) -> Any:
    return json.loads(shown(*words, "--json"))
