"""One connection to a provider: a request's bytes out, its answer's bytes in, and one timer for every deadline.

The timer is lazy. A call does not set one and clear it again: it notes when it is overdue, and the connection's
timer, if it is due sooner than anything could be, stays as it is. When it rings it looks at the notes, and either
ends the call or sets itself to the next moment at which something could be late. So thousands of quick calls on
one connection cost one timer.

    sending      first_byte for each piece that is taken
    waiting      first_byte; an interim answer does not begin it anew
    answered     between_bytes for each piece that comes, while we read
    resting      idle_seconds, then the connection is closed
"""

from __future__ import annotations

import asyncio
import socket
from math import inf
from typing import Protocol, cast

from halfopen.adapters.http.exchange import Exchange, ends_with_the_connection
from halfopen.adapters.http.reader import Reader
from halfopen.errors import Fault, Truncated
from halfopen.ports.upstream import Deadlines

HIGH_WATER = 128 * 1024  # bytes of body that may wait for the consumer; one read (256 KB at most) may come on top
JOINED = 64 * 1024  # bytes; a body up to this size is written together with its head
SLICE = 256 * 1024  # bytes; a longer one goes out in pieces of this size, each when the last has left
STALE_WITHIN = 2.0  # seconds; a rested connection that ends later than this was not stale: the provider failed at work
EARLY = 0.001  # seconds; uvloop's clock counts milliseconds


class Keeper(Protocol):
    """Who is told when a connection is begun, free again, or gone: once each."""

    def begun(self, connection: Connection) -> None: ...
    def rested(self, connection: Connection) -> None: ...
    def lost(self, connection: Connection) -> None: ...


