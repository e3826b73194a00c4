"""Whether machines of one's own are 5 to 20 times cheaper above 500 million tokens a month: every pair, and from when.

For machines, so that nobody can say the claim was not given a chance: waiting is left out, the cheapest published
price of each machine is taken, and the model is served at the fewest bits. Against them, since it is paid: what is
provisioned for the busiest hour of a working day, a replica to spare, and half of somebody's time.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil

from halfopen.advisor.claims.claim import Evidence, Finding, Verdict, dollars, needs
from halfopen.catalog.model import Model
from halfopen.costs.breakeven import volumes
from halfopen.fleet.architecture import Architecture
from halfopen.fleet.curve import rented
from halfopen.fleet.names import Unknown
from halfopen.fleet.plan import ways
from halfopen.fleet.price import Prices
from halfopen.fleet.promise import HOURS, Demand, Promise, spread_over
from halfopen.fleet.tables import Tables
from halfopen.money import amount, picos

TOKENS, LEAST, MOST = 500_000_000, 5, 20  # a month; and how many times cheaper
PROMPT, ANSWER = 1500, 500  # tokens of a request, 3:1
PER_TOKEN = 0.05  # s
PEOPLE = picos("6000")  # half of somebody's time, a month
PRICES = Prices()
MANY = Decimal("0.9")  # of the pairs, to call it true
SHOWN = 3
MUTE = "No pair of an open model on machines and a closed one can be priced here."
EVERY_PAIR = (
    "`halfopen claims self-hosting --json` has every pair, with the volume at which it would be true; `halfopen "
    "breakeven` has them with waiting times, intervals and your own prices."
)
MILLION = 10**6
BILLION = 10**9


@dataclass(frozen=True, slots=True)
class Own:
    """A model on machines: the cost of TOKENS a month, and of a token from each volume of a grid on, at most."""

    model: str
    month: int  # picodollars
    bare: int  # without people and the spare replica
    machine: str
    grid: Sequence[int]
    at_most: Sequence[float]  # picodollars a token, falling

    def cheaper_from(self, a_token: float) -> int | None:
        """The volume from which on a token costs no more; None where that never comes."""
        place = bisect_left(self.at_most, -a_token, key=lambda each: -each)
        return self.grid[place] if place < len(self.grid) else None


def self_hosting(evidence: Evidence) -> Finding:
    """Every open model on machines against every closed one that is sold, at 500 million tokens a month."""
    what = f"machines that cost a {LEAST}th of what tokens cost, at {TOKENS // MILLION} million of them a month"
    found = _pairs(evidence)
    if not found:
        return Finding("undecided", (MUTE,), needs("undecided", what))
    times = [float(str(pair["times"])) for pair in found]
    bare = [float(str(pair["times_bare"])) for pair in found]
    holds, more = _over(times, LEAST), _over(times, MOST)
    dearer, median = len(times) - _over(times, 1), 1 / sorted(times)[len(times) // 2]
    volume = f"{TOKENS // MILLION} million tokens a month"
    said = (
        f"Of {len(found):,} pairs of an open model on machines and a closed one, whatever their quality, at {volume} "
        f"(3:1), {holds - more} are {LEAST} to {MOST} times cheaper on machines and {more} more than that; in "
        f"{dearer:,} machines are dearer. The median pair costs {median:.0f} times as much on machines."
    )
    alone = (
        f"Without people and a spare replica {_over(bare, LEAST):,} of them are at least {LEAST} times cheaper, and "
        f"{len(bare) - _over(bare, 1):,} dearer."
    )
    little = f"{volume} are {TOKENS / HOURS / 3600:.0f} a second. {_cheapest(found, evidence)}"
    when = _ever("five times cheaper", [pair["from"] for pair in found])
    return Finding(_verdict(holds, len(found)), (said, alone, little, when), EVERY_PAIR, pairs=found)


def at_scale(evidence: Evidence) -> Finding:
    """The same pairs at any volume: whether an open model on machines ever costs less than a closed one."""
    what = "machines that cost less than tokens from some volume on, people and a spare replica included"
    found = _pairs(evidence)
    if not found:
        return Finding("undecided", (MUTE,), needs("undecided", what))
    volumes = [pair["cheaper_from"] for pair in found]
    ever = sum(volume is not None for volume in volumes)
    return Finding(_verdict(ever, len(found)), (_ever("cheaper", volumes),), EVERY_PAIR, pairs=found)


def _verdict(holds: int, pairs: int) -> Verdict:
    return "true" if holds >= MANY * pairs else "partly" if holds else "false"


def _pairs(evidence: Evidence) -> tuple[Mapping[str, object], ...]:
    """Worked out once for both claims; none without the tables of machines."""
    if not evidence.pairs and evidence.tables is not None:
        tables = evidence.tables
        found = [each for model in _kind(evidence, "open") if (each := _own(model, tables)) is not None]
        prices = {model.name: _a_token(model, evidence) for model in _kind(evidence, "closed")}
        sold = {name: a_token for name, a_token in prices.items() if a_token}
        evidence.pairs.extend(_pair(own, name, a_token) for own in found for name, a_token in sold.items())
    return tuple(evidence.pairs)


def _kind(evidence: Evidence, weights: str) -> Iterator[Model]:
    yield from (model for model in evidence.catalog.models.values() if model.weights == weights)


def _ever(what: str, volumes: Sequence[object]) -> str:
    ever = sorted(int(str(each)) for each in volumes if each is not None)
    if not ever:
        return f"Of no pair machines are {what} at any volume."
    first, half, never = ever[0] / BILLION, ever[len(ever) // 2] / BILLION, len(volumes) - len(ever)
    return (
        f"Machines are {what} in {len(ever):,} pairs from some volume on: in the first from {first:.1f} billion tokens "
        f"a month, in half of these from {half:.0f} billion; in {never:,} pairs at no volume."
    )


def _cheapest(found: Sequence[Mapping[str, object]], evidence: Evidence) -> str:
    """The models that cost least on machines."""
    least = {str(pair["open"]): pair for pair in sorted(found, key=lambda pair: float(str(pair["own"])))}
    shown = list(least.values())[:SHOWN]
    told = (f"{evidence.title(str(pair['open']))} {dollars(Decimal(str(pair['own'])))}" for pair in shown)
    return f"On machines they cost, people included, at least: {', '.join(told)} (on {shown[0]['machine']})."


def _over(values: Sequence[float], bound: float) -> int:
    return sum(each >= bound for each in values)


def _pair(own: Own, name: str, a_token: float) -> Mapping[str, object]:
    bought = a_token * TOKENS
    return {
        "open": own.model,
        "machine": own.machine,
        "closed": name,
        "bought": f"{amount(round(bought)):.2f}",
        "own": f"{amount(own.month):.2f}",
        "times": round(bought / own.month, 3),
        "times_bare": round(bought / own.bare, 3),
        "from": own.cheaper_from(a_token / LEAST),
        "cheaper_from": own.cheaper_from(a_token),
    }


def _a_token(model: Model, evidence: Evidence) -> float:
    """Picodollars of a token, 3:1, at its cheapest offer; 0 where it is not sold."""
    price = evidence.row(model.name).dollars
    return float(price) * MILLION if price else 0.0  # dollars a million are a millionth of that in picodollars


def _own(model: Model, tables: Tables) -> Own | None:
    try:
        architecture = tables.like(model.name, *_sizes(model), model.context)
    except Unknown:
        return None
    kept = list(_kept(architecture, tables))
    if not kept:
        return None

    def month(volume: int, spare: int = 1) -> tuple[int, str]:
        return min(((ceil(volume / tokens) + spare) * cost, name) for cost, tokens, name in kept)

    grid = sorted({*volumes(), *(int(tokens) + 1 for _, tokens, _ in kept)})
    each = [(month(volume)[0] + PEOPLE) / volume for volume in grid]
    for place in range(len(each) - 2, -1, -1):
        each[place] = max(each[place], each[place + 1])
    cost, machine = month(TOKENS)
    return Own(model.name, cost + PEOPLE, month(TOKENS, 0)[0], machine, grid, each)


def _sizes(model: Model) -> tuple[float | None, float | None]:
    return (
        None if model.parameters is None else float(model.parameters),
        None if model.active is None else float(model.active),
    )


def _kept(architecture: Architecture, tables: Tables) -> Iterator[tuple[int, float, str]]:
    """Of each way to serve it: picodollars a month of a replica, tokens a month that it serves, and what it is."""
    demand = Demand(prompt=PROMPT, answer=ANSWER, hourly=spread_over(TOKENS / (PROMPT + ANSWER)))
    busy = demand.mean / demand.peak
    machines = [
        each for each in tables.accelerators if each.kind == "datacentre" and PRICES.of(each).an_hour is not None
    ]
    for machine in machines:
        for way in ways(architecture, machine, demand, Promise(), tables.calibration, PRICES, None):
            if isinstance(way, str) or way.paid.an_hour is None:
                continue
            rate = way.likely.most(ANSWER, PER_TOKEN)
            if rate:
                tokens = rate * busy * HOURS * 3600 * (PROMPT + ANSWER)
                name = f"{way.asked.cards} x {machine.title} at {way.asked.precision}"
                yield rented(way), tokens, name
