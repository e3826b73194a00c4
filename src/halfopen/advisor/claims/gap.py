"""How far the best open model is from the best closed one, in every kind of task, and at what price."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import partial

from halfopen.advisor.claims.claim import LANGUAGES, SPELLINGS, Claim, Evidence, Finding, Verdict, at, dollars, needs
from halfopen.advisor.claims.planner import self_hosting
from halfopen.advisor.frontier import surely_better
from halfopen.advisor.pair import difference, pair, parity_of
from halfopen.advisor.quality import OVERALL, Quality
from halfopen.advisor.worth import Worth
from halfopen.catalog.model import Weights
from halfopen.ratings.scale import Interval

GROUP = "The gap"
CEILING = "For closed: the quality ceiling"
LEAST_PARITY, MOST_COST = 85.0, Decimal("0.60")  # "85 to 95 % of the quality at 30 to 60 % of the cost"
DAY = timedelta(days=1)
KINDS: tuple[Weights, ...] = ("closed", "open")
AT_THE_CEILING = ("medicine", "law", "hard prompts")


def closed_ahead(kind: str, evidence: Evidence) -> Finding:
    """Whether the best closed model that can be had is better than the best open one.

    It is if a measured one surely beats every model of the other kind, those that are only estimated too.
    """
    decides = f"A board that rates today's best of both{at(kind)}, closely enough that the difference is not zero."
    measured, guessed = (_leaders(evidence, kind, only) for only in (True, False))
    if measured is None:
        return Finding("undecided", (f"No board of the catalog rates both{at(kind)}.",), decides)
    gap = difference(*measured)
    among = "True" if gap.low > 0 else "False" if gap.high < 0 else "Undecided"
    day = max(filter(None, (each.day for each in measured)))
    numbers = [
        f"{among} of the models measured by {day:%B %Y}: {_told(*measured, evidence)}",
        _coverage(evidence, kind),
    ]
    if guessed and guessed != measured:
        numbers.append(f"With those that are only estimated: {_told(*guessed, evidence)}")
    closed, opened = (evidence.best(kind, weights, measured=False) for weights in KINDS)
    champion = measured[0] if gap.value > 0 else measured[1]
    rivals = [each for each in (opened if gap.value > 0 else closed) if not surely_better(champion, each)]
    sure: Verdict = "undecided" if rivals else "true" if gap.value > 0 else "false"
    if unsettling := [each for each in rivals if each.basis == "estimated" or evidence.doubtful(each.model)]:
        numbers.append(f"Not surely below {evidence.title(champion.model)}: {evidence.names(unsettling)}.")
    return Finding(sure, tuple(numbers), decides, day)


def _leaders(evidence: Evidence, kind: str, measured: bool) -> tuple[Quality, Quality] | None:
    """The best closed model and the best open one, of those of which it was seen that they are."""
    closed, opened = (evidence.best(kind, weights, measured=measured, seen=True) for weights in KINDS)
    return (closed[0], opened[0]) if closed and opened else None


def _coverage(evidence: Evidence, kind: str) -> str:
    ranked, every = evidence.best(kind), [m for m in evidence.catalog.models.values() if evidence.to_be_had(m)]
    days = [day for each in ranked if (day := evidence.catalog.models[each.model].released)]
    newest = f", the newest of which was released on {max(days)}" if days else ""
    return f"Of {len(every)} models that can be had {len(ranked)} are measured{at(kind)}{newest}."


def _told(closed: Quality, opened: Quality, evidence: Evidence) -> str:
    gap, parity = difference(closed, opened), parity_of(difference(opened, closed))
    return (
        f"{evidence.tell(closed)}, closed, against {evidence.tell(opened)}, open: {gap.value:+.0f} Elo "
        f"({gap.low:+.0f} to {gap.high:+.0f}); the open one's parity is {_percent(parity)}."
    )


def _percent(parity: Interval) -> str:
    return f"{parity.value:.0f} % ({parity.low:.0f} to {parity.high:.0f})"


def most_of_it_for_half(evidence: Evidence) -> Finding:
    """Whether some open model keeps so much parity with the best closed one at so much of its price, as measured."""
    what = "an open model surely above 85 % at no more than 60 % of the price (3:1 in : out)"
    numbers = ["A percentage of quality is read as parity: 100 % is a model that wins as often as it loses."]
    closed = next(iter(_sold(evidence, "closed")), None)
    opened = _sold(evidence, "open")
    if closed is None or not opened:
        return Finding(
            "undecided",
            (*numbers, "No open and closed model that are both rated and priced."),
            needs("undecided", what),
        )
    against = evidence.row(closed.model)
    numbers.append(f"The best open one: {_beside(opened[0], closed, evidence)}")
    cheap = [each for each in opened if (pair(evidence.row(each.model), against).ratio or 1) <= MOST_COST]
    if cheap and cheap[0] is not opened[0]:
        numbers.append(f"The best open one at no more than 60 % of the price: {_beside(cheap[0], closed, evidence)}")
    parities = [parity_of(difference(each, closed)) for each in cheap]
    near = [each for each in parities if each.high >= LEAST_PARITY]
    sure = [each for each in parities if each.low >= LEAST_PARITY]
    numbers.append(f"{len(sure)} open models are surely that good and that cheap, {len(near) - len(sure)} perhaps.")
    good = parity_of(difference(opened[0], closed)).low >= LEAST_PARITY
    verdict: Verdict = "true" if sure else "undecided" if near else "partly" if good or cheap else "false"
    seen = max(filter(None, (opened[0].day, closed.day)), default=None)
    return Finding(verdict, tuple(numbers), needs(verdict, what), seen)


def _sold(evidence: Evidence, weights: Weights) -> tuple[Quality, ...]:
    """The measured models that have a price, best first."""
    return tuple(each for each in evidence.best(OVERALL, weights, seen=True) if evidence.row(each.model).dollars)


def _beside(opened: Quality, closed: Quality, evidence: Evidence) -> str:
    beside = pair(evidence.row(opened.model), evidence.row(closed.model))
    parity = parity_of(difference(opened, closed))
    return (
        f"{evidence.tell(opened)}, open, beside {evidence.tell(closed)}, closed: parity {_percent(parity)}, at "
        f"{_share(beside.ratio or Decimal(0))} of the price ({_price(opened, evidence)} against "
        f"{_price(closed, evidence)} a million tokens, 3:1)."
    )


def _share(ratio: Decimal) -> str:
    return f"{ratio * 100:.0f} %" if ratio >= Decimal("0.1") else f"{ratio * 100:.1f} %"


def _price(quality: Quality, evidence: Evidence) -> str:
    """With the change of it that is known."""
    later = _later(quality, evidence)
    then = f" until {later.since - DAY}, then {dollars(later.dollars)}" if later and later.dollars else ""
    return f"{dollars(evidence.row(quality.model).dollars or Decimal(0))}{then}"


def _later(quality: Quality, evidence: Evidence) -> Worth | None:
    """The price that its cheapest offer will have from its next change on."""
    sold = (seat for seat in evidence.row(quality.model).seats if seat.worth and seat.worth.dollars is not None)
    return next((seat.later for seat in sold), None)


def _gap(kind: str, group: str) -> Claim:
    key = f"gap-{kind.lower().replace(' ', '-')}"
    return Claim(
        key, group, f"The best closed model is better than the best open one{at(kind)}", partial(closed_ahead, kind)
    )


CLAIMS = (
    *(_gap(kind, GROUP) for kind in SPELLINGS if kind not in (*LANGUAGES, *AT_THE_CEILING)),
    Claim(
        "most-for-half",
        GROUP,
        "Open models give 85 to 95 % of the quality at 30 to 60 % of the cost",
        most_of_it_for_half,
    ),
    Claim(
        "self-hosting",
        GROUP,
        "Above 500 million tokens a month self-hosting is 5 to 20 times cheaper",
        self_hosting,
    ),
    *(_gap(kind, CEILING) for kind in AT_THE_CEILING),
)
