"""The clock moves when a hand moves it, and wakes exactly those whose rest is over."""

from __future__ import annotations

import asyncio

import pytest

from halfopen.ports.runtime import Clock
from halfopen.testing import HandClock


def test_it_stands_still_until_it_is_moved() -> None:
    clock: Clock = HandClock(1000.0)
    assert (clock.now(), clock.ticks()) == (1000.0, 0.0)
    assert (clock.now(), clock.ticks()) == (1000.0, 0.0)


def test_both_of_its_hands_move_together() -> None:
    clock = HandClock(1000.0)
    clock.move(2.5)
    assert (clock.now(), clock.ticks()) == (1002.5, 2.5)


def test_time_does_not_run_backwards() -> None:
    with pytest.raises(ValueError, match="backwards"):
        HandClock().move(-1)


def test_those_whose_rest_is_over_wake_in_the_order_of_their_times() -> None:
    async def main() -> None:
        clock = HandClock()
        woken: list[float] = []

        async def sleeper(seconds: float) -> None:
            await clock.rest(seconds)
            woken.append(seconds)

        tasks = [asyncio.create_task(sleeper(seconds)) for seconds in (3, 1, 2)]
        await clock.until_resting(3)
        clock.move(2)
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.gather(tasks[1], tasks[2])
        assert woken == [1, 2]
        assert clock.resting == 1
        clock.move(1)
        await tasks[0]
        assert woken == [1, 2, 3]

    asyncio.run(main())


def test_a_rest_that_was_cancelled_wakes_nobody() -> None:
    async def main() -> None:
        clock = HandClock()
        task = asyncio.create_task(clock.rest(1))
        await clock.until_resting()
        task.cancel()
        await asyncio.wait([task])
        assert clock.resting == 0
        clock.move(1)

    asyncio.run(main())


def test_no_rest_at_all_waits_for_nobody() -> None:
    asyncio.run(HandClock().rest(0))
