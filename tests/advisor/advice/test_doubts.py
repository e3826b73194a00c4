"""Doubts, reasons, risks and unproven ways: the numbers by hand, in a small market."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfopen.advisor.advice.doubts import comparison, doubts, pairs
from halfopen.advisor.advice.options import options
from halfopen.advisor.advice.question import question
from halfopen.advisor.advice.reasons import ARGUMENTS, Known, Reason, reasons
from halfopen.advisor.advice.risks import risks
from halfopen.advisor.advice.tipping import tips
from halfopen.advisor.advice.unproven import LIKELY, cascade, escalated, unproven
from halfopen.advisor.advice.verdict import Advice, advice
from halfopen.advisor.quality import OVERALL, Quality
from halfopen.apps.iron import iron
from halfopen.costs.workload import Floor, Latency, Task, Team, Volume, Workload
from halfopen.money import PICO
from halfopen.ratings.scale import expected
from tests.advisor.asked import BEST, SMALL, offered, task, view


def reasoned(*tasks: Task, team: Team | None = None) -> dict[str, Reason]:
    found = advice(offered(*tasks, team=team))
    guesses = {each.name: unproven(found.options, each) for each in found.verdicts}
    return {each.argument: each for each in reasons(Known(found, tips(found), guesses))}


# -- how many comparisons


def test_pairs_are_the_textbook_s() -> None:
    """One half against 0.6, one side 5 %, power 80 %: (1.6449 x 0.5 + 0.8416 x 0.4899)^2 / 0.01 = 152.5."""
    by_hand = (1.644854 * 0.5 + 0.841621 * sqrt(0.24)) ** 2 / 0.01
    assert pairs(0.5, 0.6) == int(by_hand) + 1 == 153


@given(st.floats(0.1, 0.8), st.floats(0.02, 0.1))
def test_what_is_nearer_takes_more_pairs(p0: float, apart: float) -> None:
    assert pairs(p0, p0 + apart) >= pairs(p0, p0 + 2 * apart)


def test_a_comparison_is_with_whom_the_floor_names_and_costs_both_answers() -> None:
    """Best costs 0.03 a request and small 0.00014; the floor is 80 % of best, small is 50 Elo and more below it."""
    found = offered(task(quality=Floor(parity_of="best", at_least=Decimal(80))))
    served = found.served[0]
    floor = served.floor or 0
    one = comparison(served, Quality("gpt-oss-20b", OVERALL, 1380, 1370, 1390, "measured", ""))
    assert one is not None
    assert (one.one, one.other) == ("gpt-oss-20b", "best")
    assert one.pairs == pairs(expected(floor - 1500), expected(floor + (floor - 1380) - 1500))
    assert one.cost == pytest.approx(one.pairs * 0.03014 * PICO)


# -- doubts


def test_where_nobody_said_what_is_enough_that_is_a_doubt_worth_what_the_cheapest_saves() -> None:
    found = advice(offered(task(quality=None)))
    (floor,) = [each for each in doubts(found) if "nobody said" in each.unknown]
    chosen = found.verdicts[0].chosen
    assert chosen is not None
    assert floor.stake == chosen.likely - 140 * PICO
    assert SMALL in floor.settles


def test_a_range_of_volumes_and_a_promise_are_doubts_and_certainty_is_none() -> None:
    assert doubts(advice(offered(task()))) == ()
    ranged = replace(task(), requests=Volume(per_month=10**6, low=10**5, high=2 * 10**6))
    (vague,) = doubts(advice(offered(ranged)))
    assert "how much there is to do" in vague.unknown
    (slow,) = doubts(advice(offered(task(latency=Latency(first_token_ms=500)))))
    assert "within 500 ms" in slow.unknown


# -- unproven ways


def test_a_cascade_costs_the_small_one_always_and_the_large_one_as_often_as_was_published() -> None:
    """Small is 1380 at 140 dollars, large 1440 at 700; 1410 is asked, half of the way: e = 0.5^(A / (1 - A))."""
    found = offered(task(quality=Floor(rating=1410)))
    way = cascade(found.served[0])
    assert way is not None
    often = 0.5 ** (LIKELY / (1 - LIKELY))
    assert way.likely == pytest.approx((140 + often * 700) * PICO, rel=1e-6)
    assert not way.able
    assert "how often gpt-oss-20b is not enough" in way.unproven


@given(st.floats(0.01, 0.99), st.floats(0.55, 0.85))
def test_the_area_over_the_share_of_requests_is_what_was_published(part: float, area: float) -> None:
    assert 0 < escalated(part, area) < 1
    steps = 2000
    won = sum((((step + 0.5) / steps) ** (1 / area - 1)) for step in range(steps)) / steps
    assert won == pytest.approx(area, abs=0.01)
    share = escalated(part, area)
    assert share ** (1 / area - 1) == pytest.approx(part)


def test_who_cannot_tune_is_told_of_no_tuned_model() -> None:
    assert reasoned(task(), team=Team())["fine-tuning"].score == "fails"


# -- reasons


def test_all_eleven_are_told_with_a_number_or_that_nothing_asks_for_them() -> None:
    found = reasoned(task())
    assert list(found) == list(ARGUMENTS)
    assert len(found) == 11
    assert found["compliance papers"].score == found["multimodality"].score == found["data privacy"].score == "moot"
    assert "$1,400" in found["cost at scale"].says
    assert "$700" in found["cost at scale"].says
    assert found["cost at scale"].score == "holds"
    assert found["no infrastructure team"].says.startswith("people for machines cost $6,000 a month, 8.57 times")


def test_a_ceiling_holds_where_no_open_model_reaches_the_floor() -> None:
    assert reasoned(task(quality=Floor(rating=1480)))["quality ceiling"].score == "holds"
    assert reasoned(task(quality=Floor(rating=1400)))["quality ceiling"].score == "fails"


def test_privacy_holds_where_nobody_may_see_it() -> None:
    assert reasoned(task("home", zone="home"), task())["data privacy"].score == "holds"
    assert reasoned(task(residency=("DE",)))["data privacy"].score == "fails"


def test_who_is_in_a_hurry_buys() -> None:
    assert reasoned(task(), team=Team(start_within_days=3))["speed to market"].score == "holds"


# -- risks


def test_a_model_that_one_host_sells_is_a_risk() -> None:
    found: Advice = advice(offered(task(quality=Floor(rating=1480))))
    assert found.verdicts[0].chosen is not None
    assert found.verdicts[0].chosen.name == BEST
    kinds = {risk.kind for risk in risks(found.options, found.verdicts[0])}
    assert "one host" in kinds
    assert "licence" not in kinds


def test_nothing_chosen_has_no_risks() -> None:
    asked = question(Workload(tasks=(task(quality=Floor(rating=1900)),)), view(), iron())
    found = advice(options(asked))
    assert risks(found.options, found.verdicts[0]) == ()
