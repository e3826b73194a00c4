"""Drills: where tasks go as the lanes stand, what breaks, and what one would decide; by hand in a small market."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from halfopen.advisor.advice.drill import Event, drill, gone, machines, priced, retired, usual, volume, within
from halfopen.advisor.advice.plan import plan
from halfopen.advisor.advice.verdict import advice
from halfopen.costs.workload import Floor, Task, Volume
from halfopen.money import PICO
from tests.advisor.asked import CHEAP, LARGE, SMALL, offered, task

SOLD = (task("chat"), task("night", quality=Floor(rating=1350)))  # LARGE at 700 dollars, SMALL at 140


def drilled(event: Event) -> tuple[dict[str, str | None], float, tuple[str, ...]]:
    found = advice(offered(*SOLD))
    made = drill(found, plan(found, ()), event)
    return {each.task: each.offer for each in made.moved}, made.cost / PICO, made.breaks


def test_a_lane_has_the_chosen_one_then_another_provider_and_another_model() -> None:
    lanes = plan(advice(offered(*SOLD)), ()).lanes
    assert [lane.offers for lane in lanes] == [(LARGE, CHEAP), (SMALL, CHEAP)]


def test_if_a_provider_is_gone_the_next_in_the_lane_serves_at_its_price() -> None:
    assert drilled(gone("host")) == ({"chat": CHEAP, "night": CHEAP}, 2800, ())


def test_a_retired_model_takes_only_its_own_tasks_along() -> None:
    assert drilled(retired("gpt-oss-120b")) == ({"chat": CHEAP, "night": SMALL}, 1400 + 140, ())


def test_a_doubled_price_is_paid_as_the_lanes_stand_and_avoided_by_who_decides_anew() -> None:
    found = advice(offered(*SOLD))
    made = drill(found, plan(found, ()), priced(LARGE, Fraction(3)))
    assert made.cost == (2100 + 140) * PICO
    assert made.changed == {"chat": CHEAP}
    assert made.then.cost == (1400 + 140) * PICO


def test_ten_times_the_volume_is_ten_times_the_bill() -> None:
    assert drilled(volume(Fraction(10)))[1] == 8400


def test_what_may_not_go_where_its_lane_leads_is_refused() -> None:
    offers, cost, breaks = drilled(within(("US",)))
    assert offers == {"chat": CHEAP, "night": CHEAP}
    offers, cost, breaks = drilled(within(("FR",)))
    assert (offers, cost, breaks) == ({"chat": None, "night": None}, 0, ("chat", "night"))


@pytest.fixture(scope="module")
def home() -> Task:
    return task("home", 20_000_000, zone="home")


def test_without_half_of_its_machines_a_task_that_nobody_sells_is_served_in_part(home: Task) -> None:
    found = advice(offered(home))
    made = plan(found, ())
    fleet = found.verdicts[0].pool
    assert fleet is not None
    enough, left = fleet.fleet.tokens / fleet.fleet.serving.tokens, fleet.fleet.replicas // 2
    (moved,) = drill(found, made, machines(Fraction(1, 2))).moved
    assert moved.share == pytest.approx(min(1, left / enough))
    (moved,) = drill(found, made, machines(Fraction(0))).moved
    assert moved.share == 0


def test_what_everybody_should_ask_is_asked_of_what_is_in_use(home: Task) -> None:
    found = advice(offered(task("chat"), home))
    kinds = [event.kind for event in usual(found, plan(found, ()))]
    assert kinds[-3:] == ["machines", "volume", "residency"]
    bought = [each for each in found.verdicts if each.pool is None]
    assert kinds.count("provider gone") == len({each.chosen.offer for each in bought if each.chosen})


def test_a_retirement_has_its_day() -> None:
    assert retired("m", date(2027, 1, 1)).day == date(2027, 1, 1)


def test_without_machines_their_people_are_paid_on_and_one_would_decide_otherwise(home: Task) -> None:
    found = advice(offered(home))
    made = drill(found, plan(found, ()), machines(Fraction(0)))
    assert made.cost == found.people
    assert made.changed == {"home": None}


def test_where_half_of_the_machines_still_do_it_there_is_none_to_spare(home: Task) -> None:
    small = replace(home, requests=Volume(per_month=1000))
    found = advice(offered(small))
    (moved,) = drill(found, plan(found, ()), machines(Fraction(1, 2))).moved
    assert (moved.share, moved.bare) == (1.0, True)
    (moved,) = drill(found, plan(found, ()), machines(Fraction(1))).moved
    assert not moved.bare


def test_a_model_may_cost_more_wherever_it_is_sold() -> None:
    found = advice(offered(*SOLD))
    made = drill(found, plan(found, ()), priced("gpt-oss-120b", Fraction(3), [LARGE]))
    assert made.changed == {"chat": CHEAP}
