"""Predictions for a table of servers, and which of its rows cannot be predicted, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from halfopen.fleet.memory import PRECISIONS
from halfopen.fleet.names import Unknown
from halfopen.fleet.speed.calibration import predicted
from halfopen.fleet.speed.rows import CELLS, cells, setup_of
from halfopen.fleet.speed.work import Setup
from halfopen.fleet.tables import Tables

Row = Mapping[str, str]


def predictions(tables: Tables, rows: Sequence[Row]) -> tuple[list[Row], Mapping[int, str]]:
    """What is predicted for each row, empty cells where nothing can be, and by their places why it cannot."""
    setups: dict[int, Setup] = {}
    refused: dict[int, str] = {}
    for place, row in enumerate(rows):
        try:
            setups[place] = _known(setup_of(row, tables.models, tables.machines))
        except (Unknown, ValueError) as why:
            refused[place] = str(why)
    asked = list(setups.values())
    told = dict(zip(setups, cells(asked, predicted(asked, tables.calibration)), strict=True))
    empty = dict.fromkeys(CELLS, "")
    return [told.get(place, empty) for place in range(len(rows))], refused


def _known(asked: Setup) -> Setup:
    """Raises ValueError for a precision that no row of `memory.PRECISIONS` describes."""
    if asked.precision not in PRECISIONS:
        raise ValueError(f"`precision` is `{asked.precision}`; there are {', '.join(PRECISIONS)}")
    return asked
