"""Which way each task takes: by hand for a market of four offers, and laws that no settlement breaks."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from halfopen.advisor.advice.options import Options
from halfopen.advisor.advice.settle import Change, settle
from halfopen.costs.workload import Floor, Team
from halfopen.money import PICO
from tests.advisor.asked import BEST, CHEAP, LARGE, SMALL, offered, task

OFFERS = (BEST, CHEAP, LARGE, SMALL)
HARD, EASY = task("hard", 10_000, quality=Floor(rating=1480)), task("easy", 3_000_000, quality=Floor(rating=1300))


@cache
def three() -> Options:
    """What any of the three better models can do, what only the best can, and what may not leave the house."""
    return offered(
        task("chat"),
        HARD,
        task("home", 100_000, zone="home"),
        EASY,
    )


@cache
def bought() -> Options:
    return offered(task("chat"), EASY)


def test_each_task_takes_the_cheapest_that_is_good_enough() -> None:
    """A million at $0.0007 are $700; ten thousand at $0.03 are $300; three million at $0.00014 are $420."""
    found = settle(offered(task("chat"), HARD, EASY))
    assert dict(found.names) == {"chat": LARGE, "hard": BEST, "easy": SMALL}
    assert (found.cost, found.people, found.pools) == ((700 + 300 + 420) * PICO, 0, ())


def test_what_may_not_leave_brings_machines_and_others_use_what_stands_idle_there() -> None:
    """Nobody sells at home, and the smaller model is not enough. The machines for it have room for all the rest."""
    found = settle(three())
    own = "gpt-oss-120b on machines"
    assert dict(found.names) == {"chat": own, "hard": BEST, "easy": own, "home": own}
    (pool,) = found.pools
    assert found.people == 6000 * PICO
    assert found.cost == (300 + 6000) * PICO + (pool.fleet.likely() or 0)
    alone = settle(offered(task("home", 100_000, zone="home")))
    assert alone.cost <= found.cost - 300 * PICO < alone.cost + (700 + 420) * PICO


def test_a_month_is_one_of_the_horizon_on_average() -> None:
    """Twice as much in the second month, at half the price a year later: (1 + 2 x 0.5 ** (1 / 12)) / 2 of the first."""
    team = Team(horizon_months=2, growth_per_month=Decimal(1), price_decline_per_year=Decimal("0.5"))
    (served,) = offered(task("chat"), team=team).served
    assert served.able[0].likely == pytest.approx(700 * PICO * (1 + 2 * 0.5 ** (1 / 12)) / 2, rel=1e-12)


def test_what_nothing_can_serve_is_left_and_what_serves_more_comes_first() -> None:
    found = settle(offered(task("chat"), task("never", quality=Floor(rating=2000))))
    assert dict(found.names) == {"chat": LARGE, "never": None}
    assert found.rank[0] == 1


def test_with_enough_volume_machines_are_cheaper_and_dear_people_keep_it_bought() -> None:
    many = Fraction(300)
    assert settle(bought()).pools == ()
    assert settle(bought(), Change(volume=many)).pools
    assert settle(bought(), Change(volume=many, people=10**9 * PICO)).pools == ()
    assert settle(bought(), Change(volume=many, machines=Fraction(1000))).pools == ()


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(OFFERS), st.fractions(Fraction(1, 50), 50), st.fractions(Fraction(1, 50), 1))
def test_a_cheaper_price_never_makes_its_own_offer_less_attractive(offer: str, price: Fraction, less: Fraction) -> None:
    dear, cheap = (settle(three(), Change(prices={offer: each})).names for each in (price, price * less))
    assert {name for name, way in dear.items() if way == offer} <= {name for name, way in cheap.items() if way == offer}


@settings(max_examples=40, deadline=None)
@given(st.fractions(Fraction(1, 1000), 1000), st.sampled_from([1, 5, 80, 1000]))
def test_scaling_all_prices_leaves_the_answer_and_scales_the_bill(factor: Fraction, volume: int) -> None:
    now = Change(volume=Fraction(volume))
    people = round(6000 * PICO * factor)
    scaled = replace(now, prices=dict.fromkeys(OFFERS, factor), machines=factor, people=people)
    before, after = settle(three(), now), settle(three(), scaled)
    assert after.names == before.names
    assert after.cost == pytest.approx(before.cost * factor, rel=1e-9)


@settings(max_examples=30, deadline=None)
@given(st.fractions(Fraction(1, 100), 1000), st.fractions(1, 10))
def test_more_volume_never_costs_less(volume: Fraction, more: Fraction) -> None:
    few, many = (settle(three(), Change(volume=each)).cost for each in (volume, volume * more))
    assert few <= many


def test_a_model_that_is_rated_higher_may_serve_and_one_that_falls_may_not() -> None:
    """1380 and 20 are 1400, which is asked for; 1440 less 41 is less."""

    def chosen(model: str, more: int) -> str | None:
        return settle(bought(), Change(ratings={model: more})).names["chat"]

    assert (chosen("gpt-oss-20b", 19), chosen("gpt-oss-20b", 20)) == (LARGE, SMALL)
    assert (chosen("gpt-oss-120b", -40), chosen("gpt-oss-120b", -41)) == (LARGE, CHEAP)
