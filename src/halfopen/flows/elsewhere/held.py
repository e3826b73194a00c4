"""Who holds what a request goes on from: an answer that a provider keeps is known here by its id alone."""

from __future__ import annotations

from dataclasses import replace

from halfopen.errors import BadBody
from halfopen.flows.asking.ask import Asked
from halfopen.flows.house import House
from halfopen.policy.holding import UNKNOWN
from halfopen.policy.world import Ask


async def held(asked: Asked, house: House) -> Ask:
    """What is asked, with the offer that holds what it goes on from, if it does. Raises BadBody for two of them."""
    holders = {found for id in asked.state if (found := await _holder(id, asked.key, house))}
    if len(holders) > 1:
        raise BadBody(
            f"What this request goes on from is held by {' and by '.join(sorted(holders))}. "
            "Nobody has all of it: send the history instead of the ids."
        )
    return replace(asked.ask, holder=holders.pop() if holders else UNKNOWN)


async def _holder(id: str, key: str, house: House) -> str:
    """The offer that gave an answer under that id to that key; empty if that is not known."""
    for entry in reversed(await house.ledger.find(id)):
        if entry.answered_as == id and entry.key == key:
            return entry.offer
    return ""
