"""The bare skeleton to compare with: the same server and client, JSON read and rewritten, and nothing else.

python benchmarks/skeleton.py PORT UPSTREAM_PORT
"""

from __future__ import annotations

import sys
from typing import Any

import msgspec
import uvicorn

from halfopen.adapters.http import Client, Endpoint
from halfopen.ports.upstream import Call
from halfopen.wire import body as bodies
from halfopen.wire.chat import answer


class Bare:
    """Relays one POST to one place: no doors, no decision, no ledger, no counters."""

    def __init__(self, upstream: int) -> None:
        self._port = upstream
        self._client: Client | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if self._client is None:
            self._client = Client([Endpoint("127.0.0.1", self._port, "http")])
        message = await receive()
        body = bodies.read(message["body"])
        body["model"] = msgspec.Raw(b'"instant"')
        call = Call(
            scheme="http",
            host="127.0.0.1",
            port=self._port,
            target="/v1/chat/completions",
            headers=((b"content-type", b"application/json"),),
            body=bodies.write(body),
        )
        reply = await self._client.call(call)
        data = await reply.whole(2**20)
        answer.usage(data)
        headers = ((b"content-type", b"application/json"), (b"content-length", b"%d" % len(data)))
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": data})


def main() -> None:
    """Serves until it is ended."""
    port, upstream = int(sys.argv[1]), int(sys.argv[2])
    uvicorn.run(
        Bare(upstream), host="127.0.0.1", port=port, lifespan="off", access_log=False, log_level="warning", ws="none"
    )


if __name__ == "__main__":
    main()
