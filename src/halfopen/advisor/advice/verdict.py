"""What each task should use and why, and what that makes of all of them: closed, hosted, self-hosted or a mixture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from halfopen.advisor.advice.options import Options, Pool, Served
from halfopen.advisor.advice.settle import AS_IT_IS, Settled, settle
from halfopen.advisor.ways.way import Way, cheapest
from halfopen.catalog.provider import Hosting
from halfopen.costs.breakeven import Cost
from halfopen.costs.workload import rounded

HOSTINGS: Mapping[Hosting, str] = {"closed": "closed", "hosted": "hosted open weights", "self_hosted": "self-hosted"}
HYBRID, NOTHING = "hybrid", "nothing"
NEAREST = 3  # ways that are told where nothing can serve
FREE = Cost(0, 0, 0)


@dataclass(frozen=True, eq=False, kw_only=True)
class Verdict:
    """One task: what it should use, None where nothing can serve it, and what else there is.

    `cost` of what is on machines is its share of them by tokens, with its share of the people who look after them.
    """

    served: Served
    chosen: Way | None
    pool: Pool | None = None

    @property
    def name(self) -> str:
        return self.served.task.name

    @cached_property
    def others(self) -> Mapping[str, Way]:
        """What one would ask after: the next cheapest, the cheapest of each kind, the cheapest measured, the best."""
        able = [way for way in self.served.able if way is not self.chosen]
        found = {
            "the next cheapest of another model": _first(able, lambda way: way.model != self._model),
            "as it is, sent one by one": _first(able, self._one_by_one),
            f"the {self._next('closed')} closed": _first(able, lambda way: way.hosting == "closed"),
            f"the {self._next('hosted')} open at a host": _first(able, lambda way: way.hosting == "hosted"),
            "the cheapest that is measured": self.measured,
            "the best rated": max(able, key=_rated, default=None),
        }
        return {role: way for role, way in found.items() if way is not None}

    def _one_by_one(self, way: Way) -> bool:
        """Whether it is the chosen one without batches."""
        return self.chosen is not None and self.chosen.kind == "batch" and way.offer == self.chosen.offer

    def _next(self, hosting: Hosting) -> str:
        return "next" if self.chosen is not None and self.chosen.hosting == hosting else "cheapest"

    @property
    def _model(self) -> str:
        return self.chosen.model if self.chosen else ""

    @cached_property
    def measured(self) -> Way | None:
        """The cheapest whose quality somebody has measured, where that of the chosen one is an estimate."""
        if self.chosen is None or not self.chosen.estimated or self.served.floor is None:
            return None
        return _first(self.served.able, lambda way: not way.estimated)

    @cached_property
    def refused(self) -> Mapping[str, int]:
        """How many ways each clause excludes, by the first that a way does not meet."""
        ways = (*self.served.offers, *self.served.machines)
        return dict(Counter(way.lacks[0].clause for way in ways if way.lacks).most_common())

    @cached_property
    def nearest(self) -> tuple[Way, ...]:
        """Where nothing can serve: what lacks the least, the best rated first, of each model once."""
        if self.chosen is not None:
            return ()
        ways = sorted((*self.served.offers, *self.served.machines), key=lambda way: (len(way.lacks), *_far(way)))
        return tuple({way.model: way for way in reversed(ways)}.values())[::-1][:NEAREST]

    @cached_property
    def hosts(self) -> tuple[str, ...]:
        """Who else sells the chosen model in a way that serves the task."""
        ways = (way for way in self.served.able if way.model == self._model and way.offer is not None)
        return tuple(dict.fromkeys(str(way.offer).partition("@")[2] for way in ways))


@dataclass(frozen=True, eq=False, kw_only=True)
class Advice:
    """The verdicts of all tasks, and what they make together. Money is in picodollars, a month of the horizon."""

    options: Options
    settled: Settled
    verdicts: tuple[Verdict, ...]

    @cached_property
    def people(self) -> int:
        return self.settled.people

    @cached_property
    def cost(self) -> Cost:
        """Of everything, with people; each end is added up."""
        return _sum([verdict.chosen.cost or FREE for verdict in self.verdicts if verdict.chosen])

    @cached_property
    def tokens(self) -> Mapping[Hosting, Fraction]:
        """The share of the tokens by who hosts them; of the tasks that can be served."""
        chosen = [(verdict.chosen.hosting, verdict.served.task.tokens) for verdict in self.verdicts if verdict.chosen]
        whole = sum(tokens for _, tokens in chosen)
        shares = {hosting: sum(tokens for each, tokens in chosen if each == hosting) for hosting in HOSTINGS}
        return {hosting: Fraction(tokens) / whole for hosting, tokens in shares.items() if tokens}

    @cached_property
    def money(self) -> Mapping[Hosting, int]:
        """What goes to each a month; people are with machines of one's own."""
        found = Counter[Hosting]()
        for verdict in self.verdicts:
            if verdict.chosen and verdict.chosen.cost:
                found[verdict.chosen.hosting] += verdict.chosen.cost.likely
        return {hosting: found[hosting] for hosting in HOSTINGS if found[hosting]}

    @property
    def word(self) -> str:
        """`closed`, `hosted open weights`, `self-hosted`, or `hybrid` where it is more than one of them."""
        if not self.tokens:
            return NOTHING
        return HOSTINGS[next(iter(self.tokens))] if len(self.tokens) == 1 else HYBRID

    def only(self, hosting: Hosting) -> tuple[Cost | None, tuple[str, ...]]:
        """What all would cost if all were bought of one kind, and the tasks that could not be: then there is no sum."""
        best = {each.task.name: _first(each.able, lambda way: way.hosting == hosting) for each in self.options.served}
        lacking = tuple(name for name, way in best.items() if way is None)
        return None if lacking else _sum([way.cost or FREE for way in best.values() if way]), lacking


def advice(options: Options) -> Advice:
    """Which way each task should take."""
    settled = settle(options, AS_IT_IS)
    verdicts = tuple(_verdict(each, settled) for each in options.served)
    return Advice(options=options, settled=settled, verdicts=verdicts)


def _verdict(each: Served, settled: Settled) -> Verdict:
    pool = next((pool for pool in settled.pools if each.task.name in pool.names), None)
    if pool is None:
        return Verdict(served=each, chosen=settled.bought[each.task.name])
    share = Fraction(each.task.tokens) / sum(task.tokens for task in pool.tasks)
    people = (
        Fraction(settled.people) * each.task.tokens / sum(task.tokens for one in settled.pools for task in one.tasks)
    )
    cost = pool.fleet.cost or FREE
    own = replace(each.on(pool.model), cost=Cost(*(rounded(end * share + people) for end in cost)))
    return Verdict(served=each, chosen=own, pool=pool)


def _first(ways: Sequence[Way], fits: Callable[[Way], bool]) -> Way | None:
    return next((way for way in ways if fits(way)), None)


def _rated(way: Way) -> float:
    return way.quality.score if way.quality is not None and not way.estimated else -1.0


def _far(way: Way) -> tuple[float, int, float, str]:
    return -(way.quality.score if way.quality else 0.0), *cheapest(way)


def _sum(costs: Sequence[Cost]) -> Cost:
    return Cost(*(sum(cost[end] for cost in costs) for end in range(3)))
