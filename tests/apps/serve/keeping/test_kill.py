"""64 clients on one key with a dollar left, and kill -9 at random: no more is spent than was in flight when it died.

`make campaigns` kills a hundred times; `make test` a few.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest

from halfopen.access.key import Key
from halfopen.adapters.engines import free_port
from halfopen.adapters.sqlite.access import access
from halfopen.limits.budget import Budget
from halfopen.money import PICO
from halfopen.testing import Received, ScriptedUpstream, Step, wires
from tests.apps.serve.gateways import CHAT, outside, over, post, run, written
from tests.apps.serve.test_kill import chunks, said

CLIENTS, DOLLAR = 64, PICO
INTO, OUT = 40, 9
EACH = (2 * INTO + 10 * OUT) * PICO // 10**6 * 10  # at ten times the prices of the other tests
PRICES = ({"since": "2026-01-01", "input": "20", "output": "100", "source": {"name": "test", "checked": "2026-01-01"}},)
BODY = b'{"model":"m-up","messages":[{"role":"user","content":"Hi"}],"max_tokens":9%s}'


@dataclass(slots=True)
class Provider:
    """Counts what it was asked to do, whatever became of it: that is what it will charge for."""

    asked: int = 0

    def __call__(self, received: Received) -> Iterable[Step]:
        self.asked += 1
        usage = wires.Usage(input=INTO, output=OUT)
        if b'"stream":true' in received.body:
            return wires.chat_stream(["a", "b"], usage=usage, include_usage=True)
        return wires.chat_answer("ab", usage=usage)


@dataclass(slots=True)
class Clients:
    """What was received whole, by request; how often a budget refused, and how many were cut off."""

    key: bytes
    port: int = 0
    whole: list[str] = field(default_factory=list)
    refused: int = 0
    cut: int = 0

    async def call(self, number: int) -> None:
        """Calls until nobody is there any more."""
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return
        try:
            while True:
                number += 1
                await self._once(reader, writer, number % 3 == 0)
        except (ConnectionError, asyncio.IncompleteReadError):
            self.cut += 1
        finally:
            writer.transport.abort()

    async def _once(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, stream: bool) -> None:
        body = BODY % (b',"stream":true' if stream else b"")
        sent = post(self.port, CHAT, body, b"authorization: Bearer %b\r\n" % self.key)
        writer.write(sent.replace(b"connection: close\r\n", b""))
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        if head.startswith(b"http/1.1 429"):
            await reader.readexactly(int(said(head, b"content-length")))
            self.refused += 1
            await asyncio.sleep(0.02)
            return
        assert head.startswith(b"http/1.1 200"), head
        if stream:
            assert (await chunks(reader)).endswith(b"data: [DONE]\n\n")
        else:
            await reader.readexactly(int(said(head, b"content-length")))
        self.whole.append(said(head, b"x-halfopen-request").decode())


async def life(folder: Path, clients: Clients, seconds: float) -> None:
    """One life of a gateway, which ends by kill -9 after so many seconds."""
    clients.port = free_port()
    with outside(folder, clients.port) as gateway:
        calling = [asyncio.create_task(clients.call(number)) for number in range(CLIENTS)]
        await asyncio.sleep(seconds)
        gateway.kill()
        await asyncio.gather(*calling)


@pytest.mark.parametrize("kills", [4, pytest.param(100, marks=pytest.mark.slow)])
def test_no_more_is_spent_than_there_is_and_what_was_in_flight_at_a_kill(tmp_path: Path, kills: int) -> None:
    chance, provider = random.Random(kills), Provider()
    with access(tmp_path / "data") as keys:
        row = Key(id="", name="ana", digest="", budgets=(Budget(usd=Decimal(1), per="total"),))
        key = keys.made(row, "a test", 1.0)

    async def story() -> Clients:
        clients = Clients(key.encode())
        async with ScriptedUpstream(provider, remember=False) as up:
            config = over({"up": up})
            offers = [{**offer, "prices": PRICES} for offer in config["offers"]]
            written(tmp_path, {**config, "offers": offers})
            for _ in range(kills):
                await life(tmp_path, clients, chance.uniform(0.05, 0.5 if kills < 10 else 0.12))
            await life(tmp_path, clients, 1.0)  # what is left is spent, and refused
        return clients

    clients = run(story(), 60 + 4 * kills)
    written_down = rows(tmp_path)
    whole, kept = clients.whole, Counter(request for request, *_ in written_down)
    assert len(whole) == len(set(whole)) > 0
    assert not set(whole) - kept.keys(), "answers that no row tells of"
    assert set(kept.values()) == {1}, "answers that are there twice"
    charged = sum(picos for _, picos, _ in written_down)
    assert charged <= DOLLAR, "the ledger says that more was spent than there was"
    assert charged > DOLLAR - 30 * PICO // 1000, "money was left that nobody could spend"
    assert clients.refused > 0
    lost = provider.asked - len([1 for _, _, status in written_down if status])
    assert 0 <= lost <= CLIENTS * kills, "more was lost than was in flight"
    assert provider.asked * EACH <= DOLLAR + lost * EACH


def rows(folder: Path) -> list[tuple[str, int, int]]:
    """Request, what was charged, and the provider's status, of every row, once a gateway has ended in order."""
    with outside(folder, free_port()) as gateway:
        gateway.terminate()
        gateway.wait(20)
    with closing(sqlite3.connect(folder / "data" / "ledger.db")) as ledger:
        return ledger.execute("SELECT request, charged, status FROM attempts").fetchall()
