"""Who is tried, in which order, and what is said where nobody may be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from halfopen.errors import EmptyLane, Fault, NoOfferFits, NotReady, Resting, Retired, ZoneClosed
from halfopen.policy.decide import Stop
from halfopen.policy.rules import Lane, Policy, Require
from halfopen.policy.world import World
from tests.policy.worlds import CHEAP, DEAR, POLICY, answered, offer, refusals, tried, world

HOME = offer("llama@ours", zone="home", hosting="self_hosted", rating=1200.0)
GROQ = offer("llama@groq", rating=1300.0)
CLAUDE = offer("claude@anthropic", hosting="closed", zone="contract", input=DEAR, output=DEAR, rating=1480.0)
ALL = world(HOME, GROQ, CLAUDE)


def stop(name: str, within: World, **how: object) -> Stop:
    found = answered(name, within, **how).stop  # type: ignore[arg-type]
    assert found is not None
    return found


def test_the_best_rated_comes_first_where_quality_is_preferred() -> None:
    assert tried(answered("halfopen/realtime", ALL)) == ["claude@anthropic", "llama@groq", "llama@ours"]


def test_what_the_first_preference_leaves_equal_is_settled_by_the_second() -> None:
    cheaper = offer("mistral@mistral", rating=1300.0, input=CHEAP - 1)
    assert tried(answered("halfopen/realtime", world(GROQ, cheaper))) == ["mistral@mistral", "llama@groq"]


def test_what_all_preferences_leave_equal_keeps_the_order_of_the_config() -> None:
    twins = [offer(f"llama@{name}") for name in "dacb"]
    assert tried(answered("halfopen/realtime", world(*twins))) == [f"llama@{name}" for name in "dacb"]


def test_an_offer_without_a_rating_comes_after_the_rated_in_the_order_of_the_config_and_that_is_said() -> None:
    strangers = [offer("new@one", rating=None, input=DEAR), offer("new@two", rating=None, input=CHEAP)]
    decision = answered("halfopen/realtime", world(strangers[0], GROQ, strangers[1]))
    assert tried(decision) == ["llama@groq", "new@one", "new@two"]
    assert set(decision.notes) == {"new@one", "new@two"}
    assert "unrated" in decision.notes["new@one"]


def test_what_may_break_a_limit_of_the_lane_comes_after_what_keeps_it() -> None:
    lane = Lane(require=Require(rating_at_least=1250), prefer=("price",))
    policy = Policy(lanes={"one": lane})
    decision = answered("halfopen/one", world(offer("new@one", rating=None, input=0, output=0), GROQ), policy=policy)
    assert tried(decision) == ["llama@groq", "new@one"]


def test_no_more_offers_are_tried_than_the_policy_says() -> None:
    crowd = world(*(offer(f"llama@p{n}") for n in range(9)))
    decision = answered("halfopen/realtime", crowd)
    assert len(decision.itinerary) == POLICY.most_tries
    assert [(refusal.offer, refusal.gate) for refusal in decision.refused] == [
        (f"llama@p{n}", "beyond") for n in range(POLICY.most_tries, 9)
    ], "the others have a reason too"


def test_spreading_depends_on_the_seed_alone() -> None:
    policy = Policy(lanes={"one": Lane(prefer=("spread",))})
    crowd = world(*(offer(f"llama@p{n}") for n in range(4)))
    assert tried(answered("halfopen/one", crowd, policy=policy)) == tried(
        answered("halfopen/one", crowd, policy=policy)
    )


def test_an_offer_that_rests_is_refused_with_the_seconds_left() -> None:
    decision = answered("halfopen/realtime", ALL, resting={"claude@anthropic": 12.34})
    assert tried(decision) == ["llama@groq", "llama@ours"]
    assert refusals(decision) == {"claude@anthropic": "it is resting after failures, for 12.3 s"}


def test_a_private_request_stays_at_home() -> None:
    decision = answered("halfopen/private", ALL)
    assert tried(decision) == ["llama@ours"]
    assert refusals(decision) == dict.fromkeys(
        ["llama@groq"], "it is in zone anywhere; this request may not leave home"
    ) | dict.fromkeys(["claude@anthropic"], "it is in zone contract; this request may not leave home")


@pytest.mark.parametrize(
    ("label", "reach", "zone"),
    [("contract", "", "contract"), ("", "home", "home"), ("contract", "home", "home"), ("home", "contract", "home")],
)
def test_the_innermost_of_label_key_and_lane_is_the_limit(label: str, reach: str, zone: str) -> None:
    decision = answered("halfopen/realtime", ALL, zone=label, reach=reach)
    assert decision.zone == zone
    assert "llama@groq" in refusals(decision)


def test_a_label_cannot_widen_what_the_lane_allows() -> None:
    assert tried(answered("halfopen/private", ALL, zone="anywhere")) == ["llama@ours"]


# -- where nobody may serve: kind and status, and what the sentence says


def test_nothing_at_home_that_could_ever_serve_closes_the_zone() -> None:
    found = stop("halfopen/private", world(GROQ, CLAUDE))
    assert (found.kind, found.retry_after) == (ZoneClosed, None)
    assert "`zones: {home: [...]}`" in found.message


def test_a_home_that_cannot_do_it_closes_the_zone_and_says_why() -> None:
    blind = replace(HOME, takes=frozenset({"text"}))
    found = stop("halfopen/private", world(blind, GROQ), needs=frozenset({"image"}))
    assert found.kind is ZoneClosed
    assert "llama@ours: it takes no image" in found.message


def test_a_home_that_is_down_is_waited_for_and_nobody_else_is_asked() -> None:
    found = stop("halfopen/private", ALL, resting={"llama@ours": 3.4})
    assert (found.kind, found.kind.status, found.retry_after) == (Resting, 503, 3.4)
    assert "llama@ours" in found.message
    assert "home" in found.message


def test_the_wait_is_for_the_first_that_comes_back() -> None:
    resting = {"llama@ours": 30.0, "llama@groq": 2.0, "claude@anthropic": 9.0}
    assert stop("halfopen/realtime", ALL, resting=resting).retry_after == 2.0


def test_a_lane_without_an_offer_says_how_to_add_one() -> None:
    found = stop("halfopen/tuned", ALL)
    assert found.kind is EmptyLane
    assert found.message == "Lane tuned has no offer. Add one of yours."


def test_a_lane_without_such_words_points_to_explain() -> None:
    policy = Policy(lanes={"one": Lane(require=Require(models=("nothing",)))})
    assert "`halfopen explain halfopen/one`" in stop("halfopen/one", ALL, policy=policy).message


def test_a_retired_offer_names_its_successor() -> None:
    gone = offer("opus@anthropic", retires=date(2026, 11, 24), successor="claude-next")
    found = stop("opus@anthropic", world(gone, GROQ))
    assert found.kind is Retired
    assert "it retired on 2026-11-24; use claude-next" in found.message


def test_on_the_last_day_it_still_answers() -> None:
    assert tried(answered("opus@anthropic", world(offer("opus@anthropic", retires=date(2026, 11, 25))))) == [
        "opus@anthropic"
    ]


def test_a_model_retired_at_one_host_is_served_by_the_other() -> None:
    within = world(replace(GROQ, retires=date(2026, 1, 1)), HOME)
    assert tried(answered("llama", within)) == ["llama@ours"]


def test_a_missing_key_is_named() -> None:
    found = stop("llama", world(replace(GROQ, lacks="it has no key: set GROQ_API_KEY")))
    assert (found.kind, found.kind.status) == (NotReady, 503)
    assert "set GROQ_API_KEY" in found.message


def test_an_offer_of_another_dialect_is_tried_in_its_place_and_a_note_says_that_it_is_translated() -> None:
    other = replace(CLAUDE, dialects=frozenset({"messages"}))
    decision, spoken = (answered("halfopen/realtime", world(GROQ, each)) for each in (other, CLAUDE))
    assert tried(decision) == tried(spoken)
    assert decision.notes == {"claude@anthropic": "it does not speak chat, so the request is translated"}


def test_a_key_that_would_be_of_no_use_is_not_asked_for() -> None:
    deaf = replace(CLAUDE, takes=frozenset({"text"}), lacks="it has no key: set ANTHROPIC_API_KEY")
    image = frozenset({"image"})
    found = stop("claude", world(deaf), needs=image)
    assert (found.kind, found.kind.status) == (NoOfferFits, 400), "waiting does not help"
    assert "it takes no image" in found.message
    keyless = replace(GROQ, lacks="it has no key: set GROQ_API_KEY")
    lane = stop("halfopen/realtime", world(deaf, keyless), needs=image)
    assert lane.kind is NotReady
    assert "GROQ_API_KEY" in lane.message
    assert "ANTHROPIC_API_KEY" not in lane.message


def test_what_lacks_only_a_key_is_named_before_what_lacks_an_address() -> None:
    far = offer("llama@azure", lacks="it has no address: set `providers: {azure: {base_url: ...}}`")
    message = stop("llama", world(far, replace(GROQ, lacks="it has no key: set GROQ_API_KEY"))).message
    assert message.index("GROQ_API_KEY") < message.index("base_url")


def test_many_offers_with_one_reason_are_not_all_listed() -> None:
    crowd = world(*(offer(f"llama@p{n}", tools=False) for n in range(9)))
    message = stop("llama", crowd, needs=frozenset({"tools"})).message
    assert "llama@p2 and others: it cannot call tools" in message
    assert "llama@p3" not in message


@pytest.mark.parametrize("kind", [EmptyLane, ZoneClosed, Resting, NotReady, Retired, NoOfferFits])
def test_every_verdict_is_a_fault_with_a_status(kind: type[Fault]) -> None:
    assert kind.status in (400, 403, 404, 503)
