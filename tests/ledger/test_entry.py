"""A row of the ledger, and the columns made from it."""

from __future__ import annotations

from dataclasses import fields

import pytest

from halfopen.ledger.entry import COLUMNS, Entry
from halfopen.money import MOST
from halfopen.testing.entries import row


def test_every_field_is_a_column_and_only_cost_and_the_first_byte_may_be_unknown() -> None:
    assert [column.name for column in COLUMNS] == [each.name for each in fields(Entry)]
    assert [column.name for column in COLUMNS if "NOT NULL" not in column.sql] == ["cost", "first_ms"]


@pytest.mark.parametrize("cost", [-1, MOST + 1])
def test_a_cost_that_no_row_can_hold_is_refused(cost: int) -> None:
    with pytest.raises(ValueError, match="not the cost of one attempt"):
        row(cost=cost)
    assert row(cost=MOST).cost == MOST
