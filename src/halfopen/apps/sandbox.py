"""Simulated providers, closed, hosted and self-hosted, so that every lane can be tried without a key or a network.

They are real HTTP servers that speak real `chat` and `messages` and stream at the speed and with the faults of their
rows. Three are invented; the others play the offers that the team's lanes name in `require.offers`, with the facts and
the prices that these have. Nobody else is called: where they are and what they speak is said here for all of them.
Everything about them says that it is simulated: titles, answers and the ledger.
"""

from __future__ import annotations

import logging
import random
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from halfopen.apps.config.environment import Environment
from halfopen.apps.config.settings import OwnOffer, Settings, zone_names
from halfopen.apps.roster import Roster, roster
from halfopen.apps.wiring import with_engines
from halfopen.catalog.model import Model, Weights
from halfopen.catalog.offer import Offer
from halfopen.catalog.price import PriceLine
from halfopen.catalog.provider import Hosting, Provider
from halfopen.catalog.snapshot import Catalog
from halfopen.catalog.source import Source
from halfopen.errors import Refused
from halfopen.policy.rules import Lane
from halfopen.policy.strategies import places
from halfopen.testing import Received, Script, ScriptedUpstream, Step, Wait, wires
from halfopen.wire.faults import UNREADABLE
from halfopen.wire.table import DIALECTS

JSON = ((b"content-type", b"application/json"),)
SPOKEN = {"chat": "/v1/chat/completions", "messages": "/v1/messages"}
SOURCE = Source(name="simulated: invented for the sandbox", checked=date(2026, 11, 24))
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """One offer, and how its provider is played: times are in seconds, `faults` is the share of calls that get a 503.

    The rows of one provider say the same of it.
    """

    offer: Offer
    model: Model
    provider: Provider  # as it is told; `_played` says how it is reached
    circle: int  # among the team's zones: 0 is the innermost, -1 the outermost
    rating: float | None  # of the offer itself, as a team gives one
    first_token: float = 0.2
    tokens_a_second: float = 60
    faults: float = 0.0


def _offer(model: str, provider: str, input: str, output: str) -> Offer:
    """Prices are in USD per million tokens."""
    line = PriceLine(since=date(2026, 1, 1), input=Decimal(input), output=Decimal(output), source=SOURCE)
    return Offer(model=model, provider=provider, served_as=model, prices=(line,), sources=(SOURCE,))


def _model(name: str, weights: Weights) -> Model:
    title = f"{name} (simulated)"
    return Model(
        name=name, title=title, lab="simulated", weights=weights, modalities=(), sources=(SOURCE,), simulated=True
    )


def _provider(name: str, hosting: Hosting) -> Provider:
    return Provider(name=name, title=name, hosting=hosting, operator="simulated", dialects=SPOKEN, sources=(SOURCE,))


SIMULATED = (
    Simulated(
        offer=_offer("sim-closed-large", "sim-closed", "2", "10"),
        model=_model("sim-closed-large", "closed"),
        provider=_provider("sim-closed", "closed"),
        circle=-2,
        rating=1480,
        first_token=0.25,
        tokens_a_second=80,
        faults=0.01,
    ),
    Simulated(
        offer=_offer("sim-open-medium", "sim-hosted", "0.3", "1.2"),
        model=_model("sim-open-medium", "open"),
        provider=_provider("sim-hosted", "hosted"),
        circle=-1,
        rating=1400,
        first_token=0.4,
        tokens_a_second=60,
        faults=0.05,
    ),
    Simulated(
        offer=_offer("sim-open-small", "sim-home", "0.5", "0.5"),
        model=_model("sim-open-small", "open"),
        provider=_provider("sim-home", "self_hosted"),
        circle=0,
        rating=1310,
        first_token=0.15,
        tokens_a_second=30,
        faults=0.0,
    ),
)


