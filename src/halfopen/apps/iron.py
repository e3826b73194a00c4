"""The fleet's tables as they ship: architectures, machines, and what measured servers taught about speed."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from halfopen.documents import read, rows
from halfopen.fleet.architecture import Architecture
from halfopen.fleet.hardware import Accelerator
from halfopen.fleet.speed.calibration import Calibration
from halfopen.fleet.tables import Tables, tables


@lru_cache(maxsize=1)
def iron() -> Tables:
    """Raises documents.Complaints."""
    models = (row for _, row in rows(_text("architectures.yaml"), Architecture, "architectures.yaml"))
    machines = (row for _, row in rows(_text("accelerators.yaml"), Accelerator, "accelerators.yaml"))
    return tables(models, machines, read(_text("calibration.yaml"), Calibration, "calibration.yaml"))


def _text(name: str) -> str:
    return files("halfopen.fleet").joinpath("data", name).read_text(encoding="utf-8")
