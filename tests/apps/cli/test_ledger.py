"""`halfopen ledger`, run on ledgers whose every picodollar is known."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from halfopen.adapters.sqlite.folder import prepare
from halfopen.adapters.sqlite.ledger import opened
from halfopen.adapters.sqlite.lines import write
from halfopen.apps.cli import ledger
from halfopen.testing.entries import row

app = typer.Typer()
app.command()(ledger.run)

DAY = 86400.0
WHY = ("d1", b'{"itinerary": ["llama-4-maverick@together"], "refused": {"o1@openai": "retired"}}')


@pytest.fixture
def data(tmp_path: Path) -> Path:
    rows = [
        row(request="a", fault="stalled", status=504, final=False, cost=0, usage={}),
        row(request="a", attempt=2, cost=1),
        row(request="b", lane="private", hosting="self_hosted", cost=None, currency="", usage={"input": 5}),
        row(request="c", usage_from="estimated", cost=2, currency="EUR", at=1764000000.0 + 40 * DAY, day="2026-01-03"),
        row(request="d", lane="private", cost=10**12, simulated=True, usage={"cached_read": 4}),
    ]

    async def main() -> None:
        async with opened(tmp_path) as store:
            for each in rows:
                store.append(each, WHY)

    asyncio.run(main())
    return tmp_path


def halfopen_ledger(data: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["--data", str(data), *arguments])


def cells(result: Result) -> list[list[str]]:
    assert result.exit_code == 0, result.output
    return [
        [cell.strip() for cell in re.split("[│┃]", line)]
        for line in result.output.splitlines()
        if "│" in line or "┃" in line
    ]


def test_by_default_it_tells_lanes_with_exact_money_and_marks_what_is_simulated(data: Path) -> None:
    told = halfopen_ledger(data)
    table = cells(told)
    assert table[0] == ["lane", "", *table[0][2:]]
    assert table[0][2:] == ["attempts", "requests", "input", "cached read", "output", "cost", "unpriced", "faults"]
    assert table[1] == ["background", "", "3", "2", "2,000", "0", "20", "EUR 0.000000000002", "", "1 (33.3 %)"]
    assert table[2] == ["", "", "", "", "", "", "", "$0.000000000001", "", ""]
    assert table[3] == ["private", "", "1", "1", "5", "0", "0", "", "1", ""]
    assert table[4] == ["private", "simulated", "1", "1", "0", "4", "0", "$1.00", "", ""]
    assert table[5][:4] == ["all", "", "4", "3"]
    assert "unpriced: 1 of 5 attempts" in told.output
    assert "estimated: 1 of 5 attempts" in told.output
    assert "no such money was spent" in told.output


def test_json_gives_money_as_exact_text(data: Path) -> None:
    told = json.loads(halfopen_ledger(data, "--json", "--by", "day", "--by", "hosting").output)
    assert [(line["day"], line["hosting"], line["simulated"]) for line in told] == [
        ("2025-11-24", "hosted", False),
        ("2025-11-24", "hosted", True),
        ("2025-11-24", "self_hosted", False),
        ("2026-01-03", "hosted", False),
    ]
    assert [line["cost"] for line in told] == [{"USD": "0.000000000001"}, {"USD": "1"}, {}, {"EUR": "0.000000000002"}]


def test_csv_has_a_column_for_each_currency(data: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(halfopen_ledger(data, "--csv", "--by", "simulated").output)))
    assert [row["simulated"] for row in rows] == ["no", "yes"]
    assert [(row["cost_USD"], row["cost_EUR"]) for row in rows] == [("0.000000000001", "0.000000000002"), ("1", "")]
    assert [row["input"] for row in rows] == ["2005", "0"]


@pytest.mark.parametrize(
    ("arguments", "attempts"),
    [(["--since", "2026-01-03"], 1), (["--until", "2026-01-03"], 4), (["--since", "1m"], 0), (["--since", "9999w"], 5)],
)
def test_a_span_or_a_day_bounds_the_answer(data: Path, arguments: list[str], attempts: int) -> None:
    told = json.loads(halfopen_ledger(data, "--json", *arguments).output)
    assert sum(line["attempts"] for line in told) == attempts


def test_nothing_in_the_span_is_said_in_words(data: Path) -> None:
    assert halfopen_ledger(data, "--since", "1m").output == "No attempts in that time.\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [(["--by", "modle"], "did you mean 'model'"), (["--since", "soon"], "'soon' is no moment")],
)
def test_what_cannot_be_asked_is_refused_with_a_sentence(data: Path, arguments: list[str], sentence: str) -> None:
    refused = halfopen_ledger(data, *arguments)
    assert refused.exit_code == 2
    words = " ".join(re.sub("[│╭╮╰╯─]", " ", refused.output).split())
    assert sentence in words
    assert arguments[0] in words


def test_a_request_is_told_with_its_attempts_and_why(data: Path) -> None:
    told = json.loads(halfopen_ledger(data, "--request", "a", "--json").output)
    assert [(each["attempt"], each["fault"], each["cost"]) for each in told["attempts"]] == [
        (1, "stalled", "0"),
        (2, "", "0.000000000001"),
    ]
    assert told["decisions"] == {"d1": json.loads(WHY[1])}
    words = halfopen_ledger(data, "--request", "b").output
    assert "attempt 1" in words
    assert "unpriced" in words
    assert '"o1@openai": "retired"' in words


def test_a_request_nobody_made_and_a_folder_without_a_ledger_are_said_so(data: Path) -> None:
    unknown = halfopen_ledger(data, "--request", "zzz")
    assert (unknown.exit_code, "knows no request 'zzz'" in unknown.output) == (1, True)
    nowhere = halfopen_ledger(data / "nowhere")
    assert (nowhere.exit_code, "there is no ledger in" in nowhere.output) == (1, True)


def test_rows_that_still_wait_in_the_journal_and_torn_ones_are_told(data: Path) -> None:
    (prepare(data) / "1.jsonl").write_bytes(write(row(request="new")) + b'{"requ')
    assert json.loads(halfopen_ledger(data, "--json", "--by", "model").output)[0]["attempts"] == 5

    async def main() -> None:
        async with opened(data):
            pass

    asyncio.run(main())
    assert "set aside: 1 pieces" in halfopen_ledger(data).output
