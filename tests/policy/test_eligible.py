"""A row for every requirement, each with a sentence."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from typing import Any

import pytest

from halfopen.policy.eligible import ABILITIES, REQUIREMENTS
from halfopen.policy.rules import Lane, Policy, Require
from halfopen.policy.world import Candidate
from tests.policy.worlds import answered, offer, refusals, tried, world

# field -> what is required, an offer that breaks it, and what is said of that
BROKEN: dict[str, tuple[Any, Candidate, str]] = {
    "weights": ("open", offer("m@p", weights="closed"), "its weights are closed, not open"),
    "hosting": (
        ("hosted", "self_hosted"),
        offer("m@p", hosting="closed"),
        "it is closed; the lane wants hosted or self_hosted",
    ),
    "providers": (("groq",), offer("m@p"), "p is not among the lane's providers"),
    "models": (("llama",), offer("m@p"), "m is not among the lane's models"),
    "offers": (("m@q", ("n@p",)), offer("m@p"), "it is not among the lane's offers"),
    "tuned": (True, offer("m@p"), "it is not a model you tuned"),
    "rated": (True, offer("m@p", rating=None), "it has no rating"),
    "ratings": (
        "measured",
        offer("m@p", rating_basis="estimated"),
        "its rating of 1300 is an estimate; the lane wants measured ones",
    ),
    "priced": (True, offer("m@p", output=None), "it is unpriced"),
    "rating_at_least": (1400.0, offer("m@p", rating=1399.0), "its rating is 1399; the lane wants 1400 or more"),
    "input_at_most": (
        Decimal("0.1"),
        offer("m@p", input=100_001),
        "its input costs $0.100001 a million tokens; the lane's ceiling is $0.1",
    ),
    "output_at_most": (
        Decimal(30),
        offer("m@p", output=75_000_000),
        "its output costs $75 a million tokens; the lane's ceiling is $30",
    ),
    "context_at_least": (200_000, offer("m@p"), "its context is 128,000 tokens; the lane wants 200,000"),
}
UNKNOWN: dict[str, Candidate] = {
    "rating_at_least": offer("m@p", rating=None),
    "input_at_most": offer("m@p", input=None),
    "output_at_most": offer("m@p", output=None),
    "context_at_least": offer("m@p", context=None),
}
EXACTLY: dict[str, tuple[Any, Candidate]] = {
    "rating_at_least": (1400.0, offer("m@p", rating=1400.0)),
    "input_at_most": (Decimal("0.1"), offer("m@p", input=100_000)),
    "output_at_most": (Decimal(30), offer("m@p", output=30_000_000)),
    "context_at_least": (128_000, offer("m@p")),
}


def one_lane(field: str, wanted: Any) -> Policy:
    return Policy(lanes={"one": Lane(require=Require(**{field: wanted}))})


def test_every_requirement_has_a_row_and_every_row_a_test() -> None:
    assert {each.name for each in fields(Require)} == {*REQUIREMENTS, "zone", "first_token_at_most"}
    assert set(BROKEN) == set(REQUIREMENTS)


@pytest.mark.parametrize("field", BROKEN)
def test_what_breaks_a_requirement_is_refused_with_a_sentence(field: str) -> None:
    wanted, candidate, said = BROKEN[field]
    within = world(candidate)
    assert refusals(answered("halfopen/one", within, policy=one_lane(field, wanted))) == {"m@p": said}


@pytest.mark.parametrize("field", BROKEN)
def test_what_is_not_required_refuses_nobody(field: str) -> None:
    within = world(BROKEN[field][1])
    nothing = getattr(Require(), field)
    assert tried(answered("halfopen/one", within, policy=one_lane(field, nothing))) == ["m@p"]


@pytest.mark.parametrize("field", UNKNOWN)
def test_what_is_not_known_breaks_no_limit(field: str) -> None:
    within = world(UNKNOWN[field])
    assert tried(answered("halfopen/one", within, policy=one_lane(field, BROKEN[field][0]))) == ["m@p"]


SLOW, QUICK, STRANGER = offer("slow@p"), offer("quick@p", rating=900.0), offer("new@p", rating=1000.0)
MEASURED = {"slow@p": 800.0, "quick@p": 500.0}


def test_what_was_lately_too_slow_comes_last_and_that_is_said() -> None:
    policy = Policy(lanes={"one": Lane(require=Require(first_token_at_most=500.0), prefer=("rating",))})
    decision = answered("halfopen/one", world(SLOW, QUICK, STRANGER, first_token=MEASURED), policy=policy)
    assert tried(decision) == ["new@p", "quick@p", "slow@p"], "by rating, but for the slow one"
    assert decision.notes == {
        "slow@p": "its first token lately took 800 ms and the lane's limit is 500 ms, so it comes last"
    }


def test_slow_is_better_than_nobody() -> None:
    decision = answered("halfopen/one", world(SLOW, first_token=MEASURED), policy=one_lane("first_token_at_most", 1.0))
    assert (tried(decision), decision.refused) == (["slow@p"], ())


@pytest.mark.parametrize("field", EXACTLY)
def test_a_limit_is_kept_by_what_is_exactly_at_it(field: str) -> None:
    wanted, candidate = EXACTLY[field]
    within = world(candidate)
    assert tried(answered("halfopen/one", within, policy=one_lane(field, wanted))) == ["m@p"]


def test_tuned_offers_can_be_kept_out() -> None:
    within = world(offer("mine@p", tuned=True), offer("m@p"))
    decision = answered("halfopen/one", within, policy=one_lane("tuned", False))
    assert refusals(decision) == {"mine@p": "it is a model you tuned"}


def test_the_first_rule_that_refuses_gives_the_reason() -> None:
    candidate = offer("m@p", zone="anywhere", dialects=frozenset(), lacks="it has no key: set K")
    decision = answered("halfopen/private", world(candidate))
    assert [(refusal.gate, refusal.why[:18]) for refusal in decision.refused] == [("zone", "it is in zone anyw")]


def test_an_offer_whose_dialects_we_do_not_know_is_refused_in_words() -> None:
    assert refusals(answered("halfopen/realtime", world(offer("m@p", dialects=frozenset()))))["m@p"] == (
        "it speaks no dialect we know, not chat"
    )


@pytest.mark.parametrize(
    ("need", "lacking", "why"),
    [
        ("image", {"takes": frozenset({"text", "audio"})}, "it takes no image"),
        ("audio", {"takes": frozenset({"text"})}, "it takes no audio"),
        ("video", {"takes": frozenset({"text", "image"})}, "it takes no video"),
        ("document", {"takes": frozenset({"text", "image"})}, "it takes no document"),
        ("tools", {"tools": False}, "it cannot call tools"),
        ("reasoning", {"reasoning": False}, "it does not reason"),
        ("schema", {"schema": False}, "it cannot keep to a schema"),
    ],
)
def test_who_cannot_do_what_is_needed_is_refused_and_who_nobody_knows_about_is_not(
    need: str, lacking: dict[str, Any], why: str
) -> None:
    within = world(offer("m@p", **lacking), offer("m@q"))
    needing = answered("halfopen/realtime", within, needs=frozenset({need}))
    assert refusals(needing) == {"m@p": why}
    assert refusals(answered("halfopen/realtime", within)) == {}


def test_every_need_has_its_row() -> None:
    assert set(ABILITIES) == {"image", "audio", "video", "document", "tools", "reasoning", "schema"}


def test_a_prompt_longer_than_the_context_goes_elsewhere() -> None:
    within = world(offer("m@p", context=8_000), offer("m@q", context=None))
    assert refusals(answered("halfopen/realtime", within, tokens=9_000)) == {
        "m@p": "its context is 8,000 tokens, and the request has about 9,000 or more"
    }
    assert refusals(answered("halfopen/realtime", within, tokens=8_000)) == {}


def test_a_call_that_is_no_conversation_goes_to_who_serves_it() -> None:
    embedder = offer("e@p", dialects=frozenset({"embeddings"}), serves=frozenset({"embeddings"}))
    within = world(embedder, offer("m@q"))
    found = answered("halfopen/realtime", within, dialect="embeddings", operation="embeddings")
    assert [c.id for c in found.itinerary] == ["e@p"]
    assert refusals(answered("halfopen/realtime", within)) == {"e@p": "it serves embeddings, not chat"}
