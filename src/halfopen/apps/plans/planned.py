"""The cheapest machines for a model under a demand: the plans of `halfopen fleet` and of its route, ready for JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from math import isfinite

from halfopen.apps.tables.plain import Plain, amount
from halfopen.costs.workload import Task, Workload
from halfopen.fleet.architecture import Architecture
from halfopen.fleet.plan import Plan, Span, plans
from halfopen.fleet.price import BASES, Basis, Prices, known_cards, prices_of
from halfopen.fleet.promise import Demand, Promise, spread_over
from halfopen.fleet.tables import Tables
from halfopen.money import amount as decimal

SHOWN = 8


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A demand on a model, and what is promised. `machines` are names; none is all accelerators of data centres."""

    model: str
    demand: Demand
    promise: Promise = field(default_factory=Promise)
    prices: Prices = field(default_factory=Prices)
    context: int | None = None
    machines: tuple[str, ...] = ()
    most: int = SHOWN


def demanded(requests: int, prompt: int, answer: int, burst: float = 1.0) -> Demand:
    """So many requests a month, spread over a working day."""
    return Demand(prompt=prompt, answer=answer, hourly=spread_over(requests), burst=burst)


def of_task(workload: Workload, name: str | None) -> tuple[Demand, Promise, Prices, int | None]:
    """What one task of a workload asks of machines. Raises ValueError for a task that is not there."""
    task = _task(workload, name)
    team, latency = workload.team, task.latency
    hourly = tuple(map(float, task.requests.hourly)) or spread_over(task.requests.monthly)
    demand = Demand(
        prompt=float(task.input.expected),
        answer=float(task.output.expected),
        hourly=hourly,
        burst=float(task.burst),
        prompt_variation=task.input.variation,
    )
    promise = Promise(
        first_token=None if latency is None or latency.first_token_ms is None else latency.first_token_ms / 1000,
        share=0.95 if latency is None else float(latency.percentile) / 100,
        per_token=None if latency is None or latency.per_token_ms is None else latency.per_token_ms / 1000,
        ceiling=float(team.utilisation_ceiling),
    )
    return demand, promise, prices_of(team), task.context


def _task(workload: Workload, name: str | None) -> Task:
    names = [task.name for task in workload.tasks]
    if name is None and len(names) > 1:
        raise ValueError(f"the workload has {len(names)} tasks: name one with --task, {', '.join(names)}")
    found = [task for task in workload.tasks if name in (None, task.name)]
    if not found:
        raise ValueError(f"the workload has no task `{name}`; there is {', '.join(names)}")
    return found[0]


def basis_of(word: str | None) -> Basis | None:
    """Raises ValueError for a word that is no basis of a price."""
    if word is None or word in BASES:
        return word  # type: ignore[return-value]
    raise ValueError(f"`{word}` is no basis of a price; there are {', '.join(BASES)}")


def own_prices(words: Mapping[str, str] | None) -> Mapping[str, Decimal]:
    """Dollars an hour by accelerator. Raises ValueError."""
    found = {}
    for name, word in (words or {}).items():
        try:
            found[name] = Decimal(word)
        except ArithmeticError:
            raise ValueError(f"the price of {name} is `{word}`; it is in dollars an hour, such as 2.80") from None
    return found


def planned(tables: Tables, asked: Asked, model: Architecture | None = None) -> Plain:
    """Raises names.Unknown, ValueError."""
    architecture = model or tables.model(asked.model)
    machines = [tables.machine(name) for name in asked.machines]
    chosen = machines or [each for each in tables.accelerators if each.kind == "datacentre"]
    found, refused = plans(
        architecture,
        chosen,
        asked.demand,
        asked.promise,
        tables.calibration,
        known_cards(asked.prices, tables.accelerators),
        asked.context,
        asked.most,
    )
    demand, promise = asked.demand, asked.promise
    return {
        "model": architecture.name,
        "assumed": architecture.assumed,
        "requests": round(demand.monthly),
        "tokens": round(demand.tokens),
        "prompt": demand.prompt,
        "answer": demand.answer,
        "peak": demand.peak,
        "mean": demand.mean,
        "promise": {
            "first_token_s": promise.first_token,
            "share": promise.share,
            "per_token_s": promise.per_token,
            "ceiling": promise.ceiling,
            "spare": promise.spare,
        },
        "plans": [_plan(each) for each in found],
        "refused": [{"machine": each.title, "why": each.why} for each in refused],
    }


def _plan(plan: Plan) -> Plain:
    return {
        "machine": plan.accelerator,
        "title": plan.title,
        "precision": plan.precision,
        "cards": plan.cards,
        "replicas": _span(plan.serving),
        "spare": plan.spare,
        "first_token_s": _span(plan.first_token),
        "per_token_s": _span(plan.per_token),
        "used": plan.used,
        "busiest": plan.busiest,
        "dollars": _money(plan.month),
        "dollars_low": _money(plan.month_low),
        "dollars_high": _money(plan.month_high),
        "dollars_a_million": _money(plan.a_million),
        "card_an_hour": _money(plan.paid.an_hour),
        "basis": plan.paid.said,
        "estimated": plan.estimated,
    }


def _span(found: Span) -> list[float | None]:
    return [each if isfinite(each) else None for each in found]


def _money(pico: int | None) -> str | None:
    return None if pico is None else amount(decimal(pico))
