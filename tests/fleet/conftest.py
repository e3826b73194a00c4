"""The tables as they ship, for the tests of what is computed from them."""

from __future__ import annotations

import pytest

from halfopen.apps.iron import iron
from halfopen.fleet.tables import Tables


@pytest.fixture(scope="session")
def tables() -> Tables:
    return iron()
