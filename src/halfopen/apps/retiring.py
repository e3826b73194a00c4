"""What of the catalog this team uses, what of that retires soon or has, and what could be used instead.

In use is what stands on an itinerary that a lane or an alias would give today, and an offer that an alias names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from halfopen.advisor.quality import OVERALL, Quality, qualities
from halfopen.advisor.successor import Proposal, retiring
from halfopen.apps.roster import Roster
from halfopen.catalog.check import RETIRING_DAYS
from halfopen.catalog.match import OfferNamed, match
from halfopen.errors import Fault, Retired
from halfopen.policy.decide import decide
from halfopen.policy.rules import PREFIX, Policy
from halfopen.policy.world import Ask, Health, World
from halfopen.wire.table import DIALECTS


@dataclass(frozen=True, slots=True)
class Retirement:
    """An offer in use that goes, or is gone: when, in how many days, what uses it, and what could be used instead.

    `days` is 0 or less where it has retired. `named` is the model that the catalog names. `proposal` is an offer that
    this team can call today and that is no further out than this one; None: none was looked for, or there is none.
    """

    offer: str
    day: date
    days: int
    used_by: tuple[str, ...]
    named: str | None
    proposal: Proposal | None = None

    def __str__(self) -> str:
        when = f"retires on {self.day}, in {self.days} days" if self.days > 0 else f"retired on {self.day}"
        said = f"{self.offer} {when}; {'' if self.days > 0 else 'still '}used by {', '.join(self.used_by)}"
        named = f" After it comes {self.named}, as the catalog has it." if self.named else ""
        told = f" Instead: {self.proposal.offer} ({self.proposal.why})." if self.proposal else ""
        return f"{said}.{told}" + ("" if self.proposal and self.proposal.model == self.named else named)


def in_use(world: World, policy: Policy) -> Mapping[str, tuple[str, ...]]:
    """Offer -> what uses it: lanes and aliases. What has retired is there only if nothing else could serve them."""
    users: dict[str, dict[str, None]] = {}
    asked = [(f"lane {lane}", PREFIX + lane) for lane in policy.lanes]
    asked += [(f"alias {alias}", alias) for alias in policy.aliases]
    for user, name in asked:
        for offer in _served_by(name, world, policy):
            users.setdefault(offer, {})[user] = None
    return {offer: tuple(by) for offer, by in sorted(users.items())}


def retirements(world: World, policy: Policy) -> tuple[Retirement, ...]:
    """What is in use and retires within RETIRING_DAYS of the world's day, the next first. It takes milliseconds."""
    return tuple(one for one in ends(world, policy) if one.days > 0)


def ends(world: World, policy: Policy) -> tuple[Retirement, ...]:
    """The same and, before it, what has retired and is still meant by a lane or an alias."""
    candidates = {candidate.id: candidate for candidate in world.candidates}
    found = []
    for offer, by in in_use(world, policy).items():
        candidate = candidates[offer]
        left = (candidate.retires - world.day).days if candidate.retires else None
        if candidate.retires and left is not None and left <= RETIRING_DAYS:
            found.append(Retirement(offer, candidate.retires, left, by, candidate.successor))
    return tuple(sorted(found, key=lambda one: (one.day, one.offer)))


def advised(book: Roster, world: World, policy: Policy) -> tuple[Retirement, ...]:
    """All `ends`, with an offer to use instead by rating, price and capability. It takes longer, for the ratings."""
    found = ends(world, policy)
    rated = qualities(book.catalog.models, OVERALL, world.day) if found else {}
    return tuple(replace(one, proposal=_instead(one.offer, book, rated, world.day)) for one in found)


def _instead(offer: str, book: Roster, rated: Mapping[str, Quality], day: date) -> Proposal | None:
    """The first proposal out of what can be called and is as near: nobody is told to send what is private abroad."""
    whole = book.catalog
    reach = _circle(book, whole.offers[offer].provider)
    near = {
        id: row
        for id, row in whole.offers.items()
        if id == offer or (not book.lacks[row.provider] and _circle(book, row.provider) <= reach)
    }
    told = retiring(replace(whole, offers=near), rated, day, [offer])
    return next((proposal for one in told for proposal in one.proposals), None)


def _circle(book: Roster, provider: str) -> int:
    return book.zones.index(book.zone_of.get(provider, book.zones[-1]))


def _served_by(name: str, world: World, policy: Policy) -> Iterator[str]:
    named = match(policy.aliases.get(name, name), world.names)
    if isinstance(named, OfferNamed):
        yield named.id
    for dialect in DIALECTS:
        try:
            decision = decide(Ask(name, dialect), {}, world, Health(), policy, 0)
        except Fault:  # an alias of what is not there; `explain` says so
            continue
        yield from (candidate.id for candidate in decision.itinerary)
        if decision.stop and decision.stop.kind is Retired:
            yield from (refused.offer for refused in decision.refused if refused.gate == "retired")
