"""Open weights on machines: who may run there, and what a pool of tasks costs over the horizon."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from halfopen.advisor.ways.own import SPARE, architecture, at_least, fleet, mixed, strictest
from halfopen.apps.iron import iron
from halfopen.costs.spread import Spread
from halfopen.costs.workload import Latency, People, Team
from halfopen.fleet.price import Prices
from halfopen.money import PICO
from tests.advisor.asked import offered, task, view

PRICES = Prices(an_hour={"h100": Decimal("2.80")})


def test_tasks_that_share_machines_are_one_demand_and_the_strictest_promise() -> None:
    """A million requests of 1,000 in and three million of 2,000 in: 1,750 on average."""
    soon = Latency(first_token_ms=500, percentile=Decimal(99))
    slow = Latency(first_token_ms=2000, per_token_ms=40)
    both = (task("a", latency=soon), task("b", 3_000_000, latency=slow, input=Spread(mean=2000)))
    assert mixed(both).prompt == pytest.approx(1750)
    assert mixed(both).monthly == pytest.approx(4_000_000)
    promise = strictest(both, Team(), SPARE)
    assert (promise.first_token, promise.share, promise.per_token) == (0.5, 0.99, 0.04)


def test_machines_over_a_horizon_cost_the_mean_of_its_months_and_never_less_than_the_least() -> None:
    built = architecture(view().catalog.models["gpt-oss-120b"], iron())
    assert built is not None
    team = Team(horizon_months=3, growth_per_month=Decimal(1))  # once, twice and four times the volume
    still = fleet("gpt-oss-120b", built, [task(requests=30_000_000)], Team(), iron(), PRICES)
    grown = fleet("gpt-oss-120b", built, [task(requests=30_000_000)], team, iron(), PRICES)
    months = [still.likely(Fraction(factor)) for factor in (1, 2, 4)]
    assert months[0] != months[2]
    assert grown.likely() == pytest.approx(sum(each or 0 for each in months) / 3, abs=1)
    assert grown.cost is not None
    assert grown.cost.low <= grown.cost.likely <= grown.cost.high
    assert grown.cost.likely == pytest.approx(grown.likely(), rel=1e-9)
    assert (at_least(built, iron(), PRICES) or 0) <= (months[0] or 0)
    assert 0 < still.used < 1


@pytest.mark.parametrize(
    ("team", "clause"),
    [
        (Team(people=People(skills=("tuning",))), "skill"),
        (Team(start_within_days=7), "time to start"),
        (Team(people=People(skills=("hosting",)), start_within_days=60), None),
    ],
)
def test_machines_want_somebody_who_can_run_them_and_time(team: Team, clause: str | None) -> None:
    (served,) = offered(task(), team=team).served
    assert {lack.clause for lack in served.on("gpt-oss-120b").lacks} == ({clause} if clause else set())


def test_half_of_somebody_at_twelve_thousand_is_six_thousand_a_month() -> None:
    assert People().monthly == 6000 * PICO
