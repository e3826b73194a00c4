"""The example of RFC 7515, and an exchange of tokens over the wire that reads every assertion as Google would."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from halfopen.adapters.http import Client, Endpoint
from halfopen.adapters.signing import GoogleSigner
from halfopen.adapters.signing.google import AGAIN, EARLY, jws, key_of, token_endpoint
from halfopen.errors import BrokenProtocol, KeyRejected, Overloaded, ServerError, UpstreamFault
from halfopen.ports.upstream import Call
from halfopen.testing import HandClock, Hold, Received, Script, ScriptedUpstream, Step, wires
from tests.adapters.signing.accounts import account, base64url, pem

# RFC 7515, appendix A.2: header and payload as they are encoded there, and the signature.
HEADER = b'{"alg":"RS256"}'
PAYLOAD = b'{"iss":"joe",\r\n "exp":1300819380,\r\n "http://example.com/is_root":true}'
SIGNATURE = (
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1"
    "dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzD"
    "wusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe7"
    "7Rw"
)
CALL = Call(scheme="https", host="aiplatform.eu.rep.googleapis.com", port=443, target="/v1/chat/completions")


@dataclass(slots=True)
class Counter:
    """Where tokens are handed out, and whoever asks for one."""

    up: ScriptedUpstream
    signer: GoogleSigner
    clock: HandClock

    async def token(self) -> str:
        ((name, value),) = await self.signer.sign(CALL)
        assert name == b"authorization"
        return value.decode()


@asynccontextmanager
async def counter(folder: Path, script: Script) -> AsyncIterator[Counter]:
    async with asyncio.timeout(20), ScriptedUpstream(script) as up:
        who, clock = account(folder, up.host, up.port), HandClock()
        scheme, host, port = token_endpoint(who)
        client = Client([Endpoint(host, port, scheme)])
        try:
            yield Counter(up, GoogleSigner(who, client, clock), clock)
        finally:
            await client.close()


def granted(name: str, lasts: int = 3600) -> list[Step]:
    body = {"access_token": name, "expires_in": lasts, "token_type": "Bearer"}
    return wires.whole(200, json.dumps(body).encode())


def test_the_example_of_the_standard_is_signed_as_the_standard_signs_it() -> None:
    assert jws(HEADER, PAYLOAD, key_of(pem())).decode() == (
        "eyJhbGciOiJSUzI1NiJ9."
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
        f"{SIGNATURE}"
    )


def test_an_assertion_says_who_asks_for_what_for_how_long_and_is_signed(tmp_path: Path) -> None:
    async def main() -> None:
        async with counter(tmp_path, [granted("ya29.first")]) as place:
            assert await place.token() == "Bearer ya29.first"
            asked: Received = place.up.requests[0]
            assert (asked.method, asked.target) == ("POST", "/token")
            form = parse_qs(asked.body.decode(), strict_parsing=True)
            assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
            head, claims, signature = form["assertion"][0].split(".")
            assert json.loads(base64url(head)) == {
                "alg": "RS256",
                "typ": "JWT",
                "kid": "370ab79b4513eb9bad7c9bd16a95cb76b5b2a56a",
            }
            assert json.loads(base64url(claims)) == {
                "iss": "gateway@a-project.iam.gserviceaccount.com",
                "scope": "https://www.googleapis.com/auth/cloud-platform",
                "aud": f"http://{place.up.host}:{place.up.port}/token",
                "iat": 1_800_000_000,
                "exp": 1_800_003_600,
            }
            public = key_of(pem()).public_key()
            public.verify(base64url(signature), f"{head}.{claims}".encode(), PKCS1v15(), SHA256())

    asyncio.run(main())


def test_a_token_is_used_until_shortly_before_it_ends(tmp_path: Path) -> None:
    async def main() -> None:
        async with counter(tmp_path, [granted("one"), granted("two")]) as place:
            assert await place.token() == "Bearer one"
            place.clock.move(3600 - EARLY - 1)
            assert await place.token() == "Bearer one"
            assert place.up.served == 1
            place.clock.move(1)
            assert await place.token() == "Bearer two"
            assert place.up.served == 2

    asyncio.run(main())


def test_a_short_token_is_not_fetched_for_every_call(tmp_path: Path) -> None:
    async def main() -> None:
        async with counter(tmp_path, [granted("one", lasts=60), granted("two", lasts=60)]) as place:
            assert await place.token() == "Bearer one"
            place.clock.move(29)
            assert await place.token() == "Bearer one"
            place.clock.move(1)
            assert await place.token() == "Bearer two"

    asyncio.run(main())


def test_a_hundred_calls_at_once_ask_for_one_token(tmp_path: Path) -> None:
    async def main() -> None:
        async with counter(tmp_path, lambda _: [Hold(), *granted("one")]) as place:
            calls = [asyncio.create_task(place.token()) for _ in range(100)]
            await place.up.arrived(0)
            place.up.release()
            assert set(await asyncio.gather(*calls)) == {"Bearer one"}
            assert place.up.served == 1

    asyncio.run(main())


def test_a_caller_who_hangs_up_while_a_token_is_fetched_does_not_take_it_from_the_next(tmp_path: Path) -> None:
    async def main() -> None:
        async with counter(tmp_path, [[Hold()], granted("one")]) as place:
            first = asyncio.create_task(place.token())
            await place.up.arrived(0)
            second = asyncio.create_task(place.token())
            first.cancel()
            assert await second == "Bearer one"
            with pytest.raises(asyncio.CancelledError):
                await first

    asyncio.run(main())


def test_a_good_token_is_used_on_while_no_new_one_can_be_had_and_then_no_longer(tmp_path: Path) -> None:
    async def main() -> None:
        gone = wires.whole(503, b"{}")
        async with counter(tmp_path, [granted("one"), gone, gone, granted("two")]) as place:
            await place.token()
            place.clock.move(3600 - EARLY)
            assert await place.token() == "Bearer one"
            assert place.up.served == 2
            place.clock.move(AGAIN - 1)
            assert await place.token() == "Bearer one"
            assert place.up.served == 2  # nobody waits for Google again so soon
            place.clock.move(EARLY)
            with pytest.raises(ServerError):
                await place.token()
            assert await place.token() == "Bearer two"

    asyncio.run(main())


@pytest.mark.parametrize(
    ("status", "body", "fault", "words"),
    [
        (
            400,
            b'{"error": "invalid_grant", "error_description": "Invalid JWT Signature."}',
            KeyRejected,
            "invalid_grant",
        ),
        (401, b"{}", KeyRejected, "without a reason"),
        (429, b'{"error": "rate"}', Overloaded, "429, rate"),
        (500, b"<html>", ServerError, "500, without a reason"),
        (200, b"<html>", BrokenProtocol, "no token"),
        (200, b'{"token": "x"}', BrokenProtocol, "no token"),
    ],
)
def test_a_refusal_is_a_fault_with_googles_own_words_and_no_secret(
    status: int, body: bytes, fault: type[UpstreamFault], words: str, tmp_path: Path
) -> None:
    async def main() -> None:
        async with counter(tmp_path, [wires.whole(status, body)]) as place:
            with pytest.raises(fault) as raised:
                await place.token()
            assert words in raised.value.message
            assert "eyJ" not in raised.value.message
            assert "PRIVATE" not in raised.value.message

    asyncio.run(main())
