"""Keys as people tell them and read them: from a command line or a body of JSON, and as plain data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, cast

import msgspec

from halfopen.access.key import RIGHTS, Key, Role
from halfopen.documents import Complaints, nearest
from halfopen.limits.bucket import Limits
from halfopen.limits.budget import Budget, parsed
from halfopen.policy.rules import Policy

LONGEST = 100 * 365.25 * 86400  # seconds that a key may last
SPANS = {"h": 3600, "d": 86400, "w": 7 * 86400}  # seconds


class Told(msgspec.Struct, forbid_unknown_fields=True):
    """What somebody says of a key to be made. `expires` is a day, or a span such as 90d; budgets are as 25/month.

    `requests` and `tokens` are a minute's, `at_once` requests.
    """

    name: str
    role: str | None = None
    owner: str = ""
    team: str = ""
    lanes: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    zone: str = ""
    labels: dict[str, str] = {}
    budgets: tuple[str, ...] = ()
    requests: int | None = None
    tokens: int | None = None
    at_once: int | None = None
    expires: str = ""


def key_of(told: Told, policy: Policy, models: Iterable[str], now: float, first: bool) -> Key:
    """A key without its secret. Raises ValueError for a lane, zone, model, role, budget or moment that is none.

    The `first` one is an admin's: nobody else could make another.
    """
    role = told.role or ("admin" if first else "inference")
    if first and role != "admin":
        raise ValueError("the first key is an admin's, or nobody could make another: leave the role out")
    labels = told.labels
    _known("lane", [*told.lanes, *([labels["lane"]] if "lane" in labels else [])], policy.lanes)
    _known("zone", [*([told.zone] if told.zone else []), *([labels["zone"]] if "zone" in labels else [])], policy.zones)
    _known("model or offer", told.models, models)
    _known("role", [role], RIGHTS)
    try:
        return Key(
            id="",
            name=told.name.strip(),
            digest="",
            role=cast(Role, role),
            owner=told.owner,
            team=told.team,
            lanes=told.lanes,
            models=told.models,
            zone=told.zone,
            labels=told.labels,
            budgets=tuple(map(parsed, told.budgets)),
            limits=Limits(requests=told.requests, tokens=told.tokens, at_once=told.at_once),
            created=now,
            expires=moment(told.expires, now) if told.expires else None,
        )
    except Complaints as wrong:
        raise ValueError(str(wrong)) from None


def _known(what: str, names: Sequence[str], known: Iterable[str]) -> None:
    there = list(known)
    for name in names:
        if name not in there:
            near = nearest(name, there)
            hint = f"did you mean `{near}`?" if near else f"there is {', '.join(there[:12]) or 'none'}"
            raise ValueError(f"there is no {what} `{name}`: {hint}")


def moment(text: str, now: float) -> float:
    """Seconds since 1970 of `90d` (from now) or of a day's beginning in UTC. Raises ValueError."""
    span = re.fullmatch(r"(\d{1,6})([hdw])", text)
    try:
        at = now + int(span[1]) * SPANS[span[2]] if span else _day(text)
        if not now < at < now + LONGEST:
            raise ValueError
        return at
    except ValueError:
        raise ValueError(
            f"`{text}` is no end of a key: write a span such as 90d, or a day to come, within a hundred years"
        ) from None


def _day(text: str) -> float:
    return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).timestamp()


def plain(key: Key, now: float) -> dict[str, Any]:
    """A key as anybody may see it who may see keys: with no trace of its secret."""
    return {
        "id": key.id,
        "name": key.name,
        "role": key.role,
        "owner": key.owner,
        "team": key.team,
        "lanes": list(key.lanes),
        "models": list(key.models),
        "zone": key.zone,
        "labels": dict(key.labels),
        "budgets": [said(each) for each in key.budgets],
        "limits": {name: getattr(key.limits, name) for name in ("requests", "tokens", "at_once")},
        "created": day(key.created),
        "expires": key.expires and day(key.expires),
        "revoked": key.revoked and day(key.revoked),
        "state": key.ended(now) or "in use",
    }


def said(budget: Budget) -> str:
    """`25/month`."""
    return f"{_short(budget.usd)}/{budget.per}"


def _short(usd: Decimal) -> str:
    return f"{usd.normalize():f}"


def day(at: float) -> str:
    """A moment in UTC, to the minute."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M}"


def rows(keys: Iterable[Key], now: float) -> list[Mapping[str, Any]]:
    """All of them, those in use first."""
    return sorted((plain(key, now) for key in keys), key=lambda row: row["state"] != "in use")
