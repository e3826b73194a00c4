"""One scale for many boards, estimates that say so, and nothing for what nobody can know."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfopen.advisor.caveats import doubt, variant
from halfopen.advisor.estimate import LEAST_HALF, spelled
from halfopen.advisor.quality import categories, measured, qualities
from halfopen.advisor.scale import ENOUGH, Board, scale
from halfopen.catalog.model import Model
from halfopen.catalog.source import Disagreement
from tests.advisor.worlds import APRIL, AUGUST, DAY, DECEMBER, SEEN, by_name, model, result, score, two_boards
from tests.catalog.shelf import shipped


def line_of(*scores: float, lab: str = "x") -> list[Model]:
    """A line of models, each with its score, the first without a predecessor."""
    made: list[Model] = []
    for place, value in enumerate(scores):
        before = f"{lab}-{place - 1}" if place else None
        made.append(model(f"{lab}-{place}", score(value), predecessor=before))
    return made


def lines() -> list[Model]:
    """Two lines in which a generation gained 30, 40, 30 and 40 Elo."""
    return [*line_of(1200, 1230, 1270, lab="x"), *line_of(1250, 1280, 1320, lab="y")]


# -- one scale


def test_a_score_of_another_board_is_moved_by_the_shift_of_the_models_on_both() -> None:
    models = by_name(*two_boards(15, shared=6, only_before={"alone": 1400}))
    found = qualities(models, "overall", DAY)
    assert found["both-0"].score == 1315
    assert found["alone"].score == pytest.approx(1415)
    assert "+15" in found["alone"].says
    assert found["alone"].basis == "measured"
    assert (found["alone"].board, found["alone"].day) == ("Arena text", DECEMBER)


@pytest.mark.parametrize(
    ("named", "known"),
    [
        ("m-4.1-high", True),
        ("m-4.1 (xHigh)", True),
        ("m-4.1-max-20260813", True),
        ("m-4.1-preview", True),
        ("mid-4-thinking", True),
        ("m-4.1", False),
        ("m-4.1-2026-08-13", False),
        ("maker-m-4.1-bf16", False),
        (None, False),
    ],
)
def test_a_score_of_one_effort_or_build_is_told_from_the_plain_models(named: str | None, known: bool) -> None:
    there = model("m-4.1", score(1400, named=named), aliases=("mid-4",))
    assert variant(there.ratings[0], there) == (named if known else None)


def test_a_model_whose_own_name_has_an_effort_in_it_is_no_variant() -> None:
    there = model("q-max", score(1400, named="q-max"), score(1400, AUGUST, named="q-max-preview"))
    assert [variant(rating, there) for rating in there.ratings] == [None, "q-max-preview"]


def test_a_rating_says_of_which_variant_it_is_and_that_the_model_was_not_out_yet() -> None:
    models = two_boards(15, shared=6, only_before={"plain": 1400})
    models.append(model("high", score(1500, named="high-max"), released=date(2026, 5, 1)))
    found = qualities(by_name(*models), "overall", DAY)
    assert "scored as `high-max`, as a preview, before its release on 2026-05-01" in found["high"].says
    assert found["high"].beside in found["high"].says
    assert found["plain"].beside == ""


def test_that_weights_are_open_is_doubtful_from_memory_and_where_sources_disagree() -> None:
    recalled = replace(SEEN, recalled=True)
    other = Disagreement(field="weights", says="closed", source=SEEN)
    assert doubt(model("seen")) is None
    assert doubt(model("seen", sources=(SEEN, recalled))) is None, "one saw it"
    assert doubt(model("guessed", sources=(recalled,))) == "recalled: a test"
    assert doubt(model("guessed", sources=(SEEN, replace(recalled, of=("weights",))))) == "recalled: a test"
    assert doubt(model("torn", disagreements=(other,))) == "disputed: a test says closed"
    assert doubt(model("torn", disagreements=(replace(other, field="active"),))) is None


def test_a_moved_score_is_less_certain_than_it_was_on_its_board() -> None:
    found = qualities(by_name(*two_boards(15, shared=6, only_before={"alone": 1400})), "overall", DAY)
    assert found["alone"].half > 5 > found["both-0"].half - 1e-9


def test_the_fewer_models_judge_a_shift_the_less_certain_is_what_it_moves() -> None:
    halves = [
        qualities(by_name(*two_boards(15, shared=shared, only_before={"alone": 1400})), "overall", DAY)["alone"].half
        for shared in (5, 7, 12)
    ]
    assert all(fewer > more for fewer, more in pairwise(halves))


def test_models_that_disagree_about_the_shift_make_it_wide() -> None:
    torn = [
        model(f"torn-{place}", score(1300, DECEMBER), score(1300 + (40 if place % 2 else -40), APRIL))
        for place in range(8)
    ]
    found = qualities(by_name(*torn, model("alone", score(1400, DECEMBER))), "overall", DAY)
    assert found["alone"].half > 60


def test_a_board_reaches_the_reference_by_way_of_a_third() -> None:
    models = two_boards(10, shared=6)
    models += [
        model(f"raw-{place}", score(1300, DECEMBER, style_control=False), score(1330, DECEMBER)) for place in range(4)
    ]
    models.append(model("alone", score(1300, DECEMBER, style_control=False)))
    found = qualities(by_name(*models), "overall", DAY)
    assert found["alone"].score == pytest.approx(1340)


def test_the_reference_is_the_latest_board_that_shares_enough_models() -> None:
    late = [*two_boards(10, shared=6), model("late", score(1500, AUGUST))]
    axis = scale(late, "overall", DAY)
    assert axis is not None
    assert axis.reference == Board(APRIL, True, "Arena text")
    assert axis.strays == (Board(AUGUST, True, "Arena text"),)


def test_a_score_of_a_day_that_has_not_come_is_not_known() -> None:
    models = by_name(*two_boards(15, shared=6))
    assert qualities(models, "overall", date(2026, 1, 1))["both-0"].score == 1300
    assert not qualities(models, "overall", date(2025, 1, 1))


def test_a_board_with_too_few_models_in_common_gives_estimates() -> None:
    models = [*two_boards(10, shared=6), model("late", score(1500, AUGUST))]
    late = qualities(by_name(*models), "overall", DAY)["late"]
    assert late.basis == "estimated"
    assert late.half == LEAST_HALF
    assert "too few" in late.says


def test_a_score_without_style_control_is_never_taken_as_it_stands() -> None:
    models = [*two_boards(10, shared=6), model("raw", score(1500, AUGUST, style_control=False))]
    assert "raw" not in qualities(by_name(*models), "overall", DAY)


@given(st.floats(-80, 80), st.integers(5, 9))
def test_whatever_the_shift_the_order_of_a_board_is_kept(shift: float, shared: int) -> None:
    alone = {"a": 1310.0, "b": 1350.0, "c": 1500.0}
    found = qualities(by_name(*two_boards(round(shift, 1), shared=shared, only_before=alone)), "overall", DAY)
    assert found["a"].score < found["b"].score < found["c"].score
    assert all(each.low < each.score < each.high for each in found.values())


# -- estimates


def test_a_model_without_a_score_is_estimated_from_its_predecessor_and_the_mean_gain() -> None:
    models = by_name(*lines(), model("x-3", predecessor="x-2"))
    found = qualities(models, "overall", DAY)["x-3"]
    assert found.basis == "estimated"
    assert found.score == pytest.approx(1270 + 35)
    assert found.half >= LEAST_HALF
    assert "X-2" in found.says
    assert "+35" in found.says
    assert found.board is None


def test_two_generations_away_is_less_certain_than_one() -> None:
    models = by_name(*lines(), model("x-3", predecessor="x-2"), model("x-4", predecessor="x-3"))
    found = qualities(models, "overall", DAY)
    assert found["x-4"].score == pytest.approx(1270 + 70)
    assert found["x-4"].half >= found["x-3"].half


def test_an_earlier_model_is_estimated_from_the_one_after_it() -> None:
    first = replace(line_of(1200, lab="x")[0], predecessor="x-before")
    models = by_name(*lines(), first, model("x-before"))
    assert qualities(models, "overall", DAY)["x-before"].score == pytest.approx(1200 - 35)


def test_a_model_four_generations_from_any_rating_is_unrated() -> None:
    chain = [model(f"x-{place}", predecessor=f"x-{place - 1}") for place in range(3, 8)]
    found = qualities(by_name(*lines(), *chain), "overall", DAY)
    assert "x-5" in found
    assert "x-6" not in found


def test_without_known_gains_nobody_is_estimated_by_a_line() -> None:
    models = by_name(*line_of(1200, 1230), model("x-2", predecessor="x-1"))
    assert "x-2" not in qualities(models, "overall", DAY)


def test_a_test_that_rated_models_share_gives_an_estimate() -> None:
    known = [
        model(f"m{at}", score(1000 + 5 * at), benchmarks=(result("SWE-Bench Pro", at),)) for at in range(30, 80, 5)
    ]
    new = model("new", benchmarks=(result("SWE Bench pro", 52),))
    found = qualities(by_name(*known, new), "overall", DAY)["new"]
    assert found.basis == "estimated"
    assert 1230 < found.score < 1290
    assert "52 in SWE Bench pro" in found.says


def test_a_result_far_outside_of_what_is_known_says_nothing() -> None:
    known = [model(f"m{at}", score(1000 + 5 * at), benchmarks=(result("T", at),)) for at in range(30, 60, 5)]
    assert "new" not in qualities(by_name(*known, model("new", benchmarks=(result("T", 99),))), "overall", DAY)


def test_a_test_on_which_better_models_do_worse_says_nothing() -> None:
    known = [model(f"m{at}", score(2000 - 5 * at), benchmarks=(result("T", at),)) for at in range(30, 60, 5)]
    assert "new" not in qualities(by_name(*known, model("new", benchmarks=(result("T", 45),))), "overall", DAY)


def test_what_nothing_is_known_of_is_not_there_and_is_not_zero() -> None:
    assert "mute" not in qualities(by_name(*lines(), model("mute")), "overall", DAY)


@pytest.mark.parametrize(
    ("one", "other"), [("SWE-Bench Pro", "SWE Bench Pro"), ("Terminal-Bench 2.1", "terminal bench 2.1")]
)
def test_the_names_of_tests_are_read_as_people_write_them(one: str, other: str) -> None:
    assert spelled(one) == spelled(other)


def test_two_versions_of_a_test_are_two_tests() -> None:
    assert spelled("Terminal-Bench 2.0") != spelled("Terminal-Bench 2.1")


# -- categories


def coders() -> list[Model]:
    return [
        model(f"m{place}", score(1300 + 10 * place), score(1330 + 10 * place, category="coding")) for place in range(6)
    ]


def test_a_category_has_its_own_ratings() -> None:
    models = by_name(*coders())
    assert qualities(models, "coding", DAY)["m0"].score == 1330
    assert qualities(models, "overall", DAY)["m0"].score == 1300
    assert categories(models) == ("overall", "coding")


def test_where_a_category_has_no_score_the_overall_one_gives_an_estimate_that_says_so() -> None:
    found = qualities(by_name(*coders(), model("talker", score(1355))), "coding", DAY)["talker"]
    assert (found.basis, found.category) == ("estimated", "coding")
    assert found.score == pytest.approx(1385)
    assert found.half >= LEAST_HALF
    assert "overall rating of 1355" in found.says
    assert found.board is None


def test_an_overall_rating_far_beyond_those_of_a_category_gives_no_estimate() -> None:
    assert "talker" not in qualities(by_name(*coders(), model("talker", score(1700))), "coding", DAY)


def test_where_few_models_have_both_ratings_a_category_does_not_fall_back() -> None:
    assert "talker" not in qualities(by_name(*coders()[:5], model("talker", score(1320))), "coding", DAY)


def test_a_category_that_no_board_has_rates_nobody() -> None:
    assert not qualities(by_name(*coders()), "poetry", DAY)


# -- the catalog that ships


def test_no_estimate_that_ships_is_surer_than_fifty_elo() -> None:
    for category in categories(shipped().models):
        found = qualities(shipped().models, category, DAY)
        assert all(each.half >= LEAST_HALF - 1e-9 and each.says for each in found.values() if each.basis == "estimated")


def test_every_measured_rating_that_ships_names_its_board_and_day() -> None:
    axis = scale(shipped().models.values(), "overall", DAY)
    assert axis is not None
    found = measured(shipped().models, axis)
    assert len(found) >= 14
    assert all(each.board and each.day and each.low < each.score < each.high for each in found.values())
    assert all(place.models >= ENOUGH for place in axis.placed.values())
