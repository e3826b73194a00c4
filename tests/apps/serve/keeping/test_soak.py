"""The books of a gateway balance after mixed requests, faults and hang-ups; `make soak` has a million of them."""

from __future__ import annotations

from pathlib import Path

from tests.apps.serve.gateways import run
from tests.apps.serve.keeping.soak import CLIENTS, soaked


def test_books_balance_to_the_last_unit_and_no_connection_stays(tmp_path: Path) -> None:
    found = run(soaked(tmp_path, 2_000), 60)
    assert not found.wrong
    assert found.files_at_end <= found.files_at_start + 2 * CLIENTS
