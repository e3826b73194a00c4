"""Where the verbs of the catalog are tried: a data folder of its own in which the rows were read once."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest

from halfopen.apps import shelf
from tests.catalog.shelf import shipped


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the catalog was read once."""
    folder = tmp_path_factory.mktemp("kept")
    shelf.stock(folder)
    return folder


@pytest.fixture
def desk(tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in, with a data folder of its own and no key of anybody."""
    for row in shipped().providers.values():
        if row.key_env:
            monkeypatch.delenv(row.key_env, raising=False)
    for name in ("HALFOPEN_KEY", "HALFOPEN_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    copytree(kept, tmp_path / "data")
    monkeypatch.setenv("HALFOPEN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path
