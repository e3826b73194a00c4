"""How advice is carried out: a lane for each task with its substitutes, in which order to move, and what to watch.

A lane tries what was chosen first; then the cheapest that another provider sells; then the cheapest of another model at
another provider; then, where the chosen model's rating is an estimate, the cheapest that somebody has measured. All of
them meet every clause of the task. What is sent as a batch is named by its offer: a lane does not wait for batches.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from halfopen.advisor.advice.options import Options, Pool
from halfopen.advisor.advice.tipping import Tip
from halfopen.advisor.advice.verdict import Advice, Verdict
from halfopen.advisor.advice.words import dollars, listed, times
from halfopen.advisor.ways.own import MACHINES, START_DAYS
from halfopen.advisor.ways.way import Way
from halfopen.costs.breakeven import Cost
from halfopen.fleet.speed.work import Setup

SHIPPED = ("realtime", "background", "private", "tuned", "auto")  # names of lanes that are taken
WATCHED = 5  # of the tips that are close
CLOSE = 0.7  # of a tip: a change to half or twice as much is one to watch


@dataclass(frozen=True, eq=False, kw_only=True)
class Machines:
    """A provider of one's own: replicas of one model, and what a million tokens cost there, in picodollars a token."""

    provider: str
    pool: Pool
    people: int

    @property
    def offer(self) -> str:
        return f"{self.pool.model}@{self.provider}"

    @property
    def replica(self) -> Setup:
        return self.pool.fleet.serving.way.asked

    @property
    def a_token(self) -> int:
        """Machines with their people, over all tokens of the first month."""
        cost = self.pool.fleet.cost or Cost(0, 0, 0)
        return round((cost.likely + self.people) / self.pool.fleet.tokens)


@dataclass(frozen=True, eq=False, kw_only=True)
class Lane:
    """Where a task's requests go: the ways in their order, the chosen one first, by the offers that serve them."""

    name: str
    verdict: Verdict
    ways: Mapping[str, Way]  # by offer

    @property
    def offers(self) -> tuple[str, ...]:
        return tuple(self.ways)

    @property
    def waits(self) -> bool:
        """Whether what can wait of it is meant to be sent as a batch."""
        return self.verdict.chosen is not None and self.verdict.chosen.kind == "batch"


@dataclass(frozen=True, slots=True)
class Step:
    """A task to move, when its turn comes, and why then."""

    task: str
    says: str


@dataclass(frozen=True, eq=False, kw_only=True)
class Plan:
    """Lanes in the order of the tasks; tasks that nothing can serve have none."""

    lanes: tuple[Lane, ...]
    machines: tuple[Machines, ...]
    steps: tuple[Step, ...]
    watch: tuple[str, ...]

    @property
    def cost(self) -> int:
        """Picodollars a month as the lanes send it: each request by itself."""
        return sum(next(iter(lane.ways.values())).likely for lane in self.lanes)

    def of(self, task: str) -> Lane | None:
        return next((lane for lane in self.lanes if lane.verdict.name == task), None)


def plan(advice: Advice, tips: tuple[Tip, ...]) -> Plan:
    """The lanes that carry advice out."""
    machines = tuple(_machines(advice))
    names = _names([verdict.name for verdict in advice.verdicts])
    served = [verdict for verdict in advice.verdicts if verdict.chosen is not None]
    lanes = tuple(Lane(name=names[each.name], verdict=each, ways=_itinerary(each, machines)) for each in served)
    return Plan(
        lanes=lanes,
        machines=machines,
        steps=tuple(_steps(lanes)),
        watch=tuple(_watch(advice.options, lanes, tips)),
    )


