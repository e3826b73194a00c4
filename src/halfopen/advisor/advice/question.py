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

    def asked(self, task: Task) -> Asked:
        return Asked(task, self.view, self.workload.team)

    def best(self, category: str) -> Quality | None:
        """The best closed model that is sold and that somebody has measured: what others are held against."""
        sold = {seat.offer.model for seat in self.seats if seat.hosting == "closed" and not seat.gone}
        rated = self.view.rated(category, measured=True)
        return max((rated[name] for name in sold if name in rated), key=lambda each: each.score, default=None)


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
    return View(view.catalog, view.day, zones, dict.fromkeys(view.catalog.providers, zones[-1]), view.ratings)


def _with_floor(task: Task, asked: Question) -> Task:
    if task.quality is not None:
        return task
    best = asked.best(task.category)
    return task if best is None else replace(task, quality=Floor(parity_of=best.model, at_least=ENOUGH))


def floor_of(asked: Asked) -> float | None:
    """The least rating that is enough, in Elo; None where it is a list of models, or nothing is asked."""
    floor = asked.task.quality
    if floor is None or floor.good_enough:
        return None
    least = [float(floor.rating)] if floor.rating is not None else []
    reference = _reference(floor, asked)
    if reference is not None:
        least.append(reference.score + ahead_of(float(floor.at_least)))
    return max(least, default=None)


def _reference(floor: Floor, asked: Asked) -> Quality | None:
    if floor.parity_of is None:
        return None
    rated: Mapping[str, Quality] = asked.view.rated(asked.task.category)
    return rated.get(asked.view.named(floor.parity_of)[0])
