"""Every official client, in its own dialect, against providers of every other: what it is told is complete."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from halfopen.testing import ScriptedUpstream
from tests.apps.serve.gateways import inside, over, run
from tests.apps.serve.speaking.clients import CLIENTS
from tests.apps.serve.speaking.talks import Heard
from tests.apps.serve.speaking.upstreams import SPOKEN, telling

# Google's client, of itself: it inherits from a session that aiohttp would rather not see inherited from.
pytestmark = pytest.mark.filterwarnings("ignore:Inheritance class AiohttpClientSession:DeprecationWarning")
SEA = "In the Black Sea."
CALLS = (("c1", "weather", {"town": "Ulm"}), ("c2", "weather", {"town": "Passau"}))
# By the fixture that the provider answers with; None is what some client has no field for.
HEARD = {
    "a sentence": Heard(text=SEA, prompt=11, output=7),
    "letters of all kinds": Heard(text='Grüße 👋\r\n"こ"', prompt=11, output=7),
    "words, then two calls": Heard(text="Let me look.", calls=CALLS, prompt=11, output=7),
    "thinking that nobody signed": Heard(text=SEA, thought="Rivers end in seas.", prompt=11, output=7),
    "a cache that was read": Heard(text=SEA, prompt=100, output=7),
}
WHOLE = "mistralai"  # reads calls only as Mistral streams them, whole; what passes through is as it came
BLIND = ("mistralai", "together")  # these show no thinking that stands beside the text


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("spoken", SPOKEN)
@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_hears_all_of_an_answer(tmp_path: Path, client: str, spoken: str, stream: bool) -> None:
    dialect, opened = CLIENTS[client]
    fits = [case for case in HEARD if not (stream and HEARD[case].calls and client == WHOLE and dialect == spoken)]

    async def story() -> None:
        async with AsyncExitStack() as stack:
            up = await stack.enter_async_context(ScriptedUpstream(telling(spoken, fits)))
            config = over({"up": up}, dialects={spoken: SPOKEN[spoken].path})
            gateway = await stack.enter_async_context(inside(tmp_path, config))
            for case in fits:
                talk = await opened(gateway.url, stack)
                talk.say("Where does the Danube end?")
                judge(case, client, await talk.turn(stream))

    run(story())


def judge(case: str, client: str, heard: Heard) -> None:
    expected = HEARD[case]
    assert heard.text == expected.text, case
    assert [call[1:] for call in heard.calls] == [call[1:] for call in expected.calls], case
    assert len({call[0] for call in heard.calls}) == len(expected.calls), case
    assert client in BLIND or heard.thought == expected.thought, case
    if heard.output is not None:
        assert (heard.prompt, heard.output) == (expected.prompt, expected.output), case
