"""The eleven classic arguments for closed and for open models, each held against this workload, with its number.

An argument holds, fails, does not matter here (nothing in the workload asks for it), or cannot be told from what is
known. None of them decides: what decides is constraints and money. They say why the answer is what it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import ceil
from typing import Literal

from halfopen.advisor.advice.tipping import Tip
from halfopen.advisor.advice.unproven import TUNING_DAYS
from halfopen.advisor.advice.verdict import Advice, Verdict
from halfopen.advisor.advice.words import dollars, elo, listed, paper, several, share, times
from halfopen.advisor.quality import OVERALL, Quality
from halfopen.advisor.ways.own import START_DAYS
from halfopen.advisor.ways.way import Way
from halfopen.fleet.promise import spread_over

Side = Literal["closed", "open"]
Score = Literal["holds", "fails", "moot", "unknown"]
SCORES: Mapping[Score, str] = {
    "holds": "holds here",
    "fails": "does not hold here",
    "moot": "does not matter here",
    "unknown": "cannot be told",
}
Said = tuple[Score, str]


@dataclass(frozen=True, slots=True)
class Reason:
    """An argument that is brought for one side, how it fares for this workload, and its number in a sentence."""

    argument: str
    side: Side
    score: Score
    says: str


@dataclass(frozen=True, eq=False)
class Known:
    """The advice, with its tipping points and what nobody has proven, by task."""

    advice: Advice
    tips: tuple[Tip, ...]
    unproven: Mapping[str, tuple[Way, ...]] = field(default_factory=dict)

    @cached_property
    def hardest(self) -> Verdict | None:
        """The task whose floor is highest."""
        floored = [each for each in self.advice.verdicts if each.served.floor is not None]
        return max(floored, key=lambda each: each.served.floor or 0, default=None)

    def cheapest(self, weights: Side) -> tuple[int, tuple[str, ...]]:
        """What all tasks cost that models of these weights can serve, all bought; and the tasks that none can."""
        models = self.advice.options.asked.view.catalog.models
        each = {
            verdict.name: next((w for w in verdict.served.able if models[w.model].weights == weights), None)
            for verdict in self.advice.verdicts
        }
        return sum(way.likely for way in each.values() if way), tuple(name for name, way in each.items() if not way)


def reasons(known: Known) -> tuple[Reason, ...]:
    """All of them, in the order of ARGUMENTS."""
    return tuple(Reason(name, side, *row(known)) for name, (side, row) in ARGUMENTS.items())


def _ceiling(known: Known) -> Said:
    """The best closed and the best open model that the hardest task could use, by what is measured."""
    verdict = known.hardest
    if verdict is None:
        return "unknown", "no task says how good an answer has to be"
    closed, open = (_best(known, verdict, weights) for weights in ("closed", "open"))
    if closed is None or open is None:
        lacking = "closed" if closed is None else "open"
        return ("holds" if open is None else "fails"), f"no measured {lacking} model meets what {verdict.name} asks"
    gap, floor = closed.score - open.score, verdict.served.floor or 0
    said = (
        f"for {verdict.name}, the best closed model ({closed.model}, {closed.score:.0f}) is {elo(gap)} of the best "
        f"open one ({open.model}, {open.score:.0f}); {floor:.0f} is asked"
    )
    return ("holds" if open.score < floor else "fails"), said


def _best(known: Known, verdict: Verdict, weights: str) -> Quality | None:
    models = known.advice.options.asked.view.catalog.models
    found = [
        way.quality
        for way in (*verdict.served.priced, *verdict.served.machines)
        if way.quality and not way.estimated and models[way.model].weights == weights
        if all(lack.clause == "quality" for lack in way.lacks)
    ]
    return max(found, key=lambda each: each.score, default=None)


def _nobody(known: Known) -> Said:
    """People for machines beside the whole bill. What is hosted needs none either."""
    people = known.advice.options.asked.workload.team.people
    bill = known.advice.cost.likely
    if known.advice.settled.pools:
        said = f"machines are needed, and {dollars(known.advice.people)} a month of the bill are people"
        return "fails", said
    if not people.monthly:
        return "fails", "people for machines cost this team nothing more"
    part = f"{people.monthly / bill:.3g} times the whole bill" if bill else "and the bill is nothing"
    said = (
        f"people for machines cost {dollars(people.monthly)} a month, {part}; open weights at a host need none either"
    )
    return ("holds" if people.monthly > bill // 10 else "fails"), said


def _papers(known: Known) -> Said:
    asking = [each for each in known.advice.verdicts if each.served.task.compliance]
    if not asking:
        return "moot", "no task asks for any"
    verdict = max(asking, key=lambda each: len(each.served.task.compliance))
    kept = {"closed": set[str](), "hosted": set[str]()}
    for way in verdict.served.offers:
        if way.hosting in kept and not any(lack.clause == "compliance" for lack in way.lacks):
            kept[way.hosting].add(str(way.offer).partition("@")[2])
    asked = listed([paper(topic) for topic in verdict.served.task.compliance])
    said = (
        f"{asked}: {several(len(kept['closed']), 'provider')} of closed models and "
        f"{several(len(kept['hosted']), 'host')} of open ones give it"
    )
    return ("holds" if len(kept["closed"]) > len(kept["hosted"]) else "fails"), said


def _media(known: Known) -> Said:
    asking = [each for each in known.advice.verdicts if each.served.task.modalities]
    if not asking:
        return "moot", "no task reads anything but text"
    verdict = max(asking, key=lambda each: len(each.served.task.modalities))
    models = known.advice.options.asked.view.catalog.models
    able = {
        weights: {way.model for way in verdict.served.able if models[way.model].weights == weights}
        for weights in ("closed", "open")
    }
    said = (
        f"{listed(verdict.served.task.modalities)}: {several(len(able['closed']), 'closed model')} can serve "
        f"{verdict.name}, and {several(len(able['open']), 'open model')} that somebody sells"
    )
    return ("holds" if able["closed"] and not able["open"] else "fails"), said


def _speed(known: Known) -> Said:
    days = known.advice.options.asked.workload.team.start_within_days
    if days is None:
        return "moot", f"no date is set; what is bought answers today, machines in about {START_DAYS} days"
    said = f"{days} days are left; what is bought, closed or open, answers today, machines in about {START_DAYS} days"
    return ("holds" if days < START_DAYS else "fails"), said


def _privacy(known: Known) -> Said:
    kept = [each for each in known.advice.verdicts if each.served.task.zone or each.served.task.residency]
    if not kept:
        return "moot", "no task says where its data has to stay"
    tokens = sum(each.served.task.tokens for each in known.advice.verdicts)
    home = [each for each in kept if not each.served.able]
    if not home:
        return "fails", f"somebody can be paid for all {len(kept)} with data that has to stay somewhere"
    part = share(float(sum(each.served.task.tokens for each in home) / tokens))
    names = listed([each.name for each in home])
    return "holds", f"nobody who may see the data of {names} sells answers: {part} of the tokens"


def _scale(known: Known) -> Said:
    """The cheapest closed beside the cheapest open, and the volume from which machines would be taken."""
    (closed, no_closed), (open, no_open) = known.cheapest("closed"), known.cheapest("open")
    own = known.advice.settled.pools
    if own:
        return "holds", f"machines serve {listed(sorted(name for pool in own for name in pool.names))}"
    tip = next((tip for tip in known.tips if tip.input == "volume" and tip.then.pools and tip.step > tip.now), None)
    later = f"machines from {times(tip.step / tip.now)} the volume on" if tip else "machines at no volume looked at"
    if no_closed or no_open:
        lacking = "closed" if no_closed else "open"
        return ("fails" if no_open else "holds"), f"no {lacking} model serves {listed(no_closed or no_open)}; {later}"
    ratio = closed / open if open else float("inf")
    said = (
        f"all of it costs {dollars(closed)} a month at the cheapest closed models that are enough, and "
        f"{dollars(open)} at the cheapest open ones: {times(ratio)}; {later}"
    )
    return ("holds" if open < closed else "fails"), said


def _tuning(known: Known) -> Said:
    skills = known.advice.options.asked.workload.team.people.skills
    if skills is not None and "tuning" not in skills:
        return "fails", "nobody in the team tunes models"
    found = [
        (each.name, way)
        for each in known.advice.verdicts
        for way in known.unproven.get(each.name, ())
        if way.kind == "tuned"
    ]
    if not found:
        return "fails", "no small model on machines of its own would cost less than what is chosen, tuned or not"
    name, way = min(found, key=lambda pair: pair[1].likely)
    said = f"{way.name} would serve {name} for {dollars(way.likely)} a month, if it were enough: {TUNING_DAYS} days"
    return "unknown", said


def _limits(known: Known) -> Said:
    """No catalog has anybody's limits; the peak is what one has to ask for."""
    peak = sum(max(_an_hour(each)) for each in known.advice.verdicts)
    tokens = sum(
        max(_an_hour(each)) * float(each.served.task.tokens / each.served.task.requests.monthly)
        for each in known.advice.verdicts
    )
    said = (
        f"at the peak {several(ceil(peak / 60), 'request')} and {tokens / 60:,.0f} tokens a minute; what each provider "
        "allows depends on the account, so ask"
    )
    return "unknown", said


