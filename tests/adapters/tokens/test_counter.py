"""Tokens are counted in a child process: the real tokenizer, real pipes, and what happens when it dies or is late."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable

from halfopen.adapters.tokens.counter import MOST_CHARACTERS, MOST_WAITING, PipedCounter, installed
from halfopen.ports.tokens import Counter

# By o200k_base. A mark of the tokenizer's own, written by a caller, is text.
TEXTS = {
    "The sea is calm to-night.": 7,
    "": 0,
    "\u6d77\u306f\u9759\u304b \U0001f30a": 6,
    "<|endoftext|>": 7,
    "a\nb\r\n\x00": 5,
}


def with_counter(work: Callable[[PipedCounter], Awaitable[None]], *, late: float = 20.0, rest: float = 0.0) -> None:
    async def main() -> None:
        counter = PipedCounter(late=late, starting=60.0, rest=rest)
        try:
            await work(counter)
        finally:
            await counter.close()
        assert counter.pid is None

    asyncio.run(main())


def test_it_counts_what_the_tokenizer_counts_and_starts_when_it_is_asked() -> None:
    async def work(counter: PipedCounter) -> None:
        port: Counter = counter
        assert installed()
        assert counter.pid is None
        for text, tokens in TEXTS.items():
            assert await port.count([text]) == tokens
        assert await port.count(list(TEXTS)) == sum(TEXTS.values())
        first = counter.pid
        assert await port.count([]) == 0
        assert await port.count(["lone \ud800 half"])
        assert counter.pid == first

    with_counter(work)


def test_a_text_that_is_longer_than_the_tokenizer_takes_is_counted_in_pieces() -> None:
    async def work(counter: PipedCounter) -> None:
        text = "calm sea " * 200_000
        count = await counter.count([text])
        assert count is not None
        assert 400_000 <= count <= 400_010

    with_counter(work)


def test_many_may_ask_at_once_and_each_gets_its_own_count() -> None:
    async def work(counter: PipedCounter) -> None:
        texts = ["word " * length for length in range(1, MOST_WAITING + 1)]
        counts = await asyncio.gather(*(counter.count([text]) for text in texts))
        assert counts == [length + 1 for length in range(1, MOST_WAITING + 1)]
        crowd = await asyncio.gather(*(counter.count(["one"]) for _ in range(MOST_WAITING + 5)))
        assert crowd == [1] * MOST_WAITING + [None] * 5

    with_counter(work)


def test_too_much_is_not_counted() -> None:
    async def work(counter: PipedCounter) -> None:
        assert await counter.count(["a" * MOST_CHARACTERS, "a"]) is None
        assert counter.pid is None

    with_counter(work)


def test_a_child_that_dies_costs_one_count_and_is_replaced() -> None:
    async def work(counter: PipedCounter) -> None:
        assert await counter.count(["one"]) == 1
        pid = counter.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        asked = asyncio.create_task(counter.count(["one"]))
        await asyncio.sleep(0)
        os.kill(pid, signal.SIGKILL)
        assert await asked is None
        assert await counter.count(["one"]) == 1
        assert counter.pid != pid

    with_counter(work)


def test_a_child_that_is_late_is_killed_and_rested_from() -> None:
    async def work(counter: PipedCounter) -> None:
        assert await counter.count(["one"]) == 1
        pid, process = counter.pid, counter._process
        assert pid is not None
        assert process is not None
        os.kill(pid, signal.SIGSTOP)
        assert await counter.count(["one"]) is None
        assert await process.wait() == -signal.SIGKILL
        assert await counter.count(["one"]) is None
        assert counter.pid is None

    with_counter(work, late=0.2, rest=3600.0)


def test_who_gives_up_leaves_no_answer_for_the_next_one() -> None:
    async def work(counter: PipedCounter) -> None:
        assert await counter.count(["one"]) == 1
        pid = counter.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        asked = asyncio.create_task(counter.count(["one two three"]))
        await asyncio.sleep(0)
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
        assert await counter.count(["one"]) == 1
        assert counter.pid != pid

    with_counter(work)


def test_after_the_end_nothing_is_counted() -> None:
    async def main() -> None:
        counter = PipedCounter(starting=60.0)
        assert await counter.count(["one"]) == 1
        await counter.close()
        assert counter.pid is None
        assert await counter.count(["one"]) is None
        await counter.close()

    asyncio.run(main())
