"""Advice and drills over the wire: the records of the verbs, and 400s that say what is missing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.apps.serve.gateways import exchanged, inside, over, post, run

TASK = {"name": "chat", "requests": {"per_month": 300000}, "input": {"mean": 1200}, "output": {"mean": 300}}
WORKLOAD = {"tasks": [{**TASK, "quality": {"rating": 1400}}]}


def answer(folder: Path, path: str, **asked: Any) -> tuple[int, Any]:
    async def story() -> tuple[int, Any]:
        async with inside(folder, over({})) as gateway:
            body = post(gateway.port, path, msgspec.json.encode(asked))
            head, _, told = (await exchanged(gateway.port, body, patience=60)).partition(b"\r\n\r\n")
            return int(head.split()[1]), json.loads(told)

    return run(story())


def test_a_record_comes_and_can_be_held_against_itself(tmp_path: Path) -> None:
    status, found = answer(tmp_path, "/halfopen/advise", workload=WORKLOAD)
    assert status == 200
    assert found["record"] == "halfopen advice"
    assert found["tasks"][0]["chosen"]["way"] in found["plan"]["lanes"]["chat"]["offers"]
    again = answer(tmp_path, "/halfopen/advise", workload=WORKLOAD, since=found)[1]
    assert again["since"]["changed"] is False
    dearer = json.loads(json.dumps(found).replace(found["tasks"][0]["chosen"]["way"], "gpt-4@nobody"))
    assert answer(tmp_path, "/halfopen/advise", workload=WORKLOAD, since=dearer)[1]["since"]["changed"] is True


def test_a_drill_says_where_a_task_goes_if_its_provider_is_gone(tmp_path: Path) -> None:
    lane = answer(tmp_path, "/halfopen/advise", workload=WORKLOAD)[1]["plan"]["lanes"]["chat"]["offers"]
    provider = lane[0].partition("@")[2]
    status, found = answer(tmp_path, "/halfopen/drill", workload=WORKLOAD, gone=[provider])
    assert status == 200
    (drill,) = found["drills"]
    assert drill["lanes"]["tasks"][0]["offer"] == lane[1]


@pytest.mark.parametrize(
    ("path", "asked", "said"),
    [
        ("advise", {}, "missing required field `workload`"),
        ("advise", {"workload": {"tasks": [{**TASK, "category": "cooking"}]}}, "there is no category `cooking`"),
        ("advise", {"workload": WORKLOAD, "since": {"record": "else"}}, "`since` is no record of advice"),
        ("drill", {"workload": WORKLOAD, "gone": ["opnai"]}, "did you mean `openai`?"),
        ("drill", {"workload": WORKLOAD, "price": ["gpt-6-luna"]}, "and a factor are needed"),
        ("drill", {"workload": WORKLOAD, "volume": ["-1"]}, "a number is needed"),
        ("drill", {"workload": WORKLOAD, "only": ["Mars"]}, "`Mars` is no country"),
    ],
)
def test_what_cannot_be_answered_is_a_400(path: str, asked: dict[str, Any], said: str, tmp_path: Path) -> None:
    status, found = answer(tmp_path, f"/halfopen/{path}", **asked)
    assert status == 400
    assert said in found["error"]["message"]
