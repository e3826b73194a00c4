"""Writes what the catalog lacks into its rows: models and offers that `models.yaml` and `offers.yaml` here name.

    python -m tools.catalog_import --litellm FILE --site FILE --wheel FILE --ratings FOLDER --architectures FILE

The files are those of others: LiteLLM's JSON of prices, models.dev's JSON of models, the database in its wheel, boards
as JSON, configurations as CSV. genai-prices is asked as it is installed. Nothing that stands is changed.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from halfopen.catalog.model import Model
from halfopen.catalog.offer import Offer
from tools.catalog_import.models import model_row
from tools.catalog_import.offers import offer_row
from tools.catalog_import.rows import Row, loaded, written
from tools.catalog_import.sheets import LITELLM_DAY, Sheets, opened

HERE = Path(__file__).parent
DATA = Path("src/halfopen/catalog/data")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.catalog_import")
    for name in ("litellm", "site", "wheel", "ratings", "architectures"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    given = parser.parse_args()
    sheets = opened(given.litellm, given.site, given.wheel, given.ratings, given.architectures)
    released = _models(_listed("models.yaml"), sheets)
    _offers(_listed("offers.yaml"), sheets, released)


def _listed(name: str) -> Any:
    return loaded((HERE / name).read_text(encoding="utf-8"))


def _models(wanted: Mapping[str, Mapping[str, Row]], sheets: Sheets) -> Mapping[str, date | None]:
    released: dict[str, date | None] = {}
    for lab, models in wanted.items():
        rows = [model_row(name, one, sheets, LITELLM_DAY) for name, one in models.items()]
        title = next((row["lab"] for row in rows if row.get("lab")), lab)
        path = DATA / "models" / f"{lab}.yaml"
        _write(path, written(_text(path), f"Models of {title}.", Model, "name", rows))
        released |= {row["name"]: row.get("released") for row in loaded(_text(path))}
    return released


def _offers(wanted: Row, sheets: Sheets, released: Mapping[str, date | None]) -> None:
    for provider, whole in wanted["providers"].items():
        rows = []
        for model, one in whole["offers"].items():
            offer = one if isinstance(one, dict) else {"served_as": one}
            row = offer_row(model, offer, provider, whole, sheets, released[model])
            if row.get("retires"):
                row["successor"] = wanted["successors"][model]
            rows.append(row)
        path = DATA / "offers" / f"{provider}.yaml"
        _write(path, written(_text(path), whole.get("header", ""), Offer, "model", rows))


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
