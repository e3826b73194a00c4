"""A provider that refuses: its words pass where the caller's client can read them, and our key never does."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import anthropic
import openai
import pytest

from halfopen.testing import Received, ScriptedUpstream, Step, always, wires
from tests.apps.serve.gateways import CHAT, HI, MESSAGES, exchanged, inside, over, post, run
from tests.apps.serve.test_failover import CONTENT
from tests.apps.serve.test_passing import chat_script


def test_a_refusal_of_the_request_itself_passes_as_it_came_and_nobody_else_is_asked(tmp_path: Path) -> None:
    body = b'{"error": {"message": "your prompt is rude", "type": "x", "code": "y"}, "more": [1,  2]}'

    async def story() -> None:
        async with (
            ScriptedUpstream(always(wires.error(400, body))) as bad,
            ScriptedUpstream(chat_script) as good,
            inside(tmp_path, over({"bad": bad, "good": good})) as gateway,
        ):
            with pytest.raises(openai.BadRequestError, match="your prompt is rude") as told:
                await gateway.openai().chat.completions.create(model="halfopen/both", messages=HI)
            assert told.value.response.content == body
            assert good.connections == 0
            [row] = await gateway.rows(told.value.response.headers["x-halfopen-request"])
            assert (row.fault, row.final, row.cost) == ("refused", True, 0)

    run(story())


HTML = (b"content-type", b"text/html")

PAGE = b"<!DOCTYPE html><html><head><style>p {color: red}</style></head><body><h1>400 Bad Request</h1> nginx</body>"

# What a provider may refuse with that no client of a dialect could read.
UNREADABLE: Mapping[str, tuple[list[Step], str]] = {
    "a page": (wires.whole(400, PAGE, (HTML,)), "bad answered 400: 400 Bad Request nginx"),
    "a page that is endless": (wires.whole(400, PAGE + b" so long" * 9999, (HTML,)), "400 Bad Request nginx so long"),
    "nothing": (wires.whole(400, b"", (HTML,)), "bad answered 400"),
    "another dialect": (wires.error(400, {"detail": [{"msg": "field required"}]}), "field required"),
    "half an error": (wires.whole(400, b'{"error": {"message": "no', (HTML,)), "bad answered 400"),
}


@pytest.mark.parametrize(("steps", "said"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_refusal_that_is_no_error_of_the_dialect_is_told_as_one_with_its_status(
    tmp_path: Path, steps: list[Step], said: str
) -> None:
    async def story() -> None:
        async with (
            ScriptedUpstream(always(steps)) as bad,
            inside(tmp_path, over({"bad": bad})) as gateway,
        ):
            with pytest.raises(openai.BadRequestError) as chat:
                await gateway.openai().chat.completions.create(model="m-bad", messages=HI)
            with pytest.raises(anthropic.BadRequestError) as messages:
                await gateway.anthropic().messages.create(model="m-bad", messages=HI, max_tokens=9)
            for told in (chat.value.response, messages.value.response):
                assert told.headers["content-type"] == "application/json"
                assert said in told.json()["error"]["message"]
                assert not {"<", ">"} & set(told.text)
                assert len(told.content) < 500
            assert chat.value.response.json()["error"]["code"] == "refused"
            assert messages.value.response.json()["error"]["type"] == "invalid_request_error"

    run(story())


def test_a_key_that_a_provider_quotes_is_never_told_to_the_caller(tmp_path: Path) -> None:
    key, field = "sk-ours-0123456789", b"authorization"

    def script(received: Received) -> Iterable[Step]:
        [bearer] = received.values(field)
        said = f"your header is {bearer.decode()}"
        quoted = {"type": "error", "error": {"message": said, "type": "x"}}
        asked: Any = received.json()
        return {
            "refuse": wires.error(400, quoted),
            "fail": wires.error(500, quoted),
            "page": wires.whole(422, f"<p>{said}</p>".encode(), (HTML,)),
            "pretend": wires.in_json(200, quoted),
            "break off": wires.stream([*CONTENT[:2], wires.event(quoted)]),
        }[asked["messages"][0]["content"]]

    async def story() -> None:
        async with ScriptedUpstream(script) as up:
            config: Any = over({"up": up})
            config["providers"]["up"]["key_env"] = "THE_KEY"
            async with inside(tmp_path, config, variables={"THE_KEY": key}) as gateway:
                for kind, path in product(("refuse", "fail", "page", "pretend", "break off"), (CHAT, MESSAGES)):
                    body: Any = {"model": "m-up", "messages": [{"content": kind}], "stream": kind == "break off"}
                    told = await exchanged(gateway.port, post(gateway.port, path, json.dumps(body).encode()))
                    assert b"your header is Bearer [key]" in told, (kind, told)
                    assert key.encode() not in told
                    gateway.begun.house.wards.forgive(["m-up@up"])
                assert {value for each in up.requests for value in each.values(field)} == {f"Bearer {key}".encode()}

    run(story())
