"""A prompt that is too long for one offer goes to those with a larger context alone; any other refusal goes nowhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openai
import pytest

from halfopen.testing import ScriptedUpstream, always, wires
from tests.apps.serve.gateways import HI, inside, over, run
from tests.apps.serve.test_passing import chat_script

LONG = {
    "OpenAI": {
        "error": {"message": "This model's maximum context length is 8 tokens.", "code": "context_length_exceeded"}
    },
    "Anthropic": {
        "type": "error",
        "error": {"type": "invalid_request_error", "message": "prompt is too long: 9 tokens > 8"},
    },
    "Google": {"error": {"message": "The input token count (9) exceeds the maximum number of tokens allowed (8)."}},
    "llama.cpp": {"error": {"message": "the request exceeds the available context size. try increasing it"}},
}
OTHER = {"error": {"message": "temperature must be below 2", "type": "invalid_request_error"}}
CONTEXTS = (8_000, 8_000, 4_000, 200_000)


async def asked(
    folder: Path, refusal: Any, contexts: tuple[int | None, ...] = CONTEXTS
) -> tuple[int, str, list[int], list[str]]:
    """Status, who served, how often each was called, and the faults of the rows; the last provider would answer."""
    ups = [ScriptedUpstream(always(wires.error(400, refusal))) for _ in contexts[1:]] + [ScriptedUpstream(chat_script)]
    names = [f"p{place}" for place in range(len(ups))]
    for up in ups:
        await up.start()
    try:
        config = over(dict(zip(names, ups, strict=True)))
        offers = [{**offer, "context": context} for offer, context in zip(config["offers"], contexts, strict=True)]
        async with inside(folder, {**config, "offers": offers, "most_tries": 9}) as there:
            try:
                client = there.openai().chat.completions.with_raw_response
                raw = await client.create(model="halfopen/both", messages=HI, max_tokens=9)
                status, headers = 200, raw.headers
            except openai.APIStatusError as refused:
                status, headers = refused.status_code, refused.response.headers
            rows = await there.rows(headers["x-halfopen-request"])
            served = headers.get("x-halfopen-offer", "")
            return status, served, [up.served for up in ups], [row.fault for row in rows]
    finally:
        for up in ups:
            await up.stop()


@pytest.mark.parametrize("refusal", LONG.values(), ids=LONG.keys())
def test_what_is_too_long_is_tried_only_where_the_context_is_larger(tmp_path: Path, refusal: Any) -> None:
    assert run(asked(tmp_path, refusal)) == (200, "m-p3@p3", [1, 0, 0, 1], ["too_long", ""])


def test_any_other_refusal_is_passed_on_and_nobody_else_is_called(tmp_path: Path) -> None:
    assert run(asked(tmp_path, OTHER)) == (400, "", [1, 0, 0, 0], ["refused"])


def test_where_nobody_has_a_larger_context_the_refusal_is_passed_on(tmp_path: Path) -> None:
    assert run(asked(tmp_path, LONG["OpenAI"], (8_000, 8_000, None, 4_000))) == (400, "", [1, 0, 0, 0], ["too_long"])
