"""The most that a request may cost is never less than what it does cost, and never zero where nobody knows a price."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfopen.catalog.price import PriceLine, Tariff, Tier, price
from halfopen.costs.meter import cost
from halfopen.costs.worst import SEARCH, Amounts, Unpriced, dearest
from halfopen.documents import Complaints
from halfopen.money import PICO
from tests.advisor.worlds import SEEN
from tests.catalog.shelf import shipped

LINE = PriceLine(
    since=date(2026, 1, 1),
    input=Decimal("0.5"),
    output=Decimal(2),
    cached_read=Decimal("0.05"),
    cache_write_1h=Decimal(1),
    tiers=(Tier(above=1000, input=Decimal(3), output=Decimal(1)),),
    services=(Tariff(name="priority", input=Decimal("0.5"), output=Decimal(9)),),
    source=SEEN,
)
KINDS = ("input", "cached_read", "cache_write_1h")


@given(
    st.lists(st.integers(0, 3000), min_size=3, max_size=3),
    st.integers(0, 3000),
    st.sampled_from(["standard", "priority"]),
)
def test_no_request_costs_more_than_its_bound(into: list[int], out: int, service: str) -> None:
    made = price(LINE)
    usage = dict(zip(KINDS, into, strict=True)) | {"output": out}
    found = cost(made, usage if service == "standard" else {"input": sum(into), "output": out}, service)
    if found.cost is not None:
        assert found.cost <= dearest(made, Fraction(1), Unpriced()).of(Amounts(sum(into), out))


def test_the_dearest_rates_are_those_of_any_tier_and_service() -> None:
    found = dearest(price(LINE), Fraction(2), Unpriced())
    assert [int(each) for each in found[:3]] == [6_000_000, 18_000_000, 0]


def test_what_nobody_prices_is_bound_by_what_is_stated_and_that_is_above_every_price_of_text() -> None:
    stated = dearest(None, None, Unpriced())
    assert stated.of(Amounts(1, 1)) > 0
    assert dearest(price(LINE), None, Unpriced()) == stated  # a currency that nobody knows the worth of
    assert stated.of(Amounts(calls=2)) == PICO  # half a dollar each
    for offer in shipped().offers.values():
        for line in offer.prices:
            for rates in (line, *line.tiers, *line.services):
                assert rates.input <= Unpriced().input, offer.id
                assert rates.output <= Unpriced().output, offer.id
                assert (rates.web_search or 0) <= SEARCH, offer.id


def test_a_stated_bound_of_zero_is_refused() -> None:
    with pytest.raises(Complaints):
        Unpriced(input=Decimal(0))
