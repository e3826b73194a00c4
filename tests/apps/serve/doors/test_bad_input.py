"""Whatever a caller sends, it gets a 4xx in its own dialect with a sentence that helps; never a 500."""

from __future__ import annotations

import asyncio
import http.client
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anthropic
import openai
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from halfopen.testing import ScriptedUpstream, always, wires
from tests.apps.serve.gateways import CHAT, HI, MESSAGES, exchanged, inside, over, post, run
from tests.apps.serve.test_passing import chat_script

DEEP = 200_000
# A body, the status it gets, and what its sentence must name.
BODIES: Mapping[str, tuple[bytes, int, str]] = {
    "nothing": (b"", 400, "it is empty"),
    "words": (b"hello", 400, "JSON"),
    "half an object": (b'{"model": "m-up", "messages": [', 400, "JSON"),
    "a list": (b"[]", 400, "object"),
    "a number": (b"7", 400, "object"),
    "null": (b"null", 400, "object"),
    "two objects": (b'{"model":"m-up","messages":[{}]}{}', 400, "JSON"),
    "binary garbage": (bytes(range(256)) * 9, 400, "JSON"),
    "invalid UTF-8 in a value": (b'{"model":"\xff\xfe","messages":[{}]}', 400, ""),
    "invalid UTF-8 in a key": (b'{"\xff":1,"model":"m-up","messages":[{}]}', 400, ""),
    "invalid UTF-8 in a label": (b'{"model":"m-up","messages":[{}],"metadata":{"halfopen_task":"\xff"}}', 400, ""),
    "half a surrogate as the model": (b'{"model":"\\ud800","messages":[{}]}', 400, ""),
    "a byte order mark": (b'\xef\xbb\xbf{"model":"m-up","messages":[{}]}', 400, "JSON"),
    "UTF-16": ('{"model":"m-up","messages":[{}]}'.encode("utf-16"), 400, "JSON"),
    "lists too deep": (b'{"model":"m-up","messages":' + b"[" * DEEP + b"]" * DEEP + b"}", 400, "nested"),
    "objects too deep": (b'{"a":' * DEEP + b"1" + b"}" * DEEP, 400, "nested"),
    "no model": (b'{"messages":[{}]}', 400, "model"),
    "an empty model": (b'{"model":"","messages":[{}]}', 400, "model"),
    "a model that is a number": (b'{"model":7,"messages":[{}]}', 400, "model"),
    "a model that is null": (b'{"model":null,"messages":[{}]}', 400, "model"),
    "a model that is a list": (b'{"model":["m-up"],"messages":[{}]}', 400, "model"),
    "no messages": (b'{"model":"m-up"}', 400, "messages"),
    "empty messages": (b'{"model":"m-up","messages":[]}', 400, "messages"),
    "empty messages with room": (b'{"model":"m-up","messages":[' + b" " * 99 + b"]}", 400, "messages"),
    "messages that are a string": (b'{"model":"m-up","messages":"hi"}', 400, "messages"),
    "messages that are an object": (b'{"model":"m-up","messages":{"role":"user"}}', 400, "messages"),
    "messages that are null": (b'{"model":"m-up","messages":null}', 400, "messages"),
    "stream as a string": (b'{"model":"m-up","messages":[{}],"stream":"true"}', 400, "stream"),
    "stream as a number": (b'{"model":"m-up","messages":[{}],"stream":1}', 400, "stream"),
    "metadata as a list": (b'{"model":"m-up","messages":[{}],"metadata":[]}', 400, "metadata"),
    "metadata as a string": (b'{"model":"m-up","messages":[{}],"metadata":"halfopen_zone"}', 400, "metadata"),
    "a label that is a number": (b'{"model":"m-up","messages":[{}],"metadata":{"halfopen_zone":1}}', 400, "zone"),
    "a label that is null": (b'{"model":"m-up","messages":[{}],"metadata":{"halfopen_zone":null}}', 400, "zone"),
    "a label given twice": (
        b'{"model":"m-up","messages":[{}],"metadata":{"halfopen_zone":"home","halfopen_zone":"anywhere"}}',
        400,
        "given twice",
    ),
    "a label in metadata that is given again": (
        b'{"model":"m-up","messages":[{}],"metadata":{"halfopen_zone":"home"},"metadata":{}}',
        400,
        "given twice",
    ),
    "a model given twice": (b'{"model":"halfopen/private","model":"m-up","messages":[{}]}', 400, "given twice"),
    "a model given twice, once with an escape": (
        b'{"model":"halfopen/private","\\u006dodel":"m-up","messages":[{}]}',
        400,
        "given twice",
    ),
    "too many keys": (
        b'{"model":"m-up","messages":[{}]' + b"".join(b',"k%d":1' % n for n in range(1_000)) + b"}",
        400,
        "1,000 keys",
    ),
    "an unknown label": (b'{"model":"m-up","messages":[{}],"metadata":{"halfopen_zoen":"home"}}', 400, "zone"),
    "an unknown zone": (b'{"model":"m-up","messages":[{}],"metadata":{"halfopen_zone":"hme"}}', 400, "home"),
    "an unknown lane": (b'{"model":"halfopen/realtme","messages":[{}]}', 404, "realtime"),
    "an unknown lane as a label": (
        b'{"model":"m-up","messages":[{}],"metadata":{"halfopen_lane":"privat"}}',
        404,
        "private",
    ),
    "a lane that is empty": (b'{"model":"halfopen/tuned","messages":[{}]}', 404, "tuned"),
    "an unknown model": (b'{"model":"m-upp","messages":[{}]}', 404, "m-up"),
    "an unknown provider": (b'{"model":"m-up@down","messages":[{}]}', 404, "m-up"),
    "a model of strange letters": (
        b'{"model":"\\u0000\\n\\r \\ud83d\\ude00\\u202e","messages":[{}]}',
        404,
        "/v1/models",
    ),
    "a model of a megabyte": (b'{"model":"' + b"m" * 2**20 + b'","messages":[{}]}', 400, "model"),
    "a lane of a megabyte": (b'{"model":"halfopen/' + b"m" * 2**20 + b'","messages":[{}]}', 400, "model"),
    "a label of a megabyte": (
        b'{"model":"m-up","messages":[{}],"metadata":{"halfopen_task":"' + b"m" * 2**20 + b'"}}',
        400,
        "task",
    ),
    "a label's name of a megabyte": (
        b'{"model":"m-up","messages":[{}],"metadata":{"halfopen_' + b"m" * 2**20 + b'":""}}',
        400,
        "halfopen_zone",
    ),
    "an ambiguous model": (b'{"model":"meta/llama","messages":[{}]}', 400, "m-up"),
}
CHAT_ONLY: Mapping[str, tuple[bytes, int, str]] = {
    "stream options as a list": (b'{"model":"m-up","messages":[{}],"stream_options":[]}', 400, "stream_options"),
    "include_usage as a string": (
        b'{"model":"m-up","messages":[{}],"stream":true,"stream_options":{"include_usage":"yes"}}',
        400,
        "include_usage",
    ),
}
HEADERS: Mapping[str, tuple[bytes, int, str]] = {
    "an unknown zone": (b"x-halfopen-zone: nowhere\r\n", 400, "home"),
    "an unknown lane": (b"x-halfopen-lane: nolane\r\n", 404, "lane"),
    "a zone in odd bytes": (b"x-halfopen-zone: \xff\xfe\r\n", 400, "home"),
    "a lane in odd bytes": (b"x-halfopen-lane: \xff\xfe\r\n", 404, "lane"),
    "a zone given twice": (b"x-halfopen-zone: home\r\nX-Halfopen-Zone: anywhere\r\n", 400, "given twice"),
    "a task given twice alike": (b"x-halfopen-task: sum\r\nx-halfopen-task: sum\r\n", 400, "given twice"),
}


