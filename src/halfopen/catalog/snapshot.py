"""The catalog as one value: every model, provider and offer by name, and a list of what does not fit together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, pairwise
from types import MappingProxyType
from typing import TypeVar

from halfopen.catalog.model import Model
from halfopen.catalog.offer import Offer
from halfopen.catalog.price import PriceLine, price
from halfopen.catalog.provider import Provider

NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")  # no `@`, which divides an offer's id, and no `/`, which begins a lane's
COUNTRY = re.compile(r"[A-Z]{2}")
ADDRESS = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+(/[^?#]*[^?#/])?")
IN_THE_CLEAR = re.compile(r"http://(?!(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(/|$))")


Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Catalog:
    """Models and providers by name, offers by id (`model@provider`), each sorted. It cannot be changed."""

    models: Mapping[str, Model]
    providers: Mapping[str, Provider]
    offers: Mapping[str, Offer]


def catalog(models: Iterable[Model], providers: Iterable[Provider], offers: Iterable[Offer]) -> Catalog:
    """Rows as one value. A later row replaces an earlier one of its name: a team's own rows come after ours."""
    return Catalog(
        _sorted({model.name: model for model in models}),
        _sorted({provider.name: provider for provider in providers}),
        _sorted({offer.id: offer for offer in offers}),
    )


def problems(whole: Catalog) -> tuple[str, ...]:
    """What does not fit together, a sentence each, none if the catalog is sound."""
    return tuple(chain.from_iterable(check(whole) for check in CHECKS))


def _names(whole: Catalog) -> Iterator[str]:
    for name in chain(whole.models, whole.providers):
        if not NAME.fullmatch(name):
            yield f"`{name}`: a name is made of small letters, digits, `.`, `_` and `-`"


def _sources(whole: Catalog) -> Iterator[str]:
    for name, row in chain[tuple[str, Model | Provider | Offer]](
        whole.models.items(), whole.providers.items(), whole.offers.items()
    ):
        if not row.sources:
            yield f"`{name}`: a row without a source"


def _aliases(whole: Catalog) -> Iterator[str]:
    """An alias may belong to several models, and is then ambiguous; it may not be another model's own name."""
    for model in whole.models.values():
        for alias in model.aliases:
            if alias.casefold() in whole.models:
                yield f"`{model.name}`: its alias `{alias}` is the name of a model"
        if len({alias.casefold() for alias in model.aliases}) < len(model.aliases):
            yield f"`{model.name}`: an alias given twice"


def _ratings(whole: Catalog) -> Iterator[str]:
    for model in whole.models.values():
        for rating in model.ratings:
            if not rating.low <= rating.score <= rating.high:
                yield f"`{model.name}`: its rating {rating.score} is not between {rating.low} and {rating.high}"
        if len({rating.category for rating in model.ratings}) < len(model.ratings):
            yield f"`{model.name}`: two ratings in one category"


def _addresses(whole: Catalog) -> Iterator[str]:
    for provider in whole.providers.values():
        if provider.base_url is not None:
            yield from _address(provider, provider.base_url)
        for dialect, path in provider.dialects.items():
            if not path.startswith("/"):
                yield f"`{provider.name}`: the path `{path}` of `{dialect}` does not begin with `/`"
        for country in provider.countries or ():
            if not COUNTRY.fullmatch(country):
                yield f"`{provider.name}`: `{country}` is not an ISO 3166 code of two letters"


def _address(provider: Provider, url: str) -> Iterator[str]:
    if not ADDRESS.fullmatch(url):
        yield f"`{provider.name}`: `{url}` is not an http or https address without a `/` at its end"
    if IN_THE_CLEAR.match(url) and provider.hosting != "self_hosted":
        yield f"`{provider.name}`: `{url}` would carry the key in the clear"


def _references(whole: Catalog) -> Iterator[str]:
    for offer in whole.offers.values():
        if offer.model not in whole.models:
            yield f"`{offer.id}`: there is no model `{offer.model}`"
        if offer.provider not in whole.providers:
            yield f"`{offer.id}`: there is no provider `{offer.provider}`"
        if offer.successor is not None and offer.successor not in whole.models:
            yield f"`{offer.id}`: there is no model `{offer.successor}` to succeed it"
        if offer.successor == offer.model:
            yield f"`{offer.id}`: it succeeds itself"
        if offer.retires is not None and offer.successor is None:
            yield f"`{offer.id}`: it retires on {offer.retires} and names no successor"


def _dialects(whole: Catalog) -> Iterator[str]:
    for offer in whole.offers.values():
        provider = whole.providers.get(offer.provider)
        spoken = provider.dialects if provider else offer.dialects or ()
        for dialect in offer.dialects or ():
            if dialect not in spoken:
                yield f"`{offer.id}`: its provider does not speak `{dialect}`"


def _served(whole: Catalog) -> Iterator[str]:
    """One name on a provider's wire is one offer."""
    seen: dict[tuple[str, str], str] = {}
    for offer in whole.offers.values():
        for name in (offer.served_as, *offer.also):
            other = seen.setdefault((offer.provider, name), offer.id)
            if other != offer.id:
                yield f"`{offer.id}`: `{offer.provider}` answers to `{name}` as `{other}` already"


def _prices(whole: Catalog) -> Iterator[str]:
    for offer in whole.offers.values():
        if any(later.since <= earlier.since for earlier, later in pairwise(offer.prices)):
            yield f"`{offer.id}`: its price lines are not in the order of their dates"
        if len({line.currency for line in offer.prices}) > 1:
            yield f"`{offer.id}`: its price lines are in several currencies"
        for line in offer.prices:
            bounds = [tier.above for tier in line.tiers]
            if bounds != sorted(set(bounds)) or any(bound <= 0 for bound in bounds):
                yield f"`{offer.id}`: its tiers of {line.since} do not rise"
            yield from (f"`{offer.id}`: its price of {line.since}: {wrong}" for wrong in _inexact(line))


def _inexact(line: PriceLine) -> Iterator[str]:
    try:
        rates = [rate for _, kinds in price(line).tiers for rate in kinds.values()]
    except ValueError as error:
        yield str(error)
    else:
        if any(rate < 0 for rate in rates):
            yield "less than nothing"


CHECKS: tuple[Callable[[Catalog], Iterator[str]], ...] = (
    _names,
    _sources,
    _aliases,
    _ratings,
    _addresses,
    _references,
    _dialects,
    _served,
    _prices,
)


def _sorted(rows: Mapping[str, Row]) -> Mapping[str, Row]:
    return MappingProxyType(dict(sorted(rows.items())))
