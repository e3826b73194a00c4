"""A house on a stage: offers at scripted upstreams, a clock moved by hand, and a ledger that lives in a list."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any, TypeVar

import msgspec

from halfopen.adapters.http import Client, Endpoint
from halfopen.adapters.telemetry import Counts
from halfopen.catalog.match import Names, OfferNamed
from halfopen.catalog.price import KINDS, PriceLine
from halfopen.catalog.source import Source
from halfopen.errors import LedgerFull
from halfopen.flows import answer
from halfopen.flows.answer import Whole
from halfopen.flows.asking import ask
from halfopen.flows.asking.ask import Asked
from halfopen.flows.house import House
from halfopen.flows.pump import Relay
from halfopen.flows.setup import Destination, Setup
from halfopen.ledger.entry import Entry
from halfopen.ledger.question import Line, Question
from halfopen.policy.rules import Lane, Policy
from halfopen.policy.world import Candidate, World
from halfopen.ports.upstream import Deadlines
from halfopen.testing import HandClock, Received, ScriptedUpstream, Step, wires
from halfopen.wire.called import Called
from halfopen.wire.table import DIALECTS

T = TypeVar("T")
TWO_AND_TEN = PriceLine(
    since=date(2026, 1, 1),
    input=Decimal(2),
    output=Decimal(10),
    source=Source(name="the test", checked=date(2026, 1, 1)),
)
PATHS = {name: dialect.path for name, dialect in DIALECTS.items()}
ERROR: Mapping[str, object] = {"error": {"message": "out of order", "type": "server_error"}}


def run(story: Coroutine[Any, Any, T], seconds: float = 20) -> T:
    """Runs a test's story. Raises TimeoutError where it would never end."""
    return asyncio.run(asyncio.wait_for(story, seconds))


class Rows:
    """Implements `ports.stores.LedgerStore` in a list. While `full` it writes nothing, as a disk does."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.decisions: dict[str, bytes] = {}
        self.full = False

    @property
    def trouble(self) -> str:
        return "the list is full" if self.full else ""

    def append(self, entry: Entry, decision: tuple[str, bytes]) -> None:
        if self.full:
            raise LedgerFull("The list is full.")
        self.entries.append(entry)
        if decision[0]:
            self.decisions.setdefault(*decision)

    async def find(self, request: str) -> list[Entry]:
        return sorted((row for row in self.entries if row.request == request), key=lambda row: row.attempt)

    async def decision(self, digest: str) -> bytes | None:
        return self.decisions.get(digest)

    async def answer(self, question: Question) -> tuple[Line, ...]:
        groups: dict[tuple[tuple[str, ...], bool], list[Entry]] = {}
        for row in filter(lambda row: _asked_for(row, question), self.entries):
            groups.setdefault((tuple(_said(row, each) for each in question.by), row.simulated), []).append(row)
        return tuple(_line(group, simulated, rows) for (group, simulated), rows in sorted(groups.items()))


def _said(row: Entry, group: str) -> str:
    value = getattr(row, group)
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _asked_for(row: Entry, question: Question) -> bool:
    early = question.since is not None and row.at < question.since
    late = question.until is not None and row.at >= question.until
    return not (early or late) and all(_said(row, group) == value for group, value in question.where.items())


def _line(group: tuple[str, ...], simulated: bool, rows: Sequence[Entry]) -> Line:
    tokens: Counter[str] = Counter()
    cost: Counter[str] = Counter()
    for row in rows:
        tokens.update({kind: row.usage.get(kind, 0) for kind in KINDS})
        cost.update({row.currency: row.cost} if row.cost is not None else {})
    return Line(
        group=group,
        simulated=simulated,
        attempts=len(rows),
        requests=len({row.request for row in rows}),
        unpriced=sum(row.cost is None for row in rows),
        estimated=sum(row.usage_from == "estimated" for row in rows),
        faults=sum(bool(row.fault) for row in rows),
        tokens=tokens,
        cost=cost,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an offer is found and what it costs."""

    port: int
    host: str = "127.0.0.1"
    scheme: str = "http"
    zone: str = "anywhere"
    prices: tuple[PriceLine, ...] = (TWO_AND_TEN,)
    deadlines: Deadlines = Deadlines(connect=5, first_byte=5, between_bytes=5, total=10)
    quirks: tuple[str, ...] = ()


def at(up: ScriptedUpstream, **more: Any) -> Place:
    """The place of an upstream that listens."""
    return Place(host=up.host, port=up.port, **more)


