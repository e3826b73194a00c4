"""The estimates are tried on models whose rating is known, and their record is told as it is."""

from __future__ import annotations

from datetime import date
from random import Random

from halfopen.advisor.left_out import Tried, left_out, records
from halfopen.advisor.quality import measured, qualities
from halfopen.advisor.scale import scale
from tests.advisor.worlds import DAY, by_name, model, score
from tests.catalog.shelf import shipped


def test_in_a_world_of_even_gains_nineteen_of_twenty_lie_in_their_interval() -> None:
    dice = Random(7)
    made = []
    for lab in range(20):
        value = 1200.0
        for place in range(5):
            before = f"m-{lab}-{place - 1}" if place else None
            made.append(model(f"m-{lab}-{place}", score(round(value, 1)), predecessor=before))
            value += dice.gauss(40, 35)
    models = by_name(*made)
    tried = left_out(models, qualities(models, "overall", DAY))
    (record,) = records(tried)
    assert record.tried == 100
    assert 0.9 <= record.inside / record.tried <= 1
    assert abs(record.bias) < 15


def test_a_model_that_no_rule_reaches_is_not_tried() -> None:
    models = by_name(model("alone", score(1300)), model("other", score(1400)))
    assert left_out(models, qualities(models, "overall", DAY)) == ()
    assert records(()) == ()


def test_forward_a_model_is_estimated_from_earlier_ones_alone() -> None:
    made = [
        model(
            f"{lab}-{place}",
            score(1200 + 40 * place + (5 if lab == "y" else 0)),
            predecessor=f"{lab}-{place - 1}" if place else None,
            released=date(2025, 1 + place, 1),
        )
        for lab in ("x", "y", "z")
        for place in range(4)
    ]
    models = by_name(*made)
    rated = qualities(models, "overall", DAY)
    assert {each.model for each in left_out(models, rated)} == set(models)
    later = left_out(models, rated, forward=True)
    assert {each.model for each in later} == {"x-3", "y-3", "z-3"}  # before them four gains were not known
    assert all(each.inside for each in later)


def test_a_record_counts_what_lies_outside() -> None:
    tried = (
        Tried("a", 1300, 1320, 50, "line"),
        Tried("b", 1300, 1400, 50, "line"),
        Tried("c", 1300, 1300, 60, "tests"),
    )
    line, tests, every = records(tried)
    assert (line.tried, line.inside, line.miss, line.bias) == (2, 1, 60, 60)
    assert (tests.rule, tests.inside) == ("tests", 1)
    assert (every.rule, every.tried, every.inside) == ("all", 3, 2)


def test_the_estimates_that_ship_hold_for_nine_of_ten_models_left_out() -> None:
    axis = scale(shipped().models.values(), "overall", DAY)
    assert axis is not None
    tried = left_out(shipped().models, measured(shipped().models, axis))
    assert sum(each.inside for each in tried) >= 0.85 * len(tried)
