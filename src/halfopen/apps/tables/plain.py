"""Rows of the advisor as plain tables, ready for JSON: prices as exact text, ratings to a tenth of an Elo."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from halfopen.advisor.able import complied
from halfopen.advisor.caveats import doubt
from halfopen.advisor.quality import Quality
from halfopen.advisor.table import Row, Seat
from halfopen.advisor.worth import Worth, in_dollars
from halfopen.catalog.model import FORBIDS, Model
from halfopen.catalog.provider import Compliance
from halfopen.ratings.scale import Interval

if TYPE_CHECKING:
    from halfopen.advisor.pair import Pair
    from halfopen.advisor.successor import Retiring

TOPICS = ("hipaa_baa", "soc2", "iso27001", "zero_retention", "training_on_customer_data")

Plain = dict[str, Any]


def amount(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"


def quality(found: Quality | None) -> Plain | None:
    if found is None:
        return None
    return {
        "category": found.category,
        "score": round(found.score, 1),
        "low": round(found.low, 1),
        "high": round(found.high, 1),
        "basis": found.basis,
        "says": found.says,
        "board": found.board,
        "day": found.day and found.day.isoformat(),
        "own": found.own,
        "beside": found.beside,
    }


def model(row: Model) -> Plain:
    """What is known of a model by itself. null is unknown."""
    return {
        "model": row.name,
        "title": row.title,
        "lab": row.lab,
        "weights": row.weights,
        "weights_doubt": doubt(row),
        "licence": row.licence,
        "forbids": None if row.forbids is None else [FORBIDS[each] for each in row.forbids],
        "weights_url": row.weights_url,
        "released": row.released and row.released.isoformat(),
        "parameters": amount(row.parameters),
        "active": amount(row.active),
        "context": row.context,
        "modalities": list(row.modalities),
        "produces": list(row.produces),
        "tools": row.tools,
        "reasoning": row.reasoning,
        "languages": list(row.languages),
        "predecessor": row.predecessor,
        "fate": row.fate,
        "simulated": row.simulated,
    }


def worth(found: Worth | None) -> Plain | None:
    """Prices per million tokens in their own currency, and the same in dollars where a rate is known."""
    if found is None:
        return None
    return {
        "currency": found.currency,
        "input": amount(found.input),
        "output": amount(found.output),
        "mixed": amount(found.mixed),
        "input_dollars": amount(in_dollars(found.input, found)),
        "output_dollars": amount(in_dollars(found.output, found)),
        "mixed_dollars": amount(found.dollars),
        "exchange": found.exchange and {"rate": amount(found.exchange.rate), "day": found.exchange.day.isoformat()},
        "since": found.since.isoformat(),
        "source": found.source.name,
        "checked": found.source.checked.isoformat(),
        "recalled": found.source.recalled,
    }


def seat(found: Seat, of: Model) -> Plain:
    """One offer of a model, with what its provider states."""
    offer, provider = found.offer, found.provider
    countries, storage = offer.countries or provider.countries, offer.storage or provider.storage
    return {
        "offer": offer.id,
        "model": offer.model,
        "provider": provider.name,
        "maker": found.maker,
        "title": provider.title,
        "hosting": found.hosting,
        "zone": found.zone,
        "price": worth(found.worth),
        "next_price": worth(found.later),
        "free": offer.free,
        "context": offer.context,
        "quantisation": offer.quantisation,
        "countries": None if countries is None else list(countries),
        "storage": None if storage is None else list(storage),
        "complies": {topic: complied(found, of, topic) for topic in TOPICS},
        "compliance": [compliance(each) for each in provider.compliance],
        "retires": offer.retires and offer.retires.isoformat(),
        "successor": offer.successor,
        "retired": found.gone and not found.unseen,
        "not_seen_since": found.unseen and found.unseen.isoformat(),
        "gone": found.gone,
        "simulated": provider.simulated,
    }


def compliance(row: Compliance) -> Plain:
    return {
        "topic": row.topic,
        "value": row.value,
        "plan": row.plan,
        "endpoint": row.endpoint,
        "note": row.note,
        "source": row.source.name,
        "checked": row.source.checked.isoformat(),
    }


def row(found: Row) -> Plain:
    """A row of the table: the model, its rating, its price at the shape, its offers with the cheapest first."""
    placed = found.quality is not None and bool(found.dollars)
    return {
        **model(found.model),
        "rating": quality(found.quality),
        "dollars": amount(found.dollars),
        "frontier": found.place if placed else None,
        "offers": [seat(each, found.model) for each in found.seats],
    }


def interval(found: Interval | None, digits: int) -> Plain | None:
    if found is None:
        return None
    return {
        "value": round(found.value, digits),
        "low": round(found.low, digits),
        "high": round(found.high, digits),
    }


def pair(found: Pair) -> Plain:
    """Two models held together: all numbers are of the first beside the second."""
    return {
        "one": row(found.one),
        "other": row(found.other),
        "ahead": interval(found.ahead, 1),
        "wins": interval(found.wins, 3),
        "parity": interval(found.parity, 1),
        "basis": found.basis,
        "interval": found.ahead.says if found.ahead else None,
        "price_ratio": amount(found.ratio),
        "only_one": list(found.can.first),
        "only_other": list(found.can.second),
        "unknown": list(found.can.unknown),
    }


def retiring(found: Retiring) -> Plain:
    return {
        "offer": found.offer,
        "retires": found.day.isoformat(),
        "days": found.left,
        "named": found.named,
        "proposals": [
            {
                "offer": each.offer,
                "model": each.model,
                "why": each.why,
                "lost": list(each.lost),
                "price_ratio": amount(each.ratio),
            }
            for each in found.proposals
        ],
    }
