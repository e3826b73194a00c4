"""Ways that might be cheaper and that nobody has proven for the task: a cascade, and a small model tuned to it.

None of them is ever chosen: what they would save, and what one would have to measure first, is told beside the verdict.

A cascade asks a small model that is short of nothing but quality, and a large one where the answer is not enough. How
often that is depends on the task and on who judges. What is taken is what was published of learned routers: RouteLLM
won back .802, .603 and .622 of the gap between two models on three benchmarks (the area under the share that is won
back, over the share of requests that go to the large one). If that share is e^k, the area is 1 / (1 + k), and to win
back a part g of the gap takes e = g^(1/k) of the requests.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from halfopen.advisor.advice.options import Options, Pool, Served, size_of
from halfopen.advisor.advice.verdict import Verdict
from halfopen.advisor.advice.words import share
from halfopen.advisor.ways.bought import to_price
from halfopen.advisor.ways.way import Way, cheapest, climbing
from halfopen.costs.breakeven import Cost

AREAS = (0.802, 0.603, 0.622)  # RouteLLM's, on MT-Bench, MMLU and GSM8K
LIKELY, BEST, WORST = sum(AREAS) / len(AREAS), max(AREAS), min(AREAS)
LEAST = 3  # thousand million parameters of what somebody would tune: an assumption
TUNING_DAYS = 60  # until a tuned model serves: an assumption


def unproven(options: Options, verdict: Verdict) -> tuple[Way, ...]:
    """What would be cheaper than what is chosen, if it held."""
    return tuple(_unproven(options, verdict))


def _unproven(options: Options, verdict: Verdict) -> Iterator[Way]:
    if verdict.chosen is None or verdict.served.floor is None:
        return
    for way in (cascade(verdict.served), tuned(options, verdict.served, verdict.chosen.likely)):
        if way is not None and way.likely < verdict.chosen.likely:
            yield way


def cascade(served: Served) -> Way | None:
    """The cheapest of all pairs, both measured; None where there is none."""
    small = climbing(way for way in served.priced if way.lacks)
    large = climbing(served.able)
    floor = served.floor
    if floor is None or not (small and large):
        return None
    made = (_paired(one, other, floor) for one, other in product(small, large))
    return min((way for way in made if way is not None), key=cheapest, default=None)


def _paired(small: Way, large: Way, floor: float) -> Way | None:
    if not (small.quality and large.quality and small.cost and large.cost and large.quality.score > floor):
        return None
    part = (floor - small.quality.score) / (large.quality.score - small.quality.score)
    if not 0 < part < 1:
        return None
    often = escalated(part, LIKELY)
    low, high = (escalated(part, area) for area in (BEST, WORST))
    cost = Cost(
        small.cost.low + round(low * large.cost.low),
        small.cost.likely + round(often * large.cost.likely),
        small.cost.high + round(high * large.cost.high),
    )
    return replace(
        large,
        kind="cascade",
        name=f"{small.name}, then {large.name}",
        model=small.model,
        offer=None,
        cost=cost,
        quality=None,
        parity=None,
        unproven=(
            f"how often {small.model} is not enough: {share(often)} is taken ({share(low)} to {share(high)}), by what "
            "was published of routers, and who would notice"
        ),
    )


def escalated(part: float, area: float) -> float:
    """The share of requests that go to the large model to win back a part of the gap, both from 0 to 1."""
    return float(part ** (area / (1 - area)))


def tuned(options: Options, served: Served, below: int) -> Way | None:
    """The smallest open model that lacks nothing but quality, on machines of its own, for less than so much a month.

    None where nobody could tune it.
    """
    team = options.asked.workload.team
    if team.people.skills is not None and "tuning" not in team.people.skills:
        return None
    if team.start_within_days is not None and team.start_within_days < TUNING_DAYS:
        return None
    small = _smallest(options, served)
    size = size_of(options.asked, small.model) if small else None
    left = below - team.people.monthly
    if small is None or size is None or size.least >= left:
        return None
    fleet = Pool(small.model, size, (served.task,), options.asked).fleet
    least, likely = fleet.least(), None
    if least is not None and least < left:
        likely = fleet.likely()
    if likely is None or likely >= left or fleet.cost is None:
        return None
    return replace(
        small,
        kind="tuned",
        name=f"{small.model}, tuned, on machines",
        cost=Cost(*(end + team.people.monthly for end in fleet.cost)),
        quality=None,
        parity=None,
        lacks=(),
        unproven=f"whether {small.model} reaches the floor once it is tuned; about {TUNING_DAYS} days to find out",
    )


def _smallest(options: Options, served: Served) -> Way | None:
    models = options.asked.view.catalog.models
    sizes = {way.name: models[way.model].parameters or 0 for way in served.machines if to_price(way.lacks)}
    short = [way for way in served.machines if way.lacks and sizes.get(way.name, 0) >= LEAST]
    return min(short, key=lambda way: (sizes[way.name], way.name), default=None)
