"""What newer sources say: what is taken from a price table and a provider's list, and what is left, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from halfopen.catalog.match import index
from halfopen.catalog.price import PriceLine, Tariff
from halfopen.catalog.snapshot import Catalog, catalog
from halfopen.catalog.source import Source
from halfopen.catalog.upkeep.news import (
    Listed,
    Proposal,
    additions,
    from_list,
    from_overlay,
    from_table,
    stand_in,
)
from halfopen.catalog.upkeep.overlay import Addition, Overlay, laid_over
from tests.catalog.shelf import DAY, SOURCES, model, offer, provider

ONE, TWO = Decimal(1), Decimal(2)
START = date(2026, 5, 1)
LATER = date(2026, 11, 1)
SEEN = Source(name="https://p.test/v1/models", checked=DAY)
TABLE = Source(name="a-table 0.2.3", checked=START)


def line(since: date = START, **more: Any) -> PriceLine:
    row: dict[str, Any] = {"since": since, "input": ONE, "output": TWO, "source": TABLE}
    return PriceLine(**row | more)


def world(**more: Any) -> Catalog:
    rows = [offer("a", "p", **{"prices": (line(),), "also": ("a-latest",)} | more)]
    return catalog([model("a"), model("b", released=DAY), model("c")], [provider("p")], [*rows, offer("b", "p")])


def of_table(whole: Catalog, *theirs: PriceLine, version: str = "0.2.4", day: date = DAY) -> tuple[Proposal, ...]:
    return from_table(whole, {"a@p": theirs}, "a-table", version, day)


def of_list(whole: Catalog, **said: Any) -> list[Proposal]:
    entries = [Listed(**{"names": ("a",)} | said), Listed(("b",))]
    return list(from_list(whole, index(whole), "p", entries, SEEN))


def test_a_line_dated_after_ours_is_taken_with_its_date() -> None:
    (news,) = of_table(world(), line(date.min), line(LATER, input=TWO))
    assert (news.why_not, news.says) == ("", "from 2026-11-01: input 1 -> 2")
    assert additions([news]) == (Addition(offer="a@p", prices=(line(LATER, input=TWO),)),)


def test_what_the_table_has_of_another_host_only_is_left() -> None:
    whole, theirs = world(prices=()), {"a@p": (line(date.min),)}
    (own,) = from_table(whole, theirs, "a-table", "0.2.4", DAY)
    assert additions([own])
    (news,) = from_table(whole, theirs, "a-table", "0.2.4", DAY, {"a@p"})
    assert news.why_not == "a-table has no price of that host, only what another takes for the model"
    assert additions([news]) == ()


def test_what_the_table_says_as_we_do_is_no_news() -> None:
    assert of_table(world(), line(date.min), line(LATER)) == ()


def test_a_change_without_a_date_begins_on_the_day_on_which_it_was_seen() -> None:
    (news,) = of_table(world(), line(date.min, input=TWO))
    assert news.why_not == ""
    (taken,) = additions([news])[0].prices
    assert (taken.since, taken.source.name) == (DAY, "a-table 0.2.4, undated there, first seen on 2026-11-24")


@pytest.mark.parametrize(
    ("more", "version", "why"),
    [
        ({}, "0.2.3", "ours was read from a-table 0.2.3, which is not older"),
        ({"source": SOURCES[0]}, "0.2.4", "ours is from a test"),
        ({"differs": "a contract"}, "0.2.4", "it differs on purpose: a contract"),
    ],
)
def test_a_change_without_a_date_is_left_where_ours_may_be_the_better(more: Any, version: str, why: str) -> None:
    (news,) = of_table(world(prices=(line(**more),)), line(date.min, input=TWO), version=version)
    assert why in news.why_not
    assert additions([news]) == ()


def test_version_ten_is_newer_than_version_nine() -> None:
    ours = world(prices=(line(source=replace(TABLE, name="a-table 0.2.9")),))
    (news,) = of_table(ours, line(date.min, input=TWO), version="0.2.10")
    assert news.why_not == ""


def test_an_offer_without_a_price_gets_one() -> None:
    (news,) = of_table(world(prices=()), line(date.min))
    assert news.says == "from 2026-11-24: input 1, output 2"
    (dated,) = of_table(world(prices=()), line(LATER))
    assert dated.says == "from 2026-11-01: input 1, output 2"


def test_what_has_retired_gets_no_news() -> None:
    assert of_table(world(retires=LATER, successor="b"), line(LATER, input=TWO), day=LATER) == ()


def test_a_price_that_would_begin_after_the_end_is_left() -> None:
    (news,) = of_table(world(retires=LATER, successor="b"), line(LATER, input=TWO), day=START)
    assert news.why_not == f"it retires on {LATER}"


def test_a_price_of_nothing_is_not_believed() -> None:
    (news,) = of_table(world(prices=()), line(LATER, input=Decimal(0)))
    assert "a rate of 0" in news.why_not


@pytest.mark.parametrize("input", [Decimal(11), Decimal("0.09")])
def test_a_price_that_changes_more_than_tenfold_is_doubted(input: Decimal) -> None:
    (news,) = of_table(world(), line(LATER, input=input))
    assert news.why_not == "input would change by more than 10 times"


def test_another_currency_is_no_change_of_price() -> None:
    (news,) = of_list(world(), line=line(DAY, input=TWO, currency="EUR"))
    assert news.why_not == "it is in EUR and ours is in USD"


def test_a_list_that_tells_another_price_changes_it_from_that_day_on() -> None:
    (news,) = of_list(world(), line=line(DAY, input=TWO, source=SEEN))
    laid, _ = laid_over(world(), {"p.yaml": Overlay(offers=additions([news]))})
    assert [(each.since, each.input) for each in laid.offers["a@p"].prices] == [(START, ONE), (DAY, TWO)]


def test_a_list_that_tells_the_same_price_is_no_news() -> None:
    assert of_list(world(), line=line(DAY, input=Decimal("1.005"))) == []


def test_a_model_is_found_by_any_name_of_either_side() -> None:
    assert of_list(world(), names=("other", "a-latest"), line=line(DAY)) == []


def test_a_price_that_leaves_out_what_ours_tells_is_left() -> None:
    batch = Tariff(name="batch", input=ONE, output=ONE)
    (news,) = of_list(world(prices=(line(services=(batch,)),)), line=line(DAY, input=TWO))
    assert news.why_not == "it does not tell the price of batch, which ours has"


def test_what_is_no_longer_listed_is_told_and_nothing_is_written() -> None:
    (news,) = of_list(world(), names=("other",))
    assert (news.field, news.says, news.why_not) == (
        "listed",
        "`a` is not in its list",
        "a list has no dates; look it up",
    )
    assert additions([news]) == ()


def test_an_end_is_taken_with_the_model_that_the_provider_names() -> None:
    (news,) = of_list(world(), retires=DAY + timedelta(days=9), successor="c")
    assert news.says == "- -> 2026-12-03; c comes after it"
    laid, _ = laid_over(world(), {"p.yaml": Overlay(offers=additions([news]))})
    assert (laid.offers["a@p"].retires, laid.offers["a@p"].successor) == (date(2026, 12, 3), "c")


def test_an_end_that_is_known_is_no_news() -> None:
    end = DAY + timedelta(days=9)
    assert of_list(world(retires=end, successor="b"), retires=end) == []


def test_a_successor_is_the_next_of_its_line_or_the_newest_of_its_lab_that_is_sold() -> None:
    whole = world()
    assert stand_in(whole, whole.offers["a@p"], DAY) == "b"
    heir = replace(whole, models={**whole.models, "c": model("c", predecessor="a")})
    assert stand_in(replace(heir, offers={**heir.offers, "c@p": offer("c", "p")}), heir.offers["a@p"], DAY) == "c"
    assert stand_in(whole, replace(whole.offers["a@p"], successor="c"), DAY) == "c"


def test_an_end_after_which_nothing_can_be_named_is_left() -> None:
    whole = catalog([model("a")], [provider("p")], [offer("a", "p")])
    (news,) = from_list(whole, index(whole), "p", [Listed(("a",), retires=DAY)], SEEN)
    assert news.why_not == "no model of the catalog can be named to come after it"


def test_a_price_and_an_end_of_one_offer_are_joined() -> None:
    news = of_list(world(), line=line(DAY, input=TWO, source=SEEN), retires=DAY + timedelta(days=9), successor="c")
    (joined,) = additions(news)
    assert (len(joined.prices), joined.retires, joined.source) == (1, date(2026, 12, 3), SEEN)


def test_a_file_of_the_teams_own_is_believed_even_where_it_jumps() -> None:
    mine = Addition(offer="a@p", prices=(line(DAY, input=Decimal(50)),), retires=DAY, successor="b", source=SEEN)
    news = from_overlay(world(), Overlay(offers=(mine, Addition(offer="z@p"))))
    assert [(each.field, each.why_not) for each in news] == [
        ("prices", ""),
        ("retires", ""),
        ("prices", "there is no such offer"),
    ]
    (joined,) = additions(news)
    assert joined == mine


def test_a_line_of_the_teams_own_that_would_change_the_past_is_left() -> None:
    (news,) = from_overlay(world(), Overlay(offers=(Addition(offer="a@p", prices=(line(START, input=TWO),)),)))
    assert news.why_not == "ours has a line of 2026-05-01 already"
