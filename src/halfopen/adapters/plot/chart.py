"""Intervals as one would put them into a slide: a row each, names at the left, numbers at the right.

Colours are those of Okabe and Ito, which the colour-blind can tell apart. An SVG keeps its text as text, and the same
marks give the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, isfinite, log10
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

KINDS = {".svg": "svg", ".png": "png"}
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
INK, PALE = "#222222", "#DDDDDD"
STYLE: dict[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "halfopen",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Helvetica", "Arial"],
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.unicode_minus": False,
    "text.parse_math": False,
}
WIDTH, ROW, AROUND = 7.5, 0.23, 1.25  # inches: of all, of a row, above and below the rows
DOTS = 200  # per inch of a PNG
MOST = 1_000  # marks in a picture
LONGEST = 44  # characters of a name


class NoPlot(ValueError):
    """A picture that cannot be made; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One row of a picture: a value between two ends, either of which may be infinite (drawn as an arrow)."""

    label: str
    value: float
    low: float
    high: float
    group: str = ""  # rows of one group have one colour


def intervals(marks: Sequence[Mark], title: str, axis: str, out: Path) -> None:
    """Writes the marks, the first on top, as SVG or PNG by the name of `out`. Raises NoPlot, OSError.

    Marks of one label share a row. Numbers stand beside the rows if no row has two marks.
    """
    kind = kind_of(out)
    finite = [each for mark in marks for each in (mark.value, mark.low, mark.high) if isfinite(each)]
    if not finite:
        raise NoPlot("there is no finite number to draw")
    if len(marks) > MOST:
        raise NoPlot(f"{len(marks):,} rows; a picture of at most {MOST:,} is drawn")
    rows: dict[str, list[Mark]] = {}
    for mark in marks:
        rows.setdefault(mark.label, []).append(mark)
    span = max(finite) - min(finite) or 1.0
    edges = (min(finite) - 0.04 * span, max(finite) + 0.04 * span)
    with styled():
        most = max(map(len, rows.values()))
        figure, axes = _paper(len(rows), ROW if most == 1 else ROW * (0.55 + 0.45 * most))
        colours = _colours(marks)
        for place, shared in enumerate(rows.values()):
            for turn, mark in enumerate(shared):
                _draw(axes, place + 0.7 * ((turn + 0.5) / len(shared) - 0.5), mark, edges, colours[mark.group])
        axes.set_xlim(*edges)
        _lettered(axes, list(rows), title, axis)
        if most == 1:
            _numbered(axes, marks, span)
        _legend(figure, axes, colours)
        save(figure, kind, out)


def kind_of(out: Path) -> str:
    """`svg` or `png`, by the end of a name. Raises NoPlot, also where there is no folder to write it into."""
    if out.suffix.lower() not in KINDS:
        raise NoPlot(f"{out}: a picture is written as {' or '.join(KINDS)}, by the end of its name")
    if not out.parent.is_dir():
        raise NoPlot(f"{out}: there is no folder `{out.parent}`: make it, or name another")
    return KINDS[out.suffix.lower()]


def styled() -> Any:
    """The context in which everything is drawn. Raises NoPlot without matplotlib."""
    try:
        from matplotlib import rc_context
    except ImportError:
        raise NoPlot("Pictures are drawn by matplotlib, which is not here: pip install 'halfopen[plot]'") from None
    return rc_context(cast(Any, STYLE))


def _paper(rows: int, height: float) -> tuple[Figure, Axes]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, AROUND + height * rows), layout="constrained")
    axes = figure.add_subplot()
    axes.set_ylim(rows - 0.4, -0.6)
    axes.grid(axis="x", color=PALE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    return figure, axes


def _colours(rows: Sequence[Mark]) -> dict[str, str]:
    groups = list(dict.fromkeys(row.group for row in rows))
    return {group: COLOURS[place % len(COLOURS)] for place, group in enumerate(groups)}


def _draw(axes: Axes, place: float, mark: Mark, edges: tuple[float, float], colour: str) -> None:
    ends = [end if isfinite(end) else edge for end, edge in zip((mark.low, mark.high), edges, strict=True)]
    axes.plot(ends, [place, place], color=colour, linewidth=2.2, alpha=0.55, solid_capstyle="round")
    for end, edge, shape in ((mark.low, edges[0], "<"), (mark.high, edges[1], ">")):
        if not isfinite(end):
            axes.plot([edge], [place], marker=shape, color=colour, markersize=6, clip_on=False)
    if isfinite(mark.value):
        axes.plot([mark.value], [place], marker="o", color=colour, markersize=5)


def _lettered(axes: Axes, labels: Sequence[str], title: str, axis: str) -> None:
    axes.set_yticks(range(len(labels)), [_short(label) for label in labels], fontsize=9)
    axes.tick_params(axis="x", labelsize=8.5)
    axes.set_xlabel(axis, fontsize=9)
    axes.set_title(title, fontsize=11.5, fontweight="bold", loc="left", pad=10)


def _short(label: str) -> str:
    return label if len(label) <= LONGEST else f"{label[: LONGEST - 1]}…"


def _numbered(axes: Axes, marks: Sequence[Mark], span: float) -> None:
    digits = max(0, ceil(2 - log10(span)))
    numbers = axes.secondary_yaxis("right")
    numbers.set_yticks(range(len(marks)), [_number(mark, digits) for mark in marks], fontsize=8.5)
    numbers.tick_params(length=0)
    numbers.spines[:].set_visible(False)


def _number(mark: Mark, digits: int) -> str:
    low, high = (f"{end:.{digits}f}" if isfinite(end) else "…" for end in (mark.low, mark.high))
    return f"{mark.value:.{digits}f}  ({low} to {high})" if isfinite(mark.value) else f"({low} to {high})"


def _legend(figure: Figure, axes: Axes, colours: dict[str, str]) -> None:
    named = {group: colour for group, colour in colours.items() if group}
    if len(named) < 2:
        return
    shown = [
        axes.plot([], [], marker="o", color=colour, linewidth=2.2, label=name)[0] for name, colour in named.items()
    ]
    figure.legend(handles=shown, fontsize=8.5, frameon=False, loc="outside lower center", ncols=4)


def save(figure: Figure, kind: str, out: Path) -> None:
    """Writes it without a date, so that the same marks give the same bytes. Raises OSError."""
    told = {"Date": None} if kind == "svg" else {"Software": None}
    figure.savefig(out, format=kind, dpi=DOTS, metadata=told)
