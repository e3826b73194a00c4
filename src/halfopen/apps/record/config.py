"""The plan as a halfopen.yaml: the team's own file, or none, with a lane for each task laid over it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from halfopen.advisor.advice.plan import Lane, Machines, Plan
from halfopen.advisor.advice.verdict import Advice
from halfopen.advisor.advice.words import dollars, listed
from halfopen.documents import compose
from halfopen.documents.graph import plain
from halfopen.documents.written import comment, document
from halfopen.money import per_million

ENGINE = "vllm"  # whose way to speak machines of one's own are taken to have


def written(plan: Plan, advice: Advice, config: str = "") -> str:
    """The text. Comments of the team's file are lost; everything else in it stays. Raises documents.Complaints."""
    theirs = plain(compose(config, "halfopen.yaml")) if config.strip() else {}
    return "\n".join([*comment(_head(plan, advice)), document(_together(theirs or {}, _ours(plan, advice)))])


def _together(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> dict[str, Any]:
    """Their rows, then ours: of two with one name ours counts, and lists of both are one."""
    found = dict(theirs)
    for name, mine in ours.items():
        yours = found.get(name)
        if isinstance(mine, list) and isinstance(yours, list):
            found[name] = [*yours, *mine]
        elif name == "zones" and isinstance(yours, dict):
            found[name] = _together(yours, mine)
        else:
            found[name] = {**yours, **mine} if isinstance(yours, dict) else mine
    return found


def _head(plan: Plan, advice: Advice) -> Iterator[str]:
    cost, day = dollars(advice.cost.likely), advice.options.asked.view.day
    yield f"Written by `halfopen advise` on {day}: {advice.word}, {cost} a month by list prices."
    yield "Try it without a key: halfopen up --sandbox."
    yield "A caller names a lane as its model, or sends `halfopen/auto` with the header x-halfopen-task."
    for machines in plan.machines:
        yield f"{machines.provider}: set `base_url` to where {machines.pool.model} answers."


def _ours(plan: Plan, advice: Advice) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if plan.machines:
        zones = advice.options.asked.view.zones
        said["zones"] = {zones[0]: [each.provider for each in plan.machines]}
        said["providers"] = {each.provider: {"like": ENGINE} for each in plan.machines}
        said["offers"] = [_offer(each, advice) for each in plan.machines]
    said["lanes"] = {lane.name: _lane(lane) for lane in plan.lanes}
    return said


def _offer(machines: Machines, advice: Advice) -> dict[str, Any]:
    """With a price, so that machines of one's own are no free lunch; it is an estimate and its source says so."""
    each = f"{per_million(machines.a_token):f}"
    day = advice.options.asked.view.day.isoformat()
    source = {"name": "estimated by halfopen advise: machines and people over the tokens", "checked": day}
    return {
        "model": machines.pool.model,
        "provider": machines.provider,
        "served_as": machines.pool.model,
        "prices": [{"since": day, "input": each, "output": each, "source": source}],
    }


def _lane(lane: Lane) -> dict[str, Any]:
    task, chosen = lane.verdict.served.task, next(iter(lane.ways.values()))
    require: dict[str, Any] = {"offers": list(lane.offers)}
    if task.zone is not None:
        require["zone"] = task.zone
    rest = f", then {listed(lane.offers[1:])}" if len(lane.offers) > 1 else ""
    waits = "; what can wait is cheaper as a batch, which a lane does not send" if lane.waits else ""
    return {
        "about": f"{task.name}: {lane.offers[0]}, {dollars(chosen.likely)} a month{rest}{waits}.",
        "when": {"task": [task.name]},
        "require": require,
        "prefer": ["order"],
    }
