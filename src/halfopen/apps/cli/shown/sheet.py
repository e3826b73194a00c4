"""The table of models as CSV: a row for each offer of each model, and one for a model that no host sells."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

OF_MODEL = (
    "model",
    "title",
    "lab",
    "weights",
    "licence",
    "released",
    "parameters",
    "active",
    "context",
)
OF_RATING = ("category", "score", "low", "high", "basis", "board", "day", "own", "beside")
OF_OFFER = ("offer", "provider", "hosting", "zone", "retires", "retired", "not_seen_since")
NOTHING = "nothing"  # is forbidden; empty: not known
OF_PRICE = (
    "currency",
    "input",
    "output",
    "mixed",
    "input_dollars",
    "output_dollars",
    "mixed_dollars",
    "since",
    "source",
    "checked",
)
OF_NEXT = ("since", "input", "output")
COLUMNS = (
    *OF_MODEL,
    "weights_doubt",
    "forbids",
    "modalities",
    *(f"rating_{name}" for name in OF_RATING),
    "frontier",
    *OF_OFFER,
    *(f"price_{name}" for name in OF_PRICE),
    *(f"next_price_{name}" for name in OF_NEXT),
)


def sheet(rows: Sequence[Mapping[str, Any]]) -> str:
    """Lines end with a newline; what is unknown is empty."""
    out = io.StringIO()
    written = csv.writer(out, lineterminator="\n")
    written.writerow(COLUMNS)
    for row in rows:
        for offer in row["offers"] or [{}]:
            written.writerow(["" if cell is None else cell for cell in _cells(row, offer)])
    return out.getvalue()


def _cells(row: Mapping[str, Any], offer: Mapping[str, Any]) -> Iterator[Any]:
    rating, price = row["rating"] or {}, offer.get("price") or {}
    yield from (row[name] for name in OF_MODEL)
    yield row["weights_doubt"]
    yield None if row["forbids"] is None else "; ".join(row["forbids"]) or NOTHING
    yield " ".join(row["modalities"])
    yield from (rating.get(name) for name in OF_RATING)
    yield row["frontier"]
    yield from (offer.get(name) for name in OF_OFFER)
    yield from (price.get(name) for name in OF_PRICE)
    later = offer.get("next_price") or {}
    yield from (later.get(name) for name in OF_NEXT)
