"""What was used, told only later: a second row, priced as of the day of the first."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from halfopen.catalog.price import PriceLine, price
from halfopen.catalog.source import Source
from halfopen.ledger.later import settled
from halfopen.testing.entries import row
from halfopen.wire.usage import Told

SINCE = date(2025, 1, 1)
PRICE = price(PriceLine(since=SINCE, input=Decimal(2), output=Decimal(10), source=Source(name="test", checked=SINCE)))
USED = {"input": 100, "output": 10}
ESTIMATED = row(attempt=3, usage={"input": 5, "output": 1}, usage_from="estimated", answered_as="r", cost=20)


def test_it_has_what_the_provider_told_and_all_else_of_the_first() -> None:
    later = settled(ESTIMATED, Told(USED), PRICE)
    assert later is not None
    assert (later.attempt, later.settles, later.usage, later.usage_from) == (4, 3, USED, "provider")
    assert (later.cost, later.currency, later.price_since) == (100 * 2_000_000 + 10 * 10_000_000, "USD", "2025-01-01")
    same = ("request", "at", "day", "key", "offer", "status", "fault", "total_ms", "answered_as", "decision")
    assert [getattr(later, name) for name in same] == [getattr(ESTIMATED, name) for name in same]


def test_it_is_unpriced_where_its_service_has_no_price() -> None:
    later = settled(ESTIMATED, Told(USED, "flex"), PRICE)
    assert later is not None
    assert (later.cost, later.currency) == (None, "")


@pytest.mark.parametrize("usage", [None, {}, {"input": 5}, {"output": 5}])
def test_who_does_not_tell_all_settles_nothing(usage: dict[str, int] | None) -> None:
    assert settled(ESTIMATED, Told(usage), PRICE) is None


def test_what_the_provider_told_is_settled_already() -> None:
    later = settled(ESTIMATED, Told(USED), PRICE)
    assert later is not None
    assert settled(later, Told(USED), PRICE) is None
    assert settled(row(answered_as="r"), Told(USED), PRICE) is None
