"""What would flip the verdict: of each input the smallest change after which some task would be served otherwise.

A change is looked for in whole steps: thousandths of a factor, Elo, dollars. At the step that is told the verdict is
another, and one step before it is not. What a price costs is a straight line, so that a verdict, once left, does not
come back; what machines cost over volume goes in stairs, and there the search goes outward in small strides first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf, log
from typing import Literal

from halfopen.advisor.advice.settle import Change, Settled, settle
from halfopen.advisor.advice.verdict import Advice, Verdict
from halfopen.advisor.ways.way import Way
from halfopen.money import PICO

Input = Literal["volume", "price", "card price", "utilisation", "people", "rating"]
UNIT = 1000  # of a factor: a thousandth
STRIDES = 8  # in a power of ten
FARTHEST = 1000  # times the volume, or a thousandth of it
DEAREST = 100  # times a price
BEST = 400  # Elo, up or down
NEAR = 2  # ways of another model that are looked at for each task: what stands next to the verdict


@dataclass(frozen=True, eq=False, kw_only=True)
class Tip:
    """At `step` the verdict is another, and one step nearer to `now` it is not. `change` is what is otherwise there.

    `about` is an offer or a model, where it is about one. `moved` are the tasks that are served otherwise, with what
    they take then. `far` puts tips in order: how many times as much or as little, as a logarithm.
    """

    input: Input
    about: str = ""
    now: int
    step: int
    change: Change
    then: Settled
    moved: Mapping[str, str | None]
    far: float


Make = Callable[[int], Change]


def tips(advice: Advice) -> tuple[Tip, ...]:
    """What is nearest first. An input that flips nothing within reach has no tip."""
    return tuple(sorted(_tips(advice), key=lambda tip: (tip.far, tip.input, tip.about)))


def _tips(advice: Advice) -> Iterator[Tip]:
    for stops in _outward():
        yield from _tip(advice, "volume", "", UNIT, stops, lambda step: Change(volume=Fraction(step, UNIT)))
    for stops in ((DEAREST * UNIT,), (1,)):
        yield from _tip(advice, "card price", "", UNIT, stops, lambda step: Change(machines=Fraction(step, UNIT)))
    for stops in _outward():
        yield from _tip(advice, "utilisation", "", UNIT, stops, lambda step: Change(throughput=Fraction(step, UNIT)))
    yield from _people(advice)
    for offer, stops in _offers(advice).items():
        yield from _tip(advice, "price", offer, UNIT, stops, _priced(offer))
    for model, stops in _models(advice).items():
        yield from _tip(advice, "rating", model, 0, stops, _rated(model))


def _priced(offer: str) -> Make:
    return lambda step: Change(prices={offer: Fraction(step, UNIT)})


def _rated(model: str) -> Make:
    return lambda step: Change(ratings={model: step})


def _people(advice: Advice) -> Iterator[Tip]:
    """In dollars a month."""
    now = advice.options.asked.workload.team.people.monthly // PICO
    for stops in ((0,), (max(now, 1) * DEAREST,)):
        yield from _tip(advice, "people", "", now, stops, lambda step: Change(people=step * PICO))


def _offers(advice: Advice) -> Mapping[str, tuple[int, ...]]:
    """Offers that are chosen, whose price may rise, and those next to them, whose price may fall."""
    found: dict[str, tuple[int, ...]] = {}
    for verdict in advice.verdicts:
        for way in _near(verdict):
            found.setdefault(str(way.offer), (1,))
    for verdict in advice.verdicts:
        if verdict.chosen is not None and verdict.chosen.offer is not None:
            found[verdict.chosen.offer] = (DEAREST * UNIT,)
    return found


def _near(verdict: Verdict) -> list[Way]:
    """The cheapest of some other models, and the cheapest closed one."""
    own = verdict.chosen.model if verdict.chosen else ""
    others = {way.model: way for way in reversed(verdict.served.able) if way.model != own}
    near = sorted(others.values(), key=lambda way: way.likely)[:NEAR]
    closed = [way for way in others.values() if way.hosting == "closed"]
    return near + sorted(closed, key=lambda way: way.likely)[:1]


def _models(advice: Advice) -> Mapping[str, tuple[int, ...]]:
    """The chosen models, which may be worse than thought; and the cheapest that are not enough, which may be better."""
    found: dict[str, tuple[int, ...]] = {}
    for verdict in advice.verdicts:
        chosen = verdict.chosen
        if verdict.served.floor is None:
            continue
        limit = chosen.likely if chosen else inf
        short = [way for way in verdict.served.priced if way.lacks and way.quality and way.likely < limit]
        best = sorted(short, key=lambda way: -(way.quality.score if way.quality else 0.0))
        for model in list(dict.fromkeys(way.model for way in best))[:NEAR]:
            found.setdefault(model, (BEST,))
    for verdict in advice.verdicts:
        if verdict.chosen is not None and verdict.chosen.quality and verdict.served.floor is not None:
            found[verdict.chosen.model] = (-BEST,)
    return found


def _outward() -> Iterable[tuple[int, ...]]:
    """Steps up to the farthest, and down to a thousandth."""
    up = [round(UNIT * 10 ** (stride / STRIDES)) for stride in range(1, 3 * STRIDES + 1)]
    down = dict.fromkeys(round(UNIT / 10 ** (stride / STRIDES)) for stride in range(1, 3 * STRIDES + 1))
    return tuple(up), tuple(down)


def _tip(advice: Advice, input: Input, about: str, now: int, stops: Sequence[int], make: Make) -> Iterator[Tip]:
    """The first step towards the stops at which the verdict is another; none where it stays."""
    names = advice.settled.names

    def flips(step: int) -> bool:
        return settle(advice.options, make(step)).names != names

    step = first_flip(flips, now, stops)
    if step is not None:
        then = settle(advice.options, make(step))
        moved = {name: way for name, way in then.names.items() if way != names[name]}
        yield Tip(
            input=input,
            about=about,
            now=now,
            step=step,
            change=make(step),
            then=then,
            moved=moved,
            far=abs(step) / BEST if input == "rating" else abs(log((step or 0.5) / (now or 1))),
        )


def first_flip(flips: Callable[[int], bool], now: int, stops: Sequence[int]) -> int | None:
    """A step at which it flips while one step nearer to `now` it does not, or None where it flips at no stop.

    Stops lie outward from `now`; between two of them it is taken to flip once.
    """
    near = now
    for stop in stops:
        if stop != near and flips(stop):
            return _halved(flips, near, stop)
        near = stop
    return None


def _halved(flips: Callable[[int], bool], near: int, far: int) -> int:
    while abs(far - near) > 1:
        middle = (near + far) // 2
        near, far = (near, middle) if flips(middle) else (middle, far)
    return far
