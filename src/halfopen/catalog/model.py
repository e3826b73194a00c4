"""A language model as published: whose it is, what its licence allows, how large and how good."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from halfopen.catalog.source import Disagreement, Source, unsaid
from halfopen.documents import Complaint, Complaints, amiss

NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")  # no `@`, which divides an offer's id, and no `/`, which begins a lane's
COUNTRY = re.compile(r"[A-Z]{2}")

Weights = Literal["open", "closed"]
Modality = Literal["text", "image", "pdf", "audio", "video"]
Forbids = Literal["commercial_use", "over_700m_users", "eu_multimodal", "other_models", "large_companies", "hosting"]
FORBIDS: dict[Forbids, str] = {
    "commercial_use": "commercial use (research only)",
    "over_700m_users": "use by whoever has more than 700 million monthly users",
    "eu_multimodal": "multimodal models for companies domiciled in the EU",
    "other_models": "training other models with its answers",
    "large_companies": "use by large companies without an agreement",
    "hosting": "selling it as a service without an agreement",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """One score of one board on one day, with the board's own 95 % interval, on the board's own scale.

    Scores of two boards, days or controls are never compared as they are: `advisor.quality` puts them on one scale.
    """

    board: str  # "Arena text"
    day: date
    style_control: bool = True
    category: str = "overall"
    score: Decimal
    low: Decimal
    high: Decimal
    votes: int | None = None
    named: str | None = None  # what the board calls it
    source: Source

    def __post_init__(self) -> None:
        """Raises Complaints."""
        if not self.low <= self.score <= self.high:
            raise Complaints([amiss("score", f"`{self.score}`", f"between {self.low} and {self.high}, its interval")])


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """A published score on a test with right answers; `score` in per cent unless the name says otherwise."""

    name: str
    score: Decimal
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Architecture:
    """What sizing needs, as in the published configuration. None is unknown or does not apply."""

    layers: int
    hidden: int
    heads: int
    kv_heads: int | None = None
    head_dim: int | None = None
    experts: int | None = None
    experts_active: int | None = None
    kv_lora_rank: int | None = None  # latent attention: the compressed width of keys and values
    rope_dim: int | None = None
    full_attention_every: int | None = None  # hybrids: one layer in so many keeps the whole context
    sliding_window: int | None = None  # tokens
    vocabulary: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """`parameters` and `active` are in billions; `context` in tokens; None is unknown, never zero.

    `weights` says whether they can be had; `forbids` is all of FORBIDS that their licence forbids, none of it if empty,
    and None where its terms are not known, though its name may be.
    `predecessor` is the model before it in the same line of the same lab.
    """

    name: str
    title: str
    lab: str
    lab_country: str | None = None  # ISO 3166-1 alpha-2: where the lab that made it is at home
    weights: Weights
    licence: str | None = None
    forbids: tuple[Forbids, ...] | None = None
    weights_url: str | None = None
    released: date | None = None
    parameters: Decimal | None = None
    active: Decimal | None = None
    architecture: Architecture | None = None
    context: int | None = None
    modalities: tuple[Modality, ...] = ("text",)  # in
    produces: tuple[Modality, ...] = ("text",)  # out
    tools: bool | None = None
    reasoning: bool | None = None
    languages: tuple[str, ...] = ()  # ISO 639-1, as the lab states them
    predecessor: str | None = None
    aliases: tuple[str, ...] = ()  # as labs, hosts and boards write it
    ratings: tuple[Rating, ...] = ()
    benchmarks: tuple[Benchmark, ...] = ()
    fate: str | None = None  # what became of it, in one sentence
    sources: tuple[Source, ...]
    disagreements: tuple[Disagreement, ...] = ()
    simulated: bool = False

    def __post_init__(self) -> None:
        """Raises Complaints, by field."""
        if wrong := [*unsaid(self), *misnamed(self.name), *_model_amiss(self)]:
            raise Complaints(wrong)


def misnamed(name: str) -> Iterator[Complaint]:
    if not NAME.fullmatch(name):
        yield amiss("name", f"`{name}`", "small letters, digits, `.`, `_` and `-`")


def _model_amiss(model: Model) -> Iterator[Complaint]:
    if len({alias.casefold() for alias in model.aliases}) < len(model.aliases):
        yield amiss("aliases", "an alias given twice", "each once")
    if len({(r.board, r.day, r.style_control, r.category) for r in model.ratings}) < len(model.ratings):
        yield amiss("ratings", "two scores of one board, day and category", "one")
    if model.active is not None and model.parameters is not None and model.active > model.parameters:
        yield amiss("active", f"`{model.active}`", f"at most {model.parameters}, all its parameters, in billions")
    if model.lab_country is not None and not COUNTRY.fullmatch(model.lab_country):
        yield amiss("lab_country", f"`{model.lab_country}`", "two capital letters (ISO 3166-1), such as CH")
    if model.weights == "closed" and model.weights_url:
        yield amiss("weights_url", "an address, and the weights are closed", "`weights: open`, or no address")
