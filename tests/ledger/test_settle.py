"""What an attempt used, and who says so."""

from __future__ import annotations

import pytest

from halfopen import errors
from halfopen.ledger.settle import counts, estimate


def test_an_estimate_rounds_the_prompt_up_and_counts_a_token_for_each_piece() -> None:
    assert estimate(100, 7) == {"input": 34, "output": 7}
    assert estimate(0, 0) == {"input": 0, "output": 0}


GONE, BROKEN = errors.CallerGone("Gone."), errors.BrokenProtocol("Odd.")


def test_what_may_have_been_generated_unseen_is_in_an_estimate_and_what_nobody_can_bound_is_not_called_zero() -> None:
    assert counts(None, GONE, 300, 0, unseen=700) == ({"input": 100, "output": 700}, "estimated")
    assert counts(None, GONE, 300, 0, unseen=None) == ({"input": 100}, "estimated")
    assert counts({"input": 90}, GONE, 300, 5) == ({"input": 90, "output": 5}, "estimated")


@pytest.mark.parametrize(("status", "source"), [(0, "estimated"), (200, "estimated"), (204, "none"), (302, "none")])
def test_an_answer_that_was_none_cost_nothing_unless_it_looked_like_one(status: int, source: str) -> None:
    assert counts(None, BROKEN, 300, 0, status=status)[1] == source
