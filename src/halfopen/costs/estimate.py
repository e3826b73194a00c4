"""What a task costs in a month at an offer: exact where the price list decides it, with a range where chance does.

Requests are dealt out over their sizes, and each is priced by itself (`sizes`). Of `reused` requests on one prefix the
first writes it to the cache and the others read it; what can wait is priced as a batch where the offer sells batches.
The sum is exact to the picodollar and is the sum of its parts.

The range has two sources. The volume and the cached share may be told as ranges: then it goes from the cheapest of
their ends to the dearest. And a month is one draw from the distribution of tokens: the sum of many requests is normal,
and its 80 % interval is 1.28 standard deviations to each side. It says nothing of a mean that is wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from math import sqrt
from operator import mul

from halfopen.catalog.price import KINDS, Price
from halfopen.costs.sizes import BATCH, Menu, menu
from halfopen.costs.workload import Task, Team, Volume, rounded

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
class Summed:
    """So many requests, added up: `parts` and `batched` in picodollars, and what they may differ by, by chance."""

    parts: Mapping[str, int]
    batched: int
    chance: float

    @property
    def cost(self) -> int:
        return sum(self.parts.values())


def month(task: Task, price: Price | None, *, caching: bool = True, batching: bool = True) -> Bill:
    """The bill of a month at a price. Without `caching` or `batching` as if nobody used them."""
    return next(_bills(task, price, [task.requests], caching, batching))


def horizon(task: Task, price: Price | None, team: Team, *, caching: bool = True, batching: bool = True) -> Bill:
    """The bills of all months in one."""
    return over(months(task, price, team, caching=caching, batching=batching))


def months(
    task: Task, price: Price | None, team: Team, *, caching: bool = True, batching: bool = True
) -> tuple[Bill, ...]:
    """The bill of each month: the volume grows, and prices fall as the team expects them to. The first is `month`'s."""
    volumes = [grown(task.requests, team.growth_per_month, place) for place in range(team.horizon_months)]
    found = enumerate(_bills(task, price, volumes, caching, batching))
    return tuple(_cheaper(bill, team, place) for place, bill in found)


def averaged(team: Team) -> Fraction:
    """By what a bill of the first month is multiplied to be that of a month of the horizon on average."""
    return sum(factors(team), Fraction(0)) / team.horizon_months


def factors(team: Team) -> tuple[Fraction, ...]:
    """By what a bill of the first month is multiplied to be that of each month of the horizon."""
    grows, left = 1 + Fraction(team.growth_per_month), 1 - team.price_decline_per_year
    return tuple(grows**month * Fraction(left ** (Decimal(month) / 12)) for month in range(team.horizon_months))


def parted(monthly: Sequence[Fraction], begins: Sequence[Fraction]) -> tuple[Fraction, ...]:
    """`averaged` in parts, one for each price list: from when it begins, in months from now, until the next one does.

    `monthly` are the `factors`. A list that begins in the middle of a month has its share of it.
    """
    ends = [*begins[1:], Fraction(len(monthly))]
    return tuple(
        sum((each * _held(place, begin, end) for place, each in enumerate(monthly)), Fraction(0)) / len(monthly)
        for begin, end in zip(begins, ends, strict=True)
    )


def _held(month: int, begin: Fraction, end: Fraction) -> Fraction:
    """The share of a month that lies between the two."""
    return max(Fraction(0), min(end, Fraction(month + 1)) - max(begin, Fraction(month)))


def over(bills: Sequence[Bill]) -> Bill:
    """Bills of one price in one."""
    if bills[0].cost is None:
        return bills[0]
    return replace(
        bills[0],
        cost=sum(bill.cost or 0 for bill in bills),
        requests=sum(bill.requests for bill in bills),
        parts=_added([bill.parts for bill in bills]),
        batched=sum(bill.batched for bill in bills),
        low=sum(bill.low or 0 for bill in bills),
        high=sum(bill.high or 0 for bill in bills),
    )


