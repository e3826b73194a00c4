"""From rows to what requests meet: the catalog and the team's own rows as candidates and destinations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from urllib.parse import urlsplit

from halfopen.advisor.quality import Quality, categories, qualities
from halfopen.apps.config.environment import Environment
from halfopen.apps.config.settings import OwnOffer, OwnProvider, Settings, zone_names
from halfopen.apps.config.sound import refuse, told_as, unknown
from halfopen.catalog.exchange import dollars
from halfopen.catalog.match import Names, index
from halfopen.catalog.model import Model
from halfopen.catalog.offer import Offer
from halfopen.catalog.price import PriceLine, in_force, price
from halfopen.catalog.provider import Provider, hosting_of
from halfopen.catalog.shaped import CATEGORIES
from halfopen.catalog.snapshot import Catalog
from halfopen.catalog.source import Source
from halfopen.costs.hosted import line
from halfopen.documents import Complaint, amiss, nearest
from halfopen.flows.setup import Destination
from halfopen.policy.rules import FITS, OVERALL
from halfopen.policy.world import Candidate, Rated, World
from halfopen.ports.upstream import Deadlines, Headers, Signer
from halfopen.recognize.category import CATEGORIES as FITTING
from halfopen.wire.called import paths

YOURS = "halfopen.yaml"
SPOKEN_OF = {"pdf": "document"}  # a modality of the catalog, as requests speak of it
# Keys that are proved by a signature and never sent, with the variables that takes beside the one of the row.
SIGNED: Mapping[str, tuple[str, ...]] = {"sigv4": ("AWS_SECRET_ACCESS_KEY",), "google": ()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Every offer there is, with the team's zones drawn."""

    catalog: Catalog
    names: Names
    zones: tuple[str, ...]
    zone_of: Mapping[str, str]  # provider -> zone
    ratings: Mapping[str, float]  # offer -> the team's own
    lacks: Mapping[str, str]  # provider -> what it needs before it can be called
    deadlines: Deadlines
    variables: Mapping[str, str] = field(repr=False)
    categories: tuple[str, ...] = ()  # of ratings, beside the overall one, that some lane goes by
    rated: dict[date, Mapping[str, Mapping[str, Rated]]] = field(default_factory=dict, repr=False, compare=False)

    def world(self, day: date, version: int, first_token: Mapping[str, float]) -> World:
        """The candidates as they stand on a day."""
        offers, rated = enumerate(self.catalog.offers.values()), self._rated(day)
        return World(
            version=version,
            day=day,
            candidates=tuple(self._candidate(offer, order, day) for order, offer in offers),
            names=self.names,
            first_token=first_token,
            ratings={category: rated[category] for category in self.categories},
        )

    def destinations(self, signers: Mapping[str, Signer] = MappingProxyType({})) -> dict[str, Destination]:
        """How each offer is reached; those that cannot be are left out. `signers` are by provider."""
        return {
            offer.id: self._destination(offer, signers.get(offer.provider))
            for offer in self.catalog.offers.values()
            if not self.lacks[offer.provider]
        }

    def _candidate(self, offer: Offer, order: int, day: date) -> Candidate:
        provider, model = self.catalog.providers[offer.provider], self.catalog.models[offer.model]
        line = in_force(offer.prices, day)
        rates = self._in_dollars(line, day) if line else {}
        rating, basis = self._rating(offer, day)
        return Candidate(
            id=offer.id,
            model=offer.model,
            provider=offer.provider,
            served_as=offer.served_as,
            order=order,
            zone=self.zone_of.get(offer.provider, self.zones[-1]),
            hosting=hosting_of(provider.hosting, model.weights),
            weights=model.weights,
            dialects=frozenset(offer.dialects or paths(provider.dialects)),
            serves=frozenset(offer.operations) | ({"count"} if "chat" in offer.operations else frozenset()),
            input=rates.get("input"),
            output=rates.get("output"),
            rating=rating,
            rating_basis=basis,
            context=offer.context or model.context,
            max_output=offer.max_output,
            takes=frozenset(SPOKEN_OF.get(kind, kind) for kind in model.modalities) or None,
            tools=model.tools,
            reasoning=model.reasoning,
            retires=offer.retires,
            successor=offer.successor,
            tuned=offer.tuned,
            simulated=provider.simulated,
            lacks=self.lacks[offer.provider],
        )

    def _in_dollars(self, line: PriceLine, day: date) -> Mapping[str, int]:
        """The rates as picodollars, to put offers side by side; nothing where no rate of the currency is known."""
        rates = price(line).rates(0)
        if line.currency == "USD":
            return rates
        worth = dollars(line.currency, day, self.catalog.exchange)
        return {kind: int(rate * worth.rate) for kind, rate in rates.items()} if worth else {}

    def _rating(self, offer: Offer, day: date) -> tuple[float | None, str]:
        """The team's own, or that of the boards on one scale: measured, or estimated by a stated rule; or none."""
        if offer.id in self.ratings:
            return self.ratings[offer.id], "measured"
        return self._rated(day)[OVERALL].get(offer.model, (None, ""))

    def _rated(self, day: date) -> Mapping[str, Mapping[str, Rated]]:
        """By category, kept for the day: a world is made anew every few seconds and no rating changes in between.

        A team's own ratings are overall ones: of how good its offer is at one kind of task they say nothing.
        """
        if day not in self.rated:
            overall = qualities(self.catalog.models, OVERALL, day)
            found = {OVERALL: overall}
            found |= {each: qualities(self.catalog.models, each, day, overall) for each in self.categories}
            self.rated.clear()
            self.rated[day] = {category: _plain(known) for category, known in found.items()}
        return self.rated[day]

    def _destination(self, offer: Offer, signer: Signer | None) -> Destination:
        provider = self.catalog.providers[offer.provider]
        url = urlsplit(provider.base_url or "")
        return Destination(
            scheme=url.scheme,
            host=url.hostname or "",
            port=url.port or {"http": 80, "https": 443}[url.scheme],
            targets={dialect: url.path.rstrip("/") + path for dialect, path in paths(provider.dialects).items()},
            headers=credentials(provider, self.variables),
            headers_of={dialect: credentials(provider, self.variables, dialect) for dialect in provider.auth_of},
            signer=signer,
            quirks=provider.quirks,
            prices=offer.prices,
            deadlines=self.deadlines,
        )


