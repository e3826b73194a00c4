"""Why work was cancelled, as it is told wherever the work was waiting."""

from __future__ import annotations

import asyncio

import pytest

from halfopen import errors
from halfopen.flows.leaving import STOPS, why
from halfopen.testing import Hold, ScriptedUpstream, always
from tests.flows.stage import at, run, staged


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_a_server_that_stops_is_billed_like_a_caller_who_hangs_up_and_says_nothing_about_the_offer(
    stream: bool,
) -> None:
    async def story() -> None:
        async with ScriptedUpstream(always([Hold()])) as up, staged({"a": at(up)}) as stage:
            for number in range(4):  # once more than it takes to open a breaker
                asking = asyncio.create_task(stage.relay() if stream else stage.whole())
                await up.arrived(number)
                asking.cancel(STOPS)
                with pytest.raises(asyncio.CancelledError) as cancelled:
                    await asking
                assert isinstance(why(cancelled.value), errors.Stopping)
            assert [(row.fault, row.usage_from) for row in stage.rows.entries] == [("stopping", "estimated")] * 4
            assert stage.house.wards.health(stage.clock.ticks()).resting == {}

    run(story())
