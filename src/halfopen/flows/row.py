"""The row of an attempt that has ended: what was used, what it cost, what budgets are charged, and how it went."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from halfopen.conversation.loss import Loss, noted
from halfopen.costs.meter import cost
from halfopen.errors import Fault
from halfopen.flows.asking.ask import Asked
from halfopen.flows.budgeted import Ending, charged
from halfopen.flows.house import Decided, House, day_of
from halfopen.ledger.entry import Entry
from halfopen.ledger.settle import counts
from halfopen.money import MOST
from halfopen.policy.world import Candidate
from halfopen.wire.usage import Told, Usage
from halfopen.wire.way import Sent, Way


class Ended(Protocol):
    """What has to be known of a call that has ended; `flows.attempt` knows it."""

    asked: Asked
    decided: Decided
    step: Candidate
    way: Way
    sent: Sent
    number: int
    house: House
    began: float
    status: int
    first: float | None
    bytes_out: int
    lost: tuple[Loss, ...]
    guess: Mapping[str, int] | None
    told: Told


def row(call: Ended, usage: Usage | None, fault: Fault | None, pieces: int, final: bool) -> Entry:
    """What is known of a call that has ended, as the ledger keeps it."""
    asked, step, clock = call.asked, call.step, call.house.clock
    lasted = clock.ticks() - call.began
    day = day_of(at := clock.now() - lasted)
    # A stream shows what is generated, a refusal generates nothing; of a broken whole answer nobody saw anything.
    blind = fault is not None and not asked.ask.stream and call.status in (0, 200)
    unseen = asked.dialect.limit(asked.body) if blind else 0
    counted, source = counts(usage, fault, asked.size, pieces, call.status, unseen, asked.dialect.estimated, call.guess)
    known = counted if source != "unknown" and ("output" in counted or source == "none") else None
    settled = cost(call.decided.setup.prices.of(step.id, day), known, call.told.service)
    waits = bool(call.told.kept) and source != "provider"  # it is made in the background, and tells later
    end = Ending(settled.cost, settled.currency, counted, source, fault is not None or waits, call.bytes_out)
    spent = charged(end, asked, step, call.decided.setup.prices, day)
    return Entry(
        request=asked.id,
        attempt=call.number,
        at=at,
        day=day.isoformat(),
        key=asked.key,
        team=asked.holder.team if asked.holder else "",
        lane=call.decided.decision.lane,
        offer=step.id,
        model=step.model,
        provider=step.provider,
        hosting=step.hosting,
        zone=step.zone,
        dialect=asked.dialect.name,
        stream=asked.ask.stream,
        served_as=step.served_as,
        decision=call.decided.digest,
        reason=call.decided.decision.reason,
        status=call.status,
        fault=fault.code if fault else "",
        final=final,
        usage=counted,
        usage_from=source,
        cost=settled.cost,
        currency=settled.currency,
        price_since=settled.price_since,
        charged=min(spent, MOST),
        first_ms=None if call.first is None else round(1000 * (call.first - call.began), 3),
        total_ms=round(1000 * lasted, 3),
        bytes_in=asked.size,
        bytes_out=call.bytes_out,
        labels=asked.labels,
        simulated=step.simulated,
        answered_as=call.told.kept,
        spoken="" if call.way.spoken is asked.dialect else call.way.spoken.name,
        dropped=noted((*call.sent.lost, *call.lost)) if call.sent.lost or call.lost else (),
    )
