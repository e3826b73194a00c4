"""What a workload costs at every offer that can serve it: the table of `halfopen cost` and of its route."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from halfopen.advisor.table import Seat, seats
from halfopen.advisor.view import View
from halfopen.advisor.ways.bought import priced, rate_of
from halfopen.advisor.ways.needs import Asked, checked, lacks, why_not
from halfopen.advisor.worth import Shape
from halfopen.apps.tables.plain import Plain, amount
from halfopen.costs.estimate import Bill, months, over
from halfopen.costs.savings import Savings, savings
from halfopen.costs.workload import Task, Workload, rounded
from halfopen.money import amount as decimal

NEAREST = 3  # offers that are told where none can serve


@dataclass(frozen=True)
class Row:
    """One offer: the bill of each task, in the offer's own currency, and all of them in picodollars of US dollars.

    `saved` holds what caching and batching save, and from how many uses of a prefix caching pays.
    """

    seat: Seat
    bills: Mapping[str, Bill]
    whole: Mapping[str, Bill]  # over the horizon
    saved: Mapping[str, Savings]
    dollars: int | None = None
    low: int | None = None
    high: int | None = None
    over: int | None = None  # the horizon
    caching: int | None = None  # what it saves
    batching: int | None = None
    unpriced: str = ""


@dataclass(frozen=True)
class Costed:
    """Rows, the cheapest first, the unpriced last; and how many offers cannot serve, by the first reason.

    Where no row is priced, `nearest` are the priced offers that lack the least, those of the same models if there are
    any, the cheapest first, with all that they lack.
    """

    rows: tuple[Row, ...]
    refused: Mapping[str, int] = field(default_factory=dict)
    nearest: tuple[tuple[Row, tuple[str, ...]], ...] = ()


def costed(workload: Workload, view: View, offers: Sequence[str] = ()) -> Costed:
    """`offers` are names of models or offers; none is all. Raises ValueError."""
    for task in workload.tasks:
        checked(task, view)
    chosen = [view.named(name) for name in offers]
    rows, refused = [], Counter[str]()
    for seat in _seats(view, chosen):
        why = next((why for task in workload.tasks if (why := why_not(seat, task, view, workload.team))), "")
        if why:
            refused[why] += 1
        else:
            rows.append(_row(seat, workload, view))
    able = any(row.dollars is not None for row in rows)
    nearest = () if able else _nearest(workload, view, {model for model, _ in chosen}) or _nearest(workload, view)
    return Costed(tuple(sorted(rows, key=_cheapest)), dict(refused.most_common()), nearest)


def _seats(view: View, chosen: Collection[tuple[str, str | None]]) -> Iterator[Seat]:
    """Every offer, or those of the chosen models and offers."""
    for found in seats(view.catalog, Shape(), view.day, view.zone_of).values():
        for seat in found:
            names = ((seat.offer.model, None), (seat.offer.model, seat.offer.id))
            if not chosen or any(name in chosen for name in names):
                yield seat


def _nearest(workload: Workload, view: View, models: Collection[str] = ()) -> tuple[tuple[Row, tuple[str, ...]], ...]:
    asked = [Asked(task, view, workload.team) for task in workload.tasks]
    lacking = [
        (seat, tuple(dict.fromkeys(lack.why for each in asked for lack in lacks(seat, each))))
        for seat in _seats(view, {(model, None) for model in models})
        if not (seat.gone or seat.offer.free) and priced(seat, view.day) is not None
    ]
    least = min((len(whys) for _, whys in lacking), default=0)
    near = [(_row(seat, workload, view), whys) for seat, whys in lacking if len(whys) == least]
    return tuple(sorted(near, key=lambda each: _cheapest(each[0]))[:NEAREST])


def _row(seat: Seat, workload: Workload, view: View) -> Row:
    known = priced(seat, view.day)
    each = {task.name: months(task, known, workload.team) for task in workload.tasks}
    bills = {name: found[0] for name, found in each.items()}
    whole = {name: over(found) for name, found in each.items()}
    saved = {task.name: savings(task, known, bills[task.name]) for task in workload.tasks}
    why = next((f"{name}: {bill.unpriced}" for name, bill in bills.items() if bill.cost is None), "")
    rate = None if known is None else rate_of(known.currency, view)
    if rate is None:
        return Row(seat, bills, whole, saved, unpriced=why or "nobody knows what its currency is worth")
    return Row(
        seat,
        bills,
        whole,
        saved,
        dollars=_sum([bill.cost for bill in bills.values()], rate),
        low=_sum([bill.low for bill in bills.values()], rate),
        high=_sum([bill.high for bill in bills.values()], rate),
        over=_sum([bill.cost for bill in whole.values()], rate),
        caching=_sum([found.caching for found in saved.values()], rate),
        batching=_sum([found.batching for found in saved.values()], rate),
        unpriced=why,
    )


def _sum(costs: Sequence[int | None], rate: Fraction) -> int | None:
    known = [each for each in costs if each is not None]
    return rounded(sum(known) * rate) if len(known) == len(costs) else None


def _cheapest(row: Row) -> tuple[bool, bool, int, str]:
    return row.dollars is None, row.seat.offer.free, row.dollars or 0, row.seat.offer.id


def plain(found: Costed, workload: Workload, view: View) -> Plain:
    """Ready for JSON: money as exact text, in dollars where it says so and in the offer's currency in `bills`."""
    return {
        "day": view.day.isoformat(),
        "months": workload.team.horizon_months,
        "tasks": [_task(task) for task in workload.tasks],
        "rows": [_plain(row, workload) for row in found.rows],
        "refused": dict(found.refused),
        "nearest": [_near(row, whys) for row, whys in found.nearest],
    }


