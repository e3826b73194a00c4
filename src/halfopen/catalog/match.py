"""From a name as clients write it to an offer or a model: `gpt-oss-120b@groq`, `openai/gpt-oss-120b`, `o1-2024-12-17`.

An index is made once from the catalog; a name that it holds costs one look-up. Only a name that it does not hold is
taken apart: a date or `-latest` off its end, then what stands before its last `/`. The first form that is known wins,
so a name that a provider really uses is never cut.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from halfopen.catalog.snapshot import Catalog

DATED = re.compile(r"(?:[-@](?:20\d{6}|20\d{2}-\d{2}-\d{2})|-latest)$")
LONGEST = 200  # characters; nothing longer is anybody's name, and it is not looked at


@dataclass(frozen=True, slots=True)
class OfferNamed:
    """One model at one provider, by the offer's id."""

    id: str


@dataclass(frozen=True, slots=True)
class ModelNamed:
    """A model, wherever it is served."""

    model: str


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """All that the name could mean, sorted: models, or offers if it named a provider."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing of that name; up to three models that are written nearly so, the nearest first."""

    nearest: tuple[str, ...]


Match = OfferNamed | ModelNamed | Ambiguous | Unknown


@dataclass(frozen=True, slots=True)
class Names:
    """Every written form of every model and offer, in small letters, and what it means."""

    written: Mapping[str, Match]
    models: Mapping[str, tuple[str, ...]]  # the models of a written form
    offers: Mapping[str, str]  # ids by their form in small letters


def index(whole: Catalog) -> Names:
    """The names of a catalog. A model's own name means that model, whoever else is called so."""
    forms: dict[str, set[str]] = {}
    for form, model in _forms(whole):
        forms.setdefault(form.casefold(), set()).add(model)
    forms.update({name.casefold(): {name} for name in whole.models})
    models = {form: tuple(sorted(meant)) for form, meant in forms.items()}
    offers = {id.casefold(): id for id in whole.offers}
    written: dict[str, Match] = {form: _meant(meant) for form, meant in models.items()}
    written.update({form: OfferNamed(id) for form, id in offers.items()})
    return Names(written, models, offers)


def match(name: str, names: Names) -> Match:
    """What a client's name means. Never raises."""
    known = names.written.get(name)
    if known or len(name) > LONGEST:
        return known or Unknown(())
    form = name.strip().casefold()
    return names.written.get(form) or _taken_apart(form, names)


def _forms(whole: Catalog) -> Iterator[tuple[str, str]]:
    for model in whole.models.values():
        for form in (model.title, *model.aliases):
            yield form, model.name
    for offer in whole.offers.values():
        for form in (offer.served_as, *offer.also):
            yield form, offer.model
            yield f"{offer.provider}/{form}", offer.model


def _meant(models: tuple[str, ...]) -> Match:
    return ModelNamed(models[0]) if len(models) == 1 else Ambiguous(models)


def _taken_apart(name: str, names: Names) -> Match:
    models = _models(name, names)
    if models:
        return _meant(models)
    model, _, provider = name.rpartition("@")
    ids = [names.offers[id] for id in (f"{meant}@{provider}" for meant in _models(model, names)) if id in names.offers]
    if ids:
        return OfferNamed(ids[0]) if len(ids) == 1 else Ambiguous(tuple(sorted(ids)))
    return Unknown(_nearest(model or name, names))


def _models(name: str, names: Names) -> tuple[str, ...]:
    """The models of the first form of the name that is known."""
    return next((names.models[form] for form in _shorter(name) if form in names.models), ())


def _shorter(name: str) -> Iterable[str]:
    last = name.rpartition("/")[2]
    return name, DATED.sub("", name), last, DATED.sub("", last)


def _nearest(name: str, names: Names) -> tuple[str, ...]:
    forms = difflib.get_close_matches(name, names.models, n=12)
    return tuple(dict.fromkeys(model for form in forms for model in names.models[form]))[:3]
