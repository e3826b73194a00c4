"""Who is let in, before anything is read: Host, Origin, key, media type, sizes. Locked on loopback too."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from halfopen.access.key import Key, Right
from halfopen.apps.config.settings import Listen
from halfopen.apps.serve.secrets import holds_a_secret
from halfopen.errors import (
    BadBody,
    CallerGone,
    ForeignHost,
    ForeignOrigin,
    SecretInUrl,
    SlowSender,
    TooLarge,
    TooManyHeaders,
    WrongMediaType,
)
from halfopen.flows.asking.keyring import Keyring

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = Mapping[bytes, bytes]

MEDIA = {"json": b"application/json", "form": b"multipart/form-data"}
LATE = "the body is late"  # the message of a cancellation for that; any other is somebody else's
OPEN_PATHS = frozenset((b"/healthz", b"/readyz"))  # say nothing but ready or not


class Doors:
    """Lets a request in or raises the fault that says why not."""

    def __init__(self, listen: Listen, keys: Keyring) -> None:
        self._ours = frozenset(name.lower().encode() for name in ("localhost", listen.host, *listen.hosts))
        self._origins = frozenset(origin.lower().encode() for origin in listen.origins)
        self._keys = keys
        self._listen = listen
        self.most_bytes = listen.body_mb * 2**20

    def enter(self, scope: Scope, right: Right = "call") -> tuple[Headers, Key | None]:
        """The headers by name, and whose key is shown, if anybody needs one.

        Raises ForeignHost, ForeignOrigin, TooManyHeaders, SecretInUrl, NoKey, NotAllowed, BadBody.
        """
        listed = scope["headers"]
        if len(listed) > self._listen.headers:
            raise TooManyHeaders(f"{len(listed)} headers; at most {self._listen.headers} are read.")
        headers = dict(listed)
        hosts = [value for name, value in listed if name == b"host"]
        if len(hosts) != 1 or not self._is_us(hosts[0].lower(), scope["server"]):
            said = ", ".join(host.decode("latin-1") for host in hosts) or "none"
            raise ForeignHost(f"This gateway is not {said[:80]}. Names it should answer to go into `listen.hosts`.")
        origin = headers.get(b"origin")
        if origin is not None and origin.lower() not in self._origins:
            raise ForeignOrigin(
                f"Pages of {origin.decode('latin-1')[:80]} may not call this gateway (`listen.origins`)."
            )
        if scope["query_string"] and holds_a_secret(scope["query_string"]):
            raise SecretInUrl("A key in a URL ends up in logs and histories. Send it as `authorization: Bearer ...`.")
        holder = None if scope["raw_path"] in OPEN_PATHS else self._keys.holder(_shown(headers), right)
        if len(headers) < len(listed):
            _once(listed)
        return headers, holder

    async def body(self, headers: Headers, receive: Receive, takes: str = "json") -> bytes:
        """The whole body. Raises WrongMediaType, TooLarge, SlowSender, CallerGone."""
        media = headers.get(b"content-type", b"").split(b";", 1)[0].strip().lower()
        if media != MEDIA[takes]:
            said = media.decode("latin-1")[:60] or "missing"
            raise WrongMediaType(f"The content-type is {said}. Send {MEDIA[takes].decode()}.")
        coding = headers.get(b"content-encoding", b"identity").strip().lower()
        if coding != b"identity":
            said = coding.decode("latin-1")[:60]
            raise WrongMediaType(f"The content-encoding is {said}; none is read. Send the JSON as it is.")
        length = headers.get(b"content-length", b"0")
        if length.isdigit() and int(length) > self.most_bytes:
            raise TooLarge(
                f"The body is {int(length):,} bytes; at most {self.most_bytes:,} are read (`listen.body_mb`)."
            )
        return await self._in_time(receive)

    async def _in_time(self, receive: Receive) -> bytes:
        """As `asyncio.timeout` does it, which every request would pay four microseconds for."""
        work, seconds = asyncio.current_task(), self._listen.sender_seconds
        assert work is not None
        timer = asyncio.get_running_loop().call_later(seconds, work.cancel, LATE)
        try:
            return await self._all(receive)
        except asyncio.CancelledError as cancelled:
            if LATE not in cancelled.args:
                raise
            work.uncancel()
            raise SlowSender(f"The body did not arrive within {seconds:g} s.") from None
        finally:
            timer.cancel()

    async def _all(self, receive: Receive) -> bytes:
        pieces: list[bytes] = []
        size, more = 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise CallerGone("The caller hung up while sending.")
            pieces.append(message["body"])
            size += len(message["body"])
            more = message.get("more_body", False)
            if size > self.most_bytes:
                raise TooLarge(f"The body is larger than {self.most_bytes:,} bytes (`listen.body_mb`).")
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _is_us(self, host: bytes, server: tuple[str, int | None] | None) -> bool:
        if host in self._ours:
            return True  # a listed name, with the port it is listed with
        name, colon, port = host.rpartition(b":")
        if not colon or port.endswith(b"]"):
            name, port = host, b""
        address, our_port = server or ("", None)
        if port and port != str(our_port).encode():
            return False
        return name in self._ours or name.strip(b"[]") in (
            address.encode(),
            b"127.0.0.1" if _loopback(address) else b"",
        )


def _shown(headers: Headers) -> bytes:
    """The key that a caller shows, empty for none."""
    kind, _, bearer = headers.get(b"authorization", b"").partition(b" ")
    shown = bearer.strip() if kind.lower() == b"bearer" else b""
    return shown or headers.get(b"x-api-key", b"") or headers.get(b"x-goog-api-key", b"")


def _once(listed: list[tuple[bytes, bytes]]) -> None:
    """Raises BadBody for a label of ours that is given twice: either might be the private one."""
    labels = [name for name, _ in listed if name.startswith(b"x-halfopen-")]
    twice = next((name for name in labels if labels.count(name) > 1), None)
    if twice is not None:
        raise BadBody(f"`{twice.decode('latin-1')[:60]}` is given twice. Send it once: neither may overrule the other.")


def _loopback(address: str) -> bool:
    return address.startswith("127.") or address == "::1"
