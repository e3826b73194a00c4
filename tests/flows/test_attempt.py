"""What a call cost: exactly what the provider told, an estimate that says it is one, and never zero by accident."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from halfopen.catalog.price import PriceLine, Tier
from halfopen.catalog.source import Source
from halfopen.flows.house import day_of
from halfopen.ledger.entry import Entry
from halfopen.ledger.question import Question
from halfopen.testing import HandClock, Received, ScriptedUpstream, Step, always, wires
from tests.flows.stage import ERROR, TWO_AND_TEN, Stage, at, read_out, run, staged, well

SOURCE = Source(name="the test", checked=date(2026, 1, 1))
FINE = PriceLine(
    since=date(2026, 3, 1),
    input=Decimal("3"),
    output=Decimal("15"),
    cached_read=Decimal("0.3"),
    cache_write_5m=Decimal("3.75"),
    source=SOURCE,
)
USED = wires.Usage(input=1234, output=567, cache_read=1000, cache_write=200)
STREAMED = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])


def telling(usage: wires.Usage) -> Any:
    """A script that answers in the dialect of the request and tells this usage."""

    def script(received: Received) -> list[Step]:
        stream = received.json().get("stream") is True
        if received.target.endswith("/messages"):
            answers = wires.messages_stream(["Hi"], usage=usage) if stream else wires.messages_answer("Hi", usage=usage)
        elif stream:
            answers = wires.chat_stream(["Hi"], usage=usage, include_usage=wires.wants_usage(received))
        else:
            answers = wires.chat_answer("Hi", usage=usage)
        return answers

    return script


async def answered(stage: Stage, stream: bool, **more: Any) -> Entry:
    """The row of an answer that was read to its end."""
    if not stream:
        return (await stage.whole(**more)).entry
    await read_out(await stage.relay(**more))
    return stage.rows.entries[-1]


@STREAMED
def test_a_message_is_billed_to_the_picodollar_by_what_the_provider_told(stream: bool) -> None:
    async def story() -> None:
        async with ScriptedUpstream(telling(USED)) as up, staged({"a": at(up, prices=(FINE,))}) as stage:
            row = await answered(stage, stream, dialect="messages")
            assert row.usage == {"input": 1234, "output": 567, "cached_read": 1000, "cache_write_5m": 200}
            # 1234 x 3,000,000 + 567 x 15,000,000 + 1000 x 300,000 + 200 x 3,750,000
            assert (row.cost, row.currency) == (13_257_000_000, "USD")
            assert (row.usage_from, row.price_since) == ("provider", "2026-03-01")

    run(story())


@STREAMED
def test_a_completion_is_billed_to_the_picodollar_and_cached_tokens_once(stream: bool) -> None:
    async def story() -> None:
        used = wires.Usage(input=1234, output=567, cache_read=1000)
        async with ScriptedUpstream(telling(used)) as up, staged({"a": at(up, prices=(FINE,))}) as stage:
            row = await answered(stage, stream)
            assert row.usage == {"input": 1234, "output": 567, "cached_read": 1000}
            # 1234 x 3,000,000 + 567 x 15,000,000 + 1000 x 300,000
            assert (row.cost, row.usage_from) == (12_507_000_000, "provider")
            assert (await stage.rows.answer(Question()))[0].cost == {"USD": 12_507_000_000}

    run(story())


def test_a_long_prompt_is_billed_by_its_tier_all_of_it() -> None:
    async def story() -> None:
        tier = Tier(above=2000, input=Decimal("6"), output=Decimal("22.5"), cached_read=Decimal("0.6"))
        line = PriceLine(since=FINE.since, input=FINE.input, output=FINE.output, tiers=(tier,), source=SOURCE)
        used = wires.Usage(input=1234, output=567, cache_read=1000)
        async with ScriptedUpstream(telling(used)) as up, staged({"a": at(up, prices=(line,))}) as stage:
            # 1234 x 6,000,000 + 567 x 22,500,000 + 1000 x 600,000
            assert (await stage.whole()).entry.cost == 20_761_500_000

    run(story())


@STREAMED
@pytest.mark.parametrize("dialect", ["chat", "messages"])
def test_an_offer_without_a_price_costs_nobody_knows_what_and_never_nothing(dialect: str, stream: bool) -> None:
    async def story() -> None:
        async with ScriptedUpstream(well) as up, staged({"a": at(up, prices=())}) as stage:
            row = await answered(stage, stream, dialect=dialect)
            assert (row.cost, row.currency, row.price_since) == (None, "", "")
            assert (row.usage, row.usage_from) == ({"input": 10, "output": 5}, "provider")
            [line] = await stage.rows.answer(Question())
            assert (line.unpriced, line.cost) == (1, {})

    run(story())


def test_a_failure_of_an_offer_without_a_price_is_unpriced_too() -> None:
    async def story() -> None:
        async with (
            ScriptedUpstream(always(wires.error(500, ERROR))) as a,
            ScriptedUpstream(well) as b,
            staged({"a": at(a, prices=()), "b": at(b)}) as stage,
        ):
            await stage.whole()
            assert [row.cost for row in stage.rows.entries] == [None, 10 * 2_000_000 + 5 * 10_000_000]

    run(story())


def test_tokens_of_a_kind_without_a_rate_leave_the_attempt_unpriced() -> None:
    async def story() -> None:
        async with ScriptedUpstream(telling(USED)) as up, staged({"a": at(up)}) as stage:
            row = (await stage.whole(dialect="messages")).entry
            assert row.usage["cache_write_5m"] == 200
            assert row.cost is None

    run(story())


def test_a_price_counts_from_its_first_day_and_the_old_one_until_then() -> None:
    async def story() -> None:
        async with ScriptedUpstream(well) as up:
            tomorrow = day_of(1_800_000_000) + timedelta(days=1)
            dearer = PriceLine(since=tomorrow, input=Decimal(4), output=Decimal(20), source=SOURCE)
            places = {"old": at(up, prices=(TWO_AND_TEN, dearer)), "new": at(up, prices=(dearer,))}
            async with staged(places) as stage:
                before = [(await stage.whole(name)).entry for name in ("m@old", "m@new")]
                stage.clock.move(86400)
                after = [(await stage.whole(name)).entry for name in ("m@old", "m@new")]
            assert [row.cost for row in before] == [70_000_000, None]
            assert [row.cost for row in after] == [140_000_000, 140_000_000]
            assert {row.day for row in after} == {tomorrow.isoformat()} == {row.price_since for row in after}

    run(story())


def test_an_answer_that_tells_no_usage_is_estimated_from_its_size() -> None:
    async def story() -> None:
        async with ScriptedUpstream(always(wires.chat_answer("Hello", usage=None))) as up:
            async with staged({"a": at(up)}) as stage:
                given = await stage.whole()
                row = given.entry
                assert row.usage_from == "estimated"
                assert row.usage == {"input": -(-row.bytes_in // 3), "output": len(given.body) // 3}
                assert row.cost == row.usage["input"] * 2_000_000 + row.usage["output"] * 10_000_000

    run(story())


def test_a_stream_that_tells_no_usage_is_estimated_from_its_events() -> None:
    async def story() -> None:
        async with ScriptedUpstream(always(wires.chat_stream(["a", "b", "c"]))) as up:
            async with staged({"a": at(up, quirks=("no_stream_options",))}) as stage:
                row = await answered(stage, stream=True)
                assert (row.fault, row.usage_from) == ("", "estimated")
                assert row.usage == {"input": -(-row.bytes_in // 3), "output": 5}  # a role, three pieces, a reason
                assert "stream_options" not in up.requests[0].json()

    run(story())


def test_a_row_says_who_asked_what_of_whom_and_how_long_it_took() -> None:
    async def story() -> None:
        async with ScriptedUpstream(well) as up, staged({"a": at(up, zone="contract")}) as stage:
            asked = stage.asked(metadata={"halfopen_task": "sums"})
            given = await stage.whole(metadata={"halfopen_task": "sums"})
            row = given.entry
            assert (row.request, row.attempt, row.lane, row.offer, row.model) == ("req-2", 1, "all", "m@a", "m")
            assert (row.provider, row.zone, row.served_as) == ("a", "contract", "served-by-a")
            assert (row.status, row.bytes_in, row.bytes_out) == (200, asked.size, len(given.body))
            assert row.labels == {"task": "sums"}
            assert (row.at, row.day) == (1_800_000_000.0, "2027-01-15")
            assert (row.first_ms, row.total_ms) == (0.0, 0.0)  # nobody moved the clock
            sent = up.requests[0]
            assert "metadata" not in sent.json()
            assert sent.values(b"authorization") == [b"Bearer ours"]

    run(story())


def test_times_are_read_from_the_clock() -> None:
    async def story() -> None:
        clock = HandClock()

        def script(received: Received) -> list[Step]:
            clock.move(0.125)
            return wires.chat_answer("Hi")

        async with ScriptedUpstream(script) as up, staged({"a": at(up)}, clock=clock) as stage:
            row = (await stage.whole()).entry
            assert (row.first_ms, row.total_ms) == (125.0, 125.0)
            assert row.at == 1_800_000_000.0
            assert stage.house.wards.first_ms == {}, "an unstreamed answer has no first token to time"

    run(story())
