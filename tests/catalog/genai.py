"""genai-prices, asked through its own calculation, under our names for offers, kinds and services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import genai_prices
from genai_prices import Usage
from genai_prices.data_snapshot import get_snapshot

from halfopen.catalog.offer import Offer
from halfopen.catalog.price import STANDARD, Price

HOUR = time(2)  # in the peak hours of those who charge by the hour
QUIET = (time(12), time(20))  # one of which is outside of them, whoever it is
NAMES: Mapping[str, str] = {"vertex": "google"}
ASKED: Mapping[str, tuple[dict[str, str], ...]] = {
    STANDARD: ({},),
    "batch": ({"processing": "batch"},),
    "flex": ({"service_tier": "flex"},),
    "priority": ({"service_tier": "priority"},),
    "fast": ({"speed": "fast"}, {"service_tier": "fast"}),
}
KEYS: Mapping[str, str] = {
    "input": "input_mtok",
    "output": "output_mtok",
    "cached_read": "cache_read_mtok",
    "cache_write_5m": "cache_write_mtok",
    "cache_write_1h": "cache_write_1h_mtok",
    "input_audio": "input_audio_mtok",
    "cached_audio": "cache_audio_read_mtok",
    "output_audio": "output_audio_mtok",
    "output_image": "output_image_mtok",
    "request": "requests_kcount",
    "web_search": "web_searches_kcount",
}


def named(offer: Offer) -> tuple[str, str]:
    """Their provider and what the model is called there. Hugging Face has the host behind a colon."""
    if offer.provider == "huggingface":
        name, _, host = offer.served_as.partition(":")
        return f"huggingface_{host}", name
    return NAMES.get(offer.provider, offer.provider), offer.served_as


def known(offer: Offer) -> Any:
    """Their model, or None. One that they have from its maker has none of its services at another host."""
    found = _found(offer)
    return found and (found[1] if _own(*found) else replace(found[1], price_variants=None))


def borrowed(offer: Offer) -> bool:
    """Whether they have it from the maker, whose searches are not those of another host either."""
    found = _found(offer)
    return found is not None and not _own(*found)


def _found(offer: Offer) -> tuple[Any, Any] | None:
    provider, name = named(offer)
    try:
        return get_snapshot().find_provider_model(name, None, provider, None)
    except LookupError:
        return None


def _own(provider: Any, model: Any) -> bool:
    return any(model is each for each in provider.models)


def asked(model: Any, service: str, day: date) -> dict[str, str] | None:
    """What to say to be charged by a service, or None: it has not begun, or they do not know it."""
    moment = datetime.combine(day, HOUR, UTC)
    for said in ASKED[service]:
        for variant in model.price_variants or ():
            if variant.when == said and (variant.constraint is None or variant.constraint.active(moment)):
                return said
    return {} if service == STANDARD else None


def kinds(model: Any, day: date, said: Mapping[str, str]) -> set[str]:
    prices = model.get_prices(datetime.combine(day, HOUR, UTC), dict(said))
    return {kind for kind, key in KEYS.items() if getattr(prices, key) is not None}


def hours(model: Any) -> tuple[time, ...]:
    """When to ask: the peak, and where the price changes in the course of a day, the rest of it too."""
    dated = model.prices if isinstance(model.prices, list) else []
    return (HOUR, *QUIET) if any(hasattr(each.constraint, "start_time") for each in dated) else (HOUR,)


def starts(model: Any) -> tuple[date, ...]:
    """The days from which they have a price: none before the first of them is dated."""
    dated = [*(model.prices if isinstance(model.prices, list) else []), *(model.price_variants or ())]
    return tuple(sorted({day for each in dated if (day := getattr(each.constraint, "start_date", None))}))


def cost(offer: Offer, usage: Mapping[str, int], day: date, said: Mapping[str, str], hour: time = HOUR) -> Decimal:
    """In picodollars; `usage` by our kinds, which do not overlap. Theirs do: a cached token is one of the input."""
    count = {kind: usage.get(kind, 0) for kind in KEYS}
    written = count["cache_write_5m"] + count["cache_write_1h"]
    audio = count["input_audio"] + count["cached_audio"]
    counted = Usage(
        input_tokens=count["input"] + count["cached_read"] + written + audio,
        cache_read_tokens=count["cached_read"] + count["cached_audio"],
        cache_write_tokens=written,
        cache_write_1h_tokens=count["cache_write_1h"],
        input_audio_tokens=audio,
        cache_audio_read_tokens=count["cached_audio"],
        output_tokens=count["output"] + count["output_audio"] + count["output_image"],
        output_audio_tokens=count["output_audio"],
        output_image_tokens=count["output_image"],
        web_searches=count["web_search"],
    )
    provider, name = named(offer)
    moment = datetime.combine(day, hour, UTC)
    made = genai_prices.calc_price(
        counted, name, provider_id=provider, genai_request_timestamp=moment, price_context=dict(said)
    )
    return made.total_price.scaleb(12)


def ours(price: Price, usage: Mapping[str, int], service: str) -> int:
    """In picodollars, by our own line. A line that charges a request charges one."""
    prompt = sum(usage.get(kind, 0) for kind in ("input", "cached_read", "cache_write_5m", "cache_write_1h"))
    rates = price.rates(prompt + usage.get("input_audio", 0) + usage.get("cached_audio", 0), service)
    return sum(rates[kind] * count for kind, count in usage.items() if count) + rates.get("request", 0)
