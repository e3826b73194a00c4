"""One model on a page: what it is, how it is rated in every category, who sells it, what ends and what then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from halfopen.apps.cli.shown.paper import UNKNOWN, Paper, Side, changes, known, price, rating, rounded, tokens

LEFT: Sequence[Side] = ("left", "left", "left")


def show(found: Mapping[str, Any], out: Paper) -> None:
    out.line(f"{found['title']} ({found['model']})", "bold")
    for line in _facts(found):
        out.paragraph(line, "  ")
    _ratings(found, out)
    _offers(found, out)
    changing = [offer for offer in found["offers"] if offer["next_price"]]
    out.listed("Prices that change", [f"{offer['provider']}: {changes(offer)}" for offer in changing])
    out.listed("Compliance, as its providers state it", _compliance(found))
    out.listed("Retiring", _retiring(found))
    out.listed("Sources", [_source(each) for each in found["sources"]])


def _facts(found: Mapping[str, Any]) -> list[str]:
    size = f"{found['parameters']} billion parameters" if found["parameters"] else "of unknown size"
    active = f", {found['active']} active" if found["active"] and found["active"] != found["parameters"] else ""
    able = f"tools: {known(found['tools'])}; reasoning: {known(found['reasoning'])}"
    senses = f"reads {', '.join(found['modalities'])}; produces {', '.join(found['produces'])}"
    unread = "; its terms are not known" if found["forbids"] is None and found["weights"] == "open" else ""
    lines = [
        f"{found['lab']}, released {found['released'] or UNKNOWN}; weights {found['weights']}, {size}{active}",
        f"licence: {found['licence'] or 'not seen'}{unread}",
        f"context {tokens(found['context'])}; {senses}; {able}",
    ]
    if found["weights_doubt"]:
        lines.insert(1, f"that its weights are {found['weights']} is {found['weights_doubt']}")
    if found["forbids"]:
        lines.insert(2, f"forbids: {'; '.join(found['forbids'])}")
    if found["weights_url"]:
        lines.append(f"weights: {found['weights_url']}")
    if found["languages"]:
        lines.append(f"languages, as stated: {' '.join(found['languages'])}")
    if found["fate"]:
        lines.append(found["fate"])
    return lines


def _ratings(found: Mapping[str, Any], out: Paper) -> None:
    """What was measured, and the category that was asked for, with where it is from; other estimates in few words."""
    ratings = {found["category"]: found["rating"], **found["ratings"]}
    known = {name: each for name, each in ratings.items() if each}
    told = {name: each for name, each in known.items() if each["basis"] == "measured" or name == found["category"]}
    said = [f"{name}: {rating(each)}, {each['basis']}: {each['says']}" for name, each in told.items()]
    rest = ", ".join(f"{name} {rating(each)}" for name, each in known.items() if name not in told)
    if rest:
        said.append(f"estimated (--category NAME says how): {rest}")
    out.listed("Ratings (Elo, 95 %)", said or ["unrated: no board has it, and no rule reaches it"])


def _offers(found: Mapping[str, Any], out: Paper) -> None:
    if not found["offers"]:
        out.listed("Offers", ["nobody in the catalog sells it"])
        return
    out.line(f"Offers (per million tokens; mixed at {found['shape']}, in dollars)", "bold")
    zone = ["zone"] if found["zones"] else []
    head = ["  provider", "in", "out", "mixed $", "context", "hosting", *zone, "retires"]
    sides: list[Side] = ["left", "right", "right", "right", "right", *LEFT[: len(head) - 5]]
    out.columns(head, [_cells(offer, found) for offer in found["offers"]], sides)


def _cells(offer: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    worth = offer["price"]
    rates = [price(worth[kind], worth["currency"]) if worth else UNKNOWN for kind in ("input", "output")]
    mixed = rounded(worth["mixed_dollars"]) if worth else UNKNOWN
    zone = [offer["zone"] or ""] if found["zones"] else []
    unseen, gone = offer["not_seen_since"], "gone " if offer["retired"] else ""
    ends = f"not seen since {unseen}" if unseen else f"{gone}{offer['retires'] or ''}"
    context = tokens(offer["context"] or found["context"])
    return [f"  {offer['provider']}", *rates, mixed, context, offer["hosting"].replace("_", " "), *zone, ends]


def _compliance(found: Mapping[str, Any]) -> list[str]:
    """A line for each provider that still sells it and says anything."""
    lines = {
        offer["provider"]: f"{offer['provider']}: {_stated(offer['compliance'])}"
        for offer in found["offers"]
        if offer["compliance"] and not offer["gone"]
    }
    return list(lines.values())


def _stated(rows: Sequence[Mapping[str, Any]]) -> str:
    """What it states, each run of statements with its source and the day on which that was read."""
    told = []
    for (source, checked), several in groupby(rows, key=lambda each: (each["source"], each["checked"])):
        told.append(f"{', '.join(map(_statement, several))} [{source}, {checked}]")
    return "; ".join(told)


def _statement(each: Mapping[str, Any]) -> str:
    where = ", ".join(filter(None, (each["plan"], each["endpoint"])))
    return f"{each['topic'].replace('_', ' ')}: {each['value'].replace('_', ' ')}{f' ({where})' if where else ''}"


def _retiring(found: Mapping[str, Any]) -> list[str]:
    lines = []
    for each in found["retiring"]:
        when = f"in {each['days']} days" if each["days"] > 0 else "gone"
        named = f"; the sources name {each['named']} to follow it" if each["named"] else ""
        lines.append(f"{each['offer']} on {each['retires']} ({when}){named}")
        lines += [f"  instead: {proposal['offer']}: {proposal['why']}" for proposal in each["proposals"]]
    return lines


def _source(each: Mapping[str, Any]) -> str:
    return f"{each['name']}, {'recalled' if each['recalled'] else 'seen'} on {each['checked']}"
