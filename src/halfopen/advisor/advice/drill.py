"""What if: a provider gone, a model retired, a price doubled, half of the machines gone, ten times the volume, EU only.

Each event is asked twice. As the lanes stand: what takes each task's place on its itinerary, what that costs, what
quality it loses, and what breaks. And as one would decide then: what advice would say with the event in it, from the
same arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from math import ceil

from halfopen.advisor.advice.options import Options, Served, options
from halfopen.advisor.advice.plan import Lane, Plan, seller
from halfopen.advisor.advice.settle import AS_IT_IS, ONE, Change, Settled, price_of, settle
from halfopen.advisor.advice.verdict import Advice
from halfopen.advisor.ways.own import SPARE
from halfopen.advisor.ways.way import Way
from halfopen.costs.workload import rounded

TEN, DOUBLE, HALF = Fraction(10), Fraction(2), Fraction(1, 2)
EUROPE = "EU"


@dataclass(frozen=True, eq=False, kw_only=True)
class Event:
    """`gone` are ways that cannot be used any more; `machines` is the share of own replicas that is left.

    `residency` are the countries that everything has to stay in from then on; `day` when it happens, if that is known.
    """

    kind: str
    name: str
    gone: Callable[[Way], bool] = field(default=lambda way: False)
    change: Change = AS_IT_IS
    machines: Fraction = ONE
    residency: tuple[str, ...] = ()
    day: date | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class Moved:
    """One task as the lanes stand: to which offer it goes, None where nothing on its itinerary is left.

    `share` of the requests are served: less than all where machines are too few and nothing else may serve. `lost` is
    Elo, from what was chosen to what serves; None where one of them is unrated.
    """

    task: str
    offer: str | None
    moves: bool  # whether it goes elsewhere than it does now
    cost: int
    share: float
    lost: float | None = None
    spills: str | None = None  # where goes what the machines cannot do
    bare: bool = False  # whether no replica is to spare any more


@dataclass(frozen=True, eq=False, kw_only=True)
class Drill:
    """An event: the tasks that it touches as the lanes stand, what all cost then, and what one would decide."""

    event: Event
    moved: tuple[Moved, ...]
    cost: int
    then: Settled
    changed: Mapping[str, str | None]  # what advice would move, by task

    @property
    def breaks(self) -> tuple[str, ...]:
        """Tasks of which some requests are refused as the lanes stand."""
        return tuple(each.task for each in self.moved if each.share < 1)


def usual(advice: Advice, plan: Plan) -> Iterator[Event]:
    """The events that everybody should ask about: of what is in use."""
    first = {lane.offers[0]: way for lane in plan.lanes for way in [next(iter(lane.ways.values()))] if way.offer}
    for provider in dict.fromkeys(map(seller, first.values())):
        yield gone(provider)
    for model in dict.fromkeys(way.model for way in first.values()):
        yield retired(
            model, min((way.retires for way in first.values() if way.model == model and way.retires), default=None)
        )
    for offer in dict.fromkeys(way.offer for way in first.values()):
        yield priced(str(offer), DOUBLE)
    if plan.machines:
        yield machines(HALF)
    yield volume(TEN)
    yield within((EUROPE,))


def gone(provider: str) -> Event:
    """A provider that answers no more."""
    return Event(kind="provider gone", name=f"{provider} is gone", gone=lambda way: seller(way) == provider)


def retired(model: str, day: date | None = None) -> Event:
    """A model that nobody sells any more. Weights that one has stay where they are."""
    return Event(
        kind="model retired",
        name=f"{model} is retired everywhere",
        gone=lambda way: way.model == model and way.offer is not None,
        day=day,
    )


def priced(name: str, factor: Fraction, offers: Sequence[str] = ()) -> Event:
    """An offer that costs so many times as much; or a model, with all the `offers` of it."""
    return Event(
        kind="price",
        name=f"{name} costs {float(factor):g} times as much",
        change=Change(prices=dict.fromkeys(offers or (name,), factor)),
    )


def machines(left: Fraction) -> Event:
    """Only so much is left of our machines."""
    return Event(kind="machines", name=f"{float(left):.0%} of our machines are left", machines=left)


def volume(factor: Fraction) -> Event:
    """So many times the volume, of every task."""
    return Event(kind="volume", name=f"{float(factor):g} times the volume", change=Change(volume=factor))


def within(countries: tuple[str, ...]) -> Event:
    """Everything has to be processed and kept there."""
    return Event(kind="residency", name=f"only in {', '.join(countries)}", residency=countries)


def drill(advice: Advice, plan: Plan, event: Event) -> Drill:
    """What an event does to the lanes, and to the advice."""
    there = changed(advice.options, event)
    moved = tuple(_moved(lane, there, event, advice) for lane in plan.lanes)
    then = settle(there, event.change)
    names = advice.settled.names
    return Drill(
        event=event,
        moved=moved,
        cost=sum(each.cost for each in moved),
        then=then,
        changed={task: way for task, way in then.names.items() if way != names[task]},
    )


def changed(all: Options, event: Event) -> Options:
    """The options with the event in them: without what is gone, or worked out anew with the new constraint."""
    if event.residency:
        asked = all.asked
        tasks = tuple(replace(task, residency=event.residency) for task in asked.workload.tasks)
        return options(replace(asked, workload=replace(asked.workload, tasks=tasks)))
    served = tuple(_without(each, event) for each in all.served)
    if not event.machines:
        served = tuple(replace(each, machines=()) for each in served)
    return replace(all, served=served)


def _without(each: Served, event: Event) -> Served:
    return replace(each, offers=tuple(way for way in each.offers if not event.gone(way)))


def _moved(lane: Lane, there: Options, event: Event, advice: Advice) -> Moved:
    """What is left of the itinerary serves, in its order; machines as many as they can."""
    task = lane.verdict.name
    able = {way.offer for way in there.of(task).offers if not way.lacks}
    left = {offer: way for offer, way in lane.ways.items() if way.kind == "own" or way.offer in able}
    if not left:
        return Moved(task=task, offer=None, moves=True, cost=0, share=0.0)
    (offer, way), *rest = left.items()
    lost = _lost(lane, way)
    moves = offer != lane.offers[0]
    if way.kind != "own":
        return Moved(task=task, offer=offer, moves=moves, cost=price_of(way, event.change), share=1.0, lost=lost)
    part = _capacity(lane, event)
    people = _people(lane, advice)
    cost = people + rounded((way.likely - people) * event.machines)  # people are paid whatever is left of the machines
    bare = _bare(lane, event)
    if part >= 1 or not rest:
        return Moved(task=task, offer=offer, moves=moves, cost=cost, share=min(1.0, part), lost=lost, bare=bare)
    other, next = rest[0]
    spilled = rounded(price_of(next, event.change) * (1 - Fraction(part)))
    return Moved(
        task=task, offer=offer, moves=moves, cost=cost + spilled, share=1.0, lost=lost, spills=other, bare=bare
    )


def _people(lane: Lane, advice: Advice) -> int:
    """A task's share of the people who look after machines, by tokens."""
    tokens = sum(task.tokens for pool in advice.settled.pools for task in pool.tasks)
    return rounded(Fraction(advice.settled.people) * lane.verdict.served.task.tokens / tokens)


def _bare(lane: Lane, event: Event) -> bool:
    """Whether a failure would be felt that was not before."""
    if lane.verdict.pool is None:
        return False
    fleet = lane.verdict.pool.fleet
    needed = ceil(fleet.tokens * event.change.volume / Fraction(fleet.serving.tokens))
    return int(fleet.replicas * event.machines) < needed + SPARE


def _capacity(lane: Lane, event: Event) -> float:
    """What share of a task's requests the machines of its pool can do: those that are there as planned, and no more."""
    if lane.verdict.pool is None:
        return 0.0
    fleet = lane.verdict.pool.fleet
    replicas = fleet.replicas * event.machines
    able = max(int(replicas), 0) * fleet.serving.tokens
    return float(able / (fleet.tokens * event.change.volume))


def _lost(lane: Lane, way: Way) -> float | None:
    chosen = lane.verdict.chosen
    if chosen is None or chosen.quality is None or way.quality is None:
        return None
    return chosen.quality.score - way.quality.score


def drills(advice: Advice, plan: Plan, events: Iterable[Event]) -> tuple[Drill, ...]:
    """One for each event."""
    return tuple(drill(advice, plan, event) for event in events)
