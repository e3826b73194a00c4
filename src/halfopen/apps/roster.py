"""From rows to what requests meet: the catalog and the team's own rows as candidates and destinations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import urlsplit

from halfopen.apps.settings import Environment, OwnOffer, OwnProvider, Settings, zone_names
from halfopen.catalog.match import Names, index
from halfopen.catalog.model import Model
from halfopen.catalog.offer import Offer
from halfopen.catalog.price import in_force, price
from halfopen.catalog.provider import Provider, hosting_of
from halfopen.catalog.snapshot import ADDRESS, Catalog
from halfopen.catalog.source import Source
from halfopen.flows.house import Destination
from halfopen.policy.world import Candidate, World
from halfopen.ports.upstream import Deadlines, Headers
from halfopen.wire.quirks import QUIRKS

YOURS = "halfopen.yaml"


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

    def world(self, day: date, version: int, first_token: Mapping[str, float]) -> World:
        """The candidates as they stand on a day."""
        offers = enumerate(self.catalog.offers.values())
        candidates = tuple(self._candidate(offer, order, day) for order, offer in offers)
        return World(version=version, day=day, candidates=candidates, names=self.names, first_token=first_token)

    def destinations(self) -> dict[str, Destination]:
        """How each offer is reached; those that cannot be are left out."""
        return {
            offer.id: self._destination(offer)
            for offer in self.catalog.offers.values()
            if not self.lacks[offer.provider]
        }

    def _candidate(self, offer: Offer, order: int, day: date) -> Candidate:
        provider, model = self.catalog.providers[offer.provider], self.catalog.models[offer.model]
        line = in_force(offer.prices, day)
        rates = price(line).rates(0) if line and line.currency == "USD" else {}
        rated = next((float(r.score) for r in model.ratings if r.category == "overall"), None)
        return Candidate(
            id=offer.id,
            model=offer.model,
            provider=offer.provider,
            served_as=offer.served_as,
            order=order,
            zone=self.zone_of.get(offer.provider, self.zones[-1]),
            hosting=hosting_of(provider.hosting, model.weights),
            weights=model.weights,
            dialects=frozenset(offer.dialects or provider.dialects),
            input=rates.get("input"),
            output=rates.get("output"),
            rating=self.ratings.get(offer.id, rated),
            context=offer.context or model.context,
            retires=offer.retires,
            successor=offer.successor,
            tuned=offer.tuned,
            simulated=provider.simulated,
            lacks=self.lacks[offer.provider],
        )

    def _destination(self, offer: Offer) -> Destination:
        provider = self.catalog.providers[offer.provider]
        url = urlsplit(provider.base_url or "")
        return Destination(
            scheme=url.scheme,
            host=url.hostname or "",
            port=url.port or {"http": 80, "https": 443}[url.scheme],
            targets={dialect: url.path.rstrip("/") + path for dialect, path in provider.dialects.items()},
            headers=credentials(provider, self.variables),
            quirks=provider.quirks,
            prices=offer.prices,
            deadlines=self.deadlines,
        )


def roster(catalog: Catalog, settings: Settings, environment: Environment) -> Roster:
    """The catalog with the team's rows in it. Raises ValueError, naming the setting, for rows that do not fit."""
    providers = dict(catalog.providers)
    for name, own in settings.providers.items():
        providers[name] = _provider(name, own, providers)
    models, offers, ratings = dict(catalog.models), dict(catalog.offers), dict[str, float]()
    for own_offer in settings.offers:
        offer = _offer(own_offer, providers)
        models.setdefault(own_offer.model, _model(own_offer))
        offers[offer.id] = offer
        if own_offer.rating is not None:
            ratings[offer.id] = own_offer.rating
    full = replace(catalog, providers=providers, models=models, offers=offers)
    return Roster(
        catalog=full,
        names=index(full),
        zones=zone_names(settings.zones),
        zone_of=_placed(settings.zones, providers),
        ratings=ratings,
        lacks={name: lacking(provider, environment.variables) for name, provider in providers.items()},
        deadlines=settings.deadlines,
        variables=environment.variables,
    )


