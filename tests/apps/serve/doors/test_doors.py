"""Who is let in: pages, foreign hosts, keys in the wrong place, bodies too large and senders too slow are not."""

from __future__ import annotations

import gzip
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anthropic
import openai
import pytest

from halfopen.testing import ScriptedUpstream
from tests.apps.serve.gateways import (
    CHAT,
    HI,
    MESSAGES,
    ROOT,
    Inside,
    bare_environment,
    command,
    exchanged,
    inside,
    over,
    post,
    run,
    written,
)
from tests.apps.serve.test_passing import chat_script

BODY = b'{"model":"m-up","messages":[{"role":"user","content":"Hi"}]}'
TIGHT = {"body_mb": 1, "headers": 20, "sender_seconds": 0.3}
JSON = "content-type: application/json"

# What stands in a request's head instead of the usual host and content-type, and the status it gets.
HEADS: Mapping[str, tuple[str, int]] = {
    "a page's plain text": ("host: {us}\r\ncontent-type: text/plain", 415),
    "a form": ("host: {us}\r\ncontent-type: application/x-www-form-urlencoded", 415),
    "no media type": ("host: {us}", 415),
    "a foreign host": ("host: evil.example\r\n" + JSON, 421),
    "a foreign host at our port": ("host: evil.example:{port}\r\n" + JSON, 421),
    "a host that begins like ours": ("host: 127.0.0.1.evil.example\r\n" + JSON, 421),
    "our host at a wrong port": ("host: 127.0.0.1:1\r\n" + JSON, 421),
    "localhost at a wrong port": ("host: localhost:1\r\n" + JSON, 421),
    "an empty host": ("host:\r\n" + JSON, 421),
    "two hosts": ("host: {us}\r\nhost: {us}\r\n" + JSON, 421),
    "a foreign origin": ("host: {us}\r\norigin: https://evil.example\r\n" + JSON, 403),
    "the origin null": ("host: {us}\r\norigin: null\r\n" + JSON, 403),
    "an origin that is ours, though not listed": ("host: {us}\r\norigin: http://{us}\r\n" + JSON, 403),
    "too many headers": ("host: {us}\r\n" + JSON + "\r\n" + "\r\n".join(f"x-{n}: y" for n in range(30)), 431),
}
OURS = ("127.0.0.1:{port}", "localhost:{port}", "LOCALHOST:{port}", "127.0.0.1", "gate.example")


def head(gateway: Inside, method: str, path: str, lines: str) -> bytes:
    us = f"127.0.0.1:{gateway.port}"
    fields = lines.format(us=us, port=gateway.port)
    return f"{method} {path} HTTP/1.1\r\n{fields}\r\nconnection: close\r\n".encode("latin-1")


def sent(gateway: Inside, method: str, path: str, lines: str) -> bytes:
    return head(gateway, method, path, lines) + b"content-length: %d\r\n\r\n" % len(BODY) + BODY


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def told(answer: bytes) -> str:
    """The sentence in an error of either dialect."""
    sentence = json.loads(answer.partition(b"\r\n\r\n")[2])["error"]["message"]
    assert isinstance(sentence, str)
    assert len(sentence) > 20
    return sentence


@pytest.mark.parametrize("path", [CHAT, MESSAGES, "/halfopen/explain"])
def test_what_is_not_let_in_gets_a_sentence_and_no_cors_header(tmp_path: Path, path: str) -> None:
    async def story() -> None:
        async with (
            ScriptedUpstream(chat_script) as up,
            inside(tmp_path, over({"up": up}, listen=TIGHT)) as gateway,
        ):
            for name, (lines, status) in HEADS.items():
                answer = await exchanged(gateway.port, sent(gateway, "POST", path, lines))
                assert status_of(answer) == status, (name, answer)
                assert told(answer)
                assert b"access-control" not in answer.lower(), name
            assert up.connections == 0

    run(story())


@pytest.mark.parametrize("path", [CHAT, MESSAGES, "/v1/models", "/"])
def test_a_preflight_is_refused_whoever_asks(tmp_path: Path, path: str) -> None:
    lines = "host: {us}\r\norigin: %s\r\naccess-control-request-method: POST\r\naccess-control-request-headers: x"
    listed = {**TIGHT, "origins": ["https://team.example"]}

    async def story() -> None:
        async with ScriptedUpstream(chat_script) as up, inside(tmp_path, over({"up": up}, listen=listed)) as gateway:
            for origin in ("https://evil.example", "https://team.example"):
                answer = await exchanged(gateway.port, head(gateway, "OPTIONS", path, lines % origin) + b"\r\n")
                assert 400 <= status_of(answer) < 500
                assert b"access-control" not in answer.lower()
            assert up.connections == 0

    run(story())


