"""The table of `halfopen compare`: a row for each model, with its rating, its offers and whether it is efficient.

What is asked for is a `Wanted`; a row is kept only where it is known to fit. A model whose context, price or licence
nobody knows does not fit a limit on it, and how many were left out for that is said beside the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from halfopen.advisor.frontier import Place, frontier
from halfopen.advisor.quality import OVERALL, Quality
from halfopen.advisor.worth import Shape, Worth, coming, worth
from halfopen.catalog.model import Forbids, Model
from halfopen.catalog.offer import Offer
from halfopen.catalog.price import STANDARD
from halfopen.catalog.provider import Hosting, Provider, hosting_of
from halfopen.catalog.snapshot import Catalog

# What a licence can be asked to allow, and what it must not forbid then.
ALLOWANCES: Mapping[str, tuple[Forbids, ...]] = {
    "commercial": ("commercial_use",),
    "large": ("over_700m_users", "large_companies", "commercial_use"),
    "eu": ("eu_multimodal",),
    "training": ("other_models",),
    "hosting": ("hosting", "commercial_use"),
}
LISTS = ("genai-prices", "LiteLLM", "models.dev")  # which do not say when an offer was last seen
SORTS = ("rating", "price", "context", "released", "name")
Sort = Literal["rating", "price", "context", "released", "name"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the table shall show. `most` is in dollars a million tokens at the shape, `reach` the zones allowed."""

    category: str = OVERALL
    weights: Literal["open", "closed"] | None = None
    reach: frozenset[str] | None = None
    most: Decimal | None = None
    modalities: frozenset[str] = frozenset()
    providers: frozenset[str] = frozenset()
    context: int | None = None
    allows: tuple[str, ...] = ()
    rated: bool = False  # measured or estimated
    gone: bool = False  # with those that cannot be had any more
    shape: Shape = Shape()
    sort: Sort = "rating"


@dataclass(frozen=True, slots=True)
class Seat:
    """One offer in a row: whose machines, at what price, in which zone, and whether it is gone.

    `later` is its price from a change within 90 days on; `maker` says whether the lab itself sells it. `unseen` is the
    day since which nobody saw it, because its maker ended the model then: it is gone as well, though not by a date of
    its own. `service` is how it is asked, as the price line calls it.
    """

    offer: Offer
    provider: Provider
    hosting: Hosting
    worth: Worth | None
    zone: str | None
    gone: bool
    later: Worth | None = None
    maker: bool = False
    unseen: date | None = None
    service: str = STANDARD


@dataclass(frozen=True, slots=True)
class Row:
    """One model. `seats` are its offers that fit, the cheapest first, the unpriced and the retired last."""

    model: Model
    quality: Quality | None
    seats: tuple[Seat, ...]
    place: Place = "off"

    @property
    def dollars(self) -> Decimal | None:
        """The lowest known price at the shape among the offers that still stand."""
        return next((seat.worth.dollars for seat in self.seats if not seat.gone and seat.worth), None)

    @property
    def gone(self) -> bool:
        """Closed, and no offer of it is left. Open weights do not retire."""
        return self.model.weights == "closed" and bool(self.seats) and all(seat.gone for seat in self.seats)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows in order, and how many models were left out because it is not known whether they fit, by what is not."""

    rows: tuple[Row, ...]
    unknown: Mapping[str, int] = field(default_factory=dict)
    gone: int = 0  # models that retired everywhere and are not shown


def seats(whole: Catalog, shape: Shape, day: date, zones: Mapping[str, str]) -> Mapping[str, tuple[Seat, ...]]:
    """Every offer by its model, the cheapest first. `zones` gives each provider's zone, none if no zone is drawn."""
    found: dict[str, list[Seat]] = {}
    for offer in whole.offers.values():
        provider, model = whole.providers[offer.provider], whole.models[offer.model]
        found.setdefault(offer.model, []).append(
            Seat(
                offer,
                provider,
                hosting_of(provider.hosting, model.weights),
                worth(offer, shape, day, whole.exchange),
                zones.get(provider.name),
                offer.retires is not None and offer.retires <= day,
                coming(offer, shape, day, whole.exchange),
                _made_by(provider, model),
            )
        )
    return {model: tuple(sorted(_checked(rows), key=_cheapest)) for model, rows in found.items()}


def _checked(rows: Sequence[Seat]) -> Sequence[Seat]:
    """When the last maker's offer of a closed model has retired, others stand only where they were seen after that."""
    makers = [seat for seat in rows if seat.maker and seat.hosting == "closed"]
    ends = [seat.offer.retires for seat in makers if seat.offer.retires and seat.gone]
    if not makers or len(ends) < len(makers):
        return rows
    ended = max(ends)
    unseen = [not seat.gone and seat.offer.retires is None and not _seen_after(seat.offer, ended) for seat in rows]
    return [replace(seat, gone=True, unseen=ended) if lost else seat for seat, lost in zip(rows, unseen, strict=True)]


