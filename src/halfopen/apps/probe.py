"""Looks for engines on this machine's usual ports and asks providers whether they are there."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import msgspec

from halfopen.adapters.http import Client, Endpoint
from halfopen.apps.config.settings import OwnOffer, OwnProvider, Settings
from halfopen.apps.config.sound import named
from halfopen.apps.roster import credentials
from halfopen.catalog.provider import Provider
from halfopen.errors import Fault
from halfopen.ports.upstream import Call, Deadlines

LOCAL = Deadlines(connect=0.3, first_byte=1.0, between_bytes=1.0, total=2.0)
REMOTE = Deadlines(connect=3.0, first_byte=5.0, between_bytes=5.0, total=10.0)
MOST_BYTES = 2**20


class _Model(msgspec.Struct):
    id: str


class _Models(msgspec.Struct):
    data: list[_Model]


_models = msgspec.json.Decoder(_Models)


@dataclass(frozen=True, slots=True)
class Found:
    """An engine that answered on loopback, and the models that it says it serves."""

    kind: str
    base_url: str
    models: tuple[str, ...]


async def engines(providers: Mapping[str, Provider], variables: Mapping[str, str]) -> list[Found]:
    """What answers on the ports where engines of each kind usually listen, on this machine."""
    asked = [
        _look(replace(row, base_url=f"http://127.0.0.1:{port}"), variables)
        for row in providers.values()
        if row.hosting == "self_hosted"
        for port in row.local_ports
    ]
    found: dict[str, Found] = {}
    for answer in await asyncio.gather(*asked):
        if answer:
            found.setdefault(answer.base_url, answer)  # two kinds share a port: the first row's name is taken
    return list(found.values())


async def reached(provider: Provider, variables: Mapping[str, str]) -> str:
    """What became of asking a provider for its models, in a few words. No tokens are spent."""
    try:
        status, _ = await _get(provider, variables, REMOTE)
    except Fault as fault:
        return fault.message
    return "reachable" if status == 200 else f"reachable, but answers {status} to its list of models"


def with_found(settings: Settings, found: list[Found]) -> Settings:
    """The settings with what was found as providers, each under its kind's name, where no row of the team's has it."""
    providers, offers = dict(settings.providers), list(settings.offers)
    for engine in found:
        if engine.kind not in providers:
            providers[engine.kind] = OwnProvider(base_url=engine.base_url)
            known = {offer.model for offer in offers if offer.provider == engine.kind}
            offers += [
                OwnOffer(model=named(name), provider=engine.kind, served_as=name)
                for name in engine.models
                if name not in known
            ]
    return replace(settings, providers=providers, offers=tuple(offers))


async def _look(row: Provider, variables: Mapping[str, str]) -> Found | None:
    try:
        status, body = await _get(row, variables, LOCAL)
        told = _models.decode(body)
    except (Fault, msgspec.DecodeError):
        return None
    return Found(row.name, row.base_url or "", tuple(model.id for model in told.data)) if status == 200 else None


async def _get(row: Provider, variables: Mapping[str, str], deadlines: Deadlines) -> tuple[int, bytes]:
    url = urlsplit(row.base_url or "")
    port = url.port or {"http": 80, "https": 443}[url.scheme]
    client = Client([Endpoint(url.hostname or "", port, url.scheme, proxy=row.proxy)])
    try:
        reply = await client.call(
            Call(
                method="GET",
                scheme=url.scheme,
                host=url.hostname or "",
                port=port,
                target=url.path.rstrip("/") + "/v1/models",
                headers=credentials(row, variables),
                deadlines=deadlines,
            )
        )
        return reply.status, await reply.whole(MOST_BYTES)
    finally:
        await client.close()
