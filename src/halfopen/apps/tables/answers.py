"""The answers themselves, ready for JSON: models, offers, the comparison, one model, two of them, the claims.

What only one answer needs is imported there: the table shall stand in a third of a second.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product

from halfopen.advisor.quality import OVERALL, Quality, categories
from halfopen.advisor.table import Row, Wanted, seats, table
from halfopen.advisor.view import View
from halfopen.apps.tables import plain
from halfopen.apps.tables.plain import Plain
from halfopen.apps.tables.query import Query, wanted
from halfopen.documents import nearest


def compared(view: View, asked: Query) -> Plain:
    """The table of `halfopen compare`. Raises ValueError."""
    limits = wanted(asked, view)
    rated = view.rated(asked.category, measured=asked.measured)
    found = table(view.catalog, rated, limits, view.day, view.zone_of)
    return {
        **_head(view, asked, found.rows),
        "left_out": {"unknown": dict(found.unknown), "retired": found.gone, "later": view.later},
        "rows": [plain.row(each) for each in found.rows],
    }


def one(view: View, name: str, asked: Query) -> Plain:
    """All that is known of one model, its ratings in every category, and what comes after it. Raises ValueError."""
    from halfopen.advisor.successor import retiring

    limits = wanted(asked, view)
    model, offer = view.named(name)
    rated = view.rated(asked.category, measured=asked.measured)
    row = _row(view, model, offer, rated, limits)
    ending = retiring(view.catalog, view.rated(OVERALL), view.day, [seat.offer.id for seat in row.seats])
    return {
        **_head(view, asked, [row]),
        **plain.row(row),
        "ratings": _ratings(view, model),
        "retiring": [plain.retiring(each) for each in ending],
        "sources": [
            {"name": each.name, "checked": each.checked.isoformat(), "recalled": each.recalled}
            for each in row.model.sources
        ],
    }


def two(view: View, one: str, other: str, asked: Query) -> Plain:
    """One model beside another. Raises ValueError, also for one and the same offer or model."""
    from halfopen.advisor.pair import pair

    limits = wanted(asked, view)
    first, second = view.named(one), view.named(other)
    if first == second:
        raise ValueError(f"`{one}` and `{other}` are one and the same, {first[1] or first[0]}: name two")
    rated = view.rated(asked.category, measured=asked.measured)
    rows = [_row(view, model, offer, rated, limits) for model, offer in (first, second)]
    return {**_head(view, asked, rows), **plain.pair(pair(*rows))}


def models(view: View) -> Plain:
    """Every model, with its rating in each category that has one for it."""
    known = categories(view.catalog.models)
    by_category = {category: view.rated(category) for category in known}
    rows = []
    for model in view.catalog.models.values():
        ratings = {name: plain.quality(found.get(model.name)) for name, found in by_category.items()}
        rows.append({**plain.model(model), "ratings": {name: each for name, each in ratings.items() if each}})
    return {"day": view.day.isoformat(), "categories": list(known), "models": rows}


def offers(view: View) -> Plain:
    """Every offer, with its price today and what its provider states, and what retires with what to use instead."""
    from halfopen.advisor.successor import retiring

    asked = Query()
    found = seats(view.catalog, wanted(asked, view).shape, view.day, view.zone_of)
    ending = retiring(view.catalog, view.rated(OVERALL), view.day)
    return {
        "day": view.day.isoformat(),
        "shape": asked.shape,
        "offers": sorted(
            (plain.seat(each, view.catalog.models[name]) for name, rows in found.items() for each in rows),
            key=lambda row: row["offer"],
        ),
        "retiring": [plain.retiring(each) for each in ending],
    }


def claims(view: View, keys: Sequence[str] = ()) -> Plain:
    """Every claim with its verdict, or those that are named. Raises ValueError for one that there is not."""
    from halfopen.advisor.claims.judge import CLAIMS, MEANS, judged

    known = {claim.key: claim for claim in CLAIMS}
    for key in keys:
        if key not in known:
            near = nearest(key, known)
            hint = f": did you mean `{near}`?" if near else "; `halfopen claims` lists them"
            raise ValueError(f"there is no claim `{key}`{hint}")
    there = view.catalog.models.values()
    if there and all(model.simulated for model in there):
        raise ValueError("every model here is simulated, and nothing can be claimed about those")
    from halfopen.apps.iron import iron

    chosen = [known[key] for key in keys] or list(CLAIMS)
    return {
        "day": view.day.isoformat(),
        "verdicts": dict(MEANS),
        "claims": [
            {
                "key": each.claim.key,
                "group": each.claim.group,
                "claim": each.claim.text,
                "verdict": each.finding.verdict,
                "numbers": list(each.finding.numbers),
                "seen": each.seen.isoformat(),
                "decides": each.finding.decides,
                **({"pairs": [dict(pair) for pair in each.finding.pairs]} if keys and each.finding.pairs else {}),
            }
            for each in judged(view.catalog, view.day, chosen, iron())
        ],
    }


def _head(view: View, asked: Query, rows: Sequence[Row]) -> Plain:
    """With the boards by which those rows are rated, and no others."""
    rated = [row.quality for row in rows if row.quality]
    boards = sorted({(each.day, each.board) for each in rated if each.day and each.board})
    return {
        "day": view.day.isoformat(),
        "category": asked.category,
        "shape": asked.shape,
        "zones": list(view.zones),
        "boards": [f"{board} of {day}" for day, board in boards],
    }


def _row(view: View, model: str, offer: str | None, rated: Mapping[str, Quality], limits: Wanted) -> Row:
    every = seats(view.catalog, limits.shape, view.day, view.zone_of).get(model, ())
    row = Row(view.catalog.models[model], rated.get(model), every)
    return replace(row, seats=tuple(seat for seat in every if seat.offer.id == offer)) if offer else row


def _ratings(view: View, model: str) -> Plain:
    found = {category: view.rated(category).get(model) for category in categories(view.catalog.models)}
    return {category: plain.quality(each) for category, each in found.items() if each}


def record(view: View) -> list[Plain]:
    """How the rules of estimation do in each category, every rated model left out in turn; ratings in Elo.

    `from` is what each was estimated from: all the others, or those released before it.
    """
    from halfopen.advisor.left_out import left_out, records

    rows: list[Plain] = []
    for category, forward in product(categories(view.catalog.models), (False, True)):
        overall = view.rated(OVERALL) if category != OVERALL else {}
        tried = left_out(view.catalog.models, view.rated(category, measured=True), overall, forward=forward)
        for each in records(tried):
            numbers = {"miss": round(each.miss, 1), "bias": round(each.bias, 1), "half": round(each.half, 1)}
            source = {"category": category, "from": "earlier ones" if forward else "all others", "rule": each.rule}
            rows.append({**source, "tried": each.tried, "inside": each.inside, **numbers})
    return rows
