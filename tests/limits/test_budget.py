"""Budgets: what fits, when they renew, and what people may write."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfopen.documents import Complaints
from halfopen.limits.budget import Account, Budget, near, parsed, renews, short, window
from halfopen.money import PICO

DAY = date(2026, 12, 31)
ANA = Account("key", "ana")


def test_a_period_is_named_by_the_beginning_of_its_days() -> None:
    assert [window(per, DAY) for per in ("day", "month", "total")] == ["2026-12-31", "2026-12", ""]
    assert all(DAY.isoformat().startswith(window(per, DAY)) for per in ("day", "month", "total"))


def test_it_renews_on_the_first_day_of_the_next_period() -> None:
    assert [renews(per, DAY) for per in ("day", "month", "total")] == [date(2027, 1, 1), date(2027, 1, 1), None]
    assert renews("month", date(2026, 2, 1)) == date(2026, 3, 1)


@given(*(st.integers(0, 3 * PICO) for _ in range(3)))
def test_what_fits_leaves_nothing_overspent_and_what_does_not_would(spent: int, reserved: int, asked: int) -> None:
    lacking = short(ANA, Budget(usd=Decimal(1)), spent, reserved, asked)
    assert (lacking is None) == (spent + reserved + asked <= PICO)
    if lacking is not None:
        assert lacking.left == max(0, PICO - spent - reserved)
        assert lacking.waits == (spent + asked <= PICO)


def test_from_its_share_on_it_is_warned_of() -> None:
    budget = Budget(usd=Decimal(1), warn_at=Decimal("0.8"))
    assert [near(budget, picos) for picos in (0, 8 * PICO // 10 - 1, 8 * PICO // 10, PICO)] == [
        False,
        False,
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("25/month", Budget(usd=Decimal(25))),
        ("25", Budget(usd=Decimal(25))),
        ("$3.50/day", Budget(usd=Decimal("3.50"), per="day")),
        ("0/total", Budget(usd=Decimal(0), per="total")),
    ],
)
def test_people_write_dollars_and_a_period(text: str, budget: Budget) -> None:
    assert parsed(text) == budget


@pytest.mark.parametrize("text", ["", "many", "-1/day", "5/year", "5/", "nan/day", "inf", "1e12/day", "5 EUR/day"])
def test_what_is_no_budget_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="such as 25/month"):
        parsed(text)


@pytest.mark.parametrize(("usd", "warn_at"), [("-1", "0.8"), ("1", "0"), ("1", "1.1"), ("1e-13", "0.5")])
def test_a_row_that_makes_no_sense_is_refused(usd: str, warn_at: str) -> None:
    with pytest.raises(Complaints):
        Budget(usd=Decimal(usd), warn_at=Decimal(warn_at))
