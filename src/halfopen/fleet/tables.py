"""All that sizing knows: architectures, machines and the calibration, found by any of their names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import log

from halfopen.fleet.architecture import BILLION, DISAGREE, Architecture
from halfopen.fleet.hardware import Accelerator
from halfopen.fleet.names import Unknown, by_name, the
from halfopen.fleet.speed.calibration import Calibration

UNLIKE = 1.2  # nats in the sizes of two models beyond which the one says nothing about how the other is built


@dataclass(frozen=True)
class Tables:
    """`models` and `machines` are by name, as `names.the` looks them up."""

    architectures: tuple[Architecture, ...]
    accelerators: tuple[Accelerator, ...]
    models: Mapping[str, Architecture]
    machines: Mapping[str, Accelerator]
    calibration: Calibration

    def model(self, name: str) -> Architecture:
        """Raises Unknown, with the nearest name."""
        return the(name, self.models, "model")

    def machine(self, name: str) -> Accelerator:
        """Raises Unknown, with the nearest name."""
        return the(name, self.machines, "machine")

    def like(self, name: str, parameters: float | None, active: float | None, context: int | None) -> Architecture:
        """The architecture of that name, or one supposed from its billions of parameters. Raises Unknown.

        A supposed one is the row whose sizes are nearest, with its experts widened so that the parameters come out.
        """
        try:
            return self.model(name)
        except Unknown:
            if parameters is None:
                raise
        nearest = min(self.architectures, key=lambda row: _apart(row, parameters, active))
        if _apart(nearest, parameters, active) > UNLIKE:
            raise Unknown(f"{name}: no architecture of about {parameters:g} billion parameters is known to go by")
        return _scaled(nearest, name, parameters, active, context)


def tables(architectures: Iterable[Architecture], accelerators: Iterable[Accelerator], made: Calibration) -> Tables:
    """From their rows."""
    models, machines = tuple(architectures), tuple(accelerators)
    return Tables(models, machines, by_name(models), by_name(machines), made)


def _apart(row: Architecture, parameters: float, active: float | None) -> float:
    """How much the sizes that are known differ, in nats."""
    used = 0.0 if active is None else abs(log(row.used / (active * BILLION)))
    return abs(log(row.total / (parameters * BILLION))) + used


def _scaled(row: Architecture, name: str, parameters: float, active: float | None, context: int | None) -> Architecture:
    sized = {"parameters": parameters, "active": active, "context": context or row.context}
    if row.experts and abs(row.total / (parameters * BILLION) - 1) > DISAGREE:
        rest = row.total - row.all_experts
        wider = max(parameters * BILLION - rest, row.all_experts / 2) / row.all_experts
        sized["expert_inter"] = max(round(row.expert_inter * wider), 1)
    said = f"built like {row.name}, whose sizes are the nearest"
    return replace(row, name=name, also=(), recalled=False, assumed=said, **sized)  # type: ignore[arg-type]
