"""The catalog as one value: every model, provider and offer by name, and a list of what does not fit together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from types import MappingProxyType
from typing import TypeVar

from halfopen.catalog.exchange import Exchange
from halfopen.catalog.model import Model
from halfopen.catalog.offer import Offer
from halfopen.catalog.provider import Provider
from halfopen.catalog.source import unsourced
from halfopen.documents import Complaint, nearest

Row = Model | Provider | Offer | Exchange
Place = tuple[str, int]  # file and line
NOWHERE: Place = ("", 0)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Catalog:
    """Models and providers by name, offers by id (`model@provider`), each sorted. It cannot be changed."""

    models: Mapping[str, Model]
    providers: Mapping[str, Provider]
    offers: Mapping[str, Offer]
    exchange: tuple[Exchange, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict, compare=False)  # by `key`


def catalog(
    models: Iterable[Model],
    providers: Iterable[Provider],
    offers: Iterable[Offer],
    exchange: Iterable[Exchange] = (),
    places: Mapping[str, Place] = MappingProxyType({}),
) -> Catalog:
    """Rows as one value. A later row replaces an earlier one of its name: a team's own rows come after ours."""
    return Catalog(
        _sorted({model.name: model for model in models}),
        _sorted({provider.name: provider for provider in providers}),
        _sorted({offer.id: offer for offer in offers}),
        tuple(exchange),
        places,
    )


def key(row: Row) -> str:
    """What a row is known by among all rows: `Offer o1@openai`."""
    return f"{type(row).__name__} {row.id if isinstance(row, Offer) else row.name}"


def problems(whole: Catalog) -> tuple[Complaint, ...]:
    """What does not fit together, none if the catalog is sound. What is wrong within a row was found in reading it."""
    return tuple(chain.from_iterable(check(whole) for check in CHECKS))


def _wrong(whole: Catalog, row: Row, field: str, found: str, expected: str, near: str | None = None) -> Complaint:
    file, line = whole.places.get(key(row), NOWHERE)
    name = key(row).partition(" ")[2]
    return Complaint(file, line, f"{name}.{field}", found, expected, near)


# Facts that come with their own source, or that are ours: names, order, what we make of the facts.
OURS = frozenset({"sources", "disagreements", "simulated"})
PLAIN: Mapping[type, frozenset[str]] = {
    Model: OURS | {"name", "title", "aliases", "ratings", "benchmarks", "fate"},
    Provider: OURS | {"name", "title", "hosting", "tested", "compliance"},
    Offer: OURS | {"model", "provider", "prices", "limits", "successor", "tuned"},
}


def _sources(whole: Catalog) -> Iterator[Complaint]:
    rows: Iterable[Model | Provider | Offer] = chain[Model | Provider | Offer](
        whole.models.values(), whole.providers.values(), whole.offers.values()
    )
    for row in rows:
        for fact in unsourced(row, PLAIN[type(row)]):
            yield _wrong(whole, row, fact, "a fact without a source", f"a source, or one `of: [{fact}]`")


def _aliases(whole: Catalog) -> Iterator[Complaint]:
    """An alias may belong to several models, and is then ambiguous; it may not be another model's own name."""
    for model in whole.models.values():
        for alias in model.aliases:
            if alias.casefold() in whole.models:
                yield _wrong(whole, model, "aliases", f"`{alias}`, the name of a model", "a name that is free")


def unresolved(whole: Catalog) -> Iterator[Complaint]:
    """The offers of a model or at a provider that is not there: nothing can be made of such a catalog."""
    for offer in whole.offers.values():
        for what, name, known in (
            ("model", offer.model, whole.models.keys()),
            ("provider", offer.provider, whole.providers.keys()),
            ("successor", offer.successor, whole.models.keys()),
        ):
            if name is not None and name not in known:
                near = nearest(name, known)
                yield _wrong(whole, offer, what, f"`{name}`, which is not in the catalog", "one that is", near)


def _lines_of_models(whole: Catalog) -> Iterator[Complaint]:
    """A predecessor is a model of the same lab, and nobody is its own ancestor."""
    for model in whole.models.values():
        seen, name = {model.name}, model.predecessor
        while name is not None:
            found = whole.models.get(name)
            if found is None or found.lab != model.lab:
                yield _wrong(whole, model, "predecessor", f"`{name}`", f"a model of {model.lab} in the catalog")
                break
            if name in seen:
                yield _wrong(whole, model, "predecessor", f"`{name}`, which comes after it", "an earlier model")
                break
            seen.add(name)
            name = found.predecessor


def _dialects(whole: Catalog) -> Iterator[Complaint]:
    for offer in whole.offers.values():
        provider = whole.providers.get(offer.provider)
        spoken = provider.dialects if provider else offer.dialects or ()
        for dialect in offer.dialects or ():
            if dialect not in spoken:
                yield _wrong(whole, offer, "dialects", f"`{dialect}`", f"what {offer.provider} speaks")


def _served(whole: Catalog) -> Iterator[Complaint]:
    """One name on a provider's wire is one offer."""
    seen: dict[tuple[str, str], str] = {}
    for offer in whole.offers.values():
        for name in (offer.served_as, *offer.also):
            other = seen.setdefault((offer.provider, name), offer.id)
            if other != offer.id:
                yield _wrong(whole, offer, "served_as", f"`{name}`, to which {other} answers", "another name")


def _worth(whole: Catalog) -> Iterator[Complaint]:
    """What is priced in another currency than dollars has a rate to be compared by."""
    known = {rate.currency for rate in whole.exchange} | {"USD"}
    for offer in whole.offers.values():
        for line in offer.prices[-1:]:
            if line.currency not in known:
                yield _wrong(whole, offer, "prices", f"`{line.currency}`", "a currency with a row in `exchange`")


CHECKS: tuple[Callable[[Catalog], Iterator[Complaint]], ...] = (
    _sources,
    _aliases,
    unresolved,
    _lines_of_models,
    _dialects,
    _served,
    _worth,
)


def _sorted(rows: Mapping[str, T]) -> Mapping[str, T]:
    return MappingProxyType(dict(sorted(rows.items())))