def grown(volume: Volume, growth: Decimal, months: int) -> Volume:
    """The volume after so many months of growth; it is a whole number again, halves rounded up."""
    factor = (1 + Fraction(growth)) ** months
    low, high = (None if each is None else rounded(each * factor) for each in (volume.low, volume.high))
    return Volume(per_month=rounded(volume.monthly * factor), low=low, high=high)


def _bills(task: Task, price: Price | None, volumes: Sequence[Volume], caching: bool, batching: bool) -> Iterator[Bill]:
    """A bill for each volume. What a size costs is worked out once, and what is asked for twice is added up once."""
    likely = menu(task, price, caching, batching)
    if price is None or likely.unpriced:
        yield from (Bill(cost=None, requests=volume.monthly, unpriced=likely.unpriced) for volume in volumes)
        return
    shares = {task.cacheable_low, task.cacheable_high} - {None} if caching else set[Decimal | None]()
    others = [menu(replace(task, cacheable=share), price, caching, batching) for share in shares if share is not None]
    known: dict[Volume, Bill] = {}
    for volume in volumes:
        if volume not in known:
            known[volume] = _bill(task, price, volume, [likely, *others])
        yield known[volume]


def _bill(task: Task, price: Price, volume: Volume, menus: Sequence[Menu]) -> Bill:
    """By the first of the menus; the range is that of all of them."""
    vague = task.input.mean is not None or task.output.mean is not None
    monthly = volume.monthly
    least, most = (monthly if each is None else each for each in (volume.low, volume.high))
    sums = [{number: _summed(each, number, vague) for number in {least, monthly, most}} for each in menus]
    likely = sums[0][monthly]
    return Bill(
        cost=likely.cost,
        requests=monthly,
        currency=price.currency,
        parts=likely.parts,
        batched=likely.batched,
        low=max(0, min(each[least].cost - round(each[least].chance) for each in sums)),
        high=max(each[most].cost + round(each[most].chance) for each in sums),
        since=price.since.isoformat(),
    )


def _summed(each: Menu, requests: int, vague: bool) -> Summed:
    """Chance deals the sizes, not how many write to a cache or wait: so it is that within each group.

    Where only a mean is told of tokens, `vague`, the cost of a request is taken to vary as much as its mean.
    """
    parts: Counter[str] = Counter()
    batched, variance = 0, 0.0
    for group in each.groups(requests):
        found = {kind: sum(map(mul, group.numbers, column)) for kind, column in group.sizes.parts.items()}
        whole, squares = sum(found.values()), sum(map(mul, group.numbers, group.sizes.squares))
        variance += (group.requests * squares - whole**2) / group.requests
        batched += whole * (group.service == BATCH)
        parts.update(found)
    if vague and requests:
        variance = max(variance, sum(parts.values()) ** 2 / requests)
    return Summed(_in_order(parts), batched, EIGHTY * sqrt(variance))


def _in_order(parts: Mapping[str, int]) -> Mapping[str, int]:
    return {kind: parts[kind] for kind in KINDS if parts.get(kind)}


def _added(parts: Sequence[Mapping[str, int]]) -> Mapping[str, int]:
    return _in_order({kind: sum(each.get(kind, 0) for each in parts) for kind in KINDS})


def _cheaper(bill: Bill, team: Team, months: int) -> Bill:
    """The bill after so many months of the decline that the team expects, part by part, halves rounded up."""
    if bill.cost is None or not team.price_decline_per_year or not months:
        return bill
    left = Fraction((1 - team.price_decline_per_year) ** (Decimal(months) / 12))
    parts = {kind: rounded(part * left) for kind, part in bill.parts.items()}
    ends = [None if each is None else rounded(each * left) for each in (bill.low, bill.high)]
    total = sum(parts.values())
    return replace(bill, cost=total, parts=parts, batched=rounded(bill.batched * left), low=ends[0], high=ends[1])
