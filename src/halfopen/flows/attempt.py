"""One attempt at one offer, from its ticket to its row in the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from halfopen.catalog.price import ANSWER, PROMPT
from halfopen.conversation.loss import Loss
from halfopen.errors import CallerGone, Fault, Stopping, UpstreamFault
from halfopen.flows.asking.ask import Asked
from halfopen.flows.discreet import blanked, named
from halfopen.flows.house import Decided, House
from halfopen.flows.row import row
from halfopen.flows.spending.purse import Hold
from halfopen.flows.spending.throttle import Pass
from halfopen.ledger.entry import Entry
from halfopen.limits import retry
from halfopen.limits.headers import spent
from halfopen.policy.world import Candidate
from halfopen.ports.upstream import Call, Deadlines, Headers, Reply
from halfopen.wire.faults import from_provider, retry_after
from halfopen.wire.usage import Told, Usage
from halfopen.wire.way import Coming, Sent, Way

MOST_ERROR_BYTES = 2**20


@dataclass(slots=True, kw_only=True)
class Attempt:
    """What is known of a call while it lasts. It is recorded once, whatever happens."""

    asked: Asked
    decided: Decided
    step: Candidate
    way: Way
    sent: Sent
    number: int
    ticket: int
    house: House
    began: float  # ticks
    status: int = 0
    first: float | None = None  # ticks
    bytes_out: int = 0
    entry: Entry | None = None
    lost: tuple[Loss, ...] = ()  # of the answer; what the request lost is in `sent`
    guess: Mapping[str, int] | None = None  # what was used, counted by us
    told: Told = Told(None)  # as what it was served, and under which id it is kept
    proof: Headers = ()  # of who we are, as it was sent
    hold: Hold | None = None  # what was set aside for it
    lease: Pass | None = None  # its place within the limits of the offer and its provider

    def coming(self) -> Coming:
        """What an answer says where its provider says nothing."""
        return Coming(id=self.asked.id, model=self.step.served_as, created=int(self.house.clock.now()))

    async def call(self) -> Reply:
        """The head of a good answer. Raises UpstreamFault for any other status, with the provider's words."""
        step, spoken, destination = self.step, self.way.spoken, self.decided.setup.destinations[self.step.id]
        self.proof = () if destination.signer else destination.headers_to(spoken.name)
        call = Call(
            scheme=destination.scheme,
            host=destination.host,
            port=destination.port,
            target=spoken.target(destination.targets[spoken.name], step.served_as, self.asked.ask.stream),
            headers=(*self.proof, *self.asked.crossing(spoken)),
            body=self.sent.body,
            deadlines=destination.deadlines if self.number == 1 else self._left(destination.deadlines),
        )
        if destination.signer:
            self.proof = await destination.signer.sign(call)
            call = replace(call, headers=(*self.proof, *call.headers))
        reply = await self.decided.setup.upstreams[self.decided.decision.zone].call(call)
        self.status, self.first = reply.status, self.house.clock.ticks()
        if (left := spent(reply.headers, self.house.clock.now())) is not None:
            self.house.throttle.closes(step.id, self.house.clock.ticks() + left)
        if reply.status == 200:
            return reply
        body = blanked(await reply.whole(MOST_ERROR_BYTES), self.proof)
        wait = dict(reply.headers).get(b"retry-after", b"").decode("latin-1")
        fault = from_provider(reply.status, body, retry_after(wait, self.house.clock.now()), step.provider)
        fault.body = fault.body if spoken is self.asked.dialect else b""  # its words stay, its shape would be foreign
        raise fault

    def _left(self, given: Deadlines) -> Deadlines:
        """What is left of the time that the request has, however many calls it takes."""
        return replace(given, total=max(0.0, given.total - (self.house.clock.ticks() - self.asked.began)))

    def named(self, fault: UpstreamFault) -> UpstreamFault:
        """The fault as its caller may read it."""
        return named(fault, self.step.provider, self.decided.setup.destinations[self.step.id], self.proof)

    def ended(self, usage: Usage | None, *, fault: Fault | None = None, pieces: int = 0, final: bool = True) -> Entry:
        """Writes the row and tells the breaker; a second call changes nothing. Raises LedgerFull."""
        if self.entry is None:
            self.entry = row(self, usage, fault, pieces, final)
            self._report(fault)
            if self.hold is not None:
                self.house.purse.settle(self.hold, self.entry.charged, date.fromisoformat(self.entry.day))
            self._used(self.entry.usage)
            self.house.meter.attempt(self.entry)
            self.house.enter(self.entry, self.decided)
        return self.entry

    def _used(self, usage: Mapping[str, int]) -> None:
        """Tells the limits how many tokens it was."""
        if self.asked.admitted is None and self.lease is None:
            return
        tokens = sum(usage.get(kind, 0) for kind in (*PROMPT, *ANSWER))
        if self.asked.admitted is not None:
            self.asked.admitted.used += tokens
        if self.lease is not None:
            self.lease.used += tokens
            self.house.throttle.give_back(self.lease, self.house.clock.ticks())

    def _report(self, fault: Fault | None) -> None:
        wards, now = self.house.wards, self.house.clock.ticks()
        if fault is None:
            wards.went_well(self.step.id, self.ticket)
            if self.asked.ask.stream and self.first is not None:  # an unstreamed answer has no first token to time
                wards.timed(self.step.id, 1000 * (self.first - self.began), now)
        elif isinstance(fault, CallerGone | Stopping):
            return  # says nothing about the offer; a probe's place comes free after one more rest
        elif retry.rule_of(fault).blames:
            wards.went_badly(self.step.id, self.ticket, now, retry.rest(fault))
        else:
            wards.was_spared(self.step.id, self.ticket)