def _machines(advice: Advice) -> Iterator[Machines]:
    pools = advice.settled.pools
    tokens = sum(pool.fleet.tokens for pool in pools)
    for place, pool in enumerate(pools, 1):
        name = MACHINES if len(pools) == 1 else f"{MACHINES}-{place}"
        yield Machines(provider=name, pool=pool, people=advice.people * pool.fleet.tokens // tokens)


def _names(tasks: list[str]) -> Mapping[str, str]:
    """A lane's name for each task, each another: small letters, digits and dashes."""
    found: dict[str, str] = {}
    for task in tasks:
        plain = re.sub(r"[^a-z0-9]+", "-", task.lower()).strip("-") or "task"
        name, count = (f"task-{plain}" if plain in SHIPPED else plain), 2
        while name in found.values():
            name, count = f"{plain}-{count}", count + 1
        found[task] = name
    return found


def _itinerary(verdict: Verdict, machines: tuple[Machines, ...]) -> Mapping[str, Way]:
    chosen = verdict.chosen
    if chosen is None:
        return {}
    offer = chosen.offer or next(each.offer for each in machines if each.pool is verdict.pool)
    able = [way for way in verdict.served.able if way.kind == "offer"]
    elsewhere = [way for way in able if seller(way) != offer.partition("@")[2]]
    other = next((way for way in elsewhere if way.model != chosen.model), None)
    ways = [*elsewhere[:1], *([other] if other else []), *([verdict.measured] if verdict.measured else [])]
    alone = next((way for way in able if way.offer == offer), chosen)  # of a batch what it costs one by one
    return {offer: alone} | {str(way.offer): way for way in ways if way.offer != offer}


def seller(way: Way) -> str:
    """The provider of a way."""
    return (way.offer or "").partition("@")[2]


def _steps(lanes: tuple[Lane, ...]) -> Iterator[Step]:
    """What is bought, measured and can wait comes first, of equals what costs most; machines come last."""
    for lane in sorted(lanes, key=_turn):
        way, task = lane.verdict.chosen, lane.verdict.served.task
        if way is None:
            continue
        if lane.verdict.pool is not None:
            why = _own(lane.verdict.pool)
        elif way.estimated:
            sure = lane.verdict.measured
            until = (
                f"put {sure.name} first, which is measured" if sure else "nothing that is measured meets every clause"
            )
            why = f"after the comparison that its rating rests on; until then {until}"
        elif task.latency is None:
            why = "no latency is asked of it, and its model is measured"
        else:
            why = "its model is measured; send a tenth of it first and look at the times to the first token"
        yield Step(lane.verdict.name, why)


def _own(pool: Pool) -> str:
    serving = pool.fleet.serving
    if serving.way.paid.owned >= pool.fleet.replicas * serving.way.asked.cards:
        return "its machines are there: load them with its requests for a day first"
    return f"after its machines serve, in about {START_DAYS} days; until then as it is done today"


def _turn(lane: Lane) -> tuple[bool, bool, bool, int]:
    way, task = lane.verdict.chosen, lane.verdict.served.task
    guessed = way is None or way.estimated
    return lane.verdict.pool is not None, guessed, task.latency is not None, -(way.likely if way else 0)


def _watch(options: Options, lanes: tuple[Lane, ...], tips: tuple[Tip, ...]) -> Iterator[str]:
    catalog, day = options.asked.view.catalog, options.asked.view.day
    for offer in dict.fromkeys(lane.offers[0] for lane in lanes):
        row = catalog.offers.get(offer)
        if row is not None and row.retires is not None and row.retires > day:
            yield f"{offer} retires on {row.retires}"
        for line in row.prices if row else ():
            if line.since > day:
                yield f"the price of {offer} changes on {line.since}"
    for tip in [tip for tip in tips if tip.far <= CLOSE][:WATCHED]:
        yield f"{said(tip)}: {moves(tip)}"
    if any(lane.waits for lane in lanes):
        yield "batches: a lane sends each request by itself at the full price; a batch is yours to send"


def said(tip: Tip) -> str:
    """The change of a tip in words: from what it is now to where the verdict is another."""
    what = {
        "volume": "the volume",
        "card price": "what cards cost",
        "utilisation": "what a machine gets done in a month",
        "people": "people for machines",
        "price": f"the price of {tip.about}",
        "rating": f"the rating of {tip.about}",
    }[tip.input]
    if tip.input == "rating":
        return f"{what} {'up' if tip.step > 0 else 'down'} by {abs(tip.step)} Elo"
    if tip.input == "people":
        return f"{what} from ${tip.now:,} to ${tip.step:,} a month"
    if tip.input == "price" and tip.step / tip.now < 2:
        part = 100 * (tip.step - tip.now) / tip.now
        return f"{what} {'up' if part > 0 else 'down'} by {abs(part):.1f} %"
    return f"{what} to {times(tip.step / tip.now)} as much"


def moves(tip: Tip) -> str:
    """What is served otherwise then."""
    if len(tip.moved) == 1:
        [(task, way)] = tip.moved.items()
        return f"{task} to {way or 'nothing'}"
    ways = dict.fromkeys(way or "nothing" for way in tip.moved.values())
    return f"{len(tip.moved)} tasks to {listed(list(ways), 2)}, {dollars(tip.then.cost)} a month in all"
