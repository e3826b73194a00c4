"""A stream relayed as it comes, with its row in the ledger written before its last byte leaves.

Until the first bytes for the caller are in hand nothing is promised, so a provider that fails before them
can still be replaced. After them a failure is told as one: an error event, and no end mark.
"""

from __future__ import annotations

import asyncio

from halfopen.errors import BrokenProtocol, CallerGone, Fault, Truncated, UpstreamFault
from halfopen.flows.asking.counting import Kept, guess
from halfopen.flows.attempt import Attempt
from halfopen.ports.upstream import Reply
from halfopen.wire.usage import Told

GRACE = 0.05  # seconds that a provider has, after its end mark, to close the body so that its connection is kept


class Relay:
    """What is left of a stream. Read it until it is `over`, then `close` it; `abandon` it if the caller is gone."""

    def __init__(self, attempt: Attempt, reply: Reply) -> None:
        self.attempt = attempt
        self.over = False
        self.headers = reply.headers
        self._reply = reply
        self._chunks = reply.chunks()
        self._reader = attempt.way.stream(attempt.asked.body, attempt.coming)
        self._kept = Kept() if attempt.house.counter else None
        self._first = b""

    async def open(self) -> Relay:
        """Waits for the first bytes for the caller. Raises UpstreamFault if the stream fails before them."""
        kind = dict(self._reply.headers).get(b"content-type", b"")
        if not kind.startswith(b"text/event-stream"):
            self._reply.abort()
            raise BrokenProtocol(f"{self.attempt.step.provider} answered a stream with {kind.decode('latin-1')!r}")
        try:
            self._first = await self._next()
            self.attempt.first = self.attempt.house.clock.ticks()
        except (UpstreamFault, asyncio.CancelledError):
            self._reply.abort()
            raise
        return self

    async def read(self) -> bytes:
        """The next bytes for the caller. Raises LedgerFull, before the end is told, if no row can be written."""
        if self._first:
            data, self._first = self._first, b""
            return data
        try:
            data = await self._next()
        except UpstreamFault as fault:
            return self._broken(self.attempt.named(fault))
        return data or await self._finished()

    def abandon(self, fault: Fault | None = None) -> None:
        """Nobody waits any longer: the provider is told by closing its connection, and what was used is billed.

        Without a `fault` it is the caller who hung up.
        """
        if not self.over:
            self.over = True
            self._reply.abort()
            self._end(fault or CallerGone("The caller hung up."))

    async def close(self) -> None:
        """Gives the connection back if the provider ends its body now, and closes it otherwise."""
        try:
            async with asyncio.timeout(GRACE):
                async for _ in self._chunks:
                    pass
        except (TimeoutError, Fault):
            self._reply.abort()

    async def _next(self) -> bytes:
        """Bytes to pass on, or none when the stream is finished."""
        seen = self._reader.seen
        while not seen.finished:
            if seen.fault:
                raise seen.fault
            try:
                chunk = await anext(self._chunks)
            except StopAsyncIteration:
                data = self._ended()
            else:
                data = self._reader.feed(chunk)
                if self._kept is not None:
                    self._kept.add(chunk)
            self.attempt.bytes_out += len(data)
            if data:
                return data
        return b""

    def _ended(self) -> bytes:
        """What is left when the body is over. Raises Truncated if the stream was not."""
        data, seen = self._reader.end(), self._reader.seen
        if not seen.finished and not seen.fault:
            raise Truncated(f"{self.attempt.step.provider} ended its stream without saying that it is finished")
        return data

    async def _finished(self) -> bytes:
        seen, attempt = self._reader.seen, self.attempt
        if self._kept is not None and "output" not in seen.usage:
            attempt.guess = await guess(attempt.asked, self._kept.texts(attempt.way.spoken), attempt.house.counter)
        self.attempt.bytes_out += len(seen.tail)
        self._end(None)
        return seen.tail

    def _broken(self, fault: Fault) -> bytes:
        asked = self.attempt.asked
        self._reply.abort()
        self._end(fault)
        return asked.dialect.broken(fault, asked.id)

    def _end(self, fault: Fault | None) -> None:
        seen = self._reader.seen
        self.attempt.lost, self.attempt.told = seen.lost, Told(None, seen.service, seen.kept)
        self.attempt.ended(seen.usage, fault=fault, pieces=seen.pieces)
        self.over = True
