"""Whoever retires gets a successor: the same model elsewhere, or one as good, as able and about as dear."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from halfopen.advisor.quality import qualities
from halfopen.advisor.successor import WARNING, Retiring, retiring
from halfopen.catalog.source import Source
from tests.advisor.worlds import DAY, line, model, offer, provider, rated, whole
from tests.catalog.shelf import shipped

SOON: dict[str, Any] = {"retires": DAY + timedelta(days=30), "successor": "other"}


def one(found: tuple[Retiring, ...]) -> Retiring:
    (only,) = found
    return only


def test_the_same_model_at_another_host_comes_first() -> None:
    there = whole(
        [model("m"), model("other")], [offer("m", "old", **SOON), offer("m", "new", "9", "9"), offer("other", "new")]
    )
    found = one(retiring(there, {"other": rated("other", 1500)}, DAY))
    assert [each.offer for each in found.proposals] == ["m@new", "other@new"]
    assert "the same model, at 9" in found.proposals[0].why
    assert (found.left, found.named) == (30, "other")


def test_a_price_that_is_about_to_rise_is_told_and_weighs_as_what_it_will_be() -> None:
    rising = (line("1", "1"), line("2", "2", since=DAY + timedelta(days=6)))
    there = whole(
        [model("m"), model("other"), model("third")],
        [offer("m", "old", **SOON), offer("other", "new", prices=rising), offer("third", "new", "1.4", "1.4")],
    )
    ratings = {name: rated(name, 1400) for name in ("m", "other", "third")}
    (named, other), ratio = one(retiring(there, ratings, DAY)).proposals, "2.00"
    assert named.why.endswith(f"at 1.00 times the price, from 2026-11-30 at {ratio} times")
    assert "from" not in other.why
    unnamed = {**SOON, "successor": "third"}
    firsts = [offer("m", "old", **unnamed), offer("other", "new", prices=rising), offer("fourth", "new", "1.4", "1.4")]
    there = whole([model("m"), model("other"), model("third"), model("fourth")], firsts)
    ratings |= {"fourth": rated("fourth", 1400)}
    assert [each.model for each in one(retiring(there, ratings, DAY)).proposals] == ["fourth", "other"]


def test_a_reseller_that_nobody_saw_since_the_maker_ended_it_is_not_proposed() -> None:
    undated = Source(name="genai-prices 0.2.3", checked=DAY)
    there = whole(
        [model("m", weights="closed"), model("other")],
        [
            offer("m", "lab", retires=DAY - timedelta(days=30), successor="other"),
            offer("m", "reseller", sources=(undated,), prices=(line("1", "1", source=undated),)),
            offer("other", "new"),
        ],
        providers=[provider("lab", title="A Lab")],
    )
    found = one(retiring(there, {"other": rated("other", 1400)}, DAY))
    assert [each.offer for each in found.proposals] == ["other@new"]


def test_what_is_lost_weighs_more_than_the_price() -> None:
    there = whole(
        [model("m", modalities=("text", "image")), model("blind"), model("other", modalities=("text", "image"))],
        [offer("m", "old", **SOON), offer("blind", "new", "0.1", "0.1"), offer("other", "new", "2", "2")],
    )
    ratings = {name: rated(name, 1400) for name in ("m", "blind", "other")}
    found = one(retiring(there, ratings, DAY))
    assert [each.model for each in found.proposals] == ["other", "blind"]
    assert found.proposals[1].lost == ("reads image",)


def test_a_worse_model_comes_after_one_as_good_though_it_is_cheaper() -> None:
    there = whole(
        [model("m"), model("worse"), model("other")],
        [offer("m", "old", **SOON), offer("worse", "new", "0.1", "0.1"), offer("other", "new", "1", "1")],
    )
    ratings = {"m": rated("m", 1400), "worse": rated("worse", 1300), "other": rated("other", 1390)}
    assert one(retiring(there, ratings, DAY)).proposals[0].model == "other"


def test_the_successor_that_the_catalog_names_comes_before_others_if_it_can_be_had() -> None:
    models = [model("m", modalities=("text", "image")), model("able", modalities=("text", "image")), model("other")]
    old, able, named = offer("m", "old", **SOON), offer("able", "new"), offer("other", "new", "3", "3")
    ratings = {"m": rated("m", 1400), "able": rated("able", 1500)}
    found = one(retiring(whole(models, [old, able, named]), ratings, DAY))
    assert [each.model for each in found.proposals] == ["other", "able"]
    assert found.proposals[0].why.startswith("named by the catalog")
    without = one(retiring(whole(models, [old, able]), ratings, DAY))
    assert [each.model for each in without.proposals] == ["able"]


def test_how_much_better_a_successor_is_comes_with_its_interval() -> None:
    there = whole([model("m"), model("other")], [offer("m", "old", **SOON), offer("other", "new")])
    ratings = {"m": rated("m", 1400, 3), "other": rated("other", 1428, 4, "estimated")}
    assert "+28 Elo (+23 to +33, estimated)" in one(retiring(there, ratings, DAY)).proposals[0].why


def test_nobody_is_proposed_who_retires_as_soon_or_is_unrated() -> None:
    later: dict[str, Any] = {"retires": DAY + WARNING, "successor": "other"}
    there = whole(
        [model("m"), model("mute"), model("other")],
        [offer("m", "old", **SOON), offer("mute", "new"), offer("other", "new", **{**later, "successor": "m"})],
    )
    found = retiring(there, {"m": rated("m", 1400), "other": rated("other", 1400)}, DAY)
    assert [each.proposals for each in found] == [(), ()]


def test_only_what_ends_within_ninety_days_or_has_ended_is_told_soonest_first() -> None:
    days = {"gone": date(2026, 2, 1), "soon": DAY + timedelta(days=90), "later": DAY + timedelta(days=91)}
    there = whole(
        [model("m"), *(model(name) for name in days)],
        [offer(name, "p", retires=day, successor="m") for name, day in days.items()],
    )
    assert [each.offer for each in retiring(there, {}, DAY)] == ["gone@p", "soon@p"]
    assert [each.offer for each in retiring(there, {}, DAY, ["soon@p"])] == ["soon@p"]


def test_every_offer_that_ships_and_ends_soon_has_a_proposal() -> None:
    there = shipped()
    found = retiring(there, qualities(there.models, "overall", DAY), DAY)
    assert len(found) >= 5
    assert all(each.proposals for each in found)
    for each in found:
        ends = [there.offers[proposal.offer].retires for proposal in each.proposals]
        assert all(end is None or end > DAY + WARNING for end in ends)
