"""Providers' own lists of models (`GET .../models`), read by the shapes in which they state prices and ends.

A shape is recognised by its fields, not by who answers, so that a provider of the same shape needs no code:

    pricing.prompt             text, USD a token, with `overrides` above `min_prompt_tokens` (OpenRouter)
    pricing.input              a number, USD a million tokens, 0 where there is none (Together)
    metadata.pricing           `input_tokens`, `output_tokens`, `cache_read_tokens`, USD a million (DeepInfra)
    expiration_date            a day (OpenRouter); `deprecation` with `deprecation_replacement_model` (Mistral)

Where a list states nothing of the kind (OpenAI, Anthropic, Groq) only the names are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import quote

import msgspec

from halfopen.catalog.price import PIECES, PriceLine, Tier
from halfopen.catalog.source import Source
from halfopen.catalog.upkeep.news import Listed
from halfopen.documents import Complaints

Entry = Mapping[str, Any]
MILLION = Decimal(1_000_000)
ENDS = ("expiration_date", "deprecation", "deprecation_date")
BY_TOKEN: Mapping[str, str] = {
    "prompt": "input",
    "completion": "output",
    "input_cache_read": "cached_read",
    "input_cache_write": "cache_write_5m",
    "input_cache_write_1h": "cache_write_1h",
    "audio": "input_audio",
    "audio_output": "output_audio",
    "input_audio_cache": "cached_audio",
    "request": "request",
    "web_search": "web_search",
}
BY_MILLION: Mapping[str, str] = {"input": "input", "output": "output", "cached_input": "cached_read"}
METADATA: Mapping[str, str] = {"input_tokens": "input", "output_tokens": "output", "cache_read_tokens": "cached_read"}
_decode = msgspec.json.Decoder(Any, float_hook=Decimal).decode


def listed(body: bytes, source: Source) -> tuple[tuple[Listed, ...], str]:
    """The models of a list, and the target of its next page or nothing. Raises ValueError for what is no such list."""
    try:
        told = _decode(body)
    except msgspec.DecodeError as why:
        raise ValueError(f"its list of models is not JSON: {why}") from None
    rows = told.get("data") if isinstance(told, dict) else told
    if not isinstance(rows, list):
        raise ValueError("its list of models has no `data`")
    entries = [row for row in rows if isinstance(row, dict) and isinstance(row.get("id"), str)]
    return tuple(_listed(row, source) for row in entries), _next(told) if isinstance(told, dict) else ""


def _next(told: Entry) -> str:
    """A link (OpenRouter), or the last id of a page that says that there is more (Anthropic)."""
    links, last = told.get("links"), told.get("last_id")
    link = links.get("next") if isinstance(links, dict) else None
    more = f"?after_id={quote(last)}" if told.get("has_more") is True and isinstance(last, str) else ""
    return link if isinstance(link, str) else more


def _listed(row: Entry, source: Source) -> Listed:
    aliases = row.get("aliases")
    more = [name for name in aliases if isinstance(name, str)] if isinstance(aliases, list) else []
    successor = row.get("deprecation_replacement_model")
    ends = next((day for field in ENDS if (day := _day(row.get(field)))), None)
    return Listed((row["id"], *more), _line(row, source), ends, successor if isinstance(successor, str) else None)


def _line(row: Entry, source: Source) -> PriceLine | None:
    """The first shape that fits. What makes no sense as a price (-1: it depends) is no price."""
    try:
        found = next((made for shape in SHAPES if (made := shape(row))), None)
        return PriceLine(since=source.checked, source=source, **found) if found else None
    except (Complaints, InvalidOperation, TypeError):
        return None


def _of_tokens(row: Entry) -> Mapping[str, Any] | None:
    pricing = row.get("pricing")
    if not isinstance(pricing, dict) or not isinstance(pricing.get("prompt"), str):
        return None
    base = _rates(pricing, BY_TOKEN, MILLION)
    tiers = [Tier(above=above, **{**base, **_rates(each, BY_TOKEN, MILLION)}) for above, each in _overrides(pricing)]
    return {**base, "tiers": tuple(tiers)} if {"input", "output"} <= base.keys() else None


def _overrides(pricing: Entry) -> Iterator[tuple[int, Entry]]:
    """Rates from so many tokens of prompt on: ours are of more than so many. Those of an hour or a day are left out."""
    told = pricing.get("overrides")
    for each in told if isinstance(told, list) else ():
        least = each.get("min_prompt_tokens") if isinstance(each, dict) else None
        if isinstance(least, int) and not {"utc_start", "utc_end", "utc_days"} & each.keys():
            yield least - 1, each


def _of_millions(row: Entry) -> Mapping[str, Any] | None:
    pricing = row.get("pricing")
    return _positive(pricing, BY_MILLION) if isinstance(pricing, dict) else None


def _of_metadata(row: Entry) -> Mapping[str, Any] | None:
    metadata = row.get("metadata")
    pricing = metadata.get("pricing") if isinstance(metadata, dict) else None
    return _positive(pricing, METADATA) if isinstance(pricing, dict) else None


def _positive(pricing: Entry, keys: Mapping[str, str]) -> Mapping[str, Any] | None:
    """A 0 in such a list is a price that is not stated: nobody's model is free because a field was left alone."""
    rates = {kind: rate for kind, rate in _rates(pricing, keys, Decimal(1)).items() if rate}
    return rates if {"input", "output"} <= rates.keys() else None


def _rates(pricing: Entry, keys: Mapping[str, str], times: Decimal) -> dict[str, Decimal]:
    said = {kind: pricing[key] for key, kind in keys.items() if pricing.get(key) not in (None, "")}
    read = {kind: _number(value) * (1 if kind in PIECES else times) for kind, value in said.items()}
    return {kind: rate for kind, rate in read.items() if rate or kind in ("input", "output")}


def _number(told: Any) -> Decimal:
    """Raises TypeError, InvalidOperation."""
    if isinstance(told, bool) or not isinstance(told, str | int | Decimal):
        raise TypeError(f"{told!r} is no number")
    number = Decimal(told)
    if not number.is_finite():
        raise InvalidOperation
    return number


SHAPES: tuple[Callable[[Entry], Mapping[str, Any] | None], ...] = (_of_tokens, _of_millions, _of_metadata)


def _day(told: Any) -> date | None:
    try:
        return date.fromisoformat(told[:10]) if isinstance(told, str) else None
    except ValueError:
        return None
