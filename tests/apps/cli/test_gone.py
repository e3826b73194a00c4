"""What has retired and is still meant by an alias: `up` and `doctor` say so before they warn of anything else.

The day comes from an overlay and lies so far back that it has passed on whatever day this is run.
"""

from __future__ import annotations

import json
import subprocess
from itertools import takewhile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from halfopen.apps.cli import application
from tests.apps.serve.gateways import bare_environment, command

GONE = """offers:
  - offer: gpt-4.1@openai
    retires: 2020-01-02
    successor: gpt-6.1-sol
    source: {name: their letter, checked: 2026-11-24}
  - {offer: no-such-model@openai, prices: []}
"""
SAID = "gpt-4.1@openai retired on 2020-01-02; still used by alias mine."


@pytest.fixture
def meant(desk: Path) -> Path:
    """A team with a key, and an alias that means what has retired."""
    (desk / "data" / "catalog").mkdir(parents=True)
    (desk / "data" / "catalog" / "ours.yaml").write_text(GONE, encoding="utf-8")
    (desk / "halfopen.yaml").write_text("aliases: {mine: gpt-4.1@openai}\n", encoding="utf-8")
    return desk


def test_doctor_says_it_before_all_other_advice(meant: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "x")
    shown = CliRunner().invoke(application("doctor"), ["doctor", "--offline", "--json"])
    report = json.loads(shown.stdout)
    assert report["advice"][0].startswith(f"{SAID} Instead: gpt-6.1-sol@openai (named by the catalog")
    assert any("no-such-model@openai" in each for each in report["advice"][1:])
    (one,) = report["retired"]
    assert (one["offer"], one["retires"], one["used_by"]) == ("gpt-4.1@openai", "2020-01-02", ["alias mine"])
    assert one["instead"]["offer"] == "gpt-6.1-sol@openai"
    assert "gpt-4.1@openai" not in [each["offer"] for each in report["retiring"]]


def test_up_says_it_before_its_warnings(meant: Path) -> None:
    with subprocess.Popen(
        command("up", "--port", "0", "--data", str(meant / "data")),
        env=bare_environment(meant, OPENAI_API_KEY="x"),
        cwd=meant,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as gateway:
        try:
            assert gateway.stdout is not None
            greeting = list(takewhile(lambda line: "Ctrl-C stops" not in line, gateway.stdout))
        finally:
            gateway.kill()
    told = [line.strip() for line in greeting if line.startswith(("  RETIRED: ", "  WARNING: "))]
    assert told[0].startswith(f"RETIRED: {SAID} Instead: gpt-6.1-sol@openai ")
    assert not any(line.startswith("RETIRED") for line in told[1:])
