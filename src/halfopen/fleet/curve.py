"""What machines cost over volume: the cheapest of a few ways to serve a model, in steps of a replica."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from math import ceil, inf

from halfopen.costs.breakeven import Cost, Curve
from halfopen.fleet.architecture import Architecture
from halfopen.fleet.hardware import Accelerator
from halfopen.fleet.plan import Way, half_of, keeps, ways
from halfopen.fleet.price import Prices
from halfopen.fleet.promise import HOURS, Demand, Promise
from halfopen.fleet.queueing import Load
from halfopen.fleet.speed.calibration import Calibration
from halfopen.fleet.speed.replica import Replica

HALVINGS = 18
STEPS = 48  # replicas, beyond which one more is a small step
MOST_WAYS = 6
BILLION = 10**9
AT_WORST = 10  # times as dear as likely, where machines at their slowest keep no promise: an assumption
KEPT = 8192  # places of a curve, which is asked for the same ones again and again


@dataclass(frozen=True, kw_only=True)
class Serving:
    """One way: replicas, each of which serves so many tokens a month at the peak's hour all month long.

    The tokens are those that keep the promise in the busiest hour, with the valleys of the histogram between.
    """

    way: Way
    load: Load
    promise: Promise
    half: float  # by what factor its times may be off
    a_month: float  # tokens, at a request a second in the busiest hour
    tokens: float

    @cached_property
    def tokens_fast(self) -> float:
        return max(self._tokens(1 / self.half), self.tokens)

    @cached_property
    def tokens_slow(self) -> float:
        """0: at its slowest it keeps no promise."""
        return self._tokens(self.half)

    def _tokens(self, slower: float) -> float:
        return _most(self.way.likely.slower(slower, slower), self.load, self.promise) * self.a_month

    def cost(self, volume: float, tokens: float, spare: int) -> int | None:
        """Of a month of so many tokens, or None where no number of replicas would do."""
        return self.month(ceil(volume / tokens) + spare) if tokens > 0 else None

    def month(self, replicas: int) -> int | None:
        """Picodollars a month of so many, of which the owned ones cost their power only."""
        return self.way.paid.monthly(replicas * self.way.asked.cards)

    @property
    def a_replica(self) -> int:
        """Picodollars a month of one more, where all that are owned have their work."""
        return rented(self.way)


def servings(
    architecture: Architecture,
    machines: Iterable[Accelerator],
    demand: Demand,
    promise: Promise,
    calibration: Calibration,
    prices: Prices,
    context: int | None = None,
) -> tuple[tuple[Serving, ...], tuple[str, ...]]:
    """The ways that are cheapest at some volume, and why others are not possible. Unpriced machines are left out."""
    possible: list[Way] = []
    whys: list[str] = []
    for machine in machines:
        for found in ways(architecture, machine, demand, promise, calibration, prices, context):
            if isinstance(found, str):
                whys.append(found)
            elif found.paid.an_hour is not None:
                possible.append(found)
    made = [each for way in _frontier(possible, demand) if (each := _serving(way, demand, promise, calibration))]
    if possible and not made:
        whys.append("no machine keeps the promise, however little it has to do")
    if not possible and not whys:
        whys.append("no price is known for any machine that holds it")
    return tuple(made), tuple(dict.fromkeys(whys))


def curve(name: str, found: Sequence[Serving], spare: int, people: int, people_high: int | None = None) -> Curve:
    """The cheapest of them at each volume; `people` are picodollars a month, whatever the volume."""

    def at(volume: int) -> Cost:
        likely = [each.cost(volume, each.tokens, spare) for each in found]
        fast = [each.cost(volume, each.tokens_fast, spare) for each in found]
        slow = [each.cost(volume, each.tokens_slow, spare) for each in found]
        value = min(cost for cost in likely if cost is not None)
        low = min((cost for cost in fast if cost is not None), default=value)
        high = min((cost for cost in slow if cost is not None), default=value * AT_WORST)
        return Cost(min(low, value) + people, value + people, max(high, value) + (people_high or people))

    steps = {
        int(count * tokens) + 1
        for each in found
        for tokens in (each.tokens, each.tokens_fast, each.tokens_slow)
        for count in range(1, STEPS + 1)
        if tokens > 0
    }
    return Curve(name, lru_cache(maxsize=KEPT)(at), tuple(sorted(steps)))


def rented(way: Way) -> int:
    """Picodollars a month of one replica of cards that are not owned; nothing where no price is known."""
    return replace(way.paid, owned=0).monthly(way.asked.cards) or 0


def at_full_use(found: Sequence[Serving]) -> int:
    """Picodollars of a thousand million tokens where there are so many that neither steps nor spare ones count."""
    return min(round(each.a_replica * BILLION / each.tokens) for each in found)


def _frontier(possible: Sequence[Way], demand: Demand) -> list[Way]:
    """Those that no other beats both with one replica and with many, the cheapest single one first.

    What is owned is held against what is owned too: cheap as long as it lasts, it may be dear beyond.
    """
    best, kept = inf, []
    for way in sorted(possible, key=rented):
        each = rented(way) / way.likely.most(demand.answer, None)
        if each < best:
            best = each
            kept.append(way)
    found = kept[: MOST_WAYS // 2] + kept[MOST_WAYS // 2 :][-(MOST_WAYS // 2) :]
    ours = [way for way in possible if way.paid.owned >= way.asked.cards]
    quickest = {way.machine.name: way for way in sorted(ours, key=partial(_of_a_card, answer=demand.answer))}
    return list({id(way): way for way in (*found, *quickest.values())}.values())


def _of_a_card(way: Way, answer: float) -> float:
    """The most requests a second that a card of it answers."""
    return way.likely.most(answer, None) / way.asked.cards


def _serving(way: Way, demand: Demand, promise: Promise, calibration: Calibration) -> Serving | None:
    load = Load(rate=1.0, answer=demand.answer, burst=demand.burst, prompt_variation=demand.prompt_variation)
    rate = _most(way.likely, load, promise)
    if not rate:
        return None
    a_month = HOURS * 3600 * (demand.prompt + demand.answer) * demand.mean / demand.peak
    half = half_of(way.asked, way.likely, load, calibration)
    return Serving(way=way, load=load, promise=promise, half=half, a_month=a_month, tokens=rate * a_month)


def _most(each: Replica, load: Load, promise: Promise) -> float:
    """The most requests a second of one replica that keep the promise; 0 where it never does."""
    high = each.most(load.answer, None) * promise.ceiling
    low = 0.0
    if not high or keeps(each, replace(load, rate=high / 1000), promise) is None:
        return 0.0
    if keeps(each, replace(load, rate=high), promise) is not None:
        return high
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if keeps(each, replace(load, rate=middle), promise) is not None else (low, middle)
    return low
