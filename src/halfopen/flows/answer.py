"""One request, the whole story: decide, try the offers in order, hand over the answer."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import NamedTuple

from halfopen.errors import LedgerFull, UpstreamFault
from halfopen.flows.asking.ask import Asked
from halfopen.flows.asking.counting import guess, said
from halfopen.flows.attempt import Attempt
from halfopen.flows.budgeted import limited, near, worst
from halfopen.flows.elsewhere.held import held
from halfopen.flows.house import Decided, House, day_of
from halfopen.flows.leaving import why
from halfopen.flows.pump import Relay
from halfopen.flows.walk import Walk
from halfopen.ledger.entry import Entry
from halfopen.ledger.settle import BYTES_A_TOKEN
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
    asked = limited(asked, decided)
    walk = Walk(
        asked=asked,
        decided=decided,
        house=house,
        most=worst(asked, decided, house, day),
        day=day,
        steps=list(decided.decision.itinerary),
    )
    while (attempt := await walk.next()) is not None:
        try:
            return await _once(attempt)
        except UpstreamFault as fault:
            await walk.failed(attempt, fault)
        except asyncio.CancelledError as cancelled:
            attempt.ended(None, fault=why(cancelled))
            raise
    raise walk.end()


async def _decided(asked: Asked, house: House) -> Decided:
    """Where it goes. Raises the Fault of a request that goes nowhere."""
    if house.clock.ticks() < house.full_until:
        raise LedgerFull(
            "The ledger could not be written just now, so nothing is spent. Is its disk full?", retry_after=5
        )
    ask = await held(asked, house) if asked.state else asked.ask
    decided = house.decide(ask, asked.facts(house.policy))
    if near(asked, decided, house, day_of(house.clock.now())):
        decided = house.decide(replace(ask, near=True), asked.facts(house.policy))
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