def house(up: ScriptedUpstream) -> Mapping[str, Any]:
    """`m-up` serves, and `llama` is what two models are called at their provider."""
    plain = over({"up": up})
    twins = [{"model": f"m-up-{n}", "provider": "up", "served_as": f"meta-{n}/llama"} for n in (1, 2)]
    named = [{"model": "m-up-3", "provider": "up", "served_as": "meta/llama"}]
    other = {**plain["providers"]["up"]}
    also = [{"model": "m-up-4", "provider": "other", "served_as": "meta/llama"}]
    providers = {**plain["providers"], "other": other}
    return {**plain, "providers": providers, "offers": [*plain["offers"], *twins, *named, *also]}


def checked(name: str, path: str, answer: bytes, status: int, names: str) -> None:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert int(head.split(b" ", 2)[1]) == status, (name, answer[:500])
    assert b"content-type: application/json" in head.lower()
    assert b"x-halfopen-request" in head.lower()
    told = json.loads(body)
    assert len(told["error"]["message"]) > 30, (name, told)
    assert len(body) < 1500, (name, len(body))
    assert names in told["error"]["message"], (name, told)
    assert told["error"]["type"] == ("invalid_request_error" if status == 400 else "not_found_error")
    assert ("type" in told) == (path == MESSAGES), "the dialect"
    assert b"Traceback" not in answer


