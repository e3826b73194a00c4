"""The simulated providers: what they refuse, and that what breaks in one takes nobody else down."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from halfopen.apps.sandbox import SIMULATED, Simulation, serving
from halfopen.testing import Received, Send, Step
from halfopen.wire.faults import is_chat_error, is_messages_error

HARDY = replace(SIMULATED[0], faults=0.0)
UNREADABLE = {
    "a number beyond all numbers": b'{"n": 1e999}',
    "a whole number of 6000 digits": b'{"n": ' + b"9" * 6000 + b"}",
    "no UTF-8": b'{"a": "\xff"}',
    "half a surrogate pair": b'{"a": "\\ud800"}',
    "nested without end": b'{"a": ' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    "a list": b"[]",
    "nothing": b"",
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
@pytest.mark.parametrize(
    ("path", "is_error"), [("/v1/chat/completions", is_chat_error), ("/v1/messages", is_messages_error)]
)
def test_a_body_that_cannot_be_read_is_refused_in_the_dialect_of_its_path(
    path: str, is_error: Callable[[bytes], bool], body: bytes
) -> None:
    asked = Received(number=0, method="POST", target=path, headers=(), body=body)
    (only,) = Simulation(HARDY, random.Random(1))(asked)
    assert isinstance(only, Send)
    head, _, said = only.data.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert is_error(said)
    assert b"invalid_request_error" in said


def broken(_: Received) -> Iterator[Step]:
    raise LookupError("a defect")


def test_a_script_that_breaks_hangs_up_and_is_logged_and_the_block_ends_in_peace(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def main() -> bytes:
        async with serving("sim-broken", broken) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET / HTTP/1.1\r\nhost: h\r\n\r\n")
            said = await asyncio.wait_for(reader.read(), 5)
            writer.close()
            return said

    assert asyncio.run(main()) == b""
    (told,) = [each for each in caplog.records if each.name == "halfopen.apps.sandbox"]
    assert told.getMessage() == "sim-broken failed at 1 requests, first so:"
    assert told.exc_info is not None
    assert isinstance(told.exc_info[1], LookupError)
