"""What caching and batching save on a bill, and from how many uses of one prefix caching pays."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from halfopen.catalog.price import Price
from halfopen.costs.estimate import Bill, month
from halfopen.costs.workload import Task


@dataclass(frozen=True, slots=True)
class Savings:
    """Picodollars a month of what caching and batching save, each beside the other; None is unknown.

    `pays_from` is the least number of requests on one prefix from which writing it to the cache costs no more than not
    caching; None where the offer has no price for cached tokens, 0 where caching never pays.
    """

    caching: int | None
    batching: int | None
    pays_from: int | None


def savings(task: Task, price: Price | None, bill: Bill | None = None) -> Savings:
    """Against bills without them; `bill` is the month's, if it is known. What does not repeat or wait saves nothing."""
    whole = (bill or month(task, price)).cost
    if whole is None:
        return Savings(None, None, None)
    plain = month(task, price, caching=False).cost if task.cacheable else whole
    alone = month(task, price, batching=False).cost if task.batchable else whole
    return Savings(
        None if plain is None else plain - whole,
        None if alone is None else alone - whole,
        pays_from(price, int(task.input.expected)),
    )


def pays_from(price: Price | None, prompt_tokens: int) -> int | None:
    """From how many requests on one prefix caching pays: (write - input) <= (n - 1) x (input - read), rates a token."""
    rates = {} if price is None else price.rates(prompt_tokens)
    if "cached_read" not in rates or "input" not in rates:
        return None
    premium = rates.get("cache_write_5m", rates["input"]) - rates["input"]
    gained = rates["input"] - rates["cached_read"]
    if premium <= 0:
        return 1 if gained >= 0 else 0
    if gained <= 0:
        return 0
    return 1 + int(-(-Fraction(premium, gained) // 1))
