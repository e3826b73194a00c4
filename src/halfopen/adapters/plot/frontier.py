"""Price against rating as one would put it into a slide: what is efficient has a line through it and a name beside it.

Named are the models on the frontier and the best of each lab, from some distance by a thin leader where they stand
close, and then whoever else has room for a name beside its mark. Colours are those of Okabe and Ito; an estimate is a
hollow mark, so that a black and white print tells it from what was measured.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot
from pathlib import Path
from typing import TYPE_CHECKING, Any

from halfopen.adapters.plot.chart import COLOURS, INK, PALE, NoPlot, kind_of, save, styled
from halfopen.adapters.plot.names import Box, Name, placed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

GROUPS = {
    "closed": ("closed", COLOURS[0], "s"),
    "hosted": ("open, hosted", COLOURS[1], "o"),
    "self_hosted": ("open, own machines", COLOURS[2], "^"),
    "research": ("open for research only", COLOURS[3], "D"),
}
WIDTH, HEIGHT = 11.0, 6.2  # inches: a slide of 16 to 9
SIZE = 7.5  # points of the names
MARK = 6.0  # points of a mark
LEADER = 10.0  # points from a mark to its name, beyond which a line joins them


@dataclass(frozen=True, slots=True)
class Spot:
    """One model: `price` in dollars a million tokens, greater than 0; the rating between its ends, in Elo."""

    label: str
    price: float
    value: float
    low: float
    high: float
    group: str  # of GROUPS
    on: bool  # the frontier
    estimated: bool
    lab: str = ""  # the best of each is named, even from a distance; "" is none


def frontier(
    spots: Sequence[Spot], *, title: str, across: str, up: str, footnote: str, out: Path, floor: float | None = None
) -> None:
    """Writes the picture as SVG or PNG by the name of `out`; `floor` is a rating to draw. Raises NoPlot, OSError."""
    kind = kind_of(out)
    drawn = [spot for spot in spots if spot.price > 0]
    if not drawn:
        raise NoPlot("there is no model with a rating and a price above zero to draw")
    with styled():
        figure, axes = _paper(drawn, title, across, up, footnote)
        if floor is not None:
            axes.axhline(floor, color=INK, linewidth=0.9, linestyle=(0, (6, 4)), zorder=1)
        _line(axes, drawn)
        for spot in drawn:
            _mark(axes, spot)
        _legend(axes, drawn)
        _name(figure, axes, drawn)
        save(figure, kind, out)


def _paper(spots: Sequence[Spot], title: str, across: str, up: str, footnote: str) -> tuple[Figure, Axes]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    figure = Figure(figsize=(WIDTH, HEIGHT))
    FigureCanvasAgg(figure)  # which knows how wide a name will be
    axes = figure.add_axes((0.07, 0.145, 0.90, 0.755))
    axes.set_xscale("log")
    prices, ends = [spot.price for spot in spots], [end for spot in spots for end in (spot.low, spot.high)]
    axes.set_xlim(min(prices) / 1.5, max(prices) * 2.2)
    room = 0.05 * (max(ends) - min(ends) or 100)
    axes.set_ylim(min(ends) - room, max(ends) + room)
    axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda price, _: _tick(price)))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.grid(color=PALE, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, labelsize=9, which="both")
    axes.set_xlabel(across, fontsize=9.5)
    axes.set_ylabel(up, fontsize=9.5)
    figure.text(0.07, 0.935, title, fontsize=14, fontweight="bold", color=INK)
    figure.text(0.07, 0.022, footnote, fontsize=7.5, color="#666666")
    return figure, axes


def _tick(price: float) -> str:
    """`$0.05` and `$0.10`, but `$5`; below a cent as many decimals as it takes."""
    return f"${price:.2f}" if 0.01 <= price < 1 else f"${price:g}"


def _steps(axes: Axes, spots: Sequence[Spot]) -> list[tuple[float, float]]:
    """Until a dearer one is better, the best that can be had for the money is the last one."""
    corners = sorted((spot.price, spot.value) for spot in spots if spot.on)
    return [*corners, (axes.get_xlim()[1], corners[-1][1])] if corners else []


def _line(axes: Axes, spots: Sequence[Spot]) -> None:
    if corners := _steps(axes, spots):
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        axes.step(xs, ys, where="post", color="#999999", linewidth=1.3, zorder=1)


def _mark(axes: Axes, spot: Spot) -> None:
    _, colour, shape = GROUPS[spot.group]
    axes.plot([spot.price] * 2, [spot.low, spot.high], color=colour, linewidth=1.1, alpha=0.35, zorder=2)
    face = "white" if spot.estimated else colour
    axes.plot([spot.price], [spot.value], marker=shape, markersize=MARK, color=colour, markerfacecolor=face, zorder=3)


def _legend(axes: Axes, spots: Sequence[Spot]) -> None:
    present = {spot.group for spot in spots}
    shown = [
        axes.plot([], [], marker=shape, linestyle="", markersize=MARK, color=colour, label=name)[0]
        for group, (name, colour, shape) in GROUPS.items()
        if group in present
    ]
    if any(spot.estimated for spot in spots):
        hollow: dict[str, Any] = {"marker": "o", "linestyle": "", "markersize": MARK, "markerfacecolor": "white"}
        shown += axes.plot([], [], color="#666666", label="estimated", **hollow)
    shown += axes.plot([], [], color="#999999", linewidth=1.3, label="efficient frontier")
    axes.legend(
        handles=shown, fontsize=8.5, frameon=False, loc="lower right", ncols=len(shown), bbox_to_anchor=(1, 1.0)
    )


def _name(figure: Figure, axes: Axes, spots: Sequence[Spot]) -> None:
    """The names, first those on the frontier, then the best of each lab, then from the best down."""
    best = _best(spots)
    ranked = sorted(spots, key=lambda spot: (not spot.on, spot.label not in best, -spot.value, spot.label))
    names = [
        Name(
            spot.label,
            _point(figure, axes, spot.price, spot.value),
            *_extent(figure, spot),
            spot.on or spot.label in best,
        )
        for spot in ranked
    ]
    half = MARK / 2 + 1
    marks = [Box(x - half, y - half, x + half, y + half) for x, y in (name.point for name in names)]
    low, high = axes.get_xlim(), axes.get_ylim()
    edge = Box(*_point(figure, axes, low[0], high[0]), *_point(figure, axes, low[1], high[1]))
    lines = [Box(*each) for each in _lines(figure, axes, spots)]
    found = placed(names, marks, lines, edge)
    for spot, name in zip(ranked, names, strict=True):
        if box := found.get(name.label):
            _write(figure, spot, box, name)


def _best(spots: Sequence[Spot]) -> frozenset[str]:
    """The best of each lab: a measured one if there is any."""
    first: dict[str, str] = {}
    for spot in sorted(spots, key=lambda spot: (spot.estimated, -spot.value, spot.label)):
        if spot.lab:
            first.setdefault(spot.lab, spot.label)
    return frozenset(first.values())


def _lines(figure: Figure, axes: Axes, spots: Sequence[Spot]) -> Iterator[tuple[float, float, float, float]]:
    """The intervals and the steps of the frontier, as thin boxes."""
    for spot in spots:
        (x, low), (_, high) = (_point(figure, axes, spot.price, end) for end in (spot.low, spot.high))
        yield x - 1.5, low, x + 1.5, high
    corners = [_point(figure, axes, x, y) for x, y in _steps(axes, spots)]
    for (left, bottom), (right, top) in pairwise(corners):
        yield left, bottom - 2, right, bottom + 2
        yield right - 2, bottom, right + 2, top


def _point(figure: Figure, axes: Axes, x: float, y: float) -> tuple[float, float]:
    """A point of the axes in points of the page."""
    across, upward = axes.transData.transform((x, y))
    return float(across) * 72 / figure.dpi, float(upward) * 72 / figure.dpi


def _extent(figure: Figure, spot: Spot) -> tuple[float, float]:
    """The width and height of a name, in points, as it will be drawn."""
    drawn = figure.text(0, 0, spot.label, fontsize=SIZE, fontweight="bold" if spot.on else "normal")
    box = drawn.get_window_extent()
    drawn.remove()
    return box.width * 72 / figure.dpi * 1.03, box.height * 72 / figure.dpi


def _write(figure: Figure, spot: Spot, box: Box, name: Name) -> None:
    """The name in its place; from far away with a thin line to its mark."""
    inches = figure.get_size_inches() * 72
    x, y = box.left / inches[0], box.bottom / inches[1]
    ground: dict[str, Any] = {"facecolor": "white", "edgecolor": "none", "pad": 0.2}
    weight, ink = "bold" if spot.on else "normal", INK if name.leads else "#666666"
    figure.text(x, y, spot.label, fontsize=SIZE, fontweight=weight, color=ink, va="bottom", bbox=ground)
    near, point = box.nearest(name.point), name.point
    if hypot(near[0] - point[0], near[1] - point[1]) > LEADER:
        from matplotlib.lines import Line2D

        xs, ys = [point[0] / inches[0], near[0] / inches[0]], [point[1] / inches[1], near[1] / inches[1]]
        figure.add_artist(Line2D(xs, ys, color="#888888", linewidth=0.6, transform=figure.transFigure))
