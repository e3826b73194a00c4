"""Costs over volume as one would put them into a slide: lines with their bands, and marks where two cross."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from halfopen.adapters.plot.chart import COLOURS, INK, PALE, NoPlot, kind_of, save, styled

UNITS = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))
WIDTH, HEIGHT = 9.5, 5.8  # inches


@dataclass(frozen=True, slots=True)
class Line:
    """`points` are volume, lowest, likely and highest, all above 0; `crossed` is where the first line passes below."""

    label: str
    points: Sequence[tuple[float, ...]]
    crossed: float | None


def curves(lines: Sequence[Line], *, title: str, across: str, up: str, footnote: str, out: Path) -> None:
    """Writes the picture as SVG or PNG by the name of `out`. Raises NoPlot, OSError."""
    kind = kind_of(out)
    drawn = [line for line in lines if line.points]
    if not drawn:
        raise NoPlot("there is no curve to draw")
    with styled():
        from matplotlib.figure import Figure

        figure = Figure(figsize=(WIDTH, HEIGHT), layout="constrained")
        axes = figure.add_subplot()
        for place, line in enumerate(drawn):
            colour = INK if place == 0 else COLOURS[(place - 1) % len(COLOURS)]
            volumes, low, likely, high = zip(*line.points, strict=True)
            axes.fill_between(volumes, low, high, color=colour, alpha=0.13, linewidth=0)
            axes.plot(volumes, likely, color=colour, linewidth=2.2 if place == 0 else 1.6, label=line.label)
            if line.crossed is not None and volumes[0] <= line.crossed <= volumes[-1]:
                at = min(line.points, key=lambda point: abs(point[0] - (line.crossed or 0)))
                axes.plot([line.crossed], [at[2] * line.crossed / at[0]], "o", color=colour, markersize=7)
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.xaxis.set_major_formatter(lambda value, _: short(value))
        axes.yaxis.set_major_formatter(lambda value, _: f"${short(value)}")
        axes.set_title(title, loc="left", fontweight="bold")
        axes.set_xlabel(f"{across}\n{footnote}")
        axes.set_ylabel(up)
        axes.grid(visible=True, color=PALE, linewidth=0.8)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False, fontsize=8)
        save(figure, kind, out)


def short(value: float) -> str:
    """`10M`, `1B`: a number in few characters."""
    size, unit = next(((size, unit) for size, unit in UNITS if value >= size), (1.0, ""))
    return f"{value / size:.3g}{unit}"
