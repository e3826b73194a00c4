"""What may go wrong with a verdict although all its figures are right: each risk a row, told where it applies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from halfopen.advisor.able import stated
from halfopen.advisor.advice.options import Options
from halfopen.advisor.advice.verdict import Verdict
from halfopen.advisor.advice.words import dollars, listed, paper, several
from halfopen.advisor.ways.way import Way
from halfopen.catalog.model import FORBIDS
from halfopen.catalog.offer import Offer
from halfopen.catalog.price import PriceLine, in_force
from halfopen.fleet.price import BASES

BILLED = ("input", "output", "cached_read", "cache_write_5m")  # what a workload is priced by
YEAR = timedelta(days=365)
FEW, FAR = 2, 3  # hosts beside it, and times as cheap, from which on a price is out of line: assumptions
RENTED = frozenset(BASES[basis] for basis in ("rent", "rent_low", "rent_high", "reserved"))
STALE = timedelta(days=60)  # since somebody looked at a price: an assumption


@dataclass(frozen=True, slots=True)
class Held:
    """A verdict with what there is, with the offer that was chosen; None on machines of one's own."""

    options: Options
    verdict: Verdict
    way: Way
    offer: Offer | None

    @property
    def line(self) -> PriceLine | None:
        return in_force(self.offer.prices, self.options.asked.view.day) if self.offer else None


@dataclass(frozen=True, slots=True)
class Risk:
    """`kind` is its row of RISKS."""

    kind: str
    says: str


def risks(options: Options, verdict: Verdict) -> tuple[Risk, ...]:
    """Of what is chosen; none where nothing can serve."""
    way = verdict.chosen
    if way is None:
        return ()
    held = Held(options, verdict, way, options.asked.view.catalog.offers.get(way.offer or ""))
    return tuple(Risk(kind, says) for kind, row in RISKS.items() if (says := row(held)))


def _estimated(held: Held) -> str:
    if not held.way.estimated:
        return ""
    if held.way.quality is None:
        return f"nobody has rated {held.way.model}"
    return f"the rating of {held.way.model} is an estimate: {held.way.quality.says}"


def _retires(held: Held) -> str:
    day = held.way.retires
    if day is None:
        return ""
    next = held.offer.successor if held.offer else None
    return f"{held.way.offer} retires on {day}{f'; its maker names {next} instead' if next else ''}"


def _alone(held: Held) -> str:
    if held.offer is None or len(held.verdict.hosts) > 1:
        return ""
    return f"only {held.offer.provider} sells {held.way.model} in a way that serves this task"


def _moved(held: Held) -> str:
    """Prices that changed within a year."""
    if held.offer is None:
        return ""
    day = held.options.asked.view.day
    lines = sorted((line for line in held.offer.prices if line.since <= day), key=lambda line: line.since)
    steps = [(last, _steps(before, last)) for before, last in pairwise(lines) if last.since >= day - YEAR]
    moved = [(last, said) for last, said in steps if said]
    if not moved:
        return ""
    last, said = moved[-1]
    return (
        f"its price has changed {several(len(moved), 'time')} in a year, lately on {last.since}: {listed(said)} "
        f"{last.currency} a million tokens"
    )


def _steps(before: PriceLine, after: PriceLine) -> list[str]:
    """What of the plain rates is otherwise."""
    kinds = [(kind.replace("_", " "), getattr(before, kind), getattr(after, kind)) for kind in BILLED]
    return [f"{kind} from {old:f} to {new:f}" for kind, old, new in kinds if None not in (old, new) and old != new]


def _announced(held: Held) -> str:
    day = held.options.asked.view.day
    later = [line for line in held.offer.prices if line.since > day] if held.offer else []
    if not later:
        return ""
    next = min(later, key=lambda line: line.since)
    return f"from {next.since} it costs {next.input}/{next.output} {next.currency} a million tokens: in the figures"


def _resold(held: Held) -> str:
    """Somebody else who sells the model has announced another price, and this one has not: it may follow."""
    asked = held.options.asked
    if held.offer is None or any(line.since > asked.view.day for line in held.offer.prices):
        return ""
    others = [seat.offer for seat in asked.seats if seat.offer.model == held.way.model]
    lines = [(line, other) for other in others for line in other.prices if line.since > asked.view.day]
    if not lines:
        return ""
    line, other = min(lines, key=lambda pair: pair[0].since)
    return (
        f"from {line.since} {other.provider} takes {line.input}/{line.output} {line.currency} a million tokens for "
        f"{held.way.model}; {held.offer.provider} has announced nothing and may follow: not in the figures"
    )