class Connection(asyncio.Protocol):
    """HTTP/1.1 to one endpoint, one exchange at a time. Whoever begins one sees it made or gives it up."""

    def __init__(self, name: str, keeper: Keeper, idle_seconds: float) -> None:
        self.name = name
        self.loop = asyncio.get_running_loop()
        self.gone: asyncio.Future[None] = self.loop.create_future()  # done when it has no socket any more
        self.closed = False
        self.idle_until = inf
        self._keeper = keeper
        self._idle_seconds = idle_seconds
        self._transport: asyncio.Transport | None = None
        self._reader = Reader(name)
        self._exchange: Exchange | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._sent = False  # the request is out, to its last byte
        self._sent_at = 0.0
        self._writing_paused = False
        self._reading_paused = False
        keeper.begun(self)

    # -- what the client asks of it

    async def perform(self, head: bytes, body: bytes, deadlines: Deadlines, total_at: float, method: str) -> Exchange:
        """Send a request and wait for the head of its answer. A fault, if there was one, stands in the exchange."""
        exchange = self._exchange = Exchange(self, deadlines, total_at, bodiless=method == "HEAD")
        self._sent = False
        self._reader.begin(exchange)
        if len(body) <= JOINED:
            self._write(head + body)
        else:
            await self._send_slices(exchange, head, memoryview(body))
        if exchange.line is not None:
            self._watch(exchange)
        while not exchange.head_done and exchange.fault is None:
            await exchange.changed()
        return exchange

    def is_open(self) -> bool:
        return not self.closed and self._transport is not None and not self._transport.is_closing()

    def drop(self) -> None:
        """Close the socket, now, whatever is under way."""
        self.closed = True
        exchange, self._exchange = self._exchange, None
        if exchange is not None and exchange.line is not None:
            exchange.fail(Truncated(f"{self.name}: the client was closed before the answer was whole"))
        if self._transport is not None:
            self._transport.abort()

    def give_up(self) -> None:
        """It is not going to be used. Not every loop reports the end of what was cancelled in the making."""
        self.drop()
        self._over()

    def resume(self) -> None:
        if not self._reading_paused or self._transport is None:
            return
        self._reading_paused = False
        self._transport.resume_reading()
        if self._exchange is not None:
            self._watch(self._exchange)

    # -- writing

    def _write(self, data: bytes | memoryview) -> None:
        if self._transport is not None:
            self._transport.write(data)
        self._sent = True

    async def _send_slices(self, exchange: Exchange, head: bytes, body: memoryview) -> None:
        """A long body, never more of it in the transport than a slice; an answer that comes before its end stops it."""
        self._write(head)
        for start in range(0, len(body), SLICE):
            self._write(body[start : start + SLICE])
            self._sent = False
            self._watch(exchange)
            while self._writing_paused and not exchange.head_done and exchange.fault is None:
                await exchange.changed()
            if exchange.head_done or exchange.fault is not None:
                return
        self._sent = True

    def pause_writing(self) -> None:
        self._writing_paused = True

    def resume_writing(self) -> None:
        self._writing_paused = False
        if self._exchange is not None:
            self._exchange.wake()

    # -- deadlines

    def _watch(self, exchange: Exchange) -> None:
        """Note when the present stage began, and see that the timer rings in time."""
        now = self.loop.time()
        deadlines = exchange.deadlines
        exchange.stage_at = now + (deadlines.between_bytes if exchange.begun else deadlines.first_byte)
        self._sent_at = self._sent_at if exchange.begun else now
        self._ring(min(exchange.total_at, now + self._step(deadlines)))

    def _ring(self, at: float) -> None:
        if self._timer is not None:
            if self._timer.when() <= at:
                return
            self._timer.cancel()
        self._timer = self.loop.call_at(at, self._look)

    def _look(self) -> None:
        self._timer = None
        if self.closed:
            return
        now = self.loop.time() + EARLY
        exchange = self._exchange
        if exchange is None:
            self.drop() if now >= self.idle_until else self._ring(self.idle_until)
            return
        fault = exchange.late(now, self.name, sent=self._sent)
        if fault is not None:
            self._fail(fault)
            return
        self._ring(min(exchange.total_at, exchange.stage_at, now + self._step(exchange.deadlines)))

    def _step(self, deadlines: Deadlines) -> float:
        """The shortest stage: nothing that begins now can be late before."""
        return min(deadlines.first_byte, deadlines.between_bytes, self._idle_seconds)

    # -- what the transport reports

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        if self.closed:  # dropped while it was being made
            self._transport.abort()
            return
        sock = transport.get_extra_info("socket")  # the loops do this by themselves today; latency is not left to that
        if sock is not None:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def data_received(self, data: bytes) -> None:
        exchange = self._exchange
        if exchange is None:  # nobody asked: a farewell, or junk that must not become the next answer
            self.drop()
            return
        exchange.heard = True
        problem = self._reader.feed(data)
        if exchange.complete:
            self._finish(exchange)
        elif problem is not None:
            self._fail(problem)
        else:
            self._go_on(exchange)
        exchange.wake()

    def _go_on(self, exchange: Exchange) -> None:
        """More is to come. A provider is not late while it is we who do not read."""
        if exchange.buffered > HIGH_WATER and not self._reading_paused and self._transport is not None:
            self._reading_paused = True
            self._transport.pause_reading()
            exchange.stage_at = inf
        elif exchange.begun:
            exchange.stage_at = self.loop.time() + exchange.deadlines.between_bytes

    def eof_received(self) -> bool:
        self._end(None)
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(exc)
        self._over()

    def _over(self) -> None:
        if self.gone.done():
            return
        if self._timer is not None:
            self._timer.cancel()
        self._keeper.lost(self)
        self.gone.set_result(None)

    def _end(self, exc: Exception | None) -> None:
        """The peer is gone: the end of a body that lasts as long as its connection, or of one that was longer."""
        exchange = self._exchange
        if exchange is None:
            self.drop()
        elif exchange.head_done and exc is None and ends_with_the_connection(exchange.headers):
            exchange.complete = True
            self._reader.keep = False
            self._finish(exchange)
            exchange.wake()
        else:
            quick = self.loop.time() - self._sent_at < STALE_WITHIN
            exchange.stale = quick and not exchange.heard
            where = "before its answer was whole" if exchange.heard else "without an answer"
            self._fail(Truncated(f"{self.name} closed the connection {where}"))

    def _fail(self, fault: Fault) -> None:
        exchange, self._exchange = self._exchange, None
        if exchange is not None:
            exchange.fail(fault)
        self.drop()

    def _finish(self, exchange: Exchange) -> None:
        """The answer is whole. The connection rests if both sides are ready for another request."""
        self._exchange = None
        exchange.line = None
        if not (self._reader.keep and self._sent):
            self.drop()
            return
        self.idle_until = self.loop.time() + self._idle_seconds
        self._ring(self.idle_until)
        if self._reading_paused:
            self.resume()
        self._keeper.rested(self)
