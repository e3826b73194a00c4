"""Which way each task takes so that all of them together cost least: bought one by one, or sharing machines.

    settle(options)                              ->  what is chosen as things are
    settle(options, Change(volume=Fraction(3)))  ->  what would be chosen at three times the volume

What is bought is chosen task by task. Machines are shared and their people paid once, so they are weighed for pools:
none, or one pool beside all that is bought. What nobody sells an answer to must be on machines; what of that is in no
pool has machines of its own. A change makes no new way: it moves what the ways cost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from halfopen.advisor.advice.options import Options, Pool, Served
from halfopen.advisor.ways.way import Way, cheapest
from halfopen.costs.workload import rounded

ONE = Fraction(1)
Rank = tuple[int, int, int]  # tasks that nothing serves, picodollars a month, tasks on machines


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is otherwise than it is: factors of all volumes, of prices of offers and machines, and of their work.

    `ratings` are Elo that models have more or less; what is enough moves with the model that it is told against.
    `throughput` is how many times as much a machine gets done in a month; `people` are picodollars a month.
    """

    volume: Fraction = ONE
    prices: Mapping[str, Fraction] = field(default_factory=dict)  # by offer
    ratings: Mapping[str, int] = field(default_factory=dict)  # by model
    machines: Fraction = ONE
    throughput: Fraction = ONE
    people: int | None = None


AS_IT_IS = Change()


@dataclass(frozen=True, eq=False, kw_only=True)
class Settled:
    """What each task takes; None where nothing can serve it. `rank` has what all of it costs, with people."""

    bought: Mapping[str, Way | None]  # of tasks that no pool has
    pools: tuple[Pool, ...]
    people: int
    rank: Rank

    @property
    def cost(self) -> int:
        """Picodollars a month."""
        return self.rank[1]

    @property
    def names(self) -> Mapping[str, str | None]:
        """An offer, or a model on machines, by task."""
        own = {name: f"{pool.model} on machines" for pool in self.pools for name in pool.names}
        return own | {name: way.name if way else None for name, way in self.bought.items()}


@dataclass(frozen=True, eq=False)
class Sold:
    """The cheapest that is sold for each task, None where nothing is, with picodollars a month."""

    best: Mapping[str, Way | None]
    prices: Mapping[str, int]  # by task, of those that are sold

    @property
    def told(self) -> tuple[object, ...]:
        """The same for what is alike."""
        return tuple(way and way.name for way in self.best.values()), tuple(self.prices.values())

    @cached_property
    def whole(self) -> int:
        return sum(self.prices.values())

    def paid(self, without: frozenset[str]) -> int:
        """What is left to pay if these tasks are served otherwise."""
        return self.whole - sum(self.prices[name] for name in without & self.prices.keys())

    def unserved(self, without: frozenset[str]) -> int:
        """How many nobody sells an answer to, besides these."""
        return len(self.best.keys() - self.prices.keys() - without)


def settle(options: Options, change: Change = AS_IT_IS) -> Settled:
    """The cheapest of all that is possible. What serves more of the tasks comes first, whatever it costs."""
    best = {each.task.name: _best(each, change) for each in options.served}
    sold = Sold(best, {name: price_of(way, change) for name, way in best.items() if way is not None})
    pools = tuple(pool for pool in options.pools if _holds(options, pool, change))
    alike = (*sold.told, pools, change.volume, change.machines, change.throughput, change.people)
    found: Settled | None = options.known.get(alike)
    if found is None:
        found = options.known[alike] = _settled(options, sold, pools, change)
    return found


def _settled(options: Options, sold: Sold, pools: Sequence[Pool], change: Change) -> Settled:
    found = _weighed(options, sold, None, change)
    for pool in pools:
        if _may(options, sold, pool, change, found.rank):
            found = min(found, _weighed(options, sold, pool, change), key=lambda each: each.rank)
    return found


def _best(each: Served, change: Change) -> Way | None:
    """The cheapest that is sold; of equals the better one, and then the first."""
    floor = each.bar.at(change.ratings)
    if floor != each.floor:
        return min(
            (way for way in each.priced if _enough(way, floor, change)),
            key=lambda way: _order(way, change),
            default=None,
        )
    first = next((way for way in each.able if way.model not in change.ratings and way.offer not in change.prices), None)
    about = (way for name in (*change.ratings, *change.prices) for way in each.about.get(name, ()))
    moved = [way for way in about if (_enough(way, floor, change) if way.model in change.ratings else way.able)]
    if not moved:
        return first
    return min([*moved, *([first] if first else [])], key=lambda way: _order(way, change))


def _enough(way: Way, floor: float | None, change: Change) -> bool:
    """Whether a way that lacks nothing, or nothing but quality, may be chosen, as its model is rated then."""
    if floor is None or way.quality is None:
        return not way.lacks
    return way.quality.score + change.ratings.get(way.model, 0) >= floor


def _order(way: Way, change: Change) -> tuple[int, float, str]:
    """As `way.cheapest`, with what is otherwise."""
    _, worse, name = cheapest(way)
    return price_of(way, change), worse - change.ratings.get(way.model, 0), name


def _holds(options: Options, pool: Pool, change: Change) -> bool:
    """Whether a pool's model is still enough for all of its tasks."""
    if not change.ratings:
        return True
    held = [each for each in options.served if each.task.name in pool.names]
    return all(_enough(each.on(pool.model), each.bar.at(change.ratings), change) for each in held)


def price_of(way: Way, change: Change) -> int:
    """Picodollars a month of what is bought."""
    own = change.prices.get(way.offer or "")
    factor = change.volume if own is None else change.volume * own
    return way.likely if factor is ONE else rounded(way.likely * factor)


def _weighed(options: Options, sold: Sold, pool: Pool | None, change: Change) -> Settled:
    """All tasks with this pool, or with none."""
    shared = frozenset[str]() if pool is None else pool.names
    alone = [options.alone[name] for name in sorted(options.must - shared)]
    costs = {each: cost for each in (*([pool] if pool else []), *alone) if (cost := machines_of(each, change))}
    held = frozenset(name for each in costs for name in each.names)
    people = people_of(options, change) if costs else 0
    rank = sold.unserved(held), sold.paid(held) + sum(costs.values()) + people, len(held)
    bought = {name: way for name, way in sold.best.items() if name not in held}
    return Settled(bought=bought, pools=tuple(costs), people=people, rank=rank)


def _may(options: Options, sold: Sold, pool: Pool, change: Change, rank: Rank) -> bool:
    """Whether a pool may come before what was found: first by the least that its model takes, then by its machines'."""
    unserved = sold.unserved(pool.names | options.must)
    paid = sold.paid(pool.names) + people_of(options, change)
    if (unserved, paid + rounded(pool.size.least * change.machines), 0) >= rank:
        return False
    least = pool.fleet.least(change.volume / change.throughput)
    return least is not None and (unserved, paid + rounded(least * change.machines), 0) < rank


def machines_of(pool: Pool, change: Change = AS_IT_IS) -> int | None:
    """Picodollars a month of a pool's machines; None where none keep the promise."""
    cost = pool.fleet.likely(change.volume / change.throughput)
    return None if cost is None else rounded(cost * change.machines)


def people_of(options: Options, change: Change = AS_IT_IS) -> int:
    """Picodollars a month of the people who look after machines."""
    return options.asked.workload.team.people.monthly if change.people is None else change.people