@dataclass(slots=True, kw_only=True)
class Stage:
    """A house whose offers are `m@` and the name of their place; `halfopen/all` tries them in that order."""

    house: House
    clock: HandClock
    rows: Rows
    numbers: count[int] = field(default_factory=lambda: count(1))

    def asked(
        self, name: str = "halfopen/all", *, dialect: str = "chat", headers: Mapping[bytes, bytes] = {}, **more: object
    ) -> Asked:
        """A request as the gateway would read it."""
        body = {"model": name, "messages": [{"role": "user", "content": "Hello"}], **more}
        if dialect == "messages":
            body.setdefault("max_tokens", 9)
        id = f"req-{next(self.numbers)}"
        return ask.read(id, Called(DIALECTS[dialect]), msgspec.json.encode(body), headers, self.clock.ticks())

    async def whole(self, name: str = "halfopen/all", **more: Any) -> Whole:
        """An unstreamed answer. Raises Fault."""
        given = await answer.answer(self.asked(name, **more), self.house)
        assert isinstance(given, Whole)
        return given

    async def relay(self, name: str = "halfopen/all", **more: Any) -> Relay:
        """A stream that has begun. Raises Fault."""
        given = await answer.answer(self.asked(name, stream=True, **more), self.house)
        assert isinstance(given, Relay)
        return given

    def told(self) -> list[tuple[int, str, str, bool]]:
        """Of each row: the attempt's number, its provider, its fault, and whether it was the caller's answer."""
        return [(row.attempt, row.provider, row.fault, row.final) for row in self.rows.entries]


@asynccontextmanager
async def staged(
    places: Mapping[str, Place],
    *,
    clients: Callable[[str, Iterable[Endpoint]], Client] = lambda zone, endpoints: Client(endpoints),
    clock: HandClock | None = None,
) -> AsyncIterator[Stage]:
    """Builds the house. `clients` makes the client of each zone from the endpoints it may reach."""
    policy = Policy(lanes={"all": Lane()}, default_lane="all", direct=("order",))
    clock, rows = clock or HandClock(), Rows()
    async with AsyncExitStack() as stack:
        upstreams = {}
        for reach, zone in enumerate(policy.zones):
            inside = [place for place in places.values() if place.zone in policy.zones[: reach + 1]]
            endpoints = {Endpoint(place.host, place.port, place.scheme) for place in inside}
            upstreams[zone] = clients(zone, endpoints)
            stack.push_async_callback(upstreams[zone].close)
        house = House(
            setup=Setup(
                policy=policy,
                make_world=lambda day, version, first: _world(places, day, version, first),
                destinations={f"m@{name}": _destination(place) for name, place in places.items()},
                upstreams=upstreams,
            ),
            ledger=rows,
            meter=Counts(),
            clock=clock,
            new_id=lambda: "req-new",
        )
        yield Stage(house=house, clock=clock, rows=rows)


def _world(places: Mapping[str, Place], day: date, version: int, first: Mapping[str, float]) -> World:
    candidates = tuple(
        Candidate(
            id=f"m@{name}",
            model="m",
            provider=name,
            served_as=f"served-by-{name}",
            order=order,
            zone=place.zone,
            hosting="hosted",
            dialects=frozenset(PATHS),
        )
        for order, (name, place) in enumerate(places.items())
    )
    ids = {candidate.id: candidate.id for candidate in candidates}
    names = Names({id: OfferNamed(id) for id in ids}, {}, ids)
    return World(version=version, day=day, candidates=candidates, names=names, first_token=first)


def _destination(place: Place) -> Destination:
    return Destination(
        scheme=place.scheme,
        host=place.host,
        port=place.port,
        targets=PATHS,
        headers=((b"authorization", b"Bearer ours"),),
        quirks=place.quirks,
        prices=place.prices,
        deadlines=place.deadlines,
    )


def well(received: Received) -> list[Step]:
    """Answers as asked, in both dialects: ten tokens in, five out, `Hello`."""
    stream = received.json().get("stream") is True
    if received.target == PATHS["messages"]:
        return wires.messages_stream(["Hel", "lo"]) if stream else wires.messages_answer("Hello")
    if stream:
        return wires.chat_stream(["Hel", "lo"], include_usage=wires.wants_usage(received))
    return wires.chat_answer("Hello")


async def read_out(relay: Relay) -> bytes:
    """All that a stream hands over."""
    data = b""
    while not relay.over:
        data += await relay.read()
    await relay.close()
    return data
