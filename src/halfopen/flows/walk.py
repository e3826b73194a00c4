"""The itinerary of one request as it is walked: which call is made next, and what came of those that were made.

An offer is left out where its dialect cannot say what is asked, where it is at its limit, or where it rests. A call
that fails leads to the next offer, to the same once more, or to the end, by the table in `limits.retry`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from halfopen.errors import BadBody, ConnectFailed, ConnectTimeout, Fault, Refused, Resting, TooLong, UpstreamFault
from halfopen.flows.asking.ask import Asked
from halfopen.flows.attempt import Attempt
from halfopen.flows.budgeted import Worst
from halfopen.flows.going import going
from halfopen.flows.house import Decided, House
from halfopen.flows.spending.purse import Hold
from halfopen.flows.spending.throttle import Pass, Whose
from halfopen.limits import retry
from halfopen.limits.bucket import Limits
from halfopen.policy.world import Candidate
from halfopen.wire.faults import OWN_WORDS
from halfopen.wire.way import Sent, Way


@dataclass(slots=True, kw_only=True)
class Walk:
    """`steps` are the offers that are left, `tries` how often the first of them has been called."""

    asked: Asked
    decided: Decided
    house: House
    most: Worst
    day: date
    steps: list[Candidate]
    number: int = 0
    tries: int = 0
    told: list[str] = field(default_factory=list)
    unsaid: BadBody | None = None
    last: Fault | None = None
    full: float = 0.0  # seconds until an offer that was left out has room
    waited: float = 0.0  # seconds for room

    async def next(self) -> Attempt | None:
        """The next call, with what it may cost set aside; None when nothing is left. Raises BudgetSpent."""
        while self.steps:
            step = self.steps[0]
            taken = self._said(step)
            if taken is None or not await self._room(step):
                continue
            hold = self.most.reserved(self.house, self.day)
            ticket = self.house.wards.admit(step.id, self.house.clock.ticks())
            if ticket is not None:
                return self._attempt(step, taken, hold, ticket)
            self.house.purse.settle(hold, 0, self.day)
            self._on()
        return None

    async def failed(self, attempt: Attempt, fault: UpstreamFault) -> None:
        """Enters a call that failed, and goes where the table says."""
        self.tries, self.last = self.tries + 1, attempt.named(fault)
        if isinstance(fault, TooLong):
            self._larger(attempt.step)
        last = isinstance(fault, Refused) or (isinstance(fault, TooLong) and len(self.steps) == 1)
        attempt.ended(None, fault=fault, final=last)
        self.told.append(f"{attempt.step.id}: {fault.message}")
        wait = retry.pause(fault, self.tries, len(self.steps) - 1)
        if wait is None:
            self.steps.clear()
        elif len(self.steps) > 1:
            self._on()
        else:
            await self.house.clock.rest(wait)

    def _larger(self, step: Candidate) -> None:
        """Of what is left only what is known to have a larger context."""
        self.steps[1:] = [each for each in self.steps[1:] if (each.context or 0) > (step.context or 0)]

    def end(self) -> Fault:
        """The fault for the caller when nothing is left: a refusal as it came, else one with all that was tried."""
        last, house = self.last, self.house
        if self.unsaid and not self.told:
            return self.unsaid
        if last is None:
            return self._none()
        if isinstance(last, OWN_WORDS):
            return last
        limit, widest = self.decided.decision.zone, self.decided.setup.policy.zones[-1]
        within = "" if limit == widest else f" in zone {limit}, which this request may not leave,"
        message = f"No offer{within} answered. Tried {'; '.join(dict.fromkeys(self.told))}"
        if isinstance(last, ConnectFailed | ConnectTimeout):
            message = f"{message.rstrip('.')}. Is it running? `halfopen doctor` tells what can be reached."
            return Resting(message, retry_after=house.wards.rules.rest)
        return type(last)(message, retry_after=last.retry_after)

    def _none(self) -> Fault:
        if self.full:
            said = f"Every offer that could serve this is at its limit, for {self.full:.1f} s."
            return Resting(said, retry_after=self.full)
        return Resting("Every offer that could serve this is resting after failures.", retry_after=1.0)

    def _on(self) -> None:
        self.steps.pop(0)
        self.tries = 0

    def _said(self, step: Candidate) -> tuple[Way, Sent] | None:
        """The request as the offer is asked; None where its dialect cannot say it: another's may."""
        try:
            return going(self.asked, step, self.decided.setup.destinations[step.id])
        except BadBody as fault:
            self.unsaid = self.unsaid or fault
            self._on()
            return None

    async def _room(self, step: Candidate) -> bool:
        """Whether an offer may be called: a short wait is waited for where no other is left."""
        throttle, now = self.house.throttle, self.house.clock.ticks()
        lacking = throttle.lacking(self._limits(step), self.asked.about, now) if throttle.limits else None
        shut = max(throttle.shut(step.id, now), lacking[1] if lacking else 0.0)
        if not shut:
            return True
        if len(self.steps) == 1 and self.waited + shut <= retry.PATIENCE:
            self.waited += shut
            await self.house.clock.rest(shut + retry.GRAIN)
            return False
        self.full = max(self.full, shut)
        self._on()
        return False

    def _limits(self, step: Candidate) -> list[tuple[Whose, Limits]]:
        return self.house.throttle.of(("offer", step.id), ("provider", step.provider))

    def _attempt(self, step: Candidate, taken: tuple[Way, Sent], hold: Hold, ticket: int) -> Attempt:
        self.number += 1
        now, limits = self.house.clock.ticks(), self._limits(step) if self.house.throttle.limits else []
        lease: Pass | None = self.house.throttle.take(limits, self.asked.about, now) if limits else None
        return Attempt(
            asked=self.asked,
            decided=self.decided,
            step=step,
            way=taken[0],
            sent=taken[1],
            number=self.number,
            ticket=ticket,
            house=self.house,
            began=now,
            hold=hold,
            lease=lease,
        )
