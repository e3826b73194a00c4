"""Sizing over the wire: the answers of the verb, and 400s that say what would be answered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner

from halfopen.apps.cli import application
from tests.apps.serve.gateways import exchanged, inside, over, post, run

ROW = {
    "model_path": "Kimi-K2.5",
    "system": "b200_sxm",
    "precision": "fp4",
    "isl": 1024,
    "osl": 1024,
    "gpus": 8,
    "conc": 16,
}


def answer(folder: Path, **asked: Any) -> tuple[int, Any]:
    async def story() -> tuple[int, Any]:
        async with inside(folder, over({})) as gateway:
            body = post(gateway.port, "/halfopen/fleet", msgspec.json.encode(asked))
            head, _, told = (await exchanged(gateway.port, body, patience=60)).partition(b"\r\n\r\n")
            return int(head.split()[1]), json.loads(told)

    return run(story())


def test_the_answer_is_that_of_the_verb(tmp_path: Path) -> None:
    status, found = answer(tmp_path, model="phi-4", on="laptop-16gb", context=4096)
    words = ["fleet", "--model", "phi-4", "--on", "laptop-16gb", "--context", "4096", "--json"]
    assert status == 200
    assert found == json.loads(CliRunner().invoke(application("fleet"), words).stdout)


def test_rows_of_a_table_are_predicted_in_order(tmp_path: Path) -> None:
    status, found = answer(tmp_path, rows=[ROW, {**ROW, "model_path": "nobody"}, {**ROW, "conc": 32}])
    assert status == 200
    assert [bool(row["tpot_ms"]) for row in found["rows"]] == [True, False, True]
    assert float(found["rows"][0]["tpot_ms"]) < float(found["rows"][2]["tpot_ms"])
    assert found["refused"] == {"1": "no architecture is called `nobody`"}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"model": "phy-4", "on": "h100"}, "did you mean `microsoft/phi-4`?"),
        ({"model": "phi-4"}, "a model and a machine are needed"),
        ({"model": "phi-4", "on": "h100", "cards": 0}, "`int` >= 1"),
        ({"model": "phi-4", "machine": "h100"}, "unknown field `machine`"),
    ],
)
def test_what_cannot_be_answered_is_a_400_that_says_what_can(asked: dict[str, Any], said: str, tmp_path: Path) -> None:
    status, found = answer(tmp_path, **asked)
    assert status == 400
    assert said in found["error"]["message"]
