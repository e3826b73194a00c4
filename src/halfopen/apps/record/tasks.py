"""One task of the record: what it asks, what was chosen and why, what else there is, and what excluded the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from halfopen.advisor.advice.doubts import comparison, settled_by
from halfopen.advisor.advice.plan import Lane
from halfopen.advisor.advice.risks import risks
from halfopen.advisor.advice.verdict import Advice, Verdict
from halfopen.advisor.advice.words import dollars, listed, paper
from halfopen.advisor.ways.way import KINDS, Way, climbing
from halfopen.apps.tables.plain import amount, interval, quality
from halfopen.costs.breakeven import Cost
from halfopen.costs.workload import Floor, Task
from halfopen.money import amount as decimal

Plain = dict[str, Any]
RUNGS = 4  # of what more money buys


def money(found: Cost | int | None) -> Any:
    """Exact dollars; of a cost its three ends. None is unknown."""
    if found is None:
        return None
    if isinstance(found, int):
        return amount(decimal(found))
    return {"low": money(found.low), "likely": money(found.likely), "high": money(found.high)}


def way(found: Way) -> Plain:
    """A way with all that is known of it."""
    return {
        "way": found.name,
        "kind": found.kind,
        "means": KINDS[found.kind],
        "model": found.model,
        "offer": found.offer,
        "hosting": found.hosting,
        "zone": found.zone,
        "dollars": money(found.cost),
        "rating": quality(found.quality),
        "parity": interval(found.parity, 1),
        "lacks": [{"clause": lack.clause, "why": lack.why} for lack in found.lacks],
        "unproven": found.unproven or None,
        "unpriced": found.unpriced or None,
        "retires": found.retires and found.retires.isoformat(),
    }


def task(advice: Advice, verdict: Verdict, unproven: Sequence[Way], lane: Lane | None) -> Plain:
    """A task with its verdict."""
    served, asked = verdict.served, verdict.served.task
    chosen = verdict.chosen
    return {
        "task": verdict.name,
        "requests": asked.requests.monthly,
        "tokens_in": float(asked.input.expected),
        "tokens_out": float(asked.output.expected),
        "tokens": float(asked.tokens),
        "asks": list(asks(asked, verdict.name in advice.options.asked.assumed)),
        "floor": served.floor and round(served.floor, 1),
        "chosen": chosen and way(chosen),
        "lane": lane and lane.name,
        "why": why(advice, verdict),
        "estimate": _estimate(verdict),
        "others": [{"is": role, **way(each)} for role, each in verdict.others.items()],
        "more": [way(each) for each in _ladder(verdict)],
        "unproven": [way(each) for each in unproven],
        "parity_with": served.held and served.held.model,
        "risks": [{"kind": risk.kind, "says": risk.says} for risk in risks(advice.options, verdict)],
        "able": len(served.able),
        "market": list(_market(verdict)),
        "refused": dict(verdict.refused),
        "nearest": [way(each) for each in verdict.nearest],
    }


def _market(verdict: Verdict) -> Iterator[Plain]:
    """The cheapest way of each rated model that meets every clause, or all but the quality: what a picture shows."""
    for found in {each.model: each for each in reversed(verdict.served.priced)}.values():
        if found.quality is not None:
            yield {
                "way": found.name,
                "model": found.model,
                "hosting": found.hosting,
                "dollars": money(found.likely),
                "score": round(found.quality.score, 1),
                "low": round(found.quality.low, 1),
                "high": round(found.quality.high, 1),
                "basis": found.quality.basis,
            }


def asks(task: Task, assumed: bool) -> Iterator[str]:
    """The clauses of a task, in words."""
    lists = {
        "processed and kept in": task.residency,
        "papers:": tuple(paper(topic) for topic in task.compliance),
        "reads": task.modalities,
        "speaks": task.languages,
        "a licence for": task.licence,
    }
    if task.zone:
        yield f"stays in the zone {task.zone}"
    yield from (f"{what} {listed(words)}" for what, words in lists.items() if words)
    yield from (word for word, asked in (("tools", task.tools), ("reasoning", task.reasoning)) if asked)
    if task.context:
        yield f"{task.context:,} tokens of context"
    if task.latency and task.latency.first_token_ms:
        yield f"{task.latency.percentile} % of first tokens within {task.latency.first_token_ms:,} ms"
    if task.quality is not None:
        yield f"{_floor(task.quality)}{' (assumed)' if assumed else ''}, in {task.category}"


def _floor(floor: Floor) -> str:
    if floor.good_enough:
        return f"good enough: {listed(floor.good_enough)}"
    parts = [f"rated {floor.rating} or more"] if floor.rating is not None else []
    parts += [f"{floor.at_least} % parity with {floor.parity_of}"] if floor.parity_of else []
    return " and ".join(parts)


def why(advice: Advice, verdict: Verdict) -> str:
    """Why this way, in a sentence; or which clauses leave nothing."""
    chosen, able = verdict.chosen, verdict.served.able
    if chosen is None:
        clauses = list(verdict.refused)
        nearest = verdict.nearest[0] if verdict.nearest else None
        near = f"; nearest is {nearest.name}, which {_lacking(nearest)}" if nearest else ""
        return f"No way meets every clause: {listed(clauses, 6)} exclude all of them{near}."
    if verdict.pool is not None:
        alone = verdict.name in advice.options.must
        others = sorted(verdict.pool.names - {verdict.name})
        shared = f" It shares them with {listed(others)}." if others else ""
        if alone:
            return f"Nobody sells an answer that meets every clause, and machines of one's own do.{shared}"
        return f"The machines are there already or pay for themselves: bought, it would cost {_least(able)}.{shared}"
    next = verdict.others.get("the next cheapest of another model")
    beside = f"; the next cheapest of another model, {next.name}, costs {dollars(next.likely)}" if next else ""
    if next and next.likely == chosen.likely:
        beside = f"; {next.name} costs the same, and the better rated one is taken"
    return f"The cheapest of {len(able)} ways that meet every clause{beside}."


def _least(able: Sequence[Way]) -> str:
    return f"{dollars(able[0].likely)} at {able[0].name}" if able else "more than anybody asks"


def _lacking(found: Way) -> str:
    return "; ".join(f"{lack.why} ({lack.clause})" for lack in found.lacks) or found.unpriced or "has no known price"


def _estimate(verdict: Verdict) -> Plain | None:
    """That the verdict rests on an estimated rating, what the cheapest measured way is, and what would settle it."""
    chosen = verdict.chosen
    if chosen is None or not chosen.estimated:
        return None
    measured = verdict.measured
    return {
        "rests_on": chosen.quality.says if chosen.quality else "nobody has rated it",
        "measured": measured and way(measured),
        "settles": settled_by(comparison(verdict.served, chosen.quality) if chosen.quality else None),
    }


def _ladder(verdict: Verdict) -> tuple[Way, ...]:
    """What more money buys: dearer ways, each rated above all that are cheaper, and above the chosen one."""
    chosen = verdict.chosen
    if chosen is None or chosen.quality is None:
        return ()
    dearer = [each for each in verdict.served.able if each.likely > chosen.likely or verdict.pool is not None]
    found = climbing(dearer, chosen.quality.score)
    return found if len(found) <= RUNGS else (*found[: RUNGS - 1], found[-1])
