"""Crossings over the wire: the answer of the verb, and 400s that say what is missing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.apps.serve.gateways import exchanged, inside, over, post, run

WORKLOAD = {"tasks": [{"name": "t", "requests": {"per_month": 1000}, "input": {"mean": 1200}, "output": {"mean": 300}}]}


def answer(folder: Path, **asked: Any) -> tuple[int, Any]:
    async def story() -> tuple[int, Any]:
        async with inside(folder, over({})) as gateway:
            body = post(gateway.port, "/halfopen/breakeven", msgspec.json.encode(asked))
            head, _, told = (await exchanged(gateway.port, body, patience=60)).partition(b"\r\n\r\n")
            return int(head.split()[1]), json.loads(told)

    return run(story())


def test_an_offer_is_crossed_at_a_volume_with_an_interval(tmp_path: Path) -> None:
    status, found = answer(tmp_path, model="gpt-oss-120b", workload=WORKLOAD, offers=["gpt-5.4@openai"])
    assert status == 200
    (row,) = found["rows"]
    assert 10**8 < row["from_low"] <= row["from"] <= row["from_high"] < 10**11
    assert len(found["points"]) == len(row["points"]) > 10


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"model": "gpt-5.4", "workload": WORKLOAD}, "the weights of GPT-5.4 are closed"),
        ({"model": "gpt-oss-120b"}, "missing required field `workload`"),
        ({"model": "gpt-oss-120b", "workload": WORKLOAD, "people": "many"}, "dollars a month"),
    ],
)
def test_what_cannot_be_answered_is_a_400(asked: dict[str, Any], said: str, tmp_path: Path) -> None:
    status, found = answer(tmp_path, **asked)
    assert status == 400
    assert said in found["error"]["message"]
