"""Keeps one engine alive: starts it, waits for its health, starts it again when it dies, ends it on request."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import logging
import socket
import sys
from collections.abc import Callable
from pathlib import Path

FIRST_REST, LONGEST_REST = 0.5, 30.0  # seconds between a death and the next start, doubling
CHECK_EVERY = 2.0  # seconds between two looks at its health
MISSED = 3  # looks in a row without an answer, after which it is ended and started anew
_log = logging.getLogger(__name__)


class EngineTrouble(Exception):
    """An engine that cannot be started at all, with what to do about it."""


class Supervisor:
    """One child process. `healthy` is set while it answers; `on_healthy` is called each time it begins to."""

    def __init__(
        self,
        name: str,
        gguf: Path,
        *,
        model: str,
        context: int,
        parallel: int,
        threads: int,
        port: int,
        on_healthy: Callable[[], None] = lambda: None,
    ) -> None:
        """Raises EngineTrouble if the file or the engine's package is missing."""
        if importlib.util.find_spec("xllamacpp") is None:
            raise EngineTrouble(f"engines.{name} needs llama.cpp: install `halfopen[local]`.")
        if not gguf.is_file():
            raise EngineTrouble(f"engines.{name}.gguf: there is no file {gguf}.")
        self.name, self.port = name, port
        self.healthy = asyncio.Event()
        self.starts = 0
        self.on_healthy = on_healthy
        self._wanted = json.dumps(
            {
                "gguf": str(gguf),
                "model": model,
                "context": context,
                "parallel": parallel,
                "threads": threads,
                "port": port,
            }
        )
        self._process: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The child's process id, or None while there is none."""
        return self._process.pid if self._process and self._process.returncode is None else None

    def start(self) -> None:
        self._task = asyncio.create_task(self._live(), name=f"engine {self.name}")

    async def stop(self) -> None:
        """Ends the child: its input is closed, and it is killed if it does not go within five seconds."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._end()

    async def _live(self) -> None:
        rest = FIRST_REST
        while True:
            self.starts += 1
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "halfopen.adapters.engines.child",
                self._wanted,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                start_new_session=True,  # a Ctrl-C at the terminal is for us; the child goes when its input ends
            )
            if await self._watch(self._process):
                rest = FIRST_REST
            self.healthy.clear()
            _log.warning("engine %s ended; it is started again in %.1f s", self.name, rest)
            await asyncio.sleep(rest)
            rest = min(rest * 2, LONGEST_REST)

    async def _watch(self, process: asyncio.subprocess.Process) -> bool:
        """Looks after a child until it is gone. Answers whether it ever was healthy."""
        missed, ever = 0, False
        ended = asyncio.create_task(process.wait())
        try:
            while not ended.done():
                well = await answers(self.port)
                missed = 0 if well or not ever else missed + 1
                ever = ever or well
                self._note(well)
                if missed >= MISSED:
                    process.kill()
                await asyncio.wait((ended,), timeout=CHECK_EVERY if ever else 0.05)
            return ever
        finally:
            ended.cancel()

    def _note(self, well: bool) -> None:
        if well and not self.healthy.is_set():
            self.healthy.set()
            self.on_healthy()

    async def _end(self) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        assert process.stdin is not None
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 5)
        except TimeoutError:
            process.kill()
            await process.wait()


async def answers(port: int) -> bool:
    """Whether a llama.cpp on loopback says that it is healthy: it does once its model is loaded."""
    try:
        async with asyncio.timeout(2):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(b"GET /health HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n")
                return b" 200 " in await reader.readline()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False


def free_port() -> int:
    """A port on loopback that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
