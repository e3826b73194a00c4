"""What nobody knows and the verdict rests on: how much money hangs on each unknown, and what would settle it for least.

Where the unknown is how good a model is, pairs of its answers and a reference's on one's own requests are judged. How
many: enough to tell the rating that the floor asks for from one that is `APART` better, or as much better or worse as
the model is thought to be if that is more. One share p0 is told from another, p1, when p0 is refused wrongly once in
twenty and p1 is missed once in five, with

    n = ((z_0.95 sqrt(p0 q0) + z_0.80 sqrt(p1 q1)) / (p1 - p0))^2

(Fleiss, Levin and Paik, Statistical Methods for Rates and Proportions, 3rd edition, chapter 2: one sample, one side).
A draw counts half, which varies less than a win or a loss, so that n is not too small.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, sqrt
from statistics import NormalDist

from halfopen.advisor.advice.options import Served
from halfopen.advisor.advice.question import ENOUGH
from halfopen.advisor.advice.settle import Change, settle
from halfopen.advisor.advice.verdict import Advice, Verdict
from halfopen.advisor.advice.words import dollars, several
from halfopen.advisor.quality import Quality
from halfopen.advisor.ways.way import Way
from halfopen.costs.workload import Task
from halfopen.fleet.promise import HOURS
from halfopen.ratings.scale import expected

APART = 25.0  # Elo that a comparison tells apart: wins of 53.6 %
WRONGLY, SEEN = NormalDist().inv_cdf(0.95), NormalDist().inv_cdf(0.80)
NEAR = 2  # cheaper models that are looked at for each task
CALLS = 200  # requests that show how fast an offer is
DAY_HOURS = 24


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """So many pairs of answers of two models to requests of a task, and what they cost in picodollars, unjudged."""

    task: str
    one: str
    other: str
    pairs: int
    cost: int | None


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """`stake` is what hangs on it, in picodollars a month; `settles` is the cheapest way to know."""

    task: str
    unknown: str
    stake: int
    settles: str
    comparison: Comparison | None = None


def doubts(advice: Advice) -> tuple[Doubt, ...]:
    """What matters most first. What hangs on nothing is no doubt."""
    found = (doubt for verdict in advice.verdicts for doubt in _doubts(advice, verdict))
    return tuple(sorted((each for each in found if each.stake > 0), key=lambda each: (-each.stake, each.unknown)))


def _doubts(advice: Advice, verdict: Verdict) -> Iterator[Doubt]:
    for row in (_guessed, _short, _floor, _volume, _machines, _speed):
        yield from row(advice, verdict)


def _guessed(advice: Advice, verdict: Verdict) -> Iterator[Doubt]:
    """The chosen model is rated by an estimate, whose interval reaches below the floor."""
    chosen, floor = verdict.chosen, verdict.served.floor
    if chosen is None or floor is None or chosen.quality is None or not chosen.estimated or chosen.quality.low >= floor:
        return
    worse = Change(ratings={chosen.model: -ceil(chosen.quality.score - floor) - 1})
    sure = verdict.measured.likely - chosen.likely if verdict.measured else 0
    stake = sure or abs(settle(advice.options, worse).cost - advice.settled.cost)
    compared = comparison(verdict.served, chosen.quality)
    yield Doubt(
        task=verdict.name,
        unknown=f"whether {chosen.model} is enough: its rating is an estimate, from {chosen.quality.low:.0f} to "
        f"{chosen.quality.high:.0f}, and {floor:.0f} is asked",
        stake=stake,
        settles=settled_by(compared),
        comparison=compared,
    )


def _short(advice: Advice, verdict: Verdict) -> Iterator[Doubt]:
    """Cheaper models that are thought to be not enough, though their interval reaches the floor."""
    served, floor = verdict.served, verdict.served.floor
    if floor is None or verdict.chosen is None:
        return
    cheaper = {way.model: way for way in reversed(served.priced) if _may_do(way, floor, verdict.chosen.likely)}
    for way in sorted(cheaper.values(), key=lambda way: way.likely)[:NEAR]:
        if way.quality is None:
            continue
        better = Change(ratings={way.model: ceil(floor - way.quality.score)})
        compared = comparison(served, way.quality)
        saved = advice.settled.cost - settle(advice.options, better).cost
        yield Doubt(
            task=verdict.name,
            unknown=f"whether {way.model} would do: it is {_thought(way.quality)} {way.quality.score:.0f}, from "
            f"{way.quality.low:.0f} to {way.quality.high:.0f}, and {floor:.0f} is asked",
            stake=saved,
            settles=settled_by(compared) + _paid_back(advice, compared, saved),
            comparison=compared,
        )


def _paid_back(advice: Advice, compared: Comparison | None, saved: int) -> str:
    """Whether what it may save is worth what it costs to know."""
    if compared is None or compared.cost is None or saved <= 0:
        return ""
    months, horizon = Fraction(compared.cost, saved), advice.options.asked.workload.team.horizon_months
    if months > horizon:
        return f"; more than it could save in {several(horizon, 'month')}, so leave it"
    return f"; paid back in {several(max(1, ceil(months * 30)), 'day')} if it would do"


def _may_do(way: Way, floor: float, limit: int) -> bool:
    return bool(way.lacks) and way.quality is not None and way.quality.high >= floor and way.likely < limit


def _thought(quality: Quality) -> str:
    return "estimated at" if quality.basis == "estimated" else "rated"


def _floor(advice: Advice, verdict: Verdict) -> Iterator[Doubt]:
    """Nobody said what is good enough; at most it would save what the cheapest of all saves."""
    served = verdict.served
    if verdict.name not in advice.options.asked.assumed or not served.priced or verdict.chosen is None:
        return
    least = served.priced[0]
    compared = comparison(served, least.quality) if least.quality else None
    judged = settled_by(compared) if compared else f"read fifty answers of {least.model}"
    yield Doubt(
        task=verdict.name,
        unknown=f"what is good enough: nobody said, and {ENOUGH} % parity with the best closed model is taken",
        stake=verdict.chosen.likely - least.likely,
        settles=f"say so as the task's quality; the cheapest that does all else is {least.name}: {judged}",
        comparison=compared,
    )


def _volume(advice: Advice, verdict: Verdict) -> Iterator[Doubt]:
    """The volume or the cached share is told as a range."""
    task, chosen = verdict.served.task, verdict.chosen
    told = [task.requests.low, task.requests.high, task.cacheable_low, task.cacheable_high]
    if chosen is None or chosen.cost is None or all(each is None for each in told):
        return
    ends = [end for end in (task.requests.low, task.requests.high) if end is not None]
    flips = [end for end in ends if _elsewhere(advice, task, end)]
    said = f"; at {flips[0]:,} requests a month something else is chosen" if flips else "; the choice is the same"
    yield Doubt(
        task=verdict.name,
        unknown=f"how much there is to do: {dollars(chosen.cost.low)} to {dollars(chosen.cost.high)} a month{said}",
        stake=chosen.cost.high - chosen.cost.low,
        settles="run it through the gateway for a month, then advise again with --from-ledger 30d",
    )


def _elsewhere(advice: Advice, task: Task, requests: int) -> bool:
    """Whether the verdict is another if all volumes move as this one may."""
    change = Change(volume=Fraction(requests, task.requests.monthly))
    return settle(advice.options, change).names != advice.settled.names


def _machines(advice: Advice, verdict: Verdict) -> Iterator[Doubt]:
    """How fast machines of one's own are is predicted; a day of one replica shows it."""
    pool = verdict.pool
    if pool is None or pool.fleet.cost is None or verdict.name != min(pool.names):
        return
    cost, way = pool.fleet.cost, pool.fleet.serving.way
    a_day = round((way.paid.monthly(way.asked.cards) or 0) * DAY_HOURS / HOURS)
    yield Doubt(
        task=", ".join(sorted(pool.names)),
        unknown=f"how fast {pool.model} runs on {way.machine.name}: from {dollars(cost.low)} to "
        f"{dollars(cost.high)} a month, four times in five",
        stake=cost.high - cost.low,
        settles=f"rent one replica for a day ({way.asked.cards} x {way.machine.name}, {dollars(a_day)}) and load it "
        "with this task's requests",
    )


