"""Rows of a team's own over those that ship: later price lines, days of retirement, scores. History stays as it is.

A file of the overlay says what is *added* to rows that are there:

    offers:
      - offer: gpt-4.1@openai
        prices: [{since: 2026-12-01, input: 1.5, output: 6, source: {name: their page, checked: 2026-12-01}}]
        retires: 2027-01-14
        successor: gpt-6.1-sol
        source: {name: their page, checked: 2026-12-01}
    models:
      - model: gpt-4.1
        ratings: [...]

A price line is added only if it is later than every line of the row, so that a newer release, which knows more, wins
and no day that has been is priced anew. A day of retirement stands unless the row's own was seen later, and no line
begins on it or after it. A line that is left out for this is told.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from halfopen.catalog.diff import rates_of
from halfopen.catalog.model import Model, Rating
from halfopen.catalog.offer import Offer
from halfopen.catalog.price import PriceLine, in_force
from halfopen.catalog.snapshot import Catalog
from halfopen.catalog.source import Disagreement, Source, sources_of
from halfopen.documents import Complaints, amiss


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """What is added to an offer. `source` vouches for `retires`; a price line has its own."""

    offer: str
    prices: tuple[PriceLine, ...] = ()
    retires: date | None = None
    successor: str | None = None
    source: Source | None = None

    def __post_init__(self) -> None:
        if self.retires and not self.source:
            raise Complaints([amiss("source", "nothing", "the source of `retires`")])


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """What is added to a model."""

    model: str
    ratings: tuple[Rating, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """One file of additions."""

    offers: tuple[Addition, ...] = ()
    models: tuple[Scores, ...] = ()

    def __post_init__(self) -> None:
        """Raises Complaints for an offer that is given two days of retirement."""
        seen: dict[str, Addition] = {}
        for place, added in enumerate(self.offers):
            first = seen.setdefault(added.offer, added) if added.retires else added
            if first.retires != added.retires:
                found = f"`{added.retires}`, and {first.retires} above for {added.offer}"
                raise Complaints([amiss(f"offers[{place}].retires", found, "one day of retirement for an offer")])


def laid_over(whole: Catalog, overlays: Mapping[str, Overlay]) -> tuple[Catalog, tuple[str, ...]]:
    """The catalog with the additions of all files in it, and a sentence on each addition that found no place.

    Raises Complaints for additions that make a row unsound, by the file's name.
    """
    offers, models, left = dict(whole.offers), dict(whole.models), list[str]()
    for file, overlay in sorted(overlays.items()):
        for added in overlay.offers:
            if added.offer in offers:
                before = offers[added.offer]
                offers[added.offer] = after = _in_file(file, before, added)
                left += [f"{file}: {each}" for each in _left_out(before, after, added)]
            else:
                left.append(f"{file}: there is no offer {added.offer}, so what is said of it is not used")
        for scores in overlay.models:
            if scores.model in models:
                models[scores.model] = _scored(models[scores.model], scores)
            else:
                left.append(f"{file}: there is no model {scores.model}, so its scores are not used")
    return replace(whole, offers=offers, models=models), tuple(left)


def with_addition(offer: Offer, added: Addition) -> Offer:
    """An offer with what is added to it. Raises Complaints if that makes it unsound."""
    last = offer.prices[-1].since if offer.prices else date.min
    later = tuple(line for line in added.prices if line.since > last or not offer.prices)
    known = sources_of("retires", offer.sources)
    newest = max((source.checked for source in known), default=date.min) if offer.retires else date.min
    taken = added.source is not None and added.source.checked >= newest
    end = (added.retires if taken else None) or offer.retires or date.max
    lines = tuple(line for line in (*offer.prices, *later) if line.since < end)
    if added.retires is None or added.source is None or added.retires == offer.retires or not taken:
        return replace(offer, prices=lines)
    told = replace(added.source, of=("retires",))
    was = [Disagreement(field="retires", says=str(offer.retires), source=s) for s in known[:1] if offer.retires]
    return replace(
        offer,
        prices=lines,
        retires=added.retires,
        successor=added.successor or offer.successor,
        sources=(*offer.sources, told),
        disagreements=(*offer.disagreements, *was),
    )


def merged(old: Overlay, new: Overlay) -> Overlay:
    """One file's additions with later ones: lines and scores that stand are kept, a day of retirement is replaced."""
    offers = {added.offer: added for added in old.offers}
    for added in new.offers:
        offers[added.offer] = _joined(offers.get(added.offer), added)
    models = {scores.model: scores for scores in old.models}
    for scores in new.models:
        known = models.get(scores.model, Scores(model=scores.model)).ratings
        more = tuple(rating for rating in scores.ratings if _board(rating) not in set(map(_board, known)))
        models[scores.model] = Scores(model=scores.model, ratings=(*known, *more))
    return Overlay(offers=tuple(offers.values()), models=tuple(models.values()))


