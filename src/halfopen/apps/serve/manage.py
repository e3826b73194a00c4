"""The managing routes, a row each: what the gateway offers, what became of a request, where one would go."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route as StarletteRoute

from halfopen import __version__
from halfopen.access.key import Right
from halfopen.apps.serve.openapi import document
from halfopen.apps.serve.page import PAGE
from halfopen.apps.serve.routes import catalog, keys
from halfopen.apps.serve.routes.advising import advise, drill
from halfopen.apps.serve.routes.answered import json
from halfopen.apps.serve.routes.keys import holder_of
from halfopen.apps.serve.routes.listing import model, models
from halfopen.apps.serve.routes.rank import rank
from halfopen.apps.serve.routes.sizing import breakeven, cost, fleet
from halfopen.apps.supposed import Supposed, foreseen
from halfopen.errors import BadBody, CallerFault, UnknownPath
from halfopen.flows.asking.bound import bound
from halfopen.flows.asking.labels import LABELS, with_headers
from halfopen.flows.house import House
from halfopen.money import amount
from halfopen.wire import body as bodies


class Question(msgspec.Struct, forbid_unknown_fields=True):
    """The body of POST /halfopen/explain; its own `body` is one that a client would send."""

    model: str = ""
    dialect: str = "chat"
    stream: bool = False
    lane: str = ""
    zone: str = ""
    task: str = ""
    needs: tuple[str, ...] = ()
    tokens: int | None = None
    facts: dict[str, str] = {}
    body: msgspec.Raw = msgspec.Raw()


_question = msgspec.json.Decoder(Question)


async def front(request: Request, house: House) -> Response:
    """A page for people: what this is and how to call it."""
    return Response(PAGE, media_type="text/html; charset=utf-8")


async def told(request: Request, house: House) -> Response:
    """What became of a request: every attempt with its usage and exact cost, and the decision behind it."""
    id, holder = request.path_params["id"], holder_of(request)
    entries = await house.ledger.find(id)
    if holder is not None and not holder.may("read"):  # its own, and nobody else's
        entries = [entry for entry in entries if entry.key == holder.name]
    if not entries:
        raise UnknownPath(f"There is no request `{id}` in the ledger (yet: a stream is entered when it ends).")
    text = await house.ledger.decision(entries[-1].decision)
    attempts = [
        {**asdict(entry), "cost": None if entry.cost is None else f"{amount(entry.cost):f}"} for entry in entries
    ]
    return json({"request": id, "attempts": attempts, "decision": msgspec.Raw(text or b"null")})


async def explain(request: Request, house: House) -> Response:
    """Where a request of this key would go, and why every other offer would not serve it. Nobody is called."""
    data = await request.body()
    try:
        asked = _question.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as why:
        raise BadBody(f'{why}. Send for example {{"model": "halfopen/private"}}.') from None
    bodies.read(data, once=Question.__struct_fields__)
    labels = {label: said for label in LABELS if (said := getattr(asked, label))}
    labels = with_headers(labels, dict(request.scope["headers"]), inside="")
    supposed = Supposed(
        model=asked.model,
        dialect=asked.dialect,
        stream=asked.stream,
        labels=labels,
        needs=asked.needs,
        tokens=asked.tokens,
        facts=asked.facts,
        body=bytes(asked.body),
    )
    read = supposed.read(house.policy)
    ask = bound(read.ask, holder_of(request))
    return json(foreseen(house.decide(ask, read.facts).decision, read, house.destinations))


async def openapi(request: Request, house: House) -> Response:
    """These routes as an OpenAPI document."""
    parameters = {f"/halfopen/{name}": known for name, known in catalog.PARAMETERS.items()}
    return json(document(ROUTES, parameters, __version__))


async def health(request: Request, house: House) -> Response:
    """Whether the process is alive."""
    return PlainTextResponse("ok\n")


async def ready(request: Request, house: House) -> Response:
    """Whether requests can be served: some offer can be called and the ledger can be written."""
    able = any(not c.lacks for c in house.world().candidates) and not house.ledger.trouble
    return PlainTextResponse("ready\n" if able else "not ready\n", 200 if able else 503)


async def metrics(request: Request, house: House) -> Response:
    """Counters in the Prometheus text format."""
    return Response(house.meter.exposed(), media_type="text/plain; version=0.0.4; charset=utf-8")


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    path: str
    serve: Callable[[Request, House], Awaitable[Response]]
    right: Right = "read"

    def fits(self, path: str) -> bool:
        """Whether a path is this one; an id may hold slashes."""
        begin, brace, _ = self.path.partition("{")
        return path.startswith(begin) if brace else path == self.path

    @property
    def about(self) -> str:
        return (self.serve.__doc__ or "").strip()


ROUTES = (
    Route("GET", "/", front),
    Route("GET", "/v1/models", models, "look"),
    Route("GET", "/v1/models/{id}", model, "look"),
    Route("GET", "/v1beta/models", models, "look"),
    Route("GET", "/v1beta/models/{id}", model, "look"),
    Route("GET", "/halfopen/requests/{id}", told, "look"),
    Route("POST", "/halfopen/explain", explain),
    Route("POST", "/halfopen/rank", rank),
    Route("POST", "/halfopen/advise", advise),
    Route("POST", "/halfopen/drill", drill),
    Route("POST", "/halfopen/cost", cost),
    Route("POST", "/halfopen/breakeven", breakeven),
    Route("POST", "/halfopen/fleet", fleet),
    Route("GET", "/halfopen/models", catalog.models),
    Route("GET", "/halfopen/offers", catalog.offers),
    Route("GET", "/halfopen/compare", catalog.compare),
    Route("GET", "/halfopen/claims", catalog.claims),
    Route("GET", "/halfopen/keys", keys.keys, "operate"),
    Route("POST", "/halfopen/keys", keys.create, "manage"),
    Route("POST", "/halfopen/keys/{id}/revoke", keys.revoke, "manage"),
    Route("POST", "/halfopen/keys/{id}/rotate", keys.rotate, "manage"),
    Route("GET", "/halfopen/audit", keys.audit, "operate"),
    Route("GET", "/halfopen/openapi.json", openapi),
    Route("GET", "/healthz", health),
    Route("GET", "/readyz", ready),
    Route("GET", "/metrics", metrics),
)


def right_of(method: str, path: str) -> Right:
    """The right that a path needs, also with a method that it does not have; where nothing is, that of reading."""
    fits = [route for route in ROUTES if route.fits(path)]
    return next((route.right for route in fits if route.method == method), fits[0].right if fits else "read")


POSTED = frozenset(route.path for route in ROUTES if route.method == "POST")


def application(house: House, on_fault: Callable[[Request, Exception], Awaitable[Response]]) -> Starlette:
    """The routes as an ASGI application; faults go to `on_fault`."""

    def endpoint(route: Route) -> Callable[[Request], Awaitable[Response]]:
        async def serve(request: Request) -> Response:
            return await route.serve(request, house)

        return serve

    routes = [
        StarletteRoute(route.path.replace("{id}", "{id:path}"), endpoint(route), methods=[route.method])
        for route in ROUTES  # a model's id may hold slashes
    ]
    return Starlette(routes=routes, exception_handlers={CallerFault: on_fault, 404: on_fault, 405: on_fault})
