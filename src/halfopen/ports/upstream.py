"""One call to one provider: what goes out, what comes back, and how it is ended early."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """How long to wait, in seconds, for each stage of one call."""

    connect: float = 5.0  # name, TCP and TLS together
    first_byte: float = 120.0  # from the last byte sent to the first byte of the answer's head
    between_bytes: float = 60.0  # between two pieces of the body
    total: float = 600.0  # the whole call; a second call has what is left of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """An HTTP/1.1 request to a provider.

    `target` is the path with its query as it stands on the request line. `headers` are sent as they are;
    `host`, `content-length` and `accept-encoding: identity` are the client's own.
    """

    scheme: str  # "http" or "https"
    host: str
    port: int
    target: str
    headers: Headers = ()
    body: bytes = b""
    method: str = "POST"
    deadlines: Deadlines = Deadlines()


class Reply(Protocol):
    """The head of an answer, and its body as it arrives.

    `chunks` yields the body's bytes (transfer coding removed) as soon as they are there and ends when the
    body does. It raises Stalled, TotalTimeout, Truncated or BrokenProtocol. `abort` closes the connection at
    once, at whatever moment, and may be called twice; after a whole body it does nothing.
    """

    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Headers: ...  # names in lower case
    def chunks(self) -> AsyncIterator[bytes]: ...
    async def whole(self, limit: int) -> bytes: ...  # raises BrokenProtocol beyond `limit` bytes
    def abort(self) -> None: ...


class Upstream(Protocol):
    """Makes calls, to the endpoints it was given and to nothing else.

    Raises ConnectFailed (also for an endpoint that is not in its table), ConnectTimeout,
    FirstByteTimeout, TotalTimeout, Truncated, BrokenProtocol. A cancelled call closes its connection.
    """

    async def call(self, call: Call) -> Reply: ...
    async def close(self) -> None: ...


class Signer(Protocol):
    """Says who is calling, where a header that never changes is not enough.

    Answers with the headers to be added to a call that is complete but for them. Raises UpstreamFault where what
    it takes (a token) cannot be had.
    """

    async def sign(self, call: Call) -> Headers: ...
