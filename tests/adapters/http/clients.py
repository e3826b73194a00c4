"""Which clients are held to the contract, and on which loop each of them runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass

import uvloop

from halfopen.adapters.http import Client, Endpoint
from halfopen.testing.contracts.upstream import MakeUpstream, Place
from tests.adapters.http.reference import AiohttpUpstream


def ours(place: Place) -> Client:
    return Client([Endpoint(place.host, place.port, place.scheme)], tls=place.tls)


@dataclass(frozen=True, slots=True)
class Subject:
    """A client on a loop."""

    make: MakeUpstream
    loop: Callable[[], asyncio.AbstractEventLoop] | None

    def run(self, work: Coroutine[None, None, None]) -> None:
        with asyncio.Runner(loop_factory=self.loop) as runner:
            runner.run(work)


SUBJECTS = {
    "ours-asyncio": Subject(ours, None),
    "ours-uvloop": Subject(ours, uvloop.new_event_loop),
    "aiohttp-asyncio": Subject(AiohttpUpstream, None),
}
