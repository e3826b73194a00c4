"""The breaker, as its callers meet it."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from halfopen.limits.breaker import Breaker, Rules, State, admit, failed, succeeded

RULES = Rules(failures=3, rest=5.0, longest=40.0)


def opened(now: float = 0.0) -> Breaker:
    """A breaker that opened at `now`."""
    breaker = Breaker()
    for _ in range(RULES.failures):
        breaker = failed(breaker, breaker.turn, RULES, now)
    assert breaker.state is State.OPEN
    return breaker


def probing(breaker: Breaker, now: float) -> tuple[Breaker, int]:
    """The breaker with a probe out, and the probe's ticket."""
    breaker, ticket = admit(breaker, RULES, now)
    assert ticket is not None
    return breaker, ticket


def test_it_opens_on_the_third_failure_in_a_row() -> None:
    breaker = Breaker()
    for _ in range(2):
        breaker = failed(breaker, breaker.turn, RULES, 0)
    assert breaker.state is State.CLOSED
    assert failed(breaker, breaker.turn, RULES, 0).state is State.OPEN


def test_a_success_in_between_starts_the_count_anew() -> None:
    breaker = failed(failed(Breaker(), 0, RULES, 0), 0, RULES, 0)
    breaker = succeeded(breaker, breaker.turn)
    assert failed(breaker, breaker.turn, RULES, 0).state is State.CLOSED


def test_while_it_is_open_nobody_is_admitted() -> None:
    assert admit(opened(), RULES, RULES.rest - 0.001)[1] is None


def test_after_a_rest_one_probe_is_admitted_and_no_second() -> None:
    breaker, _ = probing(opened(), RULES.rest)
    assert breaker.state is State.HALF_OPEN
    assert admit(breaker, RULES, RULES.rest)[1] is None


def test_a_probe_that_succeeds_closes_it() -> None:
    breaker, ticket = probing(opened(), RULES.rest)
    breaker = succeeded(breaker, ticket)
    assert breaker.state is State.CLOSED
    assert breaker.failures == 0


def test_a_probe_that_fails_opens_it_for_twice_as_long() -> None:
    breaker, ticket = probing(opened(), RULES.rest)
    breaker = failed(breaker, ticket, RULES, RULES.rest)
    assert breaker.state is State.OPEN
    assert breaker.until == RULES.rest + 2 * RULES.rest


def test_no_rest_is_longer_than_the_longest() -> None:
    breaker, now = opened(), 0.0
    for _ in range(10):
        now = breaker.until
        breaker, ticket = probing(breaker, now)
        breaker = failed(breaker, ticket, RULES, now)
    assert breaker.until == now + RULES.longest


def test_a_provider_that_says_how_long_is_believed_at_the_first_failure() -> None:
    breaker = failed(Breaker(), 0, RULES, 100.0, rest=17.0)
    assert breaker.state is State.OPEN
    assert breaker.until == 117.0


def test_a_provider_that_says_for_ever_is_asked_again_after_the_longest_rest() -> None:
    assert failed(Breaker(), 0, RULES, 0.0, rest=1e9).until == RULES.longest


def test_calls_in_flight_when_it_opened_are_old_news_even_to_a_probe() -> None:
    early = Breaker().turn
    breaker, ticket = probing(opened(), RULES.rest)
    assert succeeded(breaker, early) == breaker
    assert failed(breaker, early, RULES, RULES.rest) == breaker
    assert succeeded(breaker, ticket).state is State.CLOSED


def test_a_probe_that_never_reports_does_not_shut_the_door_for_ever() -> None:
    breaker, lost = probing(opened(), RULES.rest)
    breaker, ticket = probing(breaker, breaker.until)
    assert succeeded(breaker, lost) == breaker
    assert succeeded(breaker, ticket).state is State.CLOSED


steps = st.lists(st.tuples(st.sampled_from(["ask", "well", "badly"]), st.floats(0, 20)), max_size=60)


@given(steps)
def test_two_probes_are_never_closer_than_a_rest(story: list[tuple[str, float]]) -> None:
    breaker, now, probes, tickets = opened(), 0.0, [], []
    for what, pause in story:
        now += pause
        if what == "ask":
            breaker, ticket = admit(breaker, RULES, now)
            if ticket is not None:
                tickets.append(ticket)
            if ticket is not None and breaker.state is State.HALF_OPEN:
                probes.append(now)
        elif tickets and breaker.state is not State.CLOSED:
            breaker = failed(breaker, tickets.pop(), RULES, now)
    assert all(later - earlier >= RULES.rest for earlier, later in pairwise(probes))


@given(steps)
def test_a_closed_breaker_admits_and_a_turn_never_goes_back(story: list[tuple[str, float]]) -> None:
    breaker, now = Breaker(), 0.0
    for what, pause in story:
        now, before = now + pause, breaker.turn
        breaker, ticket = admit(breaker, RULES, now)
        assert ticket is not None or breaker.state is not State.CLOSED
        if ticket is not None and what != "ask":
            breaker = succeeded(breaker, ticket) if what == "well" else failed(breaker, ticket, RULES, now)
        assert breaker.turn >= before
