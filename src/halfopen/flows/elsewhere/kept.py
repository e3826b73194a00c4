"""An answer that a provider keeps, looked at, cancelled or deleted where it is kept.

Nothing is spent by that. But what was made in the background says only now what it cost: that is entered once, in the
place of the estimate.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from halfopen.access.key import Key, accounts
from halfopen.errors import NotAllowed, UnknownPath
from halfopen.flows.asking.bound import reaches
from halfopen.flows.discreet import blanked
from halfopen.flows.house import House
from halfopen.ledger.entry import Entry
from halfopen.ledger.later import settled
from halfopen.ports.upstream import Call, Headers
from halfopen.wire.faults import from_provider
from halfopen.wire.responses.answer import told_at_last
from halfopen.wire.table import RESPONSES

MOST_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Question:
    """`tail` is what follows the id in the path, with the query."""

    id: str
    method: str
    tail: str
    holder: Key | None = None
    headers: Headers = ()


async def fetched(asked: Question, house: House) -> tuple[Entry, bytes]:
    """The row of the answer, and what its provider says of it.

    Raises UnknownPath, NotAllowed, UpstreamFault, LedgerFull.
    """
    entry = next((row for row in reversed(await house.ledger.find(asked.id)) if _is(row, asked)), None)
    destination = house.destinations.get(entry.offer) if entry else None
    upstream = house.setup.upstreams.get(entry.zone) if entry else None
    if entry is None or destination is None or upstream is None or RESPONSES.name not in destination.targets:
        raise UnknownPath(f"No provider is known here that keeps an answer `{asked.id[:80]}` of yours.")
    if not any(c.id == entry.offer and reaches(asked.holder, c, house.policy.zones) for c in house.world().candidates):
        raise NotAllowed(f"{entry.offer} keeps this answer, and your key may not go there any more.")
    call = Call(
        scheme=destination.scheme,
        host=destination.host,
        port=destination.port,
        target=f"{destination.targets[RESPONSES.name]}/{asked.id}{asked.tail}",
        headers=asked.headers,
        method=asked.method,
        deadlines=destination.deadlines,
    )
    proof = await destination.signer.sign(call) if destination.signer else destination.headers_to(RESPONSES.name)
    reply = await upstream.call(replace(call, headers=(*proof, *call.headers)))
    body = blanked(await reply.whole(MOST_BYTES), proof)
    if reply.status != 200:
        raise from_provider(reply.status, body, None, entry.provider)
    price = house.setup.prices.of(entry.offer, date.fromisoformat(entry.day))
    if (row := settled(entry, told_at_last(body), price)) is not None:
        row = replace(row, charged=_charged(row, entry, house))
        house.ledger.append(row, ("", b""))
        house.purse.spend(
            accounts(row.key, row.team, row.lane), row.charged - entry.charged, date.fromisoformat(row.day)
        )
    return entry, body


def _charged(row: Entry, entry: Entry, house: House) -> int:
    """What budgets are charged now that it is known; what still nobody prices stays at its bound."""
    rate = house.setup.prices.rate(row.currency, date.fromisoformat(row.day)) if row.cost is not None else None
    return entry.charged if row.cost is None or rate is None else round(row.cost * rate)


def _is(row: Entry, asked: Question) -> bool:
    return row.answered_as == asked.id and row.key == (asked.holder.name if asked.holder else "")
