"""A million mixed requests with keys, budgets and limits on: does memory stay flat, and do the books balance?

    python -m tests.apps.serve.keeping.soak [--requests 1000000] [--json FILE]

A third is streamed. Of a hundred, three fail at the first provider before a byte, and one hangs up in mid-stream.
The gateway is a process of its own; what it holds (bytes, open files) is read from /proc, so this needs Linux.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import closing
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from pathlib import Path

import numpy as np
import uvloop
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from halfopen.access.key import Key
from halfopen.adapters.engines import free_port
from halfopen.adapters.sqlite.access import access
from halfopen.limits.budget import Budget
from halfopen.money import PICO
from halfopen.testing import Cut, Hold, Received, ScriptedUpstream, Step, wires
from tests.apps.serve.gateways import CHAT, MESSAGES, outside, over, post, written
from tests.apps.serve.test_kill import chunks, said

CLIENTS, SAMPLES = 32, 200
INTO, OUT = 40, 9
EACH = (2 * INTO + 10 * OUT) * PICO // 10**6
USED = wires.Usage(input=INTO, output=OUT)
PAGE = 4096  # bytes
ERROR = {"error": {"message": "out of order", "type": "server_error"}}
FAIL, HANG = b'"content":"fail', b'"content":"hang'
BODY = b'{"model":"halfopen/both","messages":[{"role":"user","content":"%s %d"}],"max_tokens":9%s}'


def good(received: Received) -> Iterable[Step]:
    """An answer in either dialect; one whose caller is going to hang up never ends."""
    chat, stream = received.target == CHAT, b'"stream":true' in received.body
    if HANG in received.body:
        return [*wires.stream(wires.chat_events(["a", "b"], model="x")[:2])[:-1], Hold()]
    if chat:
        told = wires.chat_stream(["a", "b"], usage=USED, include_usage=True)
        return told if stream else wires.chat_answer("ab", usage=USED)
    return wires.messages_stream(["a", "b"], usage=USED) if stream else wires.messages_answer("ab", usage=USED)


@dataclass(slots=True)
class Failing:
    """The first provider, and what it failed, in turns by a cut, a 500 and a 503.

    A request whose kept connection is cut before a byte is sent once more on a new one: still one call to the ledger.
    """

    failed: set[bytes] = field(default_factory=set)

    def __call__(self, received: Received) -> Iterable[Step]:
        if FAIL not in received.body:
            return good(received)
        self.failed.add(received.body)
        turn = int(received.body.partition(FAIL)[2].split(b'"')[0]) // 33 % 3
        return [Cut()] if turn == 0 else wires.error(500 if turn == 1 else 503, ERROR)


@dataclass(slots=True)
class Callers:
    """Clients that keep their connections; how many answers they received whole, and how often they hung up."""

    port: int
    key: bytes
    most: int
    begun: int = 0
    whole: int = 0
    hung: int = 0
    told: int = 0  # picodollars, by what unstreamed answers said of their cost
    unstreamed: int = 0

    async def call(self) -> None:
        while self.begun < self.most:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            try:
                while self.begun < self.most and await self._once(reader, writer):
                    pass
            finally:
                writer.transport.abort()

    async def _once(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Whether the connection may be used again."""
        self.begun += 1
        number = self.begun
        hangs, fails, streams = number % 100 == 50, number % 33 == 0, number % 3 == 1
        path = MESSAGES if number % 2 and not hangs else CHAT
        kind = b"hang" if hangs else b"fail" if fails else b"hello"
        body = BODY % (kind, number, b',"stream":true' if streams or hangs else b"")
        sent = post(self.port, path, body, b"authorization: Bearer %b\r\n" % self.key)
        writer.write(sent.replace(b"connection: close\r\n", b""))
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        assert head.startswith(b"http/1.1 200"), head + await reader.read(2000)
        if hangs:
            await reader.readuntil(b"\n\n")
            self.hung += 1
            return False
        if streams:
            await chunks(reader)
        else:
            await reader.readexactly(int(said(head, b"content-length")))
            self.told += int(Decimal(said(head, b"x-halfopen-cost").split()[0].decode()) * PICO)
            self.unstreamed += 1
        self.whole += 1
        return True


