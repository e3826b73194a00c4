"""The example workloads: their verdicts as they are on a day, their bills done by hand, and their lanes in the sandbox.

Prices are dollars a million tokens, from the catalog's rows on the day; a month is 730.5 hours.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from halfopen.advisor.view import View
from halfopen.apps.plans.asked import from_text
from halfopen.apps.record.record import advised, record
from tests.apps.serve.gateways import CHAT, exchanged, post, run
from tests.apps.test_sandbox import lasting, sandboxed
from tests.catalog.shelf import DAY, shipped

FOLDER = Path(__file__).parents[3] / "examples" / "advice"
HOURS = 730.5
PEOPLE = 0.5 * 12_000


def grown(a_month: float, months: int) -> float:
    """A horizon's factor on average: 1, 1 + g, (1 + g)^2 ... over so many months."""
    return ((1 + a_month) ** months - 1) / a_month / months


def millions(requests: int, *, into: float = 0, out: float = 0) -> float:
    """Dollars of so many requests, each of which costs so many millionths to read and to write."""
    return requests * (into + out) / 1e6


# Of 20 requests on a prefix (25 for the agent) one writes it and the others read it; where no price is told for the
# write, it costs what input costs.
HAND: Mapping[str, tuple[str, Mapping[str, tuple[str, float]]]] = {
    "consumer-chat": (
        "hosted open weights",
        {  # 0.3 x 500 + 0.4 x 2000 + 0.3 x 6000 = 2750 in, 328 out, 5 % growth; no price for a cache
            "chat": (
                "gemma-4-26b-a4b@deepinfra",
                millions(2_063_663, into=2750 * 0.07, out=328 * 0.34) * grown(0.05, 12),
            ),
            "titles": (
                "nemotron-3.5-lightning@perplexity",
                millions(400_000, into=800 * 0.0115, out=12 * 0.17) * grown(0.05, 12),
            ),
        },
    ),
    "nightly-summaries": (
        "closed",
        {  # 0.3 x 2000 + 0.5 x 8000 + 0.2 x 20,000 = 8600 in, all in batches at 0.05 and 0.25
            "summaries": ("gpt-6-luna@openai in batches", millions(235_000, into=8600 * 0.05, out=411 * 0.25)),
        },
    ),
    "hospital": (
        "self-hosted",
        {  # two H100 that are owned, 700 W each at 0.25 a kWh, and half a person, by tokens: 6040 and 3100 a request
            "records": (
                "gemma-4-31b on machines",
                (2 * 0.7 * 0.25 * HOURS + PEOPLE) * (69_245 * 6040) / (69_245 * 6040 + 20_000 * 3100),
            ),
            "letters": (
                "gemma-4-31b on machines",
                (2 * 0.7 * 0.25 * HOURS + PEOPLE) * (20_000 * 3100) / (69_245 * 6040 + 20_000 * 3100),
            ),
        },
    ),
    "eu-bank": (
        "hosted open weights",
        {
            "advice letters": (
                "glm-5.3-flash@mistral",
                millions(120_000, into=4200 * (0.5 * 0.15 + 0.5 * (0.05 * 0.15 + 0.95 * 0.03)), out=620 * 0.5),
            ),
            "payment screening": (  # four of five in batches, at half the price
                "mistral-small-4@mistral in batches",
                millions(900_000, into=700 * (0.8 * 0.075 + 0.2 * 0.15), out=60 * (0.8 * 0.3 + 0.2 * 0.6)),
            ),
        },
    ),
    "coding-assistant": (
        "hosted open weights",
        {
            "agent": (
                "glm-5.3-flash@fireworks",
                millions(800_000, into=41_400 * (0.1 * 0.15 + 0.9 * (0.04 * 0.15 + 0.96 * 0.03)), out=830 * 0.5),
            ),
            "completion": (
                "nemotron-3.5-lightning@perplexity",
                millions(
                    3_000_000, into=1650 * (0.5 * 0.0115 + 0.5 * (0.05 * 0.0115 + 0.95 * 0.00115)), out=35.5 * 0.17
                ),
            ),
        },
    ),
    "startup": (
        "hosted open weights",
        {
            "assistant": (
                "gemma-4-31b@openrouter",
                millions(10_000, into=1600 * (0.6 * 0.15 + 0.4 * (0.05 * 0.15 + 0.95 * 0.06)), out=400 * 0.4)
                * grown(0.2, 6),
            ),
        },
    ),
    "insurer": (
        "hybrid",
        {  # one replica and one to spare, on two cards that are owned, 600 W each at 0.25 a kWh
            "claims": ("gemma-4-26b-a4b on machines", 2 * 0.6 * 0.25 * HOURS + PEOPLE),
            "legal questions": (
                "gemini-4-argon@openrouter",
                millions(6000, into=25_200 * (0.7 * 2 + 0.3 * (0.05 * 0.1875 + 0.95 * 0.1)), out=1200 * 10),
            ),
        },
    ),
    "law-firm": (
        "closed",
        {
            "contracts": (
                "claude-opus-4-6@anthropic",
                millions(9000, into=36_400 * (0.8 * 5 + 0.2 * (0.05 * 6.25 + 0.95 * 0.5)), out=1500 * 25),
            ),
            "deadlines": ("claude-haiku-5-5@anthropic in batches", millions(60_000, into=3000 * 0.05, out=80 * 0.25)),
        },
    ),
}


