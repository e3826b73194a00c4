"""Tips come true: with the catalog or the workload really changed advice is another, and a step nearer it is not.

What is changed are price lists, ratings and tasks, and everything is worked out anew. Two inputs are no row of anything
and are left to the advisor's own tests: what all cards cost, and how much machines get done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from fractions import Fraction
from functools import cache, cached_property

import pytest

from halfopen.advisor.advice.options import options
from halfopen.advisor.advice.question import Question, question
from halfopen.advisor.advice.tipping import Tip
from halfopen.advisor.advice.verdict import advice
from halfopen.advisor.quality import Quality
from halfopen.advisor.view import View
from halfopen.advisor.ways.bought import Listed
from halfopen.apps.iron import iron
from halfopen.apps.plans.asked import from_text
from halfopen.apps.record.record import Advised, advised
from halfopen.costs.workload import Task, Workload
from tests.apps.record.test_examples import FOLDER, HAND
from tests.catalog.shelf import DAY, shipped

UNIT = 1000


@dataclass(frozen=True, eq=False)
class Rerated(View):
    """Some models have so many Elo more or less, in every category."""

    moved: Mapping[str, int] = field(default_factory=dict)

    def rated(self, category: str, *, measured: bool = False) -> Mapping[str, Quality]:
        found = super().rated(category, measured=measured)
        return {
            name: replace(each, score=each.score + more, low=each.low + more, high=each.high + more)
            for name, each in found.items()
            for more in [self.moved.get(name, 0)]
        }


@dataclass(frozen=True, eq=False)
class Repriced(Question):
    """Everything on an offer's price list costs so many times as much."""

    offer: str = ""
    factor: Fraction = Fraction(1)

    @cached_property
    def shelf(self) -> tuple[Listed, ...]:
        return tuple(self._moved(each) if each.seat.offer.id == self.offer else each for each in super().shelf)

    def _moved(self, each: Listed) -> Listed:
        return each._replace(rate=(each.rate or 0) * self.factor, alike=f"{each.alike} times {self.factor}")


def more(task: Task, factor: Fraction) -> Task:
    told = task.requests
    hourly = tuple(each * factor.numerator / factor.denominator for each in told.hourly)
    requests = replace(told, hourly=hourly, per_month=None if hourly else round(told.monthly * factor))
    return replace(task, requests=requests)


def with_people(workload: Workload, dollars: int) -> Workload:
    people = replace(workload.team.people, share=Decimal(1), cost_per_month=Decimal(dollars))
    return replace(workload, team=replace(workload.team, people=people))


def anew(workload: Workload, tip: Tip, step: int) -> Mapping[str, str | None]:
    """What each task takes if the tip's input really is at a step."""
    factor = Fraction(step, UNIT)
    view = View(shipped(), DAY)
    if tip.input == "rating":
        view = Rerated(shipped(), DAY, moved={tip.about: step})
    elif tip.input == "volume":
        workload = replace(workload, tasks=tuple(more(task, factor) for task in workload.tasks))
    elif tip.input == "people":
        workload = with_people(workload, step)
    asked = question(workload, view, iron())
    if tip.input == "price":
        told = {each.name: getattr(asked, each.name) for each in fields(Question)}
        asked = Repriced(**told, offer=tip.about, factor=factor)
    return advice(options(asked)).settled.names


@cache
def found(name: str) -> tuple[Workload, Advised]:
    workload = from_text((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), name)
    return workload, advised(workload, View(shipped(), DAY))


QUICK = ("hospital", "insurer", "nightly-summaries", "startup")


@pytest.mark.parametrize(
    "name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in HAND]
)
def test_advice_is_another_at_each_tip_and_a_step_nearer_it_is_not(name: str) -> None:
    workload, made = found(name)
    now = made.advice.settled.names
    for tip in made.tips:
        if tip.input in ("card price", "utilisation"):
            continue
        nearer = tip.step - 1 if tip.step > tip.now else tip.step + 1
        said = f"{tip.input} {tip.about} {tip.step}"
        assert anew(workload, tip, tip.step) != now, said
        assert anew(workload, tip, nearer) == now, said
