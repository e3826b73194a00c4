"""POST /halfopen/cost, /fleet and /breakeven: what the verbs answer, over HTTP, in a thread of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from typing import Annotated, Any, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from halfopen.apps.serve.routes.answered import json, read
from halfopen.apps.serve.routes.catalog import view
from halfopen.errors import BadBody
from halfopen.flows.house import House, day_of

MOST_ROWS = 10_000
WORKLOAD = (
    '{"workload": {"tasks": [{"name": "chat", "requests": {"per_month": 300000}, "input": {"mean": 1200}, '
    '"output": {"mean": 300}}]}}'
)
EXAMPLE = '{"model": "phi-4", "on": "laptop-16gb"}'

_bench = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sizing")

Count = Annotated[int, msgspec.Meta(ge=1, le=100_000_000)]
T = TypeVar("T")


class Machine(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The body: a model on a machine, or `rows` of a table of servers."""

    model: str = ""
    on: str = ""
    cards: Count = 1
    context: Count | None = None
    prompt: Count = 1000
    answer: Count = 300
    concurrency: Count = 1
    rows: Annotated[list[dict[str, str | float | None]], msgspec.Meta(max_length=MOST_ROWS)] | None = None


class Costs(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The body: a workload as in a `workload.yaml`, and names of the models or offers to price; none is all."""

    workload: msgspec.Raw
    offers: list[str] = []


class Crossing(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The body: an open model, and a workload; offers to hold it against, none is all. `people` in dollars a month."""

    model: str
    workload: msgspec.Raw
    offers: list[str] = []
    people: str | None = None
    spare: Annotated[int, msgspec.Meta(ge=0, le=100)] = 1
    basis: str | None = None


_crossing = msgspec.json.Decoder(Crossing)
_machine, _costs = msgspec.json.Decoder(Machine), msgspec.json.Decoder(Costs)


async def cost(request: Request, house: House) -> Response:
    """What a workload costs a month at every offer that can serve it, exact, and what caching and batching save."""
    asked = await read(request, _costs, WORKLOAD)
    return await worked_out(partial(_costed, asked, house, day_of(house.clock.now())))


def _costed(asked: Costs, house: House, day: date) -> dict[str, Any]:
    from halfopen.apps.plans.asked import from_text
    from halfopen.apps.plans.costed import costed, plain

    there = view(house, day)
    workload = from_text(bytes(asked.workload).decode(), "workload")  # JSON is YAML
    return plain(costed(workload, there, asked.offers), workload, there)


async def fleet(request: Request, house: House) -> Response:
    """What fits on a machine at which precision and how fast it would be; or, with `rows`, a table of predictions."""
    asked = await read(request, _machine, EXAMPLE)
    return await worked_out(partial(_answer, asked))


async def breakeven(request: Request, house: House) -> Response:
    """From which volume on an open model on machines of one's own is cheaper than each offer, or why never."""
    asked = await read(request, _crossing, f'{{"model": "gpt-oss-120b", {WORKLOAD[1:]}')
    return await worked_out(partial(_crossed, asked, house, day_of(house.clock.now())))


def _crossed(asked: Crossing, house: House, day: date) -> dict[str, Any]:
    from halfopen.apps.plans.asked import from_text
    from halfopen.apps.plans.broken_even import asked_of

    workload = from_text(bytes(asked.workload).decode(), "workload")
    there = view(house, day)
    return asked_of(workload, asked.model, asked.offers, None, asked.people, asked.spare, asked.basis, there)


async def worked_out(work: Callable[[], dict[str, Any]]) -> Response:
    """The answer as JSON, one at a time. Raises BadBody for what cannot be answered."""
    try:
        found = await asyncio.get_running_loop().run_in_executor(_bench, work)
    except (ValueError, LookupError) as why:
        raise BadBody(f"{why}.") from None
    return json(found)


def _answer(asked: Machine) -> dict[str, Any]:
    from halfopen.apps.iron import iron  # with numpy, which a start need not wait for
    from halfopen.apps.plans.small import on_machine
    from halfopen.apps.plans.table import predictions

    if asked.rows is not None:
        rows = [{name: "" if cell is None else str(cell) for name, cell in row.items()} for row in asked.rows]
        found, refused = predictions(iron(), rows)
        return {"rows": [{**row, **told} for row, told in zip(rows, found, strict=True)], "refused": refused}
    if not (asked.model and asked.on):
        raise ValueError(f"a model and a machine are needed, or rows: {EXAMPLE}")
    return on_machine(
        iron(), asked.model, asked.on, asked.cards, asked.context, asked.prompt, asked.answer, asked.concurrency
    )
