"""A connection that is being made has an owner: it is handed to a call, or nothing of it is left."""

from __future__ import annotations

import asyncio
import functools
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

import pytest
import trustme

from halfopen.adapters.http import Client, Endpoint, client
from halfopen.adapters.http.pool import Pool
from halfopen.adapters.http.protocol import Connection
from halfopen.errors import ConnectFailed, Truncated
from halfopen.ports.upstream import Reply
from halfopen.testing.contracts.upstream import Place
from halfopen.testing.contracts.upstream.connecting import promptly
from halfopen.testing.contracts.upstream.door import Door
from halfopen.testing.contracts.upstream.place import PATIENCE, Caller, fault_of
from tests.adapters.http.clients import SUBJECTS, Subject
from tests.adapters.http.worlds import Proxy, certified, relay, trusting

AFTERWARDS = 6  # turns of the loop for which a test goes on when the upstream has let a connection in

OURS = {name: subject for name, subject in SUBJECTS.items() if name.startswith("ours")}
on_both_loops = pytest.mark.parametrize("subject", OURS.values(), ids=OURS.keys())
on_every_way = pytest.mark.parametrize(
    ("scheme", "proxied"),
    [("http", False), ("https", False), ("http", True), ("https", True)],
    ids=["tcp", "tls", "tcp-proxy", "tls-proxy"],
)


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    return trustme.CA()


@dataclass(slots=True)
class Frozen:
    """An upstream that lets everybody in and does nothing from then on: it gives no answer, and no goodbye."""

    inside: list[asyncio.Transport] = field(default_factory=list)

    def __call__(self) -> asyncio.Protocol:
        return Guest(self.inside)


class Guest(asyncio.Protocol):
    def __init__(self, inside: list[asyncio.Transport]) -> None:
        self._inside = inside

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        reading = cast(asyncio.Transport, transport)
        reading.pause_reading()
        self._inside.append(reading)


@dataclass(frozen=True, slots=True)
class World:
    """A frozen upstream, with a door before it that sees every socket; the door is a proxy where the way has one."""

    upstream: Frozen
    door: Door
    way: Endpoint
    tls: ssl.SSLContext

    def client(self) -> Client:
        return Client([self.way], tls=self.tls)

    def call(self, made: Client) -> asyncio.Task[Reply]:
        return asyncio.create_task(Caller(made, Place(self.way.scheme, self.way.host, self.way.port)).call())

    async def way_in(self) -> int:
        """How many turns of the loop a call takes until the upstream has let it in."""
        made, turns = self.client(), 0
        task = self.call(made)
        while not self.upstream.inside:
            await asyncio.sleep(0)
            turns += 1
        await made.close()
        assert isinstance(await fault_of(task), ConnectFailed | Truncated)
        await self.door.emptied()
        return turns


@asynccontextmanager
async def frozen_at(ca: trustme.CA, scheme: str, proxied: bool) -> AsyncIterator[World]:
    upstream = Frozen()
    tls = certified(ca, ["127.0.0.1"]) if scheme == "https" else None
    server = await asyncio.get_running_loop().create_server(upstream, "127.0.0.1", 0, ssl=tls)
    goal = server.sockets[0].getsockname()
    handler = Proxy(goal) if proxied else functools.partial(relay, goal=goal)
    try:
        async with asyncio.timeout(PATIENCE), Door(handler) as door:
            proxy = f"{door.host}:{door.port}" if proxied else None
            way = Endpoint("127.0.0.1", goal[1] if proxied else door.port, scheme, proxy=proxy)
            yield World(upstream, door, way, trusting(ca))
    finally:
        for transport in upstream.inside:
            transport.abort()
        server.close()


def pool_of(made: Client, way: Endpoint) -> Pool:
    return made._routes[way.key].pool


@on_both_loops
@on_every_way
def test_a_call_that_is_cancelled_at_any_turn_leaves_nothing_behind(
    subject: Subject, ca: trustme.CA, scheme: str, proxied: bool
) -> None:
    async def main() -> None:
        async with frozen_at(ca, scheme, proxied) as world:
            for turns in range(await world.way_in() + AFTERWARDS):
                made = world.client()
                task = world.call(made)
                for _ in range(turns):
                    await asyncio.sleep(0)
                task.cancel()
                await asyncio.wait([task])
                assert task.cancelled()
                assert await promptly(world.door.emptied()), f"a socket is left after turn {turns}"
                assert pool_of(made, world.way).alive == set(), f"a connection is kept after turn {turns}"
                assert await promptly(made.close())

    subject.run(main())


