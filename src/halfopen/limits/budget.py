"""Budgets: what an account may spend in a day, a month or in all, and whether so much more still fits.

Money is in picodollars. What is spent and what is reserved stand beside each other: a call reserves the most that it
may cost before it is made and settles what it did cost when it has ended, so that no two of them can spend the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

from halfopen.documents import Complaints, amiss
from halfopen.money import picos

Scope = Literal["key", "team", "lane", "all"]
Period = Literal["day", "month", "total"]
PERIODS: Mapping[Period, str] = {"day": "today", "month": "this month", "total": "in all"}
SCOPES: tuple[Scope, ...] = ("key", "team", "lane", "all")
MOST_DOLLARS = 10**9


class Account(NamedTuple):
    """Whose money it is: a key's, a team's, a lane's, by its name; or everybody's."""

    scope: Scope
    name: str = ""

    def __str__(self) -> str:
        return f"{self.scope} {self.name}" if self.name else "everybody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """`usd` are dollars; from `warn_at` on, a share of them, callers are told that it is near its end."""

    usd: Decimal
    per: Period = "month"
    warn_at: Decimal = Decimal("0.8")

    def __post_init__(self) -> None:
        """Raises Complaints, by field."""
        if not 0 <= self.usd <= MOST_DOLLARS or self.usd.as_tuple().exponent < -12:  # type: ignore[operator]
            raise Complaints([amiss("usd", f"`{self.usd}`", f"dollars, from 0 to {MOST_DOLLARS:,}")])
        if not 0 < self.warn_at <= 1:
            raise Complaints([amiss("warn_at", f"`{self.warn_at}`", "a share, above 0 and up to 1")])

    @property
    def picos(self) -> int:
        return picos(self.usd)


def parsed(text: str) -> Budget:
    """`25/month`, `3.50/day`, `1000/total`, `25`: dollars and a period. Raises ValueError."""
    usd, slash, per = text.strip().removeprefix("$").partition("/")
    try:
        return Budget(usd=Decimal(usd), per=_period(per) if slash else "month")
    except (ArithmeticError, ValueError, Complaints):
        raise ValueError(f"`{text}` is no budget: write dollars and a period, such as 25/month or 3.50/day") from None


def _period(text: str) -> Period:
    for each in PERIODS:
        if text == each:
            return each
    raise ValueError(text)


@lru_cache(maxsize=64)
def window(per: Period, day: date) -> str:
    """The name of the period that a day is in: the days that begin with it are those of the period."""
    return {"day": day.isoformat(), "month": f"{day:%Y-%m}", "total": ""}[per]


@lru_cache(maxsize=8)
def windows(day: date) -> tuple[str, ...]:
    """All periods that a day is in."""
    return tuple(window(per, day) for per in PERIODS)


@lru_cache(maxsize=4096)
def ends(budget: Budget) -> tuple[int, int]:
    """Picodollars at which it is spent, and from which on it is warned of."""
    return budget.picos, int(budget.picos * budget.warn_at)


def renews(per: Period, day: date) -> date | None:
    """The first day of the next period; None for what never renews."""
    if per == "total":
        return None
    if per == "day":
        return day + timedelta(days=1)
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


class Short(NamedTuple):
    """A budget that a reservation does not fit into: `left` is what is neither spent nor reserved."""

    account: Account
    budget: Budget
    spent: int
    reserved: int
    asked: int

    @property
    def left(self) -> int:
        return max(0, self.budget.picos - self.spent - self.reserved)

    @property
    def waits(self) -> bool:
        """Whether it would fit once what is reserved by others has been settled for less."""
        return self.asked <= self.budget.picos - self.spent


def short(account: Account, budget: Budget, spent: int, reserved: int, asked: int) -> Short | None:
    """Why so much more does not fit; None if it does."""
    return None if asked <= ends(budget)[0] - spent - reserved else Short(account, budget, spent, reserved, asked)


def near(budget: Budget, spent: int) -> bool:
    """Whether it is to be warned of."""
    return spent >= ends(budget)[1]
