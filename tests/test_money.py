"""Money adds up: whole picodollars in, whole picodollars out, and nothing is rounded on the way."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfopen.money import MILLION, PICO, amount, per_million, per_token, picos, show

PICOS = st.integers(-(10**24), 10**24)
PRICES = st.decimals(0, 10_000, places=6)  # a million tokens, as price lists write them


@pytest.mark.parametrize(
    ("a_million", "a_token"), [("0.075", 75_000), ("15", 15_000_000), ("0.000001", 1), ("0", 0), ("1e1", 10_000_000)]
)
def test_a_published_price_is_whole_picodollars_a_token(a_million: str, a_token: int) -> None:
    assert per_token(a_million) == a_token


@pytest.mark.parametrize("price", ["0.0000001", "1.0000005"])
def test_a_price_finer_than_that_is_refused_and_not_rounded(price: str) -> None:
    with pytest.raises(ValueError, match=f"{Decimal(price)} a million tokens"):
        per_token(Decimal(price))


def test_an_amount_finer_than_a_picodollar_is_refused() -> None:
    with pytest.raises(ValueError, match="12 decimals at most"):
        picos("0.0000000000001")


@pytest.mark.parametrize(
    ("pico", "text"),
    [
        (0, "$0.00"),
        (1, "$0.000000000001"),
        (1_500_000, "$0.0000015"),
        (PICO, "$1.00"),
        (100 * PICO, "$100.00"),
        (-1_250_000_000_000, "-$1.25"),
        (-1, "-$0.000000000001"),
        (1_200_000_000_000, "$1.20"),
    ],
)
def test_an_amount_is_shown_exactly_with_two_decimals_at_least(pico: int, text: str) -> None:
    assert show(pico) == text


def test_another_currency_is_shown_by_its_code() -> None:
    assert show(1_200_000_000_000, "EUR") == "EUR 1.20"
    assert show(-1_200_000_000_000, "EUR") == "-EUR 1.20"


@given(PICOS)
def test_what_is_shown_is_what_there_is(pico: int) -> None:
    text = show(pico)
    assert picos(text.replace("$", "")) == pico
    assert len(text.partition(".")[2]) >= 2
    assert "E" not in text


@given(PICOS)
def test_an_amount_goes_out_and_comes_back(pico: int) -> None:
    assert picos(amount(pico)) == pico


@given(PRICES)
def test_a_price_goes_in_and_comes_out(price: Decimal) -> None:
    assert per_million(per_token(price)) == price


@given(st.lists(PICOS))
def test_the_sum_of_amounts_is_the_amount_of_the_sum(pieces: list[int]) -> None:
    assert Fraction(amount(sum(pieces))) == sum((Fraction(amount(piece)) for piece in pieces), Fraction(0))


@given(st.lists(st.tuples(PRICES, st.integers(0, 10**9)), max_size=20))
def test_a_bill_is_the_price_times_the_tokens_to_the_last_digit(lines: list[tuple[Decimal, int]]) -> None:
    exact = sum((Fraction(price) * tokens / MILLION for price, tokens in lines), Fraction(0))
    assert Fraction(sum(per_token(price) * tokens for price, tokens in lines), PICO) == exact
