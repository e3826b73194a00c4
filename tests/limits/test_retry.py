"""What follows a fault."""

from __future__ import annotations

import pytest

from halfopen import errors
from halfopen.errors import Fault, UpstreamFault
from halfopen.limits.retry import GRAIN, PATIENCE, PAUSE, RULES, pause, rest, rule_of

LEAVES = UpstreamFault.__subclasses__()


def test_every_fault_of_a_provider_has_a_rule() -> None:
    assert set(RULES) == set(LEAVES)


@pytest.mark.parametrize("leaf", [leaf for leaf in LEAVES if RULES[leaf].elsewhere])
def test_another_offer_is_tried_at_once(leaf: type[Fault]) -> None:
    assert pause(leaf("no"), tries=1, left=1) == 0.0


@pytest.mark.parametrize("leaf", [leaf for leaf in LEAVES if not RULES[leaf].elsewhere])
def test_what_is_no_better_elsewhere_stops(leaf: type[Fault]) -> None:
    assert pause(leaf("no"), tries=1, left=3) is None


def test_the_last_offer_is_tried_once_more_and_not_twice() -> None:
    fault = errors.ServerError("no")
    assert pause(fault, tries=1, left=0) == PAUSE
    assert pause(fault, tries=2, left=0) is None


def test_a_silent_provider_is_not_waited_for_a_second_time() -> None:
    assert pause(errors.FirstByteTimeout("no"), tries=1, left=0) is None


def test_a_short_retry_after_is_waited_for_and_a_long_one_is_not() -> None:
    assert pause(errors.Overloaded("no", retry_after=2.0), tries=1, left=0) == 2.0 + GRAIN
    assert pause(errors.Overloaded("no", retry_after=PATIENCE + 1), tries=1, left=0) is None


def test_a_refusal_of_the_request_does_not_count_against_the_offer() -> None:
    theirs = (errors.Refused, errors.TooLong)
    assert not any(rule_of(leaf("no")).blames for leaf in theirs)
    assert all(RULES[leaf].blames for leaf in LEAVES if leaf not in theirs)


def test_a_key_that_was_rejected_rests_without_being_asked_to() -> None:
    assert rest(errors.KeyRejected("no")) == 60.0
    assert rest(errors.Overloaded("no", retry_after=7.0)) == 7.0
    assert rest(errors.ServerError("no")) is None


def test_a_fault_of_ours_is_never_tried_again() -> None:
    assert pause(errors.LedgerFull("no"), tries=1, left=2) is None