def _speed(advice: Advice, verdict: Verdict) -> Iterator[Doubt]:
    """A promise of latency that no catalog can confirm of what is bought."""
    task, chosen = verdict.served.task, verdict.chosen
    wanted = task.latency.first_token_ms if task.latency else None
    if chosen is None or chosen.offer is None or wanted is None:
        return
    next = verdict.others.get("the next cheapest of another model")
    yield Doubt(
        task=verdict.name,
        unknown=f"whether {chosen.offer} answers within {wanted:,} ms: nobody has measured it here",
        stake=next.likely - chosen.likely if next else chosen.likely,
        settles=f"{CALLS} requests of the task, about "
        f"{dollars(round(Fraction(chosen.likely * CALLS, task.requests.monthly)))}; the gateway times each",
    )


def comparison(served: Served, quality: Quality) -> Comparison | None:
    """Of a model with what its floor is told against, or with the best closed model; None where there is no floor."""
    reference, floor = served.held, served.floor
    if reference is None or floor is None:
        return None
    apart = max(APART, abs(quality.score - floor))
    return Comparison(
        task=served.task.name,
        one=quality.model,
        other=reference.model,
        pairs=pairs(expected(floor - reference.score), expected(floor + apart - reference.score)),
        cost=_cost(served, quality.model, reference.model, apart, floor - reference.score),
    )


def pairs(p0: float, p1: float) -> int:
    """How many comparisons tell a share of wins from another."""
    reach = WRONGLY * sqrt(p0 * (1 - p0)) + SEEN * sqrt(p1 * (1 - p1))
    return ceil((reach / (p1 - p0)) ** 2)


def _cost(served: Served, one: str, other: str, apart: float, gap: float) -> int | None:
    """What the answers of both cost where both are sold."""
    each = [_a_request(served, model) for model in (one, other)]
    count = pairs(expected(gap), expected(gap + apart))
    return None if None in each else round(sum(cost or Fraction(0) for cost in each) * count)


def _a_request(served: Served, model: str) -> Fraction | None:
    way = next((way for way in served.priced if way.model == model), None)
    return None if way is None else Fraction(way.likely, served.task.requests.monthly)


def settled_by(found: Comparison | None) -> str:
    """A comparison in words; without one, who might know."""
    if found is None:
        return "have fifty of its answers read by whoever uses them"
    paid = f", about {dollars(found.cost)} for the answers" if found.cost is not None else ""
    return f"{found.pairs:,} comparisons of {found.one} with {found.other} on this task{paid}"
