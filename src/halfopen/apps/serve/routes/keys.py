"""Keys over HTTP: make, list, revoke and rotate them, and read the audit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from halfopen.access.key import Key
from halfopen.apps.keys import Told, key_of, plain, rows
from halfopen.apps.serve.routes.answered import json
from halfopen.errors import BadBody, LedgerFull, UnknownPath
from halfopen.flows.asking.keyring import Keyring
from halfopen.flows.house import House
from halfopen.ports.stores import KeyEnded, KeyKeeper, KeyTaken

T = TypeVar("T")
_told = msgspec.json.Decoder(Told)


async def keys(request: Request, house: House) -> Response:
    """Every key, with what it may do and what it may spend; never its secret."""
    table = house.keys.table
    return json({"keys": rows(table.rows() if table else [], house.clock.now())})


async def create(request: Request, house: House) -> Response:
    """Make a key. The answer has its secret, the only time that anybody sees it.

    The body: `name`, and what it is bound to: `role` (inference, viewer, operator, admin), `team`, `owner`, `lanes`,
    `models`, `zone`, `labels`, `budgets` such as 25/month, `expires` such as 90d.
    """
    now = house.clock.now()
    try:
        told = _told.decode(await request.body())
        made = key_of(told, house.policy, _models(house), now, not house.keys.locked)
        shown = await _done(_keeper(house.keys).made, made, who(request), now)
    except (msgspec.DecodeError, UnicodeDecodeError, KeyTaken, ValueError) as why:
        raise BadBody(f'{why}. Send for example {{"name": "ana", "budgets": ["25/month"]}}.') from None
    house.keys.reload()
    return json({"name": made.name, "role": made.role, "key": shown}, 201)


async def revoke(request: Request, house: House) -> Response:
    """A key is of no use from now on; its row and its spending stay."""
    name, now = request.path_params["id"], house.clock.now()
    try:
        found = await _done(_revoked, _keeper(house.keys), name, who(request), now)
    except KeyError:
        raise _unknown(name) from None
    except KeyEnded as why:
        raise BadBody(f"{why}.") from None
    house.keys.reload()
    return json(plain(found, now))


async def rotate(request: Request, house: House) -> Response:
    """Another secret for a key, which the answer has, the only time that anybody sees it."""
    name = request.path_params["id"]
    try:
        shown = await _done(_keeper(house.keys).rotated, name, who(request), house.clock.now())
    except KeyError:
        raise _unknown(name) from None
    except KeyEnded as why:
        raise BadBody(f"{why}.") from None
    house.keys.reload()
    return json({"name": name, "key": shown})


async def audit(request: Request, house: House) -> Response:
    """Who changed which key, when, from what to what: the last thousand lines, the newest last."""
    return json({"lines": await _done(_keeper(house.keys).audit)})


async def _done(work: Callable[..., T], *words: Any) -> T:
    """In a thread: another process may hold the table for a while. Raises LedgerFull where it holds it for too long."""
    try:
        return await asyncio.to_thread(work, *words)
    except OSError as why:
        raise LedgerFull(f"The table of keys cannot be used just now ({why}). Try again.", retry_after=1) from None


def _revoked(keeper: KeyKeeper, name: str, who: str, now: float) -> Key:
    return keeper.changed(name, who, now, "key revoked", revoked=now)


def holder_of(request: Request) -> Key | None:
    """Whose key was shown; None where nobody needs one."""
    found: Key | None = request.scope.get("halfopen.key")
    return found


def who(request: Request) -> str:
    """Whose key was shown, as the audit keeps it."""
    key = holder_of(request)
    return f"{key.name}, over HTTP" if key is not None else "somebody on this machine, over HTTP"


def _keeper(keys: Keyring) -> KeyKeeper:
    if keys.keeper is None:
        raise UnknownPath("This gateway keeps no keys.")
    return keys.keeper


def _models(house: House) -> list[str]:
    candidates = house.world().candidates
    return [*dict.fromkeys(each.model for each in candidates), *(each.id for each in candidates)]


def _unknown(name: str) -> UnknownPath:
    return UnknownPath(f"There is no key `{name[:80]}`; GET /halfopen/keys lists them.")
