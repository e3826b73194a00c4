"""From which volume on machines of one's own are cheaper than an offer: the table of `halfopen breakeven`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from halfopen.advisor.view import View
from halfopen.advisor.ways.own import growths, mixed, over, strictest
from halfopen.apps.iron import iron
from halfopen.apps.plans.costed import Costed, Row, costed
from halfopen.apps.plans.planned import basis_of
from halfopen.apps.tables.plain import Plain, amount
from halfopen.costs.breakeven import MOST, Cost, Crossing, Curve, crossing
from halfopen.costs.estimate import averaged
from halfopen.costs.workload import Team, Workload, rounded
from halfopen.fleet.architecture import Architecture
from halfopen.fleet.curve import Serving, at_full_use, curve, servings
from halfopen.fleet.names import Unknown
from halfopen.fleet.price import Prices, known_cards, prices_of
from halfopen.fleet.promise import Demand, Promise
from halfopen.fleet.tables import Tables
from halfopen.money import amount as decimal
from halfopen.money import picos

BILLION = 10**9
POINTS = 60  # of a curve in the answer
LEAST_DRAWN, MOST_DRAWN = 10**8, 10**12


@dataclass(frozen=True, kw_only=True)
class Against:
    """A model on machines of one's own, held against offers for the same work."""

    name: str
    architecture: Architecture
    found: tuple[Serving, ...]
    whys: tuple[str, ...]
    own: Curve | None
    people: int


def against(
    tables: Tables,
    view: View,
    model: str,
    demand: Demand,
    promise: Promise,
    prices: Prices,
    team: Team,
    people_a_month: int,
    context: int | None = None,
) -> Against:
    """Raises ValueError for a model that is not in the catalog, or closed; names.Unknown without an architecture."""
    name, _ = view.named(model)
    row = view.catalog.models[name]
    if row.weights == "closed":
        raise ValueError(f"the weights of {row.title} are closed: nobody but its maker and his partners can serve it")
    sizes = [None if each is None else float(each) for each in (row.parameters, row.active)]
    architecture = tables.like(name, sizes[0], sizes[1], row.context)
    machines = [each for each in tables.accelerators if each.kind == "datacentre"]
    found, whys = servings(architecture, machines, demand, promise, tables.calibration, prices, context)
    own = None
    if found:
        own = over(curve(name, found, promise.spare, people_a_month), growths(team))
    return Against(name=name, architecture=architecture, found=found, whys=whys, own=own, people=people_a_month)


def offered(row: Row, workload: Workload, view: View) -> Curve | None:
    """An offer's cost over volume, in dollars, in proportion to its bill; None where it is unpriced.

    A month of the horizon on average: the volume grows, and prices fall as the team expects them to.
    """
    if row.dollars is None or row.low is None or row.high is None or not row.dollars:
        return None
    tokens = rounded(sum((task.tokens for task in workload.tasks), Fraction(0)))
    factor = averaged(workload.team)
    ends = [rounded(end * factor) for end in (row.low, row.dollars, row.high)]

    def at(volume: int) -> Cost:
        return Cost(*(end * volume // tokens for end in ends))

    return Curve(row.seat.offer.id, at)


def broken_even(made: Against, workload: Workload, view: View, offers: Sequence[str]) -> Plain:
    """Offers that can serve the work, with the volume from which on machines are cheaper, or why never.

    Without `offers` those of closed models, and those of the same model at hosts.
    """
    table: Costed = costed(workload, view, offers)
    chosen = [row for row in table.rows if row.dollars is not None and not row.seat.offer.free]
    if not offers:  # what one would hold it against: closed models, and hosts of the same one
        chosen = [row for row in chosen if row.seat.hosting == "closed" or row.seat.offer.model == made.name]
    rows = [_row(made, row, workload, view) for row in chosen]
    return {
        "day": view.day.isoformat(),
        "model": made.name,
        "architecture": made.architecture.name,
        "assumed": made.architecture.assumed,
        "months": workload.team.horizon_months,
        "people": _money(made.people),
        "machines": [_serving(each) for each in made.found],
        "at_full_use": _money(at_full_use(made.found) // 1000) if made.found else None,
        "impossible": list(made.whys) if not made.found else [],
        "points": _points(made.own),
        "rows": rows,
        "refused": dict(table.refused),
    }


def _serving(each: Serving) -> Plain:
    return {
        "machine": each.way.machine.name,
        "title": each.way.machine.title,
        "precision": each.way.asked.precision,
        "cards": each.way.asked.cards,
        "dollars": _money(each.a_replica),
        "basis": each.way.paid.said,
        "tokens": round(each.tokens),
        "tokens_low": round(each.slow.tokens),
        "tokens_high": round(each.fast.tokens),
    }


def _row(made: Against, row: Row, workload: Workload, view: View) -> Plain:
    theirs = offered(row, workload, view)
    found = Crossing(None, None, None)
    if theirs is not None and made.own is not None:
        found = crossing(theirs, made.own)
    a_million = theirs.at(BILLION).likely // 1000 if theirs is not None else None
    return {
        "offer": row.seat.offer.id,
        "model": row.seat.offer.model,
        "hosting": row.seat.hosting,
        "dollars_a_million": _money(a_million),
        "from": found.likely,
        "from_low": found.low,
        "from_high": found.high,
        "why": _why(made, a_million) if found.likely is None else None,
        "points": _points(theirs),
    }


def _why(made: Against, a_million: int | None) -> str:
    """Why machines are never cheaper: capacity, price, or use."""
    if not made.found:
        return f"capacity: {made.whys[0] if made.whys else 'nothing holds it'}"
    full = at_full_use(made.found) // 1000
    if a_million is not None and full >= a_million:
        return f"price: even in full use a million tokens cost ${decimal(full):.3g} on machines"
    return f"utilisation: not up to {MOST:,} tokens a month, because of people and spare machines"


def _points(each: Curve | None) -> list[list[str]]:
    """Tokens a month with what they cost in dollars: lowest, likely, highest."""
    if each is None:
        return []
    ratio = (MOST_DRAWN / LEAST_DRAWN) ** (1 / (POINTS - 1))
    volumes = [round(LEAST_DRAWN * ratio**place) for place in range(POINTS)]
    return [[str(volume), *(_money(end) or "0" for end in each.at(volume))] for volume in volumes]


def _money(pico: int | None) -> str | None:
    return None if pico is None else amount(decimal(pico))


def asked_of(
    work: Workload,
    model: str,
    offers: Sequence[str],
    promised: tuple[int, int] | None,
    people_a_month: str | None,
    spare: int,
    basis: str | None,
    view: View,
) -> Plain:
    """The answer from words. `promised` are milliseconds to the first token and of a token; None: as the tasks say.

    Raises ValueError.
    """
    paid = work.team.people.monthly
    if people_a_month is not None:
        try:
            paid = picos(Decimal(people_a_month))
        except ArithmeticError:
            raise ValueError(f"people are `{people_a_month}`; it is dollars a month, such as 6000") from None
    promise = strictest(work.tasks, work.team, spare)
    if promised is not None:
        promise = replace(promise, first_token=promised[0] / 1000, per_token=promised[1] / 1000)
    prices = known_cards(prices_of(work.team, basis_of(basis)), iron().accelerators)
    context = max((task.context for task in work.tasks if task.context), default=None)
    try:
        made = against(iron(), view, model, mixed(work.tasks), promise, prices, work.team, paid, context)
    except Unknown as why:
        raise ValueError(str(why)) from None
    return broken_even(made, work, view, offers)
