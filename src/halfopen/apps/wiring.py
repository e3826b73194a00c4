"""Where the parts meet: settings and rows become a house that serves requests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from difflib import get_close_matches
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from halfopen.adapters.clock import SystemClock, new_id
from halfopen.adapters.engines import Supervisor, free_port
from halfopen.adapters.http import Client, Endpoint
from halfopen.adapters.sqlite.ledger import opened
from halfopen.adapters.telemetry import Counts
from halfopen.apps.roster import Roster, roster
from halfopen.apps.settings import Engine, Environment, OwnOffer, OwnProvider, Settings, zone_names
from halfopen.catalog import read
from halfopen.catalog.snapshot import Catalog
from halfopen.flows.house import House
from halfopen.policy.rules import AUTO, PREFIX, Policy


@dataclass(frozen=True, slots=True)
class Started:
    """A house that can be asked, what is in it, and the engines that were started for it."""

    house: House
    roster: Roster
    engines: tuple[Supervisor, ...]


def shipped_catalog() -> Catalog:
    """The rows in the package. Raises documents.Complaints."""
    return read.read(dict(_texts(files("halfopen.catalog").joinpath("data"), "")))


@asynccontextmanager
async def started(catalog: Catalog, settings: Settings, environment: Environment) -> AsyncIterator[Started]:
    """Opens the ledger, starts the engines and builds the house. Raises ValueError, EngineTrouble, folder.InUse."""
    async with AsyncExitStack() as stack:
        ports = {name: free_port() for name in settings.engines}
        engines = tuple(_engine(name, row, ports[name], environment) for name, row in settings.engines.items())
        book = roster(catalog, with_engines(settings, ports), environment)
        upstreams = clients(book)
        for client in upstreams.values():
            stack.push_async_callback(client.close)
        house = House(
            policy=policy_of(settings),
            make_world=book.world,
            destinations=book.destinations(),
            upstreams=upstreams,
            ledger=await stack.enter_async_context(opened(environment.data)),
            meter=Counts(),
            clock=SystemClock(),
            new_id=new_id,
        )
        for engine in engines:
            engine.on_healthy = _forgiving(house, engine.name)
            engine.start()
            stack.push_async_callback(engine.stop)
        yield Started(house, book, engines)


def policy_of(settings: Settings) -> Policy:
    """Raises ValueError for an alias, a default or a requirement that names what is not there."""
    zones = zone_names(settings.zones)
    for name, lane in settings.lanes.items():
        if lane.require.zone and lane.require.zone not in zones:
            raise ValueError(f"lanes.{name}.require.zone is `{lane.require.zone}`; the zones are {', '.join(zones)}")
    _aliases_of_lanes(settings)
    if settings.default_lane not in settings.lanes:
        raise ValueError(f"default_lane is `{settings.default_lane}`; the lanes are {', '.join(settings.lanes)}")
    return Policy(
        zones=zones,
        lanes=settings.lanes,
        aliases=settings.aliases,
        default_lane=settings.default_lane,
        direct=settings.direct,
    )


def _aliases_of_lanes(settings: Settings) -> None:
    """Raises ValueError for an alias of a lane that is not there; a model's or an offer's name may yet come."""
    for alias, target in settings.aliases.items():
        lane = target.removeprefix(PREFIX)
        if target.startswith(PREFIX) and lane not in (AUTO, "", *settings.lanes):
            near = get_close_matches(lane, settings.lanes, 1)
            hint = f"did you mean `{PREFIX}{near[0]}`?" if near else f"the lanes are {', '.join(settings.lanes)}"
            raise ValueError(f"aliases.{alias} is `{target}`; {hint}")


def clients(book: Roster) -> Mapping[str, Client]:
    """One client per zone. Its table holds the providers of that zone and of those inside it, and no others."""
    made = {}
    for reach, zone in enumerate(book.zones):
        inside = book.zones[: reach + 1]
        made[zone] = Client({endpoint for place, endpoint in _endpoints(book) if place in inside})
    return made


def with_engines(settings: Settings, ports: Mapping[str, int]) -> Settings:
    """The engines we start, as providers and offers, in `home` unless the team placed them elsewhere."""
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


def _engine(name: str, row: Engine, port: int, environment: Environment) -> Supervisor:
    gguf = Path(row.gguf).expanduser()
    if not gguf.is_absolute() and environment.config:
        gguf = environment.config.parent / gguf
    return Supervisor(
        name,
        gguf,
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


def _texts(folder: Traversable, under: str) -> Iterator[tuple[str, str]]:
    for each in folder.iterdir():
        if each.is_dir():
            yield from _texts(each, f"{under}{each.name}/")
        elif each.name.endswith(".yaml"):
            yield f"{under}{each.name}", each.read_text("utf-8")
