"""Our price lines against genai-prices, through its own calculation, to the picodollar, at one moment.

A line is compared if its source names genai-prices; one that rests on something else says on what. The moment lies in
the peak hours of those who charge by the hour.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import genai_prices
import pytest
from genai_prices import Usage

from halfopen.catalog.offer import Offer
from halfopen.catalog.price import KINDS, PriceLine, in_force, price
from halfopen.money import picos
from tests.catalog.shelf import shipped

MOMENT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
CACHE_KINDS: Mapping[str, str] = {
    "cached_read": "cache_read_mtok",
    "cache_write_5m": "cache_write_mtok",
    "cache_write_1h": "cache_write_1h_mtok",
}
PROMPTS = (1, 777, 100_000, 100_001, 200_000, 200_001, 272_000, 272_001)  # around each tier that there is


def priced() -> Iterator[tuple[Offer, PriceLine]]:
    for offer in shipped().offers.values():
        line = in_force(offer.prices, MOMENT.date())
        if line is not None:
            yield offer, line


COMPARED = [(offer, line) for offer, line in priced() if line.source.name.startswith("genai-prices 0.2.3")]


def ours(line: PriceLine, usage: Mapping[str, int]) -> int:
    """What a request costs by our line, in picodollars."""
    rates = price(line).rates(sum(usage[kind] for kind in KINDS if kind != "output"))
    return sum(rates[kind] * count for kind, count in usage.items() if count)


def theirs(offer: Offer, usage: Mapping[str, int]) -> genai_prices.types.PriceCalculation:
    written = usage["cache_write_5m"] + usage["cache_write_1h"]
    counted = Usage(
        input_tokens=usage["input"] + usage["cached_read"] + written,
        cache_read_tokens=usage["cached_read"],
        cache_write_tokens=written,
        cache_write_1h_tokens=usage["cache_write_1h"],
        output_tokens=usage["output"],
    )
    return genai_prices.calc_price(counted, offer.served_as, provider_id=offer.provider, genai_request_timestamp=MOMENT)


def usages(line: PriceLine) -> Iterator[dict[str, int]]:
    """Every kind that the line has a rate for, with prompts on either side of each tier."""
    for prompt in PROMPTS:
        for kind in KINDS:
            if kind == "output" or getattr(line, kind) is not None:
                yield dict.fromkeys(KINDS, 0) | (
                    {"input": prompt, "output": 13} if kind == "output" else {kind: prompt}
                )


@pytest.mark.parametrize(("offer", "line"), COMPARED, ids=[offer.id for offer, _ in COMPARED])
def test_a_price_is_theirs_to_the_picodollar(offer: Offer, line: PriceLine) -> None:
    for usage in usages(line):
        assert ours(line, usage) == picos(theirs(offer, usage).total_price), usage


@pytest.mark.parametrize(("offer", "line"), COMPARED, ids=[offer.id for offer, _ in COMPARED])
def test_no_rate_of_theirs_for_a_cache_is_missing(offer: Offer, line: PriceLine) -> None:
    rates = theirs(offer, dict.fromkeys(KINDS, 0)).model_price
    for kind, key in CACHE_KINDS.items():
        assert (getattr(line, kind) is None) == (getattr(rates, key) is None), kind


def test_most_of_what_is_priced_was_compared() -> None:
    assert len(COMPARED) >= 45
    assert len(COMPARED) / len(list(priced())) >= 0.8


def test_what_was_not_compared_says_where_it_is_from() -> None:
    compared = {offer.id for offer, _ in COMPARED}
    others = {line.source.name for offer, line in priced() if offer.id not in compared}
    assert others
    assert all(name.startswith(("models.dev 2026-08-18", "LiteLLM 1.109.1")) for name in others)
