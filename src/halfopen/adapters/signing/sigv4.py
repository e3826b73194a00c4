"""AWS Signature Version 4: headers by which AWS knows who sent a request, and that nobody changed it on its way.

The request is written in one canonical form, the form is hashed, and the hash is signed with a key that was derived
from the secret for one day, one region and one service. So a signature that was overheard is of no use elsewhere,
and of none at all some minutes later. All of it is a function of the request, the keys, the scope and the time.

Every service but S3 expects the path, as it stands on the request line, to be percent-encoded once more.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import quote, unquote

from halfopen.adapters.signing.credentials import AwsKeys, Scope
from halfopen.ports.runtime import Clock
from halfopen.ports.upstream import Call, Headers

ALGORITHM = "AWS4-HMAC-SHA256"
USUAL_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class AwsSigner:
    """Signs calls to one endpoint. Implements `ports.upstream.Signer`."""

    keys: AwsKeys
    scope: Scope
    clock: Clock

    async def sign(self, call: Call) -> Headers:
        return signed(call, self.keys, self.scope, self.clock.now())


def signed(call: Call, keys: AwsKeys, scope: Scope, now: float) -> Headers:
    """The headers to be added to a call. All that it has already is covered, and so is the `host` it will be sent with.

    `now` is in seconds since 1970, and has to be right within some minutes.
    """
    stamp = datetime.fromtimestamp(now, UTC).strftime("%Y%m%dT%H%M%SZ")
    added = [(b"x-amz-date", stamp.encode())]
    if keys.token:
        added.append((b"x-amz-security-token", keys.token.encode()))
    text, names = canonical(call.method, call.target, ((b"host", host_of(call)), *call.headers, *added), call.body)
    lasting = f"{stamp[:8]}/{scope.region}/{scope.service}/aws4_request"
    to_sign = f"{ALGORITHM}\n{stamp}\n{lasting}\n{sha256(text).hexdigest()}"
    signature = _hmac(key_for(keys.secret, stamp[:8], scope), to_sign).hex()
    proof = f"{ALGORITHM} Credential={keys.access}/{lasting}, SignedHeaders={names.decode()}, Signature={signature}"
    return (*added, (b"authorization", proof.encode()))


def canonical(method: str, target: str, headers: Headers, body: bytes) -> tuple[bytes, bytes]:
    """The one form in which a request is signed, and the names of the headers in it."""
    values: dict[bytes, list[bytes]] = {}
    for name, value in headers:
        values.setdefault(name.lower(), []).append(b" ".join(value.split()))
    names = sorted(values)
    fields = b"".join(b"%b:%b\n" % (name, b",".join(values[name])) for name in names)
    path, _, query = target.partition("?")
    start = f"{method}\n{_path(path)}\n{_query(query)}\n".encode()
    return start + fields + b"\n%b\n%b" % (b";".join(names), sha256(body).hexdigest().encode()), b";".join(names)


def key_for(secret: str, day: str, scope: Scope) -> bytes:
    """The key of one day (`20150830`), region and service."""
    key = f"AWS4{secret}".encode()
    for part in (day, scope.region, scope.service, "aws4_request"):
        key = _hmac(key, part)
    return key


def host_of(call: Call) -> bytes:
    """The `host` header as RFC 9110, 7.2 wants it, and as the client will write it."""
    host = f"[{call.host}]" if ":" in call.host else call.host
    name = host if call.port == USUAL_PORTS.get(call.scheme) else f"{host}:{call.port}"
    return name.encode("ascii" if name.isascii() else "idna")


def _path(path: str) -> str:
    kept: list[str] = []
    for piece in path.split("/"):
        if piece == "..":
            del kept[-1:]
        elif piece not in ("", "."):
            kept.append(quote(piece, safe=""))
    return "/" + "/".join(kept) + ("/" if kept and path.endswith("/") else "")


def _query(query: str) -> str:
    """The pairs in the order of their encoded names, then values; what was encoded already is not encoded twice."""
    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    ordered = sorted((quote(unquote(name), safe=""), quote(unquote(value), safe="")) for name, _, value in pairs)
    return "&".join(f"{name}={value}" for name, value in ordered)


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
