"""What a house remembers between two requests: breakers, decisions, a full ledger, and how far a zone may reach."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine, Iterable
from dataclasses import replace
from typing import Any

import pytest

from halfopen import errors
from halfopen.adapters.http import Client, Endpoint
from halfopen.flows.house import FULL_SECONDS, WORLD_SECONDS
from halfopen.limits.retry import PAUSE
from halfopen.policy.rules import Lane, When
from halfopen.policy.world import Ask
from halfopen.testing import HandClock, ScriptedUpstream, WaitFor, always, wires
from tests.flows.stage import ERROR, at, run, staged, well

ALL = Ask(name="halfopen/all", dialect="chat")


def test_after_three_failures_an_offer_rests_and_after_its_rest_one_probe_is_let_in() -> None:
    async def story() -> None:
        answered = asyncio.Event()
        bad, good = wires.error(500, ERROR), wires.chat_answer("Hello")
        async with (
            ScriptedUpstream([bad, bad, bad, [WaitFor(answered), *good], good]) as a,
            ScriptedUpstream(well) as b,
            staged({"a": at(a), "b": at(b)}) as stage,
        ):
            for _ in range(5):
                await stage.whole()
            assert (len(a.requests), len(b.requests)) == (3, 5)
            stage.clock.move(4.75)
            assert (await stage.whole()).entry.provider == "b"
            stage.clock.move(0.25)
            probe = asyncio.create_task(stage.whole())
            await a.arrived(3)
            assert [(await stage.whole()).entry.provider for _ in range(2)] == ["b", "b"]
            answered.set()
            assert (await probe).entry.provider == "a"
            assert (await stage.whole()).entry.provider == "a"
            assert len(a.requests) == 5

    run(story())


def test_a_failed_probe_rests_twice_as_long() -> None:
    async def story() -> None:
        async with (
            ScriptedUpstream(always(wires.error(500, ERROR))) as a,
            ScriptedUpstream(well) as b,
            staged({"a": at(a), "b": at(b)}) as stage,
        ):
            for _ in range(4):
                await stage.whole()
            for rest in (5, 10, 20):
                calls = len(a.requests)
                stage.clock.move(rest - 0.5)
                await stage.whole()
                assert len(a.requests) == calls
                stage.clock.move(0.5)
                await stage.whole()
                assert len(a.requests) == calls + 1

    run(story())


def test_a_provider_that_says_how_long_is_left_alone_so_long_after_one_failure() -> None:
    async def story() -> None:
        busy = wires.error(429, ERROR, ((b"retry-after", b"30"),))
        async with (
            ScriptedUpstream([busy, wires.chat_answer("Hello")]) as a,
            ScriptedUpstream(well) as b,
            staged({"a": at(a), "b": at(b)}) as stage,
        ):
            assert (await stage.whole()).entry.provider == "b"
            assert stage.house.wards.health(stage.clock.ticks()).resting == {"m@a": 30.0}
            stage.clock.move(29.5)
            assert (await stage.whole()).entry.provider == "b"
            with pytest.raises(errors.Resting) as told:
                await stage.whole("m@a")
            assert told.value.retry_after == 0.5
            stage.clock.move(0.5)
            assert (await stage.whole()).entry.provider == "a"
            assert len(a.requests) == 2

    run(story())


def test_a_caller_who_hangs_up_says_nothing_about_the_offer() -> None:
    async def story() -> None:
        async with ScriptedUpstream(always([WaitFor(asyncio.Event())])) as a, staged({"a": at(a)}) as stage:
            for number in range(4):
                asking = asyncio.create_task(stage.whole())
                await a.arrived(number)
                asking.cancel()
                await asyncio.wait([asking])
            assert stage.house.wards.health(stage.clock.ticks()).resting == {}

    run(story())


def test_while_a_row_cannot_be_written_nobody_is_called_for_five_seconds() -> None:
    async def story() -> None:
        async with ScriptedUpstream(well) as up, staged({"a": at(up)}) as stage:
            stage.rows.full = True
            with pytest.raises(errors.LedgerFull):
                await stage.whole()
            assert (up.connections, len(up.requests)) == (1, 1)
            up.hang_up()  # whoever calls now has to connect
            stage.rows.full = False
            for _ in range(2):
                with pytest.raises(errors.LedgerFull) as told:
                    await stage.whole()
                assert told.value.retry_after == FULL_SECONDS
                stage.clock.move(FULL_SECONDS / 2 - 0.25)
            assert (up.connections, len(up.requests)) == (1, 1)
            assert stage.rows.entries == []
            stage.clock.move(0.5)
            await stage.whole()
            assert (up.connections, len(up.requests)) == (2, 2)
            assert stage.told() == [(1, "a", "", True)]

    run(story())


def test_a_failure_that_cannot_be_written_is_not_followed_by_another_call() -> None:
    async def story() -> None:
        async with (
            ScriptedUpstream(always(wires.error(500, ERROR))) as a,
            ScriptedUpstream(well) as b,
            staged({"a": at(a), "b": at(b)}) as stage,
        ):
            stage.rows.full = True
            with pytest.raises(errors.LedgerFull):
                await stage.whole()
            assert (len(a.requests), b.connections) == (1, 0)

    run(story())


def test_a_decision_is_kept_while_nothing_it_depends_on_has_changed() -> None:
    async def story() -> None:
        async with ScriptedUpstream(well) as up, staged({"a": at(up), "b": at(up)}) as stage:
            kept = stage.house.decide(ALL)
            assert stage.house.decide(Ask(name="halfopen/all", dialect="chat")) is kept
            stage.clock.move(WORLD_SECONDS - 0.5)
            assert stage.house.decide(ALL) is kept
            await stage.whole()
            assert stage.rows.entries[0].decision == kept.digest
            assert json.loads(stage.rows.decisions[kept.digest])["lane"] == "all"
            other = stage.house.decide(Ask(name="m@b", dialect="chat"))
            assert [step.id for step in other.decision.itinerary] == ["m@b"]
            assert other.digest != kept.digest
            assert stage.house.decide(ALL) is kept

    run(story())


def test_what_was_decided_by_one_fact_is_not_kept_for_another() -> None:
    async def story() -> None:
        async with ScriptedUpstream(well) as up, staged({"a": at(up)}) as stage:
            lanes = {"german": Lane(when=When(language=("de",)))} | dict(stage.house.policy.lanes)
            policy = replace(stage.house.policy, lanes=lanes)
            stage.house.swap(replace(stage.house.setup, policy=policy))
            auto = Ask(name="halfopen/auto", dialect="chat")
            german = stage.house.decide(auto, {"language": "de", "size": "small"})
            assert stage.house.decide(auto, {"size": "small", "language": "de"}) is german
            english = stage.house.decide(auto, {"language": "en", "size": "small"})
            assert (german.decision.lane, english.decision.lane) == ("german", "all")

    run(story())


def test_a_kept_decision_is_dropped_when_the_world_is_made_anew() -> None:
    async def story() -> None:
        async with ScriptedUpstream(well) as up, staged({"a": at(up)}) as stage:
            kept, world = stage.house.decide(ALL), stage.house.world()
            stage.clock.move(WORLD_SECONDS)
            again = stage.house.decide(ALL)
            assert again is not kept
            assert again.digest == kept.digest  # nothing else has changed, so the ledger keeps its text once
            assert stage.house.world().version == world.version + 1

    run(story())


def test_the_world_is_made_anew_at_midnight_utc() -> None:
    async def story() -> None:
        async with ScriptedUpstream(well) as up, staged({"a": at(up)}) as stage:
            stage.clock.move(86400 - stage.clock.now() % 86400 - 1)
            before = stage.house.world()
            stage.clock.move(1)
            assert (stage.house.world().day - before.day).days == 1

    run(story())


def test_a_kept_decision_is_dropped_when_an_offer_falls_and_when_it_has_rested() -> None:
    async def story() -> None:
        async with (
            ScriptedUpstream(always(wires.error(500, ERROR))) as a,
            ScriptedUpstream(well) as b,
            staged({"a": at(a), "b": at(b)}) as stage,
        ):
            kept = stage.house.decide(ALL)
            for _ in range(2):
                await stage.whole()
            assert stage.house.decide(ALL) is kept
            await stage.whole()
            fallen = stage.house.decide(ALL)
            assert [step.id for step in fallen.decision.itinerary] == ["m@b"]
            assert stage.house.decide(ALL) is fallen
            stage.clock.move(5)
            assert [step.id for step in stage.house.decide(ALL).decision.itinerary] == ["m@a", "m@b"]

    run(story())


def test_what_stops_everyone_is_decided_each_time_and_says_the_seconds_that_are_left() -> None:
    async def story() -> None:
        async with ScriptedUpstream(always(wires.error(500, ERROR))) as a, staged({"a": at(a)}) as stage:
            for _ in range(2):
                asking = asyncio.create_task(stage.whole())
                await stage.clock.until_resting()
                stage.clock.move(PAUSE)
                await asyncio.wait([asking])
                assert isinstance(asking.exception(), errors.ServerError)
            calls, waits = len(a.requests), []
            for _ in range(2):
                with pytest.raises(errors.Resting) as told:
                    await stage.whole()
                waits.append(told.value.retry_after)
                stage.clock.move(2)
            assert waits[0] is not None
            assert waits == [waits[0], waits[0] - 2]
            assert (len(a.requests), len(stage.rows.entries)) == (calls, calls)

    run(story())


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_a_request_that_may_not_leave_home_goes_through_homes_own_client(stream: bool) -> None:
    async def story() -> None:
        async with ScriptedUpstream(well) as engine, ScriptedUpstream([]) as beyond:

            def detour(zone: str, reached: Iterable[Endpoint]) -> Client:
                """Whatever leaves by another zone's client is seen `beyond`."""
                proxy = None if zone == "home" else f"{beyond.host}:{beyond.port}"
                return Client(replace(endpoint, proxy=proxy) for endpoint in reached)

            async with staged({"a": at(engine, zone="home")}, clients=detour) as stage:
                ask = stage.relay if stream else stage.whole
                given = await ask(headers={b"x-halfopen-zone": b"home"})
                assert given.attempt.decided.decision.zone == "home"
                assert (len(engine.requests), beyond.connections) == (1, 0)
                with pytest.raises(errors.Resting):  # a request without bounds leaves by the outermost client
                    await asyncio.wait_for(_through_a_pause(stage.clock, ask()), 5)
                assert (len(engine.requests), beyond.connections) == (1, 2)

    run(story())


async def _through_a_pause(clock: HandClock, work: Coroutine[Any, Any, object]) -> None:
    asking = asyncio.ensure_future(work)
    await clock.until_resting()
    clock.move(PAUSE)
    await asking