def roster(catalog: Catalog, settings: Settings, environment: Environment) -> Roster:
    """The catalog with the team's rows in it. Raises documents.Complaints, by field, for rows that do not fit."""
    refuse([*_misfits(settings, catalog.providers), *_uncategorized(settings, catalog)])
    providers = dict(catalog.providers)
    for name, own in settings.providers.items():
        with told_as(f"providers.{name}"):
            providers[name] = _provider(name, own, providers.get(own.like or name))
    models, offers, ratings = dict(catalog.models), dict(catalog.offers), dict[str, float]()
    for place, own_offer in enumerate(settings.offers):
        with told_as(f"offers[{place}]"):
            offer = _offer(own_offer)
        models.setdefault(own_offer.model, _model(own_offer))
        offers[offer.id] = offer
        if own_offer.rating is not None:
            ratings[offer.id] = own_offer.rating
    full = replace(catalog, providers=providers, models=models, offers=offers)
    return Roster(
        catalog=full,
        names=index(full),
        zones=zone_names(settings.zones),
        zone_of={name: zone for zone, names in settings.zones.items() for name in names},
        ratings=ratings,
        lacks={name: lacking(provider, environment.variables) for name, provider in providers.items()},
        deadlines=settings.deadlines,
        variables=environment.variables,
        categories=_categories(settings),
    )


def _plain(known: Mapping[str, Quality]) -> Mapping[str, Rated]:
    return {model: (round(quality.score, 1), quality.basis) for model, quality in known.items()}


def _categories(settings: Settings) -> tuple[str, ...]:
    """Those that the lanes name, and where one takes what fits, all that can."""
    named = dict.fromkeys(lane.category for lane in settings.lanes.values())
    if FITS in named:
        named |= dict.fromkeys(FITTING)
    return tuple(category for category in named if category not in (FITS, OVERALL))