@pytest.mark.parametrize("path", [CHAT, MESSAGES])
def test_a_bad_body_is_answered_in_the_callers_dialect_with_a_sentence_that_helps(tmp_path: Path, path: str) -> None:
    async def story() -> None:
        async with ScriptedUpstream(chat_script) as up, inside(tmp_path, house(up)) as gateway:
            cases = {**BODIES, **(CHAT_ONLY if path == CHAT else {})}
            for name, (body, status, names) in cases.items():
                answer = await exchanged(gateway.port, post(gateway.port, path, body))
                checked(name, path, answer, status, names)
            for name, (lines, status, names) in HEADERS.items():
                body = b'{"model":"m-up","messages":[{}]}'
                answer = await exchanged(gateway.port, post(gateway.port, path, body, lines))
                checked(name, path, answer, status, names)
            assert up.connections == 0

    run(story())


@pytest.mark.parametrize("anthropics", [False, True], ids=["chat", "messages"])
def test_a_wrong_path_or_method_is_a_4xx_in_the_dialect_of_the_client(tmp_path: Path, anthropics: bool) -> None:
    asked = {
        ("GET", CHAT): 405,
        ("DELETE", MESSAGES): 405,
        ("POST", "/v1/models"): 405,
        ("POST", "/v1/models/m-up"): 405,
        ("POST", "/v1/chat/completions/"): 404,
        ("POST", "/v1//chat/completions"): 404,
        ("POST", "/v1/chat%2Fcompletions"): 404,
        ("POST", "/v1/Chat/Completions"): 404,
        ("POST", "/v1/../v1/messages"): 404,
        ("POST", "/v1/videos"): 404,
        ("GET", "/halfopen/requests/req_none"): 404,
        ("GET", "/halfopen/requests/%ff%00"): 404,
        ("GET", "/nowhere"): 404,
    }

    async def story() -> None:
        async with ScriptedUpstream(chat_script) as up, inside(tmp_path, house(up)) as gateway:
            version = b"anthropic-version: 2023-06-01\r\n" if anthropics else b""
            for (method, path), status in asked.items():
                sent = post(gateway.port, path, b"{}", version).replace(b"POST", method.encode(), 1)
                answer = await exchanged(gateway.port, sent)
                assert answer.startswith(b"HTTP/1.1 %d " % status), (method, path, answer)
                told = json.loads(answer.partition(b"\r\n\r\n")[2])
                assert len(told["error"]["message"]) > 30
                dialect_of_path = {CHAT: False, MESSAGES: True}.get(path, anthropics)
                assert ("type" in told) == dialect_of_path, (method, path)
            assert up.connections == 0

    run(story())


def test_the_official_clients_see_the_exceptions_they_know(tmp_path: Path) -> None:
    async def story() -> None:
        async with ScriptedUpstream(chat_script) as up, inside(tmp_path, house(up)) as gateway:
            ours, theirs = gateway.openai(), gateway.anthropic()
            with pytest.raises(openai.NotFoundError, match="realtime"):
                await ours.chat.completions.create(model="halfopen/realtme", messages=HI)
            with pytest.raises(anthropic.NotFoundError, match="realtime"):
                await theirs.messages.create(model="halfopen/realtme", messages=HI, max_tokens=9)
            with pytest.raises(openai.BadRequestError, match="messages"):
                await ours.chat.completions.create(model="m-up", messages=[])
            with pytest.raises(anthropic.BadRequestError, match="messages"):
                await theirs.messages.create(model="m-up", messages=[], max_tokens=9)
            with pytest.raises(openai.NotFoundError, match="There is"):
                await ours.files.list()

    run(story())


