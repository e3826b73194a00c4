"""Is the catalog true on a given day? Everything that is amiss, each finding with a severity, a file and a line.

    wrong     somebody must act: what nobody vouches for or saw on a day to come, what contradicts, what is routed to
              and gone
    warning   it is growing old: prices not looked at for 60 days, something in use that retires within 90; or a price
              is so far from what others take for the model that a unit was likely misread
    note      known and kept: what was recalled, where sources disagree, where a price differs with a reason

The prices of another table come in as plain price lines by offer, and so does what the team uses: this module knows
neither that table nor the team's lanes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from halfopen.catalog.model import Model
from halfopen.catalog.offer import Offer
from halfopen.catalog.plausible import implausible
from halfopen.catalog.price import KINDS, PriceLine, Rates, in_force, rated
from halfopen.catalog.provider import Compliance, Provider
from halfopen.catalog.snapshot import NOWHERE, Catalog, Row, key, problems
from halfopen.catalog.source import Source

STALE_DAYS = 60
RETIRING_DAYS = 90
TOLERANCE = Decimal("0.01")  # of the other's price

Severity = Literal["wrong", "warning", "note"]
SEVERITY: Mapping[str, Severity] = {
    "unsound": "wrong",
    "unsourced": "wrong",
    "future": "wrong",
    "retired": "wrong",
    "differs": "wrong",
    "stale": "warning",
    "implausible": "warning",
    "retiring": "warning",
    "retires": "note",
    "deliberate": "note",
    "gap": "note",
    "recalled": "note",
    "conflict": "note",
    "disagreement": "note",
}
STATUS: Mapping[Severity, int] = {"wrong": 1, "warning": 3, "note": 0}  # the exit status that a severity alone causes


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is amiss: the rule that found it, the row it is in, and a sentence. `line` 0: nobody knows."""

    rule: str
    subject: str
    says: str
    file: str = ""
    line: int = 0

    @property
    def severity(self) -> Severity:
        return SEVERITY[self.rule]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What is looked at, and on which day.

    `used`: offer -> by what it is used ("lane realtime"). `quoted`: offer -> what `quoted_by` says that it costs, as
    dated lines; the first of them may be undated there, which is date.min.
    """

    whole: Catalog
    day: date
    used: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    quoted: Mapping[str, tuple[PriceLine, ...]] = field(default_factory=dict)
    quoted_by: str = ""

    def found(self, rule: str, row: Row, says: str) -> Finding:
        file, line = self.whole.places.get(key(row), NOWHERE)
        return Finding(rule, key(row).partition(" ")[2], says, file, line)


def check(matter: Matter) -> tuple[Finding, ...]:
    """All findings: what is wrong first, then by file and line."""
    found = [finding for rule in RULES for finding in rule(matter)]
    gravity = list(STATUS)
    return tuple(sorted(found, key=lambda f: (gravity.index(f.severity), f.file, f.line, f.rule, f.subject)))


def status(findings: Iterable[Finding]) -> int:
    """The exit status: 1 if anything is wrong, else 3 if there is a warning, else 0."""
    severities = {finding.severity for finding in findings}
    return next((code for severity, code in STATUS.items() if severity in severities), 0)


def apart(ours: Rates, theirs: Rates) -> Mapping[str, tuple[Decimal, Decimal]]:
    """The kinds that both price and that differ by more than the tolerance: ours and theirs."""
    pairs = {kind: (getattr(ours, kind), getattr(theirs, kind)) for kind in KINDS}
    known = {kind: (a, b) for kind, (a, b) in pairs.items() if a is not None and b is not None}
    return {kind: (a, b) for kind, (a, b) in known.items() if abs(a - b) > TOLERANCE * b}


def lines_apart(ours: PriceLine, theirs: PriceLine) -> Mapping[str, tuple[Decimal, Decimal]]:
    """The same for whole lines, services and tiers by name: `batch input` -> ours and theirs."""
    others = dict(rated(theirs))
    return {
        f"{name} {kind}".strip(): pair
        for name, rates in rated(ours)
        if name in others
        for kind, pair in apart(rates, others[name]).items()
    }


def _unsound(matter: Matter) -> Iterator[Finding]:
    for one in problems(matter.whole):
        rule = "unsourced" if one.found == "a fact without a source" else "unsound"
        near = f"did you mean `{one.nearest}`?" if one.nearest else f"expected {one.expected}"
        subject, _, what = one.field.rpartition(".")
        yield Finding(rule, subject, f"{what}: {one.found}; {near}", one.file, one.line)


def _future(matter: Matter) -> Iterator[Finding]:
    """Sources that were looked at on a day that has not come: a slip, which would hide that a price grows old."""
    for row, what, source in _seen(matter.whole):
        if source.checked > matter.day:
            of = ", ".join(source.of) or what
            says = f"{of}: checked `{source.checked}` ({source.name}); expected {matter.day} or a day before"
            yield matter.found("future", row, says)


def _ends(matter: Matter) -> Iterator[Finding]:
    """Offers that are gone and still named, and those that go within RETIRING_DAYS."""
    for offer in matter.whole.offers.values():
        left = None if offer.retires is None else (offer.retires - matter.day).days
        users = matter.used.get(offer.id, ())
        by = f", used by {', '.join(users)}" if users else ""
        instead = f"; {offer.successor} comes after it" if offer.successor else ""
        if left is not None and left <= 0 and users:
            yield matter.found("retired", offer, f"retired on {offer.retires}{by}{instead}")
        elif left is not None and 0 < left <= RETIRING_DAYS:
            says = f"retires on {offer.retires}, in {left} days{by}{instead}"
            yield matter.found("retiring" if users else "retires", offer, says)


def _stale(matter: Matter) -> Iterator[Finding]:
    for offer in _alive(matter):
        for line in offer.prices[-1:]:
            age = (matter.day - line.source.checked).days
            if age > STALE_DAYS:
                says = f"its price was last looked at {age} days ago, on {line.source.checked} ({line.source.name})"
                yield matter.found("stale", offer, says)


def _compared(matter: Matter) -> Iterator[Finding]:
    """Our lines beside theirs, if both are in dollars: that of the day, and those of the past that they have dated."""
    for offer in matter.whole.offers.values():
        theirs = matter.quoted.get(offer.id, ())
        for place, ours in enumerate(offer.prices):
            beside = [line for line in _beside(offer, place, theirs, matter.day) if line.currency == ours.currency]
            yield from _held_against(matter, offer, ours, beside)
    for offer in _alive(matter):
        mine, other = (in_force(lines, matter.day) for lines in (offer.prices, matter.quoted.get(offer.id, ())))
        if mine and other and mine.currency == other.currency and (lacks := _lacking(mine, other)):
            yield matter.found("gap", offer, f"{matter.quoted_by} also prices {', '.join(lacks)}")


def _beside(offer: Offer, place: int, theirs: tuple[PriceLine, ...], day: date) -> list[PriceLine]:
    """Every line of theirs that held while the offer's own did, until a day. An undated one is of that day alone."""
    since = offer.prices[place].since
    after = [line.since for line in offer.prices[place + 1 : place + 2]] + ([offer.retires] if offer.retires else [])
    days = sorted({since, day, *(line.since for line in theirs)})
    held = [each for each in days if since <= each <= day and all(each < end for end in after)]
    found = [(each, in_force(theirs, each)) for each in held]
    said = [line for each, line in found if line is not None and (line.since > date.min or each == day)]
    return [line for at, line in enumerate(said) if line not in said[:at]]


