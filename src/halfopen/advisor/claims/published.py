"""The table that a comparison of spring 2026 printed, row by row, and what each of its models is now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

from halfopen.advisor.caveats import doubt
from halfopen.advisor.claims.claim import Claim, Evidence, Finding, Verdict, dollars, needs
from halfopen.advisor.table import Seat
from halfopen.catalog.model import Model, Weights
from halfopen.catalog.price import in_force

GROUP = "The published table of spring 2026"
SPRING = date(2026, 4, 1)
NEAR_SCORE = 10.0  # Elo around a board's interval, for a score that is "about"
NEAR_PRICE = Decimal("0.1")  # of the price


@dataclass(frozen=True, slots=True)
class Printed:
    """One row as it was printed: `input` in dollars a million tokens."""

    model: str  # our name for it
    called: str
    score: int
    type: Weights
    input: Decimal


TABLE = (
    Printed("claude-opus-4", "Claude Opus 4", 1350, "closed", Decimal("15.00")),
    Printed("gpt-4.1", "GPT-4.1", 1330, "closed", Decimal("2.00")),
    Printed("claude-sonnet-4", "Claude Sonnet 4", 1320, "closed", Decimal("3.00")),
    Printed("gemini-2.5-pro", "Gemini 2.5 Pro", 1315, "closed", Decimal("1.25")),
    Printed("llama-4-maverick", "Llama 4 Maverick", 1295, "open", Decimal("0.22")),
    Printed("deepseek-v3", "DeepSeek V3", 1280, "open", Decimal("0.27")),
    Printed("qwen2.5-max", "Qwen 2.5 Max", 1265, "open", Decimal("0.40")),
)


def judged(printed: Printed, evidence: Evidence) -> Finding:
    """Right in score, type and price, and still to be had: true; in none, or in its type not: false."""
    decides = f"a board that scores it about {printed.score}, {printed.type} weights and an offer at ${printed.input}"
    model = evidence.catalog.models.get(printed.model)
    if model is None:
        return Finding("undecided", ("The catalog does not have this model.",), decides)
    checks = {
        "score": _scored(printed, model),
        "type": (model.weights == printed.type, f"Type: {model.weights}, {doubt(model) or 'as its lab published it'}."),
        "price": _priced(printed, evidence),
    }
    had = evidence.to_be_had(model)
    numbers = [said for _, said in checks.values()]
    numbers.append(_fate(model, evidence))
    right = [good for good, _ in checks.values()]
    wrong = not checks["type"][0] or not any(right)
    verdict: Verdict = "false" if wrong else "true" if all(right) and had else "partly"
    days = [rating.day for rating in model.ratings if rating.day <= evidence.day]
    return Finding(verdict, tuple(numbers), needs(verdict, decides), max(days, default=None))


def _scored(printed: Printed, model: Model) -> tuple[bool, str]:
    scores = sorted((r for r in model.ratings if r.category == "overall"), key=lambda r: (r.day, r.style_control))
    if not scores:
        return False, "Score: on no board that the catalog cites."
    near = any(float(r.low) - NEAR_SCORE <= printed.score <= float(r.high) + NEAR_SCORE for r in scores)
    told = ", ".join(f"{r.score:.0f} on {r.day} ({'style-controlled' if r.style_control else 'raw'})" for r in scores)
    return near, f"Score: {told}; printed was {printed.score}."


def _priced(printed: Printed, evidence: Evidence) -> tuple[bool, str]:
    now = [seat for seat in evidence.living(printed.model) if seat.worth and seat.worth.currency == "USD"]
    then = [
        line.input
        for seat in evidence.seats.get(printed.model, ())
        if (line := in_force(seat.offer.prices, SPRING)) and line.currency == "USD"
    ]
    was = (
        f"in spring it was {', '.join(dollars(each) for each in sorted(set(then)))}"
        if then
        else "of spring none is known"
    )
    if not now:
        return False, f"Input price: no host in this catalog is seen to sell it at a known price today; {was}."
    prices = [seat.worth.input for seat in now if seat.worth]
    near = any(abs(price - printed.input) <= printed.input * NEAR_PRICE for price in prices)
    told = ", ".join(f"{dollars(seat.worth.input)} at {seat.provider.title}{_then(seat)}" for seat in now if seat.worth)
    return near, f"Input price today: {told}; {was}; printed was {dollars(printed.input)}."


def _then(seat: Seat) -> str:
    """Its next price, where a change of it is known."""
    return f" (from {seat.later.since} {dollars(seat.later.input)})" if seat.later else ""


def _fate(model: Model, evidence: Evidence) -> str:
    every = evidence.seats.get(model.name, ())
    left = f"Now: sold by {len(evidence.living(model.name))} of the {len(every)} hosts in the catalog."
    ended = ", ".join(
        f"{seat.provider.title} on {seat.offer.retires}" for seat in every if seat.gone and not seat.unseen
    )
    unseen = "".join(f" Not seen at {seat.provider.title} since {seat.unseen}." for seat in every if seat.unseen)
    return f"{left}{unseen} {model.fate or (f'Retired at {ended}.' if ended else '')}".strip()


def still_sold(evidence: Evidence) -> Finding:
    known = [row for row in TABLE if row.model in evidence.catalog.models]
    going = [row.called for row in known if any(seat.offer.retires for seat in evidence.seats.get(row.model, ()))]
    gone = [row.called for row in known if not evidence.living(row.model)]
    numbers = (
        f"{len(gone)} of {len(known)} are seen at no host in this catalog any more: {', '.join(gone) or 'none'}.",
        f"{len(going)} have retired at some host, or have a date: {', '.join(going) or 'none'}.",
    )
    verdict: Verdict = (
        "undecided" if not known else "true" if not going else "false" if len(gone) == len(known) else "partly"
    )
    return Finding(verdict, numbers, needs(verdict, "every one of them sold without an end in sight"))


CLAIMS = (
    *(
        Claim(
            f"table-{row.model}",
            GROUP,
            f"{row.called}: Arena score about {row.score}, {row.type}, ${row.input:.2f} a million tokens in",
            partial(judged, row),
        )
        for row in TABLE
    ),
    Claim("table-still-sold", GROUP, "What that table recommends can be used", still_sold),
)
