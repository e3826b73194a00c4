"""Pictures of intervals: that they hold what they should, come out the same, and say what is missing."""

from __future__ import annotations

import re
import subprocess
import sys
from math import inf, nan
from pathlib import Path
from xml.etree import ElementTree

import pytest

from halfopen.adapters.plot import Mark, NoPlot, intervals

ROWS = [
    Mark("one & <only>", 1200.4, 1180, 1221),
    Mark("$x_1$ beats $y$", 1100, 1050.6, 1150),
    Mark("won everything", inf, 1090, inf),
    Mark("lost everything", -inf, -inf, 1010),
    Mark("unknown", nan, -inf, inf),
]


def words(path: Path) -> list[str]:
    """The texts of an SVG, as a reader finds them."""
    return ["".join(each.itertext()).strip() for each in ElementTree.parse(path).iter() if each.tag.endswith("}text")]


def test_an_svg_holds_names_and_numbers_as_text(tmp_path: Path) -> None:
    out = tmp_path / "board.svg"
    intervals(ROWS, "Who beats whom", "Elo", out)
    told = words(out)
    assert {"Who beats whom", "Elo", *(row.label for row in ROWS)} <= set(told)
    assert {"1200  (1180 to 1221)", "1100  (1051 to 1150)", "(1090 to …)", "(… to 1010)", "(… to …)"} <= set(told)


def test_equal_rows_give_equal_bytes(tmp_path: Path) -> None:
    for name in ("one.svg", "two.svg", "one.png", "two.png"):
        intervals(ROWS, "t", "a", tmp_path / name)
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()


def test_a_png_is_wide_enough_for_a_slide_and_higher_for_more_rows(tmp_path: Path) -> None:
    few, many = tmp_path / "few.png", tmp_path / "MANY.PNG"
    intervals(ROWS, "t", "a", few)
    intervals([Mark(f"m{n}", n, n - 1, n + 1) for n in range(40)], "t", "a", many)
    sizes = [path.read_bytes()[16:24] for path in (few, many)]
    assert all(size[:4] == (1500).to_bytes(4, "big") for size in sizes)
    assert int.from_bytes(sizes[1][4:], "big") > 3 * int.from_bytes(sizes[0][4:], "big")


def test_marks_of_one_label_share_a_row_and_groups_have_a_legend(tmp_path: Path) -> None:
    marks = [Mark(label, 1, 0, 2, group) for label in ("x", "y") for group in ("people", "judge")]
    intervals(marks, "t", "a", tmp_path / "two.svg")
    told = words(tmp_path / "two.svg")
    assert (told.count("x"), told.count("people"), told.count("judge")) == (1, 1, 1)
    assert not [each for each in told if "to" in each.split()]


def test_small_numbers_keep_their_digits(tmp_path: Path) -> None:
    intervals([Mark("kappa", 0.4286, 0.323, 0.534)], "t", "a", tmp_path / "k.svg")
    assert any(re.fullmatch(r"0\.429  \(0\.323 to 0\.534\)", each) for each in words(tmp_path / "k.svg"))


@pytest.mark.parametrize("name", ["board", "board.pdf", "board.svg.txt"])
def test_only_svg_and_png_are_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(NoPlot, match=r"\.svg or \.png"):
        intervals(ROWS, "t", "a", tmp_path / name)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("rows", [[], [Mark("x", nan, -inf, inf)]])
def test_nothing_finite_is_no_picture(tmp_path: Path, rows: list[Mark]) -> None:
    with pytest.raises(NoPlot, match="no finite number"):
        intervals(rows, "t", "a", tmp_path / "x.svg")


def test_more_rows_than_a_picture_can_show_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NoPlot, match="1,001 rows"):
        intervals([ROWS[0]] * 1001, "t", "a", tmp_path / "x.svg")


def test_without_matplotlib_it_is_said_how_to_get_it(tmp_path: Path) -> None:
    story = f"""
import sys
sys.modules["matplotlib"] = None
from pathlib import Path
from halfopen.adapters.plot import Mark, NoPlot, intervals
try:
    intervals([Mark("x", 1, 0, 2)], "t", "a", Path({str(tmp_path / "x.svg")!r}))
except NoPlot as why:
    print(why)
"""
    told = subprocess.run([sys.executable, "-c", story], capture_output=True, text=True, check=True, timeout=60)
    assert "pip install 'halfopen[plot]'" in told.stdout


def test_the_room_is_imported_without_matplotlib() -> None:
    story = "import sys, halfopen.adapters.plot; assert 'matplotlib' not in sys.modules"
    subprocess.run([sys.executable, "-c", story], check=True, timeout=60)
