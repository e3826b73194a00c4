"""What `halfopen compare` and `halfopen claims` print, as routes: models, offers, the comparison, the claims.

The numbers are those of the verbs, because both ask `apps.tables`. An answer takes up to some hundred milliseconds of
arithmetic, so it is worked out in a thread of its own, one at a time, and kept for as long as the day and the rows
stay what they are.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import lru_cache, partial
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from halfopen.advisor.view import View
from halfopen.apps.tables import answers
from halfopen.apps.tables.query import ABOUT, query, split
from halfopen.apps.tables.view import view_on
from halfopen.errors import BadBody
from halfopen.flows.house import House, day_of
from halfopen.flows.setup import Rows

Said = Mapping[str, tuple[str, ...]]  # parameters by name
Answer = Callable[[View, Said], dict[str, Any]]

LONGEST = 2_000  # characters of a query
_bench = ThreadPoolExecutor(max_workers=1, thread_name_prefix="tables")


async def models(request: Request, house: House) -> Response:
    """Every model of the catalog, with its rating in each category: measured, or estimated and how."""
    return await _answered(request, house, "models")


async def offers(request: Request, house: House) -> Response:
    """Every offer with its price today and what its provider states, and what could replace those that retire."""
    return await _answered(request, house, "offers")


async def compare(request: Request, house: House) -> Response:
    """The table of `halfopen compare`; with one `model` all about it, with two the one beside the other."""
    return await _answered(request, house, "compare")


async def claims(request: Request, house: House) -> Response:
    """The well-known claims about open and closed models, each with its verdict today."""
    return await _answered(request, house, "claims")


def _compared(view: View, said: Said) -> dict[str, Any]:
    named = split(said.get("model", ()))
    asked = query({name: words for name, words in said.items() if name != "model"})
    if not named:
        return answers.compared(view, asked)
    if len(named) > 2:
        raise ValueError(f"{len(named)} models are named: name one, two to put them side by side, or none")
    return answers.one(view, named[0], asked) if len(named) == 1 else answers.two(view, named[0], named[1], asked)


ANSWERS: Mapping[str, Answer] = {
    "models": lambda view, said: answers.models(view),
    "offers": lambda view, said: answers.offers(view),
    "compare": _compared,
    "claims": lambda view, said: answers.claims(view, split(said.get("claim", ()))),
}
PARAMETERS: Mapping[str, Mapping[str, str]] = {
    "models": {},
    "offers": {},
    "compare": {"model": "One model or offer, or two to put side by side.", **ABOUT},
    "claims": {"claim": "Only the claims of these names."},
}


async def _answered(request: Request, house: House, name: str) -> Response:
    """Raises BadBody for parameters that are none of ours or cannot be answered."""
    if len(request.url.query) > LONGEST:
        raise BadBody(f"The query has {len(request.url.query):,} characters; {LONGEST:,} at most.")
    said: dict[str, tuple[str, ...]] = {}
    for key, word in request.query_params.multi_items():
        said[key] = (*said.get(key, ()), word)
    strange = [key for key in said if key not in PARAMETERS[name]]
    if strange:
        known = ", ".join(PARAMETERS[name]) or "none"
        raise BadBody(f"There is no parameter `{strange[0][:80]}` here; there is {known}.")
    day, zones = day_of(house.clock.now()), house.policy.zones
    work = partial(_written, house.rows, zones, day, name, tuple(sorted(said.items())))
    try:
        body = await asyncio.get_running_loop().run_in_executor(_bench, work)
    except ValueError as why:
        raise BadBody(f"{why}.") from None
    return Response(body, media_type="application/json")


def view(house: House, day: date) -> View:
    """What the tables of a day are made of."""
    return _view(house.rows, house.policy.zones, day)


@lru_cache(maxsize=2)
def _view(rows: Rows, zones: tuple[str, ...], day: date) -> View:
    return view_on(rows.catalog, day, zones, rows.zone_of, rows.ratings)


@lru_cache(maxsize=64)
def _written(
    rows: Rows, zones: tuple[str, ...], day: date, name: str, said: tuple[tuple[str, tuple[str, ...]], ...]
) -> bytes:
    return msgspec.json.encode(ANSWERS[name](_view(rows, zones, day), dict(said)))
