"""The table keeps what is known to fit, and marks as efficient what no cheaper model surely beats."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfopen.advisor.able import complies
from halfopen.advisor.frontier import frontier
from halfopen.advisor.pair import pair
from halfopen.advisor.quality import Quality
from halfopen.advisor.table import SORTS, Row, Table, Wanted, table
from halfopen.advisor.worth import Shape, Worth, coming, in_dollars, shape_of, worth
from halfopen.catalog.price import Tier
from halfopen.catalog.provider import Compliance
from halfopen.catalog.snapshot import Catalog
from tests.advisor.worlds import DAY, SEEN, line, model, offer, provider, rate, rated, whole


def names(found: Table) -> list[str]:
    return [row.model.name for row in found.rows]


def shown(there: Catalog, *ratings: Quality, zones: dict[str, str] | None = None, **wanted: Any) -> Table:
    return table(there, {each.model: each for each in ratings}, Wanted(**wanted), DAY, zones)


def shop() -> Catalog:
    return whole(
        [
            model("opus", weights="closed", licence="proprietary", modalities=("text", "image"), context=200_000),
            model("llama", forbids=("eu_multimodal",), context=128_000),
            model("paper", forbids=("commercial_use",)),
            model("secret", licence=None),
        ],
        [
            offer("opus", "lab", "15", "75"),
            offer("llama", "dear", "2", "2"),
            offer("llama", "cheap", "1", "1"),
            offer("paper", "cheap", None),
            offer("secret", "cheap", "0.5", "0.5", context=32_000),
        ],
    )


# -- rows


def test_a_row_has_its_cheapest_offer_first() -> None:
    (row,) = (row for row in shown(shop()).rows if row.model.name == "llama")
    assert [seat.offer.provider for seat in row.seats] == ["cheap", "dear"]
    assert row.dollars == 1


def test_of_two_offers_of_one_price_the_one_that_stands_longer_is_first_and_the_makers_is_known() -> None:
    ends: dict[str, Any] = {"retires": date(2027, 1, 14), "successor": "next"}
    later: dict[str, Any] = {"retires": date(2027, 4, 14), "successor": "next"}
    there = whole(
        [model("m"), model("next")],
        [offer("m", "a", **ends), offer("m", "b", **later), offer("m", "c")],
        providers=[provider("a", operator="A Lab Inc.")],
    )
    seats = next(row for row in shown(there).rows if row.model.name == "m").seats
    assert [seat.provider.name for seat in seats] == ["c", "b", "a"]
    assert [seat.maker for seat in seats] == [False, False, True]


def test_the_best_rated_come_first_and_the_unrated_last() -> None:
    assert names(shown(shop(), rated("llama", 1300), rated("paper", 1400))) == ["paper", "llama", "opus", "secret"]


def test_an_unpriced_model_is_not_the_cheapest() -> None:
    assert names(shown(shop(), sort="price")) == ["secret", "llama", "opus", "paper"]


@pytest.mark.parametrize("sort", SORTS)
def test_every_order_shows_every_row(sort: str) -> None:
    assert sorted(names(shown(shop(), sort=sort))) == ["llama", "opus", "paper", "secret"]


def test_what_a_model_must_be_is_asked_of_the_model() -> None:
    assert names(shown(shop(), weights="closed")) == ["opus"]
    assert names(shown(shop(), modalities=frozenset({"image"}))) == ["opus"]
    assert names(shown(shop(), weights="open", providers=frozenset({"dear"}))) == ["llama"]


def test_a_limit_keeps_only_what_is_known_to_keep_it_and_says_what_is_not_known() -> None:
    cheap = shown(shop(), most=Decimal(1))
    assert names(cheap) == ["llama", "secret"]
    assert cheap.unknown == {"price": 1}
    long = shown(shop(), context=100_000)
    assert names(long) == ["llama", "opus"]
    assert long.unknown == {"context": 1}


def test_a_licence_of_which_the_name_alone_is_known_allows_nothing() -> None:
    allowed = shown(shop(), allows=("commercial",))
    assert names(allowed) == ["llama"]
    assert allowed.unknown == {"licence terms": 2}  # the one without a licence, and the one without its terms
    assert names(shown(shop(), allows=("eu",))) == ["paper"]


def test_only_offers_within_the_zone_are_left() -> None:
    found = shown(shop(), zones={"cheap": "home", "dear": "anywhere"}, reach=frozenset({"home"}))
    assert names(found) == ["llama", "paper", "secret"]
    assert [seat.zone for row in found.rows for seat in row.seats] == ["home", "home", "home"]


def test_what_retired_everywhere_is_hidden_unless_its_weights_are_open() -> None:
    gone: dict[str, Any] = {"retires": DAY, "successor": "llama"}
    there = whole(
        [model("closed", weights="closed"), model("open"), model("llama")],
        [offer("closed", "lab", **gone), offer("open", "lab", **gone), offer("llama", "lab")],
    )
    found = shown(there)
    assert names(found) == ["llama", "open"]
    assert found.gone == 1
    assert "closed" in names(shown(there, gone=True))
    assert next(row for row in found.rows if row.model.name == "open").dollars is None


def test_what_is_free_to_try_is_not_taken_for_the_price() -> None:
    there = whole([model("m")], [offer("m", "taste", "0", "0", free=True), offer("m", "shop", "2", "2")])
    assert shown(there).rows[0].dollars == 2


# -- prices


def test_euros_are_kept_and_put_beside_dollars_by_the_rate_of_the_day() -> None:
    there = offer("m", "eu", None, prices=(line("1", "3", currency="EUR"),))
    found = worth(there, Shape(3, 1), DAY, [rate("EUR", "1.10", date(2026, 11, 1)), rate("EUR", "2", date(2027, 1, 1))])
    assert found is not None
    assert (found.currency, found.input, found.mixed) == ("EUR", Decimal(1), Decimal("1.5"))
    assert found.dollars == Decimal("1.65")
    assert in_dollars(found.output, found) == Decimal("3.3")


def test_a_currency_without_a_rate_is_not_compared() -> None:
    there = whole([model("m")], [offer("m", "eu", None, prices=(line("1", "3", currency="EUR"),))])
    found = shown(there, rated("m", 1300))
    assert found.rows[0].dollars is None
    assert found.rows[0].place == "off"


def test_a_change_of_price_is_known_ninety_days_before_it_comes() -> None:
    def changing(day: date, output: str = "20") -> Worth | None:
        lines = (line("2", "10"), line("2", output, since=day))
        return coming(offer("m", "p", None, prices=lines), Shape(3, 1), DAY, ())

    found = changing(DAY + timedelta(days=90))
    assert found is not None
    assert (found.since, found.output, found.dollars) == (DAY + timedelta(days=90), Decimal(20), Decimal("6.5"))
    assert changing(DAY + timedelta(days=91)) is None
    assert changing(DAY + timedelta(days=9), "10") is None, "a line that says the same is no change"
    assert changing(DAY) is None, "it has come"


def test_a_long_prompt_is_priced_by_its_tier() -> None:
    tiers = (Tier(above=1000, input=Decimal(2), output=Decimal(4)),)
    long = offer("m", "p", None, prices=(line("1", "1", tiers=tiers),))
    found = [worth(long, Shape(prompt, 0), DAY, ()) for prompt in (1000, 1001)]
    assert [each and each.mixed for each in found] == [1, 2]


@pytest.mark.parametrize("wrong", ["", "3", "3:", "a:b", "0:0", "3:1:1", "-3:1", "3.5:1", "9999999999:1"])
def test_what_is_no_shape_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="no shape"):
        shape_of(wrong)


def test_a_shape_is_tokens_in_and_out() -> None:
    assert shape_of("1000:300") == Shape(1000, 300)
    assert str(Shape()) == "3:1"


# -- the frontier


def test_on_the_frontier_is_what_no_cheaper_model_beats() -> None:
    places = frontier(
        [
            ("best", Decimal(9), rated("best", 1500)),
            ("cheap", Decimal(1), rated("cheap", 1300)),
            ("bad", Decimal(9), rated("bad", 1200)),
        ]
    )
    assert places == {"best": "on", "cheap": "on", "bad": "off"}


def test_what_a_cheaper_model_beats_but_not_surely_may_be_on_it() -> None:
    places = frontier([("sure", Decimal(1), rated("sure", 1310, 4)), ("vague", Decimal(2), rated("vague", 1300, 50))])
    assert places == {"sure": "on", "vague": "near"}


def test_of_two_equals_the_cheaper_is_efficient() -> None:
    places = frontier([("a", Decimal(1), rated("a", 1300)), ("b", Decimal(2), rated("b", 1300))])
    assert places == {"a": "on", "b": "near"}


points = st.lists(
    st.tuples(st.integers(1, 50), st.integers(1000, 1600), st.integers(1, 80)), min_size=1, max_size=12
).map(
    lambda rows: [
        (f"m{at}", Decimal(cost), rated(f"m{at}", value, half)) for at, (cost, value, half) in enumerate(rows)
    ]
)


@given(points)
def test_the_best_rated_and_the_cheapest_are_never_off(rows: list[tuple[str, Decimal, Quality]]) -> None:
    places = frontier(rows)
    best = max(rows, key=lambda row: (row[2].score, -row[1]))
    cheapest = min(rows, key=lambda row: (row[1], -row[2].score))
    assert places[best[0]] == "on"
    assert places[cheapest[0]] == "on"


@given(points)
def test_along_the_frontier_dearer_is_better(rows: list[tuple[str, Decimal, Quality]]) -> None:
    on = sorted((cost, quality.score) for name, cost, quality in rows if frontier(rows)[name] == "on")
    assert [score for _, score in on] == sorted(score for _, score in on)


def test_the_unrated_and_the_unpriced_are_on_no_frontier() -> None:
    there = whole([model("mute"), model("unpriced")], [offer("mute", "p"), offer("unpriced", "p", None)])
    assert {row.place for row in shown(there, rated("unpriced", 1500)).rows} == {"off"}


# -- two side by side


def row(name: str, quality: Quality | None, price: str | None = "1", **more: Any) -> Row:
    there = whole([model(name, **more)], [offer(name, "host", price, price or "1")])
    return table(there, {name: quality} if quality else {}, Wanted(), DAY).rows[0]


def test_twenty_five_elo_behind_is_a_parity_of_93() -> None:
    found = pair(row("a", rated("a", 1300, 0.5), "1"), row("b", rated("b", 1325, 0.5), "4"))
    assert found.parity is not None
    assert found.wins is not None
    assert found.parity.value == pytest.approx(92.8, abs=0.05)
    assert found.wins.value == pytest.approx(found.parity.value / 200)
    assert found.parity.low < found.parity.value < found.parity.high
    assert (found.ratio, found.basis) == (Decimal("0.25"), "measured")


def test_a_pair_with_an_estimate_is_an_estimate_and_one_with_an_unrated_model_is_nothing() -> None:
    assert pair(row("a", rated("a", 1300, 50, "estimated")), row("b", rated("b", 1325))).basis == "estimated"
    blank = pair(row("a", None, None), row("b", rated("b", 1325)))
    assert (blank.wins, blank.parity, blank.basis, blank.ratio) == (None, None, None, None)


def test_what_only_one_can_is_told_and_what_is_not_known_is_no_no() -> None:
    one = row("one", None, modalities=("text", "image"), tools=True, reasoning=None, weights="closed", forbids=())
    other = row("other", None, tools=None, reasoning=True, forbids=("eu_multimodal",))
    can = pair(one, other).can
    assert "reads images" in can.first
    assert "runs on your own machines, and its weights stay" in can.second
    assert "has a licence that forbids multimodal models for companies domiciled in the EU" in can.second
    assert "calls tools (not known of Other)" in can.unknown
    assert "reasons before it answers (not known of One)" in can.unknown
    assert not [each for each in can.first if "tools" in each]


def test_that_a_model_runs_on_ones_own_machines_is_not_known_where_nobody_saw_its_weights() -> None:
    guessed = row("guessed", None, sources=(replace(SEEN, recalled=True),))
    can = pair(guessed, row("closed", None, weights="closed")).can
    assert not [each for each in can.first if "own machines" in each]
    assert "runs on your own machines, and its weights stay (not known of Guessed)" in can.unknown


def test_of_a_provider_that_says_yes_and_no_of_one_plan_nothing_is_known() -> None:
    def said(*values: tuple[str, str]) -> tuple[Compliance, ...]:
        return tuple(Compliance(topic="soc2", value=value, plan=plan, source=SEEN) for value, plan in values)

    assert complies(provider("p", compliance=said(("yes", ""), ("no", ""))), "soc2") is None
    assert complies(provider("p", compliance=said(("type II", "team"), ("no", ""))), "soc2") == "yes"
    assert complies(provider("p", compliance=said(("no, up to 3 days", ""))), "soc2") == "no"
    assert complies(provider("p", compliance=said(("on_request", "a"), ("no", "b"))), "soc2") == "on request"
    assert complies(provider("p", compliance=said(("on_request", "a"), ("yes", "b"))), "soc2") == "yes"
    assert complies(provider("p", compliance=said(("on_request", "a"), ("yes", "a"))), "soc2") == "on request"
    assert complies(provider("p", compliance=said(("on_request", "a"), ("no", "a"))), "soc2") is None
    assert complies(provider("p", compliance=said(("in progress", ""))), "soc2") is None
    assert complies(provider("p"), "soc2") is None
