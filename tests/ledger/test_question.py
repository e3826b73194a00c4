"""What can be asked of the ledger: the statements, run on a database of their own."""

from __future__ import annotations

import json
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfopen.catalog.price import KINDS
from halfopen.ledger.entry import COLUMNS, Entry
from halfopen.ledger.question import GROUPS, Line, Question, UnknownGroup, answer, costs, figures
from halfopen.money import MOST
from halfopen.testing.entries import row


def asked(question: Question, *entries: Entry) -> tuple[Line, ...]:
    database = sqlite3.connect(":memory:")
    try:
        database.execute(f"CREATE TABLE attempts ({', '.join(column.name for column in COLUMNS)})")
        for entry in entries:
            values = [getattr(entry, column.name) for column in COLUMNS]
            told = [json.dumps(value) if isinstance(value, dict | tuple) else value for value in values]
            database.execute(f"INSERT INTO attempts VALUES ({', '.join('?' * len(told))})", told)
        return answer(question, database.execute(*figures(question)), database.execute(*costs(question)))
    finally:
        database.close()


def test_figures_are_counted_by_group() -> None:
    lines = asked(
        Question(),
        row(request="a", fault="stalled", final=False, usage={}, cost=0),
        row(request="a", attempt=2),
        row(request="b", usage_from="estimated"),
        row(request="c", cost=None, currency=""),
        row(request="d", lane="realtime", usage={"input": 7, "cached_read": 3}),
    )
    background, realtime = lines
    assert background.group == ("background",)
    assert (background.attempts, background.requests) == (4, 3)
    assert (background.faults, background.unpriced, background.estimated) == (1, 1, 1)
    assert background.fault_share == 0.25
    assert background.tokens["input"] == 3000
    assert background.cost == {"USD": 3_000_000}
    assert realtime.tokens == dict.fromkeys(KINDS, 0) | {"input": 7, "cached_read": 3}


def test_an_attempt_that_used_nothing_has_nothing_that_could_be_unpriced() -> None:
    (line,) = asked(
        Question(),
        row(request="a", fault="connect_failed", final=False, usage={}, usage_from="none", cost=None, currency=""),
        row(request="a", attempt=2, cost=None, currency=""),
        row(request="b", usage={"input": 5}, usage_from="estimated", cost=None, currency=""),
    )
    assert (line.attempts, line.unpriced) == (3, 2)


def test_a_row_that_came_later_counts_in_the_place_of_the_first() -> None:
    first = row(request="a", attempt=2, answered_as="r", usage={"input": 1, "output": 2}, usage_from="estimated")
    later = row(request="a", attempt=3, settles=2, answered_as="r", usage={"input": 7, "output": 8}, cost=9)
    failed = row(request="a", fault="stalled", final=False, usage={}, usage_from="none", cost=None, currency="")
    other = row(request="b", attempt=2, answered_as="s", usage={"input": 100}, usage_from="estimated", cost=100)
    (line,) = asked(Question(), failed, first, later, other)
    assert (line.attempts, line.requests, line.faults, line.estimated) == (3, 2, 1, 1)
    assert (line.tokens["input"], line.tokens["output"], line.cost) == (107, 8, {"USD": 109})


def test_money_is_never_added_across_currencies() -> None:
    (line,) = asked(Question(), row(request="a"), row(request="b", currency="EUR", cost=2), row(request="c"))
    assert line.cost == {"EUR": 2, "USD": 3_000_000}
    assert line.attempts == 3


def test_simulated_attempts_have_a_line_of_their_own() -> None:
    real, simulated = asked(Question(by=()), row(request="a"), row(request="b", simulated=True, cost=5))
    assert (real.simulated, real.cost) == (False, {"USD": 1_500_000})
    assert (simulated.simulated, simulated.cost) == (True, {"USD": 5})


@given(st.lists(st.integers(MOST - 5, MOST), min_size=1, max_size=6))
def test_sums_go_past_64_bits(amounts: list[int]) -> None:
    (line,) = asked(Question(), *(row(request=str(i), cost=each) for i, each in enumerate(amounts)))
    assert line.cost == {"USD": sum(amounts)}


@given(st.lists(st.integers(0, MOST), max_size=20))
def test_sums_are_exact(amounts: list[int]) -> None:
    lines = asked(Question(by=()), *(row(request=str(i), cost=each) for i, each in enumerate(amounts)))
    assert sum(line.cost["USD"] for line in lines) == sum(amounts)


def test_a_provider_that_claims_more_tokens_than_64_bits_hold_does_not_break_the_answer() -> None:
    (line,) = asked(Question(), row(usage={"input": 10**30}, cost=None), row(usage={"input": 2**62}, attempt=2))
    assert line.tokens["input"] >= 2**62


def test_a_span_has_its_beginning_and_not_its_end() -> None:
    rows = [row(request=str(at), at=float(at)) for at in (9, 10, 19, 20)]
    (line,) = asked(Question(since=10, until=20), *rows)
    assert line.attempts == 2


@pytest.mark.parametrize("group", GROUPS)
def test_every_group_can_be_asked_for_and_narrowed(group: str) -> None:
    question = Question(by=(group,))
    (line,) = asked(question, row())
    narrowed = Question(by=(group,), where={group: line.group[0]})
    assert asked(narrowed, row(), row(**{"simulated": True, group: True if group == "simulated" else "else"})) == (
        line,
    )


def test_an_unknown_group_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UnknownGroup, match="did you mean 'model'"):
        Question(by=("modle",))
    with pytest.raises(UnknownGroup, match="cannot be grouped by 'cost'"):
        Question(where={"cost": "1"})


@given(st.text(), st.sampled_from([group for group in GROUPS if group != "simulated"]))
def test_what_a_user_typed_is_bound_and_never_part_of_the_statement(typed: str, group: str) -> None:
    question = Question(where={group: typed})
    assert figures(question)[0] == figures(Question(where={group: "x"}))[0]
    assert figures(question)[1] == (typed,)
    assert costs(question)[1] == (typed,)
