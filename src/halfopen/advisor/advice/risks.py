"""What may go wrong with a verdict although all its figures are right: each risk a row, told where it applies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

from halfopen.advisor.advice.options import Options
from halfopen.advisor.advice.verdict import Verdict
from halfopen.advisor.advice.words import listed, several
from halfopen.advisor.ways.way import Way
from halfopen.catalog.model import FORBIDS
from halfopen.catalog.offer import Offer
from halfopen.catalog.price import KINDS, PriceLine, in_force

YEAR = timedelta(days=365)
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
    kinds = [(kind.replace("_", " "), getattr(before, kind), getattr(after, kind)) for kind in KINDS]
    return [f"{kind} from {_rate(old)} to {_rate(new)}" for kind, old, new in kinds if old != new]


def _rate(price: Decimal | None) -> str:
    return "unknown" if price is None else f"{price:f}"


def _announced(held: Held) -> str:
    day = held.options.asked.view.day
    later = [line for line in held.offer.prices if line.since > day] if held.offer else []
    if not later:
        return ""
    next = min(later, key=lambda line: line.since)
    return f"from {next.since} it costs {next.input}/{next.output} {next.currency} a million tokens; not in the figures"


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
    "currency": _abroad,
    "quantisation": _quantised,
    "stale price": _looked,
    "licence": _licence,
    "latency": _promised,
}
