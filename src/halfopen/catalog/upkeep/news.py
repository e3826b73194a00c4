"""What newer sources say that the catalog does not, as proposals: each taken into an overlay, or left with a reason.

There are two kinds of source. A price table (`from_table`) has dated lines and a version. A provider's own list of
models (`from_list`) says what holds today, so what it changes begins today. Neither may overwrite anything: what
comes of them is a later line, or a day of retirement that has not come yet.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from halfopen.catalog.check import apart, lines_apart
from halfopen.catalog.diff import rate_said, rates_changed
from halfopen.catalog.match import ModelNamed, Names, match
from halfopen.catalog.offer import Offer
from halfopen.catalog.price import PriceLine, in_force, rated
from halfopen.catalog.snapshot import Catalog
from halfopen.catalog.source import Source
from halfopen.catalog.upkeep.overlay import Addition, Overlay, with_addition
from halfopen.documents import Complaints

DOUBTFUL = 10  # a price that changes by more than this factor is more likely a unit that was misread
VERSION = re.compile(r"\d+(?:\.\d+)+")


@dataclass(frozen=True, slots=True)
class Listed:
    """One model in a provider's list: its names there, and what the list says of it. None: it says nothing."""

    names: tuple[str, ...]
    line: PriceLine | None = None
    retires: date | None = None
    successor: str | None = None  # as the provider calls it


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a source says of an offer that the catalog does not. `why_not` says why it is left; empty: it is taken."""

    offer: str
    field: str  # prices, retires or listed
    says: str
    source: str
    addition: Addition | None = None
    why_not: str = ""
    rates: Mapping[str, tuple[Decimal | None, Decimal | None]] | None = None


def from_table(
    whole: Catalog,
    quoted: Mapping[str, tuple[PriceLine, ...]],
    table: str,
    version: str,
    day: date,
    borrowed: Container[str] = (),
) -> tuple[Proposal, ...]:
    """What the dated lines of a price table add to the offers' own, on a day. An undated line begins on date.min.

    `borrowed` are offers for which the table has only what another provider takes: no news of theirs is taken.
    """
    offers = [offer for id, offer in whole.offers.items() if id in quoted and _open(offer, day)]
    found = [p for offer in offers for p in _of_table(offer, quoted[offer.id], table, version, day)]
    other = f"{table} has no price of that host, only what another takes for the model"
    return tuple(replace(p, why_not=p.why_not or other) if p.offer in borrowed else p for p in found)


def from_list(
    whole: Catalog, names: Names, provider: str, listed: Iterable[Listed], source: Source
) -> tuple[Proposal, ...]:
    """What a provider's list says of its offers on the day it was seen, which is when `source` was checked."""
    by_name = {name: entry for entry in listed for name in reversed(entry.names)}
    found: list[Proposal] = []
    for offer in whole.offers.values():
        if offer.provider != provider or not _open(offer, source.checked):
            continue
        entry = next((by_name[name] for name in (offer.served_as, *offer.also) if name in by_name), None)
        if entry is None:
            says, why = f"`{offer.served_as}` is not in its list", "a list has no dates; look it up"
            found.append(Proposal(offer.id, "listed", says, source.name, why_not=why))
            continue
        found += _price_today(offer, entry.line, source) if entry.line else ()
        found += _end(whole, names, offer, entry, source) if entry.retires else ()
    return tuple(found)


def from_overlay(whole: Catalog, overlay: Overlay) -> tuple[Proposal, ...]:
    """What a file of the team's own adds. It is believed; what would change nothing is left."""
    return tuple(p for added in overlay.offers for p in _of_file(whole.offers.get(added.offer), added))


def additions(proposals: Iterable[Proposal]) -> tuple[Addition, ...]:
    """What was taken, joined by offer."""
    joined: dict[str, Addition] = {}
    for proposal in proposals:
        if (new := proposal.addition) is None or proposal.why_not:
            continue
        old = joined.get(new.offer)
        start = new if old is None or new.retires else old
        joined[new.offer] = replace(start, prices=(*(old.prices if old else ()), *new.prices))
    return tuple(joined.values())


def stand_in(whole: Catalog, offer: Offer, day: date) -> str | None:
    """A model to use instead if nobody names one: the next in its line, or else the newest of its lab that is sold."""
    alive = {o.model for o in whole.offers.values() if o.retires is None or o.retires > day} - {offer.model}
    model = whole.models.get(offer.model)
    kin = [m for m in whole.models.values() if model and m.name in alive and m.lab == model.lab]
    heirs = [m for m in kin if m.predecessor == offer.model]
    newest = max(heirs or kin, key=lambda m: m.released or date.min, default=None)
    return offer.successor or (newest.name if newest else None)


def _of_file(offer: Offer | None, added: Addition) -> Iterator[Proposal]:
    if offer is None:
        yield Proposal(added.offer, "prices", "is not in the catalog", "your file", why_not="there is no such offer")
        return
    before = offer.prices[-1] if offer.prices else None
    for line in added.prices:
        if line in offer.prices:
            continue
        told = _taken(offer, before, line)
        late = f"ours has a line of {before.since} already" if before and line.since <= before.since else ""
        yield replace(told, why_not=late)
        before = before if late else line
    if added.retires and added.source and added.retires != offer.retires:
        end = replace(added, prices=(), successor=added.successor or offer.successor)
        says = f"{offer.retires or '-'} -> {added.retires}"
        yield Proposal(offer.id, "retires", says, added.source.name, end)