def test_our_own_names_and_a_listed_origin_are_let_in_and_no_cors_header_is_sent(tmp_path: Path) -> None:
    listed = {"hosts": ["gate.example"], "origins": ["https://team.example"]}

    async def story() -> None:
        async with ScriptedUpstream(chat_script) as up, inside(tmp_path, over({"up": up}, listen=listed)) as gateway:
            for host in OURS:
                lines = f"host: {host}\r\norigin: https://team.example\r\n{JSON}; charset=utf-8"
                answer = await exchanged(gateway.port, sent(gateway, "POST", CHAT, lines))
                assert status_of(answer) == 200, (host, answer)
                assert b"access-control" not in answer.lower()

    run(story())


@pytest.mark.parametrize(
    "query",
    [
        "api_key=sk-1",
        "key=1",
        "a=b&API-KEY=1",
        "x-api-key=1",
        "token=1",
        "a=1;access_token=1",
        "%6Bey=sk-1",
        "a=b&api%5fkey=sk-1",
        "%4B%45%59=1",
        "%20key+=1",
        "openai_api_key=1",
        "anthropic_api_key=1",
        "x-goog-api-key=1",
        "halfopen_key=1",
        "subscription-key=1",
        "client_secret=1",
        "password=1",
        "auth=1",
        "bearer=1",
        "key%5B%5D=1",
        "openaiApiKey=1",
        "Ocp-Apim-Subscription-Key=1",
        "OPENAI_API_KEY=1",
        "apikey=1",
        "x=sk-1234567890abcdef1234",
        "x=sk-ant-api03-1234567890abcdef",
        "x=AIza1234567890abcdefghijklmnopqrstuvwxy",
        "x=gsk_1234567890abcdef1234",
        "x=%73k-1234567890abcdef1234",
        "sk-1234567890abcdef1234",
        "x=Bearer+1234567890",
    ],
)
def test_a_key_in_the_url_is_refused_and_not_repeated(tmp_path: Path, query: str) -> None:
    async def story() -> None:
        async with ScriptedUpstream(chat_script) as up, inside(tmp_path, over({"up": up})) as gateway:
            for path in (CHAT, MESSAGES, "/v1/models"):
                answer = await exchanged(
                    gateway.port, sent(gateway, "POST", f"{path}?{query}", "host: {us}\r\n" + JSON)
                )
                assert status_of(answer) == 400
                assert "URL" in told(answer)
                assert b"sk-1" not in answer
            assert up.connections == 0

    run(story())


INNOCENT = (
    "max_tokens=9",
    "api-version=2024-10-21",
    "after_id=msk_1234567890abcdef1234",
    "limit=20&before_id=x",
    "author=x",
    "keyword=x",
    "model=task-1234567890abcdef1234",
    "tokens=1&maxTokens=2",
)


@pytest.mark.parametrize("query", ["a=key%3D1%26key=1", "monkey=1", "key", "beta=true", "=key=1", *INNOCENT])
def test_a_query_in_which_nothing_is_named_like_a_key_is_let_in(tmp_path: Path, query: str) -> None:
    async def story() -> None:
        async with ScriptedUpstream(chat_script) as up, inside(tmp_path, over({"up": up})) as gateway:
            answer = await exchanged(gateway.port, sent(gateway, "POST", f"{CHAT}?{query}", "host: {us}\r\n" + JSON))
            assert status_of(answer) == 200

    run(story())


@pytest.mark.parametrize("path", [CHAT, MESSAGES, "/halfopen/explain"])
def test_a_body_that_is_packed_is_told_that_it_must_not_be(tmp_path: Path, path: str) -> None:
    async def story() -> None:
        async with ScriptedUpstream(chat_script) as up, inside(tmp_path, over({"up": up})) as gateway:
            packed = post(gateway.port, path, gzip.compress(BODY), b"content-encoding: gzip\r\n")
            answer = await exchanged(gateway.port, packed)
            assert status_of(answer) == 415
            assert "content-encoding is gzip" in told(answer)
            plain = post(gateway.port, CHAT, BODY, b"content-encoding: identity\r\n")
            assert status_of(await exchanged(gateway.port, plain)) == 200

    run(story())


