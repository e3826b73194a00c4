"""Drills say what the gateway does: the same lanes, asked by `policy.decide` with the event in its world."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from halfopen.advisor.advice.drill import Event, drill, gone, machines, retired, usual
from halfopen.advisor.view import View
from halfopen.advisor.ways.own import MACHINES
from halfopen.apps import wiring
from halfopen.apps.config.environment import Environment
from halfopen.apps.config.settings import load
from halfopen.apps.plans.asked import from_text
from halfopen.apps.record.config import written
from halfopen.apps.record.record import Advised, advised
from halfopen.apps.roster import roster
from halfopen.policy.decide import decide
from halfopen.policy.rules import Policy
from halfopen.policy.world import Ask, Candidate, Health, World
from tests.apps.record.test_examples import FOLDER, HAND
from tests.catalog.shelf import DAY, shipped

NOTHING = Event(kind="nothing", name="nothing happens")


def gateway(found: Advised, path: Path) -> tuple[World, Policy]:
    """What the advice wrote, loaded as `halfopen up` loads it, with every key at hand."""
    path.write_text(written(found.plan, found.advice), encoding="utf-8")
    settings = load(path)
    world = roster(shipped(), settings, Environment()).world(DAY, 1, {})
    whole = tuple(replace(each, lacks="") for each in world.candidates)
    return replace(world, candidates=whole), wiring.policy_of(settings)


def served(task: str, event: Event, world: World, policy: Policy) -> str | None:
    """The offer that a request of the task goes to while what is gone rests; None where nobody serves it."""
    down = {each.id: 60.0 for each in world.candidates if _gone(each, event)}
    ask = Ask(name="halfopen/auto", dialect="chat", task=task)
    found = decide(ask, {}, world, Health(resting=down), policy, 0)
    return found.itinerary[0].id if found.itinerary else None


def _gone(each: Candidate, event: Event) -> bool:
    if event.kind == "provider gone":
        return event.name == f"{each.provider} is gone"
    if event.kind == "model retired":
        return event.name == f"{each.model} is retired everywhere" and each.hosting != "self_hosted"
    return event.kind == "machines" and event.machines == 0 and each.hosting == "self_hosted"


def events(found: Advised) -> Iterator[Event]:
    """Nothing; the usual ones that leave the constraints alone; then whatever the lanes name, one after the other."""
    yield NOTHING
    yield from (each for each in usual(found.advice, found.plan) if each.kind != "residency")
    yield machines(Fraction(0))
    offers = dict.fromkeys(offer for lane in found.plan.lanes for offer in lane.offers)
    for model, provider in (offer.split("@") for offer in offers):
        yield retired(model)
        if provider != MACHINES:  # those are gone where none of the machines is left
            yield gone(provider)


@pytest.mark.parametrize("name", HAND)
def test_where_a_drill_says_a_task_goes_is_where_the_gateway_sends_it(name: str, tmp_path: Path) -> None:
    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    found = advised(from_text(text, name), View(shipped(), DAY))
    world, policy = gateway(found, tmp_path / "halfopen.yaml")
    for event in events(found):
        for moved in drill(found.advice, found.plan, event).moved:
            said = (moved.spills if event.machines == 0 else None) or (moved.offer if moved.share else None)
            assert served(moved.task, event, world, policy) == said, (event.name, moved.task)
