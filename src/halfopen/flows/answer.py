"""One request, the whole story: decide, try the offers in order, hand over the answer."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

from halfopen.errors import (
    BadBody,
    ConnectFailed,
    ConnectTimeout,
    Fault,
    LedgerFull,
    Refused,
    Resting,
    UpstreamFault,
)
from halfopen.flows.asking.ask import Asked
from halfopen.flows.attempt import Attempt
from halfopen.flows.budgeted import limited, worst
from halfopen.flows.going import going
from halfopen.flows.held import held
from halfopen.flows.house import Decided, House, day_of
from halfopen.flows.leaving import why
from halfopen.flows.pump import Relay
from halfopen.flows.spending.counting import guess, said
from halfopen.ledger.entry import Entry
from halfopen.ledger.settle import BYTES_A_TOKEN
from halfopen.limits import retry
from halfopen.ports.upstream import Headers

MOST_BYTES = 64 * 2**20  # of an unstreamed answer


class Whole(NamedTuple):
    """An unstreamed answer, its row already in the ledger."""

    attempt: Attempt
    headers: Headers  # the provider's
    body: bytes
    entry: Entry
    over: bool = True

    async def close(self) -> None:
        """Nothing is left to close: the body was read to its end."""


async def answer(asked: Asked, house: House) -> Whole | Relay:
    """The answer, or its beginning. Raises the Fault to be told to the caller.

    A caller who hangs up cancels this, and so does a server that stops: the provider's connection is closed at once,
    and the attempt is billed.
    """
    decided, day = await _decided(asked, house), day_of(house.clock.now())
    asked = limited(asked, decided, house)
    most = worst(asked, decided, house, day)
    steps, number, tries, told = list(decided.decision.itinerary), 0, 0, []
    unsaid: BadBody | None = None
    last: Fault | None = None
    while steps:
        try:
            taken = going(asked, steps[0], house.destinations[steps[0].id])
        except BadBody as fault:  # its dialect cannot say what is asked; another's may
            unsaid = unsaid or fault
            steps.pop(0)
            continue
        hold = most.reserved(house, day)
        ticket = house.wards.admit(steps[0].id, house.clock.ticks())
        if ticket is None:
            house.purse.settle(hold, 0, day)
            steps.pop(0)
            continue
        number += 1
        attempt = Attempt(
            asked=asked,
            decided=decided,
            step=steps[0],
            way=taken[0],
            sent=taken[1],
            number=number,
            ticket=ticket,
            house=house,
            began=house.clock.ticks(),
            hold=hold,
        )
        try:
            return await _once(attempt)
        except UpstreamFault as fault:
            tries, last = tries + 1, attempt.named(fault)
            attempt.ended(None, fault=fault, final=isinstance(fault, Refused))
            told.append(f"{steps[0].id}: {fault.message}")
            wait = retry.pause(fault, tries, len(steps) - 1)
        except asyncio.CancelledError as cancelled:
            attempt.ended(None, fault=why(cancelled))
            raise
        if wait is None:
            break
        if len(steps) > 1:
            steps.pop(0)
            tries = 0
        else:
            await house.clock.rest(wait)
    raise unsaid if unsaid and not told else _exhausted(last, told, decided, house)


async def _decided(asked: Asked, house: House) -> Decided:
    """Where it goes. Raises the Fault of a request that goes nowhere."""
    if house.clock.ticks() < house.full_until:
        raise LedgerFull(
            "The ledger could not be written just now, so nothing is spent. Is its disk full?", retry_after=5
        )
    ask = await held(asked, house) if asked.state else asked.ask
    decided = house.decide(ask, asked.facts(house.policy))
    if (stop := decided.decision.stop) is not None:
        raise stop.kind(stop.message, retry_after=stop.retry_after)
    return decided


async def _once(attempt: Attempt) -> Whole | Relay:
    """One call. Raises UpstreamFault as long as another offer could still answer instead."""
    reply = await attempt.call()
    if attempt.asked.ask.stream:
        return await Relay(attempt, reply).open()
    body = await reply.whole(MOST_BYTES)
    given = attempt.way.given(body, attempt.coming)
    attempt.lost, attempt.bytes_out = given.lost, len(given.body)
    attempt.told, usage = given.told, given.told.usage
    pieces = 0 if usage else len(body) // BYTES_A_TOKEN  # nobody counted, so it is estimated from its size
    if not usage and attempt.house.counter is not None:
        attempt.guess = await guess(attempt.asked, said(body, attempt.way.spoken), attempt.house.counter)
    return Whole(attempt, reply.headers, given.body, attempt.ended(usage, pieces=pieces))


def _exhausted(last: Fault | None, told: list[str], decided: Decided, house: House) -> Fault:
    """The fault for the caller when no offer is left: a refusal as it came, anything else with all that was tried."""
    if last is None:
        return Resting("Every offer that could serve this is resting after failures.", retry_after=1.0)
    if isinstance(last, Refused):
        return last
    limit = decided.decision.zone
    within = "" if limit == house.policy.zones[-1] else f" in zone {limit}, which this request may not leave,"
    message = f"No offer{within} answered. Tried {'; '.join(dict.fromkeys(told))}"
    if isinstance(last, ConnectFailed | ConnectTimeout):
        message = f"{message.rstrip('.')}. Is it running? `halfopen doctor` tells what can be reached."
        return Resting(message, retry_after=house.wards.rules.rest)
    return type(last)(message, retry_after=last.retry_after)
