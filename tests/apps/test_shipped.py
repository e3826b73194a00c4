"""The catalog by way of its snapshot: the same rows, made anew when they change, never believed when broken."""

from __future__ import annotations

import json
import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from halfopen.apps.shipped import KEPT, prepare, shipped
from tests.catalog.shelf import shipped as shipped_catalog


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """The rows that ship, without the snapshot that an install may have left beside them."""
    folder = tmp_path / "rows"
    shutil.copytree(str(files("halfopen.catalog").joinpath("data")), folder, ignore=shutil.ignore_patterns(KEPT))
    return folder


def test_the_catalog_by_way_of_the_snapshot_is_the_catalog(tmp_path: Path, rows: Path) -> None:
    first, second = shipped(tmp_path / "data", rows), shipped(tmp_path / "data", rows)
    assert first == second == shipped_catalog()
    assert (tmp_path / "data" / KEPT).stat().st_mode & 0o777 == 0o600


def test_the_snapshot_that_a_wheel_brings_along_is_of_the_rows_in_it(tmp_path: Path, rows: Path) -> None:
    shipped(tmp_path / "data", rows)
    prepare(rows)
    assert (rows / KEPT).read_bytes() == (tmp_path / "data" / KEPT).read_bytes()


@pytest.mark.parametrize("broken", [b"", b"{", b'{"digest": "old"}', b"\xff"])
def test_a_snapshot_that_is_broken_is_made_anew(tmp_path: Path, rows: Path, broken: bytes) -> None:
    shipped(tmp_path / "data", rows)
    (tmp_path / "data" / KEPT).write_bytes(broken)
    assert shipped(tmp_path / "data", rows) == shipped_catalog()
    assert len((tmp_path / "data" / KEPT).read_bytes()) > 1000


def test_a_snapshot_of_other_files_is_not_believed(tmp_path: Path, rows: Path) -> None:
    shipped(tmp_path / "data", rows)
    text = (tmp_path / "data" / KEPT).read_text(encoding="utf-8")
    other = json.loads(text) | {"digest": "0" * 32, "models": []}
    (tmp_path / "data" / KEPT).write_text(json.dumps(other), encoding="utf-8")
    assert shipped(tmp_path / "data", rows).models == shipped_catalog().models


def test_a_data_folder_that_cannot_be_written_only_makes_it_slower(tmp_path: Path, rows: Path) -> None:
    (tmp_path / "data").write_text("a file where a folder should be", encoding="utf-8")
    assert shipped(tmp_path / "data", rows) == shipped_catalog()
