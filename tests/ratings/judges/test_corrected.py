"""A judge's numbers corrected by people's labels: right whatever its bias, and the narrower the better the judge."""

from __future__ import annotations

from math import inf, log, nan

import numpy as np
import numpy.typing as npt
import pytest

from halfopen.ratings import Battles, Disconnected, NoOptimum, Scale, battles, fit
from halfopen.ratings.judges import Corrected, CorrectedRatings, corrected_ratings, corrected_share
from halfopen.ratings.judges.corrected_ratings import UNCORRECTED

Floats = npt.NDArray[np.float64]
ELO = 400 / log(10)


def verdicts(rows: int, follows: float, dice: np.random.Generator) -> tuple[Floats, Floats]:
    """A judge that says what people say with probability `follows`, and else a win in 8 of 10; people say 0.6."""
    people = (dice.random(rows) < 0.6).astype(float)
    judge = np.where(dice.random(rows) < follows, people, (dice.random(rows) < 0.8).astype(float))
    return judge, people


def some(people: Floats, labels: int, dice: np.random.Generator) -> Floats:
    kept = dice.permutation(len(people)) < labels
    return np.where(kept, people, nan)


def share(labels: int, follows: float, seed: int, power: float | None = None) -> Corrected:
    dice = np.random.default_rng(seed)
    judge, people = verdicts(labels + 5000, follows, dice)
    return corrected_share(judge, some(people, labels, dice), power=power)


def test_the_estimate_is_the_formula_of_the_papers() -> None:
    judge = [1.0, 1.0, 0.0, 1.0, 0.5, 1.0, 0.0]
    people = [1.0, 0.0, 0.0, nan, nan, nan, nan]
    found = corrected_share(judge, people, power=1.0)
    assert found.value.value == pytest.approx(2.5 / 4 + (0 - 1 + 0) / 3)
    assert found.people.value == pytest.approx(1 / 3)
    assert found.judge.value == pytest.approx(4.5 / 7)
    assert found.bias.value == pytest.approx(1 / 3)
    half = corrected_share(judge, people, power=0.5)
    assert half.value.value == pytest.approx(0.5 * 2.5 / 4 + (1 - 0.5 * 2) / 3)


def test_a_biased_judge_alone_is_surely_wrong_and_corrected_it_is_right() -> None:
    found = share(300, 0.4, seed=1)
    assert found.judge.low > 0.65
    assert found.bias.low > 0
    assert found.value.low < 0.6 < found.value.high
    assert found.value.high - found.value.low < found.people.high - found.people.low


@pytest.mark.parametrize(("follows", "least", "most"), [(0.0, 0.9, 1.1), (0.7, 1.5, 2.6), (0.95, 4, 14)])
def test_the_better_the_judge_the_more_labels_it_is_worth(follows: float, least: float, most: float) -> None:
    found = share(400, follows, seed=2)
    assert least < found.gain < most
    assert found.worth == pytest.approx(found.gain * 400)


def test_a_useless_judge_is_not_used_and_one_that_is_used_by_force_does_harm() -> None:
    assert share(400, 0.0, seed=3).power < 0.2
    assert share(400, 0.0, seed=3, power=1.0).gain < 0.8


def test_a_judge_that_never_erred_so_far_may_yet_err() -> None:
    found = share(60, 1.0, seed=5)
    assert found.bias.value == 0
    assert found.bias.low < -0.015
    assert found.value.high - found.value.low > 0.04
    sure = corrected_share([1.0] * 40, [1.0] * 20 + [nan] * 20)
    assert sure.people.low < 0.96
    assert sure.people.high == 1


def test_votes_of_one_prompt_are_not_taken_to_be_independent() -> None:
    dice = np.random.default_rng(4)
    judge, people = verdicts(3000, 0.7, dice)
    labelled = some(people, 400, dice)
    copies = [np.repeat(each, 4) for each in (judge, labelled)]
    plain = corrected_share(judge, labelled, power=0.6)
    clustered = corrected_share(*copies, cluster=np.repeat(np.arange(3000), 4).tolist(), power=0.6)
    assert clustered.value.low == pytest.approx(plain.value.low, abs=1e-3)
    assert corrected_share(*copies, power=0.6).value.low > clustered.value.low + 0.01


