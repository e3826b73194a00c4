"""aiohttp behind `ports.upstream`: shows that the contract asks for nothing that only our own client does."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import aiohttp
from yarl import URL

from halfopen.errors import (
    BrokenProtocol,
    ConnectFailed,
    ConnectTimeout,
    Fault,
    FirstByteTimeout,
    Stalled,
    TotalTimeout,
    Truncated,
)
from halfopen.ports.upstream import Call, Deadlines, Headers
from halfopen.testing.contracts.upstream import Place

JOINED = 1_000_000  # bytes; aiohttp warns of longer ones

# From the particular to the general: the first that fits names the fault.
FAULTS: tuple[tuple[type[Exception], type[Fault]], ...] = (
    (aiohttp.ConnectionTimeoutError, ConnectTimeout),
    (aiohttp.SocketTimeoutError, FirstByteTimeout),
    (aiohttp.ClientConnectorError, ConnectFailed),
    (aiohttp.ClientPayloadError, Truncated),
    (aiohttp.ServerDisconnectedError, Truncated),
    (aiohttp.ClientOSError, Truncated),
    (aiohttp.ClientResponseError, BrokenProtocol),
    (ValueError, BrokenProtocol),
)


@contextmanager
def in_our_words() -> Iterator[None]:
    try:
        yield
    except (aiohttp.ClientError, ValueError) as error:
        raise next(fault for kind, fault in FAULTS if isinstance(error, kind))(type(error).__name__) from error


class AiohttpReply:
    def __init__(self, response: aiohttp.ClientResponse, deadlines: Deadlines, total_at: float) -> None:
        self.status = response.status
        self.headers: Headers = tuple((name.lower(), value) for name, value in response.raw_headers)
        self._response = response
        self._deadlines = deadlines
        self._total_at = total_at

    async def chunks(self) -> AsyncIterator[bytes]:
        while piece := await self._read():
            yield piece

    async def _read(self) -> bytes:
        now = asyncio.get_running_loop().time()
        stalled_at = now + self._deadlines.between_bytes
        try:
            with in_our_words():
                async with asyncio.timeout_at(min(stalled_at, self._total_at)):
                    return await self._response.content.readany()
        except TimeoutError as error:
            self.abort()
            raise (Stalled if stalled_at < self._total_at else TotalTimeout)("too slow") from error
        except (asyncio.CancelledError, Fault):
            self.abort()
            raise

    async def whole(self, limit: int) -> bytes:
        body = b""
        while piece := await self._read():
            body += piece
            if len(body) > limit:
                self.abort()
                raise BrokenProtocol("too long")
        return body

    def abort(self) -> None:
        self._response.close()


class AiohttpUpstream:
    def __init__(self, place: Place) -> None:
        self._tls = place.tls
        self._session: aiohttp.ClientSession | None = None

    async def call(self, call: Call) -> AiohttpReply:
        total_at = asyncio.get_running_loop().time() + call.deadlines.total
        try:
            async with asyncio.timeout_at(total_at):
                response = await self._respond(call)
        except TimeoutError as error:
            raise TotalTimeout("too slow in all") from error
        return AiohttpReply(response, call.deadlines, total_at)

    async def _respond(self, call: Call) -> aiohttp.ClientResponse:
        headers = [(name.decode(), value.decode("latin-1")) for name, value in call.headers]
        limits = call.deadlines
        with in_our_words():
            return await self._opened().request(
                call.method,
                URL(f"{call.scheme}://{call.host}:{call.port}{call.target}", encoded=True),
                headers=[*headers, ("accept-encoding", "identity")],
                data=io.BytesIO(call.body) if len(call.body) > JOINED else call.body,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=limits.connect, sock_read=limits.first_byte),
            )

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(ssl=self._tls if self._tls is not None else True),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
                skip_auto_headers=("user-agent", "accept", "content-type"),
            )
        return self._session

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            await asyncio.sleep(0)
