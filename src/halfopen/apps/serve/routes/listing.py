"""What can be asked for, as clients look it up before they ask: lanes, aliases and offers, as far as a key goes."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from halfopen.access.key import Key
from halfopen.apps.serve.routes.answered import json
from halfopen.apps.serve.routes.keys import holder_of
from halfopen.errors import NotAllowed, Resting, Retired, UnknownLane, UnknownModel
from halfopen.flows.asking.ask import LONGEST
from halfopen.flows.asking.bound import bound, reaches
from halfopen.flows.house import House
from halfopen.policy.rules import AUTO, PREFIX
from halfopen.policy.world import Ask
from halfopen.wire.table import DIALECTS


async def models(request: Request, house: House) -> Response:
    """Lanes and offers, in a shape that OpenAI's, Anthropic's and Google's clients read."""
    data = _listed(house, holder_of(request))
    ends = {"first_id": data[0]["id"], "last_id": data[-1]["id"]} if data else {"first_id": None, "last_id": None}
    return json({"object": "list", "data": data, "models": data, "has_more": False, **ends})


async def model(request: Request, house: House) -> Response:
    """One row of the list, or one for any other name that a request may give as its model."""
    id, holder = request.path_params["id"].removeprefix("models/"), holder_of(request)
    rows = {row["id"]: row for row in reversed(_listed(house, holder))}  # of two with one name the first counts
    if id in rows:
        return json(rows[id])
    if not id:
        raise UnknownModel("No model is named here. GET /v1/models, without a slash at its end, lists them all.")
    if len(id) <= LONGEST and _is_served(id, house, holder):
        return json(_row(id, "", "halfopen"))
    near = " or ".join(f"`{name}`" for name in get_close_matches(id[:LONGEST], rows, 3))
    hint = f"Did you mean {near}? " if near else ""
    raise UnknownModel(f"There is no `{id[:LONGEST]}` in the list. {hint}GET /v1/models shows it whole.")


def _listed(house: House, holder: Key | None) -> list[dict[str, Any]]:
    """As far as the caller's key goes."""
    lanes = [(PREFIX + AUTO, "the first lane whose `when` lets a request in", "halfopen")]
    lanes += [
        (PREFIX + name, lane.about, "halfopen") for name, lane in house.policy.lanes.items() if _opens(name, holder)
    ]
    there = [c for c in house.world().candidates if not c.lacks and reaches(holder, c, house.policy.zones)]
    offers, known = [(c.id, c.model, c.provider) for c in there], {word for c in there for word in (c.id, c.model)}
    known |= {name for name, _, _ in lanes} | {name.removeprefix(PREFIX) for name, _, _ in lanes}
    aliases = [(name, target) for name, target in house.policy.aliases.items() if holder is None or target in known]
    told_of = [(name, f"alias of {target}", "halfopen") for name, target in aliases]
    return [_row(*named) for named in (*lanes, *told_of, *offers)]


def _row(id: str, name: str, owner: str) -> dict[str, Any]:
    return {
        "id": id,
        "object": "model",
        "type": "model",
        "created": 0,
        "created_at": "1970-01-01T00:00:00Z",
        "owned_by": owner,
        "display_name": name or id,
        "name": f"models/{id}",
        "displayName": name or id,
        "supportedGenerationMethods": ["generateContent", "countTokens"],
    }


def _opens(lane: str, holder: Key | None) -> bool:
    return holder is None or not holder.lanes or lane in holder.lanes


def _is_served(name: str, house: House, holder: Key | None) -> bool:
    """Whether a request of either dialect could name this as its model, if not this second.

    Raises the fault that it would meet for a name that is known and of no use: AmbiguousModel, Retired.
    """
    try:
        stops = [house.decide(bound(Ask(name, dialect), holder)).decision.stop for dialect in DIALECTS]
    except (UnknownModel, UnknownLane, NotAllowed):
        return False
    if any(stop is None or stop.kind is Resting for stop in stops):
        return True
    if (retired := next((stop for stop in stops if stop and stop.kind is Retired), None)) is not None:
        raise Retired(retired.message)
    return False