def credentials(provider: Provider, variables: Mapping[str, str]) -> Headers:
    """The header that carries a provider's key."""
    key = variables.get(provider.key_env or "", "").strip().encode()
    if provider.auth == "none" or not key:
        return ()
    return ((b"authorization", b"Bearer " + key),) if provider.auth == "bearer" else ((provider.auth.encode(), key),)


def lacking(provider: Provider, variables: Mapping[str, str]) -> str:
    """What a provider needs before it can be called, as a sentence; empty if nothing."""
    if not provider.base_url:
        return f"it has no address: set `providers: {{{provider.name}: {{base_url: ...}}}}` in {YOURS}"
    if provider.auth != "none" and provider.key_env and provider.hosting != "self_hosted":
        return "" if variables.get(provider.key_env) else f"it has no key: set {provider.key_env}"
    return ""


def _placed(zones: Mapping[str, tuple[str, ...]], providers: Mapping[str, Provider]) -> dict[str, str]:
    placed: dict[str, str] = {}
    for zone, names in zones.items():
        for name in names:
            if name not in providers:
                raise ValueError(f"{YOURS}: zones.{zone} names `{name}`, which is no provider")
            if placed.setdefault(name, zone) != zone:
                raise ValueError(f"{YOURS}: `{name}` stands in two zones, {placed[name]} and {zone}")
    return placed


def _provider(name: str, own: OwnProvider, known: Mapping[str, Provider]) -> Provider:
    start = known.get(own.like or name)
    if start is None and own.like:
        raise ValueError(f"{YOURS}: providers.{name}.like names `{own.like}`, which is no provider")
    _sound(name, own)
    said = {
        each: value
        for each in ("base_url", "key_env", "auth", "hosting", "dialects", "operator", "countries", "quirks", "proxy")
        if (value := getattr(own, each)) is not None
    }
    if start is not None:
        return replace(start, name=name, **said)
    if own.base_url is None or own.hosting is None:
        raise ValueError(f"{YOURS}: providers.{name} is new, so it needs `base_url` and `hosting` (or `like: vllm`)")
    plain = Provider(
        name=name, title=name, hosting=own.hosting, operator=None, dialects={"chat": "/v1/chat/completions"}, sources=()
    )
    return replace(plain, **{"auth": "bearer" if own.key_env else "none", **said})


def _sound(name: str, own: OwnProvider) -> None:
    """Raises ValueError for an address or a quirk that would fail only when a request needs it."""
    place = f"{YOURS}: providers.{name}"
    if own.base_url is not None and not ADDRESS.fullmatch(own.base_url.rstrip("/")):
        raise ValueError(f"{place}.base_url is no http or https address, such as http://127.0.0.1:8000")
    if own.base_url is not None and own.base_url.rstrip("/").endswith("/v1") and own.dialects is None:
        raise ValueError(f"{place}.base_url ends in /v1, with which the dialects' paths begin: leave it out")
    for quirk in own.quirks or ():
        if quirk not in QUIRKS:
            raise ValueError(f"{place}.quirks names `{quirk}`; the quirks are {', '.join(QUIRKS)}")


def _offer(own: OwnOffer, providers: Mapping[str, Provider]) -> Offer:
    if own.provider not in providers:
        raise ValueError(f"{YOURS}: offers names the provider `{own.provider}`, which is none")
    return Offer(
        model=own.model,
        provider=own.provider,
        served_as=own.served_as or own.model,
        prices=own.prices,
        context=own.context,
        tuned=own.tuned,
        sources=(),
    )


def _model(own: OwnOffer) -> Model:
    return Model(
        name=own.model,
        title=own.model,
        lab="yours",
        weights=own.weights or "open",
        sources=(Source(name=YOURS, checked=date.min),),
    )
