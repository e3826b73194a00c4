"""A decision as a plain table: what `explain`, the ledger and the console show of it."""

from __future__ import annotations

from typing import Any

from halfopen.money import per_million
from halfopen.policy.decide import Decision
from halfopen.policy.world import Candidate


def explained(decision: Decision) -> dict[str, Any]:
    """JSON-ready: lane, zone, reason, `itinerary`, `refused` (each with its reason) and, where nobody may, `stop`.

    `needs`, `tokens` and `facts` are what was seen of the request, `category` is of which the ratings are.
    """
    stop = decision.stop
    return {
        "lane": decision.lane,
        "zone": decision.zone,
        "reason": decision.reason,
        "needs": list(decision.needs),
        "tokens": decision.tokens,
        "facts": dict(decision.facts),
        "category": decision.category,
        "itinerary": [_step(c, decision.notes.get(c.id)) for c in decision.itinerary],
        "refused": [{"offer": r.offer, "gate": r.gate, "reason": r.why} for r in decision.refused],
        "stop": stop and {"status": stop.kind.status, "message": stop.message, "retry_after": stop.retry_after},
    }


def _step(c: Candidate, note: str | None) -> dict[str, Any]:
    return {
        "offer": c.id,
        "zone": c.zone,
        "hosting": c.hosting,
        "rating": c.rating,
        "rating_basis": c.rating_basis or None,
        "input_per_million": _price(c.input),
        "output_per_million": _price(c.output),
        "simulated": c.simulated,
        "note": note,
    }


def _price(pico: int | None) -> str:
    return "unpriced" if pico is None else f"${per_million(pico).normalize():f}"
