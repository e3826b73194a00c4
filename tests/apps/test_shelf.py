"""The overlays of a data folder: read over the rows that ship, written whole, private, and only added to."""

from __future__ import annotations

import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from halfopen.apps import shelf
from halfopen.catalog.price import PriceLine
from halfopen.catalog.upkeep.overlay import Addition, Overlay
from halfopen.documents import Complaints
from tests.catalog.shelf import SOURCES
from tests.catalog.shelf import shipped as shipped_catalog

LATER = date(2026, 12, 1)
LINE = PriceLine(since=LATER, input=Decimal(9), output=Decimal(9), source=SOURCES[0])
ADDED = Overlay(offers=(Addition(offer="gpt-4.1@openai", prices=(LINE,)),))


def test_without_a_folder_it_is_what_ships(tmp_path: Path) -> None:
    stock = shelf.stock(tmp_path)
    assert stock.catalog == shipped_catalog()
    assert (stock.overlays, stock.unused) == ({}, ())


def test_what_is_added_is_there_at_the_next_start(tmp_path: Path) -> None:
    path = shelf.add(tmp_path, "x.yaml", ADDED)
    stock = shelf.stock(tmp_path)
    assert path == tmp_path / "catalog" / "x.yaml"
    assert stock.overlays == {"x.yaml": ADDED}
    assert stock.catalog.offers["gpt-4.1@openai"].prices[-1] == LINE
    assert stock.catalog.offers["gpt-4.1@openai"].prices[:-1] == shipped_catalog().offers["gpt-4.1@openai"].prices


def test_a_file_is_for_its_owner_alone_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        path = shelf.add(tmp_path, "x.yaml", ADDED)
    finally:
        os.umask(old)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [each.name for each in path.parent.iterdir()] == ["x.yaml"]


def test_adding_twice_is_adding_once(tmp_path: Path) -> None:
    first = shelf.add(tmp_path, "x.yaml", ADDED).read_text("utf-8")
    assert shelf.add(tmp_path, "x.yaml", ADDED).read_text("utf-8") == first


def test_all_that_is_wrong_in_any_file_is_told_with_its_line(tmp_path: Path) -> None:
    folder = tmp_path / "catalog"
    folder.mkdir()
    (folder / "a.yaml").write_text("offers:\n  - {offr: x}\n", encoding="utf-8")
    (folder / "b.yaml").write_bytes(b"\xff")
    with pytest.raises(Complaints) as wrong:
        shelf.stock(tmp_path)
    told = str(wrong.value)
    assert f"{folder / 'a.yaml'}:2: offers[0].offr: unknown field; did you mean `offer`?" in told
    assert f"{folder / 'b.yaml'}:1: bytes that are no text" in told


def test_a_file_that_is_wrong_is_not_written_over(tmp_path: Path) -> None:
    shelf.add(tmp_path, "x.yaml", ADDED).write_text("offers: {", encoding="utf-8")
    with pytest.raises(Complaints):
        shelf.add(tmp_path, "x.yaml", ADDED)
    assert (tmp_path / "catalog" / "x.yaml").read_text("utf-8") == "offers: {"


def test_what_is_said_of_an_offer_that_is_gone_is_told(tmp_path: Path) -> None:
    shelf.add(tmp_path, "x.yaml", Overlay(offers=(Addition(offer="gone@p"),)))
    assert shelf.stock(tmp_path).unused == ("x.yaml: there is no offer gone@p, so what is said of it is not used",)


def test_the_overlay_that_the_docs_show_is_one(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
    text = page.partition("### The overlay")[2].partition("```yaml\n")[2].partition("```")[0]
    (tmp_path / "ours.yaml").write_text(text, encoding="utf-8")
    shelf.add(tmp_path, "ours.yaml", shelf.read_file(tmp_path / "ours.yaml"))
    stock = shelf.stock(tmp_path)
    assert stock.unused == ()
    assert stock.catalog.offers["gpt-4.1@openai"].prices[-1].source.name == "our contract"
