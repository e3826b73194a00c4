"""Drills as plain data and as a page: what each event does to the lanes, and what one would decide then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from halfopen.advisor.advice.drill import (
    EUROPE,
    Drill,
    Event,
    Moved,
    drills,
    gone,
    machines,
    priced,
    retired,
    usual,
    volume,
    within,
)
from halfopen.advisor.view import View
from halfopen.apps.record.page import plain, table, usd
from halfopen.apps.record.record import Advised, headline
from halfopen.apps.record.tasks import money
from halfopen.catalog.provider import COUNTRY
from halfopen.documents import nearest

Plain = dict[str, Any]
MOST = Decimal(1_000_000)


def events(asked: Mapping[str, Sequence[str]], view: View) -> tuple[Event, ...]:
    """The events that somebody asks for, by kind: `gone`, `retired`, `price`, `machines`, `volume`, `only`.

    Raises ValueError for names that nobody has, and for numbers that are none.
    """
    found = [gone(_provider(name, view)) for name in asked.get("gone", ())]
    found += [_retired(name, view) for name in asked.get("retired", ())]
    found += [_priced(text, view) for text in asked.get("price", ())]
    found += [machines(_factor(text, "machines", Decimal(1))) for text in asked.get("machines", ())]
    found += [volume(_factor(text, "volume", MOST)) for text in asked.get("volume", ())]
    found += [within(_countries(text)) for text in asked.get("only", ())]
    return tuple(found)


def drilled(found: Advised, asked: Mapping[str, Sequence[str]]) -> Plain:
    """All of them, as data; without any that is asked for, the usual ones."""
    chosen = events(asked, found.view) or tuple(usual(found.advice, found.plan))
    return {
        "record": "halfopen drill",
        "day": found.view.day.isoformat(),
        "now": {"says": headline(found.advice), "dollars": money(found.plan.cost)},
        "drills": [_drill(each, found) for each in drills(found.advice, found.plan, chosen)],
    }


def _drill(each: Drill, found: Advised) -> Plain:
    then = each.then
    return {
        "event": each.event.name,
        "kind": each.event.kind,
        "day": each.event.day and each.event.day.isoformat(),
        "lanes": {
            "dollars": money(each.cost),
            "more": money(each.cost - found.plan.cost),
            "breaks": list(each.breaks),
            "tasks": [_moved(task) for task in each.moved],
        },
        "advice": {
            "dollars": money(then.cost),
            "more": money(then.cost - found.advice.settled.cost),
            "unserved": [task for task, way in then.names.items() if way is None],
            "changed": dict(each.changed),
        },
    }


def _moved(each: Moved) -> Plain:
    return {
        "task": each.task,
        "offer": each.offer,
        "moves": each.moves,
        "dollars": money(each.cost),
        "share": round(each.share, 4),
        "lost": None if each.lost is None else round(each.lost, 1),
        "spills": each.spills,
        "bare": each.bare,
    }


def _provider(name: str, view: View) -> str:
    if name in view.catalog.providers:
        return name
    near = nearest(name, view.catalog.providers)
    raise ValueError(f"there is no provider `{name}`{f': did you mean `{near}`?' if near else ''}")


def _retired(name: str, view: View) -> Event:
    model, _ = view.named(name)
    days = [offer.retires for offer in view.catalog.offers.values() if offer.model == model and offer.retires]
    return retired(model, min((day for day in days if day > view.day), default=None))


def _priced(text: str, view: View) -> Event:
    name, _, factor = text.rpartition("=")
    if not name:
        raise ValueError(f"--price {text}: an offer or a model and a factor are needed, as in gpt-6-luna@openai=2")
    model, offer = view.named(name)
    if offer is not None:
        return priced(offer, _factor(factor, "price", MOST))
    everywhere = [each.id for each in view.catalog.offers.values() if each.model == model]
    return priced(model, _factor(factor, "price", MOST), everywhere)


def _countries(text: str) -> tuple[str, ...]:
    found = tuple(each.strip() for each in text.split(","))
    for each in found:
        if each != EUROPE and not COUNTRY.fullmatch(each):
            raise ValueError(f"--only {text}: `{each}` is no country; write codes such as FR,DE, or EU")
    return found


def _factor(text: str, what: str, most: Decimal) -> Fraction:
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal(-1)
    if not (found.is_finite() and 0 <= found <= most) or (not found and what != "machines"):
        raise ValueError(f"--{what} {text}: a number is needed, such as {'0.5' if most == 1 else '2'}")
    return Fraction(found)


def page(found: Plain) -> str:
    """The page as Markdown, with a newline at its end."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Plain) -> Iterator[str]:
    yield f"# What if: drills as of {found['day']}"
    yield from ("", f"Now: {plain(found['now']['says'])} As the lanes send it: {usd(found['now']['dollars'])}.")
    rows = [
        [
            each["event"],
            usd(each["lanes"]["dollars"]),
            ", ".join(each["lanes"]["breaks"]) or "nothing",
            usd(each["advice"]["dollars"]),
            str(len(each["advice"]["changed"])) if each["advice"]["changed"] else "none",
        ]
        for each in found["drills"]
    ]
    yield from table(["if", "the lanes cost", "and breaks", "decided anew", "tasks that move"], rows, (1, 3, 4))
    for each in found["drills"]:
        yield from _told(each)
    yield from ("", "Costs are dollars a month of the horizon on average. Drills are arithmetic: nobody was called.")


def _told(each: Plain) -> Iterator[str]:
    day = f" ({each['day']})" if each["day"] else ""
    yield from ("", f"## {plain(each['event'])}{day}", "")
    moved = [
        task for task in each["lanes"]["tasks"] if task["moves"] or task["share"] < 1 or task["spills"] or task["bare"]
    ]
    more = Decimal(each["lanes"]["more"])
    if each["lanes"]["breaks"]:
        cost = usd(each["lanes"]["dollars"])
        yield f"As the lanes stand, requests are refused; what is served costs {cost} a month."
    else:
        yield plain(f"As the lanes stand: {usd(str(abs(more)))} {'more' if more >= 0 else 'less'} a month.")
    yield from ([""] if moved else [])
    yield from (f"- {plain(_task(task))}" for task in moved)
    advice = each["advice"]
    if advice["changed"]:
        yield from ("", f"Decided anew, {usd(advice['dollars'])} a month:", "")
        yield from (f"- {plain(f'{task}: {way or _NOTHING}')}" for task, way in advice["changed"].items())
    else:
        yield from ("", "One would decide the same.")


_NOTHING = "nothing can serve it"


def _task(each: Plain) -> str:
    if each["offer"] is None:
        return f"{each['task']} is refused: nothing on its lane is left"
    lost = each["lost"]
    quality = "" if not lost else f", {abs(lost):.0f} Elo {'worse' if lost > 0 else 'better'}"
    if each["share"] < 1:
        return f"{each['task']}: {each['offer']} serves {100 * each['share']:.0f} % of it, the rest is refused"
    if each["spills"]:
        return f"{each['task']}: {each['offer']} serves what it can and {each['spills']} the rest"
    if not each["moves"]:
        return f"{each['task']} stays at {each['offer']}, with no replica to spare any more"
    return f"{each['task']} goes to {each['offer']}{quality}, {usd(each['dollars'])} a month"
