"""What to use instead of an offer that retires: the same model elsewhere, or one as good, as able and about as dear.

An offer is a candidate if it stands for longer than the warning reaches. The same model at another host loses nothing,
and so comes first; then the successor that the catalog names, if it can be had; then the others, in order by what would
be lost: abilities first (what the old one does and the new one is not known to do), then whether it is worse by more
than 25 Elo, then the price.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from halfopen.advisor.pair import difference
from halfopen.advisor.quality import Quality
from halfopen.advisor.table import Seat, seats
from halfopen.advisor.worth import Shape, Worth
from halfopen.catalog.model import Model
from halfopen.catalog.snapshot import Catalog

WARNING = timedelta(days=90)
MOST = 3  # proposals
CLOSE = 25.0  # Elo: a parity of 93 per cent
DEARER = Decimal("1.5")  # times the old price, beyond which a proposal says that it costs more


@dataclass(frozen=True, slots=True)
class Proposal:
    """An offer to use instead, and why, as a sentence."""

    offer: str
    model: str
    why: str
    lost: tuple[str, ...]  # what the old one does and this one is not known to do
    ratio: Decimal | None  # of its price today to the old one's


@dataclass(frozen=True, slots=True)
class Retiring:
    """An offer that retires within the warning, or has: when, what the provider names instead, what we would."""

    offer: str
    day: date
    left: int  # days; less than 0: gone
    named: str | None  # the model that the catalog's sources name as its successor
    proposals: tuple[Proposal, ...]


def retiring(
    whole: Catalog, rated: Mapping[str, Quality], day: date, offers: Sequence[str] | None = None
) -> tuple[Retiring, ...]:
    """The offers (all, or those named) that retire within 90 days of a day or have retired, soonest first."""
    found = seats(whole, Shape(), day, {})
    named = None if offers is None else set(offers)
    going = [
        (seat.offer.retires, seat)
        for rows in found.values()
        for seat in rows
        if seat.offer.retires and seat.offer.retires <= day + WARNING and (named is None or seat.offer.id in named)
    ]
    going.sort(key=lambda each: (each[0], each[1].offer.id))
    staying = _staying(found, day)
    return tuple(
        Retiring(
            seat.offer.id,
            last,
            (last - day).days,
            seat.offer.successor,
            tuple(_proposed(seat, staying, whole, rated)),
        )
        for last, seat in going
    )


def _staying(found: Mapping[str, Sequence[Seat]], day: date) -> Sequence[Seat]:
    """The cheapest offer of each model that stands for longer than the warning reaches; simulated ones are none."""
    firsts = (next((seat for seat in rows if not seat.gone and _stays(seat, day)), None) for rows in found.values())
    return [seat for seat in firsts if seat and not seat.provider.simulated]


def _stays(seat: Seat, day: date) -> bool:
    return seat.offer.retires is None or seat.offer.retires > day + WARNING


def _proposed(old: Seat, staying: Sequence[Seat], whole: Catalog, rated: Mapping[str, Quality]) -> Iterator[Proposal]:
    named = (old.offer.model, old.offer.successor)
    able = [seat for seat in staying if seat.offer.model in named or seat.offer.model in rated]
    for seat in sorted(able, key=lambda seat: _loss(old, seat, whole, rated))[:MOST]:
        yield _proposal(old, seat, whole, rated)


def _loss(
    old: Seat, new: Seat, whole: Catalog, rated: Mapping[str, Quality]
) -> tuple[bool, bool, int, bool, bool, float, str]:
    before, after = whole.models[old.offer.model], whole.models[new.offer.model]
    same = before is after
    ratio = _ratio(old, new)
    worse = not same and _worse(rated.get(before.name), rated.get(after.name))
    lost = len(_lost(before, after, old, new))
    other = after.name != old.offer.successor
    highest = max(filter(None, (ratio, _times(old.worth, new.later))), default=None)
    return not same, other, lost, worse, highest is None or highest > DEARER, float(highest or 0), new.offer.id


def _worse(before: Quality | None, after: Quality | None) -> bool:
    if before is None:
        return False
    return after is None or before.score - after.score > CLOSE


def _lost(before: Model, after: Model, old: Seat, new: Seat) -> tuple[str, ...]:
    """What the old one does and the new one is not known to do."""
    lost = [f"reads {each}" for each in before.modalities if each not in after.modalities]
    lost += [f"produces {each}" for each in before.produces if each not in after.produces]
    lost += [what for what, was, now in _yes_or_no(before, after) if was and not now]
    length, longest = old.offer.context or before.context, new.offer.context or after.context
    if length and (longest is None or longest < length):
        lost.append(f"a context of {length:,} tokens")
    return tuple(lost)


def _yes_or_no(before: Model, after: Model) -> Iterator[tuple[str, bool | None, bool | None]]:
    yield "calls tools", before.tools, after.tools
    yield "reasons before it answers", before.reasoning, after.reasoning
    yield "open weights", before.weights == "open", after.weights == "open"


def _ratio(old: Seat, new: Seat) -> Decimal | None:
    return _times(old.worth, new.worth)


def _times(old: Worth | None, new: Worth | None) -> Decimal | None:
    was, now = old.dollars if old else None, new.dollars if new else None
    return (now / was).quantize(Decimal("0.01")) if was and now is not None else None


def _then(old: Seat, new: Seat) -> str:
    """What its price will be to the old one's of today, where a change of it within 90 days is known."""
    ratio = _times(old.worth, new.later)
    return f", from {new.later.since} at {ratio} times" if new.later and ratio is not None else ""


def _proposal(old: Seat, new: Seat, whole: Catalog, rated: Mapping[str, Quality]) -> Proposal:
    before, after = whole.models[old.offer.model], whole.models[new.offer.model]
    ratio, lost = _ratio(old, new), _lost(before, after, old, new)
    price = "unpriced beside it" if ratio is None else f"at {ratio} times the price{_then(old, new)}"
    named = "named by the catalog, " if after.name == old.offer.successor else ""
    why = f"the same model, {price}" if before is after else f"{named}{_beside(before, after, rated)}, {price}"
    if lost:
        why += f"; not known of it: {', '.join(lost)}"
    return Proposal(new.offer.id, after.name, why, lost, ratio)


def _beside(before: Model, after: Model, rated: Mapping[str, Quality]) -> str:
    was, now = rated.get(before.name), rated.get(after.name)
    if was is None or now is None:
        return "rated beside an unrated one" if now else "unrated"
    gap, mark = difference(now, was), ", estimated" if "estimated" in (was.basis, now.basis) else ""
    return f"{gap.value:+.0f} Elo ({gap.low:+.0f} to {gap.high:+.0f}{mark})"
