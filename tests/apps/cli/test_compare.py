"""`halfopen compare` as it is typed: the table at eighty columns, one model, two, JSON, CSV, pictures, mistakes."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from halfopen.apps.cli import application
from halfopen.apps.cli.shown.paper import Paper, laid, price, rounded, tokens
from tests.apps.cli.terminal import CONFIG, TODAY, shown, sit_down, told


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return sit_down(tmp_path, monkeypatch)


def names(found: Any) -> list[str]:
    return [row["model"] for row in found["rows"]]


# -- the table


@pytest.mark.parametrize(
    "words", [(), ("--open", "--category", "coding"), ("gpt-4.1",), ("gpt-4.1", "llama-4-maverick"), ("--retired",)]
)
def test_no_line_is_wider_than_the_terminal(words: tuple[str, ...]) -> None:
    assert max(map(len, shown(*words).splitlines())) <= 80


def test_the_table_says_what_its_marks_mean_and_of_which_day_it_is() -> None:
    text = shown()
    assert "2026-11-24" in text
    for mark in ("* no model here", "± 95 %", "Prices per million tokens"):
        assert mark in text
    assert "gpt-4.1" in text


def test_a_wide_terminal_shows_more(monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = shown().splitlines()[0].split()
    monkeypatch.setenv("COLUMNS", "200")
    wide = shown().splitlines()[0].split()
    assert set(narrow) < set(wide)
    assert {"retires", "hosting", "compliance"} <= set(wide)


def test_what_is_measured_what_is_estimated_and_what_is_unrated_look_different() -> None:
    rows = told()["rows"]
    bases = {row["rating"]["basis"] if row["rating"] else None for row in rows}
    assert bases == {"measured", "estimated", None}
    text = shown()
    assert "~" in text
    assert "unrated" in text
    unrated = [place for place, row in enumerate(rows) if row["rating"] is None]
    assert unrated == list(range(unrated[0], len(rows)))


def test_only_measured_ratings_count_if_that_is_asked() -> None:
    rows = told("--measured")["rows"]
    assert {row["rating"]["basis"] for row in rows if row["rating"]} == {"measured"}


def test_filters_keep_what_is_asked_for() -> None:
    assert all(row["weights"] == "open" for row in told("--open")["rows"])
    assert all("image" in row["modalities"] for row in told("--modalities", "image")["rows"])
    cheap = told("--max-price", "1")["rows"]
    assert cheap
    assert all(float(row["dollars"]) <= 1 for row in cheap)
    assert all(
        (row["offers"][0]["context"] or row["context"]) >= 128_000 for row in told("--min-context", "128k")["rows"]
    )
    allowed = told("--licence-allows", "commercial,eu")["rows"]
    assert all(row["licence"] for row in allowed)
    assert "llama-4-maverick" not in [row["model"] for row in allowed]
    assert "mistral-large-2411" not in [row["model"] for row in allowed]


def test_a_zone_is_one_that_the_config_draws(here: Path) -> None:
    (here / "halfopen.yaml").write_text(CONFIG, encoding="utf-8")
    assert names(told("--zone", "home")) == ["mine"]
    assert {offer["provider"] for row in told("--zone", "region")["rows"] for offer in row["offers"]} == {
        "rack",
        "mistral",
    }
    assert "zone" in shown().splitlines()[0].split()


def test_a_rating_of_ones_own_is_in_the_table_with_the_interval_that_it_lacks(here: Path) -> None:
    (here / "halfopen.yaml").write_text(CONFIG, encoding="utf-8")
    mine = next(row for row in told()["rows"] if row["model"] == "mine")
    assert (mine["rating"]["score"], mine["rating"]["low"]) == (1490, 1440)
    assert "own figure" in mine["rating"]["says"]


def test_the_frontier_moves_with_the_shape() -> None:
    reading, writing = (
        {row["model"]: row["dollars"] for row in told("--shape", shape)["rows"]} for shape in ("1:0", "0:1")
    )
    assert reading["gpt-4.1"] == "2"
    assert writing["gpt-4.1"] == "8"


def test_the_csv_has_a_row_for_each_offer() -> None:
    rows = list(csv.DictReader(io.StringIO(shown("--csv"))))
    offers = [row for row in rows if row["offer"]]
    assert len(offers) == sum(len(row["offers"]) for row in told()["rows"])
    assert all(row["price_source"] for row in offers if row["price_input"])


# -- one, and two


def test_one_model_has_its_offers_its_ratings_and_what_follows_it() -> None:
    text = shown("llama-4-maverick")
    for part in ("Llama 4 Maverick", "Ratings", "Offers", "Sources", "forbids", "deepinfra"):
        assert part in text


def test_an_offer_may_be_named_instead_of_a_model() -> None:
    assert [each["offer"] for each in told("gpt-4.1@openai")["offers"]] == ["gpt-4.1@openai"]


def test_two_are_compared_by_wins_parity_and_price_and_the_mirror_says_the_same() -> None:
    there, back = told("gpt-4.1", "deepseek-v3.2"), told("deepseek-v3.2", "gpt-4.1")
    assert there["wins"]["value"] + back["wins"]["value"] == pytest.approx(1, abs=0.002)
    assert there["ahead"]["value"] == -back["ahead"]["value"]
    assert float(there["price_ratio"]) * float(back["price_ratio"]) == pytest.approx(1, abs=0.02)
    assert sorted(there["only_one"]) == sorted(back["only_other"])
    text = " ".join(shown("gpt-4.1", "deepseek-v3.2").split())
    assert "a draw counts half" in text
    assert "100 % is even" in text
    assert "Only DeepSeek V3.2" in text


def test_an_unrated_model_wins_nothing_and_loses_nothing() -> None:
    unrated = next(row["model"] for row in told()["rows"] if row["rating"] is None)
    found = told(unrated, "gpt-4.1")
    assert (found["wins"], found["parity"]) == (None, None)
    assert "is not known" in shown(unrated, "gpt-4.1")


# -- mistakes


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("gtp-4.1",), "did you mean gpt-4.1"),
        (("a", "b", "c"), "3 names are given"),
        (("gpt-4.1", "openai/gpt-4.1"), "one and the same"),
        (("gpt-4.1", "--csv"), "leave the names out"),
        (("gpt-4.1", "--open"), "the others choose rows"),
        (("--csv", "--json"), "--json and --csv are different outputs"),
        (("--category", "codng"), "did you mean `coding`?"),
        (("--zone", "home"), "no zone is drawn"),
        (("--open", "--closed"), "one of them, or neither"),
        (("--max-price", "cheap"), "number of dollars"),
        (("--min-context", "long"), "number of tokens"),
        (("--modalities", "imag"), "did you mean `image`?"),
        (("--provider", "opnai"), "did you mean `openai`?"),
        (("--licence-allows", "comercial"), "did you mean `commercial`?"),
        (("--sort", "prise"), "did you mean `price`?"),
        (("--shape", "3"), "3:1"),
        (("--today", "yesterday"), "2026-11-24"),
        (("--plot", "picture.gif"), ".svg or .png"),
        (("--plot", "nowhere/picture.svg"), "there is no folder `nowhere`"),
        (("--config", "nowhere.yaml"), "config"),
    ],
)
def test_a_mistake_is_told_in_a_sentence_and_exit_code_2(words: tuple[str, ...], hint: str) -> None:
    order = (*TODAY, *words) if "--today" in words else (*words, *TODAY)
    result = CliRunner().invoke(application("compare"), ["compare", *order])
    assert result.exit_code == 2
    assert hint in result.stderr
    assert "Traceback" not in result.output


def test_where_nothing_fits_the_table_says_so() -> None:
    assert "No model fits." in shown("--max-price", "0.000001", "--provider", "anthropic")


def test_what_is_not_known_to_be_out_is_left_out_and_counted() -> None:
    asked = ["compare", "--today", "2020-01-01"]
    early = json.loads(CliRunner().invoke(application("compare"), [*asked, "--json"]).stdout)
    assert early["rows"] == []
    assert early["left_out"]["later"] > 60
    assert "not known to have been released by 2020-01-01" in CliRunner().invoke(application("compare"), asked).stdout
    assert told()["left_out"]["later"] == 0
    assert "not known to have been released" not in shown()


def test_licences_of_which_the_name_alone_is_known_are_counted_and_not_taken_for_free() -> None:
    found = told("--open", "--licence-allows", "commercial")
    named = [row["model"] for row in told("--open")["rows"] if row["forbids"] is None]
    assert found["left_out"]["unknown"] == {"licence terms": len(named)}
    assert not set(named) & set(names(found))
    assert f"{len(named)} models, licence terms not known" in shown("--open", "--licence-allows", "commercial")


def test_where_its_maker_ended_a_model_a_reseller_was_not_seen_since() -> None:
    assert "not seen since 2026-06-15" in shown("claude-opus-4")
    assert "claude-opus-4" not in names(told())
    assert "claude-opus-4" in names(told("--retired"))


def test_what_is_to_be_had_on_request_stands_in_brackets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "220")
    wide = shown("--provider", "azure")
    assert "(ZDR)" in wide
    assert "( ) on request" in wide


# -- the picture


def test_the_picture_has_a_name_beside_each_efficient_model_its_source_and_its_day(here: Path) -> None:
    shown("--plot", "compare.svg")
    tree = ElementTree.parse(here / "compare.svg")
    texts = [node.text or "" for node in tree.iter() if node.tag.endswith("text")]
    efficient = [row["title"] for row in told()["rows"] if row["frontier"] == "on"]
    assert set(efficient) <= set(texts)
    footnote = next(text for text in texts if text.startswith("Ratings: "))
    assert "open for research only" in texts
    assert "2026-11-24" in footnote
    assert "Arena text of" in footnote


def test_the_table_needs_neither_numpy_nor_matplotlib_nor_the_gateway(here: Path) -> None:
    heavy = ("numpy", "matplotlib", "rich", "starlette", "uvicorn", "httptools", "sqlite3", "asyncio")
    script = (
        "import sys\nfrom halfopen.apps.cli import main\nsys.argv = ['halfopen', 'compare', '--today', '2026-11-24']\n"
        f"try:\n    main()\nexcept SystemExit:\n    pass\nprint([name for name in {heavy} if name in sys.modules])"
    )
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "HALFOPEN_DATA": str(here / "data")}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=variables, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


# -- how figures are written


def test_prices_are_exact_and_have_two_decimals_at_least() -> None:
    assert [price(each) for each in ("2", "0.2574", "0.1")] == ["2.00", "0.2574", "0.10"]
    assert price("0.15", "EUR") == "€0.15"
    assert price(None) == "?"
    assert [rounded(each) for each in ("12.3456", "0.02346", "0", None)] == ["12.35", "0.0235", "free", "?"]
    assert [rounded(each) for each in ("0.2", "0.25", "1")] == ["0.20", "0.25", "1.00"]


def test_tokens_are_short() -> None:
    assert [tokens(each) for each in (1_048_576, 1_000_000, 131_072, 500, None)] == ["1.05M", "1M", "131k", "500", "?"]


def test_what_is_too_long_for_its_column_ends_in_an_ellipsis() -> None:
    assert laid(["abcdef", "1"], [4, 3], ["left", "right"], 1) == "abc…   1"


def test_styles_are_left_out_where_nobody_wants_them(capsys: pytest.CaptureFixture[str]) -> None:
    Paper(80, ink=False).line("plain", "bold")
    assert capsys.readouterr().out == "plain\n"