@asynccontextmanager
async def running(catalog: Catalog, settings: Settings, seed: int) -> AsyncIterator[tuple[Catalog, Settings]]:
    """Starts the servers. Yields a catalog of their offers and no others, and the settings with their zones drawn.

    Raises documents.Complaints for rows of the team's that do not fit the catalog.
    """
    book = roster(catalog, with_engines(settings, dict.fromkeys(settings.engines, 1)), Environment())
    planned = tuple(_planned(book, settings.lanes))
    rows = (*planned, *SIMULATED)
    async with AsyncExitStack() as stack:
        ports = {}
        for name, row in {row.provider.name: row for row in rows}.items():
            script = Simulation(row, random.Random(f"{seed}/{name}"))
            ports[name] = await stack.enter_async_context(serving(name, script))
        # A rating is a place on the scale of all that is rated, so with one real model come the others.
        scale = book.catalog.models if planned else {}
        simulated = Catalog(
            models={**scale, **{row.model.name: row.model for row in rows}},
            providers={row.provider.name: _played(row.provider, ports[row.provider.name]) for row in rows},
            offers={row.offer.id: row.offer for row in rows},
            exchange=book.catalog.exchange,
        )
        yield simulated, _settings(settings, rows)


def _planned(book: Roster, lanes: Mapping[str, Lane]) -> Iterator[Simulated]:
    """The offers that lanes name in `require.offers`, in the order of the book; a name that is not in it adds none."""
    named = {id for lane in lanes.values() for id in places(lane)}
    for id, offer in book.catalog.offers.items():
        if id in named and "chat" in offer.operations:
            yield Simulated(
                offer=replace(offer, dialects=None, operations=("chat",)),
                model=book.catalog.models[offer.model],
                provider=book.catalog.providers[offer.provider],
                circle=book.zones.index(book.zone_of.get(offer.provider, book.zones[-1])),
                rating=book.ratings.get(id),
            )


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
    """A script for a ScriptedUpstream: answers as the model that it is asked for, in the dialect of the path."""

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
            fault = Refused(f"The body is no JSON object that {row.provider.name} can read: {why}")
            return wires.error(400, DIALECTS[_dialect(received)].error(fault, "req_simulated"), JSON)
        model = str(asked.get("model", row.offer.served_as))
        said = f"This is a simulated answer of {model} at {row.provider.name}. Nothing was computed and nobody paid."
        words = said.split()
        pieces = [word if i == 0 else " " + word for i, word in enumerate(words)]
        usage = wires.Usage(input=max(len(received.body) // 4, 1), output=len(pieces))
        return self._paced(asked, received, model, pieces, usage)

    def _paced(
        self, asked: Mapping[str, object], received: Received, model: str, pieces: list[str], usage: wires.Usage
    ) -> Iterable[Step]:
        chat, beat = _dialect(received) == "chat", 1 / self._row.tokens_a_second
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


def _played(row: Provider, port: int) -> Provider:
    """What is known of a provider, and nothing of how it is reached: no address, key, signature or proxy of it."""
    return Provider(
        name=row.name,
        title=f"{row.title} (simulated)",
        hosting=row.hosting,
        operator=row.operator,
        home=row.home,
        base_url=f"http://127.0.0.1:{port}",
        dialects=SPOKEN,
        auth="none",
        countries=row.countries,
        storage=row.storage,
        compliance=row.compliance,
        sources=row.sources,
        disagreements=row.disagreements,
        simulated=True,
    )


def _settings(settings: Settings, rows: Iterable[Simulated]) -> Settings:
    """The team's lanes, aliases and circles; of providers only the sandbox's, so that nothing can be spent."""
    names = zone_names(settings.zones)
    zones: dict[str, tuple[str, ...]] = dict.fromkeys(names, ())
    for provider, circle in {row.provider.name: row.circle for row in rows}.items():
        zones[names[circle]] += (provider,)
    return Settings(
        listen=settings.listen,
        zones=zones,
        offers=tuple(_own(row.offer, row.rating) for row in rows if row.rating is not None),
        lanes=settings.lanes,
        aliases=settings.aliases,
        default_lane=settings.default_lane,
        direct=settings.direct,
        most_tries=settings.most_tries,
        deadlines=settings.deadlines,
    )


def _own(offer: Offer, rating: float) -> OwnOffer:
    """An offer with a rating of its own, which only a team's row can have: one that was written so loses nothing."""
    return OwnOffer(
        model=offer.model,
        provider=offer.provider,
        served_as=offer.served_as,
        rating=rating,
        context=offer.context,
        prices=offer.prices,
        free=offer.free,
        tuned=offer.tuned,
    )
