"""The house as it is put together: whom each zone's client can reach, and what the shipped lanes make of each key."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import date

import pytest

from halfopen.apps import wiring
from halfopen.apps.config import settings
from halfopen.apps.config.environment import Environment
from halfopen.apps.config.settings import OwnOffer, OwnProvider, Settings
from halfopen.apps.roster import roster
from halfopen.documents import Complaints
from halfopen.errors import ConnectFailed
from halfopen.policy.decide import Decision, decide
from halfopen.policy.rules import Lane, Require
from halfopen.policy.world import Ask, Health
from halfopen.ports.upstream import Call
from halfopen.testing import ScriptedUpstream, Send, always
from halfopen.wire.table import DIALECTS
from tests.catalog.shelf import shipped

DAY = date(2026, 11, 24)
SHIPPED = shipped()
OURS = settings.load(None)
EMPTY = always([Send(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}")])
ZONES: dict[str, tuple[str, ...]] = {"home": ("inner",), "contract": ("outer",)}


def _placed(upstreams: dict[str, ScriptedUpstream]) -> Settings:
    providers = {
        name: OwnProvider(base_url=f"http://{up.host}:{up.port}", hosting="self_hosted")
        for name, up in upstreams.items()
    }
    offers = tuple(OwnOffer(model="m", provider=name) for name in upstreams)
    return Settings(providers=providers, offers=offers, zones=ZONES)


def _call(upstream: ScriptedUpstream) -> Call:
    return Call(scheme="http", host=upstream.host, port=upstream.port, target="/", body=b"{}")


@pytest.mark.parametrize(
    ("zone", "reached"),
    [
        ("home", {"inner"}),
        ("region", {"inner"}),
        ("contract", {"inner", "outer"}),
        ("anywhere", {"inner", "outer", "stray"}),
    ],
)
def test_a_zone_s_client_opens_no_socket_to_anyone_outside_it(zone: str, reached: set[str]) -> None:
    async def main() -> dict[str, int]:
        async with AsyncExitStack() as stack:
            names = ("inner", "outer", "stray")
            upstreams = {name: await stack.enter_async_context(ScriptedUpstream(EMPTY)) for name in names}
            made = wiring.clients(roster(SHIPPED, _placed(upstreams), Environment()))
            for client in made.values():
                stack.push_async_callback(client.close)
            for name in reached:
                reply = await made[zone].call(_call(upstreams[name]))
                assert await reply.whole(100) == b"{}"
            for name in upstreams.keys() - reached:
                with pytest.raises(ConnectFailed, match="no socket was opened"):
                    await made[zone].call(_call(upstreams[name]))
            return {name: up.connections for name, up in upstreams.items()}

    opened = asyncio.run(asyncio.wait_for(main(), 20))
    assert opened == {name: int(name in reached) for name in ("inner", "outer", "stray")}


def test_there_is_a_client_for_every_zone_that_the_team_drew() -> None:
    drawn = Settings(zones={"desk": (), "lab": ()})
    assert list(wiring.clients(roster(SHIPPED, drawn, Environment()))) == ["desk", "lab", "anywhere"]


def test_innermost_is_the_first_zone_whatever_it_is_called() -> None:
    assert wiring.policy_of(OURS).lanes["private"].require.zone == "home"
    private = wiring.policy_of(replace(OURS, zones={"vault": (), "lab": ()})).lanes["private"]
    assert private.require.zone == "vault"
    assert private.when is not None
    assert private.when.zone == ("vault",)


def test_a_lane_of_a_zone_that_is_not_drawn_is_refused() -> None:
    lost = replace(OURS, lanes={"mine": Lane(require=Require(zone="hme"))})
    with pytest.raises(Complaints, match=r"lanes\.mine\.require\.zone: `hme`; did you mean `home`\?"):
        wiring.policy_of(lost)


def _with_key_of(provider: str, lane: str) -> list[Decision]:
    """What a lane decides in each dialect where this provider's key, or its engine, is all that there is."""
    row = SHIPPED.providers[provider]
    variables = {row.key_env: "key-of-somebody"} if row.key_env else {}
    world = roster(SHIPPED, OURS, Environment(variables=variables)).world(DAY, 1, {})
    asks = [Ask(f"halfopen/{lane}", dialect) for dialect in DIALECTS]
    return [decide(ask, {}, world, Health(), wiring.policy_of(OURS), 0) for ask in asks]


@pytest.mark.parametrize("lane", ["realtime", "background"])
@pytest.mark.parametrize("provider", sorted(SHIPPED.providers))
def test_from_the_first_key_on_a_lane_answers_or_says_which_key_it_lacks(provider: str, lane: str) -> None:
    decisions = _with_key_of(provider, lane)
    answered = [decision for decision in decisions if decision.itinerary]
    for decision in answered:
        assert {step.provider for step in decision.itinerary} == {provider}
    if answered:
        return
    for decision in decisions:
        assert decision.stop is not None
        assert decision.stop.kind.status == 503
        assert "_API_KEY" in decision.stop.message


@pytest.mark.parametrize(
    "provider", ["anthropic", "deepinfra", "deepseek", "groq", "mistral", "openai", "openrouter", "together"]
)
def test_with_the_key_of_a_provider_that_has_an_address_realtime_answers(provider: str) -> None:
    assert any(decision.itinerary for decision in _with_key_of(provider, "realtime"))


@pytest.mark.parametrize("provider", sorted(SHIPPED.providers))
def test_no_key_opens_the_private_lane_and_none_fills_the_tuned_one(provider: str) -> None:
    for decision in _with_key_of(provider, "private"):
        assert decision.stop is not None
        assert decision.stop.kind.status == 403
        assert "`engines:` in halfopen.yaml" in decision.stop.message
    for decision in _with_key_of(provider, "tuned"):
        assert decision.stop is not None
        assert decision.stop.kind.status == 404
        assert "tuned: true" in decision.stop.message
