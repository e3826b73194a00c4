"""A lane may ask what a request is about: which facts are wanted of it, and where it goes by them."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from halfopen.policy.aim import wanted
from halfopen.policy.decide import Decision, decide
from halfopen.policy.rules import FACTS, FITS, Lane, Policy, When
from halfopen.policy.world import Ask, Health
from halfopen.recognize.table import BY_NAME
from tests.policy.worlds import offer, world

WITHIN = world(offer("m@p"), offer("n@q"))
GERMAN = Lane(when=When(language=("de", "fr")))
AUTO = Ask("halfopen/auto", "chat")


def ruled(**lanes: Lane) -> Policy:
    """These lanes, and one for all else."""
    return Policy(lanes={**lanes, "rest": Lane()}, aliases={"gpt-4o": "halfopen/auto"}, default_lane="rest")


def gone(policy: Policy, ask: Ask = AUTO, /, **facts: str) -> Decision:
    return decide(ask, facts, WITHIN, Health(), policy, 0)


def test_a_lane_asks_for_facts_that_are_recognized_and_for_no_others() -> None:
    assert set(FACTS) <= set(BY_NAME)
    assert set(FACTS) | {"zone", "dialect", "stream"} == {each.name for each in fields(When)}


def test_a_request_enters_the_lane_of_its_language_and_the_reason_says_by_what() -> None:
    found = gone(ruled(german=GERMAN), language="fr")
    assert (found.lane, found.facts) == ("german", {"language": "fr"})
    assert "lane german, which its `when` lets in by language fr" in found.reason
    assert gone(ruled(german=GERMAN), language="en").lane == "rest"


@pytest.mark.parametrize("fact", FACTS)
def test_every_fact_lets_in_what_has_one_of_the_answers(fact: str) -> None:
    one, other = BY_NAME[fact].answers[:2]
    asking: dict[str, Any] = {fact: (one,)}
    policy = ruled(mine=Lane(when=When(**asking)))
    assert wanted(AUTO, policy) == (fact,)
    for answer, lane in ((one, "mine"), (other, "rest")):
        assert decide(AUTO, {fact: answer}, WITHIN, Health(), policy, 0).lane == lane


def test_all_facts_of_a_lane_must_hold() -> None:
    policy = ruled(mine=Lane(when=When(language=("de",), task=("coding",))))
    assert gone(policy, language="de", task="coding").lane == "mine"
    assert gone(policy, language="de", task="chat").lane == "rest"
    assert gone(policy, language="en", task="coding").lane == "rest"


def test_the_caller_knows_the_task_better_than_we_do() -> None:
    policy = ruled(mine=Lane(when=When(task=("coding",))), maths=Lane(when=When(category=("math",))))
    labelled = replace(AUTO, task="coding")
    assert gone(policy, labelled, task="chat").lane == "mine"
    assert gone(policy, replace(AUTO, task="chat"), task="coding").lane == "rest"
    assert gone(policy, replace(AUTO, task="mathematics"), category="german").lane == "maths"


def test_a_fact_that_nobody_said_lets_nobody_in_and_the_reason_says_that_it_is_not_known() -> None:
    found = gone(ruled(german=GERMAN))
    assert found.lane == "rest"
    assert "the default as long as nothing says its language" in found.reason
    assert "as long as" not in gone(ruled(german=GERMAN), language="en").reason
    fitting = replace(ruled(one=Lane(category=FITS)), default_lane="one")
    assert "default as long as" not in gone(fitting).reason, "its category decides nothing about the lane"


def test_a_fact_that_nobody_wants_is_no_part_of_the_decision() -> None:
    assert gone(ruled(german=GERMAN), language="de", code="python") == gone(ruled(german=GERMAN), language="de")


WANTED: dict[str, tuple[Ask, Policy, tuple[str, ...]]] = {
    "none, where no lane asks": (AUTO, ruled(), ()),
    "those that a lane asks for": (AUTO, ruled(german=GERMAN), ("language",)),
    "none for a lane by its name": (Ask("halfopen/german", "chat"), ruled(german=GERMAN), ()),
    "none for a lane by its label": (replace(AUTO, lane="german"), ruled(german=GERMAN), ()),
    "none for a model by itself": (Ask("m", "chat"), ruled(german=GERMAN), ()),
    "those of auto, for a model with the label": (replace(AUTO, name="m", lane="auto"), ruled(g=GERMAN), ("language",)),
    "those of auto, for an alias of it": (Ask("gpt-4o", "chat"), ruled(german=GERMAN), ("language",)),
    "none of what is no conversation": (Ask("halfopen/auto", "embeddings"), ruled(german=GERMAN), ()),
    "none of a lane that is shut anyway": (AUTO, ruled(g=Lane(when=When(zone=("home",), language=("de",)))), ()),
    "none after a lane that is entered": (AUTO, ruled(all=Lane(when=When(stream=False)), german=GERMAN), ()),
    "no task, where the caller says it": (replace(AUTO, task="chat"), ruled(c=Lane(when=When(task=("chat",)))), ()),
    "no task that nobody recognizes": (AUTO, ruled(night=Lane(when=When(task=("batch", "nightly")))), ()),
    "each once": (AUTO, ruled(a=GERMAN, b=Lane(when=When(language=("es",), code=("go",)))), ("language", "code")),
    "the category that fits": (Ask("halfopen/a", "chat"), ruled(a=Lane(category=FITS)), ("category",)),
    "the one of the default": (AUTO, replace(ruled(a=Lane(category=FITS)), default_lane="a"), ("category",)),
    "no category that is named": (Ask("halfopen/a", "chat"), ruled(a=Lane(category="coding")), ()),
    "none for a lane that is not there": (Ask("halfopen/zzz", "chat"), ruled(german=GERMAN), ()),
}


@pytest.mark.parametrize(("ask", "policy", "facts"), WANTED.values(), ids=WANTED.keys())
def test_only_those_facts_are_wanted_on_which_it_depends_where_a_request_goes(
    ask: Ask, policy: Policy, facts: tuple[str, ...]
) -> None:
    assert wanted(ask, policy) == facts


@pytest.mark.parametrize("more", [{"needs": frozenset({"image"})}, {"tokens": 98304}])
def test_a_decision_tells_what_was_seen_of_the_request(more: dict[str, Any]) -> None:
    found = gone(ruled(), replace(AUTO, **more))
    assert (found.needs, found.tokens) == (tuple(more.get("needs", ())), more.get("tokens", 0))
