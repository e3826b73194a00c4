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
from tests.apps.cli.terminal import TODAY, sit_down

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
