"""A small market to advise on: two closed models, two open ones at hosts, and what they cost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from halfopen.advisor.advice.options import Options, options
from halfopen.advisor.advice.question import question
from halfopen.advisor.view import View
from halfopen.apps.iron import iron
from halfopen.catalog.provider import Compliance
from halfopen.catalog.snapshot import Catalog
from halfopen.costs.spread import Spread
from halfopen.costs.workload import Floor, Task, Team, Volume, Workload
from tests.advisor.worlds import DAY, SEEN, model, offer, provider, score, whole

# Dollars a million tokens of a thousand in and a hundred out: best 20 and 100, cheap 1 and 4, large 0.5 and 2.
# A request: 0.02 + 0.01, 0.001 + 0.0004, 0.0005 + 0.0002, and of small 0.0001 + 0.00004.
BEST, CHEAP, LARGE, SMALL = "best@lab", "cheap@lab", "gpt-oss-120b@host", "gpt-oss-20b@host"


def market(**more: Any) -> Catalog:
    closed: dict[str, Any] = {"weights": "closed", "licence": None, "context": 100_000, "tools": True}
    opened: dict[str, Any] = {"weights": "open", "context": 64_000, "tools": True, "forbids": ()}
    models = [
        model("best", score(1500), **closed | {"modalities": ("image",)}),
        model("cheap", score(1420), **closed),
        model("gpt-oss-120b", score(1440), parameters=Decimal("116.8"), active=Decimal("5.1"), **opened),
        model("gpt-oss-20b", score(1380), parameters=Decimal("20.9"), active=Decimal("3.6"), **opened),
        model("guessed-9b", parameters=Decimal(9), active=Decimal(9), **opened | {"forbids": ("commercial_use",)}),
    ]
    offers = [
        offer("best", "lab", "20", "100"),
        offer("cheap", "lab", "1", "4"),
        offer("gpt-oss-120b", "host", "0.5", "2"),
        offer("gpt-oss-20b", "host", "0.1", "0.4"),
    ]
    signs = Compliance(topic="hipaa_baa", value="on_request", source=SEEN)
    lab = provider("lab", hosting="closed", countries=("US",), compliance=(signs,))
    return whole(models, offers, providers=[lab, provider("host", countries=("DE",))], **more)


def view(**more: Any) -> View:
    return View(market(), DAY, **more)


def task(name: str = "chat", requests: int = 1_000_000, **more: Any) -> Task:
    row: dict[str, Any] = {"input": Spread(mean=1000), "output": Spread(mean=100), "quality": Floor(rating=1400)}
    return Task(name=name, requests=Volume(per_month=requests), **row | more)


def offered(*tasks: Task, team: Team | None = None) -> Options:
    return options(question(Workload(tasks=tasks, team=team or Team()), view(), iron()))