def test_with_a_key_set_everything_but_health_needs_it(tmp_path: Path) -> None:
    async def story() -> None:
        async with (
            ScriptedUpstream(chat_script) as up,
            inside(tmp_path, over({"up": up}), key="s3cret") as gateway,
        ):
            for wrong in ("unused", "s3cre", "s3cret2"):
                with pytest.raises(openai.AuthenticationError, match="key"):
                    await gateway.openai(api_key=wrong).chat.completions.create(model="m-up", messages=HI)
            for path in ("/v1/models", "/metrics", "/", "/halfopen/requests/req_1"):
                answer = await exchanged(gateway.port, head(gateway, "GET", path, "host: {us}") + b"\r\n")
                assert status_of(answer) == 401, path
            for path in ("/healthz", "/readyz"):
                answer = await exchanged(gateway.port, head(gateway, "GET", path, "host: {us}") + b"\r\n")
                assert status_of(answer) == 200, path
            assert up.connections == 0
            answered = await gateway.openai(api_key="s3cret").chat.completions.create(model="m-up", messages=HI)
            assert answered.choices[0].message.content == "Grüße"
            lines = f"host: {{us}}\r\nx-api-key: s3cret\r\n{JSON}"
            assert status_of(await exchanged(gateway.port, sent(gateway, "POST", CHAT, lines))) == 200
            assert not any(b"s3cret" in value for request in up.requests for _, value in request.headers)

    run(story())


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_listening_beyond_loopback_without_a_key_is_refused(tmp_path: Path, host: str) -> None:
    written(tmp_path, {})
    started = subprocess.run(
        command("up", "--host", host, "--port", "0", "--sandbox", "--data", str(tmp_path / "data")),
        env=bare_environment(tmp_path),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert started.returncode == 2
    assert "HALFOPEN_KEY" in started.stderr
    assert host in started.stderr
    assert "Traceback" not in started.stderr
    assert ROOT.name not in started.stdout


def test_a_huge_body_is_refused_whether_it_says_its_length_or_not(tmp_path: Path) -> None:
    async def story() -> None:
        async with (
            ScriptedUpstream(chat_script) as up,
            inside(tmp_path, over({"up": up}, listen=TIGHT)) as gateway,
        ):
            usual = head(gateway, "POST", CHAT, "host: {us}\r\n" + JSON)
            answer = await exchanged(gateway.port, usual + b"content-length: 99000000000\r\n\r\n")
            assert status_of(answer) == 413, "a length is believed before a byte of the body has come"
            assert "body_mb" in told(answer)
            piece = b"%x\r\n%b\r\n" % (2**18, b" " * 2**18)
            answer = await exchanged(gateway.port, usual + b"transfer-encoding: chunked\r\n\r\n" + 5 * piece)
            assert status_of(answer) == 413
            assert "body_mb" in told(answer)
            fitting = b'{"model":"m-up","messages":[{"content":"' + b"x" * (2**20 - 1000) + b'"}]}'
            assert status_of(await exchanged(gateway.port, post(gateway.port, CHAT, fitting))) == 200

    run(story())


def test_a_client_that_sends_far_too_much_is_told_so_in_its_own_dialect(tmp_path: Path) -> None:
    large: Any = [{"role": "user", "content": "x" * (24 * 2**20)}]

    async def story() -> None:
        async with (
            ScriptedUpstream(chat_script) as up,
            inside(tmp_path, over({"up": up}, listen={"body_mb": 1})) as gateway,
        ):
            with pytest.raises(openai.APIStatusError, match="body_mb") as refused:
                await gateway.openai().chat.completions.create(model="m-up", messages=large)
            assert refused.value.status_code == 413
            with pytest.raises(anthropic.APIStatusError, match="request_too_large"):
                await gateway.anthropic().messages.create(model="m-up", messages=large, max_tokens=9)
            assert up.connections == 0

    run(story())


@pytest.mark.parametrize("path", [CHAT, MESSAGES])
def test_whoever_sends_a_body_slowly_is_told_and_let_go(tmp_path: Path, path: str) -> None:
    async def story() -> None:
        async with (
            ScriptedUpstream(chat_script) as up,
            inside(tmp_path, over({"up": up}, listen=TIGHT)) as gateway,
        ):
            answer = await exchanged(gateway.port, sent(gateway, "POST", path, "host: {us}\r\n" + JSON)[:-5])
            assert status_of(answer) == 408
            assert "0.3 s" in told(answer)
            assert up.connections == 0

    run(story())
