"""A tokenizer behind a pipe: started at the first count, asked one question at a time, killed when it is late."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import logging
import sys
from collections.abc import Sequence

ENCODING = "o200k_base"
MOST_CHARACTERS = 8_000_000  # in one question; more is not counted
MOST_WAITING = 32  # questions at once; one more is not asked
LATE = 2.0  # seconds for a question, with those before it
STARTING = 10.0  # ... and for the first one, since the tokenizer must be loaded
REST = 30.0  # seconds after a child that died or was late, before there is another
_log = logging.getLogger(__name__)


def installed() -> bool:
    """Whether there is a tokenizer: it comes with `halfopen[tokens]`."""
    return importlib.util.find_spec("bpe_openai") is not None


class PipedCounter:
    """Implements `ports.tokens.Counter`. Times are seconds."""

    def __init__(
        self, encoding: str = ENCODING, *, late: float = LATE, starting: float = STARTING, rest: float = REST
    ) -> None:
        self._encoding, self._late, self._starting, self._rest = encoding, late, starting, rest
        self._process: asyncio.subprocess.Process | None = None
        self._killed: list[asyncio.subprocess.Process] = []  # and perhaps not gone yet
        self._one = asyncio.Lock()
        self._waiting = 0
        self._not_before = 0.0  # of the loop's clock
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The child's process id, or None while there is none."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def count(self, texts: Sequence[str]) -> int | None:
        """None if it is too much, too many ask, the child is late or dies, or it did so a moment ago."""
        if sum(map(len, texts)) > MOST_CHARACTERS or self._waiting >= MOST_WAITING or self._resting():
            return None
        self._waiting += 1
        try:
            async with asyncio.timeout(self._late if self.pid else self._starting), self._one:
                return await self._asked(json.dumps(list(texts)).encode() + b"\n")
        except TimeoutError:
            return None
        finally:
            self._waiting -= 1

    async def close(self) -> None:
        """Kills the child. A count after that is None."""
        self._closed = True
        if self._process is not None:
            self._drop(self._process)
        for process in self._killed:
            await process.wait()

    def _resting(self) -> bool:
        return self._closed or asyncio.get_running_loop().time() < self._not_before

    async def _asked(self, question: bytes) -> int | None:
        """A child that was asked and did not answer is dropped: its answer would be taken for that of the next one."""
        if self._resting():
            return None
        process = self._process if self.pid else await self._started()
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        answer = b""
        try:
            process.stdin.write(question)
            await process.stdin.drain()
            answer = await process.stdout.readline()
        except (BrokenPipeError, ConnectionResetError):
            answer = b""
        finally:
            if not answer.endswith(b"\n"):
                self._drop(process)
        return int(answer) if answer.endswith(b"\n") else None

    async def _started(self) -> asyncio.subprocess.Process:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "halfopen.adapters.tokens.child",
            self._encoding,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,  # a Ctrl-C at the terminal is for us; the child goes when its input ends
        )
        return self._process

    def _drop(self, process: asyncio.subprocess.Process) -> None:
        if not self._closed:
            self._not_before = asyncio.get_running_loop().time() + self._rest
            _log.warning("the tokenizer did not answer; for %.0f s tokens are estimated from bytes", self._rest)
        self._process = None
        self._killed = [each for each in self._killed if each.returncode is None]
        if process.returncode is None:
            process.kill()
            self._killed.append(process)
