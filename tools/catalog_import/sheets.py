"""The files of others, as far as they are asked: LiteLLM's JSON, models.dev as a site and as a wheel, boards."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from tools.catalog_import.rows import Row

SITE, SITE_DAY = "models.dev at f3fc692", date(2026, 7, 2)
WHEEL, WHEEL_DAY = "models.dev 2026-08-18", date(2026, 8, 18)
LITELLM, LITELLM_DAY = "LiteLLM 1.109.1", date(2026, 11, 24)
BOARD_DAY, APRIL_DAY = date(2025, 12, 11), date(2026, 4, 19)
CATEGORIES: Mapping[str, str] = {  # on the board -> ours
    "full": "overall",
    "coding": "coding",
    "math": "math",
    "creative_writing": "creative_writing",
    "if": "instruction_following",
    "hard_6": "hard_prompts",
    "long_user": "longer_query",
    "multiturn": "multiturn",
    "industry_medicine_and_healthcare": "medicine",
    "industry_legal_and_government": "law",
    "english": "english",
    "german": "german",
    "french": "french",
    "spanish": "spanish",
    "chinese": "chinese",
    "japanese": "japanese",
    "russian": "russian",
    "korean": "korean",
}


@dataclass(frozen=True)
class Sheets:
    litellm: Mapping[str, Row]
    site: Mapping[str, Row]
    wheel: sqlite3.Connection
    architectures: Mapping[str, Mapping[str, str]]
    styled: Mapping[str, Mapping[str, Row]]
    raw: Mapping[str, Mapping[str, Row]]
    april: Mapping[str, Row]

    def listed(self, key: str) -> Row | None:
        """A row of the wheel, with its modalities and its price."""
        wheel = self.wheel
        names = "reasoning, tool_call, limit_context, limit_output"
        found = wheel.execute(f"SELECT {names} FROM models WHERE full_id = ?", [key]).fetchone()
        if found is None:
            return None
        cost = wheel.execute(
            "SELECT cost_input, cost_output, cost_cache_read FROM pricing"
            " WHERE model_full_id = ? AND experimental_mode_name IS NULL AND min_context = 0",
            [key],
        ).fetchone()
        return {
            "reasoning": bool(found[0]),
            "tools": bool(found[1]),
            "context": found[2] or None,
            "max_output": found[3] or None,
            "modalities": self._modalities(key, "input"),
            "produces": self._modalities(key, "output"),
            "rates": dict(zip(("input", "output", "cached_read"), map(_decimal, cost or ()), strict=False)),
        }

    def _modalities(self, key: str, way: str) -> list[str]:
        asked = "SELECT value FROM model_modalities WHERE model_full_id = ? AND direction = ? ORDER BY position"
        return [value for (value,) in self.wheel.execute(asked, [key, way])]

    def sited(self, key: str) -> Row | None:
        """A row of the site: what it says of the model itself."""
        row = self.site.get(key)
        if row is None:
            return None
        limit, ways = row.get("limit", {}), row.get("modalities", {})
        weights = [one["url"] for one in row.get("weights") or () if one.get("url")]
        return {
            "released": date.fromisoformat(row["release_date"]) if len(row.get("release_date", "")) == 10 else None,
            "context": limit.get("context") or None,
            "modalities": ways.get("input"),
            "produces": ways.get("output"),
            "tools": row.get("tool_call"),
            "reasoning": row.get("reasoning"),
            "weights_url": weights[0] if weights and row.get("open_weights") else None,
        }


def opened(litellm: Path, site: Path, wheel: Path, ratings: Path, architectures: Path) -> Sheets:
    def board(name: str) -> Any:
        return json.loads((ratings / name).read_text(encoding="utf-8"), parse_float=Decimal)

    with architectures.open(encoding="utf-8") as file:
        configurations = {row["model"]: row for row in csv.DictReader(file)}
    return Sheets(
        json.loads(litellm.read_text(encoding="utf-8"), parse_float=Decimal),
        json.loads(site.read_text(encoding="utf-8"), parse_float=Decimal)["models"],
        sqlite3.connect(wheel),
        configurations,
        board("arena_text_style_control_2025-12-11.json"),
        board("arena_text_2025-12-11.json"),
        {row["model"]: row for row in board("arena_text_2026-04-19.json")["models"]},
    )


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))
