"""The settings, whole: `halfopen.yaml` over our defaults."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import Literal

from halfopen import documents
from halfopen.apps.config.sound import address, instant, misnamed, outside, reach, refuse, served, speech, unknown
from halfopen.catalog.price import PriceLine
from halfopen.catalog.provider import Auth, Hosting
from halfopen.costs.hosted import Machine
from halfopen.costs.worst import Unpriced
from halfopen.documents import Complaint, Complaints, amiss
from halfopen.limits.bucket import Limits
from halfopen.limits.budget import Account, Budget
from halfopen.policy.rules import AUTO, FACTS, PREFIX, Lane, Strategy
from halfopen.ports.upstream import Deadlines
from halfopen.wire.table import DIALECTS

DEFAULT_ZONES = ("home", "region", "contract", "anywhere")
INNERMOST = "innermost"  # a lane's word for the first zone, however the team calls it
LIMITS = ("rating_at_least", "input_at_most", "output_at_most", "first_token_at_most", "context_at_least")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """`hosts` are further names in a Host header that mean us; `origins` web pages that may call us."""

    host: str = "127.0.0.1"
    port: int = 4000
    hosts: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    body_mb: int = 32
    headers: int = 100
    sender_seconds: float = 30.0  # for the head, and for the body
    drain_seconds: float = 10.0  # that answers have to end in when the gateway stops

    def __post_init__(self) -> None:
        bounds = {"port": (0, 65535), "body_mb": (1, None), "headers": (1, None)}
        refuse([*outside(self, bounds), *instant(self, ["sender_seconds", "drain_seconds"])])

    @property
    def place(self) -> str:
        """The host and the port as a URL has them."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """Where a client on this machine finds us: `0.0.0.0` and `::` mean all of its addresses and are none."""
        try:
            address = ipaddress.ip_address(self.host)
        except ValueError:
            return f"http://{self.place}"
        loopback = "127.0.0.1" if address.version == 4 else "::1"
        return f"http://{replace(self, host=loopback).place if address.is_unspecified else self.place}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnProvider:
    """A provider of yours, or a change to one of ours. `like` names the row it starts from."""

    like: str | None = None
    base_url: str | None = None
    key_env: str | None = None
    auth: Auth | None = None
    hosting: Hosting | None = None
    dialects: dict[str, str] | None = None
    operator: str | None = None
    countries: tuple[str, ...] | None = None
    quirks: tuple[str, ...] | None = None
    proxy: str | None = None

    def __post_init__(self) -> None:
        wrong = [*address(self.base_url, self.dialects), *speech(self.dialects, self.quirks)]
        refuse([*wrong, *reach(self.key_env, self.proxy, self.countries)])


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnOffer:
    """A model at a provider that the catalog does not list. `rating` is your own, on the Arena scale.

    `machine` prices it by what the machine costs, where nobody sells it by the token.
    """

    model: str
    provider: str
    served_as: str | None = None
    weights: Literal["open", "closed"] | None = None
    rating: float | None = None
    context: int | None = None
    prices: tuple[PriceLine, ...] = ()
    machine: Machine | None = None
    free: bool = False  # a price of 0 is meant
    tuned: bool = False
    operations: tuple[str, ...] = ("chat",)

    def __post_init__(self) -> None:
        if self.machine is not None and (self.prices or self.free):
            refuse([amiss("machine", "a machine and prices", "one of them: either says what a token costs")])
        refuse([*misnamed("model", self.model), *outside(self, {"context": (1, None)}), *served(self.operations)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """A llama.cpp that we start for a GGUF file, on loopback, in the innermost zone."""

    gguf: str
    model: str
    context: int = 4096  # tokens, for each of `parallel` requests at once
    parallel: int = 4
    threads: int = 0  # 0: llama.cpp chooses
    tuned: bool = False

    def __post_init__(self) -> None:
        bounds = {"context": (1, None), "parallel": (1, None), "threads": (0, None)}
        refuse([*misnamed("model", self.model), *outside(self, bounds)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Budgets:
    """What may be spent by everybody, by a team, in a lane; a key has its own. `unpriced` is what bounds no price."""

    all: tuple[Budget, ...] = ()
    teams: dict[str, tuple[Budget, ...]] = field(default_factory=dict)
    lanes: dict[str, tuple[Budget, ...]] = field(default_factory=dict)
    unpriced: Unpriced = field(default_factory=Unpriced)

    @property
    def by_account(self) -> dict[Account, tuple[Budget, ...]]:
        found = {Account("team", name): rows for name, rows in self.teams.items()}
        found |= {Account("lane", name): rows for name, rows in self.lanes.items()}
        return {**found, Account("all"): self.all} if self.all else found


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimits:
    """Of teams, and of what an offer or all of a provider may be called; a key has its own."""

    teams: dict[str, Limits] = field(default_factory=dict)
    offers: dict[str, Limits] = field(default_factory=dict)
    providers: dict[str, Limits] = field(default_factory=dict)

    @property
    def by_whose(self) -> dict[tuple[str, str], Limits]:
        rows = {"team": self.teams, "offer": self.offers, "provider": self.providers}
        return {(what, name): limits for what, named in rows.items() for name, limits in named.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One frozen tree; a changed file makes a new one."""

    listen: Listen = field(default_factory=Listen)
    zones: dict[str, tuple[str, ...]] = field(default_factory=dict)
    providers: dict[str, OwnProvider] = field(default_factory=dict)
    offers: tuple[OwnOffer, ...] = ()
    engines: dict[str, Engine] = field(default_factory=dict)
    lanes: dict[str, Lane] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    default_lane: str = "realtime"
    direct: tuple[Strategy, ...] = ("price",)
    most_tries: int = 4  # offers that a request is tried at
    deadlines: Deadlines = field(default_factory=Deadlines)
    budgets: Budgets = field(default_factory=Budgets)
    limits: RateLimits = field(default_factory=RateLimits)


