"""A row for what was known only later: it counts in the place of the attempt's first one, which stays as it is."""

from __future__ import annotations

from dataclasses import replace

from halfopen.catalog.price import Price
from halfopen.costs.meter import cost
from halfopen.ledger.entry import Entry
from halfopen.wire.usage import Told


def settled(entry: Entry, told: Told, price: Price | None) -> Entry | None:
    """The row for an attempt whose provider has told at last what was used; `price` is that of the attempt's day.

    None where nothing is new: the provider had told already, or it still does not tell all.
    """
    usage = told.usage or {}
    if entry.usage_from == "provider" or not usage.keys() >= {"input", "output"}:
        return None
    found = cost(price, usage, told.service)
    return replace(
        entry,
        attempt=entry.attempt + 1,
        settles=entry.attempt,
        usage=usage,
        usage_from="provider",
        cost=found.cost,
        currency=found.currency,
        price_since=found.price_since,
    )
