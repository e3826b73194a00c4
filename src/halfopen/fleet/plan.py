"""The cheapest machines that keep a promise: replicas for the busiest hour and for a failure, and what a month costs.

Provisioned hours are paid whether they are used or not; what is used of them comes from the histogram of the hours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from math import ceil, inf
from typing import NamedTuple

from halfopen.fleet.architecture import Architecture
from halfopen.fleet.hardware import Accelerator
from halfopen.fleet.memory import divisible, fit, precisions_of
from halfopen.fleet.price import Prices, Tariff
from halfopen.fleet.promise import Demand, Promise
from halfopen.fleet.queueing import Load, Waits, waits
from halfopen.fleet.speed.calibration import Calibration, predicted
from halfopen.fleet.speed.replica import Replica
from halfopen.fleet.speed.replica import replicas as replicas_of
from halfopen.fleet.speed.work import Setup

COUNTS = (1, 2, 4, 8)
MOST_REPLICAS = 4096
MILLION = 1_000_000
FASTEST = (
    2.0  # how much faster than likely a replica may turn out, at most, when plans are sorted by what they may cost
)


class Span(NamedTuple):
    """A value between the ends of its 80 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Plan:
    """So many replicas of so many cards. Times are those of the busiest hour; money is in picodollars, None is unknown.

    `used` is the share of what the provisioned hours could do that is used, over the whole histogram.
    """

    architecture: str
    accelerator: str
    title: str
    precision: str
    cards: int  # of a replica
    serving: Span  # replicas for the busiest hour
    spare: int
    first_token: Span  # seconds, for the promised share of requests
    per_token: Span
    used: float
    busiest: float
    paid: Tariff
    tokens: float  # a month, in and out
    estimated: bool

    @property
    def whole(self) -> int:
        """Replicas, the spare ones too."""
        return int(self.serving.value) + self.spare

    @property
    def month(self) -> int | None:
        return self.paid.monthly(self.whole * self.cards)

    @property
    def month_low(self) -> int | None:
        return self.paid.monthly((int(self.serving.low) + self.spare) * self.cards)

    @property
    def month_high(self) -> int | None:
        """None also where no number of replicas would keep the promise, if they are as slow as they may be."""
        if self.serving.high == inf:
            return None
        return self.paid.monthly((int(self.serving.high) + self.spare) * self.cards)

    @property
    def a_million(self) -> int | None:
        """Picodollars for a million tokens, in and out, at the hours that are paid."""
        return None if self.month is None or not self.tokens else round(self.month * MILLION / self.tokens)


@dataclass(frozen=True, slots=True)
class Refused:
    """A machine that is out of the question, and why."""

    title: str
    why: str


@dataclass(frozen=True, slots=True)
class Way:
    """One way to serve a model, and what it costs at least: if it were as fast as it may be, and nobody waited."""

    asked: Setup
    machine: Accelerator
    likely: Replica
    paid: Tariff
    least: int | None  # picodollars a month; None: no price is known


def plans(
    architecture: Architecture,
    machines: Iterable[Accelerator],
    demand: Demand,
    promise: Promise,
    calibration: Calibration,
    prices: Prices,
    context: int | None = None,
    most: int = 12,
) -> tuple[tuple[Plan, ...], tuple[Refused, ...]]:
    """Up to `most` that keep the promise, the cheapest first and the unpriced last; and why other machines do not."""
    possible: list[Way] = []
    whys: dict[str, str] = {}
    for machine in machines:
        for found in ways(architecture, machine, demand, promise, calibration, prices, context):
            if isinstance(found, str):
                whys[machine.title] = found
            else:
                possible.append(found)
    kept: list[Plan] = []
    failed: list[Way] = []
    for way in sorted(possible, key=lambda each: (each.least is None, each.least or 0)):
        dearest = sorted(plan.month or 0 for plan in kept if plan.month is not None)[most - 1 : most]
        if len(kept) >= most and (way.least is None or (dearest and way.least >= dearest[0])):
            break
        made = _plan(way, demand, promise, calibration)
        if isinstance(made, Plan):
            kept.append(made)
        else:
            failed.append(way)
            whys[way.machine.title] = made
    able = {way.machine.title for way in possible if way not in failed}
    refused = tuple(Refused(title, why) for title, why in whys.items() if title not in able)
    return tuple(sorted(kept, key=_cheapest)[:most]), refused


def _cheapest(plan: Plan) -> tuple[bool, int, int]:
    return plan.month is None, plan.month or 0, plan.cards * plan.whole


