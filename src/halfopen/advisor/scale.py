"""Scores of many boards on one scale: each board is moved by its shift to one reference, judged by the models on both.

A board is a name, a day and whether style was controlled; its scores mean nothing beside those of another, because a
scale has no zero of its own. So one board is the reference of a category: the latest that shares enough models with
the fullest one. Every other is moved onto it, by way of a third where the two have too few models in common, and a
moved score is less certain by three things: its own interval, the error of the shift (by Student's t, since a shift is
judged by a handful of models) and how far single models stray from a shift that holds on the average.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from math import sqrt

from halfopen.catalog.model import Model, Rating
from halfopen.ratings.likelihood.student import student
from halfopen.ratings.scale import normal
from halfopen.ratings.shift import shift_of

LEVEL = 0.95
Z = normal(LEVEL)
ENOUGH = 3  # models on both boards, to judge a shift by
ENOUGH_FOR_A_REFERENCE = 5
LEAST_ERROR = 0.5  # Elo; a board that rounds to whole numbers is no surer than this

Scores = Mapping[str, Rating]  # by model


@dataclass(frozen=True, slots=True, order=True)
class Board:
    """One board on one day. Sorted by day, and of one day the style-controlled one comes last."""

    day: date
    style_control: bool
    name: str

    def __str__(self) -> str:
        return f"{self.name} of {self.day}{'' if self.style_control else ', without style control'}"


@dataclass(frozen=True, slots=True)
class Placed:
    """How a board comes onto the scale: add `shift`; `error` is its standard error, `spread` how far models stray."""

    shift: float = 0.0
    error: float = 0.0
    spread: float = 0.0
    models: int = 0  # on both; the fewest on the way

    @property
    def variance(self) -> float:
        return self.error**2 + self.spread**2


@dataclass(frozen=True, slots=True)
class Scale:
    """The scale of one category. `strays` are boards that nothing links to the reference."""

    category: str
    reference: Board
    placed: Mapping[Board, Placed]
    strays: tuple[Board, ...]
    scores: Mapping[Board, Scores]


def scale(models: Iterable[Model], category: str, day: date) -> Scale | None:
    """The scale of a category by the scores known on `day`, or None if there is none."""
    scores = _by_board(models, category, day)
    if not scores:
        return None
    reference = _reference(scores)
    placed = {reference: Placed(models=len(scores[reference]))}
    while found := _nearest(scores, placed):
        placed[found[0]] = found[1]
    return Scale(category, reference, placed, tuple(sorted(scores.keys() - placed.keys())), scores)


def error(rating: Rating) -> float:
    """The standard error behind a board's 95 % interval, in Elo."""
    return max(float(rating.high - rating.low) / (2 * Z), LEAST_ERROR)


def _by_board(models: Iterable[Model], category: str, day: date) -> Mapping[Board, Scores]:
    boards: dict[Board, dict[str, Rating]] = {}
    for model in models:
        for rating in model.ratings:
            if rating.category == category and rating.day <= day:
                board = Board(rating.day, rating.style_control, rating.board)
                boards.setdefault(board, {})[model.name] = rating
    return boards


def _reference(scores: Mapping[Board, Scores]) -> Board:
    fullest = max(scores, key=lambda board: (len(scores[board]), board))
    near = [board for board in scores if _shared(scores, board, fullest) >= ENOUGH_FOR_A_REFERENCE]
    styled = [board for board in near if board.style_control] or near
    return max(styled, default=fullest)


def _shared(scores: Mapping[Board, Scores], one: Board, other: Board) -> int:
    return len(scores[one].keys() & scores[other].keys())


def _nearest(scores: Mapping[Board, Scores], placed: Mapping[Board, Placed]) -> tuple[Board, Placed] | None:
    """The board that can be placed next with the least uncertainty, by way of one that stands already."""
    ways = [
        (board, _by_way_of(scores[board], scores[stands], placed[stands]))
        for board in scores.keys() - placed.keys()
        for stands in placed
        if _shared(scores, board, stands) >= ENOUGH
    ]
    return min(ways, key=lambda way: (way[1].variance, way[0]), default=None)


def _by_way_of(ours: Scores, theirs: Scores, onward: Placed) -> Placed:
    found = shift_of(_points(ours), _points(theirs))
    widened = found.error * reach(len(found.models) - 1) / Z
    return Placed(
        found.value + onward.shift,
        sqrt(widened**2 + onward.error**2),
        sqrt(found.spread**2 + onward.spread**2),
        min([len(found.models), *([onward.models] if onward.shift else [])]),
    )


@cache
def reach(freedom: int) -> float:
    """How many standard errors 95 % of what so few observations judge lie within: 2.45 for 6 degrees of freedom."""
    return student(LEVEL, freedom)


def _points(scores: Scores) -> Mapping[str, tuple[float, float]]:
    return {model: (float(rating.score), error(rating)) for model, rating in scores.items()}


def mean_and_spread(values: Sequence[float]) -> tuple[float, float]:
    """The mean and the standard deviation of at least two values."""
    mean = sum(values) / len(values)
    return mean, sqrt(sum((value - mean) ** 2 for value in values) / (len(values) - 1))
