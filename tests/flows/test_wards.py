"""Who is resting, for how long, and when a decision that knew it is out of date."""

from __future__ import annotations

import pytest

from halfopen.flows.wards import LATELY, MEMORY, Wards
from halfopen.limits.breaker import Rules, State

RULES = Rules(failures=3, rest=5.0, longest=120.0)


def failing(wards: Wards, offer: str, now: float, times: int = 3, rest: float | None = None) -> None:
    """So many calls in a row end badly."""
    for _ in range(times):
        ticket = wards.admit(offer, now)
        assert ticket is not None
        wards.went_badly(offer, ticket, now, rest)


def test_nobody_rests_before_the_third_failure_in_a_row() -> None:
    wards = Wards(RULES)
    failing(wards, "a", 100.0, times=2)
    assert wards.health(100.0).resting == {}
    assert wards.health(100.0).version == Wards().health(0.0).version
    failing(wards, "a", 100.0, times=1)
    assert wards.health(100.0).resting == {"a": 5.0}
    assert wards.admit("a", 100.0) is None


@pytest.mark.parametrize("spared", [False, True], ids=["went well", "was spared"])
def test_a_call_that_shows_the_offer_is_up_ends_the_row_of_failures(spared: bool) -> None:
    wards = Wards(RULES)
    failing(wards, "a", 100.0, times=2)
    ticket = wards.admit("a", 100.0)
    assert ticket is not None
    wards.was_spared("a", ticket) if spared else wards.went_well("a", ticket)
    failing(wards, "a", 100.0, times=2)
    assert wards.health(100.0).resting == {}


def test_the_seconds_left_run_down_while_the_version_stands() -> None:
    wards = Wards(RULES)
    failing(wards, "a", 100.0)
    before = wards.health(100.0)
    later = wards.health(103.5)
    assert (before.resting, later.resting) == ({"a": 5.0}, {"a": 1.5})
    assert before.version == later.version


def test_the_version_changes_when_an_offer_falls_when_another_does_and_when_the_first_has_rested() -> None:
    wards = Wards(RULES)
    versions = [wards.health(100.0).version]
    failing(wards, "a", 100.0)
    versions.append(wards.health(100.0).version)
    failing(wards, "b", 102.0)
    versions.append(wards.health(102.0).version)
    assert wards.health(104.5).resting == {"a": 0.5, "b": 2.5}
    versions.append(wards.health(105.0).version)
    assert wards.health(105.0).resting == {"b": 2.0}
    versions.append(wards.health(107.0).version)
    assert wards.health(107.0).resting == {}
    assert len(set(versions)) == 5
    assert wards.health(5000.0).version == versions[-1]


def test_after_its_rest_one_probe_is_let_in_and_the_rest_of_the_world_waits_for_it() -> None:
    wards = Wards(RULES)
    failing(wards, "a", 100.0)
    assert wards.admit("a", 104.9) is None
    probe = wards.admit("a", 105.0)
    assert probe is not None
    assert wards.admit("a", 105.0) is None
    assert wards.health(105.0).resting == {"a": 5.0}
    wards.went_well("a", probe)
    assert wards.health(105.0).resting == {}
    assert wards.breakers["a"].state is State.CLOSED


def test_a_probe_that_never_reports_gives_its_place_to_another_after_one_more_rest() -> None:
    wards = Wards(RULES)
    failing(wards, "a", 100.0)
    assert wards.admit("a", 105.0) is not None
    assert wards.admit("a", 109.9) is None
    assert wards.admit("a", 110.0) is not None


def test_a_failed_probe_rests_twice_as_long() -> None:
    wards = Wards(RULES)
    failing(wards, "a", 100.0)
    failing(wards, "a", 105.0, times=1)
    assert wards.health(105.0).resting == {"a": 10.0}


def test_an_offers_own_word_opens_at_the_first_failure_and_for_as_long_as_it_says() -> None:
    wards = Wards(RULES)
    failing(wards, "a", 100.0, times=1, rest=42.0)
    assert wards.health(100.0).resting == {"a": 42.0}
    assert wards.admit("a", 141.9) is None
    assert wards.admit("a", 142.0) is not None


def test_a_report_from_before_the_breaker_opened_changes_nothing() -> None:
    wards = Wards(RULES)
    early = wards.admit("a", 100.0)
    assert early is not None
    failing(wards, "a", 100.0)
    wards.went_well("a", early)
    wards.went_badly("a", early, 101.0, None)
    assert wards.health(101.0).resting == {"a": 4.0}


def test_who_is_forgiven_serves_at_once_and_the_others_go_on_resting() -> None:
    wards = Wards(RULES)
    failing(wards, "a", 100.0)
    failing(wards, "b", 100.0)
    before = wards.health(100.0)
    wards.forgive(["a", "never-seen"])
    after = wards.health(100.0)
    assert after.resting == {"b": 5.0}
    assert after.version != before.version
    assert wards.admit("a", 100.0) is not None
    assert wards.admit("b", 100.0) is None
    assert "never-seen" not in wards.breakers


def test_a_failure_from_before_it_was_forgiven_is_not_held_against_it() -> None:
    wards = Wards(RULES)
    early = [wards.admit("a", 100.0) for _ in range(3)]
    wards.forgive(["a"])
    failing(wards, "a", 100.0, times=1)
    wards.forgive(["a"])
    for ticket in early:
        assert ticket is not None
        wards.went_badly("a", ticket, 101.0, None)
    failing(wards, "a", 101.0, times=2)
    assert wards.health(101.0).resting == {}


def test_the_time_to_a_first_byte_is_remembered_as_a_running_mean() -> None:
    wards = Wards(RULES)
    for milliseconds in (100.0, 200.0, 200.0):
        wards.timed("a", milliseconds, 7.0)
    after_two = 100.0 + MEMORY * 100.0
    assert wards.first_ms["a"] == pytest.approx(after_two + MEMORY * (200.0 - after_two))


def test_a_time_is_believed_only_for_a_while_so_that_a_slow_offer_is_tried_again() -> None:
    wards = Wards(RULES)
    wards.timed("a", 9000.0, 100.0)
    assert wards.pace(100.0 + LATELY - 1) == {"a": 9000.0}
    assert wards.pace(100.0 + LATELY) == {}
