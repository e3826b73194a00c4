"""Access tokens of a Google service account: a signed assertion of who we are, exchanged for a token of an hour.

The assertion is a JWT (RFC 7519) in the compact form of a JWS (RFC 7515), signed by RS256 with the account's key, and
the exchange is the grant of RFC 7523. A token is used until shortly before it ends. While the next one cannot be had,
the present one goes on being used for as long as it is good.
"""

from __future__ import annotations

import asyncio
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

import msgspec

from halfopen.adapters.signing.credentials import GoogleAccount, SigningTrouble
from halfopen.errors import BrokenProtocol, Fault, KeyRejected, Overloaded, ServerError, UpstreamFault
from halfopen.ports.runtime import Clock
from halfopen.ports.upstream import Call, Deadlines, Headers, Upstream

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

SCOPE = "https://www.googleapis.com/auth/cloud-platform"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LASTS = 3600  # seconds that an assertion may be used; Google allows no more
EARLY = 300.0  # seconds before a token ends in which the next one is fetched
AGAIN = 30.0  # seconds after a failed exchange in which a token that is still good is used without asking
PATIENCE = Deadlines(connect=5.0, first_byte=10.0, between_bytes=5.0, total=15.0)
MOST_BYTES = 2**16
SHOWN = 200  # characters of Google's own words in a message
USUAL_PORTS = {"http": 80, "https": 443}


class Granted(msgspec.Struct, frozen=True):
    """What the exchange answers with."""

    access_token: str
    expires_in: float  # seconds
    token_type: str = "Bearer"


class Denied(msgspec.Struct, frozen=True):
    """What it answers with otherwise."""

    error: str = ""
    error_description: str = ""


class GoogleSigner:
    """Implements `ports.upstream.Signer`. Of `upstream` it needs the account's `token_endpoint`, and nothing else.

    Raises SigningTrouble if the key cannot be read, or its package is missing.
    """

    def __init__(self, account: GoogleAccount, upstream: Upstream, clock: Clock) -> None:
        self._account, self._upstream, self._clock = account, upstream, clock
        self._key = key_of(account.private_key)
        self._one_at_a_time = asyncio.Lock()
        self._headers: Headers = ()
        self._ends = self._renews = 0.0  # seconds since 1970

    async def sign(self, call: Call) -> Headers:
        """The header with a token that is good. Raises UpstreamFault where none can be had."""
        if self._clock.now() >= self._renews:
            async with self._one_at_a_time:
                if self._clock.now() >= self._renews:
                    await self._renew()
        return self._headers

    async def _renew(self) -> None:
        now = self._clock.now()
        try:
            granted = await self._exchanged(assertion(self._account, self._key, now))
        except UpstreamFault:
            if now >= self._ends:
                raise
            self._renews = now + AGAIN
            return
        self._headers = ((b"authorization", b"Bearer " + granted.access_token.encode()),)
        self._ends = now + granted.expires_in
        self._renews = max(self._ends - EARLY, now + granted.expires_in / 2)

    async def _exchanged(self, proof: bytes) -> Granted:
        scheme, host, port = token_endpoint(self._account)
        call = Call(
            scheme=scheme,
            host=host,
            port=port,
            target=urlsplit(self._account.token_uri).path or "/",
            headers=((b"content-type", b"application/x-www-form-urlencoded"),),
            body=urlencode({"grant_type": GRANT, "assertion": proof.decode()}).encode(),
            deadlines=PATIENCE,
        )
        reply = await self._upstream.call(call)
        body = await reply.whole(MOST_BYTES)
        if reply.status != 200:
            raise denied(reply.status, body, self._account.client_email)
        try:
            return msgspec.json.decode(body, type=Granted)
        except msgspec.DecodeError:
            raise BrokenProtocol("Google answered the exchange of a token with something that is no token") from None


def token_endpoint(account: GoogleAccount) -> tuple[str, str, int]:
    """Scheme, host and port of where assertions are exchanged."""
    url = urlsplit(account.token_uri)
    return url.scheme, url.hostname or "", url.port or USUAL_PORTS[url.scheme]


def assertion(account: GoogleAccount, key: RSAPrivateKey, now: float) -> bytes:
    """The account's statement that it is itself, good for an hour from `now` (seconds since 1970)."""
    head = {"alg": "RS256", "typ": "JWT"} | ({"kid": account.private_key_id} if account.private_key_id else {})
    claims = {
        "iss": account.client_email,
        "scope": SCOPE,
        "aud": account.token_uri,
        "iat": int(now),
        "exp": int(now) + LASTS,
    }
    return jws(msgspec.json.encode(head), msgspec.json.encode(claims), key)


def jws(head: bytes, payload: bytes, key: RSAPrivateKey) -> bytes:
    """The compact serialization of RFC 7515, 3.1, of texts as they are; `head` has to say RS256."""
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    text = _base64url(head) + b"." + _base64url(payload)
    return text + b"." + _base64url(key.sign(text, PKCS1v15(), SHA256()))


def key_of(pem: str) -> RSAPrivateKey:
    """The key that a PEM text holds. Raises SigningTrouble, which quotes nothing of it."""
    try:
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
    except ImportError:
        raise SigningTrouble("a Google service account signs with RSA: install `halfopen[google]`") from None
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError):
        raise SigningTrouble(
            "the private_key of the service account is no PEM text of a key without a password"
        ) from None
    if not isinstance(key, RSAPrivateKey):
        raise SigningTrouble("the private_key of the service account is no RSA key")
    return key


def denied(status: int, body: bytes, who: str) -> Fault:
    """A refusal to give out a token, as a fault with Google's own short words."""
    try:
        said = msgspec.json.decode(body, type=Denied)
    except msgspec.DecodeError:
        said = Denied()
    words = " ".join(f"{said.error} {said.error_description}".split())[:SHOWN] or "without a reason"
    message = f"Google gave no token to {who}: {status}, {words}"
    if status == 429:
        return Overloaded(message)
    return (
        ServerError(message) if status >= 500 else KeyRejected(f"{message}; its key may be deleted, or the clock wrong")
    )


def _base64url(data: bytes) -> bytes:
    return urlsafe_b64encode(data).rstrip(b"=")
