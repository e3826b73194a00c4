"""How good every model is at a kind of task, on one scale: measured by a board, estimated by a rule, or unrated.

    qualities(catalog.models, "overall", day)  ->  {model: Quality}

What is not in the answer is unrated: no board has it and no rule reaches it, and it is never counted as zero. A
category never falls back to the overall rating in silence: where it has no score of its own, the overall one may stand
for it only as an estimate, by a line through the models that have both, and is marked as one and says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import Literal

from halfopen.advisor import estimate
from halfopen.advisor.caveats import beside
from halfopen.advisor.scale import Board, Scale, Z, error, scale
from halfopen.catalog.model import Model, Rating

OVERALL = "overall"

Basis = Literal["measured", "estimated"]


@dataclass(frozen=True, slots=True)
class Quality:
    """A model's rating in Elo with its 95 % interval; `says` is where it comes from, as a sentence."""

    model: str
    category: str
    score: float
    low: float
    high: float
    basis: Basis
    says: str
    board: str | None = None  # of the score it was made from; None for an estimate, and for a team's own rating
    day: date | None = None
    beside: str = ""  # what has to be said with it: of which variant the score is, or that it is of a preview

    @property
    def error(self) -> float:
        """Its standard error, taken from the interval."""
        return (self.high - self.low) / (2 * Z)

    @property
    def half(self) -> float:
        return (self.high - self.low) / 2

    @property
    def own(self) -> bool:
        """Whether it is a team's own: measured, and by no board."""
        return self.basis == "measured" and self.board is None


def qualities(
    models: Mapping[str, Model], category: str, day: date, overall: Mapping[str, Quality] | None = None
) -> Mapping[str, Quality]:
    """What is known on `day` of every model that can be rated in the category, by model.

    `overall` are the overall ratings of that day, if somebody has them already.
    """
    axis = scale(models.values(), category, day)
    if axis is None:
        return {}
    if category == OVERALL:
        overall = {}
    elif overall is None:
        overall = qualities(models, OVERALL, day)
    known = measured(models, axis)
    return known | _guessed(models, axis, known, overall)


def measured(models: Mapping[str, Model], axis: Scale) -> dict[str, Quality]:
    """The models that a board of the scale has rated: by the reference, or else by the latest board, moved."""
    boards = sorted(axis.placed, key=lambda board: (board == axis.reference, board), reverse=True)
    first = ((board, name) for board in boards for name in axis.scores[board])
    best: dict[str, Board] = {}
    for board, name in first:
        best.setdefault(name, board)
    return {name: _moved(models[name], axis, board) for name, board in best.items()}


def categories(models: Mapping[str, Model]) -> tuple[str, ...]:
    """Every category in which some model was rated, the overall one first."""
    known = {rating.category for model in models.values() for rating in model.ratings}
    return (*([OVERALL] if OVERALL in known else []), *sorted(known - {OVERALL}))


def _moved(model: Model, axis: Scale, board: Board) -> Quality:
    rating, place = axis.scores[board][model.name], axis.placed[board]
    half = Z * sqrt(error(rating) ** 2 + place.variance)
    score = float(rating.score) + place.shift
    said = beside(rating, model)
    says = f"{board}{f', {said}' if said else ''}"
    if board != axis.reference:
        says += (
            f", where it scored {rating.score}; moved by {place.shift:+.0f} ± {Z * place.error:.0f} Elo to the scale "
            f"of {axis.reference} ({place.models} models are on both; single ones stray by {place.spread:.0f})"
        )
    return _quality(model.name, axis.category, score, half, "measured", says, board, said)


def _guessed(
    models: Mapping[str, Model], axis: Scale, known: Mapping[str, Quality], overall: Mapping[str, Quality]
) -> dict[str, Quality]:
    strays = {name: stray for stray in axis.strays for name in axis.scores[stray]}
    found: dict[str, Quality] = {}
    rules = estimate.Rules(models, points(known), points(overall))
    for name in models.keys() - known.keys():
        guess = _as_it_stands(axis, strays.get(name), models[name]) or rules.estimate(name)
        if guess:
            found[name] = _quality(
                name, axis.category, guess.score, guess.half, "estimated", guess.says, said=guess.beside
            )
    return found


def points(known: Mapping[str, Quality]) -> Mapping[str, estimate.Point]:
    """Ratings as a score and its standard error, by model."""
    return {name: (quality.score, quality.error) for name, quality in known.items()}


def _as_it_stands(axis: Scale, board: Board | None, model: Model) -> estimate.Guess | None:
    """A score of the reference board's other days, too thinly shared to be moved: no better than an estimate."""
    if board is None or (board.name, board.style_control) != (axis.reference.name, axis.reference.style_control):
        return None
    rating: Rating = axis.scores[board][model.name]
    said = beside(rating, model)
    half = max(estimate.LEAST_HALF, Z * error(rating))
    return estimate.Guess(
        float(rating.score),
        half,
        "stands",
        f"its score of {rating.score} on {board}{f', {said},' if said else ','} which "
        f"has too few models in common with {axis.reference} to be "
        f"moved: taken as it stands, and no surer than ± {half:.0f}",
        said,
    )


def _quality(
    name: str,
    category: str,
    score: float,
    half: float,
    basis: Basis,
    says: str,
    board: Board | None = None,
    said: str = "",
) -> Quality:
    named, day = (board.name, board.day) if board else (None, None)
    return Quality(name, category, score, score - half, score + half, basis, says, named, day, said)
