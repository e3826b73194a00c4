"""Where the parts meet: settings and rows become a house that serves requests."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from halfopen.access.key import accounts
from halfopen.adapters.clock import SystemClock, new_id
from halfopen.adapters.engines import Supervisor, free_port
from halfopen.adapters.http import Client, Endpoint
from halfopen.adapters.signing import AwsSigner, GoogleSigner, aws_keys, scope_of, service_account, token_endpoint
from halfopen.adapters.sqlite.access import FAILS, access
from halfopen.adapters.sqlite.ledger import opened
from halfopen.adapters.telemetry import Counts
from halfopen.adapters.tokens.counter import PipedCounter, installed
from halfopen.apps.config.environment import Environment
from halfopen.apps.config.settings import INNERMOST, Engine, OwnOffer, OwnProvider, RateLimits, Settings, zone_names
from halfopen.apps.config.sound import refuse, unknown
from halfopen.apps.retiring import retirements
from halfopen.apps.roster import Roster, roster
from halfopen.apps.shelf import stock
from halfopen.catalog.provider import Provider
from halfopen.catalog.snapshot import Catalog
from halfopen.documents import Complaint, amiss, nearest
from halfopen.flows.asking.keyring import Keyring
from halfopen.flows.house import House, day_of
from halfopen.flows.setup import Rows, Setup
from halfopen.limits.budget import PERIODS, window
from halfopen.policy.rules import Lane, Policy
from halfopen.ports.stores import Charges
from halfopen.ports.upstream import Signer

_log = logging.getLogger("halfopen")
UNREAD = FAILS  # what the table of keys may raise
KEYS_SECONDS = 0.5  # until a key that somebody else has changed counts


@dataclass(frozen=True, slots=True)
class Started:
    """A house that can be asked, what is in it, and the engines that were started for it."""

    house: House
    roster: Roster
    engines: tuple[Supervisor, ...]
    ports: Mapping[str, int]  # of the engines


@asynccontextmanager
async def started(catalog: Catalog, settings: Settings, environment: Environment) -> AsyncIterator[Started]:
    """Opens the ledger, starts the engines and builds the house.

    Raises Complaints, EngineTrouble, folder.InUse, signing.SigningTrouble.
    """
    async with AsyncExitStack() as stack:
        ports = {name: free_port() for name in settings.engines}
        engines = tuple(_engine(name, row, ports[name], environment) for name, row in settings.engines.items())
        book = roster(catalog, with_engines(settings, ports), environment)
        ledger = await stack.enter_async_context(opened(environment.data))
        house = House(
            setup=setup_of(book, settings, environment, stack),
            ledger=ledger,
            meter=Counts(lambda: {one.offer: one.days for one in retirements(house.world(), house.policy)}),
            clock=SystemClock(),
            new_id=new_id,
            counter=await stack.enter_async_context(_counting()),
            keys=await stack.enter_async_context(_keyed(environment)),
        )
        await _count(ledger, house, _simulated(book))
        for engine in engines:
            engine.on_healthy = _forgiving(house, engine.name)
            engine.start()
            stack.push_async_callback(engine.stop)
        yield Started(house, book, engines, ports)


def setup_of(book: Roster, settings: Settings, environment: Environment, stack: AsyncExitStack) -> Setup:
    """What a config decides, with clients of its own, which are closed with the stack.

    Raises Complaints, signing.SigningTrouble.
    """
    refuse(_misnamed(book, settings.limits))
    upstreams = clients(book)
    for client in upstreams.values():
        stack.push_async_callback(client.close)
    return Setup(
        policy=policy_of(settings),
        make_world=book.world,
        destinations=book.destinations(signers(book, stack)),
        upstreams=upstreams,
        rows=_shown(book, environment),
        budgets=settings.budgets.by_account,
        limits=settings.limits.by_whose,
        unpriced=settings.budgets.unpriced,
    )


def _misnamed(book: Roster, limits: RateLimits) -> Iterator[Complaint]:
    """Limits of an offer or a provider that is not there: they would hold nothing."""
    for kind, named, known in (
        ("offers", limits.offers, book.catalog.offers),
        ("providers", limits.providers, book.catalog.providers),
    ):
        for name in named.keys() - known.keys():
            wanted = "an offer (`model@provider`)" if kind == "offers" else "a provider"
            yield amiss(f"limits.{kind}.{name}", f"`{name}`", wanted, nearest(name, list(known)))


async def _count(ledger: Charges, house: House, simulated: bool) -> None:
    """What the ledger says was spent; what a gateway that died had reserved is in none of it."""
    spent, day = house.purse.spent, day_of(house.clock.now())
    for per in PERIODS:
        since = "" if per == "total" else day.replace(day=1 if per == "month" else day.day).isoformat()
        for key, team, lane, picos in await ledger.charged(since, simulated):
            for account in accounts(key, team, lane):
                spent[account, window(per, day)] += picos


@asynccontextmanager
async def _keyed(environment: Environment) -> AsyncIterator[Keyring]:
    """The keys of the data folder, read again whenever somebody else has changed them."""
    with access(environment.data) as table:
        keys = Keyring(table, table, SystemClock().now, environment.key)
        keys.refresh()
        looking = asyncio.create_task(_looking(keys))
        try:
            yield keys
        finally:
            looking.cancel()


async def _looking(keys: Keyring) -> None:
    while True:
        await asyncio.sleep(KEYS_SECONDS)
        try:
            keys.refresh()
        except UNREAD as why:  # the next look may be well, and a revoked key must not stay
            _log.error("the keys cannot be looked at; it is tried again: %s", why)


@asynccontextmanager
async def _counting() -> AsyncIterator[PipedCounter | None]:
    """A tokenizer, if there is one: its process is started when something has to be counted."""
    if not installed():
        yield None
        return
    counter = PipedCounter()
    try:
        yield counter
    finally:
        await counter.close()


def _shown(book: Roster, environment: Environment) -> Rows:
    """What the tables show. Of the sandbox nothing can be compared: there it is the catalog, as the verbs show it."""
    if _simulated(book):
        return Rows(catalog=stock(environment.data).catalog)
    return Rows(catalog=book.catalog, zone_of=book.zone_of, ratings=book.ratings)


def _simulated(book: Roster) -> bool:
    """Whether it is the sandbox."""
    providers = book.catalog.providers.values()
    return bool(providers) and all(provider.simulated for provider in providers)


def policy_of(settings: Settings) -> Policy:
    """The lanes with their zones by name. Raises documents.Complaints for a lane of a zone that is not drawn."""
    zones = zone_names(settings.zones)
    lanes = {name: _in_circles(lane, zones) for name, lane in settings.lanes.items()}
    asked = {name: lane.require.zone for name, lane in lanes.items() if lane.require.zone}
    refuse(unknown(f"lanes.{name}.require.zone", zone, zones) for name, zone in asked.items() if zone not in zones)
    return Policy(
        zones=zones,
        lanes=lanes,
        aliases=settings.aliases,
        default_lane=settings.default_lane,
        direct=settings.direct,
        most_tries=settings.most_tries,
    )


def _in_circles(lane: Lane, zones: tuple[str, ...]) -> Lane:
    """The lane with `innermost` as the name that the team gave that circle."""
    named = {INNERMOST: zones[0]}
    zone, when = lane.require.zone, lane.when
    return replace(
        lane,
        require=replace(lane.require, zone=zone and named.get(zone, zone)),
        when=when and replace(when, zone=tuple(named.get(each, each) for each in when.zone)),
    )


def clients(book: Roster) -> Mapping[str, Client]:
    """One client per zone. Its table holds the providers of that zone and of those inside it, and no others."""
    made = {}
    for reach, zone in enumerate(book.zones):
        inside = book.zones[: reach + 1]
        made[zone] = Client({endpoint for place, endpoint in _endpoints(book) if place in inside})
    return made


def signers(book: Roster, stack: AsyncExitStack) -> Mapping[str, Signer]:
    """Whoever signs, for each provider that is reachable and asks for it. What they open is closed with the stack.

    Raises signing.SigningTrouble for credentials that cannot be used.
    """
    wanted = {name: row for name, row in book.catalog.providers.items() if not book.lacks[name]}
    return {name: SIGNERS[row.auth](row, book, stack) for name, row in wanted.items() if row.auth in SIGNERS}


def _aws(row: Provider, book: Roster, stack: AsyncExitStack) -> Signer:
    host = urlsplit(row.base_url or "").hostname or ""
    return AwsSigner(aws_keys(book.variables), scope_of(host, book.variables), SystemClock())


def _google(row: Provider, book: Roster, stack: AsyncExitStack) -> Signer:
    """Its client can reach where tokens are handed out, and nothing else; no request passes through it."""
    account = service_account(Path(book.variables[row.key_env or ""]).expanduser())
    scheme, host, port = token_endpoint(account)
    client = Client([Endpoint(host, port, scheme, proxy=row.proxy)])
    stack.push_async_callback(client.close)
    return GoogleSigner(account, client, SystemClock())


SIGNERS: Mapping[str, Callable[[Provider, Roster, AsyncExitStack], Signer]] = {"sigv4": _aws, "google": _google}


def with_engines(settings: Settings, ports: Mapping[str, int]) -> Settings:
    """The engines we start, as providers and offers, in the innermost zone unless the team placed them elsewhere."""
    providers, offers, zones = dict(settings.providers), list(settings.offers), dict(settings.zones)
    placed = {name for names in zones.values() for name in names}
    for name, row in settings.engines.items():
        providers[name] = OwnProvider(like="llamacpp", base_url=f"http://127.0.0.1:{ports[name]}")
        offers.append(OwnOffer(model=row.model, provider=name, context=row.context, tuned=row.tuned))
        if name not in placed:
            innermost = zone_names(settings.zones)[0]
            zones[innermost] = (*zones.get(innermost, ()), name)
    return replace(settings, providers=providers, offers=tuple(offers), zones=zones)


def _endpoints(book: Roster) -> list[tuple[str, Endpoint]]:
    found = []
    for id, destination in book.destinations().items():
        provider = book.catalog.providers[book.catalog.offers[id].provider]
        endpoint = Endpoint(destination.host, destination.port, destination.scheme, proxy=provider.proxy)
        found.append((book.zone_of.get(provider.name, book.zones[-1]), endpoint))
    return found


def gguf_of(name: str, row: Engine, environment: Environment) -> Path:
    """The engine's file. Raises documents.Complaints if it is not there."""
    gguf = Path(row.gguf).expanduser()
    if not gguf.is_absolute() and environment.config:
        gguf = environment.config.parent / gguf
    if not gguf.is_file():
        near = nearest(gguf.name, [each.name for each in gguf.parent.glob("*.gguf")])
        found = f"there is no file {gguf}"
        refuse([amiss(f"engines.{name}.gguf", found, "a GGUF file, relative to this config or absolute", near)])
    return gguf


def _engine(name: str, row: Engine, port: int, environment: Environment) -> Supervisor:
    return Supervisor(
        name,
        gguf_of(name, row, environment),
        model=row.model,
        context=row.context,
        parallel=row.parallel,
        threads=row.threads,
        port=port,
    )


def _forgiving(house: House, provider: str) -> Callable[[], None]:
    def forgive() -> None:
        house.wards.forgive([c.id for c in house.world().candidates if c.provider == provider])

    return forgive
