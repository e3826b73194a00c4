"""What `halfopen compare` lets not pass for a plain fact: variants, previews, doubtful weights, passing prices."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from halfopen.apps.cli import application
from halfopen.apps.cli.shown.paper import tokens
from tests.apps.cli.terminal import CONFIG, shown, sit_down, told


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return sit_down(tmp_path, monkeypatch)


def test_a_score_of_one_variant_or_of_a_preview_is_marked_and_the_card_says_which() -> None:
    argon = next(row for row in told()["rows"] if row["model"] == "gemini-4-argon")
    assert (
        argon["rating"]["beside"] == "scored as `gemini-4-argon-high`, as a preview, before its release on 2026-10-13"
    )
    text = shown()
    assert re.search(r"gemini-4-argon +\d+ ±\d+\^ ", text)
    assert not re.search(r"gpt-4.1 +\d+ ±\d+\^ ", text)
    assert "^ scored as one variant" in " ".join(text.split())
    assert "gemini-4-argon-high" in shown("gemini-4-argon")


@pytest.mark.parametrize("name", ["kimi-k3.1-pro", "minimax-m3.1-flash", "muse-spark-open", "mistral-large-4"])
def test_that_weights_are_open_is_shown_as_doubtful_where_nobody_saw_it(name: str) -> None:
    (found,) = (row for row in told()["rows"] if row["model"] == name)
    assert found["weights"] == "open"
    assert found["weights_doubt"].startswith(("recalled: ", "disputed: "))
    line = next(line for line in shown().splitlines() if name in line)
    assert "open?" in line
    assert "that its weights are open is" in shown(name)
    pair = shown(name, "gpt-4.1")
    assert re.search(r"weights +open\?", pair)
    assert found["weights_doubt"].partition(":")[0] in pair
    assert next(row["weights_doubt"] for row in told()["rows"] if row["model"] == "llama-4-maverick") is None


def test_a_price_that_is_going_to_change_is_told_in_the_table_the_card_the_pair_and_json() -> None:
    said = "until 2026-11-30, then $4.00/$20.00"
    for words in ((), ("gemini-4-argon",), ("gemini-4-argon", "gpt-4.1")):
        assert said in " ".join(shown(*words).split()), words
    offer = next(each for each in told("gemini-4-argon")["offers"] if each["provider"] == "google")
    later = offer["next_price"]
    assert (later["since"], later["input"], later["output"]) == ("2026-12-01", "4", "20")
    rows = csv.DictReader(io.StringIO(shown("--csv")))
    assert "2026-12-01" in {row["next_price_since"] for row in rows if row["offer"] == "gemini-4-argon@google"}


def test_on_an_earlier_day_nothing_is_there_that_was_released_later() -> None:
    past = CliRunner().invoke(application("compare"), ["compare", "--json", "--retired", "--today", "2026-06-01"])
    released = {row["model"]: row["released"] for row in json.loads(past.stdout)["rows"]}
    assert "gpt-4.1" in released
    assert all(day is None or day <= "2026-06-01" for day in released.values())


def test_the_end_at_the_maker_is_told_though_another_host_is_as_cheap() -> None:
    text = " ".join(shown().split())
    assert "gpt-4.1 at openai on 2027-01-14" in text
    assert "gpt-4.1-mini at openai on 2027-01-14" in text


def test_ones_own_rating_has_its_mark_and_no_board_is_credited_with_it(here: Path) -> None:
    (here / "halfopen.yaml").write_text(CONFIG, encoding="utf-8")
    text = shown("--zone", "home")
    assert "1490 ±50†" in text
    assert "† the team's own rating" in text
    assert "Board" not in text
    assert "1 model, overall" in text


@pytest.mark.parametrize("words", [(), ("--retired",), ("o1", "claude-opus-4")])
def test_of_what_no_host_here_sells_it_is_not_said_that_nobody_sells_it(words: tuple[str, ...]) -> None:
    assert "nobody" not in shown(*words)


def test_the_context_of_a_pair_is_that_of_the_host_whose_price_is_shown() -> None:
    def host(row: Any) -> Any:
        return next(offer for offer in row["offers"] if not offer["retired"])

    apart = (row for row in told()["rows"] if row["offers"] and host(row)["context"] not in (None, row["context"]))
    row = next(row for row in apart if row["context"])
    said = f"{tokens(host(row)['context'])} at {host(row)['provider']} ({tokens(row['context'])} by its lab)"
    assert said in shown(row["model"], "gpt-4.1")


def test_what_providers_state_has_its_source_and_day_in_the_card() -> None:
    text = " ".join(shown("gpt-4.1").split())
    compliance = text.partition("Compliance, as its providers state it")[2].partition("Sources")[0]
    assert re.search(r"\[[^\]]+, 20\d\d-\d\d-\d\d\]", compliance)
