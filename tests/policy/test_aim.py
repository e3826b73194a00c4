"""What a caller's words aim at, and what is said when they aim at nothing."""

from __future__ import annotations

from typing import Any

import pytest

from halfopen.errors import AmbiguousModel, BadBody, Fault, UnknownLane, UnknownModel
from halfopen.policy.rules import Lane, Policy, When
from tests.policy.worlds import CHEAP, DEAR, POLICY, answered, decided, lane, offer, policy, tried, world

GROQ = offer("llama@groq", input=DEAR)
TOGETHER = offer("llama@together", input=CHEAP)
MISTRAL = offer("mistral-large@mistral", input=CHEAP, output=0)
ALL = world(GROQ, TOGETHER, MISTRAL)


def test_an_offer_named_by_itself_is_the_only_one_tried() -> None:
    decision = answered("llama@groq", ALL)
    assert (tried(decision), decision.lane, decision.refused) == (["llama@groq"], "", ())
    assert "offer llama@groq, named by the caller" in decision.reason


def test_a_model_named_by_itself_goes_to_its_cheapest_offer_first() -> None:
    assert tried(answered("llama", ALL)) == ["llama@together", "llama@groq"]
    assert tried(answered("llama", ALL, policy=Policy(direct=("order",)))) == ["llama@groq", "llama@together"]


def test_a_model_in_a_lane_keeps_the_lane_s_rules() -> None:
    decision = answered("llama", ALL, lane="private")
    assert (decision.lane, decision.zone, tried(decision)) == ("private", "home", [])


def test_an_alias_means_what_the_config_says_and_the_reason_tells_it() -> None:
    decision = answered("gpt-4o", ALL)
    assert decision.lane == "background"
    assert decision.reason.startswith("gpt-4o is an alias of halfopen/background; lane background")


def test_an_alias_may_name_a_model() -> None:
    assert tried(answered("fast", ALL, policy=Policy(aliases={"fast": "mistral-large"}))) == ["mistral-large@mistral"]


def test_a_lane_label_decides_what_auto_leaves_open() -> None:
    assert answered("halfopen/auto", ALL, lane="background").lane == "background"
    assert answered("halfopen/private", ALL, lane="auto").lane == "private"


@pytest.mark.parametrize("name", ["halfopen/private", "halfopen/realtime"])
def test_two_lanes_are_refused_since_either_could_keep_the_request_at_home(name: str) -> None:
    with pytest.raises(BadBody, match="Send one of them"):
        answered(name, ALL, lane="background")


@pytest.mark.parametrize("name", ["halfopen", "halfopen/", "halfopen/auto"])
def test_auto_is_the_first_lane_whose_when_fits(name: str) -> None:
    assert answered(name, ALL, task="batch").lane == "background"
    assert answered(name, ALL, zone="home").lane == "private"
    assert answered(name, ALL, task="batch", zone="home").lane == "background"


def test_auto_is_the_default_lane_when_no_when_fits() -> None:
    decision = answered("halfopen/auto", ALL, task="something else")
    assert decision.lane == "realtime"
    assert "the default" in decision.reason


def test_all_that_a_when_says_must_hold() -> None:
    when = When(task=("batch",), dialect=("chat",), stream=False)
    policy = Policy(lanes={"night": Lane(when=when), "realtime": Lane()})
    assert answered("halfopen/auto", ALL, policy=policy, task="batch").lane == "night"
    assert answered("halfopen/auto", ALL, policy=policy, task="batch", stream=True).lane == "realtime"
    assert answered("halfopen/auto", ALL, policy=policy, task="batch", dialect="messages").lane == "realtime"
    assert answered("halfopen/auto", ALL, policy=policy).lane == "realtime"


@pytest.mark.parametrize(
    ("name", "labels", "kind", "said"),
    [
        ("halfopen/realtme", {}, UnknownLane, "did you mean `halfopen/realtime`?"),
        ("halfopen/zzz", {}, UnknownLane, "the lanes are background, private, realtime, tuned"),
        ("llama", {"lane": "zzz"}, UnknownLane, "There is no lane `zzz`"),
        ("lama", {}, UnknownModel, "Did you mean `llama`?"),
        ("zzz", {}, UnknownModel, "GET /v1/models"),
        ("llama@nowhere", {}, UnknownModel, "`llama@nowhere`"),
        ("halfopen/realtime", {"zone": "moon"}, BadBody, "the zones are home, region, contract, anywhere"),
    ],
)
def test_a_name_of_nothing_is_told_with_the_nearest(
    name: str, labels: dict[str, Any], kind: type[Fault], said: str
) -> None:
    with pytest.raises(kind) as told:
        answered(name, ALL, **labels)
    assert said in told.value.message


def test_an_ambiguous_name_lists_what_it_could_be() -> None:
    within = world(offer("small@a"), offer("large@b"), aliases="the-model")
    with pytest.raises(AmbiguousModel) as told:
        answered("the-model", within)
    assert told.value.message == "`the-model` could be large, small. Name one of them."


def test_a_default_lane_that_is_not_there_is_told_like_any_other() -> None:
    with pytest.raises(UnknownLane):
        answered("halfopen/auto", ALL, policy=Policy(lanes={"one": Lane()}, default_lane=POLICY.default_lane))


def test_the_label_auto_chooses_a_lane_for_a_model_too() -> None:
    rules = policy({"late": lane(when=When(task=("night",)))})
    assert decided(ALL, rules, "llama", lane="auto", task="night").lane == "late"
    assert decided(ALL, rules, "llama", lane="auto").lane == "all"
