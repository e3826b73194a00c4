"""`halfopen up`: start the gateway, say what was found, where it listens, and one curl that works."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import sys
from dataclasses import replace
from itertools import product
from typing import Annotated

import typer
import uvloop

from halfopen.adapters.engines import Supervisor
from halfopen.adapters.sqlite.folder import InUse
from halfopen.apps import probe, sandbox, wiring
from halfopen.apps.cli.load import ConfigOption, DataOption, complaining, loaded
from halfopen.apps.roster import roster
from halfopen.apps.serve.doors import Doors
from halfopen.apps.serve.gateway import Gateway, guarded
from halfopen.apps.serve.server import server
from halfopen.apps.settings import Environment, Listen, Settings
from halfopen.catalog.snapshot import Catalog
from halfopen.policy.rules import PREFIX
from halfopen.policy.world import Ask
from halfopen.wire.table import DIALECTS

SANDBOX_SEED = 20261124  # the sandbox's faults fall the same way each time


def run(
    host: Annotated[str | None, typer.Option(help="Where to listen; anything but loopback needs HALFOPEN_KEY.")] = None,
    port: Annotated[int | None, typer.Option(help="The port to listen on.")] = None,
    sandbox: Annotated[bool, typer.Option("--sandbox", help="Simulated providers only: nothing is spent.")] = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Start the gateway; without a key or an engine, on simulated providers."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    with complaining():
        settings, environment = loaded(config, data)
        listen = settings.listen
        listen = replace(listen, host=host or listen.host, port=listen.port if port is None else port)
        settings = replace(settings, listen=listen)
        if not _loopback(listen.host) and not environment.key:
            raise ValueError(f"{listen.host} can be reached by others, so it needs a key: set HALFOPEN_KEY.")
        uvloop.run(_serve(settings, environment, sandbox))


async def _serve(settings: Settings, environment: Environment, simulate: bool) -> None:
    catalog = wiring.shipped_catalog()
    if not simulate:
        settings = probe.with_found(settings, await probe.engines(catalog.providers, environment.variables))
        simulate = not _able(catalog, settings, environment)
    if not simulate:
        await _gate(catalog, settings, environment, False)
        return
    async with sandbox.running(settings, SANDBOX_SEED) as (simulated, drawn):
        await _gate(simulated, drawn, environment, True)


def _able(catalog: Catalog, settings: Settings, environment: Environment) -> bool:
    """Whether anything at all can be called."""
    if settings.engines:
        return True
    book = roster(catalog, settings, environment)
    return any(not book.lacks[offer.provider] for offer in book.catalog.offers.values())


async def _gate(catalog: Catalog, settings: Settings, environment: Environment, simulated: bool) -> None:
    listen = settings.listen
    try:
        async with wiring.started(catalog, settings, environment) as begun:
            gateway = Gateway(begun.house, Doors(listen, environment.key))
            gate = server(guarded(gateway, begun.house.new_id), listen)
            gate.when_listening = lambda: typer.echo(_greeting(begun, listen, environment, simulated))
            tellers = [asyncio.create_task(_tell(engine)) for engine in begun.engines]
            await gate.serve()
            for teller in tellers:
                teller.cancel()
    except InUse as why:
        raise ValueError(str(why)) from None


def _greeting(begun: wiring.Started, listen: Listen, environment: Environment, simulated: bool) -> str:
    """What was found, where we listen, a curl that works, and how to point clients here."""
    us = sys.argv[0] if "/" in sys.argv[0] else "halfopen"
    place = f"http://{'127.0.0.1' if listen.host in ('0.0.0.0', '::') else listen.host}:{listen.port}"
    lines = [f"halfopen listens on {place}", ""]
    if simulated:
        lines += ["Nothing was found to call, or --sandbox was asked for, so every provider here is SIMULATED:"]
    lines += [f"  {line}" for line in _offers(begun)]
    lines += [f"  engine {engine.name}: llama.cpp on 127.0.0.1:{engine.port}, loading" for engine in begun.engines]
    lines += ["", *_try_it(begun, place, bool(environment.key)), ""]
    lines += [
        f"Point a client here: `{us} env openai`, `anthropic`, `claude-code`, `codex` or `cursor` prints the lines.",
        f"The ledger is in {environment.data}; `{us} ledger` reads it. Ctrl-C stops.",
    ]
    return "\n".join(lines)


def _try_it(begun: wiring.Started, place: str, keyed: bool) -> list[str]:
    """A curl for the first lane and dialect that someone can serve."""
    key = ' -H "authorization: Bearer $HALFOPEN_KEY"' if keyed else ""
    for lane, dialect in product(begun.house.policy.lanes, DIALECTS.values()):
        if begun.house.decide(Ask(PREFIX + lane, dialect.name)).decision.stop is None:
            hello = '"messages": [{"role": "user", "content": "Hello"}]'
            body = f'{{"model": "{PREFIX}{lane}", "max_tokens": 100, {hello}}}'
            when = "Try it, once the engine is ready:" if begun.engines else "Try it:"
            return [when, f"  curl {place}{dialect.path} -H 'content-type: application/json'{key} -d '{body}'"]
    return ["No lane can be served yet: `halfopen doctor` says what is missing."]


async def _tell(engine: Supervisor) -> None:
    await engine.healthy.wait()
    typer.echo(f"Engine {engine.name} is ready.")


def _offers(begun: wiring.Started) -> list[str]:
    """A line for each provider that can be called: its zone and its offers."""
    by_provider: dict[tuple[str, str], list[str]] = {}
    world = begun.house.world()
    for c in world.candidates:
        if not c.lacks and not (c.retires and c.retires <= world.day):
            by_provider.setdefault((c.provider, c.zone), []).append(c.model)
    return [
        f"{provider} (zone {zone}): {', '.join(models[:6])}{f' and {len(models) - 6} more' if len(models) > 6 else ''}"
        for (provider, zone), models in by_provider.items()
    ]


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