def _cheap(held: Held) -> str:
    """A price far below what the others take may be a mistake of a list, or not last."""
    if held.offer is None or held.way.kind != "offer":
        return ""
    ways = [way for way in held.verdict.served.priced if way.model == held.way.model and way.kind == "offer"]
    others = [way.likely for way in ways if way.offer != held.way.offer]
    if len(others) < FEW or held.way.likely * FAR > min(others):
        return ""
    return (
        f"{held.offer.provider} takes under 1/{FAR} of what the next host of {held.way.model} takes "
        f"({dollars(min(others))} a month): look at the price before you rely on it"
    )


def _conditions(held: Held) -> str:
    """What a provider's papers hold for: a plan, an endpoint, something to be set."""
    task, view = held.verdict.served.task, held.options.asked.view
    seat = next((seat for seat in held.options.asked.seats if seat.offer is held.offer), None)
    if seat is None:
        return ""
    topics = [*task.compliance, *(["residency_inference"] if task.residency else [])]
    said = []
    for topic in topics:
        rows = stated(seat, view.catalog.models[seat.offer.model], topic)
        told = [f"{row.value} ({'; '.join(filter(None, (row.plan, row.endpoint, row.note)))})" for row in rows]
        if any(row.endpoint or row.note or row.plan for row in rows):
            said.append(f"{paper(topic)}: {' but '.join(told)}")
    return f"what {seat.provider.title} says has conditions: {'; '.join(said)}" if said else ""


def _rented(held: Held) -> str:
    """A zone of one's own is no rented card."""
    pool, task = held.verdict.pool, held.verdict.served.task
    if pool is None:
        return ""
    paid = pool.fleet.serving.way.paid
    if paid.owned or not task.zone or paid.basis not in RENTED:
        return ""
    return (
        f"its cards are priced at {paid.basis}, and a rented card is somebody else's machine: in your own house tell "
        "what yours cost as `gpu_price_per_hour`, or how many stand there as `owned`"
    )


def _predicted(held: Held) -> str:
    """Nobody has run the model on these machines."""
    if held.verdict.pool is None:
        return ""
    made = held.verdict.pool.fleet
    return (
        f"how fast {held.way.model} runs on {made.serving.way.machine.name} is predicted and not measured; the range "
        f"allows for {made.serving.half:.2g} times as slow or as fast"
    )


def _language(held: Held) -> str:
    wanted = held.verdict.served.task.languages
    known = held.options.asked.view.catalog.models[held.way.model].languages
    return f"nobody says whether {held.way.model} speaks {listed(wanted)}" if wanted and not known else ""


def _abroad(held: Held) -> str:
    line = held.line
    return f"it is priced in {line.currency}, which moves" if line is not None and line.currency != "USD" else ""


def _quantised(held: Held) -> str:
    told = held.offer.quantisation if held.offer else None
    return f"{held.way.offer} serves it quantised to {told}; the boards rated it as its lab serves it" if told else ""


def _looked(held: Held) -> str:
    line = held.line
    if line is None or held.options.asked.view.day - line.source.checked <= STALE:
        return ""
    return f"nobody has looked at its price since {line.source.checked}"


def _licence(held: Held) -> str:
    """What the licence of open weights forbids, or that nobody knows; of closed ones it is the provider's terms."""
    model = held.options.asked.view.catalog.models[held.way.model]
    if model.weights == "closed":
        return ""
    if model.forbids is None:
        return f"nobody has read what the licence of {model.name} forbids ({model.licence or 'unnamed'})"
    barred = [FORBIDS[each] for each in model.forbids]
    return f"the licence of {model.name} forbids {listed(barred)}" if barred else ""


def _promised(held: Held) -> str:
    """How fast offers answer is in no catalog."""
    wanted = held.verdict.served.task.latency
    if wanted is None or wanted.first_token_ms is None or held.offer is None:
        return ""
    return f"nobody has measured here how fast {held.way.offer} is; the task asks for {wanted.first_token_ms:,} ms"


RISKS: Mapping[str, Callable[[Held], str]] = {
    "estimated rating": _estimated,
    "retirement": _retires,
    "one host": _alone,
    "price history": _moved,
    "announced price": _announced,
    "resold": _resold,
    "price out of line": _cheap,
    "papers": _conditions,
    "rented cards": _rented,
    "predicted speed": _predicted,
    "language": _language,
    "currency": _abroad,
    "quantisation": _quantised,
    "stale price": _looked,
    "licence": _licence,
    "latency": _promised,
}
