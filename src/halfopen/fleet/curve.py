"""What machines cost over volume: the cheapest of a few ways to serve a model, in steps of a replica."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from math import ceil, inf

from halfopen.costs.breakeven import Cost, Curve
from halfopen.fleet.architecture import Architecture
from halfopen.fleet.hardware import Accelerator
from halfopen.fleet.plan import Way, half_of, missed, ways
from halfopen.fleet.price import Prices
from halfopen.fleet.promise import HOURS, Demand, Promise
from halfopen.fleet.queueing import Load, waits
from halfopen.fleet.speed.calibration import Calibration
from halfopen.fleet.speed.replica import Replica

HALVINGS = 18
ABOVE = 1.05  # of it at most 1.011 was needed in 143 setups
CLOSE = 1e-2  # of the time that is promised
EDGE = 0.02  # of the span that is left, which a guess stays away from either end
STEPS = 48  # replicas, beyond which one more is a small step
MOST_WAYS = 6
BILLION = 10**9
AT_WORST = 10  # times as dear as likely, where machines at their slowest keep no promise: an assumption
KEPT = 8192  # places of a curve, which is asked for the same ones again and again


@dataclass(frozen=True, eq=False)
class Pace:
    """Tokens a month of one replica: `at_most` if nobody had to wait, and those that keep the promise, 0 if none do.

    The latter are worked out when they are asked for: what is too dear even at its best need not be.
    """

    at_most: float
    work_out: Callable[[], float]

    @cached_property
    def tokens(self) -> float:
        return self.work_out()


@dataclass(frozen=True, eq=False, kw_only=True)
class Serving:
    """One way: replicas, each of which serves so many tokens a month at the peak's hour all month long.

    The tokens are those that keep the promise in the busiest hour, with the valleys of the histogram between.
    """

    way: Way
    load: Load
    promise: Promise
    calibration: Calibration
    a_month: float  # tokens, at a request a second in the busiest hour

    @cached_property
    def half(self) -> float:
        """By what factor its times may be off."""
        return half_of(self.way.asked, self.way.likely, self.load, self.calibration)

    @cached_property
    def likely(self) -> Pace:
        return self._pace(1.0)

    @property
    def unhurried(self) -> Pace:
        """If nobody had to wait."""
        most = self.likely.at_most
        return Pace(most, lambda: most)

    @cached_property
    def fast(self) -> Pace:
        quick = self._pace(1 / self.half)
        return Pace(quick.at_most, lambda: max(quick.tokens, self.tokens))

    @cached_property
    def slow(self) -> Pace:
        return self._pace(self.half)

    @property
    def tokens(self) -> float:
        return self.likely.tokens

    def _pace(self, slower: float) -> Pace:
        each = self.way.likely.slower(slower, slower)
        most = _at_most(each, self.load, self.promise)
        return Pace(most * self.a_month, lambda: _most(each, self.load, self.promise) * self.a_month)

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
    possible, whys = candidates(architecture, machines, demand, promise, calibration, prices, context)
    made = tuple(each for each in possible if each.tokens)
    if possible and not made:
        whys = (*whys, "no machine keeps the promise, however little it has to do")
    if not possible and not whys:
        whys = ("no price is known for any machine that holds it",)
    return made, whys


def candidates(
    architecture: Architecture,
    machines: Iterable[Accelerator],
    demand: Demand,
    promise: Promise,
    calibration: Calibration,
    prices: Prices,
    context: int | None = None,
) -> tuple[tuple[Serving, ...], tuple[str, ...]]:
    """The same before anybody has looked whether they keep the promise."""
    possible: list[Way] = []
    whys: list[str] = []
    for machine in machines:
        for found in ways(architecture, machine, demand, promise, calibration, prices, context):
            if isinstance(found, str):
                whys.append(found)
            elif found.paid.an_hour is not None:
                possible.append(found)
    load = Load(rate=1.0, answer=demand.answer, burst=demand.burst, prompt_variation=demand.prompt_variation)
    a_month = HOURS * 3600 * (demand.prompt + demand.answer) * demand.mean / demand.peak
    made = (
        Serving(way=way, load=load, promise=promise, calibration=calibration, a_month=a_month)
        for way in _frontier(possible, demand)
    )
    return tuple(made), tuple(dict.fromkeys(whys))


def cheapest(found: Sequence[tuple[Serving, Pace]], volume: float, spare: int) -> tuple[int, int] | None:
    """Picodollars of a month of so many tokens at the cheapest of them, and its place; None where none would do."""
    costs = [(each.cost(volume, pace.at_most, spare), place) for place, (each, pace) in enumerate(found)]
    best: tuple[int, int] | None = None
    for least in sorted((cost, place) for cost, place in costs if cost is not None):
        if best is not None and least > best:
            break
        each, pace = found[least[1]]
        cost = each.cost(volume, pace.tokens, spare)
        if cost is not None:
            best = min(best or (cost, least[1]), (cost, least[1]))
    return best


def costing(found: Sequence[Serving], volume: int, spare: int) -> Cost | None:
    """Picodollars of a month of so many tokens at the cheapest of them; None where none keeps the promise."""
    likely = cheapest([(each, each.likely) for each in found], volume, spare)
    if likely is None:
        return None
    value = likely[0]
    fast = cheapest([(each, each.fast) for each in found], volume, spare) or likely
    slow = cheapest([(each, each.slow) for each in found], volume, spare) or (value * AT_WORST, 0)
    return Cost(min(fast[0], value), value, max(slow[0], value))


def curve(name: str, found: Sequence[Serving], spare: int, people: int, people_high: int | None = None) -> Curve:
    """The cheapest at each volume of some that keep the promise; `people` are picodollars a month at any volume."""

    def at(volume: int) -> Cost:
        low, likely, high = costing(found, volume, spare) or Cost(0, 0, 0)
        return Cost(low + people, likely + people, high + (people_high or people))

    steps = {
        int(count * pace.tokens) + 1
        for each in found
        for pace in (each.likely, each.fast, each.slow)
        for count in range(1, STEPS + 1)
        if pace.tokens > 0
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


def _at_most(each: Replica, load: Load, promise: Promise) -> float:
    """Requests a second of one replica that are never exceeded: by its ceiling, and by how long a token takes.

    The latter is of a load that never varies, which is nearly always too good; ABOVE is what it was seen to lack.
    """
    most = each.most(load.answer, None) * promise.ceiling
    if promise.per_token is None:
        return most
    return min(most, ABOVE * each.most(load.answer, promise.per_token))


def _most(each: Replica, load: Load, promise: Promise) -> float:
    """The most requests a second of one replica that keep the promise; 0 where it never does.

    By false position with Illinois's weights (Dowell and Jarratt, BIT 11, 1971).
    """

    def late(rate: float) -> float:
        found = waits(each, replace(load, rate=rate))
        return 1.0 if found is None else missed(found, promise)

    high = _at_most(each, load, promise)
    if not high or (above := late(high)) <= 0:
        return high
    low = high / 1000
    if (below := late(low)) > 0:
        return 0.0
    side = 0
    for _ in range(HALVINGS):
        share = -below / (above - below)
        middle = low + (high - low) * min(max(share, EDGE), 1 - EDGE)
        found = late(middle)
        if -CLOSE <= found <= 0:
            return middle
        if found <= 0:
            low, below, above, side = middle, found, above / (1 + (side > 0)), 1
        else:
            high, above, below, side = middle, found, below / (1 + (side < 0)), -1
    return low
