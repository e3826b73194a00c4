"""`halfopen up`: start the gateway, say what was found, where it listens, and one curl that works."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import logging
import shlex
import signal
import socket
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from itertools import product
from pathlib import Path
from typing import Annotated

import typer
import uvloop

from halfopen.adapters.engines import Supervisor
from halfopen.adapters.sqlite.access import DATABASE, access
from halfopen.adapters.sqlite.folder import InUse, NoLedger
from halfopen.apps import probe, sandbox, shelf, wiring
from halfopen.apps.cli.given.load import ConfigOption, DataOption, complaining, loaded
from halfopen.apps.config.environment import Environment
from halfopen.apps.config.settings import Listen, Settings, load
from halfopen.apps.reloading import Reloader
from halfopen.apps.retiring import advised
from halfopen.apps.roster import roster
from halfopen.apps.serve.doors import Doors
from halfopen.apps.serve.gateway import Gateway, guarded
from halfopen.apps.serve.server import server
from halfopen.catalog.snapshot import Catalog
from halfopen.policy.rules import PREFIX
from halfopen.policy.world import Ask
from halfopen.wire.table import DIALECTS

UNKNOWN_HOST = "{host} is no name that is known here: choose an address with --host, such as 127.0.0.1."
UNBOUND: Mapping[int, str] = {
    errno.EADDRINUSE: "something listens on {place} already, another halfopen perhaps: stop it, or choose "
    "another port with --port {other}.",
    errno.EACCES: "port {port} may not be taken by you: choose one above 1023, with --port {other}.",
    errno.EADDRNOTAVAIL: "{host} is no address of this machine: choose one with --host, such as 127.0.0.1.",
    socket.EAI_NONAME: UNKNOWN_HOST,
    socket.EAI_AGAIN: UNKNOWN_HOST,  # a resolver that is out of reach: on this machine alone, the same
}
Found = Callable[[Settings], Settings]
SANDBOX_SEED = 20261124  # the sandbox's faults fall the same way each time


def run(
    host: Annotated[str | None, typer.Option(help="Where to listen; anything but loopback needs a key.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="The port; 0 is any that is free.")] = None,
    sandbox: Annotated[bool, typer.Option("--sandbox", help="Simulated providers only: nothing is spent.")] = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Start the gateway; without a key or an engine, on simulated providers."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    with complaining(config):
        settings, environment = loaded(config, data)
        listen = settings.listen
        listen = replace(listen, host=host or listen.host, port=listen.port if port is None else port)
        settings = replace(settings, listen=listen)
        if not _loopback(listen.host) and not _keyed(environment):
            _owned(listen)
            raise ValueError(
                f"{listen.host} can be reached by others, so it needs a key: set HALFOPEN_KEY, or make one with "
                "`halfopen keys create me`."
            )
        uvloop.run(_serve(settings, environment, sandbox))


def _keyed(environment: Environment) -> bool:
    """Whether anybody needs a key here."""
    if environment.key:
        return True
    if not (environment.data / DATABASE).exists():
        return False
    with access(environment.data) as keys:
        return bool(keys.rows())


async def _serve(settings: Settings, environment: Environment, simulate: bool) -> None:
    stock = shelf.stock(environment.data)
    for sentence in stock.unused:
        typer.echo(sentence, err=True)
    catalog = stock.catalog
    found: Found = partial(probe.with_found, found=[])
    if not simulate:
        there = await probe.engines(catalog.providers, environment.variables)
        found = partial(probe.with_found, found=there)
        simulate = not _able(catalog, found(settings), environment)
    if not simulate:
        await _gate(catalog, found(settings), environment, found)
        return
    async with sandbox.running(catalog, settings, SANDBOX_SEED) as (simulated, drawn):
        await _gate(simulated, drawn, environment, None)


def _able(catalog: Catalog, settings: Settings, environment: Environment) -> bool:
    """Whether anything at all can be called."""
    if settings.engines:
        return True
    book = roster(catalog, settings, environment)
    return any(not book.lacks[offer.provider] for offer in book.catalog.offers.values())


async def _gate(catalog: Catalog, settings: Settings, environment: Environment, found: Found | None) -> None:
    """`found` makes the settings that are used of those that were read; there is none in the sandbox."""
    with ExitStack() as closing:
        sockets = [closing.enter_context(each) for each in _bound(settings.listen)]
        listen = replace(settings.listen, port=sockets[0].getsockname()[1])
        closing.enter_context(_ledger_told(environment))
        async with wiring.started(catalog, settings, environment) as begun:
            gateway = Gateway(begun.house, Doors(listen, begun.house.keys))
            gate = server(guarded(gateway, begun.house.new_id), listen)
            gate.when_listening = lambda: typer.echo(_greeting(begun, listen, environment, found is None))
            tellers = [asyncio.create_task(_tell(engine)) for engine in begun.engines]
            tellers += [asyncio.create_task(_reloading(begun, environment, found))] if found else []
            await gate.serve(sockets)
            for teller in tellers:
                teller.cancel()


async def _reloading(begun: wiring.Started, environment: Environment, found: Found) -> None:
    """Reads the config anew on SIGHUP, and whenever its file has changed."""

    def ready(new: Settings) -> Settings:
        return wiring.with_engines(found(new), begun.ports)

    reloader = Reloader(begun.house, environment, load(environment.config), ready)
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, reloader.reload, "SIGHUP")
    await reloader.watching()


@contextmanager
def _ledger_told(environment: Environment) -> Iterator[None]:
    """Raises ValueError, with what to do, for a ledger that is another's, of another version or no database."""
    try:
        yield
    except (InUse, NoLedger) as why:
        raise ValueError(str(why)) from None
    except sqlite3.Error as why:
        aside = "move it out of the way, or name another folder with --data"
        raise ValueError(f"the ledger in {environment.data} cannot be used ({why}): {aside}") from None


