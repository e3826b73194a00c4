"""What a request may cost at most, set aside before each of its calls, and what each did cost, counted when it ends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from halfopen.access.key import accounts
from halfopen.flows.asking.ask import Asked
from halfopen.flows.house import Decided, House
from halfopen.flows.spending.prices import Prices
from halfopen.flows.spending.purse import Bound, Hold
from halfopen.limits.budget import Account
from halfopen.policy.world import Candidate

LONGEST_PROMPT = 2_000_000  # tokens, where neither bytes nor a context bound it: an assumption
LONGEST_ANSWER = 128_000  # tokens, where nobody says: an assumption


class Worst(NamedTuple):
    """Whose money it is, in which budgets, the most that one call may cost in picodollars, and what that is made of."""

    accounts: tuple[Account, ...]
    bounds: list[Bound]
    picos: int = 0
    how: str = ""

    def reserved(self, house: House, day: date) -> Hold:
        """Set aside for one call. Raises BudgetSpent."""
        return house.purse.reserve(self.accounts, self.bounds, self.picos, day, self.how)


def limited(asked: Asked, decided: Decided) -> Asked:
    """The request with its lane's limit written into it, where it says none itself."""
    lane = decided.setup.policy.lanes.get(decided.decision.lane)
    most = lane.max_output if lane else None
    if most is None or asked.dialect.limit(asked.body) is not None:
        return asked
    return asked._replace(body=asked.dialect.limited(asked.body, most))


def near(asked: Asked, decided: Decided, house: House, day: date) -> bool:
    """Whether a lane wants something else preferred now, because a budget of the request is near its end."""
    lane = decided.setup.policy.lanes.get(decided.decision.lane)
    if lane is None or not lane.near:
        return False
    holder = asked.holder
    all = accounts(asked.key, holder.team if holder else "", decided.decision.lane)
    return house.purse.near(house.purse.bounds(all, holder.budgets if holder else ()), day)


def worst(asked: Asked, decided: Decided, house: House, day: date) -> Worst:
    """Of a call to the dearest offer of the itinerary. Without a budget nothing is worked out."""
    holder = asked.holder
    all = accounts(asked.key, holder.team if holder else "", decided.decision.lane)
    bounds = house.purse.bounds(all, holder.budgets if holder else ())
    if not bounds:
        return Worst(all, [])
    steps = decided.decision.itinerary
    dearest, step = max(
        ((_of(asked, step, decided.setup.prices, day), step) for step in steps), key=lambda pair: pair[0]
    )
    into, out = _tokens(asked, step)
    said = asked.dialect.limit(asked.body)
    limit = f"the limit of {out:,} tokens" if said is not None else f"{out:,} tokens, since it names no limit,"
    how = f"{into:,} tokens in at most and {limit} out, at {step.id}. Send a lower limit, or less."
    return Worst(all, bounds, dearest, how)


def _of(asked: Asked, step: Candidate, prices: Prices, day: date) -> int:
    return prices.dearest(step.id, day).of(*_tokens(asked, step))


def _tokens(asked: Asked, step: Candidate) -> tuple[int, int]:
    """In and out, at most."""
    into = asked.at_most if asked.at_most is not None else (step.context or LONGEST_PROMPT)
    out = asked.dialect.limit(asked.body)
    if out is None:
        out = step.max_output or step.context or LONGEST_ANSWER
    return into, out


def charged(
    cost: int | None,
    currency: str,
    counted: Mapping[str, int],
    asked: Asked,
    step: Candidate,
    prices: Prices,
    day: date,
) -> int:
    """Picodollars of US dollars that budgets are charged: the cost, or a bound where nobody knows it."""
    if cost is not None and currency in ("USD", ""):
        return cost
    rate = prices.rate(currency, day) if cost is not None else None
    if cost is not None and rate is not None:
        return round(cost * rate)
    into, out = _tokens(asked, step)
    bound = prices.dearest(step.id, day)
    return bound.of(_sum(counted, "input", into), _sum(counted, "output", out))


def _sum(counted: Mapping[str, int], kind: str, most: int) -> int:
    """Tokens of a kind as far as they were told, and all that there may be where they were not."""
    if kind == "output":
        return (
            sum(count for name, count in counted.items() if name.startswith("output")) if "output" in counted else most
        )
    known = ("input", "cached_read", "cache_write_5m", "cache_write_1h", "input_audio", "cached_audio")
    return sum(counted.get(name, 0) for name in known) if "input" in counted else most
