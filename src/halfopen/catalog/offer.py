"""One model at one provider: what a request can be routed to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from halfopen.catalog.price import PriceLine, rated
from halfopen.catalog.source import Disagreement, Source, unsaid
from halfopen.documents import Complaint, Complaints, amiss


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimits:
    """What a provider states for a plan; None is not stated."""

    plan: str = ""
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One row of `data/offers`. `retires` is the first day it no longer answers, at this host.

    `served_as` is the model's name on this provider's wire; `also` are other names it answers to there.
    No `prices` means unpriced, never free: a rate of 0 is believed only where `free` says so. `countries` and
    `storage` are this offer's own where they differ from the provider's.
    """

    model: str
    provider: str
    served_as: str
    also: tuple[str, ...] = ()
    dialects: tuple[str, ...] | None = None  # None: all that the provider speaks
    operations: tuple[str, ...] = ("chat",)  # what it can be asked for
    prices: tuple[PriceLine, ...] = ()
    free: bool = False
    limits: tuple[RateLimits, ...] = ()
    context: int | None = None
    max_output: int | None = None
    quantisation: str | None = None
    countries: tuple[str, ...] | None = None
    storage: tuple[str, ...] | None = None
    retires: date | None = None
    successor: str | None = None  # the model to use instead
    tuned: bool = False  # our own fine-tuned weights
    sources: tuple[Source, ...]
    disagreements: tuple[Disagreement, ...] = ()

    def __post_init__(self) -> None:
        """Raises Complaints, by field."""
        if wrong := [*unsaid(self), *_lines_amiss(self), *_fate_amiss(self), *_zero_amiss(self)]:
            raise Complaints(wrong)

    @property
    def id(self) -> str:
        return f"{self.model}@{self.provider}"


def _lines_amiss(offer: Offer) -> Iterator[Complaint]:
    for place, line in enumerate(offer.prices):
        if offer.retires is not None and line.since >= offer.retires:
            expected = f"a day before {offer.retires}, when the offer retires, or no line"
            yield amiss(f"prices[{place}].since", f"`{line.since}`", expected)
    for place, (earlier, later) in enumerate(pairwise(offer.prices), 1):
        if later.since <= earlier.since:
            yield amiss(
                f"prices[{place}].since", f"`{later.since}`", f"a day after {earlier.since}: a line is appended"
            )
        if later.currency != earlier.currency:
            yield amiss(
                f"prices[{place}].currency", f"`{later.currency}`", f"{earlier.currency}, as in the line before"
            )


def _zero_amiss(offer: Offer) -> Iterator[Complaint]:
    for place, line in enumerate(offer.prices):
        if not offer.free and any(rates.input == 0 or rates.output == 0 for _, rates in rated(line)):
            yield amiss(f"prices[{place}]", "a rate of 0", "`free: true` in the offer, or no line if nobody knows it")


def _fate_amiss(offer: Offer) -> Iterator[Complaint]:
    if offer.successor == offer.model:
        yield amiss("successor", f"`{offer.successor}`, the offer's own model", "another model")
    if offer.retires is not None and offer.successor is None:
        yield amiss("successor", f"nothing, and it retires on {offer.retires}", "the model to use instead")
