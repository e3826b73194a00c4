"""Budgets hold: what may be spent is set aside before a call, and what was spent is counted however it ends."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import anthropic
import openai
import pytest

from halfopen.access.key import Key
from halfopen.adapters.sqlite.access import access
from halfopen.limits.budget import Account, Budget
from halfopen.money import PICO
from halfopen.testing import Cut, Hold, Received, ScriptedUpstream, Step, always, wires
from tests.apps.serve.gateways import HI, Config, Inside, inside, over, run

# Two dollars a million tokens in and ten out: 9 tokens out are 90 millionths; no request here has more than 128 bytes,
# and 512 are for what providers put around it.
OUT = 9
MOST = (2 * 640 + 90) * PICO // 10**6
ASK: Mapping[str, Any] = {"model": "m-up", "messages": HI, "max_tokens": OUT}
DAY = "2026-11-24"


def spending(into: int = 5, out: int = OUT) -> Any:
    """A provider that says that so many tokens were used."""

    def script(received: Received) -> Iterable[Step]:
        usage = wires.Usage(input=into, output=out)
        if received.json().get("stream"):
            return wires.chat_stream(["a"], usage=usage, include_usage=True)
        return wires.chat_answer("a", usage=usage)

    return script


def cost(into: int = 5, out: int = OUT) -> int:
    return (2 * into + 10 * out) * PICO // 10**6


@asynccontextmanager
async def gateway(folder: Path, up: ScriptedUpstream, usd: str, **more: Any) -> AsyncIterator[tuple[Inside, str]]:
    """A gateway with a key that has so many dollars."""
    config: Config = over({"up": up}, **more)
    with access(folder / "data") as keys:
        try:
            shown = keys.made(Key(id="", name="ana", digest="", team="hr", budgets=budgets(usd)), "a test", 1.0)
        except ValueError:  # it was made before the gateway was started again
            shown = keys.rotated("ana", "a test", 2.0)
    async with inside(folder, config) as there:
        yield there, shown


def budgets(usd: str) -> tuple[Budget, ...]:
    return (Budget(usd=Decimal(usd), per="total"),) if usd else ()


async def said(there: Inside, key: str, **more: Any) -> int:
    """The status; a stream is read to its end."""
    try:
        told: Any = await there.openai(api_key=key).chat.completions.create(**{**ASK, **more})
        if more.get("stream"):
            assert [piece async for piece in told]
    except openai.APIStatusError as refused:
        return refused.status_code
    return 200


def spent(there: Inside) -> int:
    return there.begun.house.purse.spent[Account("key", "ana"), ""]


def reserved(there: Inside) -> int:
    return sum(there.begun.house.purse.reserved.values())


def test_what_does_not_fit_is_refused_before_anybody_is_called_and_says_all_that_helps(tmp_path: Path) -> None:
    async def story() -> tuple[openai.APIStatusError, anthropic.APIStatusError, int]:
        async with ScriptedUpstream(spending()) as up, gateway(tmp_path, up, "0.0001") as (there, key):
            with pytest.raises(openai.RateLimitError) as told:
                await there.openai(api_key=key).chat.completions.create(**ASK)
            with pytest.raises(anthropic.RateLimitError) as other:
                await there.anthropic(api_key=key).messages.create(**ASK)
            return told.value, other.value, up.served

    told, other, served = run(story())
    assert served == 0
    for fault in (told, other):
        assert "The budget of your key is $0.0001 in all, of which $0.0001 are left." in fault.message
        assert "This request may cost up to $0.001" in fault.message
        assert (
            "the limit of 9 tokens out (send a lower limit, or less), at m-up@up. It does not renew." in fault.message
        )
        assert fault.response.headers["x-should-retry"] == "false"
        assert "retry-after" not in fault.response.headers
    assert told.type == "rate_limit_error" or told.code == "budget_spent"


def test_the_official_client_does_not_try_again_where_waiting_cannot_help(tmp_path: Path) -> None:
    async def story() -> bytes:
        async with ScriptedUpstream(spending()) as up, gateway(tmp_path, up, "0.0001") as (there, key):
            with pytest.raises(openai.RateLimitError):
                await there.openai(api_key=key, max_retries=5).chat.completions.create(**ASK)
            return there.begun.house.meter.exposed()

    assert b'halfopen_answers_total{dialect="chat",status="429"} 1.0' in run(story())


@pytest.mark.parametrize("stream", [False, True])
def test_what_was_spent_is_counted_exactly_and_nothing_stays_reserved(tmp_path: Path, stream: bool) -> None:
    async def story() -> tuple[list[int], int, int]:
        async with ScriptedUpstream(spending()) as up, gateway(tmp_path, up, "0.002") as (there, key):
            statuses = [await said(there, key, stream=stream) for _ in range(12)]
            return statuses, spent(there), reserved(there)

    statuses, picos, left = run(story())
    good = statuses.count(200)
    assert statuses == [200] * good + [429] * (12 - good)
    assert (picos, left) == (good * cost(), 0)
    assert picos <= 2 * PICO // 1000 < picos + MOST  # until so little was left that the most of one did not fit


def test_sixty_four_at_once_never_spend_more_than_there_is(tmp_path: Path) -> None:
    async def story() -> tuple[list[int], int, int]:
        async with ScriptedUpstream(spending(40, OUT)) as up, gateway(tmp_path, up, "0.005") as (there, key):
            statuses = await asyncio.gather(*(said(there, key) for _ in range(64)))
            return statuses, spent(there), reserved(there)

    statuses, picos, left = run(story())
    assert (picos, left) == (statuses.count(200) * cost(40), 0)
    assert 0 < picos <= 5 * PICO // 1000
    assert statuses.count(429) > 0


def test_who_is_refused_for_what_others_have_reserved_may_come_back_soon(tmp_path: Path) -> None:
    async def story() -> tuple[str, str, int]:
        async with ScriptedUpstream(always([Hold()])) as up, gateway(tmp_path, up, "0.0015") as (there, key):
            first = asyncio.create_task(said(there, key))
            while not reserved(there):
                await asyncio.sleep(0.01)
            with pytest.raises(openai.RateLimitError) as told:
                await there.openai(api_key=key).chat.completions.create(**ASK)
            headers = told.value.response.headers
            first.cancel()
            await asyncio.gather(first, return_exceptions=True)
            while reserved(there):
                await asyncio.sleep(0.01)
            return headers.get("retry-after", ""), headers.get("x-should-retry", ""), reserved(there)

    assert run(story()) == ("1", "", 0)


@pytest.mark.parametrize(
    "steps", [[Cut()], wires.error(500, b"{}"), wires.whole(200, b"oops")], ids=["cut", "500", "oops"]
)
def test_a_call_that_fails_leaves_nothing_reserved(tmp_path: Path, steps: list[Step]) -> None:
    async def story() -> int:
        async with ScriptedUpstream(always(steps)) as up, gateway(tmp_path, up, "1") as (there, key):
            await said(there, key)
            return reserved(there)

    assert run(story()) == 0


def test_a_gateway_that_is_started_again_knows_what_was_spent(tmp_path: Path) -> None:
    async def story() -> list[int]:
        found = []
        for _ in range(3):
            async with ScriptedUpstream(spending()) as up, gateway(tmp_path, up, "1") as (there, key):
                found.append(spent(there))
                assert await said(there, key) == 200
        return found

    assert run(story()) == [0, cost(), 2 * cost()]


@pytest.mark.parametrize("scope", ["teams", "lanes", "all"])
def test_teams_lanes_and_everybody_have_budgets_too(tmp_path: Path, scope: str) -> None:
    row = [{"usd": 0.0014, "per": "day"}]
    rows: Any = {"teams": {"hr": row}, "lanes": {"both": row}, "all": row}[scope]

    async def story() -> tuple[list[int], str]:
        async with ScriptedUpstream(spending()) as up, gateway(tmp_path, up, "", budgets={scope: rows}) as (there, key):
            statuses = [await said(there, key, model="halfopen/both") for _ in range(5)]
            with pytest.raises(openai.RateLimitError) as told:
                await there.openai(api_key=key).chat.completions.create(**{**ASK, "model": "halfopen/both"})
            return statuses, told.value.message

    statuses, message = run(story())
    assert statuses[0] == 200
    assert statuses[-1] == 429
    whose = {"teams": "team hr", "lanes": "lane both", "all": "everybody"}[scope]
    assert f"The budget of {whose} is $0.0014 today" in message
    assert "It renews on 20" in message


def test_from_four_fifths_on_callers_are_warned(tmp_path: Path) -> None:
    """Each costs 890 millionths of a dollar, of ten thousand."""

    async def story() -> list[str]:
        up = ScriptedUpstream(spending(400, OUT))
        async with up, gateway(tmp_path, up, "0.01") as (there, key):
            client = there.openai(api_key=key).chat.completions.with_raw_response
            told = [await client.create(**ASK) for _ in range(10)]
            return [each.headers.get("x-halfopen-budget", "") for each in told]

    assert run(story()) == [""] * 9 + ["key ana total 80%"]


def test_a_lane_limits_who_sets_no_limit_and_the_provider_is_told(tmp_path: Path) -> None:
    async def story() -> tuple[list[dict[str, Any]], list[int]]:
        lanes = {"short": {"require": {"models": ["m-up"]}, "max_output": 50}}
        async with ScriptedUpstream(spending()) as up:
            config = over({"up": up})
            async with gateway(tmp_path, up, "0.002", lanes={**config["lanes"], **lanes}) as (there, key):
                free = {name: value for name, value in ASK.items() if name != "max_tokens"}
                client = there.openai(api_key=key)
                await client.chat.completions.create(**{**free, "model": "halfopen/short"})
                await client.chat.completions.create(**{**ASK, "model": "halfopen/short"})
                refused = await said(there, key, **{**free, "model": "m-up", "max_tokens": openai.omit})
                return [visit.received.json() for visit in up.visits], [refused]

    bodies, statuses = run(story())
    assert [body.get("max_tokens") for body in bodies] == [50, OUT]
    assert statuses == [429]  # without a lane's limit an answer may be as long as the model can


def test_what_nobody_prices_is_charged_at_the_stated_bound_and_stays_unpriced(tmp_path: Path) -> None:
    async def story() -> tuple[Any, int]:
        async with ScriptedUpstream(spending()) as up:
            config = over({"up": up})
            offers = [{"model": "m-up", "provider": "up"}]
            async with gateway(tmp_path, up, "10", offers=offers) as (there, key):
                raw = await there.openai(api_key=key).chat.completions.with_raw_response.create(**ASK)
                (row,) = await there.rows(raw.headers["x-halfopen-request"])
                assert config["offers"]
                return row, spent(there)

    row, picos = run(story())
    assert row.cost is None
    assert row.charged == picos == (100 * 5 + 600 * OUT) * PICO // 10**6


def test_who_hangs_up_is_charged_the_most_that_it_may_have_been_and_nothing_stays_reserved(tmp_path: Path) -> None:
    """An estimate would be less than what the provider goes on to make, again and again."""

    async def story() -> tuple[int, int]:
        async with ScriptedUpstream(always([Hold()])) as up, gateway(tmp_path, up, "1") as (there, key):
            asking = asyncio.create_task(said(there, key))
            await up.arrived()
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
            while reserved(there):
                await asyncio.sleep(0.01)
            return spent(there), reserved(there)

    picos, left = run(story())
    assert left == 0
    assert (2 * 512 + 90) * PICO // 10**6 < picos <= MOST


def test_tools_that_a_provider_runs_by_itself_are_bounded_by_the_context_and_not_by_bytes(tmp_path: Path) -> None:
    """What a search brings is part of the prompt; a function of the caller's own is run by the caller."""
    function = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}

    async def story() -> list[int]:
        async with ScriptedUpstream(spending()) as up, gateway(tmp_path, up, "0.1") as (there, key):
            own = await said(there, key, tools=[function])
            return [own, await said(there, key, extra_body={"web_search_options": {}})]

    assert run(story()) == [200, 429]


