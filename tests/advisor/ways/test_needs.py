"""What keeps an offer from a task: each clause by itself, and the law that a further one never adds an offer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from halfopen.advisor.table import Seat, seats
from halfopen.advisor.ways.needs import Asked, checked, lacks
from halfopen.advisor.worth import Shape
from halfopen.costs.workload import Floor, People, Team
from tests.advisor.asked import BEST, CHEAP, LARGE, SMALL, offered, task, view

EVERYBODY = frozenset({BEST, CHEAP, LARGE, SMALL})
TIGHTER: Mapping[str, Any] = {
    "zone": "home",
    "residency": ("EU",),
    "modalities": ("image",),
    "tools": True,
    "context": 80_000,
    "compliance": ("hipaa_baa",),
    "licence": ("commercial",),
    "quality": Floor(rating=1430),
}


def sold() -> list[Seat]:
    found = seats(view().catalog, Shape(), view().day, {})
    return [seat for row in found.values() for seat in row]


def able(team: Team | None = None, **more: Any) -> frozenset[str]:
    asked = Asked(task(**{"quality": None} | more), view(zones=("home", "anywhere")), team or Team())
    return frozenset(seat.offer.id for seat in sold() if not list(lacks(seat, asked)))


@pytest.mark.parametrize(
    ("clause", "left"),
    [
        ({}, EVERYBODY),
        ({"residency": ("EU",)}, {LARGE, SMALL}),
        ({"residency": ("US",)}, {BEST, CHEAP}),
        ({"residency": ("US", "DE")}, EVERYBODY),
        ({"modalities": ("image",)}, {BEST}),
        ({"context": 80_000}, {BEST, CHEAP}),
        ({"quality": Floor(rating=1430)}, {BEST, LARGE}),
        ({"quality": Floor(good_enough=("gpt-oss-20b",))}, {SMALL}),
        ({"zone": "home"}, frozenset()),
    ],
    ids=str,
)
def test_a_clause_leaves_those_that_meet_it(clause: Mapping[str, Any], left: frozenset[str]) -> None:
    assert able(**clause) == left


def test_what_is_given_on_request_is_given_to_who_has_signed() -> None:
    assert able(compliance=("hipaa_baa",)) == frozenset()
    assert able(Team(agreements={"lab": ("hipaa_baa",)}), compliance=("hipaa_baa",)) == {BEST, CHEAP}


def test_a_licence_that_forbids_business_keeps_weights_from_machines_but_no_closed_model_from_being_bought() -> None:
    (served,) = offered(task(licence=("commercial",), quality=Floor(rating=1))).served
    barred = {way.model: [lack.clause for lack in way.lacks] for way in served.machines if way.lacks}
    assert "licence" in barred["guessed-9b"]
    assert {way.model for way in served.able} >= {"best", "cheap", "gpt-oss-120b"}


@settings(max_examples=60)
@given(st.sets(st.sampled_from(sorted(TIGHTER))), st.sampled_from(sorted(TIGHTER)))
def test_a_tighter_constraint_never_adds_an_offer(some: set[str], another: str) -> None:
    loose = {name: TIGHTER[name] for name in some}
    assert able(**loose | {another: TIGHTER[another]}) <= able(**loose)


TEAMS = {"skills": Team(people=People(skills=("tuning",))), "time": Team(start_within_days=7), "none": Team()}


@settings(max_examples=60)
@given(st.sets(st.sampled_from(sorted(TIGHTER))), st.sampled_from(sorted(TIGHTER)), st.sampled_from(sorted(TEAMS)))
def test_nor_does_it_add_machines_of_ones_own(some: set[str], another: str, team: str) -> None:
    loose = {"quality": None} | {name: TIGHTER[name] for name in some}
    (before,) = offered(task(**loose)).served
    (after,) = offered(task(**loose | {another: TIGHTER[another]}), team=TEAMS[team]).served
    assert after.options <= before.options
    assert team == "none" or not any(name.endswith("on machines") for name in after.options)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"modalities": ("imag",)}, "did you mean `image`"), ({"licence": ("comercial",)}, "did you mean `commercial`")],
)
def test_a_word_that_nobody_knows_is_told_with_the_nearest(wrong: Mapping[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        checked(replace(task(), **wrong), view())
