"""Our price lines against genai-prices, through its own calculation, to the picodollar: today, before and after.

Every offer that it knows is compared, with every service and around every tier. A line that deliberately says
something else has the reason in `differs`. Those who charge by the hour are asked in the peak, which is theirs to the
picodollar too, and outside of it, where a line must say by `at_most` that it is a bound.

An offer without a price of ours is not compared. It may only be one of which they have nothing, or what another host
takes for the model: a price of that host's own would be missing here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from functools import cache

import pytest

from halfopen.catalog.offer import Offer
from halfopen.catalog.price import PIECES, PriceLine, Tier, in_force, price
from tests.catalog import genai
from tests.catalog.genai import ASKED, asked, known
from tests.catalog.shelf import DAY, shipped

DAYS = (
    date(2026, 4, 1),
    date(2026, 7, 1),
    date(2026, 9, 5),
    date(2026, 10, 21),
    DAY,
    date(2026, 12, 15),
    date(2027, 2, 1),
)
KNOWN = {offer.id: model for offer in shipped().offers.values() if (model := known(offer)) is not None}
COMPARED = [id for id in KNOWN if shipped().offers[id].prices]


@dataclass(frozen=True, slots=True)
class Apart:
    """One price of a line that is not theirs at a moment, in picodollars."""

    day: date
    hour: time
    what: str
    ours: int
    theirs: Decimal


def days(offer: Offer, place: int) -> list[date]:
    """When a line is held against theirs: on all DAYS, and in between whenever either changed and theirs is dated."""
    dated = genai.starts(KNOWN[offer.id])
    own = [line.since for line in offer.prices]
    asked = {*DAYS, *dated, *(day for day in own if dated and day >= dated[0])}
    line = offer.prices[place]
    return [d for d in sorted(asked) if in_force(offer.prices, d) is line and (not offer.retires or d < offer.retires)]


@cache
def apart(id: str, place: int) -> tuple[Apart, ...]:
    """Everything in which a line is not theirs to the picodollar, at all moments at which it is asked about."""
    offer = shipped().offers[id]
    line = offer.prices[place]
    if line.currency != "USD":
        return ()
    moments = [(day, hour) for day in days(offer, place) for hour in genai.hours(KNOWN[id])]
    found = [one for day, hour in moments for one in compared(offer, line, day, hour)]
    return tuple(one for one in found if one.ours != one.theirs)


def compared(offer: Offer, line: PriceLine, day: date, hour: time) -> Iterator[Apart]:
    made = price(line)
    for service in ASKED:
        said = asked(KNOWN[offer.id], service, day)
        if said is None or not made.rates(1, service):
            continue
        for kind, prompt in asked_about(line, service):
            usage = {kind: prompt} if "output" not in kind else {"input": prompt, kind: 13}
            ours = genai.ours(made, usage, service)
            yield Apart(day, hour, f"{service} {kind} of {prompt}", ours, genai.cost(offer, usage, day, said, hour))


def asked_about(line: PriceLine, service: str) -> Iterator[tuple[str, int]]:
    """Every kind that has a rate, with prompts on either side of each tier. A request is charged in all of them."""
    bounds = [tier.above for tier in tiers(line, service)]
    for prompt in (777, *bounds, *(bound + 1 for bound in bounds)):
        yield from ((kind, prompt) for kind in price(line).rates(prompt, service) if kind != "request")


def tiers(line: PriceLine, service: str) -> tuple[Tier, ...]:
    return next((one.tiers for one in line.services if one.name == service), line.tiers)


def bounded(line: PriceLine, one: Apart) -> bool:
    """Whether a line that says `at_most` is, outside of the peak, no less than theirs."""
    return line.at_most is not None and one.hour in genai.QUIET and one.ours >= one.theirs


@pytest.mark.parametrize("id", COMPARED)
def test_a_price_is_theirs_to_the_picodollar_or_its_own_line_says_why_it_is_not(id: str) -> None:
    lines = [(at, line) for at, line in enumerate(shipped().offers[id].prices) if not line.differs]
    assert [one for at, line in lines for one in apart(id, at) if not bounded(line, one)] == []


REASONS = [
    pytest.param(offer.id, at, reason, id=f"{offer.id} {line.since}")
    for offer in shipped().offers.values()
    for at, line in enumerate(offer.prices)
    if (reason := line.differs or line.at_most) and line.currency == "USD"
]


@pytest.mark.parametrize(("id", "place", "reason"), REASONS)
def test_a_reason_is_a_sentence_and_its_line_needs_it(id: str, place: int, reason: str) -> None:
    assert reason.endswith(".")
    assert len(reason.split()) > 5
    assert apart(id, place)


def test_a_price_in_euros_says_which_list_it_is_of() -> None:
    euros = [line for id in COMPARED for line in shipped().offers[id].prices if line.currency == "EUR"]
    assert euros
    assert all(line.differs and line.differs.endswith(".") for line in euros)


def test_who_charges_by_the_hour_has_the_dearest_hour_and_says_that_it_is_a_bound() -> None:
    hourly = [id for id in COMPARED if len(genai.hours(KNOWN[id])) > 1]
    assert len(hourly) >= 4
    for id in hourly:
        last = shipped().offers[id].prices[-1]
        assert last.at_most, id
        assert {one.hour for one in apart(id, len(shipped().offers[id].prices) - 1)} <= set(genai.QUIET)


def test_lines_of_the_past_are_held_against_theirs_on_the_day_they_began() -> None:
    past = [(id, at) for id in COMPARED for at in range(len(shipped().offers[id].prices) - 1)]
    asked_on_it = [
        (id, at) for id, at in past if shipped().offers[id].prices[at].since in days(shipped().offers[id], at)
    ]
    assert len(past) >= 50
    assert len(asked_on_it) >= 30


@pytest.mark.parametrize("id", COMPARED)
def test_no_service_and_no_rate_of_theirs_is_missing_today(id: str) -> None:
    offer = shipped().offers[id]
    line = in_force(offer.prices, DAY)
    if line is None or line.differs or offer.free or (offer.retires and offer.retires <= DAY):
        return
    made = price(line)
    for service in ASKED:
        said = asked(KNOWN[id], service, DAY)
        if said is not None:
            theirs = genai.kinds(KNOWN[id], DAY, said) - ({*PIECES} if genai.borrowed(offer) else set())
            assert made.rates(1, service).keys() == theirs, service


def test_what_has_no_price_of_ours_has_none_of_that_host_s_own_there() -> None:
    unpriced = [offer for offer in shipped().offers.values() if not offer.prices]
    of_others = {offer.id for offer in unpriced if offer.id in KNOWN}
    assert of_others == {"deepseek-r1@azure", "deepseek-v3.2@azure", "gpt-oss-120b@azure"}
    assert [id for id in of_others if not genai.borrowed(shipped().offers[id])] == []


def test_what_they_know_was_compared() -> None:
    differing = [id for id in COMPARED if any(line.differs for line in shipped().offers[id].prices)]
    assert len(COMPARED) >= 250
    assert len(differing) <= len(COMPARED) / 10


def test_what_they_do_not_know_says_where_it_is_from() -> None:
    lines = [line for offer in shipped().offers.values() if offer.id not in KNOWN for line in offer.prices]
    named = ("models.dev", "LiteLLM 1.109.1", "https://github.com/scaleway/docs-content")
    assert len(lines) >= 50
    assert [line.source.name for line in lines if not line.source.name.startswith(named)] == []