def _uncategorized(settings: Settings, catalog: Catalog) -> Iterator[Complaint]:
    """Lanes that go by a category that no board of ours has, and none of the team's."""
    known = [*dict.fromkeys((OVERALL, FITS, *CATEGORIES, *categories(catalog.models)))]
    for name, lane in settings.lanes.items():
        if lane.category not in known:
            yield unknown(f"lanes.{name}.category", lane.category, known)


def credentials(provider: Provider, variables: Mapping[str, str], dialect: str = "") -> Headers:
    """The header that carries a provider's key, where a dialect wants it; none where calls are signed."""
    key, auth = variables.get(provider.key_env or "", "").strip().encode(), provider.auth_of.get(dialect, provider.auth)
    if auth == "none" or auth in SIGNED or not key:
        return ()
    return ((b"authorization", b"Bearer " + key),) if auth == "bearer" else ((auth.encode(), key),)


def lacking(provider: Provider, variables: Mapping[str, str]) -> str:
    """What a provider needs before it can be called, as a sentence; empty if nothing."""
    if not provider.base_url:
        return f"it has no address: set `providers: {{{provider.name}: {{base_url: ...}}}}` in {YOURS}"
    if provider.auth != "none" and provider.key_env and provider.hosting != "self_hosted":
        wanted = (provider.key_env, *SIGNED.get(provider.auth, ()))
        missing = [name for name in wanted if name not in variables]  # none of them is looked at for that
        return f"it has no key: set {' and '.join(missing)}" if missing else ""
    return ""


def _misfits(settings: Settings, shipped: Mapping[str, Provider]) -> Iterator[Complaint]:
    """What names a provider that is not there, a new provider that says too little, one in two places."""
    known = list(shipped)
    for name, own in settings.providers.items():
        yield from _groundless(name, own, known)
        known.append(name)
    for place, offer in enumerate(settings.offers):
        if offer.provider not in known:
            yield _no_provider(f"offers[{place}].provider", offer.provider, known)
    stands: dict[str, str] = {}
    for zone, names in settings.zones.items():
        for place, name in enumerate(names):
            where = f"zones.{zone}[{place}]"
            if name not in known:
                yield _no_provider(where, name, known)
            elif name in stands:
                yield amiss(where, f"`{name}`, which is in zone {stands[name]} already", "each provider once")
            stands.setdefault(name, zone)


def _no_provider(where: str, name: str, known: list[str]) -> Complaint:
    return amiss(where, f"`{name}` is no provider", f"one of {', '.join(known)}", nearest(name, known))


def _groundless(name: str, own: OwnProvider, known: list[str]) -> Iterator[Complaint]:
    if own.like and own.like not in known:
        yield _no_provider(f"providers.{name}.like", own.like, known)
    lacks = [f"`{field}`" for field in ("base_url", "hosting") if getattr(own, field) is None]
    if lacks and not own.like and name not in known:
        found = f"a new provider without {' and '.join(lacks)}"
        yield amiss(f"providers.{name}", found, "both, or the row it is `like`, as `like: vllm`", nearest(name, known))


def _provider(name: str, own: OwnProvider, start: Provider | None) -> Provider:
    fields = ("base_url", "key_env", "auth", "hosting", "dialects", "operator", "countries", "quirks", "proxy")
    said = {each: value for each in fields if (value := getattr(own, each)) is not None}
    address = own.base_url or (start and start.base_url)
    plain = Provider(
        name=name,
        title=name,
        hosting=own.hosting or "hosted",
        operator=None,
        dialects={"chat": "/v1/chat/completions"},
        auth="bearer" if own.key_env else "none",
        sources=(),
    )
    return replace(start or plain, **{"name": name, **said, "base_url": address.rstrip("/") if address else None})


def _offer(own: OwnOffer) -> Offer:
    return Offer(
        model=own.model,
        provider=own.provider,
        served_as=own.served_as or own.model,
        prices=own.prices if own.machine is None else (line(own.machine),),
        free=own.free,
        context=own.context,
        tuned=own.tuned,
        operations=own.operations,
        sources=(),
    )


def _model(own: OwnOffer) -> Model:
    return Model(
        name=own.model,
        title=own.model,
        lab="yours",
        weights=own.weights or "open",
        modalities=(),  # nobody said, which refuses nothing
        sources=(Source(name=YOURS, checked=date.min),),
    )