def written(overlay: Overlay, about: str) -> str:
    """The text of a file: YAML, one addition a line, nothing in it that `documents.read` would guess at."""
    lines = [f"# {about}"]
    for name in ("offers", "models"):
        rows = getattr(overlay, name)
        lines += [f"{name}:", *(f"  - {_flow(row)}" for row in rows)] if rows else []
    return "\n".join(lines) + "\n"


def _in_file(file: str, offer: Offer, added: Addition) -> Offer:
    try:
        return with_addition(offer, added)
    except Complaints as wrong:
        told = [replace(one, file=file, line=1, field=f"{added.offer}.{one.field}") for one in wrong.complaints]
        raise Complaints(told) from None


def _left_out(before: Offer, after: Offer, added: Addition) -> Iterator[str]:
    """A sentence for each price line that has no place, unless what holds on its day is the same."""
    for line in (*before.prices, *added.prices):
        held = in_force(after.prices, line.since)
        if line in after.prices or (held and rates_of(held) == rates_of(line)):
            continue
        if after.retires and line.since >= after.retires:
            why = f"it retires on {after.retires}"
        else:
            why = f"there is one of {before.prices[-1].since} already, and a line is appended"
        yield f"the price of {added.offer} from {line.since} is not used: {why}"


def _joined(old: Addition | None, new: Addition) -> Addition:
    if old is None:
        return new
    last = max((line.since for line in old.prices), default=date.min)
    later = tuple(line for line in new.prices if line.since > last)
    newer = new if new.retires else old
    return replace(newer, prices=(*old.prices, *later))


def _scored(model: Model, scores: Scores) -> Model:
    known = set(map(_board, model.ratings))
    more = tuple(rating for rating in scores.ratings if _board(rating) not in known)
    return replace(model, ratings=(*model.ratings, *more))


def _board(rating: Rating) -> tuple[str, date, bool, str]:
    return rating.board, rating.day, rating.style_control, rating.category


def _flow(value: Any) -> str:
    """A value in YAML's flow style. Text is quoted as JSON does it, so that a `NO` stays text."""
    if is_dataclass(value) and not isinstance(value, type):
        return "{" + ", ".join(f"{name}: {_flow(each)}" for name, each in _said(value)) + "}"
    if isinstance(value, tuple):
        return f"[{', '.join(map(_flow, value))}]"
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value) if isinstance(value, date) else json.dumps(value, ensure_ascii=False)


def _said(row: Any) -> Iterator[tuple[str, Any]]:
    """The fields of a row that say something other than their default."""
    for each in fields(row):
        value = getattr(row, each.name)
        if value not in (None, (), "") and value != each.default:
            yield each.name, value


def names(overlay: Overlay) -> Iterable[str]:
    """The offers and models that a file adds to."""
    return [*(added.offer for added in overlay.offers), *(scores.model for scores in overlay.models)]
