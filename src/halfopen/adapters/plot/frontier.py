"""Price against rating as one would put it into a slide: what is efficient has a line through it and a name beside it.

Names are put where they cover nothing: for each, nearest to its point first, the places around it are tried until one
is free of the points, the lines, the other names and the edge. Those on the frontier choose first and may stand at
some distance, with a thin line to their mark; where no place is clean, that is taken which touches the fewest others,
and what lies under a name is interrupted there. Whoever else finds no place beside its own mark stays unnamed, because
a name that could belong to another is worse than none. Colours are those of Okabe and Ito; an estimate is a hollow
mark, so that a black and white print tells it from what was measured.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from halfopen.adapters.plot.chart import COLOURS, INK, PALE, NoPlot, kind_of, save, styled

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
BESIDE = (7.0, 9.0)  # points from a mark to its name
AWAY = (13, 19, 27, 38, 52, 68, 86, 106)  # for those on the frontier, whose names get a line
PIECES = 16  # in which such a line is looked at
APART = 5.0  # points between two names
SIDES = (
    *((1, 0), (-1, 0), (0, 1), (0, -1), (0.75, 0.75), (-0.75, 0.75), (0.75, -0.75), (-0.75, -0.75)),
    *((0.4, 0.9), (-0.4, 0.9), (0.4, -0.9), (-0.4, -0.9), (0.9, 0.4), (-0.9, 0.4), (0.9, -0.4), (-0.9, -0.4)),
)


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


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in points."""

    left: float
    bottom: float
    right: float
    top: float

    def covers(self, other: Box) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.bottom < other.top and other.bottom < self.top
        )

    def holds(self, other: Box) -> bool:
        inside = self.left <= other.left and other.right <= self.right
        return inside and self.bottom <= other.bottom and other.top <= self.top


def frontier(spots: Sequence[Spot], *, title: str, across: str, up: str, footnote: str, out: Path) -> None:
    """Writes the picture as SVG or PNG by the name of `out`. Raises NoPlot, OSError."""
    kind = kind_of(out)
    drawn = [spot for spot in spots if spot.price > 0]
    if not drawn:
        raise NoPlot("there is no model with a rating and a price above zero to draw")
    with styled():
        figure, axes = _paper(drawn, title, across, up, footnote)
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
    axes.xaxis.set_major_formatter(FuncFormatter(lambda price, _: f"${price:g}"))
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
    """The names, first those on the frontier, then from the best down; each clear of lines if that can be."""
    points = {spot.label: _point(figure, axes, spot.price, spot.value) for spot in spots}
    half = MARK / 2 + 1
    marks = {label: Box(x - half, y - half, x + half, y + half) for label, (x, y) in points.items()}
    lines, written = list(_lines(figure, axes, spots)), list[Box]()  # names, and the lines to them
    low, high = axes.get_xlim(), axes.get_ylim()
    corner, other = _point(figure, axes, low[0], high[0]), _point(figure, axes, low[1], high[1])
    edge = Box(corner[0], corner[1], other[0], other[1])
    for spot in sorted(spots, key=lambda spot: (not spot.on, -spot.value, spot.label)):
        point = points[spot.label]
        others = [mark for label, mark in marks.items() if label != spot.label]
        free = [
            box
            for box in _places(point, *_extent(figure, spot), spot.on)
            if edge.holds(box) and not _touch([box], [*marks.values(), *written])
        ]
        costs = [(_touch(_leash(point, box), [*others, *written]), _touch([box], lines)) for box in free]
        if free and (spot.on or min(costs) == (0, 0)):
            best = free[costs.index(min(costs))]
            written += [Box(best.left - APART, best.bottom, best.right + APART, best.top), *_leash(point, best)]
            _write(figure, spot, best, point)


def _touch(ours: Iterable[Box], theirs: Sequence[Box]) -> int:
    """How many of theirs are covered by any of ours."""
    boxes = list(ours)
    return sum(any(box.covers(other) for box in boxes) for other in theirs)


def _leash(point: tuple[float, float], box: Box) -> Iterator[Box]:
    """Where the line from a mark to its name runs, in pieces."""
    (x, y), (to, up) = point, _nearest(point, box)
    for piece in range(PIECES + 1):
        at, high = x + (to - x) * piece / PIECES, y + (up - y) * piece / PIECES
        yield Box(at - 2, high - 2, at + 2, high + 2)


def _nearest(point: tuple[float, float], box: Box) -> tuple[float, float]:
    return min(max(point[0], box.left), box.right), min(max(point[1], box.bottom), box.top)


def _lines(figure: Figure, axes: Axes, spots: Sequence[Spot]) -> Iterator[Box]:
    """The intervals and the steps of the frontier, as thin boxes."""
    for spot in spots:
        (x, low), (_, high) = (_point(figure, axes, spot.price, end) for end in (spot.low, spot.high))
        yield Box(x - 1.5, low, x + 1.5, high)
    corners = [_point(figure, axes, x, y) for x, y in _steps(axes, spots)]
    for (left, bottom), (right, top) in pairwise(corners):
        yield Box(left, bottom - 2, right, bottom + 2)
        yield Box(right - 2, bottom, right + 2, top)


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


def _places(point: tuple[float, float], width: float, height: float, far: bool) -> Iterator[Box]:
    x, y = point
    for reach in (*BESIDE, *(AWAY if far else ())):
        for side, rise in SIDES:
            left = x + side * reach - (0 if side > 0 else width if side < 0 else width / 2)
            bottom = y + rise * reach - (height / 2 if rise == 0 else 0 if rise > 0 else height)
            yield Box(left, bottom, left + width, bottom + height)


def _write(figure: Figure, spot: Spot, box: Box, point: tuple[float, float]) -> None:
    """The name in its place; from far away with a thin line to its mark."""
    inches = figure.get_size_inches() * 72
    x, y = box.left / inches[0], box.bottom / inches[1]
    weight = "bold" if spot.on else "normal"
    ground: dict[str, Any] = {"facecolor": "white", "edgecolor": "none", "pad": 0.2}
    ink = INK if spot.on else "#555555"
    figure.text(x, y, spot.label, fontsize=SIZE, fontweight=weight, color=ink, va="bottom", bbox=ground)
    near = _nearest(point, box)
    if abs(near[0] - point[0]) + abs(near[1] - point[1]) > AWAY[0]:
        from matplotlib.lines import Line2D

        xs, ys = [point[0] / inches[0], near[0] / inches[0]], [point[1] / inches[1], near[1] / inches[1]]
        figure.add_artist(Line2D(xs, ys, color="#BBBBBB", linewidth=0.6, transform=figure.transFigure))
