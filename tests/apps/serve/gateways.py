"""Real gateways for the tests to call: one in this process, to look into, one of its own, to kill."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import uvloop
from anthropic import Anthropic, AsyncAnthropic
from openai import AsyncOpenAI, OpenAI

from halfopen.apps import wiring
from halfopen.apps.config import settings
from halfopen.apps.config.environment import Environment
from halfopen.apps.serve.doors import Doors
from halfopen.apps.serve.gateway import Gateway, guarded
from halfopen.apps.serve.server import Server, server
from halfopen.ledger.entry import Entry
from halfopen.ledger.question import Question
from halfopen.testing import ScriptedUpstream
from tests.catalog.shelf import shipped

ROOT = Path(__file__).parents[3]
CHAT, MESSAGES = "/v1/chat/completions", "/v1/messages"
BOTH = {"chat": CHAT, "messages": MESSAGES}
PRICES = ({"since": "2026-01-01", "input": "2", "output": "10", "source": {"name": "test", "checked": "2026-01-01"}},)
CALLER: Any = {"api_key": "unused", "max_retries": 0, "timeout": 30}
HI: Any = [{"role": "user", "content": "Hello there"}]

Config = Mapping[str, Any]
T = TypeVar("T")


def run(story: Coroutine[Any, Any, T], seconds: float = 60) -> T:
    """Runs a test's story on the loop that the gateway really runs on. Raises TimeoutError."""
    return uvloop.run(asyncio.wait_for(story, seconds))


def over(upstreams: Mapping[str, ScriptedUpstream], *, dialects: Mapping[str, str] = BOTH, **more: Any) -> Config:
    """A config that knows these providers and no others that could be called; each serves the model `m-<its name>`.

    A provider called `home` stands in that zone. In lane `both` every one of them may serve, in their order.
    """
    providers = {
        name: {"base_url": f"http://{up.host}:{up.port}", "hosting": "hosted", "dialects": dialects}
        for name, up in upstreams.items()
    }
    offers = [{"model": f"m-{name}", "provider": name, "rating": 1400, "prices": PRICES} for name in upstreams]
    lanes = {"both": {"require": {"models": [offer["model"] for offer in offers]}, "prefer": ["order"]}}
    zones = {"home": ["home"]} if "home" in upstreams else {}
    return {"providers": providers, "offers": offers, "lanes": lanes, "zones": zones, **more}


def written(folder: Path, config: Config) -> Path:
    """The config as a file. JSON is YAML."""
    path = folder / "halfopen.yaml"
    path.write_text(json.dumps(config), encoding="utf-8")
    return path


@dataclass(frozen=True, slots=True)
class Inside:
    """A gateway in this process and this loop."""

    port: int
    begun: wiring.Started
    clients: AsyncExitStack

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def rows(self, request: str) -> list[Entry]:
        """The attempts of a request, as the ledger has them."""
        return await self.begun.house.ledger.find(request)

    async def until_told(self, request: str) -> list[Entry]:
        """The attempts of a request, once there are any: a hang-up takes a moment to be noticed."""
        while not (rows := await self.rows(request)):
            await asyncio.sleep(0.01)
        return rows

    async def counted(self, *by: str) -> dict[tuple[str, ...], int]:
        """How many attempts the ledger has, by groups."""
        lines = await self.begun.house.ledger.answer(Question(by=by))
        return {line.group: line.attempts for line in lines}

    def openai(self, **more: Any) -> AsyncOpenAI:
        """OpenAI's own client; like the others it is closed before the gateway."""
        client = AsyncOpenAI(base_url=f"{self.url}/v1", **{**CALLER, **more})
        self.clients.push_async_callback(client.close)
        return client

    def openai_in_threads(self) -> OpenAI:
        client = OpenAI(base_url=f"{self.url}/v1", **CALLER)
        self.clients.callback(client.close)
        return client

    def anthropic(self, **more: Any) -> AsyncAnthropic:
        client = AsyncAnthropic(base_url=self.url, **{**CALLER, **more})
        self.clients.push_async_callback(client.close)
        return client

    def anthropic_in_threads(self) -> Anthropic:
        client = Anthropic(base_url=self.url, **CALLER)
        self.clients.callback(client.close)
        return client


@asynccontextmanager
async def inside(
    folder: Path, config: Config, *, key: str = "", variables: Mapping[str, str] = {}
) -> AsyncIterator[Inside]:
    """Starts a gateway as `halfopen up` does, with no key of any provider in its environment but for `variables`."""
    path = written(folder, config)
    chosen = settings.load(path)
    told = {**variables, "HALFOPEN_KEY": key} if key else variables
    environment = Environment(config=path, data=folder / "data", variables=told)
    async with AsyncExitStack() as stack:
        begun = await stack.enter_async_context(wiring.started(shipped(), chosen, environment))
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        port = listener.getsockname()[1]
        gateway = Gateway(begun.house, Doors(chosen.listen, begun.house.keys))
        gate = server(guarded(gateway, begun.house.new_id), chosen.listen)
        serving = asyncio.create_task(gate.serve([listener]))
        stack.push_async_callback(_stopped, gate, serving)
        yield Inside(port, begun, await stack.enter_async_context(AsyncExitStack()))


async def _stopped(gate: Server, serving: asyncio.Task[None]) -> None:
    gate.should_exit = True
    await serving


def bare_environment(folder: Path, **more: str) -> dict[str, str]:
    """What a child process needs, and no key of anybody's."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return {**kept, "HOME": str(folder), "PYTHONPATH": str(ROOT / "src"), **more}


def command(*arguments: str) -> list[str]:
    """The command line of `halfopen`, whether it is installed or not."""
    return [sys.executable, "-c", "from halfopen.apps.cli import main; main()", *arguments]


@contextmanager
def outside(folder: Path, port: int, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """A gateway in a process of its own, for the config in `folder`; it listens when the block begins."""
    told = ("up", "--port", str(port), "--config", str(folder / "halfopen.yaml"), "--data", str(folder / "data"))
    with subprocess.Popen(
        command(*told), env=bare_environment(folder, **variables), stdout=subprocess.PIPE, text=True, cwd=folder
    ) as child:
        try:
            assert child.stdout is not None
            assert any("listens on" in line for line in child.stdout), "it ended before it listened"
            yield child
        finally:
            child.kill()


def post(port: int, path: str, body: bytes, more: bytes = b"") -> bytes:
    """A bare POST after whose answer the connection is closed; `more` is further lines of its head."""
    head = b"POST %b HTTP/1.1\r\nhost: 127.0.0.1:%d\r\ncontent-type: application/json\r\nconnection: close\r\n"
    return head % (path.encode(), port) + b"content-length: %d\r\n" % len(body) + more + b"\r\n" + body


async def exchanged(port: int, sent: bytes, *, patience: float = 10) -> bytes:
    """All that the gateway answers to these bytes until it closes the connection. Raises TimeoutError.

    A gateway that refuses a body in its middle closes with the rest unread, so a reset may follow its answer.
    """
    loop = asyncio.get_running_loop()
    with socket.socket() as line:
        line.setblocking(False)
        await loop.sock_connect(line, ("127.0.0.1", port))
        sending = asyncio.create_task(loop.sock_sendall(line, sent))
        told = await asyncio.wait_for(_heard(line), patience)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
    return told


async def _heard(line: socket.socket) -> bytes:
    told = b""
    with suppress(ConnectionError):
        while piece := await asyncio.get_running_loop().sock_recv(line, 65536):
            told += piece
    return told
