"""A rating that is an estimate is said to be one, and a lane may ask for measured ones alone."""

from __future__ import annotations

from tests.policy.worlds import decided, ids, lane, offer, policy, refusals, world

RATED = (
    offer("guess@a", rating=1431.0, rating_basis="estimated"),
    offer("sure@b", rating=1400.0, rating_basis="measured"),
    offer("mute@c", rating=None),
)


def test_a_lane_that_goes_by_rating_says_which_are_estimates() -> None:
    rules = policy({"best": lane("rating")})
    found = decided(world(*RATED), rules, "halfopen/best")
    assert ids(found) == ["guess@a", "sure@b", "mute@c"]
    assert found.notes["guess@a"] == "its rating of 1431 is an estimate"
    assert "sure@b" not in found.notes
    assert "estimated" in found.reason


def test_a_lane_that_goes_by_price_does_not_speak_of_ratings() -> None:
    found = decided(world(*RATED), policy({"cheap": lane("price")}), "halfopen/cheap")
    assert "guess@a" not in found.notes
    assert "estimated" not in found.reason


def test_a_lane_may_ask_for_measured_ratings_alone() -> None:
    found = decided(world(*RATED), policy({"best": lane("rating", ratings="measured")}), "halfopen/best")
    assert ids(found) == ["sure@b"]
    why = refusals(found)
    assert "estimate" in why["guess@a"]
    assert "no rating" in why["mute@c"]
    assert "estimated" not in found.reason


def test_where_only_unrated_offers_could_serve_the_reason_says_so() -> None:
    alone = world(offer("mine@rack", rating=None, input=None, output=None))
    found = decided(alone, policy({"best": lane("rating", output_at_most=30)}), "halfopen/best")
    assert ids(found) == ["mine@rack"]
    assert "mine@rack is unpriced and unrated, and nothing better known could serve" in found.reason


def test_a_second_choice_by_an_estimate_is_in_the_reason_too() -> None:
    found = decided(world(*RATED[1::-1]), policy({"floor": lane("order", rating_at_least=1300)}), "halfopen/floor")
    assert ids(found) == ["sure@b", "guess@a"]
    assert "estimated: the rating of guess@a" in found.reason
