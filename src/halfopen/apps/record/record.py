"""Advice as plain data, ready for JSON, with everything that its pages say: this is the decision record.

Money is in dollars a month of the horizon on average, as exact text; ratings are in Elo.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from halfopen.advisor.advice.doubts import Doubt, doubts
from halfopen.advisor.advice.options import options
from halfopen.advisor.advice.plan import Plan, moves, plan, said
from halfopen.advisor.advice.question import ENOUGH, question
from halfopen.advisor.advice.reasons import SCORES, Known, Reason, reasons
from halfopen.advisor.advice.tipping import Tip, tips
from halfopen.advisor.advice.unproven import unproven
from halfopen.advisor.advice.verdict import HOSTINGS, Advice, advice
from halfopen.advisor.advice.words import dollars, listed, share
from halfopen.advisor.view import View
from halfopen.advisor.ways.own import SPARE, START_DAYS
from halfopen.advisor.ways.way import Way
from halfopen.apps.iron import iron
from halfopen.apps.record.config import written
from halfopen.apps.record.tasks import money, task
from halfopen.costs.workload import Workload

VERSION = 1
Plain = dict[str, Any]


@dataclass(frozen=True, eq=False, kw_only=True)
class Advised:
    """Everything that advice found."""

    advice: Advice
    tips: tuple[Tip, ...]
    unproven: dict[str, tuple[Way, ...]]
    reasons: tuple[Reason, ...]
    doubts: tuple[Doubt, ...]
    plan: Plan

    @property
    def view(self) -> View:
        return self.advice.options.asked.view


def advised(workload: Workload, view: View) -> Advised:
    """Raises ValueError for what cannot be asked: an unknown word, a task without requests."""
    all = options(question(workload, view, iron()))
    found = advice(all)
    tipping = tips(found)
    guesses = {verdict.name: unproven(all, verdict) for verdict in found.verdicts}
    return Advised(
        advice=found,
        tips=tipping,
        unproven=guesses,
        reasons=reasons(Known(found, tipping, guesses)),
        doubts=doubts(found),
        plan=plan(found, tipping),
    )


def record(found: Advised, workload: str) -> Plain:
    """The record. `workload` is the text that it answers. Nothing of the team's own config is in it."""
    advice, plan = found.advice, found.plan
    return {
        "record": "halfopen advice",
        "version": VERSION,
        "day": found.view.day.isoformat(),
        "workload": workload,
        "verdict": _verdict(advice),
        "tasks": [
            task(advice, verdict, found.unproven[verdict.name], plan.of(verdict.name)) for verdict in advice.verdicts
        ],
        "reasons": [
            {"argument": each.argument, "for": each.side, "score": SCORES[each.score], "says": each.says}
            for each in found.reasons
        ],
        "tips": [_tip(tip) for tip in found.tips],
        "doubts": [_doubt(doubt) for doubt in found.doubts],
        "plan": _plan(found),
        "assumed": list(_assumed(advice)),
    }


def _verdict(advice: Advice) -> Plain:
    settled = advice.settled
    return {
        "word": advice.word,
        "says": headline(advice),
        "dollars": money(advice.cost),
        "people": money(advice.people),
        "tokens": {hosting: round(float(part), 4) for hosting, part in advice.tokens.items()},
        "money": {hosting: money(picos) for hosting, picos in advice.money.items()},
        "only": {hosting: _only(advice, hosting) for hosting in ("closed", "hosted")},
        "unserved": [verdict.name for verdict in advice.verdicts if verdict.chosen is None],
        "machines": [
            {
                "model": pool.model,
                "tasks": sorted(pool.names),
                "machine": pool.fleet.serving.way.machine.name,
                "cards_a_replica": pool.fleet.serving.way.asked.cards,
                "replicas": pool.fleet.replicas,
                "precision": pool.fleet.serving.way.asked.precision,
                "used": round(pool.fleet.used, 4),
                "dollars": money(pool.fleet.cost),
                "priced_at": pool.fleet.serving.way.paid.said,
            }
            for pool in settled.pools
        ],
    }