def test_what_is_no_http_is_a_400_with_a_sentence_that_helps(tmp_path: Path) -> None:
    async def story() -> None:
        async with ScriptedUpstream(chat_script) as up, inside(tmp_path, house(up)) as gateway:
            for garbage in (
                b"\x16\x03\x01\x02\x00\x01\x00",
                b"hello\r\n\r\n",
                bytes(range(256)),
                b"GET  HTTP/9.9\r\n\r\n",
            ):
                answer = await exchanged(gateway.port, garbage)
                head, _, body = answer.partition(b"\r\n\r\n")
                assert head.startswith(b"HTTP/1.1 400"), (garbage, answer)
                assert b"content-type: application/json" in head
                assert "HTTP/1.1 request" in json.loads(body)["error"]["message"]
                assert json.loads(body)["error"]["type"] == "invalid_request_error"
            smuggled = post(gateway.port, CHAT, b"0\r\n\r\n", b"transfer-encoding: chunked\r\n")
            assert b" 400 " in (await exchanged(gateway.port, smuggled)).partition(b"\r\n")[0]
            assert up.connections == 0

    run(story())


def test_explain_answers_bad_questions_with_a_4xx_too(tmp_path: Path) -> None:
    bad = (b"", b"[]", b'{"modell": "x"}', b'{"model": 7}', b'{"dialect": "klingon"}', b'{"zone": "nowhere"}', b"\xff")
    twice = (b'{"zone": "home", "zone": "anywhere"}', b'{"model": "halfopen/private", "mod\\u0065l": "m-up"}')

    async def story() -> None:
        async with ScriptedUpstream(chat_script) as up, inside(tmp_path, house(up)) as gateway:
            for body in (*bad, *twice, b'{"model": "halfopen/nolane"}', b"[" * DEEP):
                answer = await exchanged(gateway.port, post(gateway.port, "/halfopen/explain", body))
                assert answer[9:12] in (b"400", b"404"), (body[:50], answer)
                assert len(json.loads(answer.partition(b"\r\n\r\n")[2])["error"]["message"]) > 30

    run(story())


scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner))
models = st.sampled_from(
    ["m-up", "halfopen/both", "halfopen/auto", "halfopen/", "halfopen", "m-up@up", "@", "/", "meta/llama"]
)
labels = st.sampled_from(["halfopen_lane", "halfopen_zone", "halfopen_task", "halfopen_", "mine"])
OPTIONAL = {
    "stream": st.booleans() | values,
    "metadata": st.dictionaries(labels, st.sampled_from(["home", "both", ""]) | values) | values,
    "stream_options": st.dictionaries(st.just("include_usage"), st.booleans() | values) | values,
    "max_tokens": values,
}
good = st.fixed_dictionaries({"model": models, "messages": st.just(HI)}, optional={"max_tokens": values, "x": values})
nearly = st.fixed_dictionaries({"model": models | values, "messages": st.just(HI) | values}, optional=OPTIONAL)
bodies = (good | nearly | values).map(lambda body: json.dumps(body).encode()) | st.binary()


def test_no_body_whatever_brings_forth_a_5xx_that_no_provider_said(tmp_path: Path) -> None:
    """The provider refuses with a 422 all that reaches it: every other answer is the gateway's own."""
    said = wires.error(422, {"error": {"message": "scripted refusal", "type": "invalid_request_error"}})

    async def story() -> None:
        async with ScriptedUpstream(always(said), remember=False) as up, inside(tmp_path, house(up)) as gateway:
            line = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=10)

            @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck), database=None)
            @given(
                path=st.sampled_from([CHAT, MESSAGES]), body=bodies, zone=st.sampled_from(["", "home", "\xff", "a\tb"])
            )
            @example(path=CHAT, body=b'{"model":"m-up","messages":[{}],"stream":tru}', zone="")
            def law(path: str, body: bytes, zone: str) -> None:
                headers = {"content-type": "application/json", **({"x-halfopen-zone": zone} if zone else {})}
                line.request("POST", path, body, headers)
                answer = line.getresponse()
                told = answer.read()
                assert 400 <= answer.status < 500, (answer.status, told)
                assert len(json.loads(told)["error"]["message"]) >= 16
                assert b"Traceback" not in told

            await asyncio.to_thread(law)
            line.close()
            assert up.served > 10, "too few bodies were good enough to reach the provider"

    run(story(), 100)