@cache
def told(name: str) -> Mapping[str, Any]:
    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    return record(advised(from_text(text, name), View(shipped(), DAY)), text)


def test_every_example_is_here_and_together_they_cover_all_verdicts() -> None:
    assert {path.stem for path in FOLDER.glob("*.yaml")} == HAND.keys()
    assert {word for word, _ in HAND.values()} == {"closed", "hosted open weights", "self-hosted", "hybrid"}


@pytest.mark.parametrize("name", HAND)
def test_the_verdict_is_what_it_is_and_its_bill_can_be_done_by_hand(name: str) -> None:
    word, tasks = HAND[name]
    found = told(name)
    assert found["verdict"]["word"] == word
    assert {each["task"]: each["chosen"]["way"] for each in found["tasks"]} == {
        task: way for task, (way, _) in tasks.items()
    }
    for each in found["tasks"]:
        by_hand = tasks[each["task"]][1]
        assert float(each["chosen"]["dollars"]["likely"]) == pytest.approx(by_hand, rel=2e-4), each["task"]
    whole = sum(dollars for _, dollars in tasks.values())
    assert float(found["verdict"]["dollars"]["likely"]) == pytest.approx(whole, rel=2e-4)


@pytest.mark.parametrize("name", HAND)
def test_what_rests_on_an_estimate_says_so_with_what_is_measured_and_what_would_settle_it(name: str) -> None:
    for each in told(name)["tasks"]:
        chosen = each["chosen"]
        assert chosen["rating"]["score"] >= each["floor"]
        assert (each["estimate"] is not None) == (chosen["rating"]["basis"] == "estimated")
        if each["estimate"]:
            assert "comparisons of" in each["estimate"]["settles"]
            sure = each["estimate"]["measured"]
            assert sure is None or sure["rating"]["basis"] == "measured"
            assert any(risk["kind"] == "estimated rating" for risk in each["risks"])


@pytest.mark.parametrize("name", HAND)
def test_in_the_sandbox_the_first_request_of_each_task_goes_where_the_advice_said(name: str, tmp_path: Path) -> None:
    found = told(name)
    plan = tmp_path / "plan.yaml"
    plan.write_text(found["plan"]["halfopen.yaml"], encoding="utf-8")
    lanes = {lane["task"]: lane["offers"] for lane in found["plan"]["lanes"].values()}

    async def story() -> Mapping[str, tuple[int, str]]:
        async with sandboxed(tmp_path, plan, lasting()) as gateway:
            return {task: await asked(gateway.port, task) for task in lanes}

    async def asked(port: int, task: str) -> tuple[int, str]:
        body = {"model": "halfopen/auto", "max_tokens": 9, "messages": [{"role": "user", "content": "Hello"}]}
        data = json.dumps({**body, "metadata": {"halfopen_task": task}}).encode()
        head = (await exchanged(port, post(port, CHAT, data))).partition(b"\r\n\r\n")[0].decode().lower()
        fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:])
        return int(head.split()[1]), fields["x-halfopen-offer"]

    answers = run(story())
    assert answers == {task: (200, offers[0]) for task, offers in lanes.items()}
    for each in found["tasks"]:
        chosen = each["chosen"]
        assert lanes[each["task"]][0] == (chosen["offer"] or f"{chosen['model']}@own-machines")
