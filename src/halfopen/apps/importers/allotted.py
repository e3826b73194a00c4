"""Deployments as offers: each gets a model of ours and a provider, and rows are made for what is in no catalog."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from halfopen.apps.config.sound import named
from halfopen.apps.importers import prices
from halfopen.apps.importers.deployment import Deployment
from halfopen.apps.importers.place import Place
from halfopen.apps.importers.told import Pad
from halfopen.catalog.match import ModelNamed, Names, index, match
from halfopen.catalog.offer import Offer
from halfopen.catalog.snapshot import Catalog

Row = dict[str, Any]


@dataclass(slots=True)
class Allotted:
    """`ids` has the offer of each deployment, by its path; the rows are as they are written."""

    catalog: Catalog
    day: date
    pad: Pad
    ids: dict[str, str] = field(default_factory=dict)
    providers: dict[str, Row] = field(default_factory=dict)
    offers: list[Row] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)
    served: dict[str, str] = field(default_factory=dict)  # offer -> its name on the wire


def allotted(deployments: Sequence[Deployment], catalog: Catalog, day: date, pad: Pad) -> Allotted:
    """Our own rows keep their names as long as they stay as they are; else the first that changes one gets it."""
    found = Allotted(catalog, day, pad)
    names, by_wire = index(catalog), _by_wire(catalog.offers.values())
    for place in {each.place: None for each in deployments if each.place.ours}:
        found.places[place.like] = place
    for each in deployments:
        offer = next(
            (by_wire[key] for name in each.models if (key := (each.place.like, name.casefold())) in by_wire), None
        )
        model = offer.model if offer else _model(each.models, names)
        provider = _provider(found, each, model)
        id = f"{model}@{provider}"
        if id in found.served:
            pad.note("differs", each.path, f"is `{id}` once more, under the same key: it is tried once")
        else:
            _offer(found, each, model, provider, offer)
            found.served[id] = each.served
        found.ids[each.path] = id
    return found


def _by_wire(offers: Iterable[Offer]) -> Mapping[tuple[str, str], Offer]:
    found: dict[tuple[str, str], Offer] = {}
    for offer in offers:
        for form in (offer.served_as, *offer.also, offer.model):
            found.setdefault((offer.provider, form.casefold()), offer)
    return found


def _model(forms: Sequence[str], names: Names) -> str:
    for form in forms:
        meant = match(form, names)
        if isinstance(meant, ModelNamed):
            return meant.model
    return named(forms[0].rpartition("/")[2])


def _provider(found: Allotted, each: Deployment, model: str) -> str:
    """The name of the place, unless the model is served there under another name already."""
    place = each.place
    for name, there in found.places.items():
        if there == place and found.served.get(f"{model}@{name}", each.served) == each.served:
            _row(found, name, place)
            return name
    stem = place.like if place.like and not place.chat and not _engine(found, place) else _stem(found, place)
    taken = found.places.keys() | (found.catalog.providers.keys() - {place.like if stem == place.like else ""})
    name = next(name for name in (stem, *(f"{stem}-{number}" for number in range(2, 10_000))) if name not in taken)
    found.places[name] = place
    _row(found, name, place)
    return name


def _engine(found: Allotted, place: Place) -> bool:
    row = found.catalog.providers.get(place.like)
    return bool(row and row.hosting == "self_hosted")


def _stem(found: Allotted, place: Place) -> str:
    """A name that says where it is: `vllm-gpu1`, `llm.example.com`."""
    host = urlsplit(place.base_url).hostname or "own"
    short = host if place.hosting or not host[:1].isalpha() else host.partition(".")[0]
    return named(f"{place.like}-{short}" if place.like else host)


def _row(found: Allotted, name: str, place: Place) -> None:
    """Writes the provider's row once. A second one that is like ours says all that the first may have changed."""
    if name in found.providers or (place.ours and name == place.like):
        return
    shipped = found.catalog.providers.get(place.like)
    second = place.like if name != place.like else ""
    said = {
        "like": second,
        "base_url": place.base_url or (second and shipped and shipped.base_url) or "",
        "key_env": place.key_env or (second and shipped and shipped.key_env) or "",
        "auth": place.auth,
        "hosting": place.hosting or "",
        "dialects": {"chat": place.chat} if place.chat else {},
    }
    found.providers[name] = {key: value for key, value in said.items() if value}


def _offer(found: Allotted, each: Deployment, model: str, provider: str, offer: Offer | None) -> None:
    """Writes the offer's row, unless it is one of the catalog's as it stands there."""
    id = f"{model}@{provider}"
    ours = found.catalog.offers.get(id)
    forms = [form.casefold() for form in (ours.served_as, *ours.also)] if ours else []
    if ours and each.served.casefold() in forms and not each.prices:
        _as_it_stands(found, each, ours)
        return
    lines = list(each.prices) or (prices.known(offer, found.day) if offer and _priced_alike(each, offer) else [])
    row: Row = {"model": model, "provider": provider}
    if each.served != model:
        row["served_as"] = each.served
    if each.operation != "chat":
        row["operations"] = [each.operation]
    there = found.catalog.providers.get(each.place.like)
    if model not in found.catalog.models and there and there.hosting == "closed":
        row["weights"] = "closed"
    context = each.context or (str(offer.context) if offer and offer.context else "")
    if context:
        row["context"] = context
    if lines:
        row["prices"] = lines
        if (offer and offer.free) or prices.free(lines):
            row["free"] = "true"
    elif "self_hosted" not in (each.place.hosting, there.hosting if there else ""):
        says = f"has no price here: `{id}` is `unpriced` until you write `prices` in its row under `offers`"
        found.pad.note("do", each.path, says)
    found.offers.append(row)


def _priced_alike(each: Deployment, offer: Offer) -> bool:
    """At Bedrock a region's own name for a model has a price of its own."""
    return each.place.like != "aws" or each.served in (offer.served_as, *offer.also)


def _as_it_stands(found: Allotted, each: Deployment, ours: Offer) -> None:
    model = f"{each.path}.litellm_params.model"
    if each.served != ours.served_as:
        found.pad.note("differs", model, f"is sent as `{ours.served_as}`, which the catalog has for the same")
    if ours.retires and ours.retires <= found.day:
        says = f"is `{ours.id}`, which retired on {ours.retires} and is not called: use {ours.successor}"
        found.pad.note("do", model, says)
