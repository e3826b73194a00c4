"""What a team lays over the catalog: later lines and days, and never another past."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfopen import documents
from halfopen.catalog.model import Rating
from halfopen.catalog.offer import Offer
from halfopen.catalog.price import PriceLine, Tariff, Tier, in_force
from halfopen.catalog.snapshot import Catalog, catalog, problems
from halfopen.catalog.source import Source
from halfopen.catalog.upkeep.overlay import Addition, Overlay, Scores, laid_over, merged, with_addition, written
from halfopen.documents import Complaints
from tests.catalog.shelf import DAY, SOURCES, model, offer, provider

ONE, TWO = Decimal(1), Decimal(2)
START, ENDS = date(2026, 5, 1), date(2026, 6, 1)
PAGE = Source(name="a page", checked=DAY)


def line(since: date, **more: Any) -> PriceLine:
    row: dict[str, Any] = {"since": since, "input": ONE, "output": TWO, "source": SOURCES[0]}
    return PriceLine(**row | more)


def sold(**more: Any) -> Offer:
    return offer("a", "p", **{"prices": (line(START),)} | more)


def world(**more: Any) -> Catalog:
    return catalog([model("a"), model("b")], [provider("p")], [sold(**more)])


def over(whole: Catalog, *added: Addition) -> Offer:
    laid, unused = laid_over(whole, {"x.yaml": Overlay(offers=added)})
    assert not unused
    assert problems(laid) == ()
    return laid.offers["a@p"]


def test_a_later_line_is_appended() -> None:
    grown = over(world(), Addition(offer="a@p", prices=(line(DAY, input=TWO),)))
    assert [each.since for each in grown.prices] == [START, DAY]


@pytest.mark.parametrize("since", [START, START - timedelta(days=9)])
def test_a_line_that_would_change_the_past_is_not_laid_on_and_told(since: date) -> None:
    overlay = Overlay(offers=(Addition(offer="a@p", prices=(line(since, input=TWO),)),))
    laid, unused = laid_over(world(), {"x.yaml": overlay})
    assert laid.offers["a@p"].prices == (line(START),)
    why = "there is one of 2026-05-01 already, and a line is appended"
    assert unused == (f"x.yaml: the price of a@p from {since} is not used: {why}",)


def test_a_line_that_says_what_holds_on_its_day_anyway_is_left_without_a_word() -> None:
    ours = world(prices=(line(START), line(DAY, input=TWO)))
    added = Addition(offer="a@p", prices=(line(START + timedelta(days=9)), line(DAY, input=TWO)))
    assert over(ours, added).prices == (line(START), line(DAY, input=TWO))


def test_no_line_begins_after_an_end_that_is_laid_on_and_it_is_told() -> None:
    end, late = DAY + timedelta(days=5), DAY + timedelta(days=9)
    ours = world(prices=(line(START), line(late, input=TWO)))
    added = Addition(offer="a@p", prices=(line(late + timedelta(days=1)),), retires=end, successor="b", source=PAGE)
    laid, unused = laid_over(ours, {"x.yaml": Overlay(offers=(added,))})
    assert problems(laid) == ()
    assert laid.offers["a@p"].prices == (line(START),)
    assert unused == (f"x.yaml: the price of a@p from {late} is not used: it retires on {end}",)


@pytest.mark.parametrize(("second", "refused"), [("2027-01-02", True), ("2026-12-01", False)])
def test_an_offer_with_two_days_of_retirement_in_one_file_is_refused(second: str, refused: bool) -> None:
    page = "source: {name: a page, checked: 2026-11-24}"
    rows = [f"  - {{offer: a@p, retires: {day}, successor: b, {page}}}\n" for day in ("2026-12-01", second)]
    text = "offers:\n" + "".join(rows)
    if not refused:
        assert len(documents.read(text, Overlay, "y.yaml").offers) == 2
        return
    with pytest.raises(Complaints, match=r"y.yaml.*retires: `2027-01-02`, and 2026-12-01 above for a@p"):
        documents.read(text, Overlay, "y.yaml")


@given(st.lists(st.integers(0, 400), unique=True, max_size=5), st.integers(0, 400))
def test_no_day_before_the_last_line_that_ships_is_ever_priced_anew(starts: list[int], day: int) -> None:
    added = tuple(line(date(2026, 1, 1) + timedelta(days=n), input=TWO) for n in sorted(starts))
    grown = with_addition(sold(prices=(line(START), line(DAY))), Addition(offer="a@p", prices=added))
    past = min(date(2026, 1, 1) + timedelta(days=day), DAY)
    assert in_force(grown.prices, past) == in_force((line(START), line(DAY)), past)


def test_an_offer_without_a_price_gets_its_first() -> None:
    assert over(world(prices=()), Addition(offer="a@p", prices=(line(START),))).prices == (line(START),)


def test_a_day_of_retirement_is_added_with_its_source() -> None:
    grown = over(world(), Addition(offer="a@p", retires=DAY, successor="b", source=PAGE))
    assert (grown.retires, grown.successor) == (DAY, "b")
    assert grown.sources[-1] == replace(PAGE, of=("retires",))


def test_the_day_that_was_there_is_kept_as_a_disagreement() -> None:
    old = Source(name="an older page", checked=START)
    ours = world(retires=ENDS, successor="b", sources=(old,))
    grown = over(ours, Addition(offer="a@p", retires=DAY, source=PAGE))
    assert (grown.retires, grown.successor) == (DAY, "b")
    assert [(one.field, one.says, one.source.name) for one in grown.disagreements] == [
        ("retires", "2026-06-01", "an older page")
    ]


def test_a_row_that_was_looked_at_later_keeps_its_own_day() -> None:
    added = Addition(offer="a@p", retires=DAY, source=replace(PAGE, checked=START))
    assert over(world(retires=ENDS, successor="b"), added).retires == ENDS


def test_what_is_said_of_nothing_is_told_and_not_used() -> None:
    overlay = Overlay(offers=(Addition(offer="z@p"),), models=(Scores(model="z"),))
    whole, unused = laid_over(world(), {"x.yaml": overlay})
    assert whole == world()
    assert unused == (
        "x.yaml: there is no offer z@p, so what is said of it is not used",
        "x.yaml: there is no model z, so its scores are not used",
    )


def test_an_addition_that_makes_a_row_unsound_is_refused_with_the_name_of_its_file() -> None:
    added = Addition(offer="a@p", prices=(line(DAY, currency="EUR"),))
    with pytest.raises(Complaints, match=r"x.yaml:1: a@p.prices\[1\].currency: `EUR`"):
        laid_over(world(), {"x.yaml": Overlay(offers=(added,))})


def test_a_day_of_retirement_without_a_source_is_refused() -> None:
    with pytest.raises(Complaints, match=r"y.yaml:2: offers\[0\].*source"):
        documents.read("offers:\n  - {offer: a@p, retires: 2026-12-01}\n", Overlay, "y.yaml")


def rating(score: int, day: date = DAY) -> Rating:
    return Rating(board="x", day=day, score=Decimal(score), low=ONE, high=Decimal(3000), source=PAGE)


def test_scores_are_added_beside_those_that_ship_and_replace_none() -> None:
    known = rating(1200)
    whole = catalog([model("a", ratings=(known,))], [], [])
    laid, _ = laid_over(whole, {"x": Overlay(models=(Scores(model="a", ratings=(rating(1), rating(2, START))),))})
    assert [(each.day, each.score) for each in laid.models["a"].ratings] == [(DAY, Decimal(1200)), (START, TWO)]


def test_a_file_is_read_back_as_it_was_written() -> None:
    tier = Tier(above=10, input=TWO, output=TWO, cached_read=Decimal("0.0000001") * 0 + Decimal("0.001"))
    rich = line(DAY, tiers=(tier,), services=(Tariff(name="batch", input=ONE, output=ONE),), differs='a "reason": NO')
    raw = replace(rating(5), style_control=False, category="coding", votes=3, named="NO")
    overlay = Overlay(
        offers=(
            Addition(offer="a@p", prices=(rich,), retires=DAY, successor="null", source=replace(PAGE, recalled=True)),
        ),
        models=(Scores(model="a", ratings=(raw,)),),
    )
    assert documents.read(written(overlay, "about"), Overlay, "x.yaml") == overlay
    assert documents.read(written(Overlay(), "about"), Overlay, "x.yaml") == Overlay()


def test_what_a_file_has_is_kept_when_more_is_merged_into_it() -> None:
    old = Overlay(
        offers=(Addition(offer="a@p", prices=(line(START),)), Addition(offer="b@p", retires=DAY, source=PAGE)),
        models=(Scores(model="a", ratings=(rating(1),)),),
    )
    later = DAY + timedelta(days=1)
    new = Overlay(
        offers=(
            Addition(offer="a@p", prices=(line(START, input=TWO), line(DAY)), retires=DAY, source=PAGE),
            Addition(offer="b@p", retires=later, source=PAGE),
        ),
        models=(Scores(model="a", ratings=(rating(2), rating(3, START))),),
    )
    both = merged(old, new)
    assert both.offers[0].prices == (line(START), line(DAY))
    assert [added.retires for added in both.offers] == [DAY, later]
    assert [each.score for each in both.models[0].ratings] == [1, 3]
    assert merged(both, new) == both