def _an_hour(verdict: Verdict) -> Sequence[float]:
    requests = verdict.served.task.requests
    return [float(each) for each in requests.hourly] or spread_over(requests.monthly)


def _portable(known: Known) -> Said:
    """How many others sell what is chosen."""
    bought = [each for each in known.advice.verdicts if each.chosen is not None and each.chosen.offer is not None]
    if not bought:
        return "holds" if known.advice.settled.pools else "moot", "weights on one's own machines can be moved anywhere"
    least = min(bought, key=lambda each: (len(each.hosts), each.name))
    models = known.advice.options.asked.view.catalog.models
    model = least.chosen.model if least.chosen else ""
    said = f"{model}, for {least.name}, is sold in a way that serves it by {len(least.hosts)}: {listed(least.hosts)}"
    if models[model].weights == "closed":
        return "fails", f"{said}; its weights are closed, so it cannot be taken anywhere else"
    return ("holds" if len(least.hosts) > 1 else "fails"), said


def _domain(known: Known) -> Said:
    """Whether open models are nearer to closed ones in a task's category than overall."""
    special = [each for each in known.advice.verdicts if each.served.task.category != OVERALL]
    if not special:
        return "moot", "no task names a category of its own"
    gaps = {each.served.task.category: _gap(known, each.served.task.category) for each in special}
    whole = _gap(known, OVERALL)
    category, gap = min(gaps.items(), key=lambda pair: pair[1] if pair[1] is not None else float("inf"))
    if gap is None or whole is None:
        return "unknown", f"nobody has rated both kinds in {category}"
    said = f"the best closed model is {elo(gap)} of the best open one in {category}, and {elo(whole)} overall"
    return ("holds" if gap < whole else "fails"), said


def _gap(known: Known, category: str) -> float | None:
    view = known.advice.options.asked.view
    best: dict[str, float] = {}
    for name, quality in view.rated(category, measured=True).items():
        weights = view.catalog.models[name].weights
        best[weights] = max(best.get(weights, quality.score), quality.score)
    return best["closed"] - best["open"] if {"closed", "open"} <= best.keys() else None


ARGUMENTS: Mapping[str, tuple[Side, Callable[[Known], Said]]] = {
    "quality ceiling": ("closed", _ceiling),
    "no infrastructure team": ("closed", _nobody),
    "compliance papers": ("closed", _papers),
    "multimodality": ("closed", _media),
    "speed to market": ("closed", _speed),
    "data privacy": ("open", _privacy),
    "cost at scale": ("open", _scale),
    "fine-tuning": ("open", _tuning),
    "no rate limits": ("open", _limits),
    "portability": ("open", _portable),
    "domain strength": ("open", _domain),
}
