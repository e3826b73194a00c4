"""What follows a fault: the next offer of the itinerary, the same once more, or an end with everything told."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping

import pytest

from halfopen import errors
from halfopen.errors import Fault
from halfopen.limits.retry import GRAIN, PAUSE
from halfopen.ports.upstream import Deadlines
from halfopen.testing import Cut, End, Hold, ScriptedUpstream, Send, Step, Wait, always, wires
from tests.flows.stage import ERROR, Place, at, run, staged, well

JSON = ((b"content-type", b"application/json"),)
LONG = Deadlines(connect=5, first_byte=5, between_bytes=5, total=10)


def test_the_offers_are_tried_in_their_order_and_each_try_has_its_row() -> None:
    async def story() -> None:
        async with (
            ScriptedUpstream(always(wires.error(500, ERROR))) as a,
            ScriptedUpstream(always([Cut()])) as b,
            ScriptedUpstream(well) as c,
            ScriptedUpstream(well) as d,
            staged({"a": at(a), "b": at(b), "c": at(c), "d": at(d)}) as stage,
        ):
            given = await stage.whole()
            assert stage.told() == [
                (1, "a", "server_error", False),
                (2, "b", "truncated", False),
                (3, "c", "", True),
            ]
            assert given.entry == stage.rows.entries[-1]
            assert [up.requests[0].json()["model"] for up in (a, b, c)] == [f"served-by-{name}" for name in "abc"]
            assert d.connections == 0
            assert {row.decision for row in stage.rows.entries} == set(stage.rows.decisions)
            text = await stage.rows.decision(given.entry.decision)
            assert text is not None
            assert text.index(b"m@a") < text.index(b"m@b") < text.index(b"m@c") < text.index(b"m@d")

    run(story())


# What the only offer says first, the fault, and the seconds after which it is asked once more.
AGAIN: Mapping[str, tuple[list[Step], str, float]] = {
    "500": (wires.error(500, ERROR), "server_error", PAUSE),
    "429": (wires.error(429, ERROR), "overloaded", PAUSE),
    "429 that says how long": (wires.error(429, ERROR, ((b"retry-after", b"2"),)), "overloaded", 2 + GRAIN),
    "200 that is an error": (wires.in_json(200, ERROR), "server_error", PAUSE),
    "cut": ([Cut()], "truncated", PAUSE),
    "end": ([End()], "truncated", PAUSE),
}


@pytest.mark.parametrize(("steps", "fault", "wait"), AGAIN.values(), ids=AGAIN.keys())
def test_the_last_offer_is_asked_once_more_after_a_pause_and_not_a_moment_sooner(
    steps: list[Step], fault: str, wait: float
) -> None:
    async def story() -> None:
        async with ScriptedUpstream([steps, wires.chat_answer("Hello")]) as up, staged({"a": at(up)}) as stage:
            asking = asyncio.create_task(stage.whole())
            await stage.clock.until_resting()
            assert stage.told() == [(1, "a", fault, False)]
            stage.clock.move(wait / 2)
            assert stage.clock.resting == 1
            assert len(up.requests) == 1
            stage.clock.move(wait / 2)
            await asking
            assert stage.told() == [(1, "a", fault, False), (2, "a", "", True)]

    run(story())


def test_the_last_of_several_offers_gets_its_second_try_too() -> None:
    async def story() -> None:
        bad = wires.error(500, ERROR)
        async with (
            ScriptedUpstream(always(bad)) as a,
            ScriptedUpstream([bad, wires.chat_answer("Hello")]) as b,
            staged({"a": at(a), "b": at(b)}) as stage,
        ):
            asking = asyncio.create_task(stage.whole())
            await stage.clock.until_resting()
            stage.clock.move(PAUSE)
            await asking
            tried = [(1, "a", "server_error", False), (2, "b", "server_error", False), (3, "b", "", True)]
            assert stage.told() == tried

    run(story())


def test_after_the_second_failure_of_the_last_offer_the_caller_is_told_once_what_was_said_twice() -> None:
    async def story() -> None:
        async with ScriptedUpstream(always(wires.error(503, ERROR))) as up, staged({"a": at(up)}) as stage:
            asking = asyncio.create_task(stage.whole())
            await stage.clock.until_resting()
            stage.clock.move(PAUSE)
            with pytest.raises(errors.ServerError, match="No offer answered") as told:
                await asking
            assert told.value.message.count("m@a: a answered 503") == 1
            assert stage.told() == [(1, "a", "server_error", False), (2, "a", "server_error", False)]
            assert len(up.requests) == 2

    run(story())


def test_a_refused_connection_is_tried_once_more_and_then_told_as_resting() -> None:
    async def story() -> None:
        async with ScriptedUpstream(well) as gone:
            await gone.stop()
            async with staged({"a": at(gone)}) as stage:
                asking = asyncio.create_task(stage.whole())
                await stage.clock.until_resting()
                stage.clock.move(PAUSE)
                with pytest.raises(errors.Resting) as told:
                    await asking
                assert told.value.retry_after == stage.house.wards.rules.rest
                assert f"{gone.host}:{gone.port}" not in told.value.message
                assert stage.told() == [(n, "a", "connect_failed", False) for n in (1, 2)]
                assert all((row.status, row.usage, row.cost) == (0, {}, 0) for row in stage.rows.entries)

    run(story())


# Faults after which the only offer is not asked again.
ENOUGH: Mapping[str, tuple[list[Step], type[Fault]]] = {
    "a long retry-after": (wires.error(429, ERROR, ((b"retry-after", b"6"),)), errors.Overloaded),
    "404": (wires.error(404, ERROR), errors.ModelGone),
    "302": (wires.whole(302, b"", ((b"location", b"http://127.0.0.1:1/"),)), errors.BrokenProtocol),
    "202": (wires.in_json(202, {"id": "later"}), errors.BrokenProtocol),
    "204": ([Send(b"HTTP/1.1 204 No Content\r\n\r\n")], errors.BrokenProtocol),
    "not HTTP": ([Send(b"SSH-2.0-OpenSSH_9.9\r\n"), Hold()], errors.BrokenProtocol),
    "not JSON": (wires.whole(200, b"<html>", JSON), errors.BrokenProtocol),
}


@pytest.mark.parametrize(("steps", "kind"), ENOUGH.values(), ids=ENOUGH.keys())
def test_what_no_pause_would_mend_is_told_at_once(steps: list[Step], kind: type[Fault]) -> None:
    async def story() -> None:
        async with ScriptedUpstream(always(steps)) as up, staged({"a": at(up)}) as stage:
            with pytest.raises(kind):
                await stage.whole()
            assert len(up.requests) == 1
            assert stage.told() == [(1, "a", errors.code_of(kind), False)]

    run(story())


@pytest.mark.parametrize("steps", [ENOUGH["302"][0], ENOUGH["202"][0], ENOUGH["204"][0]], ids=["302", "202", "204"])
def test_a_redirect_or_an_empty_success_costs_nothing_and_another_offer_answers(steps: list[Step]) -> None:
    async def story() -> None:
        async with (
            ScriptedUpstream(always(steps)) as a,
            ScriptedUpstream(well) as b,
            staged({"a": at(a), "b": at(b)}) as stage,
        ):
            await stage.whole()
            assert stage.told() == [(1, "a", "broken_protocol", False), (2, "b", "", True)]
            assert (stage.rows.entries[0].usage_from, stage.rows.entries[0].cost) == ("none", 0)
            with pytest.raises(errors.BrokenProtocol, match=r"a answered 20\d, which is no|a redirect"):
                await stage.whole("m@a")
            assert len(a.requests) == 2

    run(story())


QUOTED: Mapping[str, tuple[list[Step], bool]] = {
    "a refusal": (wires.error(400, {"error": {"message": "key ours is odd", "type": "x"}}), False),
    "a refusal that is a page": (
        wires.whole(400, b"<p>key o&#117;rs is odd", ((b"content-type", b"text/html"),)),
        False,
    ),
    "a failure": (wires.error(503, {"error": {"message": "key ours is odd", "type": "x"}}), False),
    "an error that is called a success": (wires.in_json(200, {"error": {"message": "key ours is odd"}}), False),
    "a stream's error": (wires.stream([wires.event({"error": {"message": "key ours is odd"}})]), True),
}


@pytest.mark.parametrize(("steps", "stream"), QUOTED.values(), ids=QUOTED.keys())
def test_a_key_that_a_provider_quotes_is_told_blank_wherever_it_is_quoted(steps: list[Step], stream: bool) -> None:
    async def story() -> None:
        async with ScriptedUpstream(always(steps)) as up, staged({"a": at(up)}) as stage:
            asking = asyncio.create_task(stage.relay() if stream else stage.whole())
            await asyncio.wait(
                [asking, asyncio.create_task(stage.clock.until_resting())], return_when="FIRST_COMPLETED"
            )
            stage.clock.move(PAUSE)
            with pytest.raises(Fault) as told:
                await asking
            assert "key [key] is odd" in told.value.message
            assert b"ours" not in (told.value.body or b"")

    run(story())


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_providers_refusal_of_the_request_is_passed_on_as_it_came(status: int) -> None:
    said = b'{ "error":{"message":"max_tokens is too large","type":"invalid_request_error","param":"max_tokens"}}'

    async def story() -> None:
        async with (
            ScriptedUpstream(always(wires.error(status, said))) as a,
            ScriptedUpstream(well) as b,
            staged({"a": at(a), "b": at(b)}) as stage,
        ):
            for _ in range(4):  # once more than it takes to open a breaker
                with pytest.raises(errors.Refused) as told:
                    await stage.whole()
                assert (told.value.body, told.value.status) == (said, status)
            assert stage.told() == [(1, "a", "refused", True)] * 4
            assert {(row.status, row.cost, row.usage_from) for row in stage.rows.entries} == {(status, 0, "none")}
            assert stage.house.wards.health(stage.clock.ticks()).resting == {}
            assert b.connections == 0

    run(story())


def test_a_rejected_key_is_ours_so_another_offer_answers_and_the_first_rests_a_minute() -> None:
    async def story() -> None:
        async with (
            ScriptedUpstream(always(wires.error(401, ERROR))) as a,
            ScriptedUpstream(well) as b,
            staged({"a": at(a), "b": at(b)}) as stage,
        ):
            await stage.whole()
            assert stage.told() == [(1, "a", "key_rejected", False), (2, "b", "", True)]
            assert stage.house.wards.health(stage.clock.ticks()).resting == {"m@a": 60.0}
            await stage.whole()
            assert len(a.requests) == 1

    run(story())


@pytest.mark.parametrize("status", [402, 403])
def test_who_wants_payment_or_forbids_one_request_does_not_rest_for_all_of_them(status: int) -> None:
    async def story() -> None:
        async with (
            ScriptedUpstream(always(wires.error(status, ERROR))) as a,
            ScriptedUpstream(well) as b,
            staged({"a": at(a), "b": at(b)}) as stage,
        ):
            await stage.whole()
            assert stage.told() == [(1, "a", "server_error", False), (2, "b", "", True)]
            assert stage.house.wards.health(stage.clock.ticks()).resting == {}
            assert {row.cost for row in stage.rows.entries if row.provider == "a"} == {0}

    run(story())


@pytest.mark.parametrize(("status", "why"), [(402, "it wants payment"), (403, "it forbids this")])
def test_the_words_of_who_wants_payment_or_forbids_are_told_without_our_key(status: int, why: str) -> None:
    said = b'{"error":{"message":"key ours has no credit left"}}'

    async def story() -> None:
        async with ScriptedUpstream(always(wires.error(status, said))) as up, staged({"a": at(up)}) as stage:
            asking = asyncio.create_task(stage.whole())
            await stage.clock.until_resting()
            stage.clock.move(PAUSE)
            with pytest.raises(errors.ServerError) as told:
                await asking
            assert told.value.status == 502
            assert f"a answered {status}: {why}: key [key] has no credit left" in told.value.message

    run(story())


def test_a_rejected_key_is_never_the_callers_401_and_is_not_quoted() -> None:
    said = b'{"error":{"message":"Incorrect API key provided: sk-ours-1234"}}'

    async def story() -> None:
        async with ScriptedUpstream(always(wires.error(401, said))) as up, staged({"a": at(up)}) as stage:
            with pytest.raises(errors.KeyRejected) as told:
                await stage.whole()
            assert told.value.status == 502
            assert "sk-ours" not in told.value.message
            assert "our key" in told.value.message
            assert stage.rows.entries[0].status == 401

    run(story())


BEGUN = wires.head(200, JSON, length=99)
SLOW: Mapping[str, tuple[list[Step], Deadlines, type[Fault]]] = {
    "no first byte": ([Hold()], Deadlines(first_byte=0.1), errors.FirstByteTimeout),
    "silent in the middle": ([Send(BEGUN + b"{"), Hold()], Deadlines(between_bytes=0.1), errors.Stalled),
    "still talking": ([Send(BEGUN)] + [Send(b" "), Wait(0.04)] * 60, Deadlines(total=0.2), errors.TotalTimeout),
}


@pytest.mark.parametrize(("steps", "deadlines", "kind"), SLOW.values(), ids=SLOW.keys())
def test_each_deadline_has_its_own_fault_and_is_not_waited_for_twice(
    steps: list[Step], deadlines: Deadlines, kind: type[Fault]
) -> None:
    async def story() -> None:
        async with (
            ScriptedUpstream(always(steps)) as up,
            staged({"a": at(up, deadlines=deadlines)}) as stage,
        ):
            with pytest.raises(kind) as told:
                await stage.whole()
            assert told.value.status == 504
            assert (await asyncio.wait_for(up.closed(), 1)).by_peer
            [row] = stage.rows.entries
            assert (row.fault, row.usage_from) == (errors.code_of(kind), "estimated")
            assert (row.usage, row.cost) == ({"input": -(-row.bytes_in // 3)}, None), "it may have generated anything"
            assert len(up.requests) == 1

    run(story())


@pytest.mark.parametrize(("steps", "deadlines", "kind"), SLOW.values(), ids=SLOW.keys())
def test_after_a_stage_that_took_too_long_another_offer_is_asked_but_not_after_the_whole_time(
    steps: list[Step], deadlines: Deadlines, kind: type[Fault]
) -> None:
    async def story() -> None:
        async with (
            ScriptedUpstream(always(steps)) as a,
            ScriptedUpstream(well) as b,
            staged({"a": at(a, deadlines=deadlines), "b": at(b)}) as stage,
        ):
            if kind is not errors.TotalTimeout:
                await stage.whole()
                assert stage.told()[1] == (2, "b", "", True)
                return
            with pytest.raises(kind):
                await stage.whole()
            assert b.connections == 0

    run(story())


def test_a_provider_that_does_not_finish_its_handshake_is_given_up_and_another_answers() -> None:
    async def story() -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            port = silent.getsockname()[1]
            mute = Place(port=port, scheme="https", deadlines=Deadlines(connect=0.1))
            async with ScriptedUpstream(well) as b, staged({"a": mute, "b": at(b)}) as stage:
                await stage.whole()
                assert stage.told() == [(1, "a", "connect_timeout", False), (2, "b", "", True)]
                with pytest.raises(errors.Resting, match="No offer answered"):
                    await stage.whole("m@a")
                assert stage.told()[2:] == [(1, "a", "connect_timeout", False)]

    run(story())
