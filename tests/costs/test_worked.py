"""Thirty-odd months worked out by hand: how many requests, with how many tokens, at which published price a million.

A term is (requests, tokens of each, dollars or euros a million tokens). The prices are typed from the price lists of
2026-11-24, and the requests are counted by hand, so that nothing here goes through the code that is tested.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from halfopen.catalog.price import Price, in_force, price
from halfopen.costs.estimate import horizon, month
from halfopen.costs.spread import Spread
from halfopen.costs.workload import Task, Team, Volume
from tests.catalog.shelf import shipped

DAY = date(2026, 11, 24)
Term = tuple[int, int, str]

GPT, LUNA = "gpt-5.4@openai", "gpt-6-luna@openai"
HAIKU, SONNET = "claude-haiku-5-5@anthropic", "claude-sonnet-5-5@anthropic"
OLD_SONNET, GEMINI, MISTRAL = "claude-sonnet-4-5@anthropic", "gemini-3.1-pro@google", "mistral-large-3@mistral"
OSS, KIMI, DEEPSEEK = "gpt-oss-120b@groq", "kimi-k3@moonshot", "deepseek-v4-pro@deepseek"
SONAR, EURO = "sonar-pro@perplexity", "gpt-oss-120b@scaleway"


def mean(tokens: int) -> Spread:
    return Spread(mean=tokens)


def histogram(**weights: int) -> Spread:
    """`histogram(t2000=1, t8000=3)`."""
    return Spread(histogram={int(name[1:]): Decimal(weight) for name, weight in weights.items()})


def d(text: str) -> Decimal:
    return Decimal(text)


# name: (offer, requests a month, tokens in, tokens out, what else is told of the task, terms)
MONTHS: dict[str, tuple[str, int, Spread, Spread, dict[str, Any], list[Term]]] = {
    "plain": (GPT, 1000, mean(1000), mean(300), {}, [(1000, 1000, "2.5"), (1000, 300, "15")]),
    "plain and cheap": (LUNA, 7, mean(3), mean(1), {}, [(7, 3, "0.1"), (7, 1, "0.5")]),
    "no answer": (DEEPSEEK, 500, mean(4000), mean(0), {}, [(500, 4000, "1.32")]),
    "no prompt": (DEEPSEEK, 500, mean(0), mean(100), {}, [(500, 100, "3.96")]),
    "euros": (EURO, 1000, mean(2000), mean(500), {}, [(1000, 2000, "0.15"), (1000, 500, "0.6")]),
    "no request": (GPT, 0, mean(1000), mean(300), {}, []),
    # 2 % of a prompt of 1,001 tokens are 20 whole tokens.
    "a share is rounded down to a token": (
        KIMI, 10, mean(1001), mean(0), {"cacheable": d("0.02"), "reused": 10},
        [(10, 981, "3"), (1, 20, "3"), (9, 20, "0.3")],
    ),
    "cached, with a price for writing": (
        SONNET, 1000, mean(1000), mean(200), {"cacheable": d("0.6"), "reused": 10},
        [(1000, 400, "2"), (100, 600, "2.5"), (900, 600, "0.1"), (1000, 200, "10")],
    ),
    "cached, where writing costs what input costs": (
        GPT, 1000, mean(1000), mean(200), {"cacheable": d("0.6"), "reused": 10},
        [(1000, 400, "2.5"), (100, 600, "2.5"), (900, 600, "0.25"), (1000, 200, "15")],
    ),
    "cached and never used again": (
        HAIKU, 50, mean(2000), mean(10), {"cacheable": d("0.5"), "reused": 1},
        [(50, 1000, "0.1"), (50, 1000, "0.125"), (50, 10, "0.5")],
    ),
    "cached, the last prefix used by fewer": (  # 25 requests on prefixes of ten: three writers
        SONNET, 25, mean(1000), mean(0), {"cacheable": d("1"), "reused": 10},
        [(3, 1000, "2.5"), (22, 1000, "0.1")],
    ),
    "all of it cached": (
        MISTRAL, 100, mean(500), mean(50), {"cacheable": d("1"), "reused": 100},
        [(1, 500, "0.5"), (99, 500, "0.05"), (100, 50, "1.5")],
    ),
    "cacheable, and no price for it": (
        EURO, 100, mean(1000), mean(100), {"cacheable": d("0.9"), "reused": 10},
        [(100, 1000, "0.15"), (100, 100, "0.6")],
    ),
    "cached at half the price": (
        OSS, 40, mean(1000), mean(100), {"cacheable": d("0.5"), "reused": 4},
        [(40, 500, "0.15"), (10, 500, "0.15"), (30, 500, "0.075"), (40, 100, "0.6")],
    ),
    "all of it can wait": (
        GPT, 1000, mean(1000), mean(300), {"batchable": d("1")}, [(1000, 1000, "1.25"), (1000, 300, "7.5")],
    ),
    "a quarter can wait": (
        GPT, 1000, mean(1000), mean(300), {"batchable": d("0.25")},
        [(750, 1000, "2.5"), (750, 300, "15"), (250, 1000, "1.25"), (250, 300, "7.5")],
    ),
    "half of three can wait: two of them": (
        LUNA, 3, mean(100), mean(0), {"batchable": d("0.5")}, [(1, 100, "0.1"), (2, 100, "0.05")],
    ),
    "it can wait, and no batch is sold": (
        DEEPSEEK, 10, mean(1000), mean(100), {"batchable": d("1")}, [(10, 1000, "1.32"), (10, 100, "3.96")],
    ),
    "a batch that reads a cache": (
        SONNET, 100, mean(1000), mean(100), {"batchable": d("1"), "cacheable": d("0.5"), "reused": 20},
        [(100, 500, "1"), (5, 500, "1.25"), (95, 500, "0.05"), (100, 100, "5")],
    ),
    "a cache read in both ways": (  # 60 at once, of which 3 write; 40 as a batch, of which 2 write
        HAIKU, 100, mean(1000), mean(0), {"batchable": d("0.4"), "cacheable": d("1"), "reused": 20},
        [(3, 1000, "0.125"), (57, 1000, "0.01"), (2, 1000, "0.0625"), (38, 1000, "0.005")],
    ),
    "as long as the tier": (OLD_SONNET, 5, mean(200_000), mean(1000), {}, [(5, 200_000, "3"), (5, 1000, "15")]),
    "one token above the tier": (OLD_SONNET, 5, mean(200_001), mean(1000), {}, [(5, 200_001, "6"), (5, 1000, "22.5")]),
    "some above the tier": (
        GEMINI, 1000, histogram(t10000=9, t300000=1), mean(100), {},
        [(900, 10_000, "2"), (900, 100, "12"), (100, 300_000, "4"), (100, 100, "18")],
    ),
    "a million short ones reach no tier": (GPT, 1_000_000, mean(1000), mean(0), {}, [(1_000_000, 1000, "2.5")]),
    "above the tier and cached": (  # the tier is that of the whole prompt, cached or not
        HAIKU, 20, mean(120_000), mean(100), {"cacheable": d("0.9"), "reused": 5},
        [(20, 12_000, "0.5"), (4, 108_000, "0.625"), (16, 108_000, "0.05"), (20, 100, "2.5")],
    ),
    "above the tier as a batch": (
        GPT, 10, mean(300_000), mean(100), {"batchable": d("1")}, [(10, 300_000, "2.5"), (10, 100, "11.25")],
    ),
    "three quantiles": (  # 30, 40 and 30 per cent
        MISTRAL, 1000, Spread(p10=100, p50=500, p90=2000), mean(0), {},
        [(300, 100, "0.5"), (400, 500, "0.5"), (300, 2000, "0.5")],
    ),
    "seven requests dealt over three quantiles": (  # 2.1, 2.8 and 2.1: the largest remainder gets the seventh
        MISTRAL, 7, Spread(p10=100, p50=500, p90=2000), mean(0), {},
        [(2, 100, "0.5"), (3, 500, "0.5"), (2, 2000, "0.5")],
    ),
    "histograms in and out": (
        GPT, 100, histogram(t1000=1, t2000=1), histogram(t10=1, t90=1), {},
        [(50, 1000, "2.5"), (50, 2000, "2.5"), (50, 10, "15"), (50, 90, "15")],
    ),
    "three over two equal sizes: the odd one is the cheaper": (
        MISTRAL, 3, histogram(t100=1, t900=1), mean(0), {}, [(2, 100, "0.5"), (1, 900, "0.5")],
    ),
    "cached prompts of two sizes": (  # ten write, five of each size; ninety read, 45 of each
        SONNET, 100, histogram(t1000=1, t3000=1), mean(0), {"cacheable": d("0.5"), "reused": 10},
        [(50, 500, "2"), (50, 1500, "2"), (5, 500, "2.5"), (5, 1500, "2.5"), (45, 500, "0.1"), (45, 1500, "0.1")],
    ),
    "cached and batched, below and above the tier": (  # 40 at once, 40 as a batch: 4 of each write, 2 of these long
        HAIKU, 80, histogram(t10000=1, t200000=1), mean(10),
        {"batchable": d("0.5"), "cacheable": d("0.5"), "reused": 10},
        [
            (20, 5000, "0.1"), (2, 5000, "0.125"), (18, 5000, "0.01"), (20, 10, "0.5"),
            (20, 100_000, "0.5"), (2, 100_000, "0.625"), (18, 100_000, "0.05"), (20, 10, "2.5"),
            (20, 5000, "0.05"), (2, 5000, "0.0625"), (18, 5000, "0.005"), (20, 10, "0.25"),
            (20, 100_000, "0.25"), (2, 100_000, "0.3125"), (18, 100_000, "0.025"), (20, 10, "1.25"),
        ],
    ),
    "a fee for each request": (
        SONAR, 1000, mean(500), mean(200), {}, [(1000, 500, "3"), (1000, 200, "15"), (1000, 1, "14000")],
    ),
    "writing to a cache at the price of input": (
        KIMI, 100, mean(10_000), mean(1), {"cacheable": d("0.8"), "reused": 50},
        [(100, 2000, "3"), (2, 8000, "3"), (98, 8000, "0.3"), (100, 1, "15")],
    ),
}  # fmt: skip


def by_hand(terms: list[Term]) -> int:
    """Picodollars: a price of 1 for a million tokens is a million picodollars a token."""
    exact = sum((requests * tokens * Decimal(a_million) * 10**6 for requests, tokens, a_million in terms), Decimal(0))
    assert exact == exact.to_integral_value()
    return int(exact)


def listed(offer: str) -> Price:
    line = in_force(shipped().offers[offer].prices, DAY)
    assert line is not None
    return price(line)


def task_of(name: str) -> Task:
    _, requests, tokens_in, tokens_out, more, _ = MONTHS[name]
    task = Task(name=name, requests=Volume(per_month=requests), input=tokens_in, output=tokens_out)
    return replace(task, **more)


@pytest.mark.parametrize("name", MONTHS)
def test_a_month_costs_what_it_costs_by_hand(name: str) -> None:
    offer, _, _, _, _, terms = MONTHS[name]
    bill = month(task_of(name), listed(offer))
    assert bill.unpriced == ""
    assert bill.cost == by_hand(terms)
    assert sum(bill.parts.values()) == bill.cost


def test_hours_of_a_day_add_up_to_a_month() -> None:
    """8 hours of 100 requests are 800 a day; x 30.4375 days are 24,350."""
    hourly = tuple(d("100") if 9 <= hour < 17 else d("0") for hour in range(24))
    task = replace(task_of("plain"), requests=Volume(hourly=hourly))
    assert month(task, listed(GPT)).cost == by_hand([(24_350, 1000, "2.5"), (24_350, 300, "15")])


def test_hours_of_a_week_add_up_to_a_month() -> None:
    """Five days of 8 hours of 100 are 4,000 a week; x 30.4375 / 7 weeks are 17,392.86, so 17,393."""
    hourly = tuple(d("100") if day < 5 and 9 <= hour < 17 else d("0") for day in range(7) for hour in range(24))
    task = replace(task_of("plain"), requests=Volume(hourly=hourly))
    assert month(task, listed(GPT)).cost == by_hand([(17_393, 1000, "2.5"), (17_393, 300, "15")])


def test_ten_per_cent_growth_over_four_months() -> None:
    """1,000, 1,100, 1,210 and 1,331 requests."""
    found = horizon(task_of("plain"), listed(GPT), Team(horizon_months=4, growth_per_month=d("0.1")))
    assert found.requests == 4641
    assert found.cost == by_hand([(4641, 1000, "2.5"), (4641, 300, "15")])


def test_growth_of_a_cached_month_has_its_own_writers() -> None:
    """25 and 50 requests on prefixes of ten: 3 and 5 writers."""
    task = task_of("cached, the last prefix used by fewer")
    found = horizon(task, listed(SONNET), Team(horizon_months=2, growth_per_month=d("1")))
    assert found.cost == by_hand([(8, 1000, "2.5"), (67, 1000, "0.1")])


def test_prices_that_halve_in_a_year_halve_the_thirteenth_month() -> None:
    thirteen, twelve = (
        horizon(task_of("plain"), listed(GPT), Team(horizon_months=months, price_decline_per_year=d("0.5")))
        for months in (13, 12)
    )
    assert (thirteen.cost or 0) - (twelve.cost or 0) == by_hand([(1000, 1000, "1.25"), (1000, 300, "7.5")])
