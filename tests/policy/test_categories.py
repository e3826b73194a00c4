"""A lane's ratings may be those of one kind of task, and where a model has none of that kind it has none at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from halfopen.policy.decide import Decision, decide
from halfopen.policy.explain import explained
from halfopen.policy.rules import FITS, Lane, Require
from halfopen.policy.world import Ask, Health, World
from tests.policy.worlds import ids, offer, policy, refusals, world

WITHIN = replace(
    world(
        offer("poet@p", rating=1500.0, rating_basis="measured"),
        offer("coder@q", rating=1300.0, rating_basis="measured"),
        offer("mute@r", rating=1490.0, rating_basis="measured"),
    ),
    ratings={
        "coding": {"poet": (1350.0, "estimated"), "coder": (1450.0, "measured")},
        "german": {"poet": (1520.0, "measured")},
        "korean": {},
    },
)


def ranked(lane: Lane, within: World = WITHIN, **facts: str) -> Decision:
    return decide(Ask("halfopen/one", "chat"), facts, within, Health(), policy({"one": lane}), 0)


def best(category: str, **require: object) -> Lane:
    return Lane(category=category, prefer=("rating",), require=Require(**require))  # type: ignore[arg-type]


def test_a_lane_that_says_nothing_goes_by_the_overall_rating() -> None:
    found = ranked(Lane(prefer=("rating",)))
    assert (ids(found), found.category) == (["poet@p", "mute@r", "coder@q"], "overall")
    assert "rated" not in found.reason


def test_a_lane_of_a_category_ranks_by_it_and_the_reason_says_so() -> None:
    found = ranked(best("coding"))
    assert ids(found) == ["coder@q", "poet@p", "mute@r"]
    assert "rated in coding" in found.reason
    assert [step.rating for step in found.itinerary] == [1450.0, 1350.0, None]


def test_an_overall_rating_never_stands_in_for_one_of_the_category() -> None:
    found = ranked(best("coding"))
    assert found.notes["mute@r"] == "it is unrated, so it comes after those that are not"
    assert found.notes["poet@p"] == "its rating of 1350 is an estimate"


REFUSED = {
    "rated": ({"rated": True}, {"mute@r": "it has no rating in coding"}),
    "measured": (
        {"ratings": "measured"},
        {
            "poet@p": "its rating in coding of 1350 is an estimate; the lane wants measured ones",
            "mute@r": "it has no rating in coding; the lane wants measured ones",
        },
    ),
    "a floor": ({"rating_at_least": 1400.0}, {"poet@p": "its rating in coding is 1350; the lane wants 1400 or more"}),
}


@pytest.mark.parametrize(("require", "why"), REFUSED.values(), ids=REFUSED.keys())
def test_what_a_lane_requires_of_ratings_it_requires_of_the_category(
    require: dict[str, object], why: dict[str, str]
) -> None:
    assert refusals(ranked(best("coding", **require))) == why


def test_the_category_that_fits_is_the_one_that_is_recognized() -> None:
    assert ids(ranked(best(FITS), category="coding"))[0] == "coder@q"
    german = ranked(best(FITS), category="german")
    assert (ids(german)[0], german.category, german.facts) == ("poet@p", "german", {"category": "german"})
    plain = ranked(best(FITS), category="overall")
    assert (ids(plain)[0], plain.category) == ("poet@p", "overall")
    assert "rated" not in plain.reason


def test_a_category_that_nobody_said_is_said_to_be_missing() -> None:
    found = ranked(best(FITS))
    assert (ids(found)[0], found.category) == ("poet@p", "overall")
    assert "rated overall, as long as nothing says which category fits" in found.reason


@pytest.mark.parametrize("category", ["korean", "japanese"])
def test_where_nothing_is_rated_in_what_fits_the_overall_ratings_count_and_that_is_said(category: str) -> None:
    found = ranked(best(FITS), category=category)
    assert (ids(found)[0], found.category) == ("poet@p", "overall")
    assert f"rated overall, since nothing is rated in {category}" in found.reason


def test_where_nothing_is_rated_in_a_category_that_a_lane_names_everything_is_unrated() -> None:
    found = ranked(best("korean"))
    assert [step.rating for step in found.itinerary] == [None, None, None]
    assert "poet@p is unrated, and nothing better known could serve" in found.reason


def test_a_lane_that_does_not_go_by_ratings_does_not_speak_of_them() -> None:
    found = ranked(Lane(category="coding", prefer=("price",)))
    assert "rated in" not in found.reason


def test_two_lanes_of_one_world_have_each_their_own_ratings() -> None:
    both = policy({"code": best("coding"), "any": best("overall")})
    names = ("code", "any", "code")
    first = [ids(decide(Ask(f"halfopen/{name}", "chat"), {}, WITHIN, Health(), both, 0))[0] for name in names]
    assert first == ["coder@q", "poet@p", "coder@q"]


def test_what_is_shown_of_a_decision_names_the_category() -> None:
    shown = explained(ranked(best(FITS), category="coding"))
    assert (shown["category"], shown["facts"]) == ("coding", {"category": "coding"})
