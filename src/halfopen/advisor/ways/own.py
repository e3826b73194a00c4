"""Open weights on machines of one's own: who could serve a task there, and what a pool of tasks costs a month.

Tasks that one model serves share its machines: their hours are added up, the strictest promise holds for all, and the
people who look after machines are paid once, however many models run there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from math import ceil

from halfopen.advisor.quality import Quality
from halfopen.advisor.table import Seat
from halfopen.advisor.ways.bought import TO_STAY, parity
from halfopen.advisor.ways.needs import Asked, Need, Reason, lacks
from halfopen.advisor.ways.way import Way
from halfopen.catalog.model import Model
from halfopen.catalog.offer import Offer
from halfopen.catalog.provider import Provider
from halfopen.costs.breakeven import Cost, Curve
from halfopen.costs.workload import Task, Team, rounded
from halfopen.fleet.architecture import Architecture
from halfopen.fleet.curve import KEPT, Pace, Serving, candidates, cheapest, costing
from halfopen.fleet.memory import divisible, fit, precisions_of
from halfopen.fleet.names import Unknown
from halfopen.fleet.plan import COUNTS
from halfopen.fleet.price import Prices
from halfopen.fleet.promise import Demand, Promise, spread_over
from halfopen.fleet.tables import Tables

SPARE = 1  # replicas for a failure
START_DAYS = 30  # until machines serve: an assumption
MACHINES = "own-machines"
ONE = Fraction(1)


@dataclass(frozen=True, eq=False, kw_only=True)
class Fleet:
    """A model on machines for a pool of tasks, of `tokens` in the first month; what is `possible` may be too slow."""

    model: str
    tokens: int
    growth: tuple[Fraction, ...]
    possible: tuple[Serving, ...]

    def likely(self, volume: Fraction = ONE) -> int | None:
        """Picodollars a month on average over the horizon, at so many times the volume; None where nothing serves."""
        if volume not in self._known:
            self._known[volume] = self._averaged(volume, [each.likely for each in self.possible])
        return self._known[volume]

    def least(self, volume: Fraction = ONE) -> int | None:
        """The same if nobody had to wait: it never costs less."""
        if volume not in self._bounds:
            self._bounds[volume] = self._averaged(volume, [each.unhurried for each in self.possible])
        return self._bounds[volume]

    def _averaged(self, volume: Fraction, paces: Sequence[Pace]) -> int | None:
        found = list(zip(self.possible, paces, strict=True))
        whole = 0
        for grown, often in self._months.items():
            best = cheapest(found, float(self.tokens * volume * grown), SPARE)
            if best is None:
                return None
            whole += often * best[0]
        return rounded(Fraction(whole, len(self.growth)))

    @cached_property
    def _known(self) -> dict[Fraction, int | None]:
        return {}

    @cached_property
    def _bounds(self) -> dict[Fraction, int | None]:
        return {}

    @cached_property
    def _months(self) -> Mapping[Fraction, int]:
        """How many months of the horizon have each growth."""
        return Counter(self.growth)

    @cached_property
    def cost(self) -> Cost | None:
        """A month on average over the horizon, with the interval of how fast the machines would be."""
        months = [
            (costing(self.possible, rounded(self.tokens * grown), SPARE), often)
            for grown, often in self._months.items()
        ]
        told = [(cost, often) for cost, often in months if cost is not None]
        if not told:
            return None
        ends = (sum(cost[end] * often for cost, often in told) for end in range(3))
        return Cost(*(rounded(Fraction(end, len(self.growth))) for end in ends))

    @cached_property
    def serving(self) -> Serving:
        """The machines that are cheapest in the first month. Raises LookupError where none keep the promise."""
        best = cheapest([(each, each.likely) for each in self.possible], self.tokens, SPARE)
        if best is None:
            raise LookupError(f"no machine serves {self.model} as promised")
        return self.possible[best[1]]

    @property
    def replicas(self) -> int:
        """Of the first month, with the spare ones."""
        return ceil(self.tokens / self.serving.tokens) + SPARE

    @property
    def used(self) -> float:
        """The share of what is paid in the first month that is used."""
        return self.tokens / (self.serving.tokens * self.replicas)


def _skilled(seat: Seat, asked: Asked) -> Reason:
    skills = asked.team.people.skills
    return "nobody in the team runs models on machines" if skills is not None and "hosting" not in skills else ""


def _starts(seat: Seat, asked: Asked) -> Reason:
    given = asked.team.start_within_days
    return f"takes about {START_DAYS} days to start" if given is not None and given < START_DAYS else ""


ON_MACHINES: Mapping[str, Need] = {**TO_STAY, "skill": _skilled, "time to start": _starts}


def on_machines(asked: Asked, best: Quality | None) -> Iterator[Way]:
    """Every open model as a way, unpriced as yet, with all that it lacks for the task."""
    for model in asked.view.catalog.models.values():
        if model.weights == "open" and "text" in model.produces:
            quality = asked.view.rated(asked.task.category).get(model.name)
            yield Way(
                kind="own",
                name=f"{model.name} on machines",
                model=model.name,
                hosting="self_hosted",
                zone=asked.view.zones[0] if asked.view.zones else None,
                quality=quality,
                parity=parity(quality, best),
                lacks=tuple(lacks(_seat(model, asked), asked, ON_MACHINES)),
            )


def _seat(model: Model, asked: Asked) -> Seat:
    """A model as if it were offered on machines of one's own."""
    provider = Provider(
        name=MACHINES,
        title="machines of one's own",
        hosting="self_hosted",
        operator=None,
        dialects={},
        sources=(),
    )
    offer = Offer(model=model.name, provider=MACHINES, served_as=model.name, sources=())
    zone = asked.view.zones[0] if asked.view.zones else None
    return Seat(offer, provider, "self_hosted", None, zone, False)


