"""The tiny model that real engines serve."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tiny_model import tiny_gguf


@pytest.fixture(scope="session")
def gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_gguf(tmp_path_factory.mktemp("model") / "tiny.gguf", layers=6)
