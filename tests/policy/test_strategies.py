"""What is preferred: each strategy on three offers, what is not known of one, and how even `spread` is."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from itertools import combinations
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfopen.policy.rules import Strategy
from halfopen.policy.strategies import STRATEGIES, UNKNOWN, ranked
from halfopen.policy.world import Candidate
from tests.policy.worlds import PREFERENCES, candidate, decided, ids, lane, numbered, policy, world, worlds

A = candidate("a@p", rating=1300.0, input=3, output=15, zone="anywhere")
B = candidate("b@p", rating=1400.0, input=1, output=25, zone="region")
C = candidate("c@p", rating=1200.0, input=2, output=2, zone="home")
TIMES = {"a@p": 90.0, "b@p": 400.0, "c@p": 200.0}


@pytest.mark.parametrize(
    ("preference", "first_to_last"),
    [("rating", "bac"), ("price", "cab"), ("first_token", "acb"), ("nearest", "cba"), ("order", "abc")],
)
def test_each_preference_has_its_order(preference: str, first_to_last: str) -> None:
    decision = decided(world(A, B, C, first_token=TIMES), policy({"chosen": lane(preference)}), "halfopen/chosen")
    assert ids(decision) == [f"{name}@p" for name in first_to_last]
    assert decision.reason.endswith(f"; by {preference}")


def test_every_preference_that_a_lane_may_write_has_a_row() -> None:
    assert set(get_args(Strategy)) == set(PREFERENCES)
    assert set(PREFERENCES) < set(STRATEGIES)


def test_a_price_is_one_number_at_three_tokens_in_for_one_out() -> None:
    long_answers, long_prompts = candidate("a@p", input=1, output=8), candidate("b@p", input=2, output=4)
    decision = decided(world(long_prompts, long_answers), policy({"cheap": lane("price")}), "halfopen/cheap")
    assert ids(decision) == ["b@p", "a@p"]


def test_a_tie_goes_to_the_next_preference_and_then_to_the_order_of_the_config() -> None:
    where = world(
        candidate("a@p", rating=1300.0, input=2, output=2),
        candidate("b@p", rating=1300.0, input=1, output=1),
        candidate("c@p", rating=1300.0, input=1, output=1),
    )
    assert ids(decided(where, policy({"l": lane("rating", "price")}), "halfopen/l")) == ["b@p", "c@p", "a@p"]


UNRATED = (candidate("u1@p", input=9, output=9), candidate("u2@p", input=1, output=1), candidate("u3@p"))


@pytest.mark.parametrize(
    "rules",
    [
        lane("rating"),
        lane("rating", "price"),
        lane("price", rating_at_least=1000.0),
        lane("order", rating_at_least=1000.0),
        lane("nearest", "rating", rating_at_least=1000.0),
        lane("first_token", rating_at_least=1000.0),
    ],
)
def test_unrated_offers_come_after_rated_ones_in_the_order_of_the_config_and_that_is_said(rules: object) -> None:
    where = world(*UNRATED, candidate("r@p", rating=1100.0, input=99, output=99))
    decision = decided(where, policy({"l": rules}), "halfopen/l")  # type: ignore[dict-item]
    assert ids(decision) == ["r@p", "u1@p", "u2@p", "u3@p"]
    for id in ("u1@p", "u2@p", "u3@p"):
        assert decision.notes[id].startswith("it is unrated")
        assert decision.notes[id].endswith("so it comes after those that are not")


def test_a_lane_of_unrated_offers_answers_from_the_first_of_them() -> None:
    decision = decided(world(*UNRATED), policy({"best": lane("rating", "price")}), "halfopen/best")
    assert ids(decision)[0] == "u1@p"


def test_where_ratings_do_not_matter_the_unrated_are_equals() -> None:
    decision = decided(world(*UNRATED[:2], candidate("r@p", rating=1100.0)), policy({"l": lane("order")}), "halfopen/l")
    assert ids(decision) == ["u1@p", "u2@p", "r@p"]
    assert not decision.notes


@pytest.mark.parametrize("ceiling", ["input_at_most", "output_at_most"])
def test_an_unpriced_offer_comes_after_those_known_to_keep_a_price_ceiling(ceiling: str) -> None:
    where = world(candidate("u@p", rating=1500.0), candidate("m@p", rating=1100.0, input=1, output=1))
    decision = decided(where, policy({"l": lane("rating", **{ceiling: Decimal(5)})}), "halfopen/l")
    assert ids(decision) == ["m@p", "u@p"]
    assert decision.notes == {"u@p": "it is unpriced, so it comes after those that are not"}


def test_what_was_never_measured_comes_after_what_was() -> None:
    decision = decided(world(A, B, C, first_token={"b@p": 9999.0}), policy({"l": lane("first_token")}), "halfopen/l")
    assert ids(decision) == ["b@p", "a@p", "c@p"]
    assert decision.notes["a@p"] == "it is not measured yet, so it comes after those that are not"


def test_whatever_may_be_unknown_has_a_word_for_it() -> None:
    nobody = candidate("m@p", zone="home")
    silent = {name for name, key in STRATEGIES.items() if key(nobody, world(nobody), policy(), 0) is None}
    assert silent == set(UNKNOWN)


@given(worlds(("home", "region")), st.lists(st.sampled_from(PREFERENCES), max_size=4), st.integers(0, 2**64))
def test_ranking_loses_nobody_and_ignores_how_the_offers_were_handed_over(
    where: object, prefer: list[str], seed: int
) -> None:
    candidates = [c for c in where.candidates if c.zone != "elsewhere"]  # type: ignore[attr-defined]
    once = ranked(candidates, prefer, where, policy(), seed)  # type: ignore[arg-type]
    assert once == ranked(candidates[::-1], prefer, where, policy(), seed)  # type: ignore[arg-type]
    assert sorted(c.id for c in once) == sorted(c.id for c in candidates)


SEEDS = 3000


def _first(candidates: tuple[Candidate, ...], seed: int) -> str:
    return ranked(candidates, ["spread"], world(*candidates), policy(), seed)[0].id


def test_spread_is_even_over_the_seeds() -> None:
    offers = numbered(*(candidate(f"m@p{n}") for n in range(4)))
    counted = Counter(_first(offers, seed) for seed in range(SEEDS))
    assert set(counted) == {c.id for c in offers}
    assert all(abs(count - SEEDS / 4) < SEEDS * 0.04 for count in counted.values()), counted  # five standard deviations


def test_spread_puts_each_of_a_pair_first_as_often_as_the_other() -> None:
    offers = numbered(*(candidate(f"m@p{n}") for n in range(3)))
    for pair in combinations(offers, 2):
        first = sum(_first(pair, seed) == pair[0].id for seed in range(SEEDS))
        assert abs(first - SEEDS / 2) < SEEDS * 0.05


def test_one_seed_has_one_order() -> None:
    where, rules = world(*(candidate(f"m@p{n}") for n in range(4))), policy({"l": lane("spread")})
    assert ids(decided(where, rules, "halfopen/l", seed=7)) == ids(decided(where, rules, "halfopen/l", seed=7))
    assert len({tuple(ids(decided(where, rules, "halfopen/l", seed=seed))) for seed in range(200)}) == 24


def test_the_offers_that_a_lane_names_are_tried_in_the_order_in_which_it_names_them() -> None:
    where, rules = world(A, B, C), policy({"l": lane("rating", offers=("c@p", "a@p"))})
    decision = decided(where, rules, "halfopen/l")
    assert ids(decision) == ["c@p", "a@p"]
    assert "by the order of its `offers`, then rating" in decision.reason
    assert [each.why for each in decision.refused] == ["it is not among the lane's offers"]


def test_offers_that_are_named_as_equals_are_ordered_by_preference() -> None:
    dear, cheap, other = (
        candidate(f"{name}@p", input=rate, output=rate) for name, rate in (("a", 9), ("b", 1), ("c", 5))
    )
    rules = policy({"l": lane("price", offers=("c@p", ("a@p", "b@p"), "c@p"))})
    assert ids(decided(world(dear, cheap, other), rules, "halfopen/l")) == ["c@p", "b@p", "a@p"]
