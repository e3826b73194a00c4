"""A plausible row of the ledger, for tests to vary."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from halfopen.ledger.entry import Entry

_ROW = Entry(
    request="req-1",
    attempt=1,
    at=1764000000.25,
    day="2025-11-24",
    key="alice",
    lane="background",
    offer="llama-4-maverick@together",
    model="llama-4-maverick",
    provider="together",
    hosting="hosted",
    zone="contract",
    dialect="chat",
    stream=True,
    served_as="meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8",
    decision="d1",
    reason="cheapest above the floor",
    status=200,
    final=True,
    usage={"input": 1000, "output": 10},
    usage_from="provider",
    cost=1_500_000,
    currency="USD",
    price_since="2025-04-05",
    first_ms=231.5,
    total_ms=1202.25,
    bytes_in=4022,
    bytes_out=9120,
)


def row(**changes: Any) -> Entry:
    """An attempt of 2025-11-24 that went well, with some fields changed."""
    return replace(_ROW, **changes)
