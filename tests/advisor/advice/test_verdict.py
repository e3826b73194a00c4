"""Verdicts: what stands beside the choice, what all of it is called, and what is told where nothing serves."""

from __future__ import annotations

from fractions import Fraction

import pytest

from halfopen.advisor.advice.question import ENOUGH, question
from halfopen.advisor.advice.verdict import Advice, advice
from halfopen.apps.iron import iron
from halfopen.costs.workload import Floor, Team, Workload
from halfopen.money import PICO
from tests.advisor.asked import BEST, CHEAP, LARGE, offered, task, view

HARD, HOME = task("hard", 10_000, quality=Floor(rating=1480)), task("home", 100_000, zone="home")


@pytest.fixture(scope="module")
def mixed() -> Advice:
    return advice(offered(HARD, HOME))


@pytest.mark.parametrize(
    ("tasks", "word"),
    [
        ((HARD,), "closed"),
        ((task("chat"),), "hosted open weights"),
        ((HOME,), "self-hosted"),
        ((task("chat"), HARD), "hybrid"),
        ((task("never", quality=Floor(rating=2000)),), "nothing"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_all_of_it_has_a_word(tasks: tuple[object, ...], word: str) -> None:
    assert advice(offered(*tasks)).word == word  # type: ignore[arg-type]


def test_shares_of_tokens_are_one_and_shares_of_money_are_the_whole(mixed: Advice) -> None:
    """11 million tokens closed and 110 at home, of 121."""
    assert mixed.tokens == {"closed": Fraction(1, 11), "self_hosted": Fraction(10, 11)}
    assert sum(mixed.money.values()) == mixed.cost.likely == mixed.settled.cost
    assert mixed.money["closed"] == 300 * PICO
    assert mixed.money["self_hosted"] > 6000 * PICO  # with the people
    assert mixed.cost.low <= mixed.cost.likely <= mixed.cost.high


def test_beside_the_choice_stands_what_one_would_ask_after(mixed: Advice) -> None:
    (chat,) = advice(offered(task("chat"))).verdicts
    assert chat.chosen is not None
    assert chat.chosen.name == LARGE
    assert chat.others["the cheapest closed"].name == CHEAP
    assert chat.others["the best rated"].name == BEST
    assert chat.hosts == ("host",)
    assert mixed.only("closed") == (None, ("home",))
    cost, lacking = advice(offered(task("chat"))).only("closed")
    assert cost is not None
    assert (cost.likely, lacking) == (1400 * PICO, ())


def test_where_nothing_serves_the_nearest_are_told_with_the_one_clause_that_they_lack() -> None:
    (verdict,) = advice(offered(task(quality=Floor(rating=1600)))).verdicts
    assert verdict.chosen is None
    assert verdict.refused["quality"] >= 4
    assert verdict.nearest[0].name == BEST
    assert [lack.clause for lack in verdict.nearest[0].lacks] == ["quality"]


def test_where_nobody_says_what_is_enough_it_is_four_fifths_of_parity_with_the_best_closed_and_that_is_told() -> None:
    """80 % of parity are 70 Elo behind 1500, which 1440 is not and 1420 is."""
    asked = question(Workload(tasks=(task(quality=None),)), view(), iron())
    assert asked.assumed == {"chat"}
    assert asked.workload.tasks[0].quality == Floor(parity_of="best", at_least=ENOUGH)
    (served,) = offered(task(quality=None)).served
    assert served.floor == pytest.approx(1500 - 70.4, abs=0.1)
    assert {way.name for way in served.able} == {BEST, LARGE}


def test_an_agreement_with_nobody_and_a_task_without_requests_are_told() -> None:
    with pytest.raises(ValueError, match="there is no provider `labb`; did you mean `lab`"):
        offered(task(), team=Team(agreements={"labb": ("hipaa_baa",)}))
    with pytest.raises(ValueError, match="it has no requests"):
        offered(task(requests=0))