def _held_against(matter: Matter, offer: Offer, ours: PriceLine, beside: Iterable[PriceLine]) -> Iterator[Finding]:
    beside = list(beside)
    apart_from = [far for line in beside if (far := lines_apart(ours, line))]
    for far in apart_from:
        told = ", ".join(f"{kind} {a:f} and not {b:f}" for kind, (a, b) in far.items())
        begun = "" if ours is in_force(offer.prices, matter.day) else f"from {ours.since}: "
        why = ours.differs or (ours.at_most if all(a > b for a, b in far.values()) else None)
        if why:
            yield matter.found("deliberate", offer, f"{begun}{told}, as {matter.quoted_by} has it: {why}")
        else:
            says = f"{begun}{told}, as {matter.quoted_by} has it, and no `differs` says why"
            yield matter.found("differs", offer, says)
    if beside and ours.differs and not apart_from:
        yield matter.found("gap", offer, f"`differs` says why it is not what {matter.quoted_by} has, and it is")


def _lacking(ours: PriceLine, theirs: PriceLine) -> list[str]:
    """What only they price: whole services and tiers by their name, and kinds that no tier of ours has either."""
    known, others = dict(rated(ours)), dict(rated(theirs))
    whole = [name for name in others if name not in known]
    kinds = {
        kind: None
        for name in others.keys() & known.keys()
        for kind in KINDS
        if getattr(others[name], kind) is not None and getattr(known[name], kind) is None
    }
    services = [name for name in whole if name.partition(" above ")[0] not in whole or " above " not in name]
    return [*kinds, *services]


