"""The table of genai-prices as plain lines: its dates, tiers, services and hours, and what is said without it."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, time
from decimal import Decimal

import genai_prices
import pytest
from genai_prices.data_snapshot import DataSnapshot, set_custom_snapshot
from genai_prices.types import (
    ClauseEquals,
    ConditionalPrice,
    ModelInfo,
    ModelPrice,
    PriceVariant,
    Provider,
    StartDateConstraint,
    TieredPrices,
    TimeOfDateConstraint,
)
from genai_prices.types import Tier as TheirTier

from halfopen.adapters.prices import NotInstalled, table
from halfopen.catalog.price import PriceLine, Tariff, Tier
from tests.catalog.shelf import DAY

ONE, TWO, THREE = Decimal(1), Decimal(2), Decimal(3)
PLAIN = ModelPrice(input_mtok=ONE, output_mtok=TWO)


def lines(*prices: ConditionalPrice, variants: list[PriceVariant] | None = None) -> tuple[PriceLine, ...]:
    """What we read of a model with these prices."""
    model = ModelInfo(id="m", match=ClauseEquals("m"), prices=list(prices), price_variants=variants)
    set_custom_snapshot(DataSnapshot([Provider(id="p", name="P", api_pattern="x", models=[model])], False))
    try:
        return table({"m@p": ("p", "m")}, DAY).lines.get("m@p", ())
    finally:
        set_custom_snapshot(None)


def test_a_price_without_a_date_begins_at_the_beginning_of_time() -> None:
    (only,) = lines(ConditionalPrice(prices=PLAIN))
    assert (only.since, only.input, only.output, only.currency) == (date.min, ONE, TWO, "USD")
    assert only.source.name == f"genai-prices {genai_prices.__version__}"
    assert only.source.checked == DAY


def test_each_date_of_theirs_is_a_line_of_ours_and_one_that_changes_nothing_is_none() -> None:
    first, second = date(2026, 5, 1), date(2026, 6, 1)
    found = lines(
        ConditionalPrice(prices=PLAIN),
        ConditionalPrice(StartDateConstraint(first), prices=PLAIN),
        ConditionalPrice(StartDateConstraint(second), prices=ModelPrice(input_mtok=THREE, output_mtok=TWO)),
    )
    assert [(line.since, line.input) for line in found] == [(date.min, ONE), (second, THREE)]


def test_of_the_hours_of_a_day_the_dearest_is_taken() -> None:
    peak = TimeOfDateConstraint(time(1, tzinfo=UTC), time(4, tzinfo=UTC))
    (only,) = lines(
        ConditionalPrice(prices=PLAIN), ConditionalPrice(peak, prices=ModelPrice(input_mtok=THREE, output_mtok=THREE))
    )
    assert (only.input, only.output) == (THREE, THREE)


def test_tiers_are_whole_sets_of_rates() -> None:
    tiered = TieredPrices(ONE, [TheirTier(200_000, TWO)])
    (only,) = lines(ConditionalPrice(prices=ModelPrice(input_mtok=tiered, output_mtok=TWO, cache_read_mtok=ONE)))
    assert only.tiers == (Tier(above=200_000, input=TWO, output=TWO, cached_read=ONE),)
    assert only.input == ONE


def test_services_are_what_a_request_of_them_costs() -> None:
    batch = PriceVariant(when={"processing": "batch"}, prices=ModelPrice(input_mtok=Decimal("0.5")))
    other = PriceVariant(when={"service_tier": "default"}, prices=ModelPrice(input_mtok=THREE))
    (only,) = lines(ConditionalPrice(prices=PLAIN), variants=[batch, other])
    assert only.services == (Tariff(name="batch", input=Decimal("0.5"), output=TWO),)


def test_a_service_begins_on_its_own_day() -> None:
    start = date(2026, 10, 14)
    half = ModelPrice(input_mtok=Decimal("0.5"))
    batch = PriceVariant(when={"processing": "batch"}, prices=half, constraint=StartDateConstraint(start))
    before, after = lines(ConditionalPrice(prices=PLAIN), variants=[batch])
    assert (before.since, before.services) == (date.min, ())
    assert (after.since, after.services[0].input) == (start, Decimal("0.5"))


def test_pieces_are_priced_one_by_one() -> None:
    (only,) = lines(
        ConditionalPrice(prices=ModelPrice(input_mtok=ONE, output_mtok=TWO, web_searches_kcount=Decimal(10)))
    )
    assert only.web_search == Decimal("0.01")


def test_what_has_no_price_of_tokens_has_no_line() -> None:
    assert lines(ConditionalPrice(prices=ModelPrice(requests_kcount=ONE))) == ()


def test_what_it_does_not_know_is_left_out_and_what_makes_no_sense_is_told() -> None:
    asked = {"a": ("openai", "no-such-model"), "b": ("no-such-provider", "m"), "c": ("openai", "gpt-4.1")}
    found = table(asked, DAY)
    assert list(found.lines) == ["c"]
    fine = ModelInfo(
        id="m", match=ClauseEquals("m"), prices=ModelPrice(input_mtok=Decimal("0.0000001"), output_mtok=ONE)
    )
    set_custom_snapshot(DataSnapshot([Provider(id="p", name="P", api_pattern="x", models=[fine])], False))
    try:
        assert "looks like a price of one token" in table({"m@p": ("p", "m")}, DAY).unread["m@p"]
    finally:
        set_custom_snapshot(None)


def test_what_it_has_of_another_provider_only_is_borrowed() -> None:
    asked = {"own": ("openai", "gpt-4.1"), "maker's": ("azure", "deepseek-v3.2"), "none": ("openai", "no-such-model")}
    found = table(asked, DAY)
    assert set(found.lines) == {"own", "maker's"}
    assert found.borrowed == {"maker's"}


def test_a_rate_that_was_computed_is_rounded_where_that_is_next_to_nothing() -> None:
    (only,) = lines(ConditionalPrice(prices=ModelPrice(input_mtok=Decimal("0.041666666666666664"), output_mtok=TWO)))
    assert only.input == Decimal("0.041667")


@pytest.mark.parametrize("at", [datetime(2026, 8, 16, 2, tzinfo=UTC), datetime(2026, 8, 17, 2, tzinfo=UTC)], ids=str)
def test_a_line_costs_what_their_own_calculation_says(at: datetime) -> None:
    found = table({"x": ("deepseek", "deepseek-v4-pro")}, DAY).lines["x"]
    line = next(each for each in reversed(found) if each.since <= at.date())
    usage = genai_prices.Usage(input_tokens=1_000_000, output_tokens=1_000_000)
    theirs = genai_prices.calc_price(usage, "deepseek-v4-pro", provider_id="deepseek", genai_request_timestamp=at)
    assert line.input + line.output == theirs.total_price


def test_without_the_extra_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "genai_prices", None)
    monkeypatch.setitem(sys.modules, "genai_prices.data_snapshot", None)
    with pytest.raises(NotInstalled, match=r"no price was held against it; `pip install 'halfopen\[sync\]'`"):
        table({}, DAY)
