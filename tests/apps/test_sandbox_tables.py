"""In the sandbox the tables are those of the catalog: what is simulated can be called, and is not compared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from halfopen.apps import shelf
from tests.apps.serve.gateways import run
from tests.apps.serve.test_catalog import printed, told
from tests.apps.test_sandbox import sandboxed

ASKED = {
    "/halfopen/compare": ("compare",),
    "/halfopen/compare?open=true&max_price=1": ("compare", "--open", "--max-price", "1"),
    "/halfopen/compare?model=gpt-4.1": ("compare", "gpt-4.1"),
    "/halfopen/claims": ("claims",),
}


def tables(folder: Path, *paths: str) -> list[tuple[int, Any]]:
    """What a sandbox answers, for a team that wrote no rows of its own."""

    async def story() -> list[tuple[int, Any]]:
        async with sandboxed(folder, {}, shelf.stock(folder / "data").catalog) as gateway:
            return [await told(gateway.port, path) for path in paths]

    return run(story())


def test_the_routes_of_the_sandbox_tell_the_numbers_that_the_verbs_print(tmp_path: Path) -> None:
    for (status, answer), words in zip(tables(tmp_path, *ASKED), ASKED.values(), strict=True):
        assert status == 200, answer
        assert answer == printed(tmp_path, answer["day"], *words)


def test_models_and_offers_of_the_sandbox_are_real_ones(tmp_path: Path) -> None:
    (_, models), (_, offers), (_, table) = tables(
        tmp_path, "/halfopen/models", "/halfopen/offers", "/halfopen/compare?retired=true"
    )
    assert len(models["models"]) > 60
    assert len(offers["offers"]) > 200
    assert not any(row["simulated"] for row in (*models["models"], *offers["offers"]))
    assert {row["model"] for row in table["rows"]} == {row["model"] for row in models["models"]}


def test_an_overlay_of_the_data_folder_is_in_them(tmp_path: Path) -> None:
    overlay = tmp_path / "data" / "catalog"
    overlay.mkdir(parents=True)
    row = {"board": "Arena text", "day": "2025-12-11", "category": "chess", "score": 1300, "low": 1290, "high": 1310}
    rating = row | {"source": {"name": "a test", "checked": "2025-12-11"}}
    (overlay / "mine.yaml").write_text(json.dumps({"models": [{"model": "phi-4", "ratings": [rating]}]}), "utf-8")
    ((status, answer),) = tables(tmp_path, "/halfopen/compare?model=phi-4&category=chess")
    assert (status, answer["category"]) == (200, "chess"), answer
