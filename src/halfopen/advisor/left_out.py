"""Whether the estimates can be believed: every rated model in turn is taken for unrated and estimated from the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from halfopen.advisor.estimate import Rules
from halfopen.advisor.quality import Quality, points
from halfopen.catalog.model import Model


@dataclass(frozen=True, slots=True)
class Tried:
    """One model left out: what it is rated, what the rule said of it, and by which rule."""

    model: str
    rated: float
    score: float
    half: float
    rule: str

    @property
    def miss(self) -> float:
        return self.score - self.rated

    @property
    def inside(self) -> bool:
        return abs(self.miss) <= self.half


@dataclass(frozen=True, slots=True)
class Record:
    """How a rule did: the share of models inside their interval, the mean miss and half width, in Elo."""

    rule: str
    tried: int
    inside: int
    miss: float  # mean of the absolute
    bias: float  # mean
    half: float


def left_out(
    models: Mapping[str, Model],
    measured: Mapping[str, Quality],
    overall: Mapping[str, Quality] = MappingProxyType({}),
    *,
    forward: bool = False,
) -> tuple[Tried, ...]:
    """Each measured model that the rules could have estimated without its own rating, by name.

    `overall` are the overall ratings, if it is another category that is tried; the model keeps its own there.
    `forward` estimates each from the models released before it alone: the harder case, and that of a new model.
    """
    known, beside = points(measured), points(overall)
    found: list[Tried] = []
    for name, (score, _) in sorted(known.items()):
        others = {other: point for other, point in known.items() if other != name}
        if forward:
            others = {other: point for other, point in others.items() if _before(models[other], models[name])}
        guess = Rules(models, others, beside).estimate(name)
        found += [Tried(name, score, guess.score, guess.half, guess.rule)] if guess else []
    return tuple(found)


def _before(one: Model, other: Model) -> bool:
    return one.released is not None and other.released is not None and one.released < other.released


def records(tried: Sequence[Tried]) -> tuple[Record, ...]:
    """By rule, and last over all; none where nothing was tried."""
    rules = sorted({each.rule for each in tried})
    groups = [(rule, [each for each in tried if each.rule == rule]) for rule in rules]
    if len(groups) > 1:
        groups.append(("all", list(tried)))
    return tuple(_record(rule, rows) for rule, rows in groups)


def _record(rule: str, rows: Sequence[Tried]) -> Record:
    size = len(rows)
    return Record(
        rule,
        size,
        sum(each.inside for each in rows),
        sum(abs(each.miss) for each in rows) / size,
        sum(each.miss for each in rows) / size,
        sum(each.half for each in rows) / size,
    )