def _near(row: Row, whys: Sequence[str]) -> Plain:
    return {"offer": row.seat.offer.id, "dollars": _text(row.dollars), "lacks": list(whys)}


def _task(task: Task) -> Plain:
    return {
        "task": task.name,
        "requests": task.requests.monthly,
        "tokens_in": float(task.input.expected),
        "tokens_out": float(task.output.expected),
        "tokens": float(task.tokens),
    }


def _plain(row: Row, workload: Workload) -> Plain:
    return {
        "offer": row.seat.offer.id,
        "model": row.seat.offer.model,
        "provider": row.seat.provider.name,
        "hosting": row.seat.hosting,
        "zone": row.seat.zone,
        "free": row.seat.offer.free,
        "dollars": _text(row.dollars),
        "low": _text(row.low),
        "high": _text(row.high),
        "horizon": _text(row.over),
        "caching_saves": _text(row.caching),
        "batching_saves": _text(row.batching),
        "unpriced": row.unpriced or None,
        "bills": {task.name: _bill(row, task) for task in workload.tasks},
    }


def _bill(row: Row, task: Task) -> Plain:
    bill = row.bills[task.name]
    saved = row.saved[task.name]
    return {
        "currency": bill.currency or None,
        "cost": _text(bill.cost),
        "low": _text(bill.low),
        "high": _text(bill.high),
        "parts": {kind: _text(part) for kind, part in bill.parts.items()},
        "batched": _text(bill.batched),
        "caching_saves": _text(saved.caching),
        "batching_saves": _text(saved.batching),
        "caching_pays_from": saved.pays_from,
        "price_since": bill.since or None,
        "unpriced": bill.unpriced or None,
    }


def _text(pico: int | None) -> str | None:
    return None if pico is None else amount(decimal(pico))


def sheet(found: Plain) -> Iterator[Plain]:
    """The rows of a CSV: one for each offer and task."""
    for row in found["rows"]:
        for name, bill in row["bills"].items():
            head = {key: row[key] for key in ("offer", "model", "provider", "hosting", "zone", "dollars")}
            yield {**head, "task": name, **{key: value for key, value in bill.items() if key != "parts"}}