def _only(advice: Advice, hosting: Any) -> Plain:
    cost, lacking = advice.only(hosting)
    return {"dollars": money(cost), "cannot": list(lacking)}


def headline(advice: Advice) -> str:
    """The answer in a sentence or two."""
    unserved = [verdict.name for verdict in advice.verdicts if verdict.chosen is None]
    nobody = f"Nothing can serve {listed(unserved)} as it is asked." if unserved else ""
    if not advice.tokens:
        return nobody
    parts = [f"{share(float(part))} of the tokens {HOSTINGS[hosting]}" for hosting, part in advice.tokens.items()]
    mixed = f" ({listed(parts)})" if len(parts) > 1 else ""
    cost = advice.cost
    people = f", {dollars(advice.people)} of it for people" if advice.people else ""
    told = (
        f"{advice.word.capitalize()}{mixed}: {dollars(cost.likely)} a month, from {dollars(cost.low)} to "
        f"{dollars(cost.high)}{people}."
    )
    return f"{told} {nobody}".strip()


def _tip(tip: Tip) -> Plain:
    return {
        "input": tip.input,
        "about": tip.about or None,
        "now": tip.now,
        "step": tip.step,
        "change": said(tip),
        "then": moves(tip),
        "moved": dict(tip.moved),
        "dollars": money(tip.then.cost),
    }


def _doubt(doubt: Doubt) -> Plain:
    found = doubt.comparison
    return {
        "task": doubt.task,
        "unknown": doubt.unknown,
        "stake": money(doubt.stake),
        "settles": doubt.settles,
        "comparison": found
        and {
            "task": found.task,
            "one": found.one,
            "other": found.other,
            "pairs": found.pairs,
            "dollars": money(found.cost),
        },
    }


def _plan(found: Advised) -> Plain:
    plan = found.plan
    return {
        "lanes": {lane.name: {"task": lane.verdict.name, "offers": list(lane.offers)} for lane in plan.lanes},
        "dollars": money(plan.cost),
        "steps": [{"task": step.task, "says": step.says} for step in plan.steps],
        "watch": list(plan.watch),
        "keys": keys(found),
        "halfopen.yaml": written(plan, found.advice),
    }


def keys(found: Advised) -> list[str]:
    """The variables with providers' keys that the lanes need."""
    providers = found.view.catalog.providers
    used = dict.fromkeys(offer.partition("@")[2] for lane in found.plan.lanes for offer in lane.offers)
    return list(dict.fromkeys(key for name in used if name in providers and (key := providers[name].key_env)))


def _assumed(advice: Advice) -> Sequence[str]:
    asked = advice.options.asked
    team = asked.workload.team
    said = []
    if asked.assumed:
        said.append(
            f"Good enough is {ENOUGH} % parity with the best closed model in the task's category for "
            f"{listed(sorted(asked.assumed))}, because the workload does not say."
        )
    if not asked.drawn:
        said.append("No zones are drawn, so what is bought is anywhere, and only machines of one's own are at home.")
    horizon = f"Costs are a month on average over {team.horizon_months}"
    growth = f", growing by {share(float(team.growth_per_month))} a month" if team.growth_per_month else ""
    decline = (
        f", prices falling by {share(float(team.price_decline_per_year))} a year" if team.price_decline_per_year else ""
    )
    said.append(f"{horizon} months{growth}{decline}. Prices are list prices, and announced ones are in it.")
    said.append(
        "Ranges hold four months in five if the traffic is as it is told: they are the chance of long and short "
        "requests. Tell the ends of a volume, or of what is cacheable, to have these in it."
    )
    said.append(
        f"Machines of one's own have {SPARE} replica to spare, are used to {share(float(team.utilisation_ceiling))} at "
        f"most, take about {START_DAYS} days to start, and {team.people.share} of a person at "
        f"${team.people.cost_per_month:,} a month. How fast they are is predicted."
    )
    if asked.workload.team.price_decline_per_year:
        said.append("The price of cards is not expected to fall with list prices.")
    said.append("How fast offers answer, and what rate limits an account has, is in no catalog and excludes nothing.")
    return said
