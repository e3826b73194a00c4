"""Simulated providers, closed, hosted and self-hosted, so that every lane can be tried without a key or a network.

They are real HTTP servers that speak real `chat` and `messages` and stream at the speed and with the faults
stated in SIMULATED. Everything about them says that it is simulated: names, answers, ratings and the ledger.
"""

from __future__ import annotations

import logging
import random
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from halfopen.apps.settings import Settings, zone_names
from halfopen.catalog.model import Model, Rating, Weights
from halfopen.catalog.offer import Offer
from halfopen.catalog.price import PriceLine
from halfopen.catalog.provider import Hosting, Provider
from halfopen.catalog.snapshot import Catalog
from halfopen.catalog.source import Source
from halfopen.errors import Refused
from halfopen.testing import Received, Script, ScriptedUpstream, Step, Wait, wires
from halfopen.wire.faults import UNREADABLE
from halfopen.wire.table import DIALECTS

JSON = ((b"content-type", b"application/json"),)
SOURCE = Source(name="simulated: invented for the sandbox", checked=date(2026, 11, 24))
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """One provider with one model. Times are in seconds; `faults` is the share of calls answered with a 503."""

    provider: str
    model: str
    hosting: Hosting
    weights: Weights
    circle: int  # among the team's zones: 0 is the innermost, -1 the outermost
    rating: int
    input: str  # USD per million tokens
    output: str
    first_token: float
    tokens_a_second: float
    faults: float


SIMULATED = (
    Simulated(
        provider="sim-closed",
        model="sim-closed-large",
        hosting="closed",
        weights="closed",
        circle=-2,
        rating=1480,
        input="2",
        output="10",
        first_token=0.25,
        tokens_a_second=80,
        faults=0.01,
    ),
    Simulated(
        provider="sim-hosted",
        model="sim-open-medium",
        hosting="hosted",
        weights="open",
        circle=-1,
        rating=1400,
        input="0.3",
        output="1.2",
        first_token=0.4,
        tokens_a_second=60,
        faults=0.05,
    ),
    Simulated(
        provider="sim-home",
        model="sim-open-small",
        hosting="self_hosted",
        weights="open",
        circle=0,
        rating=1310,
        input="0.5",
        output="0.5",
        first_token=0.15,
        tokens_a_second=30,
        faults=0.0,
    ),
)


@asynccontextmanager
async def running(settings: Settings, seed: int) -> AsyncIterator[tuple[Catalog, Settings]]:
    """Starts the servers. Yields a catalog of nothing else, and the settings with the sandbox's zones drawn."""
    async with AsyncExitStack() as stack:
        ports = {}
        for row in SIMULATED:
            script = Simulation(row, random.Random(f"{seed}/{row.provider}"))
            ports[row.provider] = await stack.enter_async_context(serving(row.provider, script))
        yield _catalog(ports), _settings(settings)


@asynccontextmanager
async def serving(provider: str, script: Script) -> AsyncIterator[int]:
    """Starts one server and yields its port. What its script raises is logged at the end, and ends nothing else."""
    upstream = ScriptedUpstream(script, remember=False)
    await upstream.start()
    try:
        yield upstream.port
    finally:
        await upstream.stop()
        for defect in upstream.defects[:1]:
            _log.error("%s failed at %d requests, first so:", provider, len(upstream.defects), exc_info=defect)


class Simulation:
    """A script for a ScriptedUpstream: answers what it is asked, in the dialect of the path."""

    def __init__(self, row: Simulated, dice: random.Random) -> None:
        self._row = row
        self._dice = dice

    def __call__(self, received: Received) -> Iterable[Step]:
        row = self._row
        if self._dice.random() < row.faults:
            return wires.error(503, {"error": {"message": "simulated fault", "type": "server_error"}})
        try:
            asked = received.json()
        except UNREADABLE as why:
            fault = Refused(f"The body is no JSON object that {row.provider} can read: {why}")
            return wires.error(400, DIALECTS[_dialect(received)].error(fault, "req_simulated"), JSON)
        said = f"This is a simulated answer of {row.model} at {row.provider}. Nothing was computed and nobody paid."
        words = said.split()
        pieces = [word if i == 0 else " " + word for i, word in enumerate(words)]
        usage = wires.Usage(input=max(len(received.body) // 4, 1), output=len(pieces))
        return self._paced(asked, received, pieces, usage)

    def _paced(
        self, asked: Mapping[str, object], received: Received, pieces: list[str], usage: wires.Usage
    ) -> Iterable[Step]:
        chat, model, beat = _dialect(received) == "chat", self._row.model, 1 / self._row.tokens_a_second
        yield Wait(self._row.first_token)
        if not asked.get("stream"):
            yield Wait(beat * len(pieces))
            whole = wires.chat_answer if chat else wires.messages_answer
            yield from whole("".join(pieces), model=model, usage=usage)
            return
        if chat:
            wanted = wires.wants_usage(received)
            steps = wires.chat_stream(pieces, model=model, usage=usage, include_usage=wanted)
        else:
            steps = wires.messages_stream(pieces, model=model, usage=usage)
        for step in steps:
            yield step
            yield Wait(beat)


def _dialect(received: Received) -> str:
    return "chat" if received.target.endswith("/chat/completions") else "messages"


def _catalog(ports: Mapping[str, int]) -> Catalog:
    rows = {row.provider: row for row in SIMULATED}
    return Catalog(
        models={row.model: _model(row) for row in SIMULATED},
        providers={name: _provider(row, ports[name]) for name, row in rows.items()},
        offers={offer.id: offer for offer in map(_offer, SIMULATED)},
    )


def _model(row: Simulated) -> Model:
    score = Decimal(row.rating)
    rating = Rating(score=score, low=score - 5, high=score + 5, board="simulated", day=SOURCE.checked, source=SOURCE)
    title = f"{row.model} (simulated)"
    return Model(
        name=row.model,
        title=title,
        lab="simulated",
        weights=row.weights,
        modalities=(),
        ratings=(rating,),
        sources=(SOURCE,),
        simulated=True,
    )


def _provider(row: Simulated, port: int) -> Provider:
    return Provider(
        name=row.provider,
        title=f"{row.provider} (simulated)",
        hosting=row.hosting,
        operator="simulated",
        base_url=f"http://127.0.0.1:{port}",
        dialects={"chat": "/v1/chat/completions", "messages": "/v1/messages"},
        auth="none",
        sources=(SOURCE,),
        simulated=True,
    )


def _offer(row: Simulated) -> Offer:
    line = PriceLine(since=date(2026, 1, 1), input=Decimal(row.input), output=Decimal(row.output), source=SOURCE)
    return Offer(model=row.model, provider=row.provider, served_as=row.model, prices=(line,), sources=(SOURCE,))


def _settings(settings: Settings) -> Settings:
    """The team's lanes, aliases and circles; of providers only the sandbox's, so that nothing can be spent."""
    names = zone_names(settings.zones)
    zones: dict[str, tuple[str, ...]] = dict.fromkeys(names, ())
    for row in SIMULATED:
        zones[names[row.circle]] += (row.provider,)
    return Settings(
        listen=settings.listen,
        zones=zones,
        lanes=settings.lanes,
        aliases=settings.aliases,
        default_lane=settings.default_lane,
        direct=settings.direct,
        deadlines=settings.deadlines,
    )
