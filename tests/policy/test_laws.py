"""What holds for every decision, whatever the world, the policy and the ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from halfopen.errors import CallerFault
from halfopen.policy.aim import aim, wanted
from halfopen.policy.decide import Decision, decide
from halfopen.policy.eligible import ABILITIES
from halfopen.policy.rules import Lane, Policy, Require, When
from halfopen.policy.world import Ask, Candidate, Health, World
from tests.policy.worlds import offer, world

ZONES = ("home", "region", "contract", "anywhere")
PREFERENCES = ("rating", "price", "first_token", "nearest", "order", "spread")

offers = st.builds(
    offer,
    st.from_regex(r"[ab]@[p-t]", fullmatch=True),
    zone=st.sampled_from(ZONES),
    hosting=st.sampled_from(["closed", "hosted", "self_hosted"]),
    weights=st.sampled_from(["open", "closed", None]),
    dialects=st.frozensets(st.sampled_from(["chat", "messages"])),
    input=st.none() | st.integers(0, 10**8),
    output=st.none() | st.integers(0, 10**8),
    takes=st.none() | st.frozensets(st.sampled_from(["text", "image"])),
    tools=st.none() | st.booleans(),
    reasoning=st.none() | st.booleans(),
    schema=st.none() | st.booleans(),
    context=st.sampled_from([None, 128_000, 1_000_000]),
    rating=st.none() | st.floats(900, 1600),
    retires=st.none() | st.sampled_from([date(2026, 1, 1), date(2027, 1, 1)]),
    tuned=st.booleans(),
    lacks=st.sampled_from(["", "", "it has no key: set THE_KEY"]),
)
rated = st.dictionaries(
    st.sampled_from("ab"), st.tuples(st.floats(900, 1600), st.sampled_from(["measured", "estimated"]))
)
worlds = st.builds(
    lambda rows, times, ratings: replace(
        world(*rows, first_token={row.id: time for row, time in zip(rows, times, strict=False)}), ratings=ratings
    ),
    st.lists(offers, max_size=8, unique_by=lambda row: row.id),
    st.lists(st.floats(1, 5000), max_size=8),
    st.dictionaries(st.sampled_from(["coding", "german"]), rated),
)
said = st.fixed_dictionaries(
    {},
    optional={
        "language": st.sampled_from(["de", "en", "unknown"]),
        "task": st.sampled_from(["coding", "chat", "unknown"]),
        "category": st.sampled_from(["coding", "german", "overall"]),
        "code": st.sampled_from(["python", "none"]),
    },
)
requires = st.builds(
    Require,
    zone=st.none() | st.sampled_from(ZONES),
    weights=st.none() | st.sampled_from(["open", "closed"]),
    tuned=st.none() | st.booleans(),
    rated=st.none() | st.booleans(),
    priced=st.none() | st.booleans(),
    rating_at_least=st.none() | st.floats(900, 1600),
    output_at_most=st.none() | st.decimals(0, 100, places=2),
)
whens = st.builds(
    When,
    task=st.sampled_from([(), ("batch",), ("coding", "chat")]),
    stream=st.none() | st.booleans(),
    language=st.sampled_from([(), ("de",), ("de", "en")]),
    category=st.sampled_from([(), ("coding", "german")]),
)
lanes = st.builds(
    Lane,
    when=st.none() | whens,
    require=requires,
    prefer=st.lists(st.sampled_from(PREFERENCES), min_size=1, max_size=3).map(tuple),
    category=st.sampled_from(["overall", "coding", "fits"]),
)
policies = st.builds(
    Policy,
    lanes=st.dictionaries(st.sampled_from(["realtime", "one", "two"]), lanes, min_size=1),
    most_tries=st.integers(1, 4),
)
asks = st.builds(
    Ask,
    st.sampled_from(["halfopen/realtime", "halfopen/one", "halfopen/auto", "a", "b", "a@p", "b@t"]),
    st.sampled_from(["chat", "messages"]),
    stream=st.booleans(),
    lane=st.sampled_from(["", "", "one", "two"]),
    zone=st.sampled_from(["", *ZONES]),
    task=st.sampled_from(["", "", "batch", "coding"]),
    reach=st.sampled_from(["", *ZONES]),
    needs=st.frozensets(st.sampled_from(sorted(ABILITIES)), max_size=3),
    tokens=st.sampled_from([0, 200_000]),
)
healths = st.builds(
    Health, st.just(1), st.dictionaries(st.from_regex(r"[ab]@[p-t]", fullmatch=True), st.floats(0.1, 100), max_size=5)
)


def attempted(
    ask: Ask, within: World, health: Health, policy: Policy, seed: int = 0, facts: Mapping[str, str] = {}
) -> Decision | None:
    """The decision, or None where the ask names what is not there."""
    try:
        return decide(ask, facts, within, health, policy, seed)
    except CallerFault:
        return None


@given(asks, worlds, healths, policies)
def test_a_restricted_request_never_has_an_itinerary_outside_its_zone(
    ask: Ask, within: World, health: Health, policy: Policy
) -> None:
    decision = attempted(ask, within, health, policy)
    if decision is None:
        return
    said = [ask.zone, ask.reach]
    if decision.lane:
        said.append(policy.lanes[decision.lane].require.zone or "")
    outermost = min((ZONES.index(zone) for zone in said if zone), default=len(ZONES) - 1)
    assert decision.zone == ZONES[outermost]
    assert all(ZONES.index(step.zone) <= outermost for step in decision.itinerary)


@given(asks, worlds, healths, policies, st.integers(0, 3), said)
def test_equal_arguments_make_an_equal_decision(
    ask: Ask, within: World, health: Health, policy: Policy, seed: int, facts: Mapping[str, str]
) -> None:
    first = attempted(ask, within, health, policy, seed, facts)
    again = attempted(replace(ask), replace(within), replace(health), replace(policy), seed, dict(facts))
    assert first == again
    assert attempted(ask, within, health, policy, seed, facts) == first


@given(asks, worlds, healths, policies, said)
def test_a_fact_that_is_not_wanted_changes_nothing(
    ask: Ask, within: World, health: Health, policy: Policy, facts: Mapping[str, str]
) -> None:
    try:
        names = wanted(ask, policy)
    except CallerFault:  # two lanes
        return
    assert len(names) == len(set(names))
    few = {fact: answer for fact, answer in facts.items() if fact in names}
    decision = attempted(ask, within, health, policy, 0, facts)
    assert decision == attempted(ask, within, health, policy, 0, few)
    assert decision is None or decision.facts == few


@given(asks, worlds, healths, policies, said)
def test_a_request_with_needs_never_has_an_itinerary_that_lacks_them(
    ask: Ask, within: World, health: Health, policy: Policy, facts: Mapping[str, str]
) -> None:
    decision = attempted(ask, within, health, policy, 0, facts)
    for step in decision.itinerary if decision else ():
        assert all(ABILITIES[need](step) is None for need in ask.needs)
        assert step.context is None or step.context >= ask.tokens


@given(asks, worlds, healths, policies, said)
def test_a_rating_is_of_the_category_that_the_decision_names_and_never_of_another(
    ask: Ask, within: World, health: Health, policy: Policy, facts: Mapping[str, str]
) -> None:
    decision = attempted(ask, within, health, policy, 0, facts)
    overall = {candidate.id: (candidate.rating, candidate.rating_basis) for candidate in within.candidates}
    for step in decision.itinerary if decision else ():
        assert decision is not None
        known = within.ratings.get(decision.category, {}).get(step.model, (None, ""))
        assert (step.rating, step.rating_basis) == (overall[step.id] if decision.category == "overall" else known)
        assert step.rated_in == decision.category


@given(asks, worlds, healths, policies, asks, healths)
def test_what_was_decided_before_in_the_same_world_changes_nothing(
    ask: Ask, within: World, health: Health, policy: Policy, other: Ask, earlier: Health
) -> None:
    fresh = attempted(ask, replace(within), health, policy)
    attempted(other, within, earlier, policy)
    attempted(ask, within, earlier, policy)
    assert attempted(ask, within, health, policy) == fresh


@given(asks, worlds, healths, policies)
def test_every_offer_that_was_meant_is_tried_or_refused_or_cut_by_the_number_of_tries(
    ask: Ask, within: World, health: Health, policy: Policy
) -> None:
    decision = attempted(ask, within, health, policy)
    if decision is None:
        return
    takes = aim(ask, {}, within, policy).takes
    meant = {candidate.id for candidate in within.candidates if takes is None or takes(candidate)}
    tried, refused = [step.id for step in decision.itinerary], [each.offer for each in decision.refused]
    assert len({*tried, *refused}) == len(tried) + len(refused)
    assert {*tried, *refused} <= meant
    assert all(refusal.why for refusal in decision.refused)
    cut = meant - {*tried, *refused}
    assert not cut or len(tried) == policy.most_tries


@given(asks, worlds, healths, policies)
def test_nobody_who_rests_or_lacks_something_is_tried(ask: Ask, within: World, health: Health, policy: Policy) -> None:
    decision = attempted(ask, within, health, policy)
    for step in decision.itinerary if decision else ():
        assert step.id not in health.resting
        assert not step.lacks
        assert step.dialects
        assert step.retires is None or within.day < step.retires


@given(asks, worlds, healths, policies)
def test_there_is_a_reason_to_stop_exactly_when_there_is_nobody_to_try(
    ask: Ask, within: World, health: Health, policy: Policy
) -> None:
    decision = attempted(ask, within, health, policy)
    if decision is None:
        return
    assert (decision.stop is None) == bool(decision.itinerary)
    if decision.stop is not None:
        assert decision.stop.message.endswith((".", "?")) or "`" in decision.stop.message
        assert decision.stop.kind.status in (400, 403, 404, 503)
        assert decision.stop.retry_after is None or decision.stop.kind.status == 503


def _price(candidate: Candidate) -> Decimal | None:
    if candidate.input is None or candidate.output is None:
        return None
    return Decimal(3 * candidate.input + candidate.output)


@given(worlds)
def test_the_cheapest_is_tried_first_and_the_unpriced_last(within: World) -> None:
    policy = Policy(lanes={"one": Lane(prefer=("price",))}, most_tries=10)
    decision = decide(Ask("halfopen/one", "chat"), {}, within, Health(), policy, 0)
    prices = [_price(step) for step in decision.itinerary]
    known = [price for price in prices if price is not None]
    assert prices == sorted(known) + [None] * (len(prices) - len(known))