@pytest.mark.parametrize(
    ("judge", "people", "power", "sentence"),
    [
        ([1.0, 0.0, 1.0], [1.0, nan], None, "as long"),
        ([1.0, 0.0, 2.0], [1.0, nan, nan], None, "row 3 of judge is 2.0"),
        ([1.0, nan, 1.0], [1.0, nan, nan], None, "row 2 of judge is nan"),
        ([1.0, 0.0, 1.0, 1.0], [1.0, nan, nan, nan], None, "1 labelled rows; at least two"),
        ([1.0, 0.0, 1.0], [1.0, 1.0, nan], None, "1 other rows; at least two"),
        ([1.0, 0.0, 1.0, 1.0], [1.0, 1.0, nan, nan], 1.5, "the power is 1.5"),
    ],
)
def test_what_cannot_be_corrected_is_refused(
    judge: list[float], people: list[float], power: float | None, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        corrected_share(judge, people, power=power)


# -- a table of ratings

MODELS = 10
TRUE = 1000 + np.linspace(-200, 200, MODELS)


def table(labels: int, follows: float, dice: np.random.Generator, rows: int = 3000) -> tuple[Battles, Floats, Floats]:
    """Battles with a judge's scores and, of some, people's. The judge favours models with low numbers."""
    a = dice.integers(0, MODELS, rows)
    b = (a + dice.integers(1, MODELS, rows)) % MODELS
    people = (dice.random(rows) < 1 / (1 + np.exp((TRUE[b] - TRUE[a]) / ELO))).astype(float)
    own = (dice.random(rows) < np.where(a < b, 0.8, 0.3)).astype(float)
    judge = np.where(dice.random(rows) < follows, people, own)
    names = [f"m{n}" for n in range(MODELS)]
    given = battles([names[n] for n in a], [names[n] for n in b], ["tie"] * rows)
    return given, judge, some(people, labels, dice)


def test_ratings_of_a_biased_judge_are_mended() -> None:
    rows, judge, people = table(500, 0.6, np.random.default_rng(1))
    alone = fit(battles(*_names(rows), ["model_a" if each else "model_b" for each in judge]))
    found = corrected_ratings(rows, judge, people)
    off = [abs(row.value - true) for row, true in zip(found.ratings, TRUE, strict=True)]
    assert max(abs(alone.ratings - TRUE)) > 60
    assert max(off) < 60
    assert all(row.low < true < row.high for row, true in zip(found.ratings, TRUE, strict=True))
    assert 0.3 < found.power < 0.9
    assert 1.2 < np.mean(found.gain) < 3
    assert min(found.gain) > 1


def _names(rows: Battles) -> tuple[list[str], list[str]]:
    return [rows.models[n] for n in rows.a], [rows.models[n] for n in rows.b]


def test_without_power_they_are_the_ratings_of_the_labels_alone() -> None:
    rows, judge, people = table(800, 0.6, np.random.default_rng(2))
    kept = rows.where(~np.isnan(people))
    scores = people[~np.isnan(people)]
    labelled = fit(battles(*_names(kept), ["model_a" if each else "model_b" for each in scores]))
    found = corrected_ratings(rows, judge, people, power=0.0)
    assert [row.value for row in found.ratings] == pytest.approx(labelled.ratings.tolist(), abs=1e-6)


def test_an_anchor_stands_where_it_is_put_and_differences_stay() -> None:
    rows, judge, people = table(500, 0.6, np.random.default_rng(3))
    mean = corrected_ratings(rows, judge, people)
    anchored = corrected_ratings(rows, judge, people, scale=Scale("m0", 1500.0))
    assert (anchored.ratings[0].value, anchored.ratings[0].high) == (1500.0, 1500.0)
    gaps = [[row.value - each.ratings[0].value for row in each.ratings] for each in (mean, anchored)]
    assert gaps[0] == pytest.approx(gaps[1])


def test_a_model_that_people_never_labelled_has_no_bounds_and_says_why() -> None:
    rows, judge, people = table(500, 0.6, np.random.default_rng(4))
    people = np.where((rows.a == 3) | (rows.b == 3), nan, people)
    found = corrected_ratings(rows, judge, people).ratings[3]
    assert (found.low, found.high, found.says) == (-inf, inf, UNCORRECTED)


def test_what_has_no_ratings_is_refused() -> None:
    apart = battles(["x", "y", "v", "w"], ["y", "x", "w", "v"], ["tie"] * 4)
    with pytest.raises(Disconnected, match="2 groups"):
        corrected_ratings(apart, [1, 0, 1, 0], [1, nan, 0, nan])
    rows = battles(["x", "y", "x", "x", "z"], ["y", "x", "y", "z", "x"], ["tie"] * 5)
    with pytest.raises(NoOptimum):
        corrected_ratings(rows, [1, 0, 1, 0, 0], [1, 0, nan, nan, nan], power=0.0)
    with pytest.raises(ValueError, match="4 scores for 5 battles"):
        corrected_ratings(rows, [1, 0, 1, 0], [1, 0, nan, nan])


def test_few_labels_of_a_poor_judge_still_give_ratings() -> None:
    dice = np.random.default_rng(6)
    assert all(corrected_ratings(*table(150, 0.2, dice)).power < 1 for _ in range(15))


def held(pools: int, labels: int, follows: float, dice: np.random.Generator) -> float:
    """How often the intervals of all models hold the true ratings."""

    def drawn() -> CorrectedRatings:
        rows, judge, people = table(labels, follows, dice)
        return corrected_ratings(rows, judge, people)

    found = [drawn().ratings for _ in range(pools)]
    return float(np.mean([[row.low <= true <= row.high for row, true in zip(f, TRUE, strict=True)] for f in found]))


def test_corrected_intervals_hold_the_truth_as_often_as_they_say() -> None:
    shares = [share(100, 0.7, seed=seed).value for seed in range(300)]
    assert 0.91 <= np.mean([row.low <= 0.6 <= row.high for row in shares]) <= 0.985
    assert 0.92 <= held(30, 300, 0.7, np.random.default_rng(5)) <= 0.985


@pytest.mark.slow
@pytest.mark.parametrize(("labels", "follows"), [(50, 0.0), (50, 0.6), (50, 0.9), (200, 0.0), (200, 0.6), (200, 0.95)])
def test_coverage_of_a_share_is_93_to_97_per_cent(labels: int, follows: float) -> None:
    rows = [share(labels, follows, seed=seed).value for seed in range(4000)]
    assert 0.93 <= np.mean([row.low <= 0.6 <= row.high for row in rows]) <= 0.97


@pytest.mark.slow
@pytest.mark.parametrize("follows", [0.2, 0.8])
@pytest.mark.parametrize("labels", [150, 400])
def test_coverage_of_ratings_is_93_to_97_per_cent(labels: int, follows: float) -> None:
    assert 0.93 <= held(600, labels, follows, np.random.default_rng(6)) <= 0.97
