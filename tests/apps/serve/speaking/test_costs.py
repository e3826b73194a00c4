"""What the ledger charges is what was served: the service tier, searches, sound; streamed or not, translated or not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from halfopen.ledger.question import Question
from halfopen.testing import Received, ScriptedUpstream, Step
from tests.apps.serve.gateways import PRICES, inside, over, run
from tests.apps.serve.speaking.clients import CLIENTS
from tests.apps.serve.speaking.upstreams import SPOKEN, said
from tests.wire.conversations.answered import ANSWERED

MORE = {"input_audio": "6", "web_search": "0.01", "cached_read": "0.5"}
FLEX = {"name": "flex", "input": "1", "output": "5"}
LINE = {**PRICES[0], **MORE, "services": [FLEX]}
SEA: Mapping[str, Any] = {dialect: ANSWERED["a sentence"][dialect].body for dialect in SPOKEN}
USED = {"input_tokens": 11, "output_tokens": 7}
DETAILS = {"prompt_tokens_details": {"audio_tokens": 4}}
PARTS = [{"modality": "AUDIO", "tokenCount": 4}, {"modality": "TEXT", "tokenCount": 7}]
STANDARD, FLEXIBLE = 11 * 2_000_000 + 7 * 10_000_000, 11 * 1_000_000 + 7 * 5_000_000
# By the provider's dialect: what it answers, and picodollars.
SERVED: Mapping[str, tuple[str, Any, int]] = {
    "chat, as everybody": ("chat", {}, STANDARD),
    "chat, flex": ("chat", {"service_tier": "flex"}, FLEXIBLE),
    "responses, flex": ("responses", {"service_tier": "flex"}, FLEXIBLE),
    "messages, flex": ("messages", {"usage": USED | {"service_tier": "flex"}}, FLEXIBLE),
    "messages, with four searches": (
        "messages",
        {"usage": USED | {"server_tool_use": {"web_search_requests": 4}}},
        STANDARD + 4 * 10_000_000_000,
    ),
    "chat, with sound": ("chat", {"usage": SEA["chat"]["usage"] | DETAILS}, STANDARD + 4 * 4_000_000),
    "gemini, with sound": (
        "gemini",
        {"usageMetadata": SEA["gemini"]["usageMetadata"] | {"promptTokensDetails": PARTS}},
        STANDARD + 4 * 4_000_000,
    ),
}


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("client", ["openai, chat", "anthropic"])
@pytest.mark.parametrize("case", SERVED)
def test_what_was_served_is_what_is_charged(tmp_path: Path, case: str, client: str, stream: bool) -> None:
    spoken, told, cost = SERVED[case]

    def script(received: Received) -> Iterable[Step]:
        return said(spoken, SEA[spoken] | told, streamed=SPOKEN[spoken].streamed(received))

    async def story() -> None:
        async with AsyncExitStack() as stack:
            up = await stack.enter_async_context(ScriptedUpstream(script))
            config = over({"up": up}, dialects={spoken: SPOKEN[spoken].path})
            offers = [{"model": "m-up", "provider": "up", "prices": [LINE]}]
            gateway = await stack.enter_async_context(inside(tmp_path, {**config, "offers": offers}))
            talk = await CLIENTS[client][1](gateway.url, stack)
            talk.say("Where does the Danube end?")
            await talk.turn(stream)
            [line] = await gateway.begun.house.ledger.answer(Question(by=("offer",)))
            assert (line.group, line.attempts, line.unpriced, line.estimated) == (("m-up@up",), 1, 0, 0)
            assert line.cost == {"USD": cost}

    run(story())
