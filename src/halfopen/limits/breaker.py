"""Closed, open, half-open: the table this product is named after.

A breaker is a value. Told what happened and when, it answers with the next breaker; it never sleeps,
never locks and never looks at a clock.

    closed ---- too many failures in a row ----> open ---- rested long enough ----> half-open
      ^                                           ^                                    |
      |                                           +--------- the probe failed ---------+
      +------------------------------------------------------ the probe succeeded -----+

Every admitted call carries the turn it was admitted in, as its ticket; every change of state begins a new
turn, and a report from an earlier turn is old news. That settles calls that were in flight when the breaker
opened, and a probe that never reports: its place is free again after one more rest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum


class State(Enum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


@dataclass(frozen=True, slots=True)
class Rules:
    """When to open, and for how long (seconds). Each rest in a row is twice the last, up to `longest`."""

    failures: int = 3
    rest: float = 5.0
    longest: float = 120.0


@dataclass(frozen=True, slots=True)
class Breaker:
    """The health of one offer, as its callers have found it."""

    state: State = State.CLOSED
    failures: int = 0  # in a row
    until: float = 0.0  # open, or a probe's place taken, until then
    rest: float = 0.0  # the last rest
    turn: int = 0


def admit(breaker: Breaker, rules: Rules, now: float) -> tuple[Breaker, int | None]:
    """A ticket for one call, or None. The first call after a rest is the probe."""
    if breaker.state is State.CLOSED:
        return breaker, breaker.turn
    if now < breaker.until:
        return breaker, None
    probe = replace(breaker, state=State.HALF_OPEN, until=now + max(breaker.rest, rules.rest), turn=breaker.turn + 1)
    return probe, probe.turn


def succeeded(breaker: Breaker, ticket: int) -> Breaker:
    """The breaker after a call that went well."""
    if ticket != breaker.turn:
        return breaker
    if breaker.state is State.CLOSED:
        return replace(breaker, failures=0) if breaker.failures else breaker
    return Breaker(turn=breaker.turn + 1)


def failed(breaker: Breaker, ticket: int, rules: Rules, now: float, rest: float | None = None) -> Breaker:
    """The breaker after a failure. `rest` is how long the provider itself said to stay away: it opens at once.

    Its word is taken as it is. Only after a failed probe it is a whole rest at least, so that a provider that
    says "at once" again and again is not asked without end.
    """
    if ticket != breaker.turn:
        return breaker
    failures = breaker.failures + 1
    if breaker.state is State.CLOSED and rest is None and failures < rules.failures:
        return replace(breaker, failures=failures)
    longer = min(max(breaker.rest * 2, rules.rest), rules.longest)
    least = 0.0 if breaker.state is State.CLOSED else rules.rest
    length = longer if rest is None else min(max(rest, least), rules.longest)
    return Breaker(State.OPEN, failures, now + length, length, breaker.turn + 1)
