"""Bedrock and Vertex as a team sets them up: each call is signed, and what proves who we are stays with us."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import openai
import pytest

from halfopen.adapters.signing import Scope, SigningTrouble
from halfopen.adapters.signing.sigv4 import canonical, key_for
from halfopen.testing import Received, ScriptedUpstream, Step, always, wires
from tests.adapters.signing.accounts import key_file
from tests.apps.serve.gateways import HI, PRICES, inside, run

AWS = {
    "AWS_ACCESS_KEY_ID": "AKID",
    "AWS_SECRET_ACCESS_KEY": "s3cr3t",
    "AWS_SESSION_TOKEN": "lent-for-an-hour",
    "AWS_REGION": "eu-central-1",
}


def serving(provider: str, address: str, model: str) -> Mapping[str, Any]:
    """A config in which a shipped provider has the address that a team gives it, and one model."""
    offer = {"model": model, "provider": provider, "served_as": f"{provider}.{model}", "prices": PRICES}
    return {"providers": {provider: {"base_url": address}}, "offers": [offer]}


def right(asked: Received, scope: Scope) -> bool:
    """Whether a request is signed with our secret, found from what came over the wire alone."""
    said = asked.values(b"authorization")[0].decode()
    names = said.partition("SignedHeaders=")[2].partition(",")[0].split(";")
    covered = tuple((name.encode(), b",".join(asked.values(name.encode()))) for name in names)
    text, _ = canonical(asked.method, asked.target, covered, asked.body)
    stamp = asked.values(b"x-amz-date")[0].decode()
    lasting = f"{stamp[:8]}/{scope.region}/{scope.service}/aws4_request"
    to_sign = f"AWS4-HMAC-SHA256\n{stamp}\n{lasting}\n{sha256(text).hexdigest()}"
    key = key_for(AWS["AWS_SECRET_ACCESS_KEY"], stamp[:8], scope)
    return said.endswith(f"Signature={hmac.new(key, to_sign.encode(), 'sha256').hexdigest()}")


def test_bedrock_answers_a_call_that_is_signed_for_its_region(tmp_path: Path) -> None:
    def script(asked: Received) -> list[Step]:
        if right(asked, Scope("eu-central-1", "bedrock")):
            return wires.chat_answer("hello")
        return wires.error(403, {"message": "The request signature we calculated does not match"})

    async def main() -> None:
        async with ScriptedUpstream(script) as up:
            config = serving("aws", f"http://{up.host}:{up.port}", "gpt-oss-120b")
            async with inside(tmp_path, config, variables=AWS) as gateway:
                answer = await gateway.openai().chat.completions.create(model="gpt-oss-120b@aws", messages=HI)
                assert answer.choices[0].message.content == "hello"
            asked = up.requests[0]
            assert asked.target == "/openai/v1/chat/completions"
            assert asked.values(b"x-amz-security-token") == [b"lent-for-an-hour"]
            assert {name for name, value in asked.headers if b"s3cr3t" in value} == set()

    run(main())


def test_a_refusal_that_quotes_our_session_token_is_passed_on_without_it(tmp_path: Path) -> None:
    async def main() -> None:
        quoting = wires.error(400, {"message": "bad token lent-for-an-hour"})
        async with ScriptedUpstream(always(quoting)) as up:
            config = serving("aws", f"http://{up.host}:{up.port}", "gpt-oss-120b")
            async with inside(tmp_path, config, variables=AWS) as gateway:
                with pytest.raises(openai.APIStatusError) as raised:
                    await gateway.openai().chat.completions.create(model="gpt-oss-120b@aws", messages=HI)
                assert "lent-for-an-hour" not in raised.value.response.text
                assert "[key]" in raised.value.response.text

    run(main())


def test_without_the_second_half_of_its_key_bedrock_is_not_called(tmp_path: Path) -> None:
    async def main() -> None:
        half = {name: value for name, value in AWS.items() if name != "AWS_SECRET_ACCESS_KEY"}
        config = serving("aws", "https://bedrock-runtime.eu-central-1.amazonaws.com", "gpt-oss-120b")
        async with inside(tmp_path, config, variables=half) as gateway:
            assert gateway.begun.roster.lacks["aws"] == "it has no key: set AWS_SECRET_ACCESS_KEY"

    run(main())


def test_vertex_gets_a_token_that_was_exchanged_once_and_for_all_calls(tmp_path: Path) -> None:
    token = json.dumps({"access_token": "ya29.abc", "expires_in": 3600, "token_type": "Bearer"}).encode()

    async def main() -> None:
        async with (
            ScriptedUpstream(always(wires.whole(200, token))) as google,
            ScriptedUpstream(always(wires.chat_answer("hello"))) as up,
        ):
            file = key_file(tmp_path, token_uri=f"http://{google.host}:{google.port}/token")
            place = "/v1/projects/a-project/locations/eu/endpoints/openapi"
            config = serving("vertex", f"http://{up.host}:{up.port}{place}", "gemma-4-31b")
            async with inside(tmp_path, config, variables={"GOOGLE_APPLICATION_CREDENTIALS": str(file)}) as gateway:
                for _ in range(2):
                    await gateway.openai().chat.completions.create(model="gemma-4-31b@vertex", messages=HI)
            assert [asked.target for asked in up.requests] == [f"{place}/chat/completions"] * 2
            assert [asked.values(b"authorization") for asked in up.requests] == [[b"Bearer ya29.abc"]] * 2
            assert google.served == 1

    run(main())


def test_a_key_file_that_is_none_stops_the_start_with_its_name(tmp_path: Path) -> None:
    async def main() -> None:
        config = serving("vertex", "http://127.0.0.1:1/openapi", "gemma-4-31b")
        async with inside(tmp_path, config, variables={"GOOGLE_APPLICATION_CREDENTIALS": str(tmp_path / "gone.json")}):
            raise AssertionError("it started")

    with pytest.raises(SigningTrouble, match=r"gone\.json cannot be read"):
        run(main())
