"""`halfopen claims` as it is typed, and its page in the docs, which is the one it prints."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from halfopen.advisor.claims.judge import CLAIMS, MEANS
from halfopen.advisor.view import View
from halfopen.apps.cli import application
from halfopen.apps.tables import answers
from halfopen.catalog.snapshot import catalog
from tests.advisor.worlds import DAY, model

ROOT = Path(__file__).parents[3]
TODAY = ("--today", "2026-11-24")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("HALFOPEN_KEY", "HALFOPEN_CONFIG", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("HALFOPEN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def claims(*words: str) -> Result:
    return CliRunner().invoke(application("claims"), ["claims", *words, *TODAY])


def told(*words: str) -> Any:
    result = claims(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_every_claim_is_shown_with_its_verdict_within_the_terminal() -> None:
    text = claims().stdout
    assert max(map(len, text.splitlines())) <= 80
    for claim in CLAIMS:
        assert claim.key in text
    assert f"{len(CLAIMS)} claims on 2026-11-24" in text


def test_every_claim_carries_numbers_a_day_and_what_would_decide_it() -> None:
    for each in told()["claims"]:
        assert each["verdict"] in MEANS
        assert each["numbers"]
        assert each["decides"]
        assert "2025-01-01" <= each["seen"] <= "2026-11-24"


def test_claims_are_chosen_by_name_and_by_verdict() -> None:
    assert [each["key"] for each in told("best-open", "self-hosting")["claims"]] == ["best-open", "self-hosting"]
    assert {each["verdict"] for each in told("--verdict", "false")["claims"]} == {"false"}


def test_the_csv_has_a_row_for_each_claim() -> None:
    rows = list(csv.DictReader(io.StringIO(claims("--csv").stdout)))
    assert [row["key"] for row in rows] == [claim.key for claim in CLAIMS]


def test_no_claim_is_judged_by_what_is_simulated() -> None:
    whole = catalog([model("sim", simulated=True)], [], [])
    with pytest.raises(ValueError, match="every model here is simulated"):
        answers.claims(View(whole, DAY))


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("best-opne",), "did you mean `best-open`?"),
        (("--verdict", "maybe"), "undecided"),
        (("--csv", "--markdown"), "--csv and --markdown are different outputs"),
        (("--verdict", "tru"), "did you mean `true`?"),
    ],
)
def test_a_mistake_is_told_in_a_sentence_and_exit_code_2(words: tuple[str, ...], hint: str) -> None:
    result = claims(*words)
    assert result.exit_code == 2
    assert hint in result.stderr


def test_the_page_in_the_docs_is_the_one_that_is_printed_on_its_day() -> None:
    page = (ROOT / "docs" / "claims.md").read_text(encoding="utf-8")
    assert claims("--markdown").stdout == page, "halfopen claims --markdown --today 2026-11-24 > docs/claims.md"
