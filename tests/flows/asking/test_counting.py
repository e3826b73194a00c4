"""What a provider did not count is counted here, and marked as an estimate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest

from halfopen.testing import Received, ScriptedUpstream, Step, wires
from tests.flows.stage import at, read_out, run, staged


class ByWord:
    """A counter of words: it cannot be mistaken for a count of bytes or of events."""

    def __init__(self, *, late: bool = False) -> None:
        self.late = late

    async def count(self, texts: Sequence[str]) -> int | None:
        return None if self.late else sum(len(text.split()) for text in texts)

    async def close(self) -> None:
        self.late = True


def silent(received: Received) -> Iterable[Step]:
    """It answers, and does not say what it used."""
    if received.json().get("stream"):
        return wires.chat_stream(["In the Black", " Sea, where", " else?"], include_usage=False)
    return wires.chat_answer("In the Black Sea, where else?", usage=None)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_what_was_asked_and_said_is_counted(stream: bool) -> None:
    async def story() -> None:
        async with ScriptedUpstream(silent) as up, staged({"a": at(up)}) as stage:
            stage.house.counter = ByWord()
            if stream:
                await read_out(await stage.relay())
            else:
                await stage.whole()
            [row] = stage.rows.entries
            assert (row.usage, row.usage_from) == ({"input": 1, "output": 6}, "estimated")

    run(story())


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_where_nobody_can_count_in_time_sizes_have_to_do(stream: bool) -> None:
    async def story() -> None:
        async with ScriptedUpstream(silent) as up, staged({"a": at(up)}) as stage:
            stage.house.counter = ByWord(late=True)
            if stream:
                await read_out(await stage.relay())
            else:
                await stage.whole()
            [row] = stage.rows.entries
            assert row.usage_from == "estimated"
            assert row.usage["input"] == -(-row.bytes_in // 3)

    run(story())
