"""What is wrong in a row is refused when it is made, what is wrong between rows is found: each by one that shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from halfopen.catalog.exchange import Exchange
from halfopen.catalog.model import Rating
from halfopen.catalog.price import PriceLine, Tariff, Tier
from halfopen.catalog.snapshot import CHECKS, Catalog, catalog, problems
from halfopen.catalog.source import Disagreement, Source
from halfopen.documents import Complaints
from tests.catalog.shelf import DAY, SOURCES, model, offer, provider

ONE, TWO = Decimal(1), Decimal(2)
RATING = Rating(score=ONE, low=ONE, high=TWO, board="a board", day=DAY, source=SOURCES[0])
LINE = PriceLine(since=DAY, input=ONE, output=TWO, source=SOURCES[0])
TIER = Tier(above=10, input=ONE, output=TWO)
BATCH = Tariff(name="batch", input=ONE, output=TWO)
ELSEWHERE = Source(name="a page", checked=DAY, of=("price",))


def world(*more: Any, **changed: Any) -> Catalog:
    """Two models at one provider, with one of the offers changed, or with rows of any kind added."""
    models, providers = [model("a"), model("b")], [provider("p")]
    offers = [offer("a", "p"), offer("b", "p", **changed)]
    rows = {"Model": models, "Provider": providers, "Offer": offers}
    for row in more:
        rows[type(row).__name__].append(row)  # type: ignore[attr-defined]
    return catalog(models, providers, offers)


def test_a_small_sound_world_has_no_problems() -> None:
    assert problems(world()) == ()


# -- within a row

NAME = "expected small letters, digits, `.`, `_` and `-`"
ADDRESS = "expected an http or https address without a `/` at its end"
MILLION = "expected the price of a million tokens"
CLEAR = "which would carry the key in the clear; expected https"
UNMADE: list[tuple[Callable[[], object], str]] = [
    (lambda: model("GPT-4"), f"name: `GPT-4`; {NAME}"),
    (lambda: provider("x@y", base_url=None), f"name: `x@y`; {NAME}"),
    (lambda: model("c", aliases=("d", "D")), "aliases: an alias given twice; expected each once"),
    (lambda: replace(RATING, high=ONE, low=TWO), "score: `1`; expected between 2 and 1, its interval"),
    (lambda: model("c", ratings=(RATING, RATING)), "ratings: two scores of one board, day and category; expected one"),
    (
        lambda: model("c", parameters=ONE, active=TWO),
        "active: `2`; expected at most 1, all its parameters, in billions",
    ),
    (
        lambda: model("c", weights="closed", weights_url="https://c.test"),
        "weights_url: an address, and the weights are closed; expected `weights: open`, or no address",
    ),
    (lambda: model("c", sources=(ELSEWHERE,)), "sources[0].of: `price`; expected a field of the row"),
    (
        lambda: offer("a", "p", disagreements=(Disagreement(field="x", says="y", source=SOURCES[0]),)),
        "disagreements[0].field: `x`; expected a field of the row",
    ),
    (lambda: provider("q", base_url="ftp://q"), f"base_url: `ftp://q`; {ADDRESS}"),
    (lambda: provider("q", base_url="https://q.test/"), f"base_url: `https://q.test/`; {ADDRESS}"),
    (lambda: provider("q", base_url="http://q.test"), f"base_url: `http://q.test`, {CLEAR}"),
    (lambda: provider("q", base_url="http://localhost.q.test"), f"base_url: `http://localhost.q.test`, {CLEAR}"),
    (
        lambda: provider("q", dialects={"chat": "v1"}),
        "dialects.chat: `v1`; expected a path that begins with `/`",
    ),
    (
        lambda: provider("q", countries=("EU", "fr")),
        "countries: `fr`; expected an ISO 3166 code of two capital letters",
    ),
    (lambda: offer("b", "p", successor="b"), "successor: `b`, the offer's own model; expected another model"),
    (
        lambda: offer("b", "p", retires=DAY),
        "successor: nothing, and it retires on 2026-11-24; expected the model to use instead",
    ),
    (
        lambda: offer("b", "p", prices=(LINE,), retires=DAY, successor="c"),
        "prices[0].since: `2026-11-24`; expected a day before 2026-11-24, when the offer retires, or no line",
    ),
    (
        lambda: model("c", lab_country="ch"),
        "lab_country: `ch`; expected two capital letters (ISO 3166-1), such as CH",
    ),
    (
        lambda: offer("b", "p", prices=(LINE, LINE)),
        "prices[1].since: `2026-11-24`; expected a day after 2026-11-24: a line is appended",
    ),
    (
        lambda: offer("b", "p", prices=(LINE, replace(LINE, since=date(2027, 1, 1), currency="EUR"))),
        "prices[1].currency: `EUR`; expected USD, as in the line before",
    ),
    (
        lambda: offer("b", "p", prices=(replace(LINE, services=(replace(BATCH, output=Decimal(0)),)),)),
        "prices[0]: a rate of 0; expected `free: true` in the offer, or no line if nobody knows it",
    ),
    (lambda: replace(LINE, tiers=(TIER, TIER)), "tiers: tiers above 10, 10; expected each higher than the last"),
    (lambda: replace(BATCH, tiers=(TIER, TIER)), "tiers: tiers above 10, 10; expected each higher than the last"),
    (
        lambda: replace(LINE, services=(BATCH, BATCH)),
        "services: batch, batch; expected each once, and none called standard",
    ),
    (lambda: replace(LINE, currency="CHF"), "currency: `CHF`; expected one of USD, EUR, GBP, CNY"),
    (
        lambda: replace(LINE, input=Decimal("0.1234567")),
        f"input: 0.1234567 a million tokens is finer than a picodollar a token (6 decimals at most); {MILLION}",
    ),
    (
        lambda: replace(LINE, input=Decimal("0.000005")),
        f"input: `0.000005`, which looks like a price of one token; {MILLION}, such as 0.15",
    ),
    (
        lambda: replace(LINE, input=Decimal("0.00000125")),
        f"input: `0.00000125`, which looks like a price of one token; {MILLION}, such as 0.15",
    ),
    (lambda: replace(LINE, output=Decimal(-1)), "output: `-1`; expected the price of a million tokens, 0 or more"),
    (lambda: replace(LINE, request=Decimal(-1)), "request: `-1`; expected the price of one, 0 or more"),
]


@pytest.mark.parametrize(("make", "said"), UNMADE, ids=[said for _, said in UNMADE])
def test_a_row_that_is_wrong_cannot_be_made(make: Callable[[], object], said: str) -> None:
    with pytest.raises(Complaints) as caught:
        make()
    assert [str(complaint) for complaint in caught.value.complaints] == [said]


def test_a_free_offer_may_cost_nothing() -> None:
    assert offer("b", "p", free=True, prices=(replace(LINE, input=Decimal(0), output=Decimal(0)),)).free


# -- between rows

IN_EUROS = (replace(LINE, currency="EUR"),)
UNSOUND: list[tuple[Catalog, str]] = [
    (world(model("c", sources=())), "c.weights: a fact without a source; expected a source, or one `of: [weights]`"),
    (
        world(context=5, sources=(Source(name="a page", checked=DAY, of=("served_as",)),)),
        "b@p.context: a fact without a source; expected a source, or one `of: [context]`",
    ),
    (world(model("c", aliases=("A",))), "c.aliases: `A`, the name of a model; expected a name that is free"),
    (world(offer("z", "p")), "z@p.model: `z`, which is not in the catalog; expected one that is"),
    (world(offer("a", "z")), "a@z.provider: `z`, which is not in the catalog; expected one that is"),
    (world(successor="z"), "b@p.successor: `z`, which is not in the catalog; expected one that is"),
    (world(model("c", predecessor="z")), "c.predecessor: `z`; expected a model of a lab in the catalog"),
    (world(model("c", lab="us", predecessor="a")), "c.predecessor: `a`; expected a model of us in the catalog"),
    (world(dialects=("messages",)), "b@p.dialects: `messages`; expected what p speaks"),
    (world(also=("a",)), "b@p.served_as: `a`, to which a@p answers; expected another name"),
    (world(prices=IN_EUROS), "b@p.prices: `EUR`; expected a currency with a row in `exchange`"),
]


@pytest.mark.parametrize(("unsound", "said"), UNSOUND, ids=[said for _, said in UNSOUND])
def test_what_does_not_fit_is_said(unsound: Catalog, said: str) -> None:
    told = [str(complaint) for complaint in problems(unsound)]
    assert said in told
    assert len({line.partition(".")[0] for line in told}) == 1  # of that row only


def test_every_check_has_something_that_it_finds() -> None:
    assert [check.__name__ for check in CHECKS if not any(list(check(unsound)) for unsound, _ in UNSOUND)] == []


def test_a_complaint_has_the_place_of_its_row() -> None:
    whole = catalog([model("a")], [provider("p")], [offer("z", "p")], places={"Offer z@p": ("offers/p.yaml", 12)})
    (told,) = problems(whole)
    assert (told.file, told.line, told.field) == ("offers/p.yaml", 12, "z@p.model")


def test_a_name_that_was_probably_meant_is_told() -> None:
    whole = catalog([model("gpt-oss-120b")], [provider("p")], [offer("gpt-oss-120", "p")])
    assert [complaint.nearest for complaint in problems(whole)] == ["gpt-oss-120b"]


def test_two_models_that_come_after_each_other_are_told() -> None:
    whole = catalog([model("a", predecessor="b"), model("b", predecessor="a")], [], [])
    assert "a.predecessor: `a`, which comes after it; expected an earlier model" in map(str, problems(whole))


def test_a_currency_with_a_rate_is_no_problem() -> None:
    rate = Exchange(currency="EUR", rate=ONE, day=DAY, source=SOURCES[0])
    whole = catalog([model("b")], [provider("p")], [offer("b", "p", prices=IN_EUROS)], [rate])
    assert problems(whole) == ()


def test_an_engine_at_home_may_be_reached_in_the_clear() -> None:
    assert problems(world(provider("q", hosting="self_hosted", base_url="http://10.0.0.7:8000"))) == ()
    assert problems(world(provider("q", base_url="http://127.0.0.1:9"))) == ()


def test_one_alias_of_two_models_is_no_problem_but_a_question_to_whoever_uses_it() -> None:
    assert problems(world(model("c", aliases=("x",)), model("d", aliases=("x",)))) == ()


def test_a_later_row_replaces_an_earlier_one_of_its_name() -> None:
    rows = catalog([model("a")], [provider("p"), provider("p", title="ours")], [])
    assert rows.providers["p"].title == "ours"
