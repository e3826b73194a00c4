"""The sizes that the requests of a task have, each with its exact price, and how many of each there are in a month.

A size is a number of tokens in with one out, and its tier is that of its own prompt. Sizes stand by what they cost, and
requests are dealt out over them in that order: then one request more never makes a month cheaper, and a lower price
never makes it dearer, however the last request is rounded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, NamedTuple

from halfopen.catalog.price import STANDARD, Price
from halfopen.costs.meter import cost
from halfopen.costs.spread import apportioned
from halfopen.costs.workload import Task, rounded

BATCH = "batch"

# What becomes of the part of a prompt that repeats: it is written to the cache, read from it, or sent as any other.
Prefix = Literal["written", "read", "sent"]
SENT: Prefix = "sent"
ONE = {"output": 1}


class Sizes(NamedTuple):
    """Columns, a place for each size, the cheapest first: how often it comes, and what it costs in picodollars.

    `parts` are columns by kind of token or piece and add up to the cost, of which `squares` has the squares.
    """

    weights: tuple[int, ...]
    parts: Mapping[str, tuple[int, ...]]
    squares: tuple[int, ...]


class Group(NamedTuple):
    """So many requests that are served alike, and of each size how many."""

    requests: int
    service: str
    numbers: tuple[int, ...]
    sizes: Sizes


@dataclass(frozen=True, slots=True)
class Menu:
    """The sizes of a task at a price, the cheapest first, by service and by what becomes of the prefix.

    `waiting` is the share of requests served as a batch, `reused` how many use one prefix; without a cache it is 0.
    """

    sizes: Mapping[tuple[str, Prefix], Sizes]
    waiting: Fraction
    reused: int
    unpriced: str = ""

    def groups(self, requests: int) -> Iterator[Group]:
        """So many requests: waiting or not, writing to the cache or reading, and those by size."""
        waiting = rounded(requests * self.waiting)
        for service, count in ((STANDARD, requests - waiting), (BATCH, waiting)):
            for prefix, some in self._prefixes(count).items():
                if some:
                    sizes = self.sizes[service, prefix]
                    yield Group(some, service, apportioned(some, sizes.weights), sizes)

    def _prefixes(self, requests: int) -> Mapping[Prefix, int]:
        if not self.reused:
            return {SENT: requests}
        writers = -(-requests // self.reused)
        return {"written": writers, "read": requests - writers}


def menu(task: Task, price: Price | None, caching: bool = True, batching: bool = True) -> Menu:
    """What a task can be served as. Without `caching` or `batching` as if nobody used them."""
    if price is None:
        return Menu({}, Fraction(0), 0, cost(None, {}).unpriced)
    waiting = Fraction(task.batchable) if batching and BATCH in price.services else Fraction(0)
    services = (STANDARD, BATCH) if waiting else (STANDARD,)
    cached = caching and task.cacheable > 0 and any(_caches(price, service) for service in services)
    prefixes: tuple[Prefix, ...] = ("written", "read") if cached else (SENT,)
    sizes: dict[tuple[str, Prefix], Sizes] = {}
    for service in services:
        for prefix in prefixes:
            found = _sizes(task, price, service, prefix)
            if isinstance(found, str):
                return Menu({}, waiting, 0, found)
            sizes[service, prefix] = found
    return Menu(sizes, waiting, task.reused if cached else 0)


def _caches(price: Price, service: str) -> bool:
    tiers = price.tiers if service == STANDARD else price.services[service]
    return any("cached_read" in rates for _, rates in tiers)


def _sizes(task: Task, price: Price, service: str, prefix: Prefix) -> Sizes | str:
    """Each prompt with each answer; or why they are unpriced."""
    answers = task.output.counts
    prompts: list[Mapping[str, int]] = []
    rows: list[tuple[int, int, int, int]] = []  # all of it, how often, the place of the prompt, the answer
    for place, (tokens, often) in enumerate(task.input.counts):
        usage = _prompt(tokens, task, price.rates(tokens, service), prefix)
        settled = cost(price, {**usage, **ONE}, service)
        if settled.cost is None:
            return settled.unpriced
        token = settled.parts["output"]
        rest = settled.cost - token
        prompts.append({kind: part for kind, part in settled.parts.items() if kind not in ONE})
        rows += [(rest + token * out, often * weight, place, token * out) for out, weight in answers]
    rows.sort()
    parts = {"output": tuple(answer for _, _, _, answer in rows)}
    for kind in dict.fromkeys(kind for prompt in prompts for kind in prompt):
        each = [prompt.get(kind, 0) for prompt in prompts]
        parts[kind] = tuple(each[place] for _, _, place, _ in rows)
    return Sizes(tuple(weight for _, weight, _, _ in rows), parts, tuple(whole**2 for whole, _, _, _ in rows))


def _prompt(tokens: int, task: Task, rates: Mapping[str, int], prefix: Prefix) -> Mapping[str, int]:
    """The tokens of a prompt by kind. Where an offer has no price for reading a cache, nothing is cached."""
    cached, of = task.cacheable.as_integer_ratio()
    repeated = tokens * cached // of if prefix != SENT and "cached_read" in rates else 0
    if prefix == "read":
        return {"input": tokens - repeated, "cached_read": repeated}
    if "cache_write_5m" in rates:
        return {"input": tokens - repeated, "cache_write_5m": repeated}
    return {"input": tokens}