def _open(offer: Offer, day: date) -> bool:
    return offer.retires is None or offer.retires > day


def _of_table(offer: Offer, theirs: tuple[PriceLine, ...], table: str, version: str, day: date) -> Iterator[Proposal]:
    ours, now = in_force(offer.prices, day), in_force(theirs, day)
    last = offer.prices[-1] if offer.prices else None
    if now is not None and (ours is None or (now.since <= ours.since and lines_apart(ours, now))):
        proposal = _undated(offer, ours, now, table, version, day)
        yield proposal
        last = last if proposal.why_not or not proposal.addition else proposal.addition.prices[0]
    for line in theirs:
        later = line.since > (last.since if last else day)
        if later and (last is None or lines_apart(last, line)):
            yield _taken(offer, last, line)
            last = line


def _undated(offer: Offer, last: PriceLine | None, now: PriceLine, table: str, version: str, day: date) -> Proposal:
    """What is in force there without a date after ours: new if the table is newer than the one that ours is from."""
    undated = "" if now.since > date.min else ", undated there"
    source = Source(name=f"{table} {version}{undated}, first seen on {day}", checked=day)
    since = day if last or now.since == date.min else now.since
    proposal = _taken(offer, last, replace(now, since=since, source=source))
    return replace(proposal, why_not=_older(last, table, version) or proposal.why_not) if last else proposal


def _older(last: PriceLine, table: str, version: str) -> str:
    """Why a table's price, without a date, is not taken for news."""
    if last.differs:
        return f"it differs on purpose: {last.differs}"
    if not last.source.name.startswith(table):
        return f"ours is from {last.source.name}; `halfopen catalog check` shows the disagreement"
    seen = VERSION.search(last.source.name)
    if seen and _number(version) <= _number(seen[0]):
        return f"ours was read from {table} {seen[0]}, which is not older"
    return ""


def _number(version: str) -> tuple[int, ...]:
    found = VERSION.search(version)
    return tuple(map(int, found[0].split("."))) if found else ()


def _price_today(offer: Offer, line: PriceLine, source: Source) -> Iterator[Proposal]:
    ours = in_force(offer.prices, source.checked)
    if ours is None:
        yield _taken(offer, None, line)
        return
    if not lines_apart(ours, line) and not _new_tiers(ours, line):
        return
    told = _taken(offer, ours, line)
    names = {name for name, _ in rated(line)}
    untold = [name for name, _ in rated(ours) if name not in names]
    why = f"it does not tell the price of {', '.join(untold)}, which ours has" if untold else ""
    why = why or (f"it differs on purpose: {ours.differs}" if ours.differs else "")
    yield replace(told, why_not=why or told.why_not)


def _new_tiers(ours: PriceLine, line: PriceLine) -> bool:
    return bool({name for name, _ in rated(line)} - {name for name, _ in rated(ours)})


def _taken(offer: Offer, before: PriceLine | None, line: PriceLine) -> Proposal:
    """A later line, unless it makes no sense."""
    rates = rates_changed(before, line)
    told = ", ".join(rate_said(name, *pair) for name, pair in list(rates.items())[:4])
    says = f"from {line.since}: {told}{', ...' if len(rates) > 4 else ''}"
    why = _senseless(offer, before, line)
    return Proposal(offer.id, "prices", says, line.source.name, Addition(offer=offer.id, prices=(line,)), why, rates)


def _senseless(offer: Offer, before: PriceLine | None, line: PriceLine) -> str:
    if before and before.currency != line.currency:
        return f"it is in {line.currency} and ours is in {before.currency}"
    if offer.prices and line.since <= offer.prices[-1].since:
        return f"ours has a line of {offer.prices[-1].since} already"
    if offer.retires and line.since >= offer.retires:
        return f"it retires on {offer.retires}"
    far = apart(before, line) if before else {}
    jumps = [kind for kind, (a, b) in far.items() if not _near(a, b)]
    if jumps and not offer.free:
        return f"{', '.join(jumps)} would change by more than {DOUBTFUL} times"
    try:
        with_addition(offer, Addition(offer=offer.id, prices=(line,)))
    except Complaints as wrong:
        return str(wrong)
    return ""


def _near(a: Decimal, b: Decimal) -> bool:
    return max(a, b) <= DOUBTFUL * min(a, b)


def _end(whole: Catalog, names: Names, offer: Offer, entry: Listed, source: Source) -> Iterator[Proposal]:
    if entry.retires is None or entry.retires == offer.retires:
        return
    meant = match(entry.successor, names) if entry.successor else None
    named = meant.model if isinstance(meant, ModelNamed) and meant.model != offer.model else None
    successor = named or stand_in(whole, offer, source.checked)
    says = f"{offer.retires or '-'} -> {entry.retires}" + (f"; {successor} comes after it" if successor else "")
    added = Addition(offer=offer.id, retires=entry.retires, successor=successor, source=source)
    why = "" if successor else "no model of the catalog can be named to come after it"
    yield Proposal(offer.id, "retires", says, source.name, added, why)
