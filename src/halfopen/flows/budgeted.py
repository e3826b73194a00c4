"""What a request may cost at most, set aside before each of its calls, and what each did cost, counted when it ends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from halfopen.access.key import accounts
from halfopen.catalog.price import ANSWER, PROMPT
from halfopen.costs.worst import Amounts
from halfopen.flows.asking.ask import Asked
from halfopen.flows.house import Decided, House
from halfopen.flows.spending.prices import Prices
from halfopen.flows.spending.purse import Bound, Hold
from halfopen.limits.budget import Account, Budget
from halfopen.policy.world import Candidate

LONGEST_PROMPT = 2_000_000  # tokens, where neither bytes nor a context bound it: an assumption
LONGEST_ANSWER = 128_000  # tokens, where nobody says: an assumption
PICTURE = 10_000  # tokens that a picture is, at most: an assumption
FREE, TEXT = "count", ("chat", "completions")  # operations: what costs nothing, and what generates text


class Worst(NamedTuple):
    """Whose money it is, in which budgets, the most that one call may cost in picodollars, and what that is made of."""

    accounts: tuple[Account, ...]
    bounds: list[Bound]
    picos: int = 0
    how: str = ""

    def reserved(self, house: House, day: date) -> Hold:
        """Set aside for one call. Raises BudgetSpent."""
        return house.purse.reserve(self.accounts, self.bounds, self.picos, day, self.how)


class Ending(NamedTuple):
    """How a call ended: what it cost, as far as that is known, in a currency; what was counted, and who says so.

    `broken` says that it was not told whole, `seen` how many bytes of the answer there were.
    """

    cost: int | None
    currency: str
    counted: Mapping[str, int]
    source: str
    broken: bool
    seen: int


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
    return house.purse.near(house.purse.bounds(_whose(asked, decided), _own(asked)), day)


def worst(asked: Asked, decided: Decided, house: House, day: date) -> Worst:
    """Of a call to the dearest offer of the itinerary. Without a budget nothing is worked out."""
    whose = _whose(asked, decided)
    bounds = house.purse.bounds(whose, _own(asked))
    if not bounds or asked.ask.operation == FREE:
        return Worst(whose, [])
    prices = decided.setup.prices
    found = [(prices.dearest(step.id, day).of(most(asked, step)), step) for step in decided.decision.itinerary]
    picos, step = max(found, key=lambda pair: pair[0])
    return Worst(whose, bounds, picos, f"{_how(asked, step)}, at {step.id}.")


def most(asked: Asked, step: Candidate) -> Amounts:
    """What a call can have at most."""
    into = asked.at_most if asked.at_most is not None else (step.context or LONGEST_PROMPT)
    if asked.ask.operation not in TEXT:
        return Amounts(into, PICTURE * asked.pieces if asked.ask.operation == "images" else 0, 0, asked.pieces)
    out = asked.dialect.limit(asked.body)
    return Amounts(into, step.max_output or step.context or LONGEST_ANSWER if out is None else out, asked.searches)


def _how(asked: Asked, step: Candidate) -> str:
    """What a reservation is made of, and how to lower it."""
    found, said = most(asked, step), asked.dialect.limit(asked.body)
    if asked.ask.operation not in TEXT:
        return f"it is a call for {found.calls} that is no conversation"
    limit = (
        f"the limit of {found.output:,} tokens"
        if said is not None
        else f"{found.output:,} tokens, as it names no limit,"
    )
    searches = f", and {found.searches} searches" if found.searches else ""
    advice = "send a lower limit, or less" if said is not None else "send a limit"
    return f"{found.input:,} tokens in at most and {limit} out{searches} ({advice})"


def charged(end: Ending, asked: Asked, step: Candidate, prices: Prices, day: date) -> int:
    """Picodollars of US dollars that budgets are charged: the cost, or the most that it may be where nobody told."""
    if end.source == "none" or asked.ask.operation == FREE:
        return 0
    if end.cost is not None and end.source == "provider":
        if end.currency in ("USD", ""):
            return end.cost
        rate = prices.rate(end.currency, day)
        if rate is not None:
            return round(end.cost * rate)
    return prices.dearest(step.id, day).of(_at_most(end, asked, step))


def _at_most(end: Ending, asked: Asked, step: Candidate) -> Amounts:
    """As far as the provider told; else what there may have been: no more tokens than bytes, if all of it was seen."""
    bound = most(asked, step)
    if end.source == "provider":
        into, out = (sum(end.counted.get(kind, 0) for kind in kinds) for kinds in (PROMPT, ANSWER))
        return bound._replace(input=into, output=out)
    return bound if end.broken else bound._replace(output=min(bound.output, end.seen))


def _whose(asked: Asked, decided: Decided) -> tuple[Account, ...]:
    return accounts(asked.key, asked.holder.team if asked.holder else "", decided.decision.lane)


def _own(asked: Asked) -> tuple[Budget, ...]:
    return asked.holder.budgets if asked.holder else ()
