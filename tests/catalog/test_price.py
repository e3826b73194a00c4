"""Which line is in force on a day, which tier a prompt falls into, and that both are exact."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfopen.catalog.price import PriceLine, Tier, in_force, price
from tests.catalog.shelf import DAY, SOURCES, shipped


def line(since: date, input: str = "1", cached_read: Decimal | None = None) -> PriceLine:
    return PriceLine(since=since, input=Decimal(input), output=Decimal(2), cached_read=cached_read, source=SOURCES[0])


def test_before_the_first_line_nothing_is_known() -> None:
    assert in_force([line(DAY)], DAY - timedelta(days=1)) is None
    assert in_force([], DAY) is None


def test_a_line_begins_on_its_day_and_holds_until_the_next() -> None:
    old, new = line(date(2026, 1, 1)), line(date(2026, 10, 20), "3")
    assert in_force([old, new], date(2026, 10, 19)) is old
    assert in_force([old, new], date(2026, 10, 20)) is new
    assert in_force([old, new], date(2030, 1, 1)) is new


def test_a_rate_is_whole_picodollars_a_token_and_an_unknown_one_is_absent() -> None:
    assert price(line(DAY, "0.0352", cached_read=Decimal("0.0016"))).rates(10) == {
        "input": 35_200,
        "cached_read": 1_600,
        "output": 2_000_000,
    }


def test_a_rate_finer_than_a_picodollar_a_token_is_refused() -> None:
    with pytest.raises(ValueError, match="finer than a picodollar"):
        price(line(DAY, "0.1000001"))


def test_the_whole_request_is_charged_by_the_tier_of_its_prompt() -> None:
    made = price(shipped().offers["claude-haiku-5-5@anthropic"].prices[-1])
    assert made.rates(100_000)["input"] == 100_000
    assert made.rates(100_001)["input"] == 500_000
    assert made.rates(100_001)["output"] == 2_500_000


@given(st.sets(st.integers(1, 10**6), max_size=4), st.integers(0, 2 * 10**6))
def test_the_tier_is_the_highest_that_the_prompt_exceeds(bounds: set[int], prompt: int) -> None:
    tiers = tuple(Tier(above=bound, input=Decimal(bound), output=Decimal(bound)) for bound in sorted(bounds))
    made = price(PriceLine(since=DAY, input=Decimal(0), output=Decimal(0), tiers=tiers, source=SOURCES[0]))
    passed = [bound for bound in bounds if prompt > bound]
    assert made.rates(prompt)["input"] == max(passed, default=0) * 1_000_000


@given(st.lists(st.dates(date(2020, 1, 1), date(2030, 1, 1)), unique=True), st.dates(date(2019, 1, 1)))
def test_the_line_in_force_is_the_last_that_has_begun(days: list[date], day: date) -> None:
    found = in_force([line(begun) for begun in days], day)
    assert (found.since if found else None) == max((begun for begun in days if begun <= day), default=None)
