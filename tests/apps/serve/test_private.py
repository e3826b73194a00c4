"""What is restricted stays at home, whatever fails: no socket of another provider is ever opened."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anthropic
import openai
import pytest

from halfopen.testing import Cut, End, Hold, ScriptedUpstream, Send, Step, always, wires
from tests.apps.serve.gateways import CHAT, HI, Inside, exchanged, inside, over, post, run
from tests.apps.serve.test_failover import ERROR, PATIENT
from tests.apps.serve.test_passing import chat_script, messages_script

SSE = ((b"content-type", b"text/event-stream"),)
HOME = {"x-halfopen-zone": "home"}
# Each way to say that a request may not leave: the arguments of a client's call.
WAYS: Mapping[str, dict[str, Any]] = {
    "the lane": {"model": "halfopen/private"},
    "the lane as a header": {"model": "halfopen/auto", "extra_headers": {"x-halfopen-lane": "private"}},
    "the zone, with the lane that is chosen by it": {"model": "halfopen/auto", "extra_headers": HOME},
    "the zone, with another lane": {"model": "halfopen/both", "extra_headers": HOME},
    "the zone, in the body": {"model": "halfopen/both", "extra_body": {"metadata": {"halfopen_zone": "home"}}},
    "the zone, with a model that is also elsewhere": {"model": "shared", "extra_headers": HOME},
    "an alias of the lane": {"model": "secret"},
}
FAILURES: Mapping[str, list[Step]] = {
    "it cuts": [Cut()],
    "it hangs up": [End()],
    "it answers 500": wires.error(500, ERROR),
    "it answers 503": wires.error(503, ERROR, ((b"retry-after", b"0"),)),
    "it answers 429": wires.error(429, ERROR),
    "it answers 401": wires.error(401, ERROR),
    "it answers 404": wires.error(404, ERROR),
    "it redirects": wires.whole(307, b"", ((b"location", b"http://127.0.0.1:1/elsewhere"),)),
    "it is silent": [Hold()],
    "it stalls after its head": [Send(wires.head(200, SSE)), Hold()],
    "it cuts in the middle": [*wires.stream(wires.chat_events(["a"], model="x")[:2])[:-1], Cut()],
    "it sends no JSON": wires.whole(200, b"oops", ((b"content-type", b"application/json"),)),
}

HASTY = {**PATIENT, "first_byte": 0.2, "between_bytes": 0.2}


def house(upstreams: Mapping[str, ScriptedUpstream], **more: Any) -> Mapping[str, Any]:
    """A config in which every provider also serves `shared`, and `secret` is another name of the private lane."""
    plain = over(upstreams, deadlines=HASTY, aliases={"secret": "halfopen/private"}, **more)
    shared = [{"model": "shared", "provider": name, "rating": 1500} for name in upstreams]
    return {**plain, "offers": [*plain["offers"], *shared]}


async def refused(gateway: Inside, way: Mapping[str, Any]) -> openai.APIStatusError:
    with pytest.raises(openai.APIStatusError) as told:
        await gateway.openai().chat.completions.create(messages=HI, **way)
    return told.value


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_without_a_home_it_is_refused_with_403_and_a_sentence(tmp_path: Path, way: Mapping[str, Any]) -> None:
    async def story() -> None:
        async with (
            ScriptedUpstream(chat_script) as one,
            ScriptedUpstream(chat_script) as two,
            inside(tmp_path, house({"one": one, "two": two})) as gateway,
        ):
            told = await refused(gateway, way)
            assert told.status_code == 403
            assert "zone home" in str(told)
            assert "halfopen.yaml" in str(told)
            assert (one.connections, two.connections) == (0, 0)

    run(story())


def test_without_a_home_a_messages_caller_is_refused_in_its_own_dialect(tmp_path: Path) -> None:
    async def story() -> None:
        async with (
            ScriptedUpstream(messages_script) as one,
            inside(tmp_path, house({"one": one})) as gateway,
        ):
            with pytest.raises(anthropic.PermissionDeniedError, match="zone home"):
                await gateway.anthropic().messages.create(model="halfopen/private", messages=HI, max_tokens=9)
            assert one.connections == 0

    run(story())


def test_an_offer_named_outright_is_not_called_beyond_the_zone(tmp_path: Path) -> None:
    async def story() -> None:
        async with ScriptedUpstream(chat_script) as one, inside(tmp_path, house({"one": one})) as gateway:
            for name in ("m-one@one", "m-one", "shared"):
                told = await refused(gateway, {"model": name, "extra_headers": HOME})
                assert told.status_code == 403
            assert one.connections == 0

    run(story())


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_with_home_down_it_is_503_with_retry_after_and_nobody_else_is_called(
    tmp_path: Path, way: Mapping[str, Any]
) -> None:
    async def story() -> None:
        async with ScriptedUpstream(chat_script) as home, ScriptedUpstream(chat_script) as other:
            await home.stop()
            async with inside(tmp_path, house({"home": home, "other": other})) as gateway:
                for _ in range(5):  # through connect failures, and then with the breaker open
                    told = await refused(gateway, way)
                    assert told.status_code == 503
                    assert int(told.response.headers["retry-after"]) >= 1
                    assert "in zone home, which" in str(told), "why nobody else was asked"
                    assert "halfopen doctor" in str(told), "and what to do"
                assert other.connections == 0

    run(story())


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("steps", FAILURES.values(), ids=FAILURES.keys())
def test_however_home_fails_nobody_else_is_called(tmp_path: Path, steps: list[Step], stream: bool) -> None:
    async def story() -> None:
        async with (
            ScriptedUpstream(always(steps)) as home,
            ScriptedUpstream(chat_script) as one,
            ScriptedUpstream(chat_script) as two,
            inside(tmp_path, house({"one": one, "home": home, "two": two})) as gateway,
        ):
            for way in WAYS.values():
                create = gateway.openai().chat.completions.create
                with pytest.raises(openai.APIError):
                    answer: Any = await create(messages=HI, stream=stream, **way)
                    [piece async for piece in answer]
            assert home.connections >= 1
            assert (one.connections, two.connections) == (0, 0)

    run(story())


def test_a_private_caller_who_hangs_up_sends_nothing_elsewhere(tmp_path: Path) -> None:
    async def story() -> None:
        async with (
            ScriptedUpstream(always([Hold()])) as home,
            ScriptedUpstream(chat_script) as other,
            inside(tmp_path, house({"home": home, "other": other}, lanes={}, default_lane="private")) as gateway,
        ):
            asking = asyncio.create_task(
                gateway.openai().chat.completions.create(model="halfopen/private", messages=HI)
            )
            await home.arrived()
            asking.cancel()
            assert (await home.closed()).by_peer
            assert other.connections == 0
            assert await gateway.counted("zone", "fault") == {("home", "caller_gone"): 1}

    run(story())


def test_home_answers_and_says_so(tmp_path: Path) -> None:
    async def story() -> None:
        async with (
            ScriptedUpstream(chat_script) as other,
            ScriptedUpstream(chat_script) as home,
            inside(tmp_path, house({"other": other, "home": home})) as gateway,
        ):
            for way in WAYS.values():
                raw = await gateway.openai().chat.completions.with_raw_response.create(messages=HI, **way)
                assert raw.headers["x-halfopen-zone"] == "home"
                [row] = await gateway.rows(raw.headers["x-halfopen-request"])
                assert (row.zone, row.provider) == ("home", "home")
            assert other.connections == 0
            assert not any(name.startswith(b"x-halfopen") for sent in home.requests for name, _ in sent.headers)

    run(story())


def test_a_label_never_widens_what_another_has_narrowed(tmp_path: Path) -> None:
    wider = {"x-halfopen-zone": "anywhere"}
    ways: list[dict[str, Any]] = [
        {"model": "halfopen/private", "extra_headers": wider},
        {"model": "halfopen/both", "extra_headers": wider, "extra_body": {"metadata": {"halfopen_zone": "home"}}},
        {"model": "halfopen/both", "extra_headers": HOME, "extra_body": {"metadata": {"halfopen_zone": "anywhere"}}},
    ]

    async def story() -> None:
        async with ScriptedUpstream(chat_script) as one, inside(tmp_path, house({"one": one})) as gateway:
            told = [(await refused(gateway, way)).status_code for way in ways]
            repeated = b"x-halfopen-zone: home\r\nx-halfopen-zone: anywhere\r\n"
            body = b'{"model":"halfopen/both","messages":[{}]}'
            answer = await exchanged(gateway.port, post(gateway.port, CHAT, body, repeated))
            assert b" 400 " in answer.partition(b"\r\n")[0]
            assert told == [403, 400, 400]
            assert one.connections == 0

    run(story())
