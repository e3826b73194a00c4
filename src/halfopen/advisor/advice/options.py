"""Every way to serve every task of a question, and the machines that tasks could share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from halfopen.advisor.advice.question import Bar, Question
from halfopen.advisor.quality import Quality
from halfopen.advisor.ways.bought import bought
from halfopen.advisor.ways.needs import Asked
from halfopen.advisor.ways.own import Fleet, architecture, at_least, fleet, on_machines
from halfopen.advisor.ways.way import Way, cheapest
from halfopen.costs.workload import Task
from halfopen.fleet.architecture import Architecture

MODELS = 3  # that machines are worked out for
SIZES = (1, 2, 4, 8, 16, 32, 64)  # of a pool: the tasks that cost most to buy; and all of them


@dataclass(frozen=True, eq=False, kw_only=True)
class Served:
    """A task with all its ways: `offers` that are sold, `machines` as every open model would be on one's own."""

    asked: Asked
    bar: Bar
    best: Quality | None  # of the closed models
    held: Quality | None  # whom parity is told against: who is named in the floor, or the best
    offers: tuple[Way, ...]
    machines: tuple[Way, ...]

    @property
    def task(self) -> Task:
        return self.asked.task

    @cached_property
    def floor(self) -> float | None:
        """The least rating that is enough, in Elo; None where it is a list of models, or nothing is asked."""
        return self.bar.at({})

    @cached_property
    def priced(self) -> tuple[Way, ...]:
        """What is sold at a known price and lacks nothing, or nothing but quality; the cheapest first."""
        return tuple(sorted((way for way in self.offers if way.cost is not None), key=cheapest))

    @cached_property
    def able(self) -> tuple[Way, ...]:
        """What can be bought, the cheapest first."""
        return tuple(way for way in self.priced if way.able)

    @cached_property
    def about(self) -> Mapping[str, tuple[Way, ...]]:
        """What is sold and priced, by its model and by its offer."""
        found: dict[str, list[Way]] = {}
        for way in self.priced:
            for name in (way.model, str(way.offer)):
                found.setdefault(name, []).append(way)
        return {name: tuple(ways) for name, ways in found.items()}

    def on(self, model: str) -> Way:
        """A model on machines of one's own."""
        return next(way for way in self.machines if way.model == model)

    @cached_property
    def models(self) -> frozenset[str]:
        """Open models that may serve it on machines."""
        return frozenset(way.model for way in self.machines if not way.lacks)

    @cached_property
    def options(self) -> frozenset[str]:
        """Names of all ways that meet every clause, priced or not."""
        return frozenset(way.name for way in (*self.offers, *self.machines) if not way.lacks)


@dataclass(frozen=True, eq=False)
class Size:
    """How a model is built, and what machines for it cost a month however little they do, in picodollars."""

    built: Architecture
    least: int

    @property
    def order(self) -> tuple[int, float]:
        """The fewest machines first, and of equals the fewest parameters in use."""
        return self.least, self.built.used


@dataclass(frozen=True, eq=False)
class Pool:
    """A model that some tasks would share on machines. How much it takes is worked out when it is asked for."""

    model: str
    size: Size
    tasks: tuple[Task, ...]
    asked: Question

    @cached_property
    def fleet(self) -> Fleet:
        """The same for equal pools of one question, whatever else has changed."""
        known, key = self.asked.fleets, (self.model, self.names)
        if key not in known:
            team, tables = self.asked.workload.team, self.asked.tables
            known[key] = fleet(self.model, self.size.built, self.tasks, team, tables, self.asked.prices)
        return known[key]

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(task.name for task in self.tasks)


@dataclass(frozen=True, eq=False)
class Options:
    """All that can be chosen from."""

    asked: Question
    served: tuple[Served, ...]
    sizes: dict[str, Size]  # of the open models that some task could use

    @cached_property
    def known(self) -> dict[Any, Any]:
        """What `settle` has found already."""
        return {}

    def of(self, task: str) -> Served:
        return next(each for each in self.served if each.task.name == task)

    @cached_property
    def must(self) -> frozenset[str]:
        """Tasks that nobody sells an answer to, and that some model could serve on machines."""
        return frozenset(each.task.name for each in self.served if not each.able and self._least(each))

    @cached_property
    def models(self) -> tuple[str, ...]:
        """Those that machines are worked out for: what most tasks would take, first of those that must."""
        wanted = Counter[str]()
        for each in self.served:
            if (model := self._least(each)) is not None:
                wanted[model] += len(self.served) + 1 if each.task.name in self.must else 1
        return tuple(model for model, _ in sorted(wanted.items(), key=lambda pair: (-pair[1], pair[0]))[:MODELS])

    def _least(self, each: Served) -> str | None:
        return min(each.models & self.sizes.keys(), key=lambda model: (self.sizes[model].order, model), default=None)

    @cached_property
    def pools(self) -> tuple[Pool, ...]:
        return tuple(self._pools())

    def _pools(self) -> Iterator[Pool]:
        """Of each model: what must be on machines, and then more and more of what costs most to buy."""
        for model in self.models:
            able = sorted((each for each in self.served if model in each.models), key=self._dearest)
            start = sum(each.task.name in self.must for each in able)
            counts = {start, len(able), *(start + more for more in SIZES)}
            for count in sorted(count for count in counts if 0 < count <= len(able)):
                yield Pool(model, self.sizes[model], tuple(each.task for each in able[:count]), self.asked)

    def _dearest(self, each: Served) -> tuple[bool, int, str]:
        return each.task.name not in self.must, -each.able[0].likely if each.able else 0, each.task.name

    @cached_property
    def alone(self) -> dict[str, Pool]:
        """Machines for each task that must be on them, by itself."""
        found = {each.task.name: (each, self._least(each)) for each in self.served if each.task.name in self.must}
        return {
            name: Pool(model, self.sizes[model], (each.task,), self.asked)
            for name, (each, model) in found.items()
            if model is not None
        }


def options(asked: Question) -> Options:
    """Every way to serve every task. Raises ValueError for a model or a category that nobody knows."""
    best = lru_cache(asked.best)
    served = tuple(_served(asked, task, best(task.category)) for task in asked.workload.tasks)
    models = dict.fromkeys(model for each in served for model in sorted(each.models))
    sizes = {model: size for model in models if (size := size_of(asked, model)) is not None}
    return Options(asked, served, sizes)


def _served(asked: Question, task: Task, best: Quality | None) -> Served:
    each = asked.asked(task)
    held = asked.reference(task) or best
    return Served(
        asked=each,
        bar=asked.bar(task),
        best=best,
        held=held,
        offers=bought(each, asked.shelf, held),
        machines=tuple(on_machines(each, held)),
    )


def size_of(asked: Question, model: str) -> Size | None:
    """How large a model is; None where nobody knows how it is built, or nothing that has a price holds it."""
    built = architecture(asked.view.catalog.models[model], asked.tables)
    least = None if built is None else at_least(built, asked.tables, asked.prices)
    return None if built is None or least is None else Size(built, least)
