"""Which comparison to ask for next: what is promised is what asking it brings."""

from __future__ import annotations

from itertools import combinations
from math import inf, sqrt

import numpy as np
import pytest

from halfopen.ratings import BadBattles, battles, difference, fit, needed, needed_for_width, next_pairs
from halfopen.ratings.scale import ELO
from tests.ratings.arenas import drawn, of_score, written

STRENGTHS = [-150, -40, 0, 60, 130]


def test_two_who_met_nobody_else_meet_each_other() -> None:
    found = fit(written(of_score(300, 200)))
    (ask,) = next_pairs(found, pair=("a", "b"), count=500)
    assert (ask.a, ask.b, ask.battles) == ("a", "b", 500)
    width = difference(found, "a", "b")
    assert ask.narrows == pytest.approx((width.high - width.low) / 2 * (1 - 1 / sqrt(2)), rel=0.01)


def test_what_it_promises_is_what_asking_brings() -> None:
    columns = drawn(STRENGTHS, 3_000)
    found = fit(battles(*columns))
    asks = next_pairs(found, pair=("m03", "m04"), count=3_000)
    rows = list(zip(*columns, strict=True))
    for ask in asks:
        gap = found.ratings[found.place(ask.a)] - found.ratings[found.place(ask.b)]
        score = 1 / (1 + np.exp(-gap / ELO))
        tied = round(0.3 * ask.battles)
        wins = round(score * ask.battles - tied / 2)
        rows += of_score(wins, ask.battles - tied - wins, tied, ask.a, ask.b)
    before, after = difference(found, "m03", "m04"), difference(fit(written(rows)), "m03", "m04")
    assert (before.high - before.low - after.high + after.low) / 2 == pytest.approx(asks[-1].narrows, rel=0.05)


def test_the_top_is_served_with_battles_of_the_top() -> None:
    asks = next_pairs(fit(battles(*drawn(STRENGTHS, 3_000))), top=2, count=100)
    assert sum(ask.battles for ask in asks) == 100
    assert {asks[0].a, asks[0].b} == {"m03", "m04"}


def test_one_who_won_everything_meets_the_best_first() -> None:
    found = fit(written(of_score(600, 200) + of_score(5, 0, a="new", b="b")))
    (ask,) = next_pairs(found, top=2, count=10)
    assert (ask.a, ask.b, ask.battles, ask.narrows) == ("new", "a", 10, inf)


def test_so_many_battles_do_settle_an_order() -> None:
    found = fit(written(of_score(52, 48)))
    more = needed(found, "a", "b", certainty=0.95, power=0.5)
    assert more is not None
    total = 100 + more
    # the score is 0.52: z = (0.52 - 0.5) / sqrt(0.25 / n) = 1.645 at n = 1691
    assert total == pytest.approx(1691, rel=0.03)
    assert needed(found, "a", "b", certainty=0.6) == 0
    assert needed(fit(written(of_score(50, 50))), "a", "b") is None


def test_so_many_battles_bring_a_width() -> None:
    found = fit(written(of_score(50, 50)))
    more = needed_for_width(found, "a", "b", half_width=10)
    assert more is not None
    assert ELO * 1.96 * sqrt(4 / (100 + more)) == pytest.approx(10, rel=0.02)
    assert needed_for_width(found, "a", "b", half_width=1e-9) is None


def test_nonsense_is_refused() -> None:
    found = fit(written(of_score(5, 5) + of_score(3, 0, a="c", b="a")))
    with pytest.raises(ValueError, match="either `top` or `pair`"):
        next_pairs(found)
    with pytest.raises(ValueError, match="either `top` or `pair`"):
        next_pairs(found, top=3, pair=("a", "b"))
    with pytest.raises(ValueError, match="top is 1"):
        next_pairs(found, top=1)
    with pytest.raises(BadBattles, match="itself"):
        next_pairs(found, pair=("a", "a"))
    with pytest.raises(BadBattles, match="itself"):
        needed(found, "a", "a")
    with pytest.raises(BadBattles, match="'c' has no finite rating yet"):
        needed(found, "a", "c")
    with pytest.raises(ValueError, match=r"between 0\.5 and 1"):
        needed(found, "a", "b", certainty=95)
    with pytest.raises(ValueError, match=r"the power is 1; it lies between 0\.5 and 1"):
        needed(found, "a", "b", power=1)
    with pytest.raises(ValueError, match="greater than 0"):
        needed_for_width(found, "a", "b", half_width=0)


def test_so_many_battles_suffice_as_often_as_the_power_says() -> None:
    before = of_score(36, 30)
    more = needed(fit(written(before)), "a", "b")
    assert more is not None
    dice = np.random.default_rng(1)
    sure = 0
    for wins in dice.binomial(more, 36 / 66, 200).tolist():
        after = fit(written(before + of_score(wins, more - wins)))
        sure += after.ratings[0] > after.ratings[1] and needed(after, "a", "b") == 0
    assert 0.75 <= sure / 200 <= 0.97


def test_each_row_tells_what_has_narrowed_until_it() -> None:
    found = fit(battles(*drawn(STRENGTHS, 600)))
    asks = next_pairs(found, top=4, count=300)
    told = [ask.narrows for ask in asks]
    assert len(told) > 2
    assert told == sorted(told)
    assert told[0] > 0
    size = len(found.models)
    bread = found.pool.sandwich.bread[:size, :size].copy()
    covariance = found.pool.sandwich.covariance[:size, :size]
    top = np.argsort(-found.ratings)[:4]
    contrasts = np.array([np.eye(size)[one] - np.eye(size)[other] for one, other in combinations(top, 2)])
    ratio = np.diagonal(contrasts @ covariance @ contrasts.T) / np.diagonal(contrasts @ bread @ contrasts.T)

    def half_width() -> float:
        return float(1.959964 * ELO * np.sqrt(np.diagonal(contrasts @ bread @ contrasts.T) * ratio).mean())

    before = half_width()
    for ask in asks:
        x = np.eye(size)[found.place(ask.a)] - np.eye(size)[found.place(ask.b)]
        chance = 1 / (1 + np.exp(-(x @ found.pool.at)))
        away = bread @ x
        bread -= np.outer(away, away) / (1 / (ask.battles * chance * (1 - chance)) + x @ away)
        assert ask.narrows == pytest.approx(before - half_width(), rel=1e-6)
