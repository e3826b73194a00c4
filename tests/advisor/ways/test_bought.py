"""What can be bought: announced prices from their day on, batches by what is said of them, and papers by the offer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfopen.advisor.able import complied
from halfopen.advisor.advice.options import Served, options
from halfopen.advisor.advice.question import question
from halfopen.advisor.table import Seat
from halfopen.advisor.view import View
from halfopen.apps.iron import iron
from halfopen.catalog.price import Tariff
from halfopen.catalog.provider import Applies, Compliance
from halfopen.catalog.snapshot import Catalog
from halfopen.costs.estimate import averaged, factors, parted
from halfopen.costs.workload import Task, Team, Workload
from halfopen.money import PICO
from tests.advisor.asked import CHEAP, LARGE, market, task
from tests.advisor.worlds import DAY, SEEN, line, model, offer, provider
from tests.catalog.shelf import shipped


def says(value: str, topic: Any = "zero_retention", **more: Any) -> Compliance:
    return Compliance(topic=topic, value=value, source=SEEN, **more)


def answers(catalog: Catalog, asked: Task, team: Team | None = None) -> Served:
    (served,) = options(question(Workload(tasks=(asked,), team=team or Team()), View(catalog, DAY), iron())).served
    return served


def changed(catalog: Catalog, id: str, **more: Any) -> Catalog:
    return replace(catalog, offers={**catalog.offers, id: replace(catalog.offers[id], **more)})


def told(catalog: Catalog, name: str, *rows: Compliance) -> Catalog:
    row = replace(catalog.providers[name], compliance=rows)
    return replace(catalog, providers={**catalog.providers, name: row})


def test_an_announced_price_counts_from_its_day_on() -> None:
    """700 dollars a month for four of eight months and half of the fifth, 1400 for the rest."""
    half = timedelta(days=137)  # 4.5 months of 30.4375 days are 136.97 days
    later = line("1", "4", since=DAY + half)
    there = changed(market(), LARGE, prices=(*market().offers[LARGE].prices, later))
    (way,) = [each for each in answers(there, task(), Team(horizon_months=8)).able if each.offer == LARGE]
    begins = Fraction(137 * 16, 487)
    assert way.likely == pytest.approx(PICO * (700 * begins + 1400 * (8 - begins)) / 8, rel=1e-12)


def test_so_whoever_is_about_to_double_is_not_chosen_for_what_it_costs_today() -> None:
    soon = line("100", "100", since=DAY + timedelta(days=6))
    there = changed(market(), LARGE, prices=(*market().offers[LARGE].prices, soon))
    assert answers(market(), task()).able[0].offer == LARGE
    assert answers(there, task()).able[0].offer == CHEAP


@given(st.integers(1, 60), st.lists(st.fractions(0, 60), max_size=4), st.decimals("-0.1", "0.2", places=2))
def test_the_parts_of_a_horizon_are_the_whole(months: int, starts: list[Fraction], growth: Decimal) -> None:
    team = Team(horizon_months=months, growth_per_month=growth, price_decline_per_year=Decimal("0.2"))
    begins = [Fraction(0), *sorted(each for each in starts if each < months)]
    parts = parted(factors(team), begins)
    assert sum(parts) == averaged(team)
    assert min(parts) >= 0


def batched(*rows: Compliance) -> Catalog:
    sold = Tariff(name="batch", input=Decimal("0.25"), output=Decimal(1))
    return told(changed(market(), LARGE, prices=(line("0.5", "2", services=(sold,)),)), "host", *rows)


def test_what_is_kept_of_batches_bars_batches_alone() -> None:
    kept = says("no", endpoint="/v1/batches", applies=Applies(services=("batch",)))
    asked = task(batchable=Decimal(1), compliance=("zero_retention",))
    assert [way.name for way in answers(batched(says("yes")), asked).able] == [f"{LARGE} in batches", LARGE]
    assert [way.name for way in answers(batched(says("yes"), kept), asked).able] == [LARGE]


def seat(served_as: str = "m", service: str = "standard", **more: Any) -> Seat:
    row = provider("p", **more)
    return Seat(offer("m", "p", served_as=served_as), row, "hosted", None, None, False, service=service)


def test_a_statement_counts_for_the_offers_that_it_is_about() -> None:
    rows = (
        says("yes", endpoint="one region"),
        says("no", endpoint="all regions", applies=Applies(served_as=("global.", "us."))),
        says("on_request", applies=Applies(labs=("Lab",), weights="closed")),
    )
    open, closed = model("m"), model("m", lab="Lab", weights="closed", licence=None)
    assert complied(seat(compliance=rows), open, "zero_retention") == "yes"
    assert complied(seat("global.m", compliance=rows), open, "zero_retention") == "no"
    assert complied(seat(compliance=rows), closed, "zero_retention") == "on request"
    assert complied(seat(compliance=rows[1:]), open, "zero_retention") is None  # nobody said anything of this one


def test_no_training_is_what_is_wanted_where_one_plan_trains_and_another_does_not() -> None:
    rows = (says("yes", "training_on_customer_data", plan="free"), says("no", "training_on_customer_data", plan="paid"))
    assert complied(seat(compliance=rows), model("m"), "training_on_customer_data") == "no"
    assert complied(seat(compliance=rows[:1]), model("m"), "training_on_customer_data") == "yes"


def test_what_was_signed_is_no_answer_to_a_plain_no() -> None:
    asked, team = task(compliance=("zero_retention",)), Team(agreements={"host": ("zero_retention",)})
    for said, able in (("on_request", True), ("no", False)):
        there = told(market(), "host", says(said))
        assert (LARGE in {way.offer for way in answers(there, asked, team).able}) is able


def test_a_language_that_no_row_tells_of_excludes_nothing_and_one_that_is_not_spoken_does() -> None:
    asked = task(languages=("de",))
    assert LARGE in {way.offer for way in answers(market(), asked).able}
    models = market().models
    french = replace(models["gpt-oss-120b"], languages=("fr",))
    there = replace(market(), models={**models, "gpt-oss-120b": french})
    assert LARGE not in {way.offer for way in answers(there, asked).able}


def test_what_is_sold_across_regions_does_not_stay_in_the_eu() -> None:
    """Of the catalog that ships: at AWS some models are sold by their global profile only."""
    served = options(
        question(Workload(tasks=(task(residency=("EU",), quality=None),)), View(shipped(), DAY), iron())
    ).served[0]
    names = {way.offer: shipped().offers[str(way.offer)].served_as for way in served.able}
    assert not [name for name in names.values() if name.startswith(("global.", "us."))]
    assert any(str(id).endswith("@aws") for id in names) or any(str(id).endswith("@vertex") for id in names)
