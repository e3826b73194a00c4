"""Price against rating as a picture: the names on the frontier, marks that differ, equal bytes for equal marks."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from halfopen.adapters.plot.chart import NoPlot
from halfopen.adapters.plot.frontier import Spot, frontier


def test_names_stand_apart_and_what_is_for_research_only_has_a_mark_of_its_own(tmp_path: Path) -> None:
    crowd = [Spot(f"a model {at}", 1 + at / 50, 1300 + at, 1290, 1320, "research", at > 5, False) for at in range(12)]
    frontier(crowd, title="t", across="x", up="y", footnote="f", out=tmp_path / "crowd.svg")
    texts = [node for node in ElementTree.parse(tmp_path / "crowd.svg").iter() if node.tag.endswith("text")]
    told = {node.text for node in texts}
    assert "open for research only" in told
    assert {spot.label for spot in crowd if spot.on} <= told


def test_the_same_marks_give_the_same_picture(tmp_path: Path) -> None:
    spots = [
        Spot(
            f"m{at}",
            0.1 * 2**at,
            1300 + 20 * at,
            1290 + 20 * at,
            1310 + 20 * at,
            "closed" if at % 2 else "hosted",
            at < 4,
            at == 5,
        )
        for at in range(8)
    ]
    for name in ("a.svg", "b.svg"):
        frontier(spots, title="t", across="x", up="y", footnote="f", out=tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def texts_of(path: Path) -> list[str]:
    return [node.text or "" for node in ElementTree.parse(path).iter() if node.tag.endswith("text")]


def test_the_best_of_each_lab_is_named_from_within_a_crowd(tmp_path: Path) -> None:
    crowd = [
        Spot(f"of {lab}, {at}", 1 + at / 50, 1400 + at, 1395, 1420, "closed", False, at == 19, lab)
        for lab in ("a", "b")
        for at in range(20)
    ]
    frontier(crowd, title="t", across="x", up="y", footnote="f", out=tmp_path / "crowd.svg")
    told = [text for text in texts_of(tmp_path / "crowd.svg") if text.startswith("of ")]
    assert {"of a, 18", "of b, 18"} <= set(told)  # the best that is measured
    assert len(told) < 20


def test_prices_on_the_axis_are_written_alike(tmp_path: Path) -> None:
    spots = [Spot(f"m{at}", price, 1300, 1290, 1310, "closed", False, False) for at, price in enumerate((0.05, 20))]
    frontier(spots, title="t", across="x", up="y", footnote="f", out=tmp_path / "axis.svg")
    assert {"$0.05", "$0.10", "$0.50", "$1", "$20"} <= set(texts_of(tmp_path / "axis.svg"))


def test_a_picture_into_a_folder_that_is_not_there_is_refused_in_a_sentence(tmp_path: Path) -> None:
    spot = Spot("m", 1, 1300, 1290, 1310, "closed", True, False)
    with pytest.raises(NoPlot, match="there is no folder"):
        frontier([spot], title="t", across="x", up="y", footnote="f", out=tmp_path / "none" / "a.svg")
