"""Money as exact integers of a picodollar (10^-12 of the currency): floats never touch a price.

Every published price per million tokens with up to six decimals is a whole number of picodollars
a token: 0.075 a million is 75,000. 64 bits hold 9.2 million dollars; Python's integers hold the sums.
"""

from __future__ import annotations

from decimal import Decimal

PICO = 10**12
MILLION = 10**6
MOST = 2**63 - 1  # picodollars that a database's integer holds: 9.2 million dollars for one request


def picos(amount: Decimal | str) -> int:
    """An amount of the currency as picodollars. Raises ValueError if it is not a whole number of them."""
    exact = Decimal(amount) * PICO
    if exact != exact.to_integral_value():
        raise ValueError(f"{amount} is not a whole number of picodollars (12 decimals at most)")
    return int(exact)


def per_token(per_million: Decimal | str) -> int:
    """A price per million tokens as picodollars a token. Raises ValueError beyond six decimals."""
    exact = Decimal(per_million) * (PICO // MILLION)
    if exact != exact.to_integral_value():
        raise ValueError(f"{per_million} a million tokens is finer than a picodollar a token (6 decimals at most)")
    return int(exact)


def amount(pico: int) -> Decimal:
    """Picodollars as an exact decimal of the currency: 1_500_000 is 0.0000015."""
    return Decimal(pico).scaleb(-12)


def per_million(pico_per_token: int) -> Decimal:
    """Picodollars a token as the price per million tokens that a price list would print."""
    return Decimal(pico_per_token).scaleb(-6)


def show(pico: int, currency: str = "USD") -> str:
    """An amount as text, exact, at least two decimals, no exponent: `$0.0000015`, `EUR 1.20`."""
    text = format(amount(pico).normalize(), "f")
    whole, _, rest = text.partition(".")
    mark = "$" if currency == "USD" else f"{currency} "
    sign = "-" if whole.startswith("-") else ""
    return f"{sign}{mark}{whole.lstrip('-')}.{rest.ljust(2, '0')}"
