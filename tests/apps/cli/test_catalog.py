"""`halfopen catalog` as it is typed: check, diff, sync over real sockets, import-ratings. The day is pinned."""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from halfopen.apps import shelf
from halfopen.apps.cli import application
from halfopen.apps.cli.catalog import VERBS
from tests.catalog.shelf import shipped

TODAY = "2026-11-25"


def catalog(*words: str) -> Result:
    day = ["--today", TODAY] if words[0] in ("check", "sync", "import-ratings") and "--today" not in words else []
    return CliRunner().invoke(application("catalog"), ["catalog", *words, *day])


def told(*words: str, code: int = 0) -> Any:
    result = catalog(*words, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def config(folder: Path, text: str) -> None:
    (folder / "halfopen.yaml").write_text(text, encoding="utf-8")


# -- help


@pytest.mark.parametrize("verb", VERBS)
def test_each_of_its_verbs_has_a_help_with_examples(verb: str) -> None:
    shown = catalog(verb, "--help")
    assert shown.exit_code == 0
    assert VERBS[verb].split(".")[0] in " ".join(shown.output.replace("│", "").split())
    assert f"halfopen catalog {verb} " in shown.output.partition("Examples:")[2]


def test_without_a_verb_they_are_listed() -> None:
    listed = CliRunner().invoke(application("catalog"), ["catalog"])
    assert all(f" {verb} " in listed.output for verb in VERBS)


# -- check


def test_check_says_that_nothing_is_wrong_and_nothing_too_old_on_the_day_the_catalog_was_made(desk: Path) -> None:
    report = json.loads(catalog("check", "--json", "--today", TODAY).stdout)
    assert {row["severity"] for row in report["findings"]} == {"note"}
    assert all(row["file"] and row["line"] for row in report["findings"])
    assert report["status"] == catalog("check", "--today", TODAY).exit_code == 0


def test_check_on_a_day_long_after_warns_of_every_price(desk: Path) -> None:
    report = told("check", "--today", "2027-09-01", code=3)
    stale = {row["subject"] for row in report["findings"] if row["rule"] == "stale"}
    assert "gpt-6-luna@openai" in stale


def test_check_ends_with_1_if_an_alias_means_what_has_retired(desk: Path) -> None:
    config(desk, "aliases: {mine: o1@openai}")
    shown = catalog("check")
    assert shown.exit_code == 1
    assert "wrong: retired" in shown.stdout
    assert "retired on 2026-10-23, used by alias mine; gpt-6.1-sol comes after it" in shown.stdout
    assert "1 wrong" in shown.stdout


def test_check_shows_notes_only_when_asked(desk: Path) -> None:
    assert "note: recalled" not in catalog("check").stdout
    assert "recalled" in catalog("check").stdout
    assert "note: recalled" in catalog("check", "--notes").stdout


def test_check_says_how_much_was_held_against_the_other_table_or_why_nothing(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "offers were held against genai-prices" in catalog("check").stdout
    monkeypatch.setitem(sys.modules, "genai_prices.data_snapshot", None)
    assert "pip install 'halfopen[sync]'" in catalog("check").stdout
    assert "no price was held against it" in json.loads(catalog("check", "--json").stdout)["told"][0]


def test_a_day_that_is_none_is_refused_in_a_sentence(desk: Path) -> None:
    refused = catalog("check", "--today", "tomorrow")
    assert (refused.exit_code, refused.stderr) == (2, "halfopen: `tomorrow` is no day; write it as 2026-11-24\n")


# -- diff


def test_diff_tells_prices_and_ends_between_two_days(desk: Path) -> None:
    rows = told("diff", "2026-10-20", TODAY)
    kinds = {(row["subject"], row["kind"]): row for row in rows}
    assert kinds["mistral-large-4@mistral", "price"]["rates"]["input"] == {"before": "1.36", "after": "0.7"}
    assert kinds["o1@openai", "retired"]["day"] == "2026-10-23"
    shown = catalog("diff", "2026-10-20", TODAY).stdout
    assert "USD a million: input 1.36 -> 0.7" in shown
    assert "retired; gpt-6.1-sol comes after it" in shown


def test_diff_tells_the_price_of_a_search_as_one_of_a_search(desk: Path) -> None:
    shown = catalog("diff", "2026-09-01", TODAY).stdout
    (line,) = [line for line in shown.splitlines() if " gemini-3.8-flash@google " in line and "offered" in line]
    assert line.endswith("USD a million: input 0.75, cached_read 0.075, output 3.75; USD each: web_search 0.014")


@pytest.mark.parametrize("words", [("check", "--notes"), ("diff", "2026-09-01", TODAY)], ids=["check", "diff"])
def test_what_goes_to_a_pipe_is_as_wide_as_columns_says_and_ends_where_its_words_end(
    desk: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    widths = {}
    for columns in ("80", "120"):
        monkeypatch.setenv("COLUMNS", columns)
        lines = catalog(*words).stdout.splitlines()
        widths[columns] = max(map(len, lines))
        assert [line for line in lines if line.endswith(" ")] == []
    assert 70 < widths["80"] <= 80 < widths["120"] <= 120


def test_diff_of_days_in_the_wrong_order_is_refused(desk: Path) -> None:
    refused = catalog("diff", TODAY, "2026-10-20")
    assert refused.exit_code == 2
    assert "the earlier day goes first" in refused.stderr


def test_diff_of_a_day_with_itself_says_that_nothing_changed(desk: Path) -> None:
    assert "Nothing changed in force" in catalog("diff", TODAY, TODAY).stdout


# -- import-ratings


BOARD = {
    "full": {
        "gpt-4.1-2025-04-14": {"rating": 1412.21, "rating_q025": 1408.5, "rating_q975": 1415.9},
        "gpt-4.1": {"rating": 1, "rating_q025": 0, "rating_q975": 2},
        "secret-llama": {"rating": 1500, "rating_q025": 1400, "rating_q975": 1600},
    },
    "coding": {"O1": {"rating": 1390, "rating_q025": 1380, "rating_q975": 1400}},
}


def imported(desk: Path, *words: str, code: int = 0) -> Any:
    (desk / "board.json").write_text(json.dumps(BOARD), encoding="utf-8")
    return told("import-ratings", "board.json", "--day", "2026-11-20", *words, code=code)


def test_a_board_is_matched_by_the_names_in_the_catalog_and_the_rest_is_listed(desk: Path) -> None:
    report = imported(desk)
    assert report["models"] == ["gpt-4.1", "o1"]
    assert report["categories"] == ["coding", "overall"]
    assert report["unmatched"]["secret-llama"] == "is no name in the catalog"
    assert "is a second name of gpt-4.1" in report["unmatched"].values()


def test_its_scores_lie_beside_those_that_ship(desk: Path) -> None:
    path = Path(imported(desk, "--raw")["written"])
    assert path.name == "ratings-arena-text-2026-11-20.yaml"
    mine, ships = shelf.stock(desk / "data").catalog.models["o1"], shipped().models["o1"]
    assert mine.ratings[: len(ships.ratings)] == ships.ratings
    (new,) = mine.ratings[len(ships.ratings) :]
    assert (new.score, new.category, new.style_control, new.named) == (Decimal(1390), "coding", False, "O1")
    assert new.source.name == "board.json, your own copy"


def test_importing_it_twice_is_importing_it_once(desk: Path) -> None:
    first = Path(imported(desk)["written"]).read_text("utf-8")
    assert Path(imported(desk)["written"]).read_text("utf-8") == first


def test_a_board_of_nobody_we_know_writes_nothing(desk: Path) -> None:
    (desk / "b.csv").write_text("model,score,ci,votes\nnobody,1300,5,100\n", encoding="utf-8")
    shown = catalog("import-ratings", "b.csv", "--day", "2026-11-20")
    assert shown.exit_code == 1
    assert "nobody is no name in the catalog" in shown.stdout
    assert "nothing was written" in shown.stdout


def test_a_board_of_a_day_to_come_is_refused(desk: Path) -> None:
    (desk / "b.csv").write_text("model,score,ci,votes\no1,1300,5,100\n", encoding="utf-8")
    refused = catalog("import-ratings", "b.csv", "--day", "2026-11-26")
    assert refused.exit_code == 2
    assert "`2026-11-26` has not come yet; --day is the day of the board, 2026-11-25 or before" in refused.stderr
    assert catalog("import-ratings", "b.csv", "--day", TODAY).exit_code == 0


@pytest.mark.parametrize(("text", "said"), [("{", "not JSON"), ("model\n", "no ratings in it")])
def test_what_is_no_board_is_refused_in_a_sentence(desk: Path, text: str, said: str) -> None:
    (desk / "b.txt").write_text(text, encoding="utf-8")
    refused = catalog("import-ratings", "b.txt", "--day", "2026-11-20")
    assert refused.exit_code == 2
    assert said in refused.stderr
