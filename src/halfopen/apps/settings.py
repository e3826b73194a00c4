"""The settings, whole: `halfopen.yaml` over our defaults, and the environment, read here and nowhere else."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from halfopen import documents
from halfopen.catalog.price import PriceLine
from halfopen.catalog.provider import Auth, Hosting
from halfopen.policy.rules import Lane, Strategy
from halfopen.ports.upstream import Deadlines

DEFAULT_ZONES = ("home", "region", "contract", "anywhere")


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

    def __post_init__(self) -> None:
        if not 0 <= self.port < 65536:
            raise ValueError(f"port {self.port} is not between 0 and 65535")
        if min(self.body_mb, self.headers, self.sender_seconds) <= 0:
            raise ValueError("body_mb, headers and sender_seconds must be above zero")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnOffer:
    """A model at a provider that the catalog does not list. `rating` is your own, on the Arena scale."""

    model: str
    provider: str
    served_as: str | None = None
    weights: Literal["open", "closed"] | None = None
    rating: float | None = None
    context: int | None = None
    prices: tuple[PriceLine, ...] = ()
    tuned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """A llama.cpp that we start for a GGUF file, on loopback, in zone `home`."""

    gguf: str
    model: str
    context: int = 4096  # tokens, for each of `parallel` requests at once
    parallel: int = 4
    threads: int = 0  # 0: llama.cpp chooses
    tuned: bool = False


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
    deadlines: Deadlines = field(default_factory=Deadlines)


@dataclass(frozen=True, slots=True)
class Environment:
    """What the environment says: our own key, where things lie, and the providers' keys by variable."""

    key: str = field(default="", repr=False)
    config: Path | None = None
    data: Path = Path()
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)


def environment(config: Path | None = None, data: Path | None = None) -> Environment:
    """Reads the environment. Options given on the command line come first; `./halfopen.yaml` is found by itself."""
    variables = {name: value for name, value in os.environ.items() if value.strip()}
    said = config or (Path(variables["HALFOPEN_CONFIG"]) if "HALFOPEN_CONFIG" in variables else None)
    usual = (Path("halfopen.yaml"), Path.home() / ".config" / "halfopen" / "halfopen.yaml")
    found = said or next((path for path in usual if path.is_file()), None)
    share = Path(variables.get("XDG_DATA_HOME", Path.home() / ".local" / "share"))
    where = data or Path(variables.get("HALFOPEN_DATA", share / "halfopen"))
    return Environment(variables.get("HALFOPEN_KEY", ""), found, where, variables)


def load(path: Path | None) -> Settings:
    """The settings of a file over our defaults. Raises documents.Complaints, OSError."""
    ours = documents.read(
        files("halfopen.apps").joinpath("defaults.yaml").read_text("utf-8"), Settings, "defaults.yaml"
    )
    if path is None:
        return ours
    text = path.read_text("utf-8")
    return over(ours, documents.read(text, Settings, str(path)) if text.strip() else Settings())


def over(ours: Settings, theirs: Settings) -> Settings:
    """Theirs, with our lanes under it: a lane of theirs changes only what it names."""
    lanes = dict(ours.lanes)
    for name, lane in theirs.lanes.items():
        lanes[name] = _laid_over(lanes[name], lane) if name in lanes else lane
    return replace(theirs, lanes=lanes)


def _laid_over(under: Any, top: Any) -> Any:
    """Two values of one dataclass: what the upper one leaves at its default comes from the lower one."""
    changes: dict[str, Any] = {}
    for each in fields(top):
        value, below = getattr(top, each.name), getattr(under, each.name)
        unset = each.default if each.default_factory is MISSING else each.default_factory()
        if value == unset:
            continue
        changes[each.name] = _laid_over(below, value) if is_dataclass(value) and below is not None else value
    return replace(under, **changes)


def zone_names(zones: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The circles, innermost first: ours if theirs have the same names, else theirs, and `anywhere` around them.

    Raises ValueError for names of ours in another order than ours: `home` within `contract` would be no home.
    """
    if set(zones) <= set(DEFAULT_ZONES):
        return DEFAULT_ZONES
    drawn = [zone for zone in zones if zone in DEFAULT_ZONES]
    right = sorted(drawn, key=DEFAULT_ZONES.index)
    if drawn != right:
        raise ValueError(f"zones: write {', '.join(right)} in this order, innermost first")
    return (*(zone for zone in zones if zone != "anywhere"), "anywhere")