def ways(
    architecture: Architecture,
    machine: Accelerator,
    demand: Demand,
    promise: Promise,
    calibration: Calibration,
    prices: Prices,
    context: int | None,
) -> Iterator[Way | str]:
    """Every precision and number of cards of a machine, or why not."""
    length = context or int(demand.prompt + demand.answer)
    paid = prices.of(machine)
    possible: list[Setup] = []
    for precision, cards in product(precisions_of(architecture, machine), COUNTS):
        if cards > machine.most or not divisible(architecture, cards):
            continue
        room = fit(architecture, machine, cards, precision, length)
        if not room.fits:
            yield room.why
            continue
        possible.append(
            Setup(
                architecture=architecture,
                accelerator=machine,
                precision=precision,
                engine="vllm" if machine.kind == "datacentre" else "llama.cpp",
                prompt=demand.prompt,
                answer=demand.answer,
                tensor=cards,
            )
        )
    for asked, likely in zip(possible, replicas_of(possible, calibration.values), strict=True):
        most = likely.most(demand.answer, None) if likely is not None else 0.0
        if likely is None or not most:
            yield "a request does not fit"
            continue
        needed = ceil(demand.peak / (most * FASTEST * promise.ceiling)) + promise.spare
        yield Way(asked, machine, likely, paid, paid.monthly(needed * asked.tensor))


def _plan(way: Way, demand: Demand, promise: Promise, calibration: Calibration) -> Plan | str:
    likely, machine = way.likely, way.machine
    load = Load(rate=demand.peak, answer=demand.answer, burst=demand.burst, prompt_variation=demand.prompt_variation)
    value = replicas(likely, load, promise)
    if value is None:
        return f"{way.asked.cards} x {machine.title} at {way.asked.precision}: {_short(likely, load, promise)}"
    half = half_of(way.asked, likely, load, calibration)
    fast = replicas(likely.slower(1 / half, 1 / half), load, promise) or value
    slow = replicas(likely.slower(half, half), load, promise)
    each = likely.most(demand.answer, None)
    return Plan(
        architecture=way.asked.architecture.name,
        accelerator=machine.name,
        title=machine.title,
        precision=way.asked.precision,
        cards=way.asked.cards,
        serving=Span(value[0], fast[0], inf if slow is None else slow[0]),
        spare=promise.spare,
        first_token=Span(*(waited.within(promise.share) for _, waited in (value, fast, slow or value))),
        per_token=Span(*(waited.token_s for _, waited in (value, fast, slow or value))),
        used=demand.mean / (each * (value[0] + promise.spare)),
        busiest=demand.peak / (each * value[0]),
        paid=way.paid,
        tokens=demand.tokens,
        estimated=machine.estimated,
    )


def replicas(each: Replica, load: Load, promise: Promise) -> tuple[int, Waits] | None:
    """The least number that keeps the promise, and the waits then; None where no number does."""
    most = each.most(load.answer, None) * promise.ceiling
    if not most or not load.rate:
        return None
    low = max(1, ceil(load.rate / most))
    high = low
    while (found := keeps(each, load.share(high), promise)) is None:
        low, high = high + 1, 2 * high
        if high > MOST_REPLICAS:
            return None
    while low < high:
        middle = (low + high) // 2
        better = keeps(each, load.share(middle), promise)
        low, high, found = (low, middle, better) if better is not None else (middle + 1, high, found)
    return high, found


def keeps(each: Replica, load: Load, promise: Promise) -> Waits | None:
    found = waits(each, load)
    return None if found is None or missed(found, promise) > 0 else found


def missed(found: Waits, promise: Promise) -> float:
    """What part of the time it takes is more than promised: 0 or less is kept, and without a promise -inf.

    Times grow as 1 / (1 - load) does, so that this is nearly a straight line over the load, and 1 where they pile up.
    """
    told = ((found.within(promise.share), promise.first_token), (found.token_s, promise.per_token))
    return max((1 - most / took for took, most in told if most is not None), default=-inf)


def _short(each: Replica, load: Load, promise: Promise) -> str:
    """Why no number of replicas keeps the promise: what one does that has hardly anything to do."""
    alone = waits(each, load.share(MOST_REPLICAS))
    if alone is None:
        return "one replica does not keep up however many there are"
    if promise.per_token is not None and alone.token_s > promise.per_token:
        return f"a token takes {1000 * alone.token_s:.0f} ms even with nobody else there"
    return f"the first token takes {1000 * alone.within(promise.share):.0f} ms even with nobody else there"


def half_of(asked: Setup, each: Replica, load: Load, calibration: Calibration) -> float:
    """By what factor the times may be off, at about the number of sequences that would run."""
    settled = each.settled(each.most(load.answer, None) * 0.6, load.answer)
    running = settled.running if settled is not None else 1.0
    at = replace(asked, concurrency=max(running, 1.0))
    found = predicted([at], calibration)
    return float(found.token_high[0] / found.token[0])
