"""What changed in force between two days, told by the dates in the rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from halfopen.catalog.diff import Change, diff, rate_said, rates_changed
from halfopen.catalog.price import PriceLine, Tariff
from halfopen.catalog.snapshot import catalog
from tests.catalog.shelf import DAY, SOURCES, model, offer, provider, shipped

ONE, TWO = Decimal(1), Decimal(2)


def line(since: date, **more: Any) -> PriceLine:
    row: dict[str, Any] = {"since": since, "input": ONE, "output": TWO, "source": SOURCES[0]}
    return PriceLine(**row | more)


FIRST, SECOND, END = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)
LINES = (line(FIRST), line(SECOND, input=TWO, cached_read=ONE))
WORLD = catalog(
    [model("a", released=date(2026, 4, 1)), model("b")],
    [provider("p")],
    [offer("a", "p", prices=LINES, retires=END, successor="b"), offer("b", "p")],
)


def kinds(after: date, until: date) -> list[tuple[str, str]]:
    return [(str(change.day), change.kind) for change in diff(WORLD, after, until)]


def test_everything_that_a_row_dates_is_told_in_order() -> None:
    assert kinds(date(2026, 1, 1), date(2026, 12, 31)) == [
        ("2026-04-01", "released"),
        ("2026-05-01", "offered"),
        ("2026-06-01", "price"),
        ("2026-07-01", "retired"),
    ]


def test_the_earlier_day_is_left_out_and_the_later_one_is_not() -> None:
    assert kinds(FIRST, SECOND) == [("2026-06-01", "price")]
    assert kinds(SECOND, SECOND) == []


def test_a_change_of_price_tells_before_and_after_of_what_changed_only() -> None:
    (change,) = diff(WORLD, FIRST, SECOND)
    assert change.rates == {"input": (ONE, TWO), "cached_read": (None, ONE)}
    assert [rate_said(name, *pair) for name, pair in change.rates.items()] == ["input 1 -> 2", "cached_read 1"]


def test_a_rate_that_is_gone_is_told_as_one_that_is_not_stated() -> None:
    batch = Tariff(name="batch", input=ONE, output=ONE)
    changed = rates_changed(line(FIRST, services=(batch,)), line(SECOND))
    assert changed == {"batch input": (ONE, None), "batch output": (ONE, None)}
    assert rate_said("batch input", ONE, None) == "batch input 1 -> not stated"


def test_days_in_the_wrong_order_are_refused_in_a_sentence() -> None:
    with pytest.raises(ValueError, match="2026-06-01 comes after 2026-05-01; the earlier day goes first"):
        diff(WORLD, SECOND, FIRST)


def test_the_rows_that_ship_tell_what_this_autumn_brought() -> None:
    changes = diff(shipped(), date(2026, 10, 20), DAY)
    assert Change(date(2026, 10, 23), "retired", "o1@openai", "retired; gpt-6.1-sol comes after it") in changes
    (cheaper,) = [change for change in changes if change.subject == "mistral-large-4@mistral"]
    assert cheaper.rates["input"] == (Decimal("1.36"), Decimal("0.7"))
