"""A language model as published: whose it is, what its licence is, how large and how good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from halfopen.catalog.source import Source

Weights = Literal["open", "closed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """Strength on the Arena (Elo) scale with the board's own 95 % interval."""

    category: str = "overall"
    score: Decimal
    low: Decimal
    high: Decimal
    board: str
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """`parameters` and `active` are in billions; `context` in tokens; None is unknown, never zero."""

    name: str
    title: str
    lab: str
    weights: Weights
    licence: str | None = None
    released: date | None = None
    parameters: Decimal | None = None
    active: Decimal | None = None
    context: int | None = None
    modalities: tuple[str, ...] = ("text",)  # in
    aliases: tuple[str, ...] = ()  # as labs, hosts and boards write it
    ratings: tuple[Rating, ...] = ()
    fate: str | None = None  # what became of it, in one sentence
    sources: tuple[Source, ...]
    simulated: bool = False
