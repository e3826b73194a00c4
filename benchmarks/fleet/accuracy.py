"""How well the planner predicts servers of architectures that it never saw: the tables in docs/fleet.md.

    python benchmarks/fleet/accuracy.py [--write] [--json]

Each architecture of `measured_throughput.csv` is predicted by a calibration on all others, its intervals too.
`--write` puts the tables into docs/fleet.md, between its marks, and the calibration on all rows into the package's
data.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(ROOT / "src")]

from halfopen.documents import rows  # noqa: E402
from halfopen.fleet.architecture import Architecture  # noqa: E402
from halfopen.fleet.hardware import Accelerator  # noqa: E402
from halfopen.fleet.names import Unknown, by_name  # noqa: E402
from halfopen.fleet.speed.calibration import Calibration, Measured, Predicted, calibrated, left_out  # noqa: E402
from halfopen.fleet.speed.coefficients import COEFFICIENTS  # noqa: E402
from halfopen.fleet.speed.rows import setup_of  # noqa: E402
from halfopen.fleet.speed.work import Setup  # noqa: E402

Floats = npt.NDArray[np.float64]

DATA = ROOT / "src" / "halfopen" / "fleet" / "data"
DOC = ROOT / "docs" / "fleet.md"
START, END = "<!-- accuracy: written by benchmarks/fleet/accuracy.py -->", "<!-- end of accuracy -->"
GROUPS: dict[str, Callable[[Setup], str]] = {
    "architecture": lambda setup: setup.architecture.name.rpartition("/")[2],
    "accelerator": lambda setup: setup.accelerator.name,
    "precision": lambda setup: setup.precision,
    "engine": lambda setup: setup.engine,
}


def measured() -> tuple[Measured, Counter[str]]:
    """The table, and how many of its rows no architecture or accelerator was found for, by what was missing."""
    models = by_name(row for _, row in rows((DATA / "architectures.yaml").read_text(), Architecture, "architectures"))
    cards = by_name(row for _, row in rows((DATA / "accelerators.yaml").read_text(), Accelerator, "accelerators"))
    setups, token, first = [], [], []
    unmatched: Counter[str] = Counter()
    with (HERE / "measured_throughput.csv").open() as file:
        for row in csv.DictReader(file):
            try:
                setups.append(setup_of(row, models, cards))
            except Unknown as why:
                unmatched[str(why)] += 1
                continue
            token.append(float(row["silicon_tpot_ms"]) / 1000)
            first.append(float(row["silicon_ttft_ms"]) / 1000)
    return Measured(setups, np.array(token), np.array(first)), unmatched


def errors(table: Measured, found: Predicted) -> dict[str, dict[str, dict[str, float]]]:
    """By group and member of it: rows, absolute relative errors, and the shares that the intervals hold."""
    token, first = np.abs(found.token / table.token - 1), np.abs(found.first / table.first - 1)
    held = (table.token >= found.token_low) & (table.token <= found.token_high)
    held_first = (table.first >= found.first_low) & (table.first <= found.first_high)

    def told(chosen: npt.NDArray[np.bool_]) -> dict[str, float]:
        return {
            "rows": int(chosen.sum()),
            "token_median": float(np.median(token[chosen])),
            "token_p90": float(np.percentile(token[chosen], 90)),
            "token_held": float(held[chosen].mean()),
            "first_median": float(np.median(first[chosen])),
            "first_p90": float(np.percentile(first[chosen], 90)),
            "first_held": float(held_first[chosen].mean()),
        }

    result = {"all": {"all": told(np.ones(len(token), bool))}}
    for group, of in GROUPS.items():
        names = np.array([of(setup) for setup in table.setups])
        result[group] = {str(name): told(names == name) for name in sorted(set(names))}
    return result


def tables(report: dict[str, dict[str, dict[str, float]]]) -> Iterator[str]:
    yield "| | rows | token: median | 90th | in 80 % | first: median | 90th | in 80 % |"
    yield "|---|---:|---:|---:|---:|---:|---:|---:|"
    for group, members in report.items():
        for name, told in members.items():
            label = "**all**" if group == "all" else f"{group} {name}"
            numbers = [told[key] for key in list(told)[1:]]
            yield f"| {label} | {told['rows']:,.0f} | " + " | ".join(f"{100 * each:.1f} %" for each in numbers) + " |"


def written(made: Calibration) -> str:
    """The calibration as YAML."""
    lines = [
        "# What benchmarks/fleet/accuracy.py learned from the measurements beside it; written by it with --write.",
        "# `fleet.speed.coefficients` says what each value is and in which unit.",
        "",
        f"rows: {made.rows}",
        f"architectures: {made.architectures}",
        f"wide: {made.wide:.4f}",
        f"wide_first: {made.wide_first:.4f}",
        "values:",
        *(f"  {name}: {value:.6g}" for name, value in made.values.items()),
        "seen:",
    ]
    for kind, which in sorted(made.seen.items()):
        lines.append(f"  {kind}: [{', '.join(json.dumps(name) for name in sorted(which))}]")
    return "\n".join(lines) + "\n"


def fitted(made: Calibration) -> Iterator[str]:
    yield "| coefficient | fitted | believed before | what it is |"
    yield "|---|---:|---:|---|"
    for name, row in COEFFICIENTS.items():
        yield f"| `{name}` | {made.values[name]:.3g} | {row.likely:.3g} | {row.about} |"


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="write docs/fleet.md and the calibration")
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args(arguments)
    begun = time.perf_counter()
    table, unmatched = measured()
    report = errors(table, left_out(table))
    seconds = time.perf_counter() - begun
    if asked.json:
        found: dict[str, Any] = {"errors": report, "unmatched": dict(unmatched), "seconds": seconds}
        print(json.dumps(found, indent=2))
    else:
        print("\n".join(tables(report)))
        lost = ", ".join(f"{count} ({why})" for why, count in unmatched.items()) or "none"
        print(f"\n{len(table.setups):,} rows matched an architecture; not matched: {lost}. {seconds:.1f} s.")
    if asked.write:
        made = calibrated(table)
        (DATA / "calibration.yaml").write_text(written(made))
        text = DOC.read_text()
        before, _, rest = text.partition(START)
        after = rest.partition(END)[2]
        block = "\n".join([*tables(report), "", *fitted(made)])
        DOC.write_text(f"{before}{START}\n\n{block}\n\n{END}{after}")


if __name__ == "__main__":
    main(sys.argv[1:])
