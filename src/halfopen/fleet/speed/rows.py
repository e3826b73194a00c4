"""Rows of a table of servers, by the columns that InferenceX and aiconfigurator use; and predictions as cells.

Columns: model_path, system, precision, backend, isl, osl, gpus, tp_size, dp, conc; others are ignored. A row without
tp_size or dp has one group of all its cards.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite

from halfopen.fleet.architecture import Architecture
from halfopen.fleet.hardware import Accelerator
from halfopen.fleet.names import the
from halfopen.fleet.speed.calibration import Predicted
from halfopen.fleet.speed.work import Setup

NEEDED = ("model_path", "system", "isl", "osl", "conc")
CELLS = ("ttft_ms", "ttft_ms_low", "ttft_ms_high", "tpot_ms", "tpot_ms_low", "tpot_ms_high", "out_tok_s_per_gpu")
MOST = 1e9


def setup_of(row: Mapping[str, str], models: Mapping[str, Architecture], cards: Mapping[str, Accelerator]) -> Setup:
    """Raises names.Unknown, and ValueError for a cell that is no number or missing."""
    lacking = [name for name in NEEDED if not (row.get(name) or "").strip()]
    if lacking:
        raise ValueError(f"no {', '.join(lacking)}: a row needs {', '.join(NEEDED)}")
    whole = int(_number(row, "gpus", _number(row, "tp_size", 1) * _number(row, "dp", 1)))
    groups = int(_number(row, "dp", 1))
    return Setup(
        architecture=the(row["model_path"], models, "architecture"),
        accelerator=the(row["system"], cards, "accelerator"),
        precision=(row.get("precision") or "bf16").strip(),
        engine=(row.get("backend") or "vllm").strip().casefold(),
        prompt=_number(row, "isl", 0),
        answer=_number(row, "osl", 0),
        tensor=int(_number(row, "tp_size", whole / groups)),
        groups=groups,
        concurrency=_number(row, "conc", 1),
    )


def cells(setups: Sequence[Setup], found: Predicted) -> Iterator[Mapping[str, str]]:
    """The predictions of each row as text, in milliseconds and tokens a second."""
    for place, asked in enumerate(setups):
        token, first = found.token[place], found.first[place]
        rate = asked.concurrency * asked.answer / (first + token * max(asked.answer - 1, 0)) / asked.cards
        ends = found.first_low[place], found.first_high[place], token, found.token_low[place], found.token_high[place]
        yield dict(zip(CELLS, [*(f"{1000 * each:.3f}" for each in (first, *ends)), f"{rate:.3f}"], strict=True))


def _number(row: Mapping[str, str], name: str, otherwise: float) -> float:
    text = (row.get(name) or "").strip()
    if not text:
        return otherwise
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"`{name}` is `{text[:40]}`, and no number") from None
    if not (isfinite(value) and 0 < value <= MOST):
        raise ValueError(f"`{name}` is `{text[:40]}`; it is above 0, and at most {MOST:.0e}")
    return value