@dataclass(slots=True)
class Held:
    """What the gateway holds, as it went: requests so far, resident bytes, open files."""

    requests: list[int] = field(default_factory=list)
    bytes: list[int] = field(default_factory=list)
    files: list[int] = field(default_factory=list)

    def look(self, pid: int, requests: int) -> None:
        proc = Path(f"/proc/{pid}")
        self.requests.append(requests)
        self.bytes.append(int((proc / "statm").read_text().split()[1]) * PAGE)
        self.files.append(len(list((proc / "fd").iterdir())))

    def slope(self) -> float:
        """Bytes a request by least squares, over the second half: in the first, pools and caches fill."""
        half = len(self.requests) // 2
        return float(np.polyfit(self.requests[half:], self.bytes[half:], 1)[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Soaked:
    """What came of it. `wrong` is empty where the books balance."""

    requests: int
    seconds: float
    slope_bytes_a_request: float
    megabytes_at_half: float
    megabytes_at_end: float
    files_at_start: int
    files_at_end: int
    wrong: list[str]


async def watched(callers: Callers, held: Held, pid: int) -> None:
    """All requests, with a bar, while what the gateway holds is read."""
    calling = asyncio.gather(*(callers.call() for _ in range(CLIENTS)))
    columns = ("[progress.description]{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task, step = bar.add_task("requests", total=callers.most), max(1, callers.most // SAMPLES)
        while not calling.done():
            if callers.begun >= len(held.requests) * step:
                held.look(pid, callers.begun)
            bar.update(task, completed=callers.begun)
            await asyncio.sleep(0.2)
    await calling


async def soaked(folder: Path, most: int) -> Soaked:
    with access(folder / "data") as keys:
        row = Key(id="", name="ana", digest="", team="hr", budgets=(Budget(usd=Decimal(10**6)),))
        key = keys.made(row, "a soak", 1.0).encode()
    failing, held, port = Failing(), Held(), free_port()
    async with ScriptedUpstream(failing, remember=False) as one, ScriptedUpstream(good, remember=False) as two:
        enough = {"requests": 10**9, "tokens": 10**12}
        limits = {"teams": {"hr": enough}, "providers": {"one": enough, "two": enough}}
        budgets = {"all": [{"usd": 10**6, "per": "day"}], "teams": {"hr": [{"usd": 10**6}]}}
        written(folder, over({"one": one, "two": two}, limits=limits, budgets=budgets))
        with outside(folder, port) as gateway:
            start = Held()
            start.look(gateway.pid, 0)
            callers, began = Callers(port, key, most), time.monotonic()
            await watched(callers, held, gateway.pid)
            seconds = time.monotonic() - began
            await asyncio.sleep(2)  # connections that callers left are closed
            held.look(gateway.pid, most)
            gateway.terminate()
            ended = await asyncio.to_thread(gateway.wait, 60)
    wrong = [*books(folder, callers, failing), *([] if ended == 0 else [f"it ended with {ended}"])]
    return Soaked(
        requests=most,
        seconds=round(seconds, 1),
        slope_bytes_a_request=round(held.slope(), 3),
        megabytes_at_half=round(held.bytes[len(held.bytes) // 2] / 2**20, 1),
        megabytes_at_end=round(held.bytes[-1] / 2**20, 1),
        files_at_start=start.files[0],
        files_at_end=held.files[-1],
        wrong=wrong,
    )


def books(folder: Path, callers: Callers, failing: Failing) -> list[str]:
    """Where what the ledger says is not what callers and providers saw."""
    with closing(sqlite3.connect(folder / "data" / "ledger.db")) as ledger:
        ask = "SELECT fault, usage_from, COUNT(*), TOTAL(cost), SUM(charged), SUM(final) FROM attempts GROUP BY 1, 2"
        rows = {(fault, source): told for fault, source, *told in ledger.execute(ask)}
        (twice,) = ledger.execute(
            "SELECT COUNT(*) FROM (SELECT 1 FROM attempts GROUP BY request, attempt HAVING COUNT(*) > 1)"
        ).fetchone()
        (distinct,) = ledger.execute("SELECT COUNT(DISTINCT request) FROM attempts").fetchone()
    whole = rows.get(("", "provider"), [0, 0, 0, 0])
    gone = sum(told[0] for (fault, _), told in rows.items() if fault == "caller_gone")
    failed = sum(told[0] for (fault, _), told in rows.items() if fault in ("truncated", "server_error", "overloaded"))
    checks = {
        "answers received whole": (callers.whole, whole[0]),
        "their cost, in picodollars": (callers.whole * EACH, whole[2]),
        "cost as unstreamed answers told it": (callers.unstreamed * EACH, callers.told),
        "callers who hung up": (callers.hung, gone),
        "calls that failed": (len(failing.failed), failed),
        "requests": (callers.begun, distinct),
        "rows that are there twice": (0, twice),
        "rows in all": (callers.whole + callers.hung + len(failing.failed), sum(told[0] for told in rows.values())),
    }
    return [f"{what}: {one:,} and {other:,}" for what, (one, other) in checks.items() if one != other]


def main() -> None:
    """Soaks a gateway, prints what came of it, and fails where the books do not balance or files stayed open."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--json", type=Path)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = uvloop.run(soaked(Path(folder), wanted.requests))
    print(json.dumps(asdict(found), indent=2))
    if wanted.json:
        wanted.json.write_text(json.dumps(asdict(found), indent=2), encoding="utf-8")
    if found.wrong or found.files_at_end > found.files_at_start + 2 * CLIENTS:  # both providers' connections are kept
        sys.exit("the books do not balance, or files stayed open")


if __name__ == "__main__":
    main()
