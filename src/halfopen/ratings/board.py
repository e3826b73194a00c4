"""Ratings that others published, in the shapes they publish them: Arena JSON and CSV; plain floats, no numpy.

A board gives each model an interval by itself and no covariance. What two models share (the same opponents, the same
zero of the scale) cannot be taken out of their difference again, so parity from a board is wider than it need be.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite, sqrt

from halfopen.ratings.scale import Interval, expected, normal

WIDER = "from marginal intervals: wider than it need be, since a board does not say what the two ratings share"

RATINGS, LOWS, HIGHS = ("rating", "score", "arena_score"), ("rating_q025", "low"), ("rating_q975", "high")
HALF_WIDTHS, VOTES, NAMES = ("ci",), ("votes", "battles", "num_battles"), ("model", "model_name", "name", "key")
CATEGORIES = ("category", "leaderboard")
ONLY = "overall"  # the name of a board that has none


class BadBoard(ValueError):
    """A text that is no board; the message quotes what was found and says which shapes are known."""


@dataclass(frozen=True, slots=True)
class Marginal:
    """One model on a board: its rating between its bounds (Elo, 95 %), and from how many votes if that is told."""

    rating: float
    low: float
    high: float
    votes: int | None = None

    @property
    def error(self) -> float:
        """The standard error that the width of the interval stands for."""
        return (self.high - self.low) / (2 * normal(0.95))


@dataclass(frozen=True, slots=True)
class Published:
    """A published board: a category and its models."""

    name: str
    rows: Mapping[str, Marginal]

    def errors(self) -> dict[str, tuple[float, float]]:
        """model -> (rating, standard error), as `shift_of` takes it."""
        return {model: (row.rating, row.error) for model, row in self.rows.items()}


def read_boards(text: str) -> dict[str, Published]:
    """The boards in a text, by category. Three shapes are known:

    JSON {category: {model: {rating, rating_q025, rating_q975}}}; JSON {"models": [{model, score, ci, votes}]};
    CSV with a line of names, and those columns (`category` if there are several boards). Raises BadBoard.
    """
    start = text.lstrip()[:1]
    if start not in ("{", "["):
        return _from_rows(csv.DictReader(text.splitlines()))
    try:
        read = json.loads(text)
    except ValueError as wrong:
        raise BadBoard(f"the board is not JSON: {wrong}") from None
    except RecursionError:
        raise BadBoard("the board is nested too deeply; a mapping of mappings is needed") from None
    if isinstance(read, list):
        return _from_rows(read)
    if isinstance(read.get("models"), list):
        meta = read.get("meta")
        name = str(meta.get("leaderboard", ONLY)) if isinstance(meta, Mapping) else ONLY
        return _from_rows(read["models"], name)
    return _from_rows(_flat(read))


def parity_of(board: Published, answer: str, reference: str) -> Interval:
    """Parity (per cent, 100 is even) of two models of a board, with an interval that its `says` calls too wide.

    Raises BadBoard for a model that is not on it.
    """
    for name in (answer, reference):
        if name not in board.rows:
            raise BadBoard(f"{name!r} is not on the board {board.name!r}")
    if answer == reference:
        return Interval(100.0, 100.0, 100.0)
    one, other = board.rows[answer], board.rows[reference]
    gap, reach = one.rating - other.rating, normal(0.95) * sqrt(one.error**2 + other.error**2)
    value, low, high = (200 * expected(each) for each in (gap, gap - reach, gap + reach))
    return Interval(value, low, high, WIDER)


def _flat(read: Mapping[str, object]) -> Iterable[Mapping[str, object]]:
    for category, models in read.items():
        if not isinstance(models, Mapping):
            raise BadBoard(f"{category!r} holds {type(models).__name__}; a mapping of models to ratings is needed")
        for model, row in models.items():
            if not isinstance(row, Mapping):
                raise BadBoard(f"{category}: {model!r} holds {row!r}; rating, rating_q025 and rating_q975 are needed")
            yield {"category": category, "model": model, **row}


def _from_rows(rows: Iterable[object], default: str = ONLY) -> dict[str, Published]:
    boards: dict[str, dict[str, Marginal]] = {}
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, Mapping):
            raise BadBoard(f"row {number} is {row!r}; columns with names are needed")
        model, category = _first(row, NAMES), _first(row, CATEGORIES)
        if model is None:
            raise BadBoard(f"row {number} has no model; its columns are {', '.join(map(str, row))}")
        board = boards.setdefault(str(category or default), {})
        if str(model) in board:
            raise BadBoard(f"row {number}: {model!r} is on the board twice")
        board[str(model)] = _marginal(row, f"row {number} ({model})")
    if not boards:
        raise BadBoard("there are no ratings in it")
    return {name: Published(name, models) for name, models in boards.items()}


def _marginal(row: Mapping[str, object], where: str) -> Marginal:
    rating, half = _number(row, RATINGS, where), _number(row, HALF_WIDTHS, where)
    low, high, votes = _number(row, LOWS, where), _number(row, HIGHS, where), _number(row, VOTES, where)
    if rating is not None and half is not None:
        low, high = rating - half, rating + half
    if rating is None or low is None or high is None:
        raise BadBoard(f"{where}: a rating is needed, and rating_q025 with rating_q975, or ci")
    if not low <= rating <= high:
        raise BadBoard(f"{where}: the rating {rating:g} is not between its bounds {low:g} and {high:g}")
    return Marginal(rating, low, high, None if votes is None else int(votes))


def _first(row: Mapping[str, object], names: Iterable[str]) -> object:
    return next((row[name] for name in names if row.get(name) not in (None, "")), None)


def _number(row: Mapping[str, object], names: Iterable[str], where: str) -> float | None:
    said = _first(row, names)
    if said is None:
        return None
    try:
        number = float(
            str(said).replace(",", "").lstrip("±+/-") if names is HALF_WIDTHS else str(said).replace(",", "")
        )
    except ValueError:
        raise BadBoard(f"{where}: {said!r} is not a number") from None
    if not isfinite(number):
        raise BadBoard(f"{where}: {said!r} is not a finite number")
    return number