def load(path: Path | None) -> Settings:
    """The settings of a file over our defaults. Raises documents.Complaints, OSError.

    A lane of theirs changes what it names and no more; a `null` in it takes a limit of ours away.
    """
    ours = files("halfopen.apps.config").joinpath("defaults.yaml").read_text("utf-8")
    if path is None:
        return documents.read(ours, Settings, "defaults.yaml")
    text = _text(path)
    settings = documents.read(text, Settings, str(path), under=ours)
    try:
        refuse(chain.from_iterable(check(settings) for check in CHECKS))
    except Complaints as wrong:
        raise documents.placed(wrong, text, str(path)) from None
    return settings


def _text(path: Path) -> str:
    written = path.read_bytes()
    try:
        return written.decode("utf-8")
    except UnicodeDecodeError as why:
        line = written.count(b"\n", 0, why.start) + 1
        byte = f"the byte 0x{written[why.start]:02x}"
        raise Complaints([Complaint(str(path), line, "", byte, "text in UTF-8")]) from None


def zone_names(zones: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The circles, innermost first: ours if theirs have the same names, else theirs, and `anywhere` around them.

    Raises Complaints for names of ours in another order than ours: `home` within `contract` would be no home, and a
    zone outside `anywhere` no zone.
    """
    if set(zones) <= set(DEFAULT_ZONES):
        return DEFAULT_ZONES
    drawn = [zone for zone in zones if zone in DEFAULT_ZONES]
    right = sorted(drawn, key=DEFAULT_ZONES.index)
    if drawn != right:
        raise Complaints([amiss("zones", ", ".join(drawn), f"{', '.join(right)} in this order, innermost first")])
    if "anywhere" in zones and (last := list(zones)[-1]) != "anywhere":
        raise Complaints([amiss("zones.anywhere", f"`{last}` outside it", "it last: it is around all the others")])
    return (*(zone for zone in zones if zone != "anywhere"), "anywhere")


def _lanes(settings: Settings) -> Iterator[Complaint]:
    """Lanes of a zone, a dialect or a fact that is none, limits below zero, a default lane that is not there."""
    zones = (INNERMOST, *zone_names(settings.zones))
    if AUTO in settings.lanes:
        yield amiss(f"lanes.{AUTO}", "a lane of that name", f"another: `{PREFIX}{AUTO}` is the first whose `when` fits")
    yield from (
        unknown(f"budgets.lanes.{name}", name, settings.lanes)
        for name in settings.budgets.lanes.keys() - settings.lanes.keys()
    )
    for name, lane in settings.lanes.items():
        yield from outside(lane, {"max_output": (1, None)}, f"lanes.{name}.")
        yield from outside(lane.require, dict.fromkeys(LIMITS, (0, None)), f"lanes.{name}.require.")
        said = [(f"lanes.{name}.require.zone", zone, zones) for zone in (lane.require.zone,) if zone]
        if lane.when:
            within = {"zone": (lane.when.zone, zones), "dialect": (lane.when.dialect, tuple(DIALECTS))}
            asked = {fact: words for fact in FACTS if fact != "task" and (words := getattr(lane.when, fact))}
            within |= {fact: (words, _answers(fact)) for fact, words in asked.items()}
            for what, (words, known) in within.items():
                said += [(f"lanes.{name}.when.{what}[{at}]", word, known) for at, word in enumerate(words)]
        yield from (unknown(where, word, known) for where, word, known in said if word not in known)
    if settings.default_lane not in settings.lanes:
        yield unknown("default_lane", settings.default_lane, settings.lanes)


def _answers(fact: str) -> tuple[str, ...]:
    """Looked up where a lane asks: most do not, and need not wait for all that facts are recognized by."""
    from halfopen.recognize.table import BY_NAME

    return BY_NAME[fact].answers


def _aliases(settings: Settings) -> Iterator[Complaint]:
    """Aliases called like a lane, of a lane that is not there, or of an alias; a model or an offer may yet come."""
    for alias, target in settings.aliases.items():
        where, lane = f"aliases.{alias}", target.removeprefix(PREFIX)
        if f"{alias}/".startswith(PREFIX):
            yield amiss(
                where, "a lane's name, which must mean that lane", f"a name that does not begin with `{PREFIX}`"
            )
        if target in settings.aliases:
            end = settings.aliases[target]
            near = None if end in settings.aliases else end
            yield amiss(where, f"`{target}`, an alias itself", "a lane, a model or an offer", near)
        elif target.startswith(PREFIX) and lane not in (AUTO, "", *settings.lanes):
            yield unknown(where, target, [PREFIX + name for name in settings.lanes])


def _rows(settings: Settings) -> Iterator[Complaint]:
    """Deadlines that leave no time, names that are none or have two meanings."""
    yield from instant(settings.deadlines, ("connect", "first_byte", "between_bytes", "total"), "deadlines.")
    yield from outside(settings, {"most_tries": (1, None)})
    if INNERMOST in settings.zones:
        yield amiss(f"zones.{INNERMOST}", "a zone of that name", "another: to a lane it means the first of the zones")
    for kind, names in (("providers", list(settings.providers)), ("engines", list(settings.engines))):
        yield from chain.from_iterable(misnamed(f"{kind}.{name}", name) for name in names)
    seen: dict[tuple[str, str], int] = {}
    for place, offer in enumerate(settings.offers):
        first = seen.setdefault((offer.model, offer.provider), place)
        if first != place:
            yield amiss(f"offers[{place}]", f"`{offer.model}@{offer.provider}`, which is offers[{first}]", "it once")
    for name in settings.engines.keys() & settings.providers.keys():
        yield amiss(f"engines.{name}", f"`{name}`, which stands in `providers` too", "a name of its own")


CHECKS: tuple[Callable[[Settings], Iterator[Complaint]], ...] = (_lanes, _aliases, _rows)
