"""Plans and curves of machines: what they promise they keep, what they cost adds up, and laws that no bill breaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from halfopen.apps.iron import iron
from halfopen.costs.breakeven import volumes
from halfopen.fleet.curve import Serving, at_full_use, curve, servings
from halfopen.fleet.hardware import Accelerator
from halfopen.fleet.plan import Plan, plans
from halfopen.fleet.price import Prices, Tariff, known_cards, monthly
from halfopen.fleet.promise import HOURS, Demand, Promise, spread_over
from halfopen.fleet.tables import Tables
from halfopen.money import PICO

PROMISE = Promise(first_token=2.0, per_token=0.05)


def demand(requests: float = 1e6, burst: float = 1.0) -> Demand:
    return Demand(prompt=1500, answer=400, hourly=spread_over(requests), burst=burst)


def cards() -> list[Accelerator]:
    return [iron().machine(name) for name in ("a100-80g", "h100", "h200", "b200", "rtx-pro-6000")]


def planned(asked: Demand, promise: Promise = PROMISE, prices: Prices | None = None) -> Sequence[Plan]:
    made = iron()
    found, _ = plans(made.model("gpt-oss-120b"), cards(), asked, promise, made.calibration, prices or Prices())
    return found


def test_every_plan_keeps_the_promise_and_the_cheapest_is_first() -> None:
    found = planned(demand())
    months = [plan.month or 0 for plan in found]
    assert months == sorted(months)
    for plan in found:
        assert plan.first_token.value <= 2.0
        assert plan.per_token.value <= 0.05
        assert plan.serving.low <= plan.serving.value <= plan.serving.high
        assert plan.busiest <= PROMISE.ceiling + 1e-9


def test_a_month_is_cards_times_hours_times_the_price_of_one() -> None:
    plan = planned(demand(), prices=Prices(an_hour={"h100": Decimal("2.80")}))[0]
    assert plan.month == monthly(plan.paid.an_hour or 0, plan.whole * plan.cards)
    assert monthly(28 * PICO // 10, 4) == Decimal("8181.60") * PICO  # 4 x 730.5 x 2.80
    assert plan.a_million == pytest.approx((plan.month or 0) / plan.tokens * 1e6, rel=1e-9)


def test_an_owned_card_costs_its_power_and_more_than_are_owned_cost_rent() -> None:
    """700 W at 0.25 dollars a kWh are 0.175 dollars an hour; an hour of another card is 2.80 dollars."""
    told = {"h100": Decimal("2.80")}
    rented = next(plan for plan in planned(demand(), prices=Prices(an_hour=told)) if plan.accelerator == "h100")
    cards_of = rented.whole * rented.cards
    for owned in (1, cards_of, cards_of + 5):
        found = planned(demand(), prices=Prices(an_hour=told, owned={"h100": owned}))
        same = next(
            each
            for each in found
            if (each.accelerator, each.precision, each.cards) == ("h100", rented.precision, rented.cards)
        )
        ours = min(owned, cards_of)
        hourly = ours * Decimal("0.175") + (cards_of - ours) * Decimal("2.80")
        assert same.month == hourly * Decimal("730.5") * PICO
    everything = planned(demand(), prices=Prices(an_hour=told, owned={"h100": 64}))
    assert everything[0].accelerator == "h100"


def test_a_curve_goes_from_power_to_rent_where_the_owned_cards_end() -> None:
    made = iron()
    told = {card.name: Decimal("2.80") for card in cards()}
    owning = Prices(an_hour=told, owned={"a100-80g": 4})
    found, _ = servings(made.model("gpt-oss-120b"), cards(), demand(), PROMISE, made.calibration, owning)
    renting, _ = servings(
        made.model("gpt-oss-120b"), cards(), demand(), PROMISE, made.calibration, Prices(an_hour=told)
    )
    ours, theirs = curve("ours", found, 1, 0), curve("theirs", renting, 1, 0)
    assert ours.at(1).likely < theirs.at(1).likely / 2
    grid = sorted({*volumes(), *ours.steps})
    costs = [ours.at(volume).likely for volume in grid]
    assert costs == sorted(costs)
    assert all(ours.at(volume).likely <= theirs.at(volume).likely for volume in grid)


def test_a_card_that_nobody_knows_or_that_has_no_price_beyond_the_owned_ones_is_told() -> None:
    with pytest.raises(ValueError, match="there is no accelerator `h10`; did you mean `h100`"):
        known_cards(Prices(an_hour={"h10": Decimal(1)}), iron().accelerators)
    with pytest.raises(ValueError, match="owned l4: nobody knows what more of them cost"):
        known_cards(Prices(owned={"l4": 2}), iron().accelerators)
    assert known_cards(Prices(owned={"l4": 2}, an_hour={"l4": Decimal("0.8")}), iron().accelerators).owned == {"l4": 2}


def test_a_machine_that_is_out_of_the_question_says_why(tables: Tables) -> None:
    found, refused = plans(
        tables.model("deepseek-v3"), cards(), demand(), PROMISE, tables.calibration, Prices(), context=100_000
    )
    told = {each.title: each.why for each in refused}
    assert "its weights take" in told["NVIDIA H100 SXM"]
    assert "NVIDIA H200 SXM" not in told or "ms even with" in told["NVIDIA H200 SXM"]
    assert all(plan.title not in told for plan in found)


def test_a_model_without_a_row_is_sized_by_one_of_its_size_and_says_so(tables: Tables) -> None:
    supposed = tables.like("nobody-120b", 122, 10, 32_000)
    assert supposed.assumed is not None
    assert supposed.assumed.startswith("built like Qwen/Qwen3.5-122B-A10B")
    assert supposed.total == pytest.approx(122e9, rel=0.02)
    with pytest.raises(LookupError, match="no architecture of about 1e\\+06 billion parameters is known"):
        tables.like("nobody", 1e6, None, None)
    with pytest.raises(LookupError, match="no model is called `nobody`"):
        tables.like("nobody", None, None, None)


@settings(max_examples=4, deadline=None)
@given(st.floats(1e3, 1e8), st.floats(1, 3))
def test_provisioned_hours_never_fall_below_used_ones(requests: float, burst: float) -> None:
    asked = demand(requests, burst)
    for plan in planned(asked):
        assert 0 < plan.used <= plan.busiest <= 1
        most = asked.mean / plan.used * HOURS * 3600  # requests that the provisioned hours could answer
        assert most >= asked.monthly


@settings(max_examples=4, deadline=None)
@given(st.floats(1e3, 1e8), st.floats(1, 20))
def test_more_volume_never_costs_less_on_machines(requests: float, more: float) -> None:
    few, many = planned(demand(requests)), planned(demand(requests * more))
    assert not many or (few[0].month or 0) <= (many[0].month or 0)


@settings(max_examples=5, deadline=None)
@given(st.floats(1e4, 1e8), st.integers(2, 9))
def test_scaling_the_prices_of_cards_scales_the_bill(requests: float, factor: int) -> None:
    rents = {card.name: Decimal(place + 1) for place, card in enumerate(cards())}
    scaled = {name: price * factor for name, price in rents.items()}
    usual = planned(demand(requests), prices=Prices(an_hour=rents))
    dear = planned(demand(requests), prices=Prices(an_hour=scaled))
    assert [plan.month for plan in dear] == [factor * (plan.month or 0) for plan in usual]


def twice(paid: Tariff) -> Tariff:
    return replace(paid, an_hour=2 * (paid.an_hour or 0))


@pytest.fixture(scope="module")
def ways() -> tuple[Serving, ...]:
    made = iron()
    found, _ = servings(made.model("gpt-oss-120b"), cards(), demand(), PROMISE, made.calibration, Prices())
    return found


def test_the_cost_of_machines_never_falls_as_the_volume_grows_and_goes_in_steps(ways: tuple[Serving, ...]) -> None:
    each = curve("x", ways, 1, 6000 * PICO)
    grid = sorted({*volumes(), *each.steps})
    costs = [each.at(volume) for volume in grid]
    for end in range(3):
        values = [cost[end] for cost in costs]
        assert values == sorted(values)
    assert all(cost.low <= cost.likely <= cost.high for cost in costs)
    step = each.steps[len(each.steps) // 3]
    assert each.at(step).likely >= each.at(step - 1).likely


def test_with_all_prices_doubled_people_included_the_curve_doubles(ways: tuple[Serving, ...]) -> None:
    dear = tuple(replace(each, way=replace(each.way, paid=twice(each.way.paid))) for each in ways)
    one, two = curve("x", ways, 1, 6000 * PICO), curve("x", dear, 1, 12_000 * PICO)
    for volume in (10**7, 10**9, 10**11, 10**13):
        assert two.at(volume) == tuple(2 * end for end in one.at(volume))
    assert at_full_use(dear) == pytest.approx(2 * at_full_use(ways), rel=1e-9)
