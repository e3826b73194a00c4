"""Ten thousand requests, and kill -9 in their midst: what a client received whole is in the ledger, exactly once."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from halfopen.adapters.engines import free_port
from halfopen.testing import Received, ScriptedUpstream, Step, wires
from tests.apps.serve.gateways import CHAT, MESSAGES, outside, over, post, run, written

REQUESTS, CONNECTIONS = 10_000, 32
KILLS = (2_000, 5_000)  # so many answers received whole
PLAIN, STREAMED = b'{"model":"m-up","messages":[{}],"max_tokens":9%s}', b',"stream":true'
ENDS = {CHAT: b"data: [DONE]\n\n", MESSAGES: b'{"type":"message_stop"}\n\n'}


def script(received: Received) -> Iterable[Step]:
    """Answers in either dialect, in a few pieces where it streams."""
    chat, stream = received.target == CHAT, b'"stream":true' in received.body
    if chat:
        return wires.chat_stream(["a", "b"], include_usage=True) if stream else wires.chat_answer("ab")
    return wires.messages_stream(["a", "b"]) if stream else wires.messages_answer("ab")


@dataclass(slots=True)
class Callers:
    """Many clients, each with a connection of its own that it keeps; what they received whole, by request id."""

    port: int = 0
    begun: int = 0
    whole: list[str] = field(default_factory=list)
    broken: int = 0
    kill_at: int = REQUESTS * 2
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    async def call(self) -> None:
        """Calls until there is nothing left to do, or nobody there to call."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            while self.begun < REQUESTS:
                self.begun += 1
                await self._once(reader, writer, self.begun)
                if len(self.whole) >= self.kill_at:
                    self.reached.set()
        except (ConnectionError, asyncio.IncompleteReadError):
            self.broken += 1
        finally:
            writer.transport.abort()

    async def _once(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        path = MESSAGES if number % 2 else CHAT
        streamed = number % 3 == 0
        sent = post(self.port, path, PLAIN % (STREAMED if streamed else b""))
        writer.write(sent.replace(b"connection: close\r\n", b""))
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        assert head.startswith(b"http/1.1 200"), head
        body = await chunks(reader) if streamed else await reader.readexactly(int(said(head, b"content-length")))
        assert body.endswith(ENDS[path] if streamed else b"}"), body
        self.whole.append(said(head, b"x-halfopen-request").decode())


def said(head: bytes, name: bytes) -> bytes:
    return head.partition(b"\r\n" + name + b": ")[2].partition(b"\r\n")[0]


async def chunks(reader: asyncio.StreamReader) -> bytes:
    """A chunked body, to its last chunk (RFC 9112, 7.1)."""
    body = b""
    while size := int(await reader.readuntil(b"\r\n"), 16):
        body += (await reader.readexactly(size + 2))[:-2]
    await reader.readexactly(2)
    return body


async def killed(gateway: subprocess.Popen[str], when: asyncio.Event) -> None:
    await when.wait()
    gateway.kill()


async def generation(folder: Path, callers: Callers, kill_at: int) -> None:
    """One life of a gateway: it is killed at so many whole answers, or serves to the end and is stopped in order."""
    callers.port, callers.kill_at = free_port(), kill_at
    callers.reached.clear()
    with outside(folder, callers.port) as gateway:
        killing = asyncio.create_task(killed(gateway, callers.reached))
        await asyncio.gather(*(callers.call() for _ in range(CONNECTIONS)))
        killing.cancel()
        if not callers.reached.is_set():
            gateway.terminate()
            await asyncio.to_thread(gateway.wait, 20)
            assert gateway.returncode == 0, "it stopped in disorder"


def test_every_answer_that_was_received_whole_is_in_the_ledger_exactly_once(tmp_path: Path) -> None:
    async def story() -> Callers:
        callers = Callers()
        async with ScriptedUpstream(script, remember=False) as up:
            written(tmp_path, over({"up": up}))
            for kill_at in (*KILLS, REQUESTS * 2):
                await generation(tmp_path, callers, kill_at)
        return callers

    callers = run(story(), 110)
    assert callers.begun == REQUESTS
    assert callers.broken == len(KILLS) * CONNECTIONS
    assert len(callers.whole) == len(set(callers.whole)) >= REQUESTS - callers.broken
    with closing(sqlite3.connect(tmp_path / "data" / "ledger.db")) as ledger:
        rows = ledger.execute("SELECT request, usage_from, fault FROM attempts").fetchall()
        (torn,) = ledger.execute("SELECT COUNT(*) FROM set_aside").fetchone()
    found = Counter(request for request, _, _ in rows)
    assert not set(callers.whole) - found.keys(), "answers that no row tells of"
    assert set(found.values()) == {1}, "answers that are told twice"
    assert len(found) <= REQUESTS
    sound = {request for request, usage_from, fault in rows if (usage_from, fault) == ("provider", "")}
    assert set(callers.whole) <= sound
    assert torn <= len(KILLS)