def _bound(listen: Listen) -> list[socket.socket]:
    """A socket for each address of the host, before anything else is begun. Raises ValueError with what to do."""
    with _unbound_told(listen), ExitStack() as closing:
        sockets: list[socket.socket] = []
        for family, address in _addresses(listen.host):
            port = sockets[0].getsockname()[1] if sockets else listen.port
            sockets.append(closing.enter_context(socket.create_server((address, port), family=family)))
        closing.pop_all()
    return sockets


def _owned(listen: Listen) -> None:
    """Raises ValueError, with what to do, for a host that is none of this machine. Nothing is listened on."""
    with _unbound_told(listen):
        for family, address in _addresses(listen.host):
            with socket.socket(family, socket.SOCK_STREAM) as each:
                each.bind((address, 0))


def _addresses(host: str) -> list[tuple[socket.AddressFamily, str]]:
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    return list(dict.fromkeys((each[0], str(each[4][0])) for each in found))


@contextmanager
def _unbound_told(listen: Listen) -> Iterator[None]:
    """Raises ValueError, with what to do, where the system refuses a host or a port."""
    try:
        yield
    except OSError as why:
        said = UNBOUND.get(why.errno or 0, "{place} cannot be listened on ({why}): choose another with --port")
        words = {"host": listen.host, "port": listen.port, "place": listen.place, "other": _other(listen.port)}
        raise ValueError(said.format(why=why, **words)) from None


def _other(port: int) -> int:
    return 4000 if port < 1024 else port % 65535 + 1


def _greeting(begun: wiring.Started, listen: Listen, environment: Environment, simulated: bool) -> str:
    """What was found, where we listen, a curl that works, and how to point clients here."""
    us = sys.argv[0] if "/" in sys.argv[0] else "halfopen"
    lines = [f"halfopen listens on {listen.url}", ""]
    if simulated:
        lines += ["Nothing was found to call, or --sandbox was asked for, so every provider here is SIMULATED:"]
    lines += [f"  {line}" for line in _offers(begun)]
    lines += [f"  engine {engine.name}: llama.cpp on 127.0.0.1:{engine.port}, loading" for engine in begun.engines]
    ends = advised(begun.roster, begun.house.world(), begun.house.policy)
    lines += [f"  {'WARNING' if one.days > 0 else 'RETIRED'}: {one}" for one in ends]
    lines += ["", *_try_it(begun, us, listen.url, _shown(begun, environment)), ""]
    client = "`anthropic`, `claude-code`, `codex` or `cursor`"
    lines.append(f"Point a client here: `{us} env openai`, {client} prints the lines.")
    activate = Path(us).with_name("activate")
    if activate.is_file():  # in a virtual environment that nobody has entered, or they would not have said its path
        lines.append(f"`{us} --help` lists every verb; after `. {activate}` it is plain `halfopen`.")
    lines.append(f"The ledger is in {environment.data}; `{us} ledger` reads it. Ctrl-C stops.")
    return "\n".join(lines)


def _shown(begun: wiring.Started, environment: Environment) -> str:
    """The header that a caller needs, as a shell takes it; empty where nobody needs a key."""
    if not begun.house.keys.locked:
        return ""
    return f' -H "authorization: Bearer {"$HALFOPEN_KEY" if environment.key else "YOUR_KEY"}"'


def _try_it(begun: wiring.Started, us: str, url: str, key: str) -> list[str]:
    """A curl for the first lane and dialect that someone can serve."""
    for lane, dialect in product(begun.house.policy.lanes, DIALECTS.values()):
        if begun.house.decide(Ask(PREFIX + lane, dialect.name)).decision.stop is None:
            hello = '"messages": [{"role": "user", "content": "Hello"}]'
            body = f'{{"model": "{PREFIX}{lane}", "max_tokens": 100, {hello}}}'
            when = "Try it, once the engine is ready:" if begun.engines else "Try it:"
            place = shlex.quote(url + dialect.path)
            return [when, f"  curl {place} -H 'content-type: application/json'{key} -d '{body}'"]
    return [f"No lane can be served yet: `{us} doctor` says what is missing."]


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
