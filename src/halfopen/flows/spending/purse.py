"""What accounts have spent and what is reserved: a call reserves the most that it may cost and settles what it did.

All of it happens on one thread and between two of its waits, so that a reservation is one step: what one request has
reserved no other can. What is spent is the sum of the ledger's rows, read once at the start; so a gateway that dies
takes its reservations along and nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import product

from halfopen.errors import BudgetSpent
from halfopen.limits.budget import PERIODS, Account, Budget, Short, near, renews, short, window, windows
from halfopen.money import amount

SOON = 1.0  # seconds after which what others have reserved may be settled
Bound = tuple[Account, tuple[Budget, ...]]


@dataclass(slots=True)
class Hold:
    """So many picodollars, reserved for one call. `warns` is what its caller should know of a budget near its end."""

    accounts: tuple[Account, ...]
    worst: int
    warns: str = ""
    open: bool = True


@dataclass(slots=True)
class Purse:
    """`spent` is by account and period; `reserved` by account, for calls that have not ended."""

    budgets: Mapping[Account, tuple[Budget, ...]] = field(default_factory=dict)  # a key's own come with the key
    spent: Counter[tuple[Account, str]] = field(default_factory=Counter)
    reserved: Counter[Account] = field(default_factory=Counter)

    def bounds(self, accounts: Iterable[Account], own: tuple[Budget, ...]) -> list[Bound]:
        """The accounts that have budgets; `own` are those of the key."""
        found = ((each, own if each.scope == "key" else self.budgets.get(each, ())) for each in accounts)
        return [(account, budgets) for account, budgets in found if budgets]

    def near(self, bounds: Sequence[Bound], day: date) -> bool:
        """Whether one of them is near its end."""
        return any(
            near(budget, self.spent[account, window(budget.per, day)])
            for account, budgets in bounds
            for budget in budgets
        )

    def reserve(self, accounts: tuple[Account, ...], bounds: Sequence[Bound], worst: int, day: date, how: str) -> Hold:
        """Sets so much aside in every account. Raises BudgetSpent, and then nothing is set aside.

        `how` says what the reservation is made of, and how to lower it.
        """
        warns = []
        for account, budgets in bounds:
            for budget in budgets:
                spent = self.spent[account, window(budget.per, day)]
                if (lacking := short(account, budget, spent, self.reserved[account], worst)) is not None:
                    raise refused(lacking, day, how)
                if near(budget, spent):
                    warns.append(f"{account} {budget.per} {100 * spent // max(budget.picos, 1)}%")
        if bounds:
            for account in accounts:
                self.reserved[account] += worst
        return Hold(accounts, worst if bounds else 0, ", ".join(warns))

    def settle(self, hold: Hold, charged: int, day: date) -> None:
        """Gives back what was set aside and counts what was spent, once."""
        if hold.open:
            hold.open = False
            for account in hold.accounts if hold.worst else ():
                self.reserved[account] -= hold.worst
            self.spend(hold.accounts, charged, day)

    def spend(self, accounts: Iterable[Account], charged: int, day: date) -> None:
        """Counts what was spent without a reservation; less than nothing where an estimate was too high."""
        if charged:
            for account, each in product(accounts, windows(day)):
                self.spent[account, each] += charged


def refused(lacking: Short, day: date, how: str) -> BudgetSpent:
    """Which budget, how much is left, how much was to be reserved and how to lower it, and when it renews."""
    budget = lacking.budget
    of = "your key" if lacking.account.scope == "key" else str(lacking.account)
    said = (
        f"The budget of {of} is ${budget.usd:f} {PERIODS[budget.per]}, of which ${_dollars(lacking.left)} "
        f"{'are' if lacking.left else 'is'} left"
    )
    if lacking.reserved:
        said += f" beside ${_dollars(lacking.reserved)} that calls in progress have reserved"
    again = renews(budget.per, day)
    when = "It does not renew." if again is None else f"It renews on {again} at 00:00 UTC."
    return BudgetSpent(
        f"{said}. This request may cost up to ${_dollars(lacking.asked)}: {how} {when}",
        retry_after=SOON if lacking.waits else None,
    )


def _dollars(picos: int) -> str:
    """To the sixth decimal, rounded up where it is asked of a reservation that is smaller."""
    exact = amount(picos)
    text = f"{exact:.6f}".rstrip("0")
    return f"{text}00"[: max(len(text), text.index(".") + 3)]
