"""All that a request meets on its way: what the config decides, the world as it stands, and the hands that touch it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import blake2b
from types import MappingProxyType

import msgspec

from halfopen.errors import LedgerFull
from halfopen.flows.asking.keyring import Keyring
from halfopen.flows.setup import Destination, Rows, Setup
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

WORLD_SECONDS = 15.0  # how old the world may grow: prices, retirements and measured times enter it
MOST_KEPT = 4096  # decisions
FULL_SECONDS = 5.0  # without a call, after a row could not be written
NO_FACTS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision, the setup in which it was made, and the text that the ledger keeps of it, under its digest."""

    decision: Decision
    digest: str
    text: bytes
    setup: Setup


@dataclass(slots=True, kw_only=True)
class House:
    """One gateway. What a request needs of the config it takes from its `Decided`, so that a swap does not touch it."""

    setup: Setup
    ledger: LedgerStore
    meter: Meter
    clock: Clock
    new_id: Callable[[], str]
    counter: Counter | None = None  # of tokens that a provider did not tell
    wards: Wards = field(default_factory=Wards)
    keys: Keyring = field(default_factory=Keyring)
    purse: Purse = field(default_factory=Purse)
    throttle: Throttle = field(default_factory=Throttle)
    full_until: float = 0.0  # ticks; after a row could not be written nothing is spent until then
    _world: World | None = None
    _old_at: float = 0.0
    _kept: dict[tuple[Ask, tuple[tuple[str, str], ...], int, int], Decided] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.swap(self.setup)

    def swap(self, setup: Setup) -> None:
        """Another config from now on, in one step; requests that have begun go on in theirs."""
        self.setup = setup
        self.purse.budgets, self.throttle.limits = setup.budgets, setup.limits
        self._old_at = 0.0

    @property
    def policy(self) -> Policy:
        return self.setup.policy

    @property
    def destinations(self) -> Mapping[str, Destination]:
        return self.setup.destinations

    @property
    def rows(self) -> Rows:
        return self.setup.rows

    def world(self) -> World:
        """The world, not older than WORLD_SECONDS and of today."""
        now = self.clock.now()
        if self._world is None or now >= self._old_at:
            version = self._world.version + 1 if self._world else 1
            self._world = self.setup.make_world(day_of(now), version, self.wards.pace(self.clock.ticks()))
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
        decided = Decided(decision, blake2b(text, digest_size=12).hexdigest(), text, self.setup)
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
