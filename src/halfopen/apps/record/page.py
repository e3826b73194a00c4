"""The decision record as a page in Markdown, the answer first: what one would forward to whoever pays."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from halfopen.advisor.advice.words import dollars
from halfopen.money import picos

Plain = Mapping[str, Any]
HOW = {"closed": "closed", "hosted": "open, hosted", "self_hosted": "open, own machines"}
SPECIAL = re.compile(r"([\\`*_\[\]<>|#])")
FLIPS = 12  # tipping points that are shown, the nearest first
DOUBTS = 6
FEW = 6  # tasks that a terminal has by themselves


def page(record: Plain, whole: bool = True) -> str:
    """The page, with a newline at its end; if not `whole`, without the halfopen.yaml and with FEW tasks."""
    return "\n".join(_lines(record, whole)) + "\n"


def _lines(record: Plain, whole: bool) -> Iterator[str]:
    yield f"# Which models to use, as of {record['day']}"
    yield ""
    yield f"**{plain(record['verdict']['says'])}**"
    if "since" in record:
        yield from _since(record["since"])
    yield from _overview(record)
    yield from _instead(record["verdict"])
    yield from _machines(record["verdict"]["machines"])
    yield from _reasons(record["reasons"])
    yield from _flips(record["tips"])
    yield from _doubts(record["doubts"])
    yield from _plan(record)
    yield from _tasks(record["tasks"], len(record["tasks"]) if whole else FEW)
    yield from ("", "## What was assumed", "")
    yield from (f"- {plain(line)}" for line in record["assumed"])
    if whole:
        yield from ("", "## halfopen.yaml", "", "```yaml", record["plan"]["halfopen.yaml"].rstrip("\n"), "```")
    yield from ("", "Run it again: `halfopen advise --since RECORD.json` says what has moved since.")


def plain(text: str) -> str:
    """Text that Markdown takes as it stands; names of models keep their dashes and dots."""
    return SPECIAL.sub(r"\\\1", text)


def table(head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> Iterator[str]:
    """A table, with a line of nothing before it; nothing for no rows. `right` are columns of figures."""
    if not rows:
        return
    yield ""
    yield f"| {' | '.join(head)} |"
    yield f"|{'|'.join('---:' if place in right else '---' for place in range(len(head)))}|"
    for row in rows:
        yield f"| {' | '.join(plain(cell) for cell in row)} |"


def usd(text: str | None) -> str:
    """`$3.17`, `$1,240`; `?` for what is unknown."""
    if text is None:
        return "?"
    return dollars(picos(text))


def span(cost: Plain | None) -> str:
    return "?" if cost is None else f"{usd(cost['low'])} to {usd(cost['high'])}"


def rated(rating: Plain | None) -> str:
    """`1468 ±6`, `~1431 ±54` for an estimate."""
    if rating is None:
        return "unrated"
    mark = "~" if rating["basis"] == "estimated" else ""
    return f"{mark}{rating['score']:.0f} ±{(rating['high'] - rating['low']) / 2:.0f}"


def _overview(record: Plain) -> Iterator[str]:
    rows = [[each["task"], *_used(each["chosen"]), _asked(each["floor"])] for each in record["tasks"]]
    yield from table(["task", "use", "", "a month", "four months in five", "rating", "at least"], rows, (3, 4, 5, 6))
    if any("~" in row[5] for row in rows):
        yield from ("", "Ratings are in Elo; ~ is an estimate.")
    for each in record["tasks"]:
        if each["estimate"]:
            yield from ("", f"**{plain(each['task'])} rests on an estimate.** {_rests(each)}")
        if not each["chosen"]:
            yield from ("", f"**{plain(each['task'])}:** {plain(each['why'])}")


def _asked(floor: float | None) -> str:
    return "" if floor is None else f"{floor:.0f}"


def _used(way: Plain | None) -> list[str]:
    if way is None:
        return ["nothing", "", "", "", ""]
    cost = way["dollars"]
    return [way["way"], HOW[way["hosting"]], usd(cost["likely"]), span(cost), rated(way["rating"])]


def _rests(each: Plain) -> str:
    found = each["estimate"]
    said = [f"Nobody has measured {each['chosen']['model']}: {found['rests_on']}."]
    if found["measured"]:
        other = found["measured"]
        said.append(
            f"The cheapest that is measured, {other['way']} ({rated(other['rating'])}), costs "
            f"{usd(other['dollars']['likely'])} a month."
        )
    else:
        said.append("Nothing that is measured meets every clause.")
    if found["settles"]:
        said.append(f"What would settle it: {found['settles']}.")
    return plain(" ".join(said))


def _since(since: Plain) -> Iterator[str]:
    """What has moved since the older record, the answer first."""
    (then, now), (before, after) = since["word"], since["dollars"]
    answer = "The answer has changed" if since["changed"] else "The answer is the same"
    yield ""
    yield f"**{answer} since {since['day']}:** {plain(then)} for {usd(before)} then, {plain(now)} for {usd(after)} now."
    moved = [each for each in since["tasks"] if each["changed"] or each["moved"]]
    if not moved:
        yield from ("", "Nothing that was told then has moved.")
    for each in moved:
        one, other = (way or "nothing" for way in each["ways"])
        yield from ("", f"- {plain(each['task'])}: {plain(f'{one} then, {other} now' if each['changed'] else one)}")
        yield from (f"    - {plain(line)}" for line in each["moved"])


def _instead(verdict: Plain) -> Iterator[str]:
    """What it would cost to have all of it of one kind."""
    said = []
    for hosting, found in verdict["only"].items():
        kind = {"closed": "closed models only", "hosted": "open weights at hosts only"}[hosting]
        if found["dollars"] is not None:
            said.append(f"{kind}: {usd(found['dollars']['likely'])} a month")
        else:
            said.append(f"{kind}: not possible for {', '.join(found['cannot'][:4])}")
    if said:
        yield from ("", plain(f"All of it bought, of one kind: {'; '.join(said)}."))


def _machines(rows: Sequence[Plain]) -> Iterator[str]:
    for each in rows:
        yield ""
        yield plain(
            f"Machines: {each['replicas']} replicas of {each['model']} ({each['precision']}), "
            f"{each['cards_a_replica']} x {each['machine']} each, for {', '.join(each['tasks'])}: "
            f"{usd(each['dollars']['likely'])} a month without people, {100 * each['used']:.2g} % of them used in the "
            f"first month; cards at {each['priced_at']}."
        )


def _reasons(rows: Sequence[Plain]) -> Iterator[str]:
    yield from ("", "## The classic arguments, held against this workload")
    for side in ("closed", "open"):
        told = [[each["argument"], each["score"], each["says"]] for each in rows if each["for"] == side]
        yield from table([f"for {side} models", "", "by what"], told)


def _flips(tips: Sequence[Plain]) -> Iterator[str]:
    yield from ("", "## What would flip it")
    if not tips:
        yield from ("", "Nothing that was looked at: volume, prices, ratings, cards and people may move far.")
        return
    yield from table(
        ["if", "then", "all a month"],
        [[each["change"], each["then"], usd(each["dollars"])] for each in tips[:FLIPS]],
        (2,),
    )
    if len(tips) > FLIPS:
        yield from ("", f"{len(tips) - FLIPS} more are farther away.")


def _doubts(doubts: Sequence[Plain]) -> Iterator[str]:
    if not doubts:
        return
    yield from ("", "## What nobody knows, and what would settle it")
    rows = [[each["task"], each["unknown"], usd(each["stake"]), each["settles"]] for each in doubts[:DOUBTS]]
    yield from table(["task", "unknown", "at stake a month", "the cheapest way to know"], rows, (2,))


def _plan(record: Plain) -> Iterator[str]:
    plan = record["plan"]
    if not plan["lanes"]:
        return
    yield from ("", "## The plan")
    rows = [
        [lane["task"], f"halfopen/{name}", lane["offers"][0], ", then ".join(lane["offers"][1:]) or "nothing else"]
        for name, lane in plan["lanes"].items()
    ]
    yield from table(["task", "lane", "goes to", "or else to"], rows)
    yield from (
        "",
        "`halfopen advise ... --plan plan.yaml` writes these lanes over your own config.",
    )
    if plan["dollars"] != record["verdict"]["dollars"]["likely"]:
        yield ""
        yield plain(
            f"As these lanes send it, each request by itself, it costs {usd(plan['dollars'])} a month. For "
            f"{usd(record['verdict']['dollars']['likely'])} send what can wait as batches, which no lane does."
        )
    if plan["keys"]:
        yield from ("", f"Keys: {', '.join(f'`{key}`' for key in plan['keys'])}.")
    yield from ("", "In this order:", "")
    yield from (
        f"{place}. {plain(step['task'])}: {plain(step['says'])}." for place, step in enumerate(plan["steps"], 1)
    )
    if plan["watch"]:
        yield from ("", "To watch:", "")
        yield from (f"- {plain(line)}" for line in plan["watch"])


def _tasks(rows: Sequence[Plain], most: int) -> Iterator[str]:
    """In their order; if they are too many, those that cost most and those that nothing can serve."""
    dear = sorted(rows, key=lambda each: -_spent(each))[:most]
    for each in rows:
        if each in dear:
            yield from _task(each)
    if len(rows) > most:
        yield from ("", f"{len(rows) - most} more tasks cost less; `--out decision.html` has each of them.")


def _spent(each: Plain) -> Decimal:
    return _likely(("", each["chosen"])) if each["chosen"] else Decimal("Infinity")


def _task(each: Plain) -> Iterator[str]:
    yield from ("", f"## {plain(each['task'])}", "")
    yield plain(
        f"{each['requests']:,} requests a month, {each['tokens_in']:,.0f} tokens in and {each['tokens_out']:,.0f} out "
        f"on average. It asks: {'; '.join(each['asks']) or 'nothing'}."
    )
    yield from ("", plain(each["why"]))
    shown = [("chosen", each["chosen"])] if each["chosen"] else []
    ways = [*shown, *((way["is"], way) for way in each["others"]), *(("more quality", way) for way in each["more"])]
    once = dict[str, tuple[str, Plain]]()
    for role, way in ways:  # the chosen one first, and so of equals the first
        once.setdefault(way["way"], (role, way))
    rows = [_way(role, way) for role, way in sorted(once.values(), key=_likely)]
    yield from table(["", "way", "a month", "four months in five", "rating", _parity(each)], rows, (2, 3, 4, 5))
    yield from _ifs(each)
    if each["risks"]:
        yield from ("", "Risks:", "")
        yield from (f"- {risk['kind']}: {plain(risk['says'])}" for risk in each["risks"])
    if each["refused"]:
        told = ", ".join(f"{clause} {count}" for clause, count in each["refused"].items())
        yield from ("", plain(f"Excluded, by the first clause that a way does not meet: {told}."))


def _parity(each: Plain) -> str:
    return f"parity with {each['parity_with']}" if each["parity_with"] else "parity"


def _likely(pair: tuple[str, Plain]) -> Decimal:
    return Decimal(pair[1]["dollars"]["likely"]) if pair[1]["dollars"] else Decimal("Infinity")


def _way(role: str, way: Plain) -> list[str]:
    parity = f"{way['parity']['value']:.0f} %" if way["parity"] else ""
    cost = way["dollars"]
    return [role, way["way"], usd(cost["likely"]) if cost else "?", span(cost), rated(way["rating"]), parity]


def _ifs(each: Plain) -> Iterator[str]:
    """What nobody has proven, and where nothing can serve, what is nearest."""
    if each["unproven"]:
        yield from ("", "Cheaper if it held, and unproven:", "")
        for way in each["unproven"]:
            cost = f"{usd(way['dollars']['likely'])} a month ({span(way['dollars'])})"
            yield f"- {plain(way['way'])}: {cost}; unproven is {plain(way['unproven'])}."
    if each["nearest"]:
        yield from ("", "The nearest that could be:", "")
        for way in each["nearest"]:
            lacking = "; ".join(f"{lack['why']} ({lack['clause']})" for lack in way["lacks"])
            cost = f", {usd(way['dollars']['likely'])} a month" if way["dollars"] else ""
            yield "- " + plain(f"{way['way']}{cost}: {lacking or way['unpriced'] or 'no machine keeps the promise'}")
