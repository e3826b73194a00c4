"""Nobody can make the client hold more than a little: no slow consumer, and no upstream that reads nothing."""

from __future__ import annotations

import asyncio
import contextlib
import tracemalloc

import pytest

from halfopen.adapters.http import Endpoint
from halfopen.errors import FirstByteTimeout, Truncated
from halfopen.ports.upstream import Deadlines
from halfopen.testing import ScriptedUpstream, Send, Step, wires
from halfopen.testing.contracts.upstream.place import PLENTY, drained, fault_of
from tests.adapters.http.clients import SUBJECTS, Subject
from tests.adapters.http.worlds import bare_server, calling

MB = 1_000_000
LONG_BODY = bytes(50 * MB)

on_both_loops = pytest.mark.parametrize(
    "subject", [SUBJECTS["ours-asyncio"], SUBJECTS["ours-uvloop"]], ids=["asyncio", "uvloop"]
)


@on_both_loops
def test_a_long_body_is_not_copied_for_an_upstream_that_reads_nothing(subject: Subject) -> None:
    over = asyncio.Event()

    async def read_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        await over.wait()

    async def main() -> None:
        async with bare_server(read_nothing) as port, calling(Endpoint("127.0.0.1", port, "http")) as caller:
            tracemalloc.start()
            fault = await fault_of(caller.call(body=LONG_BODY, deadlines=Deadlines(first_byte=0.3)))
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            assert isinstance(fault, FirstByteTimeout)
            assert "took nothing more of the request" in fault.message
            assert peak < 2 * MB
            over.set()

    subject.run(main())


@on_both_loops
def test_an_answer_that_comes_before_the_request_is_out_is_taken_and_the_rest_is_not_sent(subject: Subject) -> None:
    left = asyncio.Event()

    async def too_large(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(wires.head(413, length=8) + b"too long")
        with contextlib.suppress(ConnectionError):
            while await reader.read(MB):
                pass
        left.set()

    async def main() -> None:
        async with bare_server(too_large) as port, calling(Endpoint("127.0.0.1", port, "http")) as caller:
            reply = await caller.call(body=LONG_BODY)
            assert (reply.status, await reply.whole(PLENTY)) == (413, b"too long")
            await left.wait()

    subject.run(main())


@on_both_loops
def test_an_upstream_that_half_closes_before_it_has_read_the_request_is_left_at_once(subject: Subject) -> None:
    over = asyncio.Event()

    async def half_close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        writer.write_eof()
        await over.wait()

    async def main() -> None:
        async with bare_server(half_close) as port, calling(Endpoint("127.0.0.1", port, "http")) as caller:
            assert isinstance(await fault_of(caller.call(body=LONG_BODY)), Truncated)
            over.set()

    subject.run(main())


@on_both_loops
def test_a_consumer_that_takes_its_time_is_not_a_provider_that_stalls(subject: Subject) -> None:
    async def main() -> None:
        said: list[Step] = [Send(wires.head(200, length=20 * MB))]
        said += [Send(bytes(MB))] * 20
        async with ScriptedUpstream([said]) as up, calling(Endpoint(up.host, up.port, "http")) as caller:
            reply = await caller.call(deadlines=Deadlines(between_bytes=0.1))
            await asyncio.sleep(0.4)  # the point: four times longer than a provider may be silent
            assert sum(map(len, await drained(reply))) == 20 * MB

    subject.run(main())
