"""Curves of cost over volume, and from where on the one stays cheaper than the other."""

from __future__ import annotations

import pytest

from halfopen.costs.breakeven import Cost, Curve, crossing, line


def test_curves_cross_where_the_one_stays_cheaper() -> None:
    offer = line("offer", 10, 9, 11, 1)
    rented = Curve("rented", lambda volume: Cost(800_000_000, 1_000_000_000, 1_250_000_000))
    found = crossing(offer, rented)
    assert found.likely == pytest.approx(100_000_000, rel=1e-3)
    assert found.low == pytest.approx(800_000_000 / 11, rel=1e-3)
    assert found.high == pytest.approx(1_250_000_000 / 9, rel=1e-3)


def test_a_curve_that_never_gets_cheaper_never_crosses() -> None:
    assert crossing(line("cheap", 1, 1, 1, 1), line("dear", 2, 2, 2, 1)) == (None, None, None)
    assert crossing(line("dear", 2, 2, 2, 1), line("cheap", 1, 1, 1, 1)) == (1, 1, 1)


def test_of_steps_that_cross_again_the_last_crossing_counts() -> None:
    jumps = tuple(range(10**9, 20 * 10**9, 10**9))
    steps = Curve("steps", lambda volume: Cost(*[(1 + volume // 10**9) * 5 * 10**9] * 3), jumps)
    found = crossing(line("offer", 6, 6, 6, 1), steps, most=20 * 10**9)
    assert found.likely == pytest.approx(25e9 / 6, rel=1e-3)  # at 4e9 a step of 25 beside 24; at 5e9 30 meets 30
