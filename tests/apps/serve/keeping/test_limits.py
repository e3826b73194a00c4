"""Rate limits of keys and teams, whose callers are told when to come back, and of offers, which others stand in for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import openai
import pytest

from halfopen.access.key import Key
from halfopen.adapters.sqlite.access import access
from halfopen.limits.bucket import Limits
from halfopen.testing import Hold, Received, ScriptedUpstream, Step, always, wires
from tests.apps.serve.gateways import HI, Inside, inside, over, run

ASK: Mapping[str, Any] = {"messages": HI, "max_tokens": 9}


def hello(*headers: tuple[bytes, bytes]) -> Any:
    def script(received: Received) -> Iterable[Step]:
        return wires.chat_answer("a", usage=wires.Usage(input=500, output=9), headers=headers)

    return script


@asynccontextmanager
async def gateway(
    folder: Path, own: Limits, one: Any, other: Any, **more: Any
) -> AsyncIterator[tuple[Inside, str, list[ScriptedUpstream]]]:
    """Two providers, one after the other, and a key with limits."""
    with access(folder / "data") as keys:
        shown = keys.made(Key(id="", name="ana", digest="", team="hr", limits=own), "a test", 1.0)
    async with ScriptedUpstream(one) as first, ScriptedUpstream(other) as second:
        async with inside(folder, over({"one": first, "two": second}, **more)) as there:
            yield there, shown, [first, second]


async def said(there: Inside, key: str, model: str = "halfopen/both") -> tuple[int, float, str]:
    """Status, seconds after which to come back, and who served."""
    try:
        raw = await there.openai(api_key=key).chat.completions.with_raw_response.create(model=model, **ASK)
    except openai.APIStatusError as refused:
        return refused.status_code, float(refused.response.headers.get("retry-after", 0)), refused.message
    return 200, 0.0, raw.headers["x-halfopen-offer"]


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(requests=2), "Your key may have 2 requests a minute"),
        (Limits(tokens=900), "Your key may have 900 tokens a minute"),
    ],
)
def test_a_key_that_has_had_its_share_is_told_when_there_is_more(tmp_path: Path, limits: Limits, words: str) -> None:
    async def story() -> tuple[list[tuple[int, float, str]], int]:
        async with gateway(tmp_path, limits, hello(), hello()) as (there, key, ups):
            return [await said(there, key) for _ in range(3)], ups[0].served

    told, served = run(story())
    assert [status for status, _, _ in told] == [200, 200, 429]
    assert 0 < told[-1][1] <= 60
    assert words in told[-1][2]
    assert served == 2


def test_a_team_has_limits_that_its_keys_share(tmp_path: Path) -> None:
    async def story() -> list[int]:
        limits = {"teams": {"hr": {"requests": 1}}}
        async with gateway(tmp_path, Limits(), hello(), hello(), limits=limits) as (there, key, _):
            return [(await said(there, key))[0] for _ in range(2)]

    assert run(story()) == [200, 429]


def test_no_more_run_at_once_than_may_and_a_place_is_free_when_one_has_ended(tmp_path: Path) -> None:
    async def story() -> tuple[int, list[int]]:
        async with gateway(tmp_path, Limits(at_once=1), always([Hold()]), hello()) as (there, key, ups):
            first = asyncio.create_task(said(there, key))
            while not ups[0].served:
                await asyncio.sleep(0.01)
            status, _, _ = await said(there, key)
            first.cancel()
            await asyncio.gather(first, return_exceptions=True)
            while there.begun.house.throttle.running.total():
                await asyncio.sleep(0.01)
            return status, [(await said(there, key, "m-two"))[0] for _ in range(2)]

    assert run(story()) == (429, [200, 200])


def test_an_offer_at_its_limit_is_left_out_and_the_next_one_serves(tmp_path: Path) -> None:
    async def story() -> tuple[list[str], list[int]]:
        limits = {"offers": {"m-one@one": {"requests": 1}}}
        async with gateway(tmp_path, Limits(), hello(), hello(), limits=limits) as (there, key, ups):
            return [(await said(there, key))[2] for _ in range(3)], [up.served for up in ups]

    assert run(story()) == (["m-one@one", "m-two@two", "m-two@two"], [1, 2])


def test_a_provider_that_says_that_nothing_is_left_is_not_called_into_a_429(tmp_path: Path) -> None:
    empty = ((b"x-ratelimit-remaining-requests", b"0"), (b"x-ratelimit-reset-requests", b"30s"))

    async def story() -> tuple[list[str], tuple[int, float, str]]:
        async with gateway(tmp_path, Limits(), hello(*empty), hello()) as (there, key, _):
            served = [(await said(there, key))[2] for _ in range(2)]
            return served, await said(there, key, "m-one")

    served, (status, after, message) = run(story())
    assert served == ["m-one@one", "m-two@two"]
    assert (status, 25 < after <= 30) == (503, True)
    assert "at its limit" in message


def test_a_short_wait_for_the_only_offer_is_waited_for(tmp_path: Path) -> None:
    empty = ((b"x-ratelimit-remaining-tokens", b"0"), (b"x-ratelimit-reset-tokens", b"200ms"))

    async def story() -> tuple[list[int], float]:
        async with gateway(tmp_path, Limits(), hello(*empty), hello()) as (there, key, _):
            begun = asyncio.get_running_loop().time()
            statuses = [(await said(there, key, "m-one"))[0] for _ in range(2)]
            return statuses, asyncio.get_running_loop().time() - begun

    statuses, took = run(story())
    assert statuses == [200, 200]
    assert took > 0.2
