"""Reads an answer's bytes into its exchange: heads, interim heads, bodies, and everything that is not HTTP/1.1."""

from __future__ import annotations

import httptools

from halfopen.adapters.http.exchange import Exchange
from halfopen.errors import BrokenProtocol, Fault

HEAD_LIMIT = 64 * 1024  # bytes of an answer's head, its interim answers included


class Reader:
    """One per connection. `keep` says, after a whole answer, whether the peer is ready for another request."""

    def __init__(self, name: str) -> None:
        self.keep = False
        self._name = name
        self._interim = False
        self._exchange: Exchange | None = None
        self._parser = httptools.HttpResponseParser(self)

    def begin(self, exchange: Exchange) -> None:
        """What comes from here on is the answer of this exchange."""
        self._exchange = exchange
        self._interim = False

    def feed(self, data: bytes) -> Fault | None:
        """Read what has come; the fault, if it is none. What follows a whole answer harms only the connection."""
        exchange = self._exchange
        if exchange is None:
            return None
        before_head = not exchange.head_done
        problem: Fault | None = None
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            problem = BrokenProtocol(f"{self._name} switched to another protocol, which nobody asked for")
        except httptools.HttpParserError as error:
            problem = BrokenProtocol(f"{self._name} does not speak HTTP/1.1: {error}")
        if before_head:
            problem = self._head_problem(exchange, len(data)) or problem
        self.keep = self.keep and problem is None
        return problem

    def _head_problem(self, exchange: Exchange, arrived: int) -> Fault | None:
        """A head that is too long, or one that says the next bytes are no HTTP at all."""
        exchange.head_bytes += arrived
        fault: Fault | None = None
        if exchange.status == 101:
            fault = BrokenProtocol(f"{self._name} switched to another protocol, which nobody asked for")
        elif exchange.head_bytes > HEAD_LIMIT:
            size = sum(len(n) + len(v) for n, v in exchange.headers) if exchange.head_done else exchange.head_bytes
            if size > HEAD_LIMIT:
                fault = BrokenProtocol(f"{self._name} sent a head of more than {HEAD_LIMIT // 1024} KB")
        if fault is not None:
            exchange.head_done = exchange.complete = False
        return fault

    # -- what the parser reports

    def on_message_begin(self) -> None:
        exchange = self._exchange
        if exchange is None or exchange.complete:
            self.keep = False  # an answer to nothing: this connection is not used again
        else:
            exchange.begun = True

    def on_header(self, name: bytes, value: bytes) -> None:
        exchange = self._exchange
        if exchange is not None and not exchange.head_done:  # later ones are trailers, of use to nobody
            exchange.headers.append((name.lower(), value.rstrip(b" \t")))

    def on_headers_complete(self) -> None:
        exchange = self._exchange
        if exchange is None or exchange.head_done:
            return
        status = self._parser.get_status_code()
        if status < 200 and status != 101:
            self._interim = True
            return
        exchange.status = status
        exchange.head_done = True
        exchange.complete = exchange.bodiless
        self.keep = self._parser.should_keep_alive() and not exchange.bodiless

    def on_body(self, body: bytes) -> None:
        exchange = self._exchange
        if exchange is not None and not exchange.complete:
            exchange.pieces.append(body)
            exchange.buffered += len(body)

    def on_message_complete(self) -> None:
        exchange = self._exchange
        if exchange is None:
            return
        if self._interim:  # 100 or 103: the answer itself is still to come, and its deadline has not moved
            self._interim = exchange.begun = False
            exchange.headers.clear()
            return
        exchange.complete = True
