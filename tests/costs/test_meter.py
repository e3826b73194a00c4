"""What one request costs: exact sums, and sentences where there is none."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfopen.catalog.price import PriceLine, Tariff, Tier, price
from halfopen.catalog.source import Source
from halfopen.costs.meter import Settled, cost
from halfopen.money import MOST, picos

SEEN = Source(name="a price list", checked=date(2026, 3, 1))
LINE = PriceLine(since=date(2026, 1, 1), input=Decimal("3"), output=Decimal("15"), source=SEEN)
CACHED = PriceLine(
    since=date(2026, 1, 1),
    input=Decimal("3"),
    output=Decimal("15"),
    cached_read=Decimal("0.3"),
    cache_write_5m=Decimal("3.75"),
    cache_write_1h=Decimal("6"),
    tiers=(Tier(above=200_000, input=Decimal("6"), output=Decimal("22.5"), cached_read=Decimal("0.6")),),
    source=SEEN,
)

RATED = ("input", "cached_read", "cache_write_5m", "cache_write_1h", "output")
tokens = st.dictionaries(st.sampled_from(RATED), st.integers(0, 10**7))


def paid(line: PriceLine, usage: dict[str, int]) -> int:
    settled = cost(price(line), usage)
    assert settled.cost is not None, settled.unpriced
    return settled.cost


def test_every_kind_is_charged_at_its_own_rate() -> None:
    usage = {"input": 1000, "cached_read": 2000, "cache_write_5m": 300, "cache_write_1h": 40, "output": 5}
    expected = picos("0.003") + picos("0.0006") + picos("0.001125") + picos("0.00024") + picos("0.000075")
    settled = cost(price(CACHED), usage)
    assert settled._replace(parts={}) == Settled(expected, "USD", "2026-01-01")
    assert sum(settled.parts.values()) == expected


def test_an_unknown_price_is_not_zero_even_for_an_attempt_that_used_nothing() -> None:
    assert cost(None, {}).cost is None
    assert "no price is known" in cost(None, {"input": 5}).unpriced


def test_usage_that_nobody_knows_is_unpriced_and_usage_of_nothing_is_zero() -> None:
    assert cost(price(LINE), None) == Settled(None, unpriced="the provider did not say what was used")
    assert cost(price(LINE), {}) == Settled(0, "USD", "2026-01-01")


def test_a_published_price_of_zero_is_zero() -> None:
    free = PriceLine(since=date(2026, 1, 1), input=Decimal(0), output=Decimal(0), source=SEEN)
    assert paid(free, {"input": 10, "output": 10}) == 0


def test_tokens_read_from_a_cache_cost_what_input_costs_where_the_list_has_no_rate_for_them() -> None:
    assert paid(LINE, {"cached_read": 1000}) == paid(LINE, {"input": 1000})


@pytest.mark.parametrize("kind", ["cache_write_5m", "cache_write_1h"])
def test_nothing_stands_in_for_the_rate_of_writing_to_a_cache(kind: str) -> None:
    assert cost(price(LINE), {"input": 1000, kind: 1}) == Settled(
        None, unpriced=f"the price line of 2026-01-01 has no rate for {kind}"
    )
    assert paid(LINE, {"input": 1000, kind: 0}) == picos("0.003")


def test_cached_and_written_tokens_make_a_prompt_long_and_output_does_not() -> None:
    assert paid(CACHED, {"input": 200_000, "output": 10**6}) == picos("0.6") + picos("15")
    assert paid(CACHED, {"input": 1, "cached_read": 200_000}) == picos("0.000006") + picos("0.12")
    assert cost(price(CACHED), {"input": 200_000, "cache_write_5m": 1}).unpriced.endswith("cache_write_5m")


def test_informative_kinds_are_not_charged_twice() -> None:
    assert paid(LINE, {"output": 10, "reasoning": 8}) == paid(LINE, {"output": 10})


def test_a_count_below_zero_is_unpriced() -> None:
    assert "-5 tokens of input" in cost(price(LINE), {"input": -5, "output": 10}).unpriced


def test_a_provider_that_claims_more_than_a_row_can_hold_is_unpriced() -> None:
    most = MOST // 3_000_000
    assert paid(LINE, {"input": most}) <= MOST
    assert "more than a row holds" in cost(price(LINE), {"input": most + 1}).unpriced


SERVED = PriceLine(
    since=date(2026, 1, 1),
    input=Decimal("2"),
    output=Decimal("8"),
    output_audio=Decimal("20"),
    web_search=Decimal("0.01"),
    tiers=(Tier(above=1000, input=Decimal("4"), output=Decimal("16")),),
    services=(Tariff(name="batch", input=Decimal("1"), output=Decimal("4")),),
    source=SEEN,
)


def test_what_is_served_another_way_has_the_rates_of_that_way() -> None:
    usage = {"input": 500, "output": 10}
    assert cost(price(SERVED), usage, "batch").cost == picos("0.0005") + picos("0.00004")
    assert cost(price(SERVED), usage).cost == picos("0.001") + picos("0.00008")


def test_a_way_to_be_served_that_no_line_prices_is_unpriced() -> None:
    assert "no rates for the service flex" in cost(price(SERVED), {"input": 1}, "flex").unpriced


def test_only_the_prompt_makes_a_request_long_and_pieces_are_charged_by_the_piece() -> None:
    usage = {"input": 1000, "output_audio": 900, "web_search": 3}
    assert cost(price(SERVED), usage).cost == picos("0.002") + picos("0.018") + picos("0.03")


@given(tokens, tokens)
def test_the_cost_of_two_attempts_is_the_sum_of_their_costs(one: dict[str, int], other: dict[str, int]) -> None:
    flat = PriceLine(
        since=date(2026, 1, 1),
        input=Decimal("0.001001"),
        output=Decimal("15.123456"),
        cached_read=Decimal("0.075"),
        cache_write_5m=Decimal("3.75"),
        cache_write_1h=Decimal("6"),
        source=SEEN,
    )
    both = {kind: one.get(kind, 0) + other.get(kind, 0) for kind in RATED}
    assert paid(flat, both) == paid(flat, one) + paid(flat, other)


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.sampled_from(("input", "cached_read", "output")))
def test_one_more_token_never_costs_less(prompt: int, answer: int, kind: str) -> None:
    usage = {"input": prompt, "output": answer}
    assert paid(CACHED, usage | {kind: usage.get(kind, 0) + 1}) >= paid(CACHED, usage)
