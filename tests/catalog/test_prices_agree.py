"""Our price lines against genai-prices, through its own calculation, to the picodollar: today, before and after.

Every offer that it knows is compared, with every service and around every tier. A line that deliberately says
something else has the reason in `differs`. The hour is one of the peak of those who charge by the hour.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
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


def lines(offer: Offer) -> Iterator[tuple[date, PriceLine]]:
    for day in DAYS:
        line = in_force(offer.prices, day)
        if line is not None and (offer.retires is None or day < offer.retires):
            yield day, line


@cache
def apart(id: str) -> tuple[str, ...]:
    """Everything in which an offer is not theirs to the picodollar, with the day, the service and the kind."""
    offer = shipped().offers[id]
    return tuple(
        f"{day} {service} {kind} of {prompt}: {ours}, and not {theirs}"
        for day, line in lines(offer)
        if line.currency == "USD"
        for service, kind, prompt, ours, theirs in compared(offer, line, day)
        if ours != theirs
    )


def compared(offer: Offer, line: PriceLine, day: date) -> Iterator[tuple[str, str, int, int, Decimal]]:
    made = price(line)
    for service in ASKED:
        said = asked(KNOWN[offer.id], service, day)
        if said is None or not made.rates(1, service):
            continue
        for kind, prompt in asked_about(line, service):
            usage = {kind: prompt} if "output" not in kind else {"input": prompt, kind: 13}
            ours = genai.ours(made, usage, service)
            yield service, kind, prompt, ours, genai.cost(offer, usage, day, said)


def asked_about(line: PriceLine, service: str) -> Iterator[tuple[str, int]]:
    """Every kind that has a rate, with prompts on either side of each tier. A request is charged in all of them."""
    bounds = [tier.above for tier in tiers(line, service)]
    for prompt in (777, *bounds, *(bound + 1 for bound in bounds)):
        yield from ((kind, prompt) for kind in price(line).rates(prompt, service) if kind != "request")


def tiers(line: PriceLine, service: str) -> tuple[Tier, ...]:
    return next((one.tiers for one in line.services if one.name == service), line.tiers)


@pytest.mark.parametrize("id", COMPARED)
def test_a_price_is_theirs_to_the_picodollar_or_says_why_it_is_not(id: str) -> None:
    if any(line.differs for line in shipped().offers[id].prices):
        return
    assert apart(id) == ()


@pytest.mark.parametrize("id", [o.id for o in shipped().offers.values() if any(line.differs for line in o.prices)])
def test_a_reason_is_a_sentence_and_is_needed(id: str) -> None:
    reasons = [line.differs for line in shipped().offers[id].prices if line.differs]
    assert all(reason.endswith(".") and len(reason.split()) > 5 for reason in reasons)
    euros = all(line.currency == "EUR" for line in shipped().offers[id].prices)
    assert euros or apart(id)


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


def test_what_they_know_was_compared() -> None:
    differing = [id for id in COMPARED if any(line.differs for line in shipped().offers[id].prices)]
    assert len(COMPARED) >= 250
    assert len(differing) <= len(COMPARED) / 10


def test_what_they_do_not_know_says_where_it_is_from() -> None:
    lines = [line for offer in shipped().offers.values() if offer.id not in KNOWN for line in offer.prices]
    named = ("models.dev", "LiteLLM 1.109.1", "https://github.com/scaleway/docs-content")
    assert len(lines) >= 50
    assert [line.source.name for line in lines if not line.source.name.startswith(named)] == []