def _seen_after(offer: Offer, day: date) -> bool:
    """Whether a source with a day of its own has it after that day. Lists keep what is sold no longer."""
    return any(
        source.checked > day and not source.recalled and not source.name.startswith(LISTS)
        for source in (*offer.sources, *(line.source for line in offer.prices))
    )


def _made_by(provider: Provider, model: Model) -> bool:
    return model.lab.casefold() in f"{provider.operator or ''} / {provider.title}".casefold()


def table(
    whole: Catalog, rated: Mapping[str, Quality], wanted: Wanted, day: date, zones: Mapping[str, str] | None = None
) -> Table:
    """The rows that fit, in order, with the frontier of those that are shown."""
    offers = seats(whole, wanted.shape, day, zones or {})
    unknown: dict[str, int] = {}
    rows: list[Row] = []
    gone = 0
    for model in whole.models.values():
        row = Row(model, rated.get(model.name), _fitting(offers.get(model.name, ()), model, wanted))
        why = _misfit(row, wanted, offers.get(model.name, ()))
        if why is None and row.gone and not wanted.gone:
            gone += 1
        elif why is None:
            rows.append(row)
        elif why:
            unknown[why] = unknown.get(why, 0) + 1
    places = frontier(_points(rows))
    marked = [Row(row.model, row.quality, row.seats, places.get(row.model.name, "off")) for row in rows]
    return Table(tuple(sorted(marked, key=ORDERS[wanted.sort])), unknown, gone)


def _points(rows: Iterable[Row]) -> Iterator[tuple[str, Decimal, Quality]]:
    """What is free to try is a taste with limits, and on no frontier."""
    for row in rows:
        if row.quality is not None and row.dollars:
            yield row.model.name, row.dollars, row.quality


def _cheapest(seat: Seat) -> tuple[bool, bool, bool, Decimal, int, str]:
    """What is free is a taste with limits, so it comes after what is sold; of one price the later end is first."""
    price = seat.worth.dollars if seat.worth else None
    end = seat.offer.retires or date.max
    return seat.gone, price is None, seat.offer.free, price or Decimal(0), -end.toordinal(), seat.offer.id


def _fitting(found: Sequence[Seat], model: Model, wanted: Wanted) -> tuple[Seat, ...]:
    return tuple(seat for seat in found if all(rule(seat, model, wanted) for rule in OF_OFFERS))


def _in_reach(seat: Seat, model: Model, wanted: Wanted) -> bool:
    return wanted.reach is None or seat.zone in wanted.reach


def _of_provider(seat: Seat, model: Model, wanted: Wanted) -> bool:
    return not wanted.providers or seat.provider.name in wanted.providers


def _affordable(seat: Seat, model: Model, wanted: Wanted) -> bool:
    price = seat.worth.dollars if seat.worth else None
    return wanted.most is None or (price is not None and price <= wanted.most)


def _long_enough(seat: Seat, model: Model, wanted: Wanted) -> bool:
    context = seat.offer.context or model.context
    return wanted.context is None or (context is not None and context >= wanted.context)


OF_OFFERS: tuple[Callable[[Seat, Model, Wanted], bool], ...] = (_in_reach, _of_provider, _affordable, _long_enough)


def _misfit(row: Row, wanted: Wanted, every: Sequence[Seat]) -> str | None:
    """None if the row fits; an empty string if it does not; a word for what is not known of it."""
    model = row.model
    if wanted.weights not in (None, model.weights) or not wanted.modalities <= set(model.modalities):
        return ""
    if wanted.rated and row.quality is None:
        return ""
    if wanted.allows:
        if model.forbids is None:
            return "licence terms"
        if any(barred in model.forbids for allowed in wanted.allows for barred in ALLOWANCES[allowed]):
            return ""
    if wanted.context is not None and model.context is None and not any(seat.offer.context for seat in every):
        return "context"
    about_offers = wanted.reach is not None or wanted.providers or wanted.most is not None
    living = [seat for seat in row.seats if not seat.gone]
    if about_offers and not (row.seats if wanted.gone else living):
        priced = any(seat.worth and seat.worth.dollars is not None for seat in every)
        return "price" if wanted.most is not None and every and not priced else ""
    if wanted.context is not None and every and not row.seats:
        return ""
    return None


def _by_rating(row: Row) -> tuple[object, ...]:
    return row.quality is None, -(row.quality.score if row.quality else 0), row.model.name


def _by_price(row: Row) -> tuple[object, ...]:
    return row.dollars is None, row.dollars or Decimal(0), row.model.name


def _by_context(row: Row) -> tuple[object, ...]:
    return row.model.context is None, -(row.model.context or 0), row.model.name


def _by_release(row: Row) -> tuple[object, ...]:
    released = row.model.released
    return released is None, -(released.toordinal() if released else 0), row.model.name


def _by_name(row: Row) -> tuple[object, ...]:
    return (row.model.name,)


ORDERS: Mapping[Sort, Callable[[Row], tuple[object, ...]]] = {
    "rating": _by_rating,
    "price": _by_price,
    "context": _by_context,
    "released": _by_release,
    "name": _by_name,
}
