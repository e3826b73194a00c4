"""Agents at work: every official client over strict providers of every dialect, and one whose provider changes."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from halfopen.testing import ScriptedUpstream
from tests.apps.serve.gateways import inside, over, run
from tests.apps.serve.speaking.clients import CLIENTS
from tests.apps.serve.speaking.strict.memory import ASKED, SIGNED, Memory, Step
from tests.apps.serve.speaking.strict.upstream import strict
from tests.apps.serve.speaking.talks import Heard, Talk
from tests.apps.serve.speaking.upstreams import SPOKEN

pytestmark = pytest.mark.filterwarnings("ignore:Inheritance class AiohttpClientSession:DeprecationWarning")
SEA = "In the Black Sea."
ULM, PASSAU, LINZ = ({"town": town} for town in ("Ulm", "Passau", "Linz an der Donau, \U0001f30a"))
LOOP = (
    Step(thought="I need the sky.", calls=(("weather", ULM),), results=("dry",)),
    Step(
        thought="And the others.",
        words="One moment.",
        calls=(("weather", PASSAU), ("weather", LINZ)),
        results=("", "wet: 7 mm"),
    ),
    Step(thought="Rivers end in seas.", words=SEA),
)
CHANGING = ("messages", "chat", "gemini", "responses", "messages")
CHANGES = (
    LOOP[0],
    LOOP[1],
    Step(thought="Once more.", calls=(("weather", ULM),), results=("dry",)),
    Step(thought="And again.", calls=(("weather", LINZ), ("weather", ULM)), results=("wet", "")),
    Step(thought="Rivers end in seas.", words=SEA),
)
WHOLE = "mistralai"  # reads calls only as Mistral streams them, whole


async def turn(talk: Talk, memory: Memory, stream: bool) -> Heard:
    """One turn, and what the tools say to what was called."""
    heard = await talk.turn(stream)
    step = memory.said[-1].step
    assert [call[1:] for call in heard.calls] == list(step.calls)
    assert heard.text == step.words
    for (id, name, _), words in zip(heard.calls, step.results, strict=True):
        talk.result(id, name, words)
    return heard


@pytest.mark.parametrize("spoken", SPOKEN)
@pytest.mark.parametrize("client", CLIENTS)
def test_an_agent_gets_through_its_loop(tmp_path: Path, client: str, spoken: str) -> None:
    dialect, opened = CLIENTS[client]
    ways = [stream for stream in (False, True) if not (stream and client == WHOLE and dialect == spoken)]
    talks: list[Memory] = []

    async def story() -> None:
        async with AsyncExitStack() as stack:
            up = await stack.enter_async_context(ScriptedUpstream(strict(spoken, lambda: talks[-1])))
            gateway = await stack.enter_async_context(
                inside(tmp_path, over({"up": up}, dialects={spoken: SPOKEN[spoken].path}))
            )
            for stream in ways:
                talks.append(Memory(plan=LOOP, carries=dialect in SIGNED, named=not stream))
                talk = await opened(gateway.url, stack)
                talk.say(ASKED)
                for _ in LOOP:
                    await turn(talk, talks[-1], stream)

    run(story())


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("client", CLIENTS)
def test_an_agent_whose_provider_changes_gets_through_too(tmp_path: Path, client: str, stream: bool) -> None:
    """It has its own thinking back where it returns to a provider, and nobody has the thinking of another."""
    dialect, opened = CLIENTS[client]
    memory = Memory(plan=CHANGES, carries=dialect in SIGNED)

    async def story() -> None:
        async with AsyncExitStack() as stack:
            ups = {
                name: await stack.enter_async_context(ScriptedUpstream(strict(name, lambda: memory)))
                for name in SPOKEN
                if not (stream and client == WHOLE and name == dialect)
            }
            config = dict(over(ups))
            config["providers"] = {
                name: provider | {"dialects": {name: SPOKEN[name].path}}
                for name, provider in config["providers"].items()
            }
            gateway = await stack.enter_async_context(inside(tmp_path, config))
            talk = await opened(gateway.url, stack)
            talk.say(ASKED)
            heard = Heard()
            for name in (each for each in CHANGING if each in ups):
                talk.model = f"m-{name}"
                heard = await turn(talk, memory, stream)
            if heard.request and dialect in SIGNED:
                (row,) = await gateway.until_told(heard.request)
                assert [each for each in row.dropped if "thinking" in each]

    run(story())
