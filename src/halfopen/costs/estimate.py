"""What a task costs in a month at an offer: exact where the price list decides it, with a range where chance does.

Requests are dealt out over the atoms of their tokens, and each is priced by itself: the tier is that of its own prompt.
The share of a prompt that repeats is written to the cache by one of `reused` requests and read by the others; what can
wait is priced as a batch where the offer sells batches. The sum is exact to the picodollar and is the sum of its parts.

The range has two sources. The volume may be told as a range. And a month is one draw from the distribution of tokens:
the sum of many requests is normal, and its 80 % interval is 1.28 standard deviations to each side. It says nothing of a
mean that is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from math import sqrt

from halfopen.catalog.price import STANDARD, Price
from halfopen.costs.meter import cost
from halfopen.costs.spread import apportioned
from halfopen.costs.workload import Task, Team, Volume, rounded

BATCH = "batch"
EIGHTY = 1.2816  # standard deviations to each side of 80 % of a normal distribution


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """Picodollars of `currency` for `requests`; `parts` by kind of token or piece. None is unpriced, and says why.

    `low` and `high` hold four of five months. `batched` is what of it was priced as a batch.
    """

    cost: int | None
    requests: int = 0
    currency: str = ""
    parts: Mapping[str, int] = field(default_factory=dict)
    batched: int = 0
    low: int | None = None
    high: int | None = None
    unpriced: str = ""
    since: str = ""  # the first day of the price line


@dataclass(frozen=True, slots=True)
class Portion:
    """So many requests of one kind: what each uses, and how it is served."""

    requests: int
    usage: Mapping[str, int]
    service: str


def month(task: Task, price: Price | None, *, caching: bool = True, batching: bool = True) -> Bill:
    """The bill of a month at a price. Without `caching` or `batching` as if nobody used them."""
    likely = _priced(task, task.requests.monthly, price, caching, batching)
    if likely.cost is None:
        return likely
    ends = []
    for volume, side in ((task.requests.low, -1), (task.requests.high, 1)):
        end = likely if volume is None else _priced(task, volume, price, caching, batching)
        chance = EIGHTY * _deviation(task, price, end, caching, batching)
        ends.append(max(0, (end.cost or 0) + side * round(chance)))
    return replace(likely, low=ends[0], high=ends[1])


def horizon(task: Task, price: Price | None, team: Team, *, caching: bool = True, batching: bool = True) -> Bill:
    """The bills of all months in one: the volume grows, and prices fall as the team expects them to."""
    bills = [
        _cheaper(
            month(later(task, team.growth_per_month, place), price, caching=caching, batching=batching), team, place
        )
        for place in range(team.horizon_months)
    ]
    wrong = next((bill for bill in bills if bill.cost is None), None)
    if wrong is not None:
        return wrong
    kinds = dict.fromkeys(kind for bill in bills for kind in bill.parts)
    return Bill(
        cost=sum(bill.cost or 0 for bill in bills),
        requests=sum(bill.requests for bill in bills),
        currency=bills[0].currency,
        parts={kind: sum(bill.parts.get(kind, 0) for bill in bills) for kind in kinds},
        batched=sum(bill.batched for bill in bills),
        low=sum(bill.low or 0 for bill in bills),
        high=sum(bill.high or 0 for bill in bills),
        since=bills[0].since,
    )


def later(task: Task, growth: Decimal, months: int) -> Task:
    """The task after so many months of growth; its volume is a whole number again, halves rounded up."""
    factor = (1 + Fraction(growth)) ** months
    volume = task.requests
    grown = [None if each is None else rounded(each * factor) for each in (volume.low, volume.high)]
    return replace(task, requests=Volume(per_month=rounded(volume.monthly * factor), low=grown[0], high=grown[1]))


def portions(task: Task, requests: int, price: Price, caching: bool = True, batching: bool = True) -> Iterator[Portion]:
    """The requests of a month, dealt out: waiting or not, by tokens in and out, writing to the cache or reading."""
    waiting = rounded(requests * Fraction(task.batchable)) if batching and BATCH in price.services else 0
    atoms = [
        (tokens_in, tokens_out, share_in * share_out)
        for tokens_in, share_in in task.input.atoms
        for tokens_out, share_out in task.output.atoms
    ]
    for count, service in ((requests - waiting, STANDARD), (waiting, BATCH)):
        dealt = apportioned(count, [share for _, _, share in atoms])
        for number, (tokens_in, tokens_out, _) in zip(dealt, atoms, strict=True):
            rates = price.rates(tokens_in, service)
            yield from _cached(task, number, tokens_in, tokens_out, service, rates if caching else {})


def _cached(
    task: Task, number: int, tokens_in: int, tokens_out: int, service: str, rates: Mapping[str, int]
) -> Iterator[Portion]:
    """So many requests of one size: those that write their prefix to the cache, and those that read it."""
    repeated = int(tokens_in * Fraction(task.cacheable)) if "cached_read" in rates else 0
    writers = -(-number // task.reused) if repeated else 0
    written = "cache_write_5m" if "cache_write_5m" in rates else "input"
    for some, kind in ((writers, written), (number - writers, "cached_read")):
        if some:
            yield Portion(some, _usage(tokens_in, repeated, kind, tokens_out), service)


def _usage(tokens_in: int, repeated: int, kind: str, tokens_out: int) -> Mapping[str, int]:
    usage = {"input": tokens_in - repeated, "output": tokens_out}
    usage[kind] = usage.get(kind, 0) + repeated
    return usage


def _priced(task: Task, requests: int, price: Price | None, caching: bool, batching: bool) -> Bill:
    if price is None:
        return Bill(cost=None, unpriced=cost(None, {}).unpriced)
    parts: dict[str, int] = {}
    batched = 0
    for portion in portions(task, requests, price, caching, batching):
        settled = cost(price, portion.usage, portion.service)
        if settled.cost is None:
            return Bill(cost=None, requests=requests, unpriced=settled.unpriced)
        batched += portion.requests * settled.cost * (portion.service == BATCH)
        for kind, part in settled.parts.items():
            parts[kind] = parts.get(kind, 0) + portion.requests * part
    total = sum(parts.values())
    return Bill(
        cost=total,
        requests=requests,
        currency=price.currency,
        parts=parts,
        batched=batched,
        low=total,
        high=total,
        since=price.since.isoformat(),
    )


def _deviation(task: Task, price: Price | None, bill: Bill, caching: bool, batching: bool) -> float:
    """The standard deviation of the month's sum, in picodollars.

    Where only a mean is told of tokens, the cost of a request is taken to vary as much as its mean.
    """
    if price is None or not bill.requests or bill.cost is None:
        return 0.0
    told = [
        (portion.requests, settled.cost)
        for portion in portions(task, bill.requests, price, caching, batching)
        if (settled := cost(price, portion.usage, portion.service)).cost is not None
    ]
    mean = bill.cost / bill.requests
    variance = sum(number * (each - mean) ** 2 for number, each in told if each is not None) / bill.requests
    if task.input.mean is not None or task.output.mean is not None:
        variance = max(variance, mean**2)
    return sqrt(bill.requests * variance)


def _cheaper(bill: Bill, team: Team, months: int) -> Bill:
    """The bill after so many months of the decline that the team expects, part by part, halves rounded up."""
    if bill.cost is None or not team.price_decline_per_year or not months:
        return bill
    left = Fraction((1 - team.price_decline_per_year) ** (Decimal(months) / 12))
    parts = {kind: rounded(part * left) for kind, part in bill.parts.items()}
    ends = [None if each is None else rounded(each * left) for each in (bill.low, bill.high)]
    total = sum(parts.values())
    return replace(bill, cost=total, parts=parts, batched=rounded(bill.batched * left), low=ends[0], high=ends[1])
