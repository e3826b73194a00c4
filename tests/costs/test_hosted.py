"""What a token costs on a machine of one's own, by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfopen.catalog.price import price
from halfopen.costs.hosted import Machine, line
from halfopen.costs.meter import cost
from halfopen.documents import Complaints
from halfopen.money import PICO


def machine(hour: str = "3.60", speed: str = "1000", used: str = "0.5") -> Machine:
    return Machine(usd_an_hour=Decimal(hour), tokens_a_second=Decimal(speed), used=Decimal(used))


def test_an_hour_over_what_is_used_of_it_is_the_price_of_a_token() -> None:
    """3.60 dollars for 1000 x 3600 x 0.5 = 1.8 million tokens are 2 dollars a million, in and out."""
    assert machine().a_million == 2
    told = cost(price(line(machine())), {"input": 900_000, "output": 900_000})
    assert told.cost == Decimal("3.60") * PICO


@given(st.decimals("0.01", "500", places=2), st.integers(1, 200_000), st.decimals("0.01", "1", places=2))
def test_what_is_used_of_an_hour_pays_for_it(hour: Decimal, speed: int, used: Decimal) -> None:
    each = Machine(usd_an_hour=hour, tokens_a_second=Decimal(speed), used=used)
    tokens = speed * 3600 * used
    assert hour <= each.a_million * tokens / 1_000_000 <= hour + tokens * Decimal("0.000001") / 1_000_000


@pytest.mark.parametrize("wrong", [{"hour": "0"}, {"speed": "-1"}, {"used": "0"}, {"used": "1.1"}])
def test_what_makes_no_sense_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(Complaints):
        machine(**wrong)