def architecture(model: Model, tables: Tables) -> Architecture | None:
    """How a model of the catalog is built; None where nobody knows."""
    sizes = [None if each is None else float(each) for each in (model.parameters, model.active)]
    try:
        return tables.like(model.name, sizes[0], sizes[1], model.context)
    except Unknown:
        return None


def at_least(built: Architecture, tables: Tables, prices: Prices) -> int | None:
    """Picodollars a month that a fleet costs however little it does: the cheapest cards that hold it, and a spare."""
    found = [
        cost
        for machine in tables.accelerators
        if machine.kind == "datacentre"
        for cards in COUNTS
        if cards <= machine.most and divisible(built, cards)
        if (cost := prices.of(machine).monthly(cards * (1 + SPARE))) is not None
        if any(fit(built, machine, cards, precision, 1).fits for precision in precisions_of(built, machine))
    ]
    return min(found, default=None)


def fleet(model: str, built: Architecture, tasks: Sequence[Task], team: Team, tables: Tables, prices: Prices) -> Fleet:
    """The machines of a pool of tasks. Raises ValueError for tasks without requests."""
    machines = [each for each in tables.accelerators if each.kind == "datacentre"]
    context = max((task.context for task in tasks if task.context), default=None)
    promise = strictest(tasks, team, SPARE)
    possible, _ = candidates(built, machines, mixed(tasks), promise, tables.calibration, prices, context)
    tokens = rounded(sum((task.tokens for task in tasks), Fraction(0)))
    return Fleet(model=model, tokens=tokens, growth=tuple(growths(team)), possible=possible)


def over(each: Curve, growth: Sequence[Fraction]) -> Curve:
    """A month of the horizon on average, by the volume of its first month."""
    if set(growth) == {1}:
        return each

    def at(volume: int) -> Cost:
        months = [each.at(rounded(volume * factor)) for factor in growth]
        return Cost(*(round(sum(cost[end] for cost in months) / len(months)) for end in range(3)))

    steps = {int(step / factor) + 1 for step in each.steps for factor in growth[:: max(1, len(growth) // 4)]}
    return Curve(each.name, lru_cache(maxsize=KEPT)(at), tuple(sorted(steps)))


def growths(team: Team) -> list[Fraction]:
    """By what factor the volume has grown in each month of the horizon; the first is 1."""
    return [(1 + Fraction(team.growth_per_month)) ** month for month in range(team.horizon_months)]


def mixed(tasks: Sequence[Task]) -> Demand:
    """Tasks as one: their hours added up, and the mean request of the mix. Raises ValueError without requests."""
    requests = sum(task.requests.monthly for task in tasks)
    if not requests:
        raise ValueError("the workload has no requests")
    hours = [0.0] * 24
    for task in tasks:
        told = [float(each) for each in task.requests.hourly] or list(spread_over(task.requests.monthly))
        for place, each in enumerate(told):
            hours[place % 24] += each * 24 / len(told)
    weights = [(task, task.requests.monthly / requests) for task in tasks]
    return Demand(
        prompt=sum(float(task.input.expected) * weight for task, weight in weights),
        answer=sum(float(task.output.expected) * weight for task, weight in weights),
        hourly=tuple(hours),
        burst=max(float(task.burst) for task in tasks),
        prompt_variation=max(task.input.variation for task in tasks),
    )


def strictest(tasks: Sequence[Task], team: Team, spare: int) -> Promise:
    """The strictest of what tasks are promised."""
    told = [task.latency for task in tasks if task.latency is not None]
    first = min((each.first_token_ms for each in told if each.first_token_ms is not None), default=None)
    per = min((each.per_token_ms for each in told if each.per_token_ms is not None), default=None)
    return Promise(
        first_token=None if first is None else first / 1000,
        share=max((float(each.percentile) / 100 for each in told), default=0.95),
        per_token=None if per is None else per / 1000,
        ceiling=float(team.utilisation_ceiling),
        spare=spare,
    )