def test_a_config_with_a_budget_that_is_none_is_refused_with_its_line(tmp_path: Path) -> None:
    from halfopen.apps.config.settings import load
    from halfopen.documents import Complaints

    path = tmp_path / "halfopen.yaml"
    path.write_text(json.dumps({"budgets": {"all": [{"usd": -1}]}}), encoding="utf-8")
    with pytest.raises(Complaints, match="budgets"):
        load(path)
    path.write_text(json.dumps({"budgets": {"lanes": {"realtim": [{"usd": 1}]}}}), encoding="utf-8")
    with pytest.raises(Complaints, match="realtime"):
        load(path)


def test_near_the_end_of_a_budget_a_lane_may_prefer_what_is_cheapest(tmp_path: Path) -> None:
    """The first is preferred, and costs 890 millionths each time; the second costs half."""

    async def story() -> list[str]:
        async with ScriptedUpstream(spending(400, OUT)) as dear, ScriptedUpstream(spending(400, OUT)) as cheap:
            config = over({"dear": dear, "cheap": cheap})
            half = [{**config["offers"][1]["prices"][0], "input": "1", "output": "5"}]
            offers = [config["offers"][0], {**config["offers"][1], "prices": half}]
            lanes = {"both": {**config["lanes"]["both"], "near": ["price"]}}
            with access(tmp_path / "data") as keys:
                key = keys.made(Key(id="", name="ana", digest="", budgets=budgets("0.01")), "a test", 1.0)
            async with inside(tmp_path, {**config, "offers": offers, "lanes": lanes}) as there:
                client = there.openai(api_key=key).chat.completions.with_raw_response
                told = [await client.create(**{**ASK, "model": "halfopen/both"}) for _ in range(10)]
                return [each.headers["x-halfopen-offer"] for each in told]

    assert run(story()) == ["m-dear@dear"] * 9 + ["m-cheap@cheap"]
