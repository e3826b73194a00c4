"""Boards of others: their shapes are read, and what they cannot say is said. And the shift between two of them."""

from __future__ import annotations

import json
import subprocess
import sys
from math import sqrt
from statistics import NormalDist

import pytest

from halfopen.ratings import BadBoard, parity_of, read_boards, shift_of

NESTED = json.dumps(
    {
        "overall": {
            "x": {"rating": 1500.0, "rating_q975": 1510.0, "rating_q025": 1490.0},
            "y": {"rating": 1475.0, "rating_q975": 1480.0, "rating_q025": 1470.0},
        },
        "chinese": {"x": {"rating": 1400.0, "rating_q975": 1440.0, "rating_q025": 1360.0}},
    }
)
LISTED = json.dumps(
    {
        "meta": {"leaderboard": "text", "fetched_at": "2026-04-19T04:38:02+00:00"},
        "models": [{"rank": 1, "model": "x", "score": 1505, "ci": 11, "votes": 2618}],
    }
)


def test_categories_of_models_are_boards() -> None:
    boards = read_boards(NESTED)
    assert list(boards) == ["overall", "chinese"]
    x = boards["overall"].rows["x"]
    assert (x.rating, x.low, x.high, x.votes) == (1500, 1490, 1510, None)
    assert x.error == pytest.approx(20 / (2 * 1.959964))


def test_a_list_of_models_is_one_board() -> None:
    x = read_boards(LISTED)["text"].rows["x"]
    assert (x.rating, x.low, x.high, x.votes) == (1505, 1494, 1516, 2618)


def test_csv_is_read_by_its_names() -> None:
    text = 'model,category,rating,rating_q025,rating_q975,votes\n"x, the first",overall,1500,1490,1510,"2,618"\n'
    assert read_boards(text)["overall"].rows["x, the first"].votes == 2618
    assert read_boards("model,score,ci\nx,1500,±5\n")["overall"].rows["x"].low == 1495
    assert read_boards("key,arena_score,ci\nx,1500,+/-5\n")["overall"].rows["x"].high == 1505


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON"),
        ("[1]", "row 1 is 1"),
        ('{"overall": ' + "[" * 100_000, "nested too deeply"),
        ('{"overall": 3}', "'overall' holds int"),
        ('{"overall": {"x": 3}}', "'x' holds 3"),
        ("rating,ci\n1,2\n", "row 1 has no model; its columns are rating, ci"),
        ("model,rating\nx,1500\n", r"row 1 \(x\): a rating is needed, and rating_q025"),
        ("model,rating,ci\nx,high,2\n", "'high' is not a number"),
        ("model,rating,ci\nx,nan,2\n", "'nan' is not a finite number"),
        ("model,rating,low,high\nx,1500,1510,1520\n", "1500 is not between its bounds"),
        ("model,rating,ci\nx,1500,5\nx,1500,5\n", "row 2: 'x' is on the board twice"),
        ("", "there are no ratings"),
        ("{}", "there are no ratings"),
    ],
)
def test_what_is_no_board_is_told(text: str, said: str) -> None:
    with pytest.raises(BadBoard, match=said):
        read_boards(text)


def test_parity_from_a_board_says_that_it_is_too_wide() -> None:
    board = read_boards(NESTED)["overall"]
    even = parity_of(board, "y", "x")
    assert even.value == pytest.approx(92.8, abs=0.05)
    assert even.low < even.value < even.high < 100
    assert "wider than it need be" in even.says
    assert parity_of(board, "x", "x").value == 100
    with pytest.raises(BadBoard, match="'z' is not on the board 'overall'"):
        parity_of(board, "x", "z")


def test_a_shift_is_found_with_its_error() -> None:
    ours = {f"m{n}": (1000.0 + 10 * n, 3.0) for n in range(10)} | {"only ours": (900.0, 3.0)}
    theirs = {name: (rating + 250, 4.0) for name, (rating, _) in ours.items() if name != "only ours"}
    found = shift_of(ours, theirs)
    assert found.value == pytest.approx(250)
    assert (found.spread, len(found.models)) == (0, 10)
    assert found.error == pytest.approx(5 / sqrt(10))


def test_models_that_disagree_widen_the_error_of_a_shift() -> None:
    strays = [30 * NormalDist().inv_cdf((n + 0.5) / 100) for n in range(100)]
    ours = {f"m{n}": (1000.0, 3.0) for n in range(100)}
    theirs = {f"m{n}": (1100.0 + stray, 4.0) for n, stray in enumerate(strays)}
    found = shift_of(ours, theirs)
    assert found.value == pytest.approx(100)
    assert found.spread == pytest.approx(30, abs=2)
    assert found.error == pytest.approx(3, abs=0.2)


def test_a_shift_needs_two_models_that_are_known() -> None:
    with pytest.raises(ValueError, match="1 models are on both boards"):
        shift_of({"a": (1.0, 1.0), "b": (float("inf"), 1.0)}, {"a": (2.0, 1.0), "b": (2.0, 1.0)})


@pytest.mark.parametrize(
    "module", ["halfopen", "halfopen.policy.decide", "halfopen.ratings.shift", "halfopen.ratings.board"]
)
def test_boards_and_shifts_come_without_numpy(module: str) -> None:
    code = f"import sys; import {module}; sys.exit('numpy' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], check=False, env={"PYTHONPATH": ":".join(sys.path)}).returncode
        == 0
    )


def test_what_the_room_does_not_have_is_no_name_of_it() -> None:
    import halfopen.ratings

    with pytest.raises(AttributeError, match="no attribute 'elo'"):
        halfopen.ratings.elo  # noqa: B018
    assert all(getattr(halfopen.ratings, name) for names in halfopen.ratings.HOMES.values() for name in names)
