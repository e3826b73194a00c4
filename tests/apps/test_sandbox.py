"""The simulated providers: whom they play, what they refuse, and that what breaks in one takes nobody else down."""

from __future__ import annotations

import asyncio
import json
import random
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from halfopen.apps import sandbox, wiring
from halfopen.apps.config import settings
from halfopen.apps.config.environment import Environment
from halfopen.apps.roster import Roster, roster
from halfopen.apps.sandbox import SIMULATED, Simulation, serving
from halfopen.apps.serve.doors import Doors
from halfopen.apps.serve.gateway import Gateway, guarded
from halfopen.apps.serve.server import server
from halfopen.catalog.snapshot import Catalog
from halfopen.documents import Complaints
from halfopen.testing import Received, Send, Step
from halfopen.wire.faults import is_chat_error, is_messages_error
from tests.apps.serve.gateways import CHAT, MESSAGES, PRICES, exchanged, post, run, written
from tests.catalog.shelf import DAY, shipped

CLOSED, OPEN, OWN = "gpt-5.4@openai", "nemotron-3.5-lightning@perplexity", "mine@rack"
KEYS = {"OPENAI_API_KEY": "sk-real", "RACK_KEY": "rk-real"}
RACK = {"like": "vllm", "base_url": "http://192.0.2.1:8000/llm", "hosting": "self_hosted", "countries": ["CH"]}
PLAN: Mapping[str, Any] = {
    "zones": {"home": ["rack"], "contract": ["openai"]},
    "providers": {"rack": {**RACK, "key_env": "RACK_KEY", "auth": "bearer", "proxy": "proxy.example:3128"}},
    "offers": [
        {"model": "mine", "provider": "rack", "rating": 1250, "tuned": True, "context": 8192, "prices": PRICES},
        {"model": "unplanned", "provider": "rack"},
        {"model": "vectors", "provider": "rack", "operations": ["embeddings"]},
    ],
    "lanes": {
        "work": {"require": {"offers": [CLOSED, OWN]}},
        "night": {"require": {"offers": [[OPEN, "nobody@openai"], OWN]}},
        "lost": {"require": {"offers": ["nobody@openai"]}},
        "vectors": {"require": {"offers": ["vectors@rack"]}},
    },
}
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


