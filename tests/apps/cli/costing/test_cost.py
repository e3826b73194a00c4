"""`halfopen cost` as it is typed: from a file, from numbers, from the ledger; tables, CSV, pictures, and complaints."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from halfopen.adapters.sqlite.ledger import opened
from halfopen.apps.cli import application
from halfopen.testing.entries import row
from tests.apps.cli.terminal import CONFIG, TODAY, sit_down

EXAMPLE = Path(__file__).parents[4] / "examples" / "workload.yaml"
NUMBERS = ("--in", "1200", "--out", "300", "--requests", "300000")
WORKLOAD = """
tasks:
  - name: chat
    requests: {per_month: 1000}
    input: {mean: 1000}
    output: {mean: 300}
    cacheable: 0.6
"""


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return sit_down(tmp_path, monkeypatch)


def cost(*words: str) -> Result:
    return CliRunner().invoke(application("cost"), ["cost", *words, *TODAY])


def told(*words: str) -> Any:
    result = cost(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_few_numbers_are_a_workload() -> None:
    found = told(*NUMBERS, "--offer", "gpt-5.4@openai")
    (only,) = found["rows"]
    assert Decimal(only["dollars"]) == 300_000 * (1200 * Decimal("2.5") + 300 * Decimal(15)) / 10**6
    assert Decimal(only["low"]) < Decimal(only["dollars"]) < Decimal(only["high"])


def test_a_file_is_priced_everywhere_the_cheapest_first_in_eighty_columns() -> None:
    result = cost(str(EXAMPLE))
    assert result.exit_code == 0, result.output
    assert "chat: 295,244 requests a month" in " ".join(result.stdout.split())
    assert "Cannot serve: " in " ".join(result.stdout.split())
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_in_eighty_columns_stand_the_range_and_what_is_saved() -> None:
    lines = cost(*NUMBERS, "--offer", "gpt-5.4@openai").stdout.splitlines()
    head, line = (next(each for each in lines if each.startswith(word)) for word in ("offer", "gpt-5.4@openai"))
    assert head.split("  ")[0] == "offer"
    assert all(word in head for word in ("$ a month", "4 of 5 months", "cache", "batch"))
    assert "2,250.00" in line
    assert " to " in line


def test_all_shows_every_row_and_those_that_are_free() -> None:
    every, few = cost(*NUMBERS, "--all").stdout, cost(*NUMBERS).stdout
    priced = [row["offer"] for row in told(*NUMBERS)["rows"] if row["dollars"] is not None]
    assert all(offer[:15] in every for offer in priced)
    assert not all(offer[:15] in few for offer in priced)
    assert "more are dearer" not in every
    assert "free to try" not in every


def test_savings_of_an_offer_in_euros_are_told_in_dollars_beside_its_price(desk: Path) -> None:
    (desk / "w.yaml").write_text(WORKLOAD)
    (row,) = told("w.yaml", "--offer", "qwen3.8-27b@scaleway")["rows"]
    bill = row["bills"]["chat"]
    assert bill["currency"] == "EUR"
    rate = Decimal(row["dollars"]) / Decimal(bill["cost"])
    assert rate > 1
    assert Decimal(row["caching_saves"]) == Decimal(bill["caching_saves"]) * rate
    assert Decimal(row["caching_saves"]) > 0


def test_a_zone_keeps_the_work_where_it_says(desk: Path) -> None:
    (desk / "halfopen.yaml").write_text(CONFIG)
    found = told(*NUMBERS, "--zone", "region")
    assert {row["provider"] for row in found["rows"]} <= {"rack", "mistral"}
    assert "mistral" in {row["provider"] for row in found["rows"]}
    assert found["refused"]["is outside the zone region"] > 100
    assert "there is no zone `moon`" in cost(*NUMBERS, "--zone", "moon").output


def test_where_nobody_can_serve_it_the_nearest_are_told_with_what_they_lack(desk: Path) -> None:
    (desk / "w.yaml").write_text(WORKLOAD + "    context: 90000000\n")
    found = told("w.yaml")
    assert all(row["dollars"] is None for row in found["rows"])
    assert [each["lacks"] for each in found["nearest"]] == [["holds fewer than 90,000,000 tokens"]] * 3
    said = " ".join(cost("w.yaml").stdout.split())
    assert "No offer that is priced can serve this. The nearest are:" in said
    assert found["nearest"][0]["offer"] in said


def test_of_an_offer_without_a_price_other_hosts_of_the_model_are_the_nearest() -> None:
    found = told(*NUMBERS, "--offer", "gpt-oss-120b@azure")
    assert found["rows"][0]["unpriced"] == "all: no price is known for this offer on this day"
    assert {each["offer"].split("@")[0] for each in found["nearest"]} == {"gpt-oss-120b"}
    assert all(each["lacks"] == [] and each["dollars"] for each in found["nearest"])


def test_the_parts_of_every_bill_are_its_whole() -> None:
    for found in told(str(EXAMPLE))["rows"]:
        for bill in found["bills"].values():
            if bill["cost"] is not None:
                assert sum(map(Decimal, bill["parts"].values())) == Decimal(bill["cost"])


def test_it_prints_csv_and_draws(desk: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(cost(*NUMBERS, "--csv").stdout)))
    assert len(rows) > 100
    assert {"offer", "task", "cost", "caching_saves"} <= set(rows[0])
    assert cost(*NUMBERS, "--plot", "cost.svg", "--limit", "5").exit_code == 0
    assert "dollars a month" in (desk / "cost.svg").read_text(encoding="utf-8")


def test_what_repeats_saves_and_it_says_from_how_many_uses(desk: Path) -> None:
    (desk / "w.yaml").write_text(WORKLOAD)
    bill = told("w.yaml", "--offer", "claude-sonnet-5-5@anthropic")["rows"][0]["bills"]["chat"]
    assert bill["caching_pays_from"] == 2  # 0.50 more to write a million, 1.90 less to read it
    assert Decimal(bill["caching_saves"]) > 0


def test_the_ledger_is_a_workload(desk: Path) -> None:
    """Two lanes; of the chat lane half of what was read came from a cache, after one request had written it."""
    now = time.time()
    usage = {"input": 500, "cached_read": 500, "output": 100}
    rows = [row(request=f"r{n}", lane="chat", at=now - 3600, usage=usage) for n in range(29)]
    rows.append(row(request="w", lane="chat", at=now, usage={"input": 500, "cache_write_5m": 500, "output": 900}))
    rows += [row(request="x", lane="nightly", at=now, usage={"input": 9000, "output": 10})]
    rows += [row(request="s", lane="chat", at=now, usage=usage, simulated=True)]
    rows += [row(request="old", lane="chat", at=now - 90 * 86400, usage=usage)]

    async def main() -> None:
        async with opened(desk / "data") as store:
            for each in rows:
                store.append(each, ("d", b"{}"))

    asyncio.run(main())
    found = told("--from-ledger", "30d", "--offer", "claude-sonnet-5-5@anthropic")
    tasks = {task["task"]: task for task in found["tasks"]}
    assert set(tasks) == {"chat", "nightly"}
    assert tasks["chat"]["requests"] == 30  # 30 in 30 days of a month of 30.4375
    assert tasks["chat"]["tokens_in"] == 1000
    assert tasks["chat"]["tokens_out"] == pytest.approx((29 * 100 + 900) / 30)
    assert "cached_read" in found["rows"][0]["bills"]["chat"]["parts"]
    assert "cached_read" not in found["rows"][0]["bills"]["nightly"]["parts"]


def test_an_empty_ledger_says_so() -> None:
    result = cost("--from-ledger", "30d")
    assert result.exit_code == 2
    assert "ledger" in result.output


def test_nothing_given_is_answered_with_an_example() -> None:
    result = cost()
    assert result.exit_code == 2
    assert "no workload: name a file" in result.output
    assert "requests: {per_month: 300000}" in result.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("none.yaml",), "none.yaml: there is no such file; a workload looks like this"),
        ((*NUMBERS, "--offer", "gpt-5.44"), "there is no model or offer `gpt-5.44`"),
        (("--in", "1", "--out", "1"), "give --in, --out and --requests"),
        (("--from-ledger", "30"), "it is a span such as 30d or 4w"),
        (("--from-ledger", "30d", *NUMBERS), "are different workloads"),
        ((*NUMBERS, "--json", "--csv"), "are different outputs"),
    ],
)
def test_what_cannot_be_answered_says_what_can(words: tuple[str, ...], said: str) -> None:
    result = cost(*words)
    assert result.exit_code == 2
    assert said in result.output


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("cacheable: 0.6", "cachable: 0.6", "w.yaml:7: tasks[0].cachable: unknown field; did you mean `cacheable`?"),
        ("cacheable: 0.6", "cacheable: 60", "tasks[0].cacheable: `60`; expected a share, from 0 to 1"),
        ("{mean: 1000}", "{mean: many}", "w.yaml:5: tasks[0].input.mean: `many`; expected a whole number"),
        ("{per_month: 1000}", "{hourly: [1, 2]}", "2 hours; expected 24 of a day or 168 of a week"),
        ("cacheable: 0.6", "zone: home", "there is no zone `home`"),
    ],
)
def test_a_wrong_workload_is_refused_with_file_line_and_field(was: str, now: str, said: str, desk: Path) -> None:
    (desk / "w.yaml").write_text(WORKLOAD.replace(was, now))
    result = cost("w.yaml")
    assert result.exit_code == 2
    assert said in result.output
