"""What 200 requests cost, to the picodollar: by the catalog, by plain decimal arithmetic, and by genai-prices.

`usages.csv` has each as a provider tells it: chat, messages, or Gemini's own form, with caches, reasoning, audio,
searches, batch and other services, and prompts on either side of a tier. The arithmetic reads the rows as text and
shares nothing with the code that it checks.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from halfopen.catalog.price import PIECES, in_force, price
from halfopen.costs import meter
from halfopen.wire.usage import CHAT, GEMINI, MESSAGES, read
from tests.catalog import genai
from tests.catalog.shelf import DATA, shipped


@dataclass(frozen=True)
class Told:
    offer: str
    day: date
    service: str
    form: str
    usage: Mapping[str, Any]


def _told() -> Iterator[Told]:
    with (Path(__file__).parent / "usages.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            day = date.fromisoformat(row["day"])
            yield Told(row["offer"], day, row["service"], row["form"], json.loads(row["usage"]))


ALL = list(_told())


def counted(told: Told) -> dict[str, int]:
    """By our kinds, which do not overlap."""
    usage = told.usage
    if told.form == "gemini":
        read = {one["modality"]: one["tokenCount"] for one in usage.get("cacheTokensDetails", ())}
        prompt = {one["modality"]: one["tokenCount"] for one in usage["promptTokensDetails"]}
        kinds = {"cached_read": read.get("TEXT", 0), "cached_audio": read.get("AUDIO", 0)}
        kinds |= {"input": prompt["TEXT"] - kinds["cached_read"]}
        kinds |= {"input_audio": prompt.get("AUDIO", 0) - kinds["cached_audio"]}
        kinds |= {"output": usage["candidatesTokenCount"] + usage.get("thoughtsTokenCount", 0)}
    elif told.form == "messages":
        written = usage["cache_creation"]
        kinds = {"input": usage["input_tokens"], "output": usage["output_tokens"]}
        kinds |= {"cached_read": usage["cache_read_input_tokens"]}
        kinds |= {"cache_write_5m": written["ephemeral_5m_input_tokens"]}
        kinds |= {"cache_write_1h": written["ephemeral_1h_input_tokens"]}
        kinds |= {"web_search": usage.get("server_tool_use", {}).get("web_search_requests", 0)}
    else:
        details = usage.get("prompt_tokens_details", {})
        read = details.get("cached_tokens", usage.get("prompt_cache_hit_tokens", 0))
        written = details.get("cache_write_tokens", 0)
        kinds = {"cached_read": read, "cache_write_5m": written, "output": usage["completion_tokens"]}
        kinds |= {"input": usage["prompt_tokens"] - read - written}
    return {kind: count for kind, count in kinds.items() if count}


def by_hand(told: Told) -> Decimal:
    """In picodollars, from the text of the row."""
    line = [one for one in _lines(told.offer) if one["since"] <= told.day.isoformat()][-1]
    if told.service != "standard":
        (line,) = (one for one in line["services"] if one["name"] == told.service)
    usage = counted(told)
    prompt = sum(count for kind, count in usage.items() if not kind.startswith("output") and kind not in PIECES)
    rates = line
    for tier in line.get("tiers", ()):
        rates = tier if prompt > int(tier["above"]) else rates
    million = sum(Decimal(rates[kind]) * count for kind, count in usage.items() if kind not in PIECES)
    pieces = sum(Decimal(rates[kind]) * count for kind, count in usage.items() if kind in PIECES)
    return million * 10**6 + (pieces + Decimal(rates.get("request", 0))) * 10**12


def _lines(offer: str) -> list[Any]:
    model, _, provider = offer.partition("@")
    return next(row["prices"] for row in _rows(provider) if row["model"] == model)


@cache
def _rows(provider: str) -> list[Any]:
    """The scalars stay text."""
    text = (DATA / "offers" / f"{provider}.yaml").read_text(encoding="utf-8")
    rows: list[Any] = yaml.load(text, yaml.BaseLoader)
    return rows


def ids() -> list[str]:
    return [f"{place}-{told.offer}-{told.service}" for place, told in enumerate(ALL)]


@pytest.mark.parametrize("told", ALL, ids=ids())
def test_a_cost_is_exact(told: Told) -> None:
    line = in_force(shipped().offers[told.offer].prices, told.day)
    assert line is not None
    assert genai.ours(price(line), counted(told), told.service) == by_hand(told)


@pytest.mark.parametrize("told", ALL, ids=ids())
def test_a_cost_is_that_of_genai_prices_where_it_knows(told: Told) -> None:
    offer = shipped().offers[told.offer]
    model = genai.known(offer)
    if model is None or _lines(told.offer)[-1].get("currency", "USD") != "USD":
        return
    said = genai.asked(model, told.service, told.day)
    assert said is not None
    assert genai.cost(offer, counted(told), told.day, said) == by_hand(told)


FORMS = {"chat": CHAT, "messages": MESSAGES, "gemini": GEMINI}


@pytest.mark.parametrize("told", ALL, ids=ids())
def test_what_a_provider_tells_is_settled_to_the_picodollar(told: Told) -> None:
    """The fee of a request, too, though no usage object tells of it."""
    usage = read(FORMS[told.form], msgspec.json.encode(told.usage))
    assert {kind: count for kind, count in usage.items() if count and kind != "reasoning"} == counted(told)
    line = in_force(shipped().offers[told.offer].prices, told.day)
    assert line is not None
    settled = meter.cost(price(line), usage, told.service)
    assert settled.unpriced == ""
    assert settled.cost == by_hand(told)


def test_the_usages_are_of_every_sort() -> None:
    kinds = Counter(kind for told in ALL for kind in counted(told))
    assert len(ALL) == 200
    assert {told.service for told in ALL} == {"standard", "batch", "flex", "priority", "fast"}
    assert len({told.offer.partition("@")[2] for told in ALL}) >= 15
    wanted = ("input", "output", "cached_read", "cache_write_5m", "cache_write_1h", "input_audio", "web_search")
    assert all(kinds[kind] >= 8 for kind in wanted), kinds
    assert sum("reasoning_tokens" in json.dumps(told.usage) for told in ALL) >= 40


def test_many_are_known_to_genai_prices_and_many_are_charged_by_a_tier() -> None:
    known = [told for told in ALL if genai.known(shipped().offers[told.offer]) is not None]
    assert len(known) >= 160
    above = 0
    for told in ALL:
        line = in_force(shipped().offers[told.offer].prices, told.day)
        usage = counted(told)
        assert line is not None
        prompt = sum(count for kind, count in usage.items() if kind != "output" and kind not in PIECES)
        above += any(prompt > tier.above for tier in line.tiers)
    assert above >= 12
