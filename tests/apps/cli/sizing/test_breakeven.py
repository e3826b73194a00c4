"""`halfopen breakeven` as it is typed: crossings with their intervals, reasons for never, curves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from halfopen.apps.cli import application
from tests.apps.cli.terminal import TODAY, sit_down

PAIR = ("--model", "gpt-oss-120b", "--against", "gpt-5.4@openai", "--against", "gpt-oss-120b@deepinfra")


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return sit_down(tmp_path, monkeypatch)


def breakeven(*words: str) -> Result:
    return CliRunner().invoke(application("breakeven"), ["breakeven", *words, *TODAY])


def told(*words: str) -> Any:
    result = breakeven(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_the_crossing_is_where_the_two_bills_are_the_same() -> None:
    found = told(*PAIR)
    by_offer = {row["offer"]: row for row in found["rows"]}
    dear = by_offer["gpt-5.4@openai"]
    assert dear["from_low"] <= dear["from"] <= dear["from_high"]
    people, replica = float(found["people"]), float(found["machines"][0]["dollars"])
    assert dear["from"] * float(dear["dollars_a_million"]) / 1e6 == pytest.approx(people + 2 * replica, rel=0.01)
    assert by_offer["gpt-oss-120b@deepinfra"]["from"] > 50 * dear["from"]


def test_without_people_and_spare_ones_it_comes_earlier() -> None:
    usual = told(*PAIR)["rows"][-1]["from"]
    assert told(*PAIR, "--people", "0", "--spare", "0")["rows"][-1]["from"] < usual / 5


def test_a_model_that_costs_more_in_full_use_than_an_offer_never_pays() -> None:
    found = told("--model", "llama-4-maverick", "--against", "gpt-oss-120b@deepinfra")
    (row,) = found["rows"]
    assert row["from"] is None
    assert row["why"].startswith("price: even in full use a million tokens cost $")


def test_a_growing_volume_pays_earlier_and_falling_prices_later(desk: Path) -> None:
    def crossing(team: str) -> int:
        text = "tasks: [{name: t, requests: {per_month: 1000000}, input: {mean: 1200}, output: {mean: 300}}]\nteam: "
        (desk / "w.yaml").write_text(text + team)
        return int(told("w.yaml", "--model", "gpt-oss-120b", "--against", "gpt-5.4@openai")["rows"][0]["from"])

    usual = crossing("{horizon_months: 12}")
    assert crossing("{horizon_months: 12, growth_per_month: 0.1}") < usual
    assert crossing("{horizon_months: 12, price_decline_per_year: 0.5}") > usual


def test_the_table_reads_well_and_the_picture_marks_the_crossings(desk: Path) -> None:
    result = breakeven(*PAIR, "--plot", "b.svg")
    assert result.exit_code == 0, result.output
    assert "gpt-oss-120b on machines of one's own" in result.stdout
    assert "Beside that $6,000 a month for people" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80
    drawn = (desk / "b.svg").read_text(encoding="utf-8")
    assert "gpt-5.4@openai" in drawn
    assert "tokens a month" in drawn


def test_it_prints_csv() -> None:
    lines = breakeven(*PAIR, "--csv").stdout.splitlines()
    assert lines[0] == "offer,model,hosting,dollars_a_million,from,from_low,from_high,why"
    assert len(lines) == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "name an open model with --model"),
        (("--model", "gpt-5.4"), "the weights of GPT-5.4 are closed"),
        (("--model", "gpt-os-120b"), "did you mean gpt-oss-120b"),
        ((*PAIR, "--basis", "cheap"), "`cheap` is no basis of a price"),
        ((*PAIR, "--people", "many"), "it is dollars a month, such as 6000"),
    ],
)
def test_what_cannot_be_answered_says_which_and_the_nearest(words: tuple[str, ...], said: str) -> None:
    result = breakeven(*words)
    assert result.exit_code == 2
    assert said in result.output