@on_both_loops
@on_every_way
def test_a_client_that_is_closed_at_any_turn_of_a_call_ends_it_and_leaves_nothing_behind(
    subject: Subject, ca: trustme.CA, scheme: str, proxied: bool
) -> None:
    async def main() -> None:
        async with frozen_at(ca, scheme, proxied) as world:
            for turns in range(await world.way_in() + AFTERWARDS):
                made = world.client()
                task = world.call(made)
                for _ in range(turns):
                    await asyncio.sleep(0)
                assert await promptly(made.close()), f"long in closing at turn {turns}"
                assert await promptly(world.door.emptied()), f"a socket is left after turn {turns}"
                assert pool_of(made, world.way).alive == set(), f"a connection is kept after turn {turns}"
                assert "client was closed" in (await fault_of(task)).message

    subject.run(main())


@on_both_loops
@pytest.mark.parametrize("proxied", [False, True], ids=["in TLS", "by the proxy"])
def test_a_client_that_is_closed_ends_a_call_that_is_kept_waiting(
    subject: Subject, ca: trustme.CA, proxied: bool
) -> None:
    async def main() -> None:
        asked = asyncio.Event()

        async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while await reader.read(65536):
                asked.set()

        async with asyncio.timeout(PATIENCE), Door(listen) as door:
            proxy = f"{door.host}:{door.port}" if proxied else None
            way = Endpoint(door.host, door.port, "https", proxy=proxy)
            made = Client([way], tls=trusting(ca))
            task = asyncio.create_task(Caller(made, Place("https", door.host, door.port)).call())
            await asked.wait()
            assert await promptly(made.close())
            assert await promptly(door.emptied())
            fault = await fault_of(task)
            assert isinstance(fault, ConnectFailed)
            assert "client was closed" in fault.message

    subject.run(main())


@on_both_loops
def test_a_closed_client_waits_for_nobodys_goodbye(subject: Subject, ca: trustme.CA) -> None:
    async def main() -> None:
        async with frozen_at(ca, "https", False) as world:
            made = world.client()
            tasks = [world.call(made) for _ in range(3)]
            while len(world.upstream.inside) < len(tasks):
                await asyncio.sleep(0)
            assert await promptly(made.close())
            assert await promptly(world.door.emptied())
            assert [type(await fault_of(task)) for task in tasks] == [Truncated] * len(tasks)

    subject.run(main())


class Deaf(asyncio.Transport):
    """A transport that is told to end and reports none."""

    aborted = 0

    def is_closing(self) -> bool:
        return self.aborted > 0

    def abort(self) -> None:
        self.aborted += 1


def test_an_end_that_no_loop_reports_is_not_waited_for_longer_than_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "CLOSE_SECONDS", 0.02)
    way = Endpoint("127.0.0.1", 1, "http")

    async def main() -> None:
        made, deaf = Client([way]), Deaf()
        connection = Connection(way.name, pool_of(made, way), 30.0)
        connection.connection_made(deaf)
        closing = asyncio.create_task(made.close())
        await asyncio.sleep(0)
        assert deaf.aborted == 1
        assert not closing.done()
        assert await promptly(closing)
        connection.connection_lost(None)
        assert pool_of(made, way).alive == set()

    asyncio.run(main())


def test_a_connection_that_is_reported_after_it_was_given_up_is_aborted() -> None:
    way = Endpoint("127.0.0.1", 1, "http")

    async def main() -> None:
        pool, deaf = Pool(1), Deaf()
        connection = Connection(way.name, pool, 30.0)
        assert pool.alive == {connection}
        connection.give_up()
        assert pool.alive == set()
        connection.connection_made(deaf)
        assert deaf.aborted == 1
        assert pool.alive == set()
        connection.connection_lost(None)
        assert connection.gone.done()

    asyncio.run(main())
