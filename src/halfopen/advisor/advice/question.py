"""What is asked of advice, with every assumption spelled out: zones, and what is good enough where nobody said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from halfopen.advisor.pair import ahead_of
from halfopen.advisor.quality import Quality
from halfopen.advisor.table import Seat, seats
from halfopen.advisor.view import View
from halfopen.advisor.ways.bought import Listed, listed
from halfopen.advisor.ways.needs import Asked, checked, reach
from halfopen.advisor.ways.own import Fleet
from halfopen.advisor.worth import Shape
from halfopen.costs.workload import Floor, Task, Workload
from halfopen.documents import nearest
from halfopen.fleet.price import Prices, known_cards, prices_of
from halfopen.fleet.tables import Tables
from halfopen.policy.rules import Policy

ENOUGH = Decimal(80)  # per cent of parity with the best closed model that is asked for where nobody said: ours


@dataclass(frozen=True, eq=False)
class Question:
    """A workload in which every task says what is good enough; `assumed` are those whose floor is ours."""

    workload: Workload
    view: View
    tables: Tables
    assumed: frozenset[str] = frozenset()
    drawn: bool = True  # whether the team drew zones

    @cached_property
    def seats(self) -> tuple[Seat, ...]:
        """Every offer of the catalog."""
        found = seats(self.view.catalog, Shape(), self.view.day, self.view.zone_of)
        return tuple(seat for row in found.values() for seat in row)

    @cached_property
    def shelf(self) -> tuple[Listed, ...]:
        """Every offer with its price list."""
        return listed(self.seats, self.view)

    @cached_property
    def prices(self) -> Prices:
        return known_cards(prices_of(self.workload.team), self.tables.accelerators)

    @cached_property
    def fleets(self) -> dict[tuple[str, frozenset[str]], Fleet]:
        """Those that have been worked out, by model and tasks."""
        return {}

    def asked(self, task: Task) -> Asked:
        return Asked(task, self.view, self.workload.team)

    def closed(self, category: str) -> Mapping[str, Quality]:
        """The closed models that are sold and that somebody has measured."""
        sold = {seat.offer.model for seat in self.seats if seat.hosting == "closed" and not seat.gone}
        rated = self.view.rated(category, measured=True)
        return {name: rated[name] for name in sold if name in rated}

    def best(self, category: str) -> Quality | None:
        """The best of them: what others are held against."""
        return max(self.closed(category).values(), key=lambda each: each.score, default=None)

    def reference(self, task: Task) -> Quality | None:
        """The model that a task's floor is told against."""
        floor = task.quality
        if floor is None or floor.parity_of is None:
            return None
        return self.view.rated(task.category).get(self.view.named(floor.parity_of)[0])

    def bar(self, task: Task) -> Bar:
        """What is enough for a task. Where nobody said, whichever closed model is the best then is held against."""
        floor = task.quality
        if floor is None or floor.good_enough:
            return Bar(None, {}, 0.0)
        references: dict[str, float] = {}
        if task.name in self.assumed:
            references = {name: each.score for name, each in self.closed(task.category).items()}
        elif (found := self.reference(task)) is not None:
            references = {found.model: found.score}
        return Bar(floor.rating, references, ahead_of(float(floor.at_least)))


@dataclass(frozen=True, slots=True)
class Bar:
    """What is enough, in Elo: a rating, and so much `ahead` of the best of the references, less than 0 behind it."""

    rating: int | None
    references: Mapping[str, float]  # ratings by model
    ahead: float

    def at(self, moved: Mapping[str, int]) -> float | None:
        """With so many Elo more or less by model; None where it is a list of models, or nothing is asked."""
        least = [float(self.rating)] if self.rating is not None else []
        held = [score + moved.get(name, 0) for name, score in self.references.items()]
        return max([*least, *([max(held) + self.ahead] if held else [])], default=None)


def question(workload: Workload, view: View, tables: Tables) -> Question:
    """Raises ValueError for a word that no row knows, and for a task without requests."""
    drawn = bool(view.zones)
    there = view if drawn else _undrawn(view)
    asked = Question(workload, there, tables, drawn=drawn)
    providers = there.catalog.providers
    for name in workload.team.agreements:
        if name not in providers:
            near = nearest(name, providers)
            raise ValueError(f"agreements: there is no provider `{name}`{f'; did you mean `{near}`?' if near else ''}")
    for task in workload.tasks:
        checked(task, there)
        reach(task, there)
        if not task.requests.monthly:
            raise ValueError(f"task {task.name}: it has no requests")
    tasks = tuple(_with_floor(task, asked) for task in workload.tasks)
    assumed = frozenset(task.name for task in workload.tasks if task.quality is None)
    return replace(asked, workload=replace(workload, tasks=tasks), assumed=assumed)


def _undrawn(view: View) -> View:
    """Our circles where nobody drew any: what is bought is anywhere, and only machines of one's own are at home."""
    zones = Policy().zones
    return replace(view, zones=zones, zone_of=dict.fromkeys(view.catalog.providers, zones[-1]))


def _with_floor(task: Task, asked: Question) -> Task:
    if task.quality is not None:
        return task
    best = asked.best(task.category)
    return task if best is None else replace(task, quality=Floor(parity_of=best.model, at_least=ENOUGH))