def _implausible(matter: Matter) -> Iterator[Finding]:
    for offer, says in implausible(matter.whole, matter.day):
        yield matter.found("implausible", offer, says)


def _recalled(matter: Matter) -> Iterator[Finding]:
    for row, what, source in _vouched(matter.whole):
        if source.recalled:
            yield matter.found("recalled", row, f"{', '.join(source.of) or what}: from memory ({source.name})")


def _conflicts(matter: Matter) -> Iterator[Finding]:
    """Two values of one topic, plan and endpoint."""
    for provider in matter.whole.providers.values():
        said: dict[tuple[str, str, str], list[Compliance]] = {}
        for row in provider.compliance:
            said.setdefault((row.topic, row.plan, row.endpoint), []).append(row)
        for (topic, plan, endpoint), rows in said.items():
            if len({row.value for row in rows}) > 1:
                where = "".join(f", {kind} {name}" for kind, name in (("plan", plan), ("endpoint", endpoint)) if name)
                told = " but ".join(f"`{row.value}` says {row.source.name}" for row in rows)
                yield matter.found("conflict", provider, f"{topic}{where}: {told}")


def _disagreements(matter: Matter) -> Iterator[Finding]:
    for row in _rows(matter.whole):
        for one in row.disagreements:
            yield matter.found("disagreement", row, f"{one.field}: {one.source.name} says {one.says}")


RULES: tuple[Callable[[Matter], Iterator[Finding]], ...] = (
    _unsound,
    _future,
    _ends,
    _stale,
    _compared,
    _implausible,
    _recalled,
    _conflicts,
    _disagreements,
)


def _alive(matter: Matter) -> Iterator[Offer]:
    return (offer for offer in matter.whole.offers.values() if _open(offer, matter.day))


def _open(offer: Offer, day: date) -> bool:
    return offer.retires is None or offer.retires > day


def _rows(whole: Catalog) -> Iterator[Model | Provider | Offer]:
    yield from whole.models.values()
    yield from whole.providers.values()
    yield from whole.offers.values()


def _vouched(whole: Catalog) -> Iterator[tuple[Model | Provider | Offer, str, Source]]:
    """Every source of every row, with what it vouches for."""
    for row in _rows(whole):
        yield from ((row, "what no other source names", source) for source in row.sources)
    for model in whole.models.values():
        yield from ((model, f"score on {rating.board}", rating.source) for rating in model.ratings)
        yield from ((model, f"score on {one.name}", one.source) for one in model.benchmarks)
    for provider in whole.providers.values():
        yield from ((provider, row.topic, row.source) for row in provider.compliance)
    for offer in whole.offers.values():
        yield from ((offer, f"price since {line.since}", line.source) for line in offer.prices)
        yield from ((offer, "limits", limit.source) for limit in offer.limits)


def _seen(whole: Catalog) -> Iterator[tuple[Row, str, Source]]:
    """Those, and the sources that vouch for nothing of ours: of other opinions, of services' rates, of exchange."""
    yield from _vouched(whole)
    for row in _rows(whole):
        yield from ((row, f"the other {one.field}", one.source) for one in row.disagreements)
    for offer in whole.offers.values():
        told = [(line.since, service) for line in offer.prices for service in line.services]
        yield from ((offer, f"{one.name} since {since}", one.source) for since, one in told if one.source)
    yield from ((rate, "rate", rate.source) for rate in whole.exchange)
