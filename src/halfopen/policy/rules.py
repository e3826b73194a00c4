"""Lanes as a team writes them: which requests enter, what is required of an offer, what is preferred."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Strategy = Literal["rating", "price", "first_token", "nearest", "order", "spread"]
PREFIX = "halfopen/"  # a lane is named `halfopen/background` where a model is expected
AUTO = "auto"  # the first lane whose `when` fits
OVERALL = "overall"
FITS = "fits"  # a lane's word for the category of ratings that is recognized of each request
FACTS = ("size", "shape", "media", "language", "code", "task", "category")  # of `When`, as `recognize` calls them


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """Which requests enter a lane by themselves when a caller names `halfopen/auto`. All that is set must hold.

    A fact is recognized of the request, and only where a lane asks for it.
    """

    task: tuple[str, ...] = ()  # the label `task` is one of these, or without a label what is recognized
    zone: tuple[str, ...] = ()  # the label `zone` is one of these
    dialect: tuple[str, ...] = ()
    stream: bool | None = None
    size: tuple[str, ...] = ()  # a fact, as those below
    shape: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    code: tuple[str, ...] = ()
    category: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Require:
    """What an offer must be. Prices are in USD per million tokens, times in milliseconds, context in tokens.

    A limit excludes what is known to break it. An offer whose rating or price is unknown stays, after those whose are
    known; `rated: true` and `priced: true` exclude it, and `ratings: measured` excludes an estimated rating too. Times
    change by the minute, so `first_token_at_most` excludes nobody: what was lately slower comes last, and what was not
    measured yet stays in its place, or it never would be.

    `offers` are the only ones, tried in this order; those of a list within it are equals, and `prefer` orders them.
    """

    zone: str | None = None
    weights: Literal["open", "closed"] | None = None
    hosting: tuple[Literal["closed", "hosted", "self_hosted"], ...] = ()
    providers: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    offers: tuple[str | tuple[str, ...], ...] = ()
    tuned: bool | None = None
    rated: bool | None = None
    ratings: Literal["measured"] | None = None
    priced: bool | None = None
    rating_at_least: float | None = None
    input_at_most: Decimal | None = None
    output_at_most: Decimal | None = None
    first_token_at_most: float | None = None
    context_at_least: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """`empty` is what to say when nothing can ever meet `require`. Whatever a lane says of ratings is of a category.

    `max_output` are tokens that an answer has at most where a request does not say; it is written into the request.
    `near` is what is preferred instead while a budget that the request counts against is near its end.
    """

    about: str = ""
    category: str = OVERALL  # of ratings; or FITS
    when: When | None = None
    require: Require = field(default_factory=Require)
    prefer: tuple[Strategy, ...] = ("order",)
    max_output: int | None = None
    near: tuple[Strategy, ...] = ()
    empty: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All that a team decided. `zones` are innermost first; `direct` orders the offers of a model named by itself."""

    version: int = 1
    zones: tuple[str, ...] = ("home", "region", "contract", "anywhere")
    lanes: Mapping[str, Lane] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    default_lane: str = "realtime"
    direct: tuple[Strategy, ...] = ("price",)
    most_tries: int = 4  # offers on an itinerary
