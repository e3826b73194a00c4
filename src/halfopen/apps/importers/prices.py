"""Prices for a deployment: what its own LiteLLM rates come to per million tokens, or the lines that our catalog has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from halfopen.apps.importers.told import Section
from halfopen.catalog.offer import Offer
from halfopen.catalog.price import LEAST, in_force
from halfopen.money import MILLION

# LiteLLM's name of a rate per token, and ours.
RATES: Mapping[str, str] = {
    "input_cost_per_token": "input",
    "output_cost_per_token": "output",
    "cache_read_input_token_cost": "cached_read",
    "cache_creation_input_token_cost": "cache_write_5m",
    "cache_creation_input_token_cost_above_1hr": "cache_write_1h",
    "input_cost_per_audio_token": "input_audio",
    "output_cost_per_audio_token": "output_audio",
}
COST = re.compile(r".*(_cost_|_cost$|cost_per_).*")
TIER = re.compile(r"(input|output)_cost_per_token_above_(\d+)k_tokens")
MOST = Decimal(10**9)
FINEST = Decimal(1) / MILLION  # dollars per million tokens: a picodollar a token


def stated(params: Section, info: Section, day: date) -> list[dict[str, Any]]:
    """One line from a day on, exactly what the rates come to; none if there are none, or too few."""
    rates: dict[str, Decimal] = {}
    tiers: dict[int, dict[str, Decimal]] = {}
    said = False
    for section in (info, params):  # what stands in litellm_params counts
        for name in [name for name in section.values if COST.fullmatch(name)]:
            tier = TIER.fullmatch(name)
            if name not in RATES and not tier:
                section.pad.note("left", section.at(name), "is a rate that halfopen has no line for")
                section.take(name)
                continue
            said = True
            value = section.number(name)
            rate = None if value is None else value * MILLION
            if rate is None or not _sound(rate, section, name):
                continue
            if tier:
                tiers.setdefault(int(tier[2]) * 1000, {})[tier[1]] = rate
            else:
                rates[RATES[name]] = rate
    if not {"input", "output"} <= rates.keys():
        if said:
            params.pad.note("left", params.path, "has no rate for both input and output, so no price line was made")
        return []
    whole = {above: each for above, each in sorted(tiers.items()) if {"input", "output"} <= each.keys()}
    if len(whole) < len(tiers):
        params.pad.note("left", params.path, "has a rate for long prompts of input or output alone, which was left out")
    line: dict[str, Any] = {"since": str(day), **{name: plain(rate) for name, rate in rates.items()}}
    if whole:
        line["tiers"] = [
            {"above": str(above), **{n: plain(r) for n, r in each.items()}} for above, each in whole.items()
        ]
    return [{**line, "source": {"name": "the LiteLLM config", "checked": str(day)}}]


def _sound(rate: Decimal, section: Section, name: str) -> bool:
    if rate == 0 or (LEAST <= rate < MOST and rate % FINEST == 0):
        return True
    section.pad.note(
        "left", section.at(name), "is below or finer than any price that halfopen knows: see whether it is one"
    )
    return False


def plain(number: Decimal) -> str:
    """Without an exponent and without zeros at the end."""
    return f"{number.normalize():f}"


def known(offer: Offer, day: date) -> list[dict[str, Any]]:
    """The catalog's line in force on a day and those that come after it."""
    now = in_force(offer.prices, day)
    return [_told(line) for line in offer.prices if now is None or line.since >= now.since]


def _told(row: Any) -> dict[str, Any]:
    """A row as it is written: what differs from its defaults."""
    found: dict[str, Any] = {}
    for each in fields(row):
        value = getattr(row, each.name)
        if each.name != "differs" and (each.default is MISSING or value != each.default):
            found[each.name] = _value(value)
    return found


def _value(value: Any) -> Any:
    if isinstance(value, Decimal):
        return plain(value)
    if is_dataclass(value):
        return _told(value)
    if isinstance(value, tuple):
        return [_value(each) for each in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def free(lines: Iterable[Mapping[str, Any]]) -> bool:
    """Whether any of the lines has a rate of nothing, which an offer has to mean."""
    return any("0" in (rates.get("input"), rates.get("output")) for line in lines for rates in (line, *_within(line)))


def _within(line: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    for each in (*line.get("tiers", ()), *line.get("services", ())):
        yield each
        yield from each.get("tiers", ())
