"""Google tells an error in a JSON array where its stream would have been one: its own client must still read it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import google.genai
import pytest

from halfopen.testing import Received, ScriptedUpstream, Step, wires
from tests.apps.serve.gateways import inside, over, run
from tests.apps.serve.speaking.clients import GeminiTalk, gemini
from tests.apps.serve.speaking.upstreams import SPOKEN

# Google's client, of itself: it inherits from a session that aiohttp would rather not see inherited from.
pytestmark = pytest.mark.filterwarnings("ignore:Inheritance class AiohttpClientSession:DeprecationWarning")
WORDS = "Unable to process input image."
DETAIL = {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [{"field": "contents"}]}


def error(code: int, status: str) -> Any:
    return {"error": {"code": code, "message": WORDS, "status": status, "details": [DETAIL]}}


def heard(folder: Path, code: int, body: Sequence[Any], *, stream: bool) -> google.genai.errors.APIError:
    def script(received: Received) -> Iterable[Step]:
        return wires.whole(code, json.dumps(body).encode(), ((b"content-type", b"application/json"),))

    async def story() -> google.genai.errors.APIError:
        async with AsyncExitStack() as stack:
            up = await stack.enter_async_context(ScriptedUpstream(script))
            config = over({"up": up}, dialects={"gemini": SPOKEN["gemini"].path})
            gateway = await stack.enter_async_context(inside(folder, config))
            talk = await gemini(gateway.url, stack)
            assert isinstance(talk, GeminiTalk)
            talk.say("What is in the picture?")
            with pytest.raises(google.genai.errors.APIError) as told:
                await talk.turn(stream)
            return told.value

    return run(story())


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_a_refusal_in_an_array_reaches_google_s_client_as_it_came(tmp_path: Path, stream: bool) -> None:
    told = heard(tmp_path, 400, [error(400, "INVALID_ARGUMENT")], stream=stream)
    assert isinstance(told, google.genai.errors.ClientError)
    assert (told.code, told.status, told.message) == (400, "INVALID_ARGUMENT", WORDS)
    assert told.details["error"]["details"] == [DETAIL]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_an_array_that_the_client_would_not_look_into_is_told_by_us(tmp_path: Path, stream: bool) -> None:
    told = heard(tmp_path, 400, [error(400, "INVALID_ARGUMENT")] * 2, stream=stream)
    assert isinstance(told, google.genai.errors.ClientError)
    assert (told.code, told.status, told.message) == (400, "INVALID_ARGUMENT", f"up answered 400: {WORDS}")


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        (429, "RESOURCE_EXHAUSTED", google.genai.errors.ClientError),
        (500, "UNAVAILABLE", google.genai.errors.ServerError),
    ],
)
def test_a_failure_in_an_array_is_told_in_its_words(tmp_path: Path, code: int, status: str, kind: type) -> None:
    told = heard(tmp_path, code, [error(code, "RESOURCE_EXHAUSTED")], stream=True)
    assert isinstance(told, kind)
    assert told.status == status
    assert told.message is not None
    assert told.message.endswith(f"up answered {code}: {WORDS}")
