"""One model at one provider: what a request can be routed to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from halfopen.catalog.price import PriceLine
from halfopen.catalog.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One row of `data/offers`. `retires` is the first day it no longer answers, at this host.

    `served_as` is the model's name on this provider's wire; `also` are other names it answers to there.
    No `prices` means unpriced, never free.
    """

    model: str
    provider: str
    served_as: str
    also: tuple[str, ...] = ()
    dialects: tuple[str, ...] | None = None  # None: all that the provider speaks
    prices: tuple[PriceLine, ...] = ()
    context: int | None = None
    max_output: int | None = None
    quantisation: str | None = None
    retires: date | None = None
    successor: str | None = None  # the model to use instead
    tuned: bool = False  # our own fine-tuned weights
    sources: tuple[Source, ...]

    @property
    def id(self) -> str:
        return f"{self.model}@{self.provider}"
