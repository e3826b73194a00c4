"""What measured servers taught: coefficients, how wide intervals have to be, and what was there to be measured.

`calibrated` learns it from a table of measurements, `left_out` tells how good that is: each architecture is predicted
by a calibration that never saw it, its width included.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from halfopen.fleet.speed.fit import fitted, weights
from halfopen.fleet.speed.roofline import times
from halfopen.fleet.speed.sure import features, multiple, spreads, unseen
from halfopen.fleet.speed.work import Setup, Work, work

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """`values` are the coefficients; `wide` and `wide_first` multiply the spreads; `seen` was measured, by kind."""

    rows: int
    architectures: int
    values: Mapping[str, float]
    wide: float
    wide_first: float
    seen: Mapping[str, frozenset[str]]


class Predicted(NamedTuple):
    """Seconds, row by row, each with the ends of its 80 % interval."""

    token: Floats
    token_low: Floats
    token_high: Floats
    first: Floats
    first_low: Floats
    first_high: Floats


class Measured(NamedTuple):
    """A table of servers: what was set up, and seconds of a token and to the first one."""

    setups: Sequence[Setup]
    token: Floats
    first: Floats

    def only(self, chosen: npt.NDArray[np.bool_]) -> Measured:
        setups = [each for each, wanted in zip(self.setups, chosen, strict=True) if wanted]
        return Measured(setups, self.token[chosen], self.first[chosen])

    @property
    def models(self) -> npt.NDArray[np.str_]:
        return np.array([each.architecture.name for each in self.setups])


def predicted(setups: Sequence[Setup], calibration: Calibration) -> Predicted:
    """Raises ValueError for an unknown precision."""
    if not setups:
        return Predicted(*(np.zeros(0) for _ in Predicted._fields))
    amounts = work(setups)
    token, first = times(amounts, calibration.values)
    spread, spread_first = spreads(amounts, token, first, [unseen(each, calibration.seen) for each in setups])
    half, half_first = np.exp(calibration.wide * spread), np.exp(calibration.wide_first * spread_first)
    return Predicted(
        *(token.whole, token.whole / half, token.whole * half),
        *(first.whole, first.whole / half_first, first.whole * half_first),
    )


def calibrated(measured: Measured) -> Calibration:
    """What all of the table teaches. Raises NotFitted."""
    models = measured.models
    heft = weights(list(models))
    values = fitted(work(measured.setups), measured.token, measured.first, heft)
    errors, spread = _left_out(measured, models)
    return Calibration(
        rows=len(models),
        architectures=len(set(models)),
        values=values,
        wide=multiple(errors[0], spread[0], heft),
        wide_first=multiple(errors[1], spread[1], heft),
        seen=_seen(measured.setups),
    )


def left_out(measured: Measured) -> Predicted:
    """Each architecture as predicted by what all others teach. Raises NotFitted."""
    models = measured.models
    found = np.zeros((len(Predicted._fields), len(models)))
    for name in sorted(set(models)):
        away = models == name
        found[:, away] = predicted(measured.only(away).setups, calibrated(measured.only(~away)))
    return Predicted(*found)


def _left_out(measured: Measured, models: npt.NDArray[np.str_]) -> tuple[Floats, Floats]:
    """(2, rows) each, of tokens and first tokens: errors and spreads in nats, each architecture left out."""
    errors, spread = np.zeros((2, len(models))), np.zeros((2, len(models)))
    for name in sorted(set(models)):
        away = models == name
        rest, these = measured.only(~away), measured.only(away)
        values = fitted(work(rest.setups), rest.token, rest.first, weights(list(rest.models)))
        amounts, seen = work(these.setups), _seen(rest.setups)
        token, first = times(amounts, values)
        errors[:, away] = np.log(token.whole / these.token), np.log(first.whole / these.first)
        spread[:, away] = spreads(amounts, token, first, [unseen(each, seen) for each in these.setups])
    return errors, spread


def _seen(setups: Sequence[Setup]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for each in setups:
        for kind, which in features(each).items():
            found.setdefault(kind, set()).update([which] if which else [])
    return {kind: frozenset(which) for kind, which in found.items()}


__all__ = ["Calibration", "Measured", "Predicted", "Work", "calibrated", "left_out", "predicted"]
