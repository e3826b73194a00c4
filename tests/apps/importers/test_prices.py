"""Rates per token become price lines per million, exactly; what is no such rate is told and never guessed."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfopen.apps.importers.prices import plain
from tests.apps.importers.configs import loaded, one, told
from tests.catalog.shelf import DAY


def test_rates_are_exact_and_begin_on_the_day(tmp_path: Path) -> None:
    rates = "input_cost_per_token: 2.5e-06", "output_cost_per_token: 0.0000100", "cache_read_input_token_cost: 1.25E-6"
    (offer,) = loaded(one("groq/m", *rates, "cache_creation_input_token_cost: 3.125e-6"), tmp_path).offers
    (line,) = offer.prices
    assert (line.since, line.input, line.output) == (DAY, Decimal("2.5"), Decimal(10))
    assert (line.cached_read, line.cache_write_5m) == (Decimal("1.25"), Decimal("3.125"))


def test_what_stands_in_the_params_goes_before_the_model_info(tmp_path: Path) -> None:
    info = "input_cost_per_token: 9e-6, output_cost_per_token: 9e-6"
    (offer,) = loaded(one("groq/m", "input_cost_per_token: 1e-6", info=info), tmp_path).offers
    assert [offer.prices[0].input, offer.prices[0].output] == [Decimal(1), Decimal(9)]


def test_dearer_long_prompts_are_a_tier(tmp_path: Path) -> None:
    rates = [
        f"{kind}_cost_per_token{above}: {rate}"
        for kind in ("input", "output")
        for above, rate in (("", "1e-6"), ("_above_200k_tokens", "2e-6"))
    ]
    (offer,) = loaded(one("groq/m", *rates), tmp_path).offers
    assert [(tier.above, tier.input, tier.output) for tier in offer.prices[0].tiers] == [
        (200_000, Decimal(2), Decimal(2))
    ]


def test_nothing_is_free_unless_it_says_so(tmp_path: Path) -> None:
    (offer,) = loaded(one("groq/m", "input_cost_per_token: 0", "output_cost_per_token: 0.0"), tmp_path).offers
    assert offer.free
    assert offer.prices[0].output == 0


@pytest.mark.parametrize(
    ("params", "where", "why"),
    [
        (["input_cost_per_token: 1e-6"], "", "has no rate for both"),
        (["input_cost_per_second: 0.1"], ".input_cost_per_second", "no line for"),
        (["output_cost_per_token_batches: 1e-6"], ".output_cost_per_token_batches", "no line for"),
        (["input_cost_per_token: cheap"], ".input_cost_per_token", "is no number"),
        (["input_cost_per_token: 1e-13", "output_cost_per_token: 1e-6"], ".input_cost_per_token", "below or finer"),
        (["input_cost_per_token: -1", "output_cost_per_token: 1e-6"], ".input_cost_per_token", "below or finer"),
        (["input_cost_per_token: 1e300", "output_cost_per_token: 1e-6"], ".input_cost_per_token", "below or finer"),
    ],
)
def test_a_rate_that_makes_no_line_is_told(params: list[str], where: str, why: str, tmp_path: Path) -> None:
    made = one("groq/m", *params)
    assert why in told(made, "left")[f"model_list[0].litellm_params{where}"]
    assert not loaded(made, tmp_path).offers[0].prices


@given(st.decimals(0, 10**6, places=9))
def test_a_number_is_written_as_it_is(number: Decimal) -> None:
    assert Decimal(plain(number)) == number
    assert "E" not in plain(number)
