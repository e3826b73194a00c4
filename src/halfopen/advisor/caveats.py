"""What has to be said beside a fact: that a score is of one variant or of a preview, that nobody saw the weights."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from halfopen.catalog.model import Model, Rating
from halfopen.catalog.snapshot import Catalog, catalog
from halfopen.catalog.source import sources_of

# How boards name the settings and the builds of one model.
EFFORTS = frozenset(("minimal", "low", "medium", "high", "xhigh", "max", "thinking", "reasoning", "instant"))
BUILDS = frozenset(("preview", "beta", "exp", "experimental"))


def variant(rating: Rating, model: Model) -> str | None:
    """The name on the board, if it is that of an effort or of a build of the model; None: it is the plain model's."""
    if rating.named is None:
        return None
    said = rating.named.casefold()
    known = {_plain(each) for each in (model.name, model.title, *model.aliases)}
    parts = re.split(r"[-_ ()]+", said)
    cut = next((at for at in range(len(parts), 0, -1) if _plain("".join(parts[:at])) in known), None)
    rest = set(parts[cut:]) if cut is not None else set()
    return rating.named if rest & (EFFORTS | BUILDS) else None


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9.]", "", name.casefold())


def preview(rating: Rating, model: Model) -> date | None:
    """The day of the model's release, if the score is of an earlier day and so of a preview."""
    return model.released if model.released and rating.day < model.released else None


def beside(rating: Rating, model: Model) -> str:
    """The same in words, to stand after a score; empty where there is nothing to say."""
    named, out = variant(rating, model), preview(rating, model)
    said = [f"scored as `{named}`"] if named else []
    said += [f"as a preview, before its release on {out}"] if out else []
    return ", ".join(said)


def doubt(model: Model) -> str | None:
    """Why it is not sure that its weights are open, or closed: from memory, or another source says otherwise."""
    found = sources_of("weights", model.sources)
    if found and all(source.recalled for source in found):
        return f"recalled: {'; '.join(source.name for source in found)}"
    other = next((each for each in model.disagreements if each.field == "weights"), None)
    return f"disputed: {other.source.name} says {other.says}" if other else None


def known_on(whole: Catalog, day: date) -> Catalog:
    """The catalog without the models that are not known to have been released by a day, and without their offers.

    Where the day of release is not known, the first day of which anything is known of it counts.
    """
    priced: dict[str, date] = {}
    for offer in whole.offers.values():
        for line in offer.prices[:1]:
            priced[offer.model] = min(line.since, priced.get(offer.model, line.since))
    later = {name for name, model in whole.models.items() if _first_known(model, priced.get(name)) > day}
    return without(whole, later) if later else whole


def _first_known(model: Model, priced: date | None) -> date:
    if model.released:
        return model.released
    seen = [source.checked for source in model.sources] + [rating.day for rating in model.ratings]
    return min([*seen, *([priced] if priced else [])], default=date.min)


def real(whole: Catalog) -> Catalog:
    """The catalog without what is simulated, about which nothing can be claimed."""
    made_up = {name for name, model in whole.models.items() if model.simulated}
    hosts = {name for name, provider in whole.providers.items() if provider.simulated}
    left = without(whole, made_up) if made_up else whole
    return replace(left, offers={id: o for id, o in left.offers.items() if o.provider not in hosts}) if hosts else left


def without(whole: Catalog, models: set[str]) -> Catalog:
    return catalog(
        (model for name, model in whole.models.items() if name not in models),
        whole.providers.values(),
        (offer for offer in whole.offers.values() if offer.model not in models),
        whole.exchange,
        whole.places,
    )
