"""What a stop means for callers: who is being answered is answered, who is still sending does not hold it up."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from halfopen.adapters.engines import free_port
from halfopen.apps.serve.server import LAST_SECONDS
from halfopen.testing import Hold, ScriptedUpstream, Step, WaitFor, always, wires
from tests.apps.serve.gateways import CHAT, MESSAGES, inside, outside, over, post, run, written

BODY = b'{"model":"m-up","messages":[{}]}'


def test_a_stop_waits_for_an_answer_and_only_a_moment_for_a_body_that_does_not_arrive(tmp_path: Path) -> None:
    port, released = free_port(), asyncio.Event()

    async def story() -> None:
        loop = asyncio.get_running_loop()
        async with ScriptedUpstream(always([WaitFor(released), *wires.chat_answer("Hello")])) as up:
            written(tmp_path, over({"up": up}))
            with outside(tmp_path, port) as child:
                answered, asking = await asyncio.open_connection("127.0.0.1", port)
                asking.write(post(port, CHAT, BODY))
                await up.arrived()
                refused, sending = await asyncio.open_connection("127.0.0.1", port)
                sending.write(post(port, CHAT, BODY, b"expect: 100-continue\r\n")[: -len(BODY) // 2])
                assert (await refused.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 100"), "it waits for the body"

                child.send_signal(signal.SIGTERM)
                stopped = loop.time()
                head, _, told = (await asyncio.wait_for(refused.read(), 5)).partition(b"\r\n\r\n")
                assert head.startswith(b"HTTP/1.1 503")
                assert "stopping" in json.loads(told)["error"]["message"]
                assert LAST_SECONDS * 0.9 < loop.time() - stopped < LAST_SECONDS + 2
                assert child.poll() is None, "a caller is still being answered"

                released.set()
                assert b"Hello" in await asyncio.wait_for(answered.read(), 5)
                assert await asyncio.to_thread(child.wait, 5) == 0
                for line in (asking, sending):
                    line.close()

    run(story())


def test_a_body_that_arrives_in_the_moment_that_is_left_is_answered(tmp_path: Path) -> None:
    port = free_port()

    async def story() -> None:
        async with ScriptedUpstream(always(wires.chat_answer("Hello"))) as up:
            written(tmp_path, over({"up": up}))
            with outside(tmp_path, port) as child:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                resting, silent = await asyncio.open_connection("127.0.0.1", port)
                sent = post(port, CHAT, BODY, b"expect: 100-continue\r\n")
                writer.write(sent[:-5])
                assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 100")
                child.send_signal(signal.SIGTERM)
                assert await asyncio.wait_for(resting.read(), 5) == b"", "a silent connection is closed: it has begun"
                writer.write(sent[-5:])
                assert b"Hello" in await asyncio.wait_for(reader.read(), 5)
                assert await asyncio.to_thread(child.wait, 5) == 0
                for line in (writer, silent):
                    line.close()

    run(story())


PIECES = {CHAT: wires.chat_stream(["a", "b"])[:2], MESSAGES: wires.messages_stream(["a", "b"])[:4]}
SILENT = {
    "a stream in its middle": (b',"stream":true', True),
    "a stream before its first bytes": (b',"stream":true', False),
    "a whole answer": (b"", False),
}


class Complaints(logging.Handler):
    """What the server logs as an error: a traceback would be here."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(self.format(record))


@pytest.mark.parametrize("path", [CHAT, MESSAGES])
@pytest.mark.parametrize(("more", "begun"), SILENT.values(), ids=SILENT.keys())
def test_who_is_not_answered_within_the_grace_is_told_that_the_gateway_stops(
    tmp_path: Path, path: str, more: bytes, begun: bool
) -> None:
    body = b'{"model":"m-up","messages":[{}],"max_tokens":9%b}' % more
    steps: list[Step] = [*PIECES[path], Hold()] if begun else [Hold()]
    log = Complaints()

    async def story() -> bytes:
        async with ScriptedUpstream(always(steps)) as up:
            async with inside(tmp_path, over({"up": up}, listen={"drain_seconds": 0.2})) as gateway:
                logging.getLogger("uvicorn.error").addHandler(log)
                reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
                writer.write(post(gateway.port, path, body))
                await up.arrived()
                told = await reader.readuntil(b"\n\n") if begun else b""
            told += await reader.read()  # the gateway has stopped
            writer.close()
        return told

    told = run(story(), 30)
    logging.getLogger("uvicorn.error").removeHandler(log)
    assert log.said == []
    assert told.startswith(b"HTTP/1.1 200" if begun else b"HTTP/1.1 503")
    error = json.loads(told[told.rindex(b'{"error"' if path == CHAT else b'{"type":"error"') :].split(b"\n")[0].strip())
    assert "The gateway is stopping" in error["error"]["message"]
    assert b"[DONE]" not in told
    assert b"message_stop" not in told
    with closing(sqlite3.connect(tmp_path / "data" / "ledger.db")) as ledger:
        rows = ledger.execute("SELECT fault, usage_from FROM attempts").fetchall()
    assert rows == [("stopping", "estimated")], "the provider may charge for what was broken off"
