"""The reply that a caller holds: head, body as it comes, and the way to end it early."""

from __future__ import annotations

from collections.abc import AsyncIterator

from halfopen.adapters.http.exchange import Exchange
from halfopen.errors import BrokenProtocol
from halfopen.ports.upstream import Headers


class Answer:
    """Implements `ports.upstream.Reply`, and is the iterator that its own `chunks` returns.

    Whoever drops an answer before its end, without a word, has hung up: its connection is closed.
    """

    __slots__ = ("_exchange", "headers", "status")

    def __init__(self, exchange: Exchange) -> None:
        self.status = exchange.status
        self.headers: Headers = tuple(exchange.headers)
        self._exchange = exchange

    def chunks(self) -> AsyncIterator[bytes]:
        return self

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        exchange = self._exchange
        while not exchange.pieces:
            if exchange.complete:
                raise StopAsyncIteration
            if exchange.fault is not None:
                raise exchange.fault
            await exchange.changed()
        return exchange.take()

    async def whole(self, limit: int) -> bytes:
        """The rest of the body. Raises BrokenProtocol, and closes the connection, beyond `limit` bytes."""
        exchange = self._exchange
        if exchange.complete and exchange.buffered <= limit:
            return exchange.take()
        taken: list[bytes] = []
        size = 0
        async for piece in self:
            taken.append(piece)
            size += len(piece)
            if size > limit:
                exchange.abort()
                raise BrokenProtocol(f"The answer's body is longer than the {limit} bytes that were allowed for it")
        return b"".join(taken)

    def abort(self) -> None:
        self._exchange.abort()

    def __del__(self) -> None:
        if self._exchange.line is not None:  # not in the loop's thread, perhaps: the collector runs where it likes
            self._exchange.abort_soon()
