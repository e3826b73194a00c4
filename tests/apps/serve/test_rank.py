"""Rankings over the wire: the same rows as the verb's, bounded, and beside other work."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner

from halfopen.apps.cli import application
from halfopen.apps.serve.routes.rank import MOST_BATTLES, MOST_MODELS
from tests.apps.serve.doors.test_bad_input import DEEP
from tests.apps.serve.gateways import Inside, exchanged, inside, over, post, run

WON = {"xy": 6, "yx": 3, "yz": 6, "zy": 2, "xz": 7, "zx": 1}
BATTLES = [
    {"model_a": pair[0], "model_b": pair[1], "winner": "model_a"} for pair, count in WON.items() for _ in range(count)
] + [{"model_a": "x", "model_b": "z", "winner": "tie (bothbad)"}] * 3


async def asked(gateway: Inside, body: bytes) -> tuple[int, Any]:
    """The status and the body of the answer."""
    head, _, told = (await exchanged(gateway.port, post(gateway.port, "/halfopen/rank", body), patience=60)).partition(
        b"\r\n\r\n"
    )
    return int(head.split()[1]), json.loads(told)


def answer(folder: Path, battles: Sequence[Mapping[str, Any]], **options: Any) -> tuple[int, Any]:
    async def story() -> tuple[int, Any]:
        async with inside(folder, over({})) as gateway:
            return await asked(gateway, msgspec.json.encode({"battles": battles, **options}))

    return run(story())


def test_the_rows_are_those_of_the_verb(tmp_path: Path) -> None:
    path = tmp_path / "battles.csv"
    lines = [",".join(row.values()) for row in BATTLES]
    path.write_text("\n".join(["model_a,model_b,winner", *lines]), encoding="utf-8")
    told = CliRunner().invoke(application("rank"), ["rank", str(path), "--json", "--anchor", "y"])
    status, found = answer(tmp_path, BATTLES, anchor="y")
    assert status == 200
    assert found == {"rows": json.loads(told.stdout), "effects": [], "warnings": [], "next": []}


def test_options_are_heard(tmp_path: Path) -> None:
    labels = {"category": "one", "judge": "ann", "tokens_b": 3}
    sided = [{**row, **labels, "tokens_a": n % 7} for n, row in enumerate(BATTLES)]
    sided += [{**row, "model_a": row["model_b"], "model_b": row["model_a"], "winner": "model_b"} for row in sided[::2]]
    other = [{**row, "winner": "tie", "category": "two"} for row in sided]
    status, found = answer(
        tmp_path,
        [*sided, *other],
        category="one",
        judge="ann",
        style_control=True,
        position=True,
        ties="davidson",
        bootstrap=200,
        next=10,
    )
    assert status == 200, found
    assert sum(row["battles"] for row in found["rows"]) == 2 * len(sided)
    assert [each["name"] for each in found["effects"]] == ["length", "position (ann)", "ties at even"]
    assert sum(ask["battles"] for ask in found["next"]) == 10


def test_what_has_no_end_is_null_and_warned_of(tmp_path: Path) -> None:
    status, found = answer(tmp_path, [*BATTLES, *[{"model_a": "king", "model_b": "x", "winner": "model_a"}] * 5])
    assert status == 200
    assert found["rows"][0] | {"low": 0, "says": ""} == {
        "model": "king",
        "rating": None,
        "low": 0,
        "high": None,
        "battles": 5,
        "rank_low": 1,
        "rank_high": found["rows"][0]["rank_high"],
        "says": "",
    }
    assert "king won all" in found["warnings"][0]


def one(**more: Any) -> bytes:
    return msgspec.json.encode({"battles": [{"model_a": "x", "model_b": "y", "winner": "tie", **more}]})


BODIES: Mapping[str, tuple[bytes, int, str]] = {
    "nothing": (b"", 400, "Send for example"),
    "no battles": (b"{}", 400, "battles"),
    "empty battles": (b'{"battles": []}', 400, "there are no battles"),
    "an unknown option": (b'{"battles": [], "bootstraps": 3}', 400, "bootstraps"),
    "an unknown winner": (one(winner="left"), 400, "battles[0]: the winner is 'left'"),
    "itself": (one(model_b="x"), 400, "battles[0]: 'x' is compared with itself"),
    "a weight below 0": (one(weight=-1), 400, "weight"),
    "half a surrogate": (one().replace(b'"x"', b'"\\ud800"'), 400, ""),
    "no UTF-8": (one().replace(b'"x"', b'"\xff"'), 400, ""),
    "too deep": (b'{"battles": ' + b"[" * DEEP + b"]" * DEEP + b"}", 400, ""),
    "a gap": (
        one(cluster=1)[:-2] + b"," + one()[len('{"battles":[') :],
        400,
        "battles[1] has no cluster and others have",
    ),
    "a weight beyond numbers": (one(weight=1e300), 400, "the weight is 1e+300"),
    "one cluster": (one(cluster=1), 400, "all battles are of one cluster"),
    "a scale beyond numbers": (one()[:-1] + b', "at": 1e308}', 400, "the scale is put at 1e+308"),
    "a pair for nothing": (one()[:-1] + b', "pair": ["x", "y"]}', 400, "a pair says for whom"),
    "few resamples": (one()[:-1] + b', "bootstrap": 199}', 400, "200 resamples at least"),
    "always the first": (
        msgspec.json.encode({"battles": [{**row, "winner": "model_a"} for row in BATTLES], "position": True}),
        400,
        "the covariate position decides every battle",
    ),
    "one side": (one(bold_a=1), 400, "bold_a alone"),
    "too many resamples": (b'{"battles": [], "bootstrap": 10001}', 400, "10000"),
}


def test_whatever_is_sent_is_answered_with_a_sentence(tmp_path: Path) -> None:
    async def story() -> dict[str, tuple[int, Any]]:
        async with inside(tmp_path, over({})) as gateway:
            return {name: await asked(gateway, body) for name, (body, _, _) in BODIES.items()}

    for name, (status, told) in run(story()).items():
        assert status == BODIES[name][1], (name, told)
        assert BODIES[name][2] in told["error"]["message"], (name, told)


@pytest.mark.parametrize(
    ("battles", "options", "sentence"),
    [
        ([{"model_a": "x", "model_b": "y", "winner": "tie"}] * (MOST_BATTLES + 1), {}, "200,001 battles of 2 models"),
        (
            [{"model_a": f"m{n}", "model_b": "y", "winner": "tie"} for n in range(MOST_MODELS)],
            {},
            "1,000 battles of 1,001 models",
        ),
        ([{"model_a": "x", "model_b": "y", "winner": "tie"}] * 5000, {"bootstrap": 5000}, "here at most 4,000"),
    ],
    ids=["battles", "models", "work"],
)
def test_what_would_take_too_long_is_sent_to_the_verb(
    tmp_path: Path, battles: list[dict[str, str]], options: dict[str, int], sentence: str
) -> None:
    status, told = answer(tmp_path, battles, **options)
    assert status == 413
    assert sentence in told["error"]["message"]
    assert "`halfopen rank" in told["error"]["message"]


def test_others_are_answered_while_a_ranking_is_computed(tmp_path: Path) -> None:
    async def story() -> tuple[int, bool]:
        async with inside(tmp_path, over({})) as gateway:
            body = msgspec.json.encode({"battles": BATTLES * 30, "bootstrap": 2_000})
            ranking = asyncio.create_task(asked(gateway, body))
            alive, ready = 0, b"GET /healthz HTTP/1.1\r\nhost: 127.0.0.1:%d\r\nconnection: close\r\n\r\n" % gateway.port
            while not ranking.done():
                alive += (await exchanged(gateway.port, ready)).startswith(b"HTTP/1.1 200")
            return alive, (await ranking)[0] == 200

    alive, ranked = run(story())
    assert ranked
    assert alive > 5


def test_the_gateway_starts_without_numpy() -> None:
    story = "import sys, halfopen.apps.serve.gateway, halfopen.apps.cli; assert 'numpy' not in sys.modules"
    subprocess.run([sys.executable, "-c", story], check=True, timeout=60)
