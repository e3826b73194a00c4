"""All that a request meets on its way: the policy, the world as it stands, and the hands that touch it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import blake2b
from types import MappingProxyType

import msgspec

from halfopen.catalog.price import PriceLine
from halfopen.catalog.snapshot import Catalog, catalog
from halfopen.costs.worst import Unpriced
from halfopen.errors import LedgerFull
from halfopen.flows.asking.keyring import Keyring
from halfopen.flows.spending.prices import Prices
from halfopen.flows.spending.purse import Purse
from halfopen.flows.spending.throttle import Throttle
from halfopen.flows.wards import Wards
from halfopen.ledger.entry import Entry
from halfopen.policy.decide import Decision, decide
from halfopen.policy.explain import explained
from halfopen.policy.rules import Policy
from halfopen.policy.world import Ask, World
from halfopen.ports.runtime import Clock
from halfopen.ports.stores import LedgerStore
from halfopen.ports.telemetry import Meter
from halfopen.ports.tokens import Counter
from halfopen.ports.upstream import Deadlines, Headers, Signer, Upstream

WORLD_SECONDS = 15.0  # how old the world may grow: prices, retirements and measured times enter it
MOST_KEPT = 4096  # decisions
FULL_SECONDS = 5.0  # without a call, after a row could not be written
NO_FACTS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """How an offer is reached. `headers` carry the provider's key and are never shown."""

    scheme: str
    host: str
    port: int
    targets: Mapping[str, str]  # dialect -> path
    headers: Headers = field(default=(), repr=False)
    headers_of: Mapping[str, Headers] = field(default_factory=dict, repr=False)  # by dialect, where it wants others
    signer: Signer | None = None  # where the key has to be proved anew for each call
    quirks: tuple[str, ...] = ()
    prices: tuple[PriceLine, ...] = ()
    deadlines: Deadlines = Deadlines()

    def headers_to(self, dialect: str) -> Headers:
        """The headers that carry our key, as a dialect wants them."""
        return self.headers_of.get(dialect, self.headers)


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
    counter: Counter | None = None  # of tokens that a provider did not tell
    rows: Rows = field(default_factory=Rows)
    wards: Wards = field(default_factory=Wards)
    keys: Keyring = field(default_factory=Keyring)
    purse: Purse = field(default_factory=Purse)
    throttle: Throttle = field(default_factory=Throttle)
    unpriced: Unpriced = field(default_factory=Unpriced)
    prices: Prices = field(init=False)
    full_until: float = 0.0  # ticks; after a row could not be written nothing is spent until then
    _world: World | None = None
    _old_at: float = 0.0
    _kept: dict[tuple[Ask, tuple[tuple[str, str], ...], int, int], Decided] = field(default_factory=dict)

    def __post_init__(self) -> None:
        lines = {offer: each.prices for offer, each in self.destinations.items()}
        self.prices = Prices(lines, tuple(self.rows.catalog.exchange), self.unpriced)

    def world(self) -> World:
        """The world, not older than WORLD_SECONDS and of today."""
        now = self.clock.now()
        if self._world is None or now >= self._old_at:
            version = self._world.version + 1 if self._world else 1
            self._world = self.make_world(day_of(now), version, self.wards.pace(self.clock.ticks()))
            self._old_at = min(now + WORLD_SECONDS, (now // 86400 + 1) * 86400)
            self._kept.clear()
        return self._world

    def decide(self, ask: Ask, facts: Mapping[str, str] = NO_FACTS) -> Decided:
        """The decision for an ask and what was recognized of it, kept while nothing it depends on has changed."""
        world, health = self.world(), self.wards.health(self.clock.ticks())
        known = tuple(sorted(facts.items())) if facts else ()
        key = (ask, known, world.version, health.version)
        if (kept := self._kept.get(key)) is not None:
            return kept
        decision = decide(ask, facts, world, health, self.policy, 0)
        text = msgspec.json.encode(explained(decision))
        decided = Decided(decision, blake2b(text, digest_size=12).hexdigest(), text)
        if not decision.stop:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[key] = decided
        return decided

    def enter(self, entry: Entry, decided: Decided) -> None:
        """The row into the ledger. Raises LedgerFull, after which nothing is spent for a while."""
        try:
            self.ledger.append(entry, (decided.digest, decided.text))
        except LedgerFull:
            self.full_until = self.clock.ticks() + FULL_SECONDS
            raise


def day_of(now: float) -> date:
    """The UTC day of a time in seconds since 1970."""
    return datetime.fromtimestamp(now, UTC).date()
