"""POST /halfopen/advise and /drill: the decision record and the drills, over HTTP, in a thread of their own."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from halfopen.apps.serve.routes.answered import read
from halfopen.apps.serve.routes.catalog import view
from halfopen.apps.serve.routes.sizing import WORKLOAD, worked_out
from halfopen.flows.house import House, day_of

if TYPE_CHECKING:
    from halfopen.apps.record.record import Advised


class Advise(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The body: a workload as in a `workload.yaml`; `since` is an older record."""

    workload: msgspec.Raw
    since: dict[str, Any] | None = None


class Drill(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The body: a workload, and events by kind; none are the usual ones."""

    workload: msgspec.Raw
    gone: list[str] = []
    retired: list[str] = []
    price: list[str] = []
    machines: list[str] = []
    volume: list[str] = []
    only: list[str] = []


_advise, _drill = msgspec.json.Decoder(Advise), msgspec.json.Decoder(Drill)
KINDS = ("gone", "retired", "price", "machines", "volume", "only")


async def advise(request: Request, house: House) -> Response:
    """Which model or machines each task of a workload should use, with what would flip it: the decision record.

    With `since`, an older record, it says what has moved and whether the answer is another.
    """
    asked = await read(request, _advise, WORKLOAD)
    return await worked_out(partial(_advised, asked, house, day_of(house.clock.now())))


async def drill(request: Request, house: House) -> Response:
    """What if a provider is gone, a model retired, a price or the volume grown: what the lanes of the advice do then.

    `gone` are providers, `retired` models, `price` offers with a factor (`gpt-6-luna@openai=2`), `machines` the share
    that is left, `volume` a factor, `only` countries (`EU`); all are lists of text.
    """
    asked = await read(request, _drill, f'{WORKLOAD[:-1]}, "gone": ["openai"]}}')
    return await worked_out(partial(_drilled, asked, house, day_of(house.clock.now())))


def _advised(asked: Advise, house: House, day: date) -> dict[str, Any]:
    from halfopen.apps.record.record import record
    from halfopen.apps.record.since import checked, moved

    found = record(_found(asked.workload, house, day), _text(asked.workload))
    return found if asked.since is None else {**found, "since": moved(checked(asked.since, "`since`"), found)}


def _drilled(asked: Drill, house: House, day: date) -> dict[str, Any]:
    from halfopen.apps.record.drilled import drilled

    return drilled(_found(asked.workload, house, day), {kind: getattr(asked, kind) for kind in KINDS})


def _text(workload: msgspec.Raw) -> str:
    """The workload as it was sent: as JSON, which is YAML, or as the text of a workload.yaml, as records hold it."""
    text = bytes(workload).decode()
    return str(msgspec.json.decode(text)) if text.startswith('"') else text


def _found(workload: msgspec.Raw, house: House, day: date) -> Advised:
    from halfopen.apps.plans.asked import from_text
    from halfopen.apps.record.record import advised  # with numpy, which a start need not wait for

    return advised(from_text(_text(workload), "workload"), view(house, day))
