"""Within each of the four dialects every value passes as it came, in its order, and an answer byte for byte."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from halfopen.testing import ScriptedUpstream, always, one_byte_at_a_time, wires, wires_gemini, wires_responses
from tests.apps.serve.gateways import exchanged, inside, over, post, run
from tests.apps.serve.speaking.upstreams import SPOKEN
from tests.apps.serve.test_passing import posted, unchunked

# Fields that nobody knows, numbers that no parser keeps, equal keys, letters in two spellings, an order of its own.
ODD = (
    rb'"zeta" : [ 1 , 2.50, 1E3, -0.0, 12345678901234567890123 ], "a":{"x":1,"x":2} ,"b":1,"b":[2],"\u00fc":"\u00fc'
    + "ü".encode()
    + b'"'
)
JSON = ((b"content-type", b"application/json"),)
TEXTS = ["Grüße", " 👋"]


@dataclass(frozen=True)
class Passed:
    """A dialect: where it is asked, whole and streamed, what is said, and what is answered."""

    path: str
    streamed: str
    says: bytes
    answer: bytes
    events: Callable[[], list[bytes]]


PASSED: Mapping[str, Passed] = {
    "chat": Passed(
        "/v1/chat/completions",
        "/v1/chat/completions",
        b'"messages":[ {"role":"user","content":"Hi","n":1E3} ]',
        b'"choices" : [{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop","p":-0.10}]',
        lambda: [*wires.chat_events(TEXTS, model="x"), wires.DONE],
    ),
    "messages": Passed(
        "/v1/messages",
        "/v1/messages",
        b'"messages":[ {"role":"user","content":"Hi","n":1E3} ],"max_tokens":9',
        b'"type":"message","role":"assistant","content" : [{"type":"text","text":"Hi","p":-0.10}],'
        b'"stop_reason":"end_turn"',
        lambda: wires.messages_events(TEXTS, model="x"),
    ),
    "responses": Passed(
        "/v1/responses",
        "/v1/responses",
        b'"input":[ {"role":"user","content":"Hi","n":1E3} ]',
        b'"object":"response","status":"completed","output" : [{"type":"message","id":"m","role":"assistant","p":-0.10,'
        b'"content":[{"type":"output_text","text":"Hi","annotations":[]}]}]',
        lambda: wires_responses.responses_events(TEXTS, model="x"),
    ),
    "gemini": Passed(
        "/v1beta/models/m-up:generateContent",
        "/v1beta/models/m-up:streamGenerateContent?alt=sse",
        b'"contents":[ {"role":"user","parts":[{"text":"Hi","n":1E3}]} ]',
        b'"candidates" : [{"content":{"role":"model","parts":[{"text":"Hi"}]},"finishReason":"STOP","p":-0.10}]',
        lambda: wires_gemini.gemini_events(TEXTS, model="x"),
    ),
}


def in_order(body: bytes) -> list[tuple[str, object]]:
    """All keys with their values, equal ones too; a number is its spelling."""
    return json.loads(body, object_pairs_hook=list, parse_int=str, parse_float=str)  # type: ignore[no-any-return]


@pytest.mark.parametrize("dialect", PASSED)
def test_an_odd_body_and_an_odd_answer_pass_as_they_came(tmp_path: Path, dialect: str) -> None:
    passed = PASSED[dialect]
    model = b"" if dialect == "gemini" else b'"model":"m-up", '
    sent = b"{ " + model + ODD + b", " + passed.says + b', "last":null }'
    answer = b'{ "id":"a", ' + passed.answer + b", " + ODD + b" }\n"

    async def story() -> None:
        config_of = {dialect: SPOKEN[dialect].path}
        async with (
            ScriptedUpstream(always(wires.whole(200, answer, JSON))) as up,
            inside(tmp_path, over({"up": up}, dialects=config_of)) as gateway,
        ):
            told = await posted(gateway, passed.path, sent)
            assert told.partition(b"\r\n\r\n")[2] == answer
            (seen,) = up.requests
            assert in_order(seen.body) == list(
                dict(in_order(sent)).items()
            )  # what stands twice goes out once, the last
            for value in (b"[ 1 , 2.50, 1E3, -0.0, 12345678901234567890123 ]", b'{"x":1,"x":2}', b'"\\u00fc\xc3\xbc"'):
                assert value in seen.body
            assert passed.says.partition(b":")[2].partition(b" ]")[0] in seen.body

    run(story())


@pytest.mark.parametrize("slowly", [False, True], ids=["in one breath", "one byte at a time"])
@pytest.mark.parametrize("dialect", PASSED)
def test_a_stream_passes_as_it_came_however_it_is_cut(tmp_path: Path, dialect: str, slowly: bool) -> None:
    passed = PASSED[dialect]
    said = [b": a comment\n\n", *passed.events()]
    model = b"" if dialect == "gemini" else b'"model":"m-up","stream":true,'

    async def story() -> None:
        steps = wires.stream(said)
        async with (
            ScriptedUpstream(always(one_byte_at_a_time(steps) if slowly else steps)) as up,
            inside(tmp_path, over({"up": up}, dialects={dialect: SPOKEN[dialect].path})) as gateway,
        ):
            told = await exchanged(gateway.port, post(gateway.port, passed.streamed, b"{" + model + passed.says + b"}"))
            assert told.startswith(b"HTTP/1.1 200"), told
            assert unchunked(told) == b"".join(said)

    run(story())
