"""What a decision knows: the offers as they stand this minute, their health this second, and who is asking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from halfopen.catalog.match import Names
from halfopen.policy.rules import OVERALL

Rated = tuple[float, str]  # Elo, and how it is known


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An offer with all that a decision may ask of it. Prices are picodollars (USD) a token; None is unknown."""

    id: str
    model: str
    provider: str
    served_as: str
    order: int  # its place in the config
    zone: str
    hosting: str
    weights: str | None = None
    dialects: frozenset[str] = frozenset()
    input: int | None = None
    output: int | None = None
    rating: float | None = None  # Elo
    rating_basis: str = ""  # measured or estimated; empty if unrated
    rated_in: str = OVERALL  # the category
    context: int | None = None
    max_output: int | None = None
    takes: frozenset[str] | None = None  # the modalities that go in, such as image
    tools: bool | None = None
    reasoning: bool | None = None
    schema: bool | None = None
    serves: frozenset[str] = frozenset(("chat",))  # operations
    retires: date | None = None
    successor: str | None = None
    tuned: bool = False
    simulated: bool = False
    lacks: str = ""  # what it needs before it can be called, as a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Changes by the minute; `first_token` is the running mean of lately measured streams in milliseconds, by offer.

    `ratings` are by category and model, without the overall ones, which the candidates have.
    """

    version: int
    day: date
    candidates: tuple[Candidate, ...]
    names: Names
    first_token: Mapping[str, float] = field(default_factory=dict)
    ratings: Mapping[str, Mapping[str, Rated]] = field(default_factory=dict)
    stood: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)  # see `standing`


@dataclass(frozen=True, slots=True)
class Health:
    """Changes by the call: the offers that are resting, with the seconds left when this was taken."""

    version: int = 0
    resting: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ask:
    """What the caller named, as what, and how far it may go. Equal asks get equal decisions."""

    name: str  # lane, model, offer or alias
    dialect: str
    stream: bool = False
    lane: str = ""  # labels
    zone: str = ""
    task: str = ""
    operation: str = "chat"
    needs: frozenset[str] = frozenset()  # what the model must be able to do: `policy.eligible.ABILITIES`
    tokens: int = 0  # that the prompt has at least, roughly
    holder: str = ""  # the offer that has what the request goes on from; see `policy.holding`
    reach: str = ""  # the outermost zone that the caller's key allows; empty is all
    lanes: tuple[str, ...] = ()  # that the key allows; empty is all
    models: tuple[str, ...] = ()  # or offers, likewise
    near: bool = False  # whether a budget that it counts against is near its end
