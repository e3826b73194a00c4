"""All that a config decides, as one value: swapped whole, while a request goes on with the one that it began with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from halfopen.catalog.price import PriceLine
from halfopen.catalog.snapshot import Catalog, catalog
from halfopen.costs.worst import Unpriced
from halfopen.flows.spending.prices import Prices
from halfopen.flows.spending.throttle import Whose
from halfopen.limits.bucket import Limits
from halfopen.limits.budget import Account, Budget
from halfopen.policy.rules import Policy
from halfopen.policy.world import World
from halfopen.ports.upstream import Deadlines, Headers, Signer, Upstream


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


@dataclass(frozen=True, kw_only=True, eq=False)
class Setup:
    """`upstreams` has one client per zone: the one of `home` can reach nothing but home."""

    policy: Policy
    make_world: Callable[[date, int, Mapping[str, float]], World]  # day, version, first tokens in ms
    destinations: Mapping[str, Destination]
    upstreams: Mapping[str, Upstream]
    rows: Rows = field(default_factory=Rows)
    budgets: Mapping[Account, tuple[Budget, ...]] = field(default_factory=dict)
    limits: Mapping[Whose, Limits] = field(default_factory=dict)
    unpriced: Unpriced = field(default_factory=Unpriced)
    prices: Prices = field(init=False)

    def __post_init__(self) -> None:
        lines = {offer: each.prices for offer, each in self.destinations.items()}
        object.__setattr__(self, "prices", Prices(lines, tuple(self.rows.catalog.exchange), self.unpriced))