# -- what lanes name


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A gateway over simulated providers, in this process and this loop."""

    port: int
    begun: wiring.Started

    async def asked(self, path: str, model: str) -> tuple[int, dict[str, str], Any]:
        """Status, headers and JSON of the answer to a small request."""
        body = {"model": model, "max_tokens": 9, "messages": [{"role": "user", "content": "Hello"}]}
        answer = await exchanged(self.port, post(self.port, path, json.dumps(body).encode()))
        head, _, said = answer.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        fields = (line.partition(": ") for line in lines)
        return int(first.split()[1]), {name.lower(): value for name, _, value in fields}, json.loads(said)


@asynccontextmanager
async def sandboxed(folder: Path, config: Mapping[str, Any] | Path, whole: Catalog) -> AsyncIterator[Sandbox]:
    """Starts one as `halfopen up --sandbox` does, with keys in its environment that nobody may be sent."""
    path = config if isinstance(config, Path) else written(folder, config)
    environment = Environment(data=folder / "data", variables=KEYS)
    async with (
        sandbox.running(whole, settings.load(path), 1) as (simulated, drawn),
        wiring.started(simulated, drawn, environment) as begun,
    ):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            gate = server(
                guarded(Gateway(begun.house, Doors(drawn.listen, begun.house.keys)), begun.house.new_id), drawn.listen
            )
            serving = asyncio.create_task(gate.serve([listener]))
            yield Sandbox(listener.getsockname()[1], begun)
            gate.should_exit = True
            await serving


def lasting() -> Catalog:
    """The catalog that ships, of which nothing retires: these tests run on the day of the machine."""
    whole = shipped()
    return replace(whole, offers={id: replace(row, retires=None) for id, row in whole.offers.items()})


def books(folder: Path, config: Mapping[str, Any]) -> tuple[Roster, Roster]:
    """What a team has, and what of it stands in the sandbox."""
    real = settings.load(written(folder, config))
    environment = Environment(variables=KEYS)

    async def story() -> Roster:
        async with sandbox.running(shipped(), real, 1) as (simulated, drawn):
            return roster(simulated, drawn, environment)

    return roster(shipped(), real, environment), run(story())


@pytest.mark.parametrize("path", [CHAT, MESSAGES])
@pytest.mark.parametrize(
    ("lane", "offer", "zone"), [("work", CLOSED, "contract"), ("night", OPEN, "anywhere")], ids=["closed", "open"]
)
def test_a_lane_that_names_offers_is_answered_by_its_first_and_the_answer_says_that_it_is_simulated(
    tmp_path: Path, lane: str, offer: str, zone: str, path: str
) -> None:
    async def story() -> None:
        async with sandboxed(tmp_path, PLAN, lasting()) as gateway:
            status, headers, answer = await gateway.asked(path, f"halfopen/{lane}")
            assert (status, headers["x-halfopen-offer"]) == (200, offer), answer
            assert (headers["x-halfopen-zone"], headers["x-halfopen-simulated"]) == (zone, "true")
            served_as, provider = shipped().offers[offer].served_as, offer.partition("@")[2]
            assert answer["model"] == served_as
            assert f"a simulated answer of {served_as} at {provider}." in json.dumps(answer)
            (row,) = await gateway.begun.house.ledger.find(headers["x-halfopen-request"])
            assert row.simulated

    run(story())


def test_a_team_s_own_offer_is_played_in_the_zone_that_it_drew_and_the_invented_ones_stand_beside(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        async with sandboxed(tmp_path, PLAN, lasting()) as gateway:
            for model, zone in ((OWN, "home"), ("sim-open-small@sim-home", "home"), ("sim-open-medium", "anywhere")):
                status, headers, answer = await gateway.asked(CHAT, model)
                assert (status, headers["x-halfopen-zone"]) == (200, zone), answer
                assert headers["x-halfopen-offer"].startswith(model)
            zones = {c.provider: c.zone for c in gateway.begun.house.world().candidates}
            assert zones["sim-closed"] == "contract"

    run(story())


def test_what_is_known_of_a_planned_offer_is_known_in_the_sandbox(tmp_path: Path) -> None:
    team, played = books(tmp_path, PLAN)
    there = {c.id: c for c in team.world(DAY, 1, {}).candidates}
    here = {c.id: c for c in played.world(DAY, 1, {}).candidates}
    assert set(here) == {CLOSED, OPEN, OWN, *(row.offer.id for row in SIMULATED)}
    assert [(row.offer.id, row.rating) for row in SIMULATED] == [
        (row.offer.id, here[row.offer.id].rating) for row in SIMULATED
    ]
    for id in (CLOSED, OPEN, OWN):
        assert played.catalog.offers[id].prices == team.catalog.offers[id].prices != ()
        assert here[id].simulated
        reached: dict[str, Any] = {"simulated": False, "dialects": (), "serves": (), "order": 0, "lacks": ""}
        assert replace(here[id], **reached) == replace(there[id], **reached)
    assert played.catalog.providers["rack"].countries == ("CH",)


def test_nobody_but_this_machine_can_be_called_and_no_key_goes_anywhere(tmp_path: Path) -> None:
    _, played = books(tmp_path, PLAN)
    assert set(played.catalog.providers) == {"openai", "perplexity", "rack", "sim-closed", "sim-home", "sim-hosted"}
    for row in played.catalog.providers.values():
        assert urlsplit(row.base_url or "").hostname == "127.0.0.1"
        assert (row.simulated, row.auth, row.auth_of, row.key_env, row.proxy) == (True, "none", {}, None, None)
    destinations = played.destinations()
    assert destinations.keys() == played.catalog.offers.keys()
    for each in destinations.values():
        assert (each.host, each.headers, each.headers_of, each.signer) == ("127.0.0.1", (), {}, None)


@pytest.mark.parametrize("lane", ["lost", "vectors"])
def test_a_lane_of_offers_that_nobody_has_or_that_do_not_converse_has_none(tmp_path: Path, lane: str) -> None:
    async def story() -> None:
        async with sandboxed(tmp_path, PLAN, lasting()) as gateway:
            status, _, answer = await gateway.asked(CHAT, f"halfopen/{lane}")
            assert (status, f"Lane {lane} has no offer." in json.dumps(answer)) == (404, True), answer

    run(story())


def test_without_a_list_of_offers_there_are_the_invented_ones_and_no_other_name(tmp_path: Path) -> None:
    _, played = books(tmp_path, {**PLAN, "lanes": {}})
    assert set(played.catalog.offers) == {row.offer.id for row in SIMULATED}
    assert set(played.catalog.models) == {row.model.name for row in SIMULATED}


def test_rows_that_do_not_fit_the_catalog_are_told_before_anything_is_played(tmp_path: Path) -> None:
    with pytest.raises(Complaints, match=r"offers\[3\].provider: `opanai` is no provider"):
        books(tmp_path, {**PLAN, "offers": [*PLAN["offers"], {"model": "m", "provider": "opanai"}]})
