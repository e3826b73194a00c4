"""What has moved since an older record: prices, ratings, ways, and whether the answer is another."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from halfopen.apps.record.page import rated, usd
from halfopen.apps.record.record import VERSION

Plain = Mapping[str, Any]
LEAST = Decimal("0.005")  # of a price: less is not told
STEP = 1  # Elo


def read(text: str, name: str) -> dict[str, Any]:
    """A record that `halfopen advise --out NAME.json` wrote. Raises ValueError for anything else."""
    try:
        found = json.loads(text)
    except json.JSONDecodeError as why:
        raise ValueError(f"{name} is no record: {why}; `halfopen advise --out NAME.json` writes one") from None
    return checked(found, name)


def checked(found: Any, name: str) -> dict[str, Any]:
    """The same, if it is a record. Raises ValueError for anything else."""
    if not isinstance(found, dict) or found.get("record") != "halfopen advice":
        raise ValueError(f"{name} is no record of advice; `halfopen advise --out NAME.json` writes one")
    if found.get("version") != VERSION:
        raise ValueError(f"{name} is a record of version {found.get('version')}; this halfopen reads version {VERSION}")
    return found


def moved(older: Plain, newer: Plain) -> dict[str, Any]:
    """`changed` says whether some task is served otherwise, or can be served no more."""
    before = {each["task"]: each for each in older["tasks"]}
    after = {each["task"]: each for each in newer["tasks"]}
    tasks = [_task(name, before.get(name), after.get(name)) for name in dict.fromkeys([*before, *after])]
    return {
        "day": older["day"],
        "changed": any(each["changed"] for each in tasks),
        "word": [older["verdict"]["word"], newer["verdict"]["word"]],
        "dollars": [older["verdict"]["dollars"]["likely"], newer["verdict"]["dollars"]["likely"]],
        "tasks": tasks,
    }


def _task(name: str, before: Plain | None, after: Plain | None) -> dict[str, Any]:
    one, other = (each["chosen"] if each else None for each in (before, after))
    return {
        "task": name,
        "changed": (one and one["way"]) != (other and other["way"]),
        "ways": [one and one["way"], other and other["way"]],
        "moved": list(_moved(before, after)),
    }


def _moved(before: Plain | None, after: Plain | None) -> Iterator[str]:
    """Of the ways that were told then: what they cost and how they are rated now."""
    if before is None or after is None:
        yield "the task is new" if before is None else "the task is no more"
        return
    now = {row["way"]: row for row in (*after["market"], *_told(after))}
    for way in _told(before):
        then, found = way["dollars"], now.get(way["way"])
        if found is None:
            yield f"{way['way']} serves it no more, or is no longer among what is told"
            continue
        cost = found["dollars"]["likely"] if isinstance(found["dollars"], dict) else found["dollars"]
        if then and cost and abs(Decimal(cost) - Decimal(then["likely"])) > LEAST * Decimal(then["likely"]):
            yield f"{way['way']}: {usd(then['likely'])} a month then, {usd(cost)} now"
        rating = found.get("rating")
        if rating and way["rating"] and abs(rating["score"] - way["rating"]["score"]) >= STEP:
            yield f"{way['model']}: rated {rated(way['rating'])} then, {rated(rating)} now"


def _told(each: Plain) -> list[Plain]:
    chosen = [each["chosen"]] if each["chosen"] else []
    return list({way["way"]: way for way in [*chosen, *each["others"], *each["more"]]}.values())
