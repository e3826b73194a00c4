"""The tables as they ship, for the tests of what is computed from them."""

from __future__ import annotations

import pytest

from halfopen.apps.plans.iron import Iron, iron


@pytest.fixture(scope="session")
def tables() -> Iron:
    return iron()
