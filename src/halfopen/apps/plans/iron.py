"""The fleet's tables as they ship: architectures, machines, and what measured servers taught about speed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from halfopen.documents import read, rows
from halfopen.fleet.architecture import Architecture
from halfopen.fleet.hardware import Accelerator
from halfopen.fleet.names import by_name
from halfopen.fleet.speed.calibration import Calibration


@dataclass(frozen=True)
class Iron:
    """`models` and `machines` are found by any of their names, as `fleet.names.the` looks them up."""

    architectures: tuple[Architecture, ...]
    accelerators: tuple[Accelerator, ...]
    models: Mapping[str, Architecture]
    machines: Mapping[str, Accelerator]
    calibration: Calibration


@lru_cache(maxsize=1)
def iron() -> Iron:
    """Raises documents.Complaints."""
    architectures = tuple(row for _, row in rows(_text("architectures.yaml"), Architecture, "architectures.yaml"))
    accelerators = tuple(row for _, row in rows(_text("accelerators.yaml"), Accelerator, "accelerators.yaml"))
    calibration = read(_text("calibration.yaml"), Calibration, "calibration.yaml")
    return Iron(architectures, accelerators, by_name(architectures), by_name(accelerators), calibration)


def _text(name: str) -> str:
    return files("halfopen.fleet").joinpath("data", name).read_text(encoding="utf-8")
