"""A claim, what is found when it is held against the catalog, and what its judges may look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from halfopen.advisor.caveats import doubt
from halfopen.advisor.frontier import surely_better
from halfopen.advisor.quality import OVERALL, Quality, categories, qualities
from halfopen.advisor.table import Row, Seat, seats
from halfopen.advisor.worth import Shape
from halfopen.catalog.model import Model, Weights
from halfopen.catalog.snapshot import Catalog

if TYPE_CHECKING:
    from halfopen.fleet.tables import Tables

Verdict = Literal["true", "false", "partly", "undecided"]

# What boards call a kind of task; the first that the catalog has is taken.
SPELLINGS: Mapping[str, tuple[str, ...]] = {
    OVERALL: (OVERALL, "full"),
    "coding": ("coding", "code"),
    "hard prompts": ("hard_prompts", "hard", "hard_6"),
    "mathematics": ("math", "maths", "mathematics"),
    "medicine": ("medicine", "medical", "medicine_and_healthcare", "industry_medicine_and_healthcare"),
    "law": ("law", "legal", "legal_and_government", "industry_legal_and_government"),
    "creative writing": ("creative_writing", "writing"),
    "following instructions": ("instruction_following", "if"),
    "long prompts": ("longer_query", "long_user", "long"),
    "conversations": ("multi_turn", "multiturn"),
    "English": ("english", "en"),
    "Chinese": ("chinese", "zh"),
    "French": ("french", "fr"),
    "German": ("german", "de"),
    "Spanish": ("spanish", "es"),
    "Russian": ("russian", "ru"),
    "Japanese": ("japanese", "ja"),
    "Korean": ("korean", "ko"),
}
SHOWN = 6  # names in a sentence
LANGUAGES = ("English", "Chinese", "French", "German", "Spanish", "Russian", "Japanese", "Korean")


@dataclass(frozen=True, slots=True)
class Finding:
    """What a claim comes to: the numbers as sentences, and what would make it true or would decide it."""

    verdict: Verdict
    numbers: tuple[str, ...]
    decides: str
    seen: date | None = None  # the newest day of the facts behind it; None: the day it was judged
    pairs: tuple[Mapping[str, object], ...] = ()  # what it was judged by, a row each, where there are many


@dataclass(frozen=True, slots=True)
class Claim:
    """`key` is its name, `group` where it stands in a list, `text` what is claimed."""

    key: str
    group: str
    text: str
    judge: Callable[[Evidence], Finding] = field(repr=False, compare=False)


@dataclass(frozen=True)
class Evidence:
    """The catalog on a day, as judges look at it."""

    catalog: Catalog
    day: date
    tables: Tables | None = None  # of machines, where they are at hand
    pairs: list[Mapping[str, object]] = field(default_factory=list, repr=False)  # kept by `owning`, once worked out
    _kept: dict[str, Mapping[str, Quality]] = field(default_factory=dict, repr=False)

    def rated(self, kind: str = OVERALL) -> Mapping[str, Quality]:
        """Every model that can be rated in a kind of task; none if no board of the catalog has it."""
        if kind not in self._kept:
            known = set(categories(self.catalog.models))
            name = next((each for each in SPELLINGS.get(kind, (kind,)) if each in known), None)
            overall = None if kind == OVERALL else self.rated()
            self._kept[kind] = qualities(self.catalog.models, name, self.day, overall) if name else {}
        return self._kept[kind]

    @cached_property
    def seats(self) -> Mapping[str, tuple[Seat, ...]]:
        return seats(self.catalog, Shape(), self.day, {})

    def living(self, model: str) -> tuple[Seat, ...]:
        return tuple(seat for seat in self.seats.get(model, ()) if not seat.gone)

    def row(self, model: str, kind: str = OVERALL) -> Row:
        return Row(self.catalog.models[model], self.rated(kind).get(model), self.living(model))

    def to_be_had(self, model: Model) -> bool:
        """Whether anybody can use it today: an offer stands, or its weights are open."""
        return model.weights == "open" or bool(self.living(model.name))

    def best(
        self, kind: str, weights: Weights | None = None, *, measured: bool = True, seen: bool = False
    ) -> tuple[Quality, ...]:
        """The models that can be had, best first; only measured ones unless told otherwise.

        `seen` leaves out those of which it is doubtful whether their weights are open.
        """
        found = [
            quality
            for name, quality in self.rated(kind).items()
            if weights in (None, self.catalog.models[name].weights)
            and self.to_be_had(self.catalog.models[name])
            and (not measured or quality.basis == "measured")
            and not (seen and self.doubtful(name))
        ]
        return tuple(sorted(found, key=lambda quality: (-quality.score, quality.model)))

    def doubtful(self, model: str) -> bool:
        """Whether it is from memory, or disputed, that its weights are open or closed."""
        return doubt(self.catalog.models[model]) is not None

    def title(self, model: str) -> str:
        return self.catalog.models[model].title

    def tell(self, quality: Quality) -> str:
        """`GPT-5.4 at 1468 ± 6 (2026-04-19)`, with all that has to be said beside it."""
        said = [f"{quality.day}" if quality.basis == "measured" else "estimated"]
        said += [quality.beside] if quality.beside else []
        row = self.catalog.models[quality.model]
        if why := doubt(row):
            said.append(f"{row.weights} weights: {why.partition(':')[0]}")
        return f"{row.title} at {quality.score:.0f} ± {quality.half:.0f} ({', '.join(said)})"

    def names(self, found: Sequence[Quality]) -> str:
        told = [self.tell(each) for each in found[:SHOWN]]
        more = len(found) - SHOWN
        return ", ".join(told) + (f" and {more} more" if more > 0 else "")


def contenders(ranked: Sequence[Quality]) -> tuple[Quality, ...]:
    """Those that no other surely beats: the interval of the difference does not lie above zero."""
    return tuple(each for each in ranked if not any(surely_better(other, each) for other in ranked))


def needs(verdict: Verdict, what: str) -> str:
    """What a claim stands or falls with, as a sentence that goes with its verdict."""
    return f"{'Stays true' if verdict == 'true' else 'Would be true'} with {what}."


def dollars(amount: Decimal) -> str:
    """`$0.20`, `$0.2574`, `$1,250.00`: two decimals at least, and below a dollar as many as there are."""
    if amount >= 1:
        return f"${amount:,.2f}"
    whole, _, rest = f"{amount.normalize():f}".partition(".")
    return f"${whole}.{rest.ljust(2, '0')}"


def at(kind: str) -> str:
    """` in coding`; nothing for what is not one kind of task."""
    return "" if kind == OVERALL else f" in {kind}"
