"""The zone law over circles of any name, offers that stand outside all of them, and the words of a dead end."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfopen.errors import EmptyLane, NotReady, Resting, UnknownModel, ZoneClosed
from halfopen.policy.decide import decide
from halfopen.policy.rules import Lane, Policy, Require, Strategy, When
from halfopen.policy.world import Ask, Health, World
from tests.policy.worlds import answered, candidate, ids, lane, offer, policy, world

Situation = tuple[Ask, World, Health, Policy, int]
NAMES = ["home", "desk", "cellar", "eu", "anywhere", "moon"]
ANY: tuple[Strategy, ...] = ("rating", "price", "nearest", "spread")
PREFERENCES = st.lists(st.sampled_from(ANY), max_size=3).map(tuple)


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    """A team's own circles, offers inside and outside of them, and a request that any of three may restrict."""
    zones = tuple(draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=5, unique=True)))
    places = st.sampled_from([*zones, "undrawn"])
    rows = st.builds(
        offer, st.from_regex(r"[ab]@[p-t]", fullmatch=True), zone=places, rating=st.none() | st.floats(1, 2)
    )
    where = world(*draw(st.lists(rows, max_size=8, unique_by=lambda row: row.id)))
    maybe = st.sampled_from(["", *zones])
    rules = st.builds(
        Lane,
        require=st.builds(Require, zone=maybe.map(lambda zone: zone or None)),
        prefer=PREFERENCES,
        when=st.none() | st.builds(When, zone=maybe.map(lambda zone: (zone,) if zone else ())),
    )
    lanes = {name: draw(rules) for name in ("fast", "shut")}
    named = [name for c in where.candidates for name in (c.id, c.model)]
    name = draw(st.sampled_from(["halfopen", "halfopen/fast", "halfopen/shut", "gpt", *named]))
    labels = ["", "auto"] if name == "gpt" or "/" in name else ["", "", "auto", "fast", "shut"]  # two lanes are refused
    ask = Ask(
        name,
        "chat",
        lane=draw(st.sampled_from(labels)),
        zone=draw(maybe),
        reach=draw(maybe),
    )
    resting = draw(st.sets(st.sampled_from([c.id for c in where.candidates]))) if where.candidates else set()
    chosen = Policy(
        zones=zones,
        lanes=lanes,
        aliases={"gpt": draw(st.sampled_from(["halfopen/shut", "halfopen/auto"]))},
        default_lane=draw(st.sampled_from(sorted(lanes))),
        direct=draw(PREFERENCES),
        most_tries=draw(st.integers(1, 9)),
    )
    return ask, where, Health(1, dict.fromkeys(resting, 5.0)), chosen, draw(st.integers(0, 2**32))


@given(situations())
def test_whatever_the_circles_are_called_nothing_leaves_the_one_it_was_given(situation: Situation) -> None:
    ask, where, health, rules, seed = situation
    decision = decide(ask, {}, where, health, rules, seed)
    said = [ask.zone, ask.reach, rules.lanes[decision.lane].require.zone if decision.lane else None]
    for zone in (zone for zone in said if zone):
        within = rules.zones[: rules.zones.index(zone) + 1]
        assert decision.zone in within
        assert all(step.zone in within for step in decision.itinerary)
    assert all(step.zone != "undrawn" for step in decision.itinerary), "a circle nobody drew is outside all of them"


@given(situations())
def test_taking_an_offer_away_lets_nobody_in_who_was_kept_out(situation: Situation) -> None:
    ask, where, health, rules, seed = situation
    many = replace(rules, most_tries=99)
    before = ids(decide(ask, {}, where, health, many, seed))
    if not before:
        return
    fewer = replace(where, candidates=tuple(c for c in where.candidates if c.id != before[0]))
    assert ids(decide(ask, {}, fewer, health, many, seed)) == before[1:]


@given(situations())
def test_a_circle_further_out_never_loses_an_offer(situation: Situation) -> None:
    ask, where, health, rules, seed = situation
    many = replace(rules, most_tries=99, lanes={name: replace(each, when=None) for name, each in rules.lanes.items()})
    reached = [
        set(ids(decide(replace(ask, zone="", reach=zone), {}, where, health, many, seed))) for zone in rules.zones
    ]
    assert all(inner <= outer for inner, outer in pairwise(reached))


CONDITIONS: list[tuple[When, dict[str, object], dict[str, object]]] = [  # lets this in, and not that
    (When(task=("night", "batch")), {"task": "batch"}, {"task": "day"}),
    (When(task=("night",)), {"task": "night"}, {}),
    (When(zone=("home",)), {"zone": "home"}, {"zone": "region"}),
    (When(dialect=("messages",)), {"dialect": "messages"}, {"dialect": "chat"}),
    (When(stream=True), {"stream": True}, {"stream": False}),
    (When(stream=False), {"stream": False}, {"stream": True}),
]


@pytest.mark.parametrize(("when", "fits", "does_not"), CONDITIONS)
def test_each_condition_of_a_when_lets_in_what_fits_and_nothing_else(
    when: When, fits: dict[str, object], does_not: dict[str, object]
) -> None:
    rules = policy({"shut": lane(), "late": lane(when=when), "later": lane(when=when)})
    within = world(offer("m@p"))
    assert decide(Ask("halfopen/auto", **{"dialect": "chat", **fits}), {}, within, Health(), rules, 0).lane == "late"  # type: ignore[arg-type]
    assert decide(Ask("halfopen/auto", **{"dialect": "chat", **does_not}), {}, within, Health(), rules, 0).lane == "all"  # type: ignore[arg-type]


def test_every_variable_that_would_help_is_named_once() -> None:
    offers = [offer(f"m{n}@{p}", lacks=f"it has no key: set {p.upper()}_KEY") for p in "abcdef" for n in (1, 2)]
    stop = answered("halfopen/all", world(*offers), policy=policy()).stop
    assert stop is not None
    assert stop.kind is NotReady
    assert [stop.message.count(f"{p}_KEY") for p in "ABCDEF"] == [1] * 6


def test_what_is_down_is_named_and_what_only_lacks_a_key_is_not_waited_for() -> None:
    within = world(offer("m@a"), offer("m@b"), offer("m@c", lacks="it has no key: set C_KEY"))
    stop = answered("halfopen/all", within, policy=policy(), resting={"m@a": 30.0, "m@b": 7.5}).stop
    assert stop is not None
    assert (stop.kind, stop.retry_after) == (Resting, 7.5)
    assert "m@a, m@b" in stop.message
    assert "m@c" not in stop.message


def test_a_world_without_offers_is_an_empty_lane_or_a_closed_zone() -> None:
    rules = policy({"private": lane(zone="home")})
    open_to_all = answered("halfopen/all", world(), policy=rules).stop
    shut = answered("halfopen/private", world(), policy=rules).stop
    assert (open_to_all and open_to_all.kind, shut and shut.kind) == (EmptyLane, ZoneClosed)


def test_the_lane_that_an_unknown_model_is_pointed_to_is_one_that_is_there() -> None:
    with pytest.raises(UnknownModel, match="`halfopen/all` is a lane"):
        answered("zzzz", world(candidate("m@p")), policy=policy())
