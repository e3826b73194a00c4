"""The whole gateway as one ASGI application: the hot routes first, everything else by Starlette."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from halfopen.apps.serve.doors import Doors, Message, Receive, Scope, Send
from halfopen.apps.serve.inference import KEPT_AT, Inference, dialect_for, ids, kept, refuse
from halfopen.apps.serve.manage import POSTED, ROUTES, application, right_of
from halfopen.errors import Fault, Stopping, Unexpected, UnknownPath, WrongMethod
from halfopen.flows.house import House
from halfopen.flows.leaving import why
from halfopen.wire.called import called
from halfopen.wire.operations.table import BY_PATH as OPERATIONS
from halfopen.wire.table import BY_PATH, GEMINI, Dialect

_log = logging.getLogger("halfopen")


class Gateway:
    """Paths are matched as they were received, before any decoding."""

    def __init__(self, house: House, doors: Doors) -> None:
        self._inference = Inference(house, doors)
        self._manage = application(house, self._told)
        self._house = house
        self._doors = doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if (asked := called(scope["raw_path"].decode("latin-1"))) is not None:
            await self._inference(asked, scope, receive, send)
            return
        if scope["raw_path"].startswith(KEPT_AT):
            path = scope["raw_path"].removeprefix(KEPT_AT).decode("latin-1")
            await kept(path, scope, self._house, self._doors, send)
            return
        dialect, id = dialect_for(dict(scope["headers"])), self._house.new_id()
        scope["halfopen"] = id
        try:
            headers, holder = self._doors.enter(scope, right_of(scope["method"], scope["path"]))
            scope["halfopen.key"] = holder
            read = scope["method"] == "POST" and scope["path"] in POSTED  # the body of what is a 405 is nobody's
            body = await self._doors.body(headers, receive) if read else b""
            await self._manage(scope, _replayed(body), _signed(send, dialect, id))
        except Fault as fault:
            await refuse(fault, dialect, id, send)
        except asyncio.CancelledError as cancelled:
            reason, work = why(cancelled), asyncio.current_task()
            if work is None or not isinstance(reason, Stopping):
                raise
            work.uncancel()
            await refuse(reason, dialect, id, send)

    async def _told(self, request: Request, error: Exception) -> Response:
        """Faults of the managing routes, and Starlette's own 404 and 405, in the caller's dialect."""
        fault = error if isinstance(error, Fault) else _fault(request, error)
        dialect = dialect_for(dict(request.scope["headers"]))
        body = dialect.error(fault, request.scope["halfopen"])
        return Response(body, fault.status, media_type="application/json")


def guarded(gateway: Gateway, new_id: Callable[[], str]) -> ASGIApp:
    """The gateway, with a defect of ours told in the caller's dialect and its traceback kept for the log."""

    async def defect(request: Request, error: Exception) -> Response:
        id = new_id()
        _log.error("request %s met a defect: the traceback follows", id)
        fault = Unexpected(f"halfopen failed on this request; its log says why, under {id}.")
        asked, headers = called(request.scope["raw_path"].decode("latin-1")), dict(request.scope["headers"])
        dialect = asked.dialect if asked else dialect_for(headers)
        named = {name.decode(): value.decode() for name, value in ids(dialect, id)}
        return Response(dialect.error(fault, id), fault.status, named, media_type="application/json")

    return ServerErrorMiddleware(gateway, handler=defect)


def _fault(request: Request, error: Exception) -> Fault:
    named = (f"{each.path}{{model}}:generateContent" if each is GEMINI else each.path for each in BY_PATH.values())
    paths = sorted({*named, *OPERATIONS, *(route.path for route in ROUTES)})
    if isinstance(error, HTTPException) and error.status_code == 405:
        return WrongMethod(f"{request.url.path} is not called with {request.method}.")
    return UnknownPath(f"There is nothing at this path. There is {', '.join(paths)}.")


def _signed(send: Send, dialect: Dialect, id: str) -> Send:
    async def signed(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *ids(dialect, id)]
        await send(message)

    return signed


def _replayed(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
