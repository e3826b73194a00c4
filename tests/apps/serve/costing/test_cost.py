"""Bills over the wire: those of the verb, and 400s that name the field."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from tests.apps.serve.gateways import exchanged, inside, over, post, run

WORKLOAD = {"tasks": [{"name": "t", "requests": {"per_month": 1000}, "input": {"mean": 1000}, "output": {"mean": 300}}]}
EXAMPLE = Path(__file__).parents[4] / "examples" / "workload.yaml"


def answer(folder: Path, **asked: Any) -> tuple[int, Any]:
    async def story() -> tuple[int, Any]:
        async with inside(folder, over({})) as gateway:
            body = post(gateway.port, "/halfopen/cost", msgspec.json.encode(asked))
            head, _, told = (await exchanged(gateway.port, body, patience=60)).partition(b"\r\n\r\n")
            return int(head.split()[1]), json.loads(told)

    return run(story())


def test_a_workload_is_priced_at_every_offer_the_cheapest_first(tmp_path: Path) -> None:
    status, found = answer(tmp_path, workload=WORKLOAD)
    assert status == 200
    prices = [Decimal(row["dollars"]) for row in found["rows"] if row["dollars"] is not None and not row["free"]]
    assert len(prices) > 100
    assert prices == sorted(prices)


def test_only_the_offers_that_are_named_are_priced(tmp_path: Path) -> None:
    status, found = answer(tmp_path, workload=WORKLOAD, offers=["gpt-oss-120b@groq"])
    assert status == 200
    assert [row["offer"] for row in found["rows"]] == ["gpt-oss-120b@groq"]


def test_the_example_is_answered(tmp_path: Path) -> None:
    status, found = answer(tmp_path, workload=yaml.safe_load(EXAMPLE.read_text(encoding="utf-8")))
    assert status == 200
    assert [task["task"] for task in found["tasks"]] == ["chat", "nightly summaries"]
    assert found["refused"]


def test_what_nobody_can_serve_is_answered_with_the_nearest(tmp_path: Path) -> None:
    status, found = answer(tmp_path, workload={"tasks": [{**WORKLOAD["tasks"][0], "context": 90_000_000}]})
    assert status == 200
    assert len(found["nearest"]) == 3
    assert found["nearest"][0]["lacks"] == ["holds fewer than 90,000,000 tokens"]


@pytest.mark.parametrize(
    ("workload", "said"),
    [
        ({"tasks": []}, "at least one"),
        ({"tasks": [{**WORKLOAD["tasks"][0], "zone": "moon"}]}, "there is no zone `moon`"),
        ({"tasks": [{**WORKLOAD["tasks"][0], "modalities": ["imag"]}]}, "did you mean `image`"),
        ({"tasks": [{**WORKLOAD["tasks"][0], "cachable": 1}]}, "did you mean `cacheable`"),
        ({"tasks": [{**WORKLOAD["tasks"][0], "name": str(n)} for n in range(101)]}, "101 tasks; expected 100 at most"),
        ({"tasks": [{**WORKLOAD["tasks"][0], "input": {"histogram": {str(n): 1 for n in range(101)}}}]}, "100 at most"),
        ({"tasks": [{**WORKLOAD["tasks"][0], "input": {"p10": 5}}]}, "`mean`, or `p10`, `p50` and `p90`"),
    ],
)
def test_a_workload_that_makes_no_sense_is_a_400_that_names_the_field(
    workload: dict[str, Any], said: str, tmp_path: Path
) -> None:
    status, found = answer(tmp_path, workload=workload)
    assert status == 400
    assert said in found["error"]["message"]
