"""What a workload costs at every offer that can serve it: the table of `halfopen cost` and of its route."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from halfopen.advisor.table import Seat, seats
from halfopen.advisor.worth import DOLLAR, Shape
from halfopen.apps.plans.serves import checked, why_not
from halfopen.apps.tables.plain import Plain, amount
from halfopen.apps.tables.view import View
from halfopen.catalog.exchange import dollars
from halfopen.catalog.price import Price, in_force, price
from halfopen.costs.estimate import Bill, horizon, month
from halfopen.costs.savings import savings
from halfopen.costs.workload import Task, Workload, rounded
from halfopen.money import amount as decimal
from halfopen.money import picos


@dataclass(frozen=True)
class Row:
    """One offer: the bill of each task, in the offer's own currency, and all of them in picodollars of US dollars."""

    seat: Seat
    bills: Mapping[str, Bill]
    whole: Mapping[str, Bill]  # over the horizon
    saved: Mapping[str, tuple[int | None, int | None, int | None]]
    dollars: int | None
    low: int | None
    high: int | None
    over: int | None  # the horizon
    unpriced: str = ""


@dataclass(frozen=True)
class Costed:
    """Rows, the cheapest first, the unpriced last; and how many offers cannot serve, by the reason."""

    rows: tuple[Row, ...]
    refused: Mapping[str, int] = field(default_factory=dict)


def costed(workload: Workload, view: View, offers: Sequence[str] = ()) -> Costed:
    """`offers` are names of models or offers; none is all. Raises ValueError."""
    for task in workload.tasks:
        checked(task, view)
    chosen = [view.named(name) for name in offers]
    rows, refused = [], Counter[str]()
    for found in seats(view.catalog, Shape(), view.day, view.zone_of).values():
        for seat in found:
            if chosen and not any(
                seat.offer.model == model and offer in (None, seat.offer.id) for model, offer in chosen
            ):
                continue
            why = next((why for task in workload.tasks if (why := why_not(seat, task, view))), "")
            if why:
                refused[why] += 1
            else:
                rows.append(_row(seat, workload, view))
    return Costed(tuple(sorted(rows, key=_cheapest)), dict(refused.most_common()))


def priced(seat: Seat, view: View) -> Price | None:
    """The price list of an offer on the day, ready for use."""
    found = in_force(seat.offer.prices, view.day)
    return None if found is None else price(found)


def rate_of(currency: str, view: View) -> Fraction | None:
    """Dollars for one unit of a currency; None where nobody knows."""
    if currency == DOLLAR:
        return Fraction(1)
    found = dollars(currency, view.day, view.catalog.exchange)
    return None if found is None else Fraction(found.rate)


def _row(seat: Seat, workload: Workload, view: View) -> Row:
    known = priced(seat, view)
    bills = {task.name: month(task, known) for task in workload.tasks}
    whole = {task.name: horizon(task, known, workload.team) for task in workload.tasks}
    saved = {}
    for task in workload.tasks:
        found = savings(task, known)
        saved[task.name] = (found.caching, found.batching, found.pays_from)
    why = next((f"{name}: {bill.unpriced}" for name, bill in bills.items() if bill.cost is None), "")
    rate = None if known is None else rate_of(known.currency, view)
    if rate is None:
        return Row(seat, bills, whole, saved, None, None, None, None, why or "nobody knows what its currency is worth")
    return Row(
        seat,
        bills,
        whole,
        saved,
        _sum([bill.cost for bill in bills.values()], rate),
        _sum([bill.low for bill in bills.values()], rate),
        _sum([bill.high for bill in bills.values()], rate),
        _sum([bill.cost for bill in whole.values()], rate),
        why,
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
    }


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
        "unpriced": row.unpriced or None,
        "bills": {task.name: _bill(row, task) for task in workload.tasks},
    }


def _bill(row: Row, task: Task) -> Plain:
    bill = row.bills[task.name]
    caching, batching, pays_from = row.saved[task.name]
    return {
        "currency": bill.currency or None,
        "cost": _text(bill.cost),
        "low": _text(bill.low),
        "high": _text(bill.high),
        "parts": {kind: _text(part) for kind, part in bill.parts.items()},
        "batched": _text(bill.batched),
        "caching_saves": _text(caching),
        "batching_saves": _text(batching),
        "caching_pays_from": pays_from,
        "price_since": bill.since or None,
        "unpriced": bill.unpriced or None,
    }


def _text(pico: int | None) -> str | None:
    return None if pico is None else amount(decimal(pico))


def people(workload: Workload) -> int:
    """Picodollars a month of the people who look after machines of one's own."""
    told = workload.team.people
    return picos((told.share * told.cost_per_month).quantize(Decimal("0.000001")))


def sheet(found: Plain) -> Iterator[Plain]:
    """The rows of a CSV: one for each offer and task."""
    for row in found["rows"]:
        for name, bill in row["bills"].items():
            head = {key: row[key] for key in ("offer", "model", "provider", "hosting", "zone", "dollars")}
            yield {**head, "task": name, **{key: value for key, value in bill.items() if key != "parts"}}
