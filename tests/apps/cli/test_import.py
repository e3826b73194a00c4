"""`halfopen import litellm` as it is typed: what it writes, prints, refuses, and that `explain` goes by it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from halfopen.apps.cli import application
from tests.apps.importers.configs import TWENTY
from tests.apps.importers.test_twenty import ORDER

SMALL = """
model_list:
  - {model_name: ours, litellm_params: {model: hosted_vllm/m, api_base: "http://127.0.0.1:9/v1"}}
"""


@pytest.fixture
def here(desk: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COLUMNS", "80")
    (desk / "config.yaml").write_text(SMALL, encoding="utf-8")
    return desk


def halfopen(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(application(words[0]), list(words))
    assert result.exit_code == code, result.output
    return result


def litellm(*words: str, code: int = 0) -> str:
    result = halfopen("import", "litellm", *words, code=code)
    return result.output


def test_the_file_is_written_for_its_owner_alone(here: Path) -> None:
    litellm("config.yaml")
    assert (here / "halfopen.yaml").stat().st_mode & 0o777 == 0o600
    assert sorted(each.name for each in here.iterdir() if each.suffix == ".yaml") == ["config.yaml", "halfopen.yaml"]


def test_the_summary_keeps_to_eighty_columns_and_says_what_comes_next(here: Path) -> None:
    said = litellm(str(TWENTY))
    assert max(map(len, said.splitlines())) <= 80
    assert said.startswith("Wrote halfopen.yaml: 20 deployments, 13 lanes, 14 aliases.")
    for head in ("To do, before it works as it did", "Not carried", "Carried, and works otherwise"):
        assert f"\n{head}\n" in said
    assert "  AZURE_EU_KEY" in said
    assert said.endswith("Next: halfopen explain gpt\n")
    assert "gsk_literal" not in said


def test_explain_shows_every_name_in_the_order_of_litellm(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in json.loads(litellm(str(TWENTY), "--json"))["environment"]:
        monkeypatch.setenv(variable, "x")
    for name, order in ORDER.items():
        shown: dict[str, Any] = json.loads(halfopen("explain", name, "--json").stdout)
        retired = {each["offer"] for each in shown["refused"] if each["gate"] == "retired"}  # since this was written
        assert [each["offer"] for each in shown["itinerary"]] == [offer for offer in order if offer not in retired]
        assert len(order) == 1 or "by the order of its `offers`" in shown["reason"]


def test_a_file_that_is_there_is_kept_unless_it_may_go(here: Path) -> None:
    (here / "halfopen.yaml").write_text("mine", encoding="utf-8")
    assert "--force overwrites it, --out names another" in litellm("config.yaml", code=2)
    assert (here / "halfopen.yaml").read_text("utf-8") == "mine"
    litellm("config.yaml", "--force")
    assert "aliases:" in (here / "halfopen.yaml").read_text("utf-8")


def test_another_file_is_written_and_named(here: Path) -> None:
    assert "Next: halfopen explain ours --config new.yaml" in litellm("config.yaml", "--out", "new.yaml")
    assert (here / "new.yaml").exists()
    assert not (here / "halfopen.yaml").exists()


def test_a_dash_prints_it_and_writes_nothing(here: Path) -> None:
    assert "ours: m@vllm-127.0.0.1" in litellm("config.yaml", "--out", "-")
    assert not (here / "halfopen.yaml").exists()
    assert "leave one out" in litellm("config.yaml", "--out", "-", "--json", code=2)


def test_the_json_tells_everything(here: Path) -> None:
    told = json.loads(litellm("config.yaml", "--json"))
    assert told["aliases"] == {"ours": "m@vllm-127.0.0.1"}
    assert told["yaml"] == (here / "halfopen.yaml").read_text("utf-8")
    assert told["notes"] == []


def test_strict_fails_where_something_was_not_carried(here: Path) -> None:
    litellm("config.yaml", "--strict")
    (here / "config.yaml").write_text(SMALL + "guardrails: []\n", encoding="utf-8")
    litellm("config.yaml", "--strict", "--force")  # nothing stands in it
    (here / "config.yaml").write_text(SMALL + "guardrails: [x]\n", encoding="utf-8")
    litellm("config.yaml", "--strict", "--force", code=3)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [", "config.yaml:"),
        ("- a", "a list; expected a LiteLLM config: a mapping with `model_list`"),
        ("", "nothing; expected a LiteLLM config"),
        ("hello", "text and no more; expected a LiteLLM config"),
        ("litellm_settings: {}", "no `model_list`; expected a LiteLLM config"),
        ("model_list: []", "a `model_list` without an entry"),
    ],
)
def test_what_is_no_config_of_litellm_is_told(here: Path, text: str, said: str) -> None:
    (here / "config.yaml").write_text(text, encoding="utf-8")
    assert said in litellm("config.yaml", code=2)
    assert not (here / "halfopen.yaml").exists()


def test_what_is_no_file_to_read_is_told(here: Path) -> None:
    assert "there is no such file" in litellm("gone.yaml", code=2)
    assert "name the file in it" in litellm(".", code=2)
    (here / "config.yaml").write_bytes(b"\xff")
    assert "no text in UTF-8" in litellm("config.yaml", code=2)


def test_a_folder_that_is_not_there_is_told(here: Path) -> None:
    assert "halfopen: " in litellm("config.yaml", "--out", "gone/halfopen.yaml", code=2)


def test_the_help_says_what_is_imported(here: Path) -> None:
    assert "litellm" in halfopen("import", "--help").stdout
    shown = halfopen("import", "litellm", "--help").stdout
    assert "never changed" in " ".join(shown.replace("│", " ").split())
    assert "halfopen import litellm config.yaml --json --strict" in shown
