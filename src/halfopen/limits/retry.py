"""What follows a fault: the next offer, the same once more, or stop. A table, and one function that reads it.

Nothing is tried again once the caller has seen a byte of an answer: that is the pump's rule, not this table's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from halfopen import errors
from halfopen.errors import Fault


@dataclass(frozen=True, slots=True)
class Rule:
    """`elsewhere`: another offer may do better. `again`: where no other is left, once more here.

    `blames`: it counts against the offer's breaker. `rest`: it opens that breaker at once, for so many seconds.
    """

    elsewhere: bool
    again: bool = False
    blames: bool = True
    rest: float | None = None


RULES: Mapping[type[Fault], Rule] = {
    errors.ConnectFailed: Rule(elsewhere=True, again=True),
    errors.ConnectTimeout: Rule(elsewhere=True),
    errors.FirstByteTimeout: Rule(elsewhere=True),
    errors.Stalled: Rule(elsewhere=True),
    errors.TotalTimeout: Rule(elsewhere=False),  # the caller's patience is spent as well
    errors.Truncated: Rule(elsewhere=True, again=True),
    errors.BrokenProtocol: Rule(elsewhere=True),
    errors.Overloaded: Rule(elsewhere=True, again=True),
    errors.ServerError: Rule(elsewhere=True, again=True),
    errors.KeyRejected: Rule(elsewhere=True, rest=60.0),
    errors.ModelGone: Rule(elsewhere=True, rest=60.0),
    errors.TooLong: Rule(elsewhere=True, blames=False),  # where the context is larger, and nowhere else
    errors.Refused: Rule(elsewhere=False, blames=False),  # the request itself; also a content filter's refusal
}
PAUSE = 0.25  # seconds before trying the same offer again, unless it says how long
PATIENCE = 5.0  # a longer `retry-after` is not waited for
GRAIN = 0.005  # seconds beyond a `retry-after`: a timer may wake early, and the breaker would not admit the call yet


def pause(fault: Fault, tries: int, left: int) -> float | None:
    """Seconds to wait before the next try, or None to stop.

    `tries` is how often this offer has been tried, `left` how many other offers remain.
    """
    rule = rule_of(fault)
    if rule.elsewhere and left:
        return 0.0
    if not rule.again or left or tries > 1:
        return None
    if fault.retry_after is None:
        return PAUSE
    return fault.retry_after + GRAIN if fault.retry_after <= PATIENCE else None


def rest(fault: Fault) -> float | None:
    """How long the offer should be left alone whatever else is known of it: its own word, or the table's."""
    return fault.retry_after if fault.retry_after is not None else rule_of(fault).rest


def rule_of(fault: Fault) -> Rule:
    return RULES.get(type(fault), Rule(elsewhere=False))
