"""The page docs/llmfao.md is what its script writes today, and its picture is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks.ratings.llmfao import PAGE, PICTURE, page, picture
from benchmarks.ratings.llmfao_votes import study

NUMBER = re.compile(r"(?<![\w.])[+-]?\d[\d,]*(?:\.\d+)?")


def split(text: str) -> tuple[str, list[float]]:
    """The words of a page and its numbers."""
    return NUMBER.sub("#", text), [float(each.replace(",", "")) for each in NUMBER.findall(text)]


def test_the_page_tells_what_its_script_finds(tmp_path: Path) -> None:
    """Numbers may differ in their last digit: another BLAS adds in another order."""
    found = study()
    words, numbers = split(page(found))
    told, written = split(PAGE.read_text(encoding="utf-8"))
    assert re.sub(r"\s+", " ", words) == re.sub(r"\s+", " ", told)
    assert len(numbers) > 700
    assert numbers == pytest.approx(written, rel=2e-3, abs=1.01)
    small = [(now, then) for now, then in zip(numbers, written, strict=True) if abs(then) < 1]
    assert [now for now, _ in small] == pytest.approx([then for _, then in small], abs=0.0101)
    picture(found, tmp_path / "again.svg")
    assert "GPT-4" in PICTURE.read_text(encoding="utf-8")
    assert "GPT-4" in (tmp_path / "again.svg").read_text(encoding="utf-8")
