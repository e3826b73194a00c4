"""All that a request meets on its way: the policy, the world as it stands, and the hands that touch it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import blake2b

import msgspec

from halfopen.catalog.price import Price, PriceLine, in_force, price
from halfopen.catalog.snapshot import Catalog, catalog
from halfopen.flows.wards import Wards
from halfopen.policy.decide import Decision, decide
from halfopen.policy.explain import explained
from halfopen.policy.rules import Policy
from halfopen.policy.world import Ask, World
from halfopen.ports.runtime import Clock
from halfopen.ports.stores import LedgerStore
from halfopen.ports.telemetry import Meter
from halfopen.ports.upstream import Deadlines, Headers, Signer, Upstream

WORLD_SECONDS = 15.0  # how old the world may grow: prices, retirements and measured times enter it
MOST_KEPT = 4096  # decisions


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """How an offer is reached. `headers` carry the provider's key and are never shown."""

    scheme: str
    host: str
    port: int
    targets: Mapping[str, str]  # dialect -> path
    headers: Headers = field(default=(), repr=False)
    signer: Signer | None = None  # where the key has to be proved anew for each call
    quirks: tuple[str, ...] = ()
    prices: tuple[PriceLine, ...] = ()
    deadlines: Deadlines = Deadlines()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rows:
    """The rows that the offers were made of, for the tables that show them; zones and ratings are the team's."""

    catalog: Catalog = field(default_factory=lambda: catalog([], [], []))
    zone_of: Mapping[str, str] = field(default_factory=dict)  # provider -> zone
    ratings: Mapping[str, float] = field(default_factory=dict)  # offer -> rating


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision with the text that the ledger keeps of it, under its digest."""

    decision: Decision
    digest: str
    text: bytes


@dataclass(slots=True, kw_only=True)
class House:
    """`upstreams` has one client per zone: the one of `home` can reach nothing but home."""

    policy: Policy
    make_world: Callable[[date, int, Mapping[str, float]], World]  # day, version, first tokens in ms
    destinations: Mapping[str, Destination]
    upstreams: Mapping[str, Upstream]
    ledger: LedgerStore
    meter: Meter
    clock: Clock
    new_id: Callable[[], str]
    rows: Rows = field(default_factory=Rows)
    wards: Wards = field(default_factory=Wards)
    full_until: float = 0.0  # ticks; after a row could not be written nothing is spent until then
    _world: World | None = None
    _old_at: float = 0.0
    _kept: dict[tuple[Ask, int, int], Decided] = field(default_factory=dict)
    _prices: dict[tuple[str, date], Price | None] = field(default_factory=dict)

    def world(self) -> World:
        """The world, not older than WORLD_SECONDS and of today."""
        now = self.clock.now()
        if self._world is None or now >= self._old_at:
            version = self._world.version + 1 if self._world else 1
            self._world = self.make_world(day_of(now), version, self.wards.pace(self.clock.ticks()))
            self._old_at = min(now + WORLD_SECONDS, (now // 86400 + 1) * 86400)
            self._kept.clear()
        return self._world

    def decide(self, ask: Ask) -> Decided:
        """The decision for an ask, kept while nothing it depends on has changed."""
        world, health = self.world(), self.wards.health(self.clock.ticks())
        key = (ask, world.version, health.version)
        if (kept := self._kept.get(key)) is not None:
            return kept
        decision = decide(ask, {}, world, health, self.policy, 0)
        text = msgspec.json.encode(explained(decision))
        decided = Decided(decision, blake2b(text, digest_size=12).hexdigest(), text)
        if not decision.stop:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[key] = decided
        return decided

    def price(self, offer: str, day: date) -> Price | None:
        """The price in force on a day, or None: unpriced."""
        key = (offer, day)
        if key not in self._prices:
            line = in_force(self.destinations[offer].prices, day)
            self._prices[key] = price(line) if line else None
        return self._prices[key]


def day_of(now: float) -> date:
    """The UTC day of a time in seconds since 1970."""
    return datetime.fromtimestamp(now, UTC).date()
