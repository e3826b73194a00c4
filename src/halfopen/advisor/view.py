"""What advice and tables are made of: the catalog with a team's rows in it, its zones, its own ratings, and the day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from halfopen.advisor.caveats import known_on
from halfopen.advisor.estimate import LEAST_HALF
from halfopen.advisor.quality import OVERALL, Quality, categories, qualities
from halfopen.catalog.match import Ambiguous, ModelNamed, Names, OfferNamed, index, match
from halfopen.catalog.snapshot import Catalog
from halfopen.documents import nearest

OWN = f"the team's own figure, from halfopen.yaml, which gives no interval: ± {LEAST_HALF:.0f} is taken"


@dataclass(frozen=True, eq=False)
class View:
    """`zones` are innermost first, none if nobody drew them; `ratings` are the team's own, by offer.

    What is not known to have been released by `day` is not in it; `later` says how many models that leaves out.
    """

    catalog: Catalog
    day: date
    zones: tuple[str, ...] = ()
    zone_of: Mapping[str, str] = field(default_factory=dict)  # by provider
    ratings: Mapping[str, float] = field(default_factory=dict)

    later: int = field(default=0, init=False)
    _known: dict[str, Mapping[str, Quality]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        there = known_on(self.catalog, self.day)
        object.__setattr__(self, "later", len(self.catalog.models) - len(there.models))
        object.__setattr__(self, "catalog", there)

    @cached_property
    def names(self) -> Names:
        return index(self.catalog)

    def rated(self, category: str, *, measured: bool = False) -> Mapping[str, Quality]:
        """Every model that can be rated in a category. Raises ValueError for one that no board has."""
        if category not in self._known:
            self._known[category] = self._rated(category)
        found = self._known[category]
        return {name: each for name, each in found.items() if each.basis == "measured"} if measured else found

    def _rated(self, category: str) -> Mapping[str, Quality]:
        known = categories(self.catalog.models) or (OVERALL,)
        if category not in known:
            near = nearest(category, known)
            hint = f"did you mean `{near}`? " if near else ""
            raise ValueError(f"there is no category `{category}`: {hint}The categories are {', '.join(known)}")
        if category == OVERALL:
            return {**self.overall, **self._own()}
        return qualities(self.catalog.models, category, self.day, self.overall)

    @cached_property
    def overall(self) -> Mapping[str, Quality]:
        """By the boards alone, without what the team rated."""
        return qualities(self.catalog.models, OVERALL, self.day)

    def _own(self) -> Mapping[str, Quality]:
        """A team's own rating replaces the board's; of two offers of one model the better counts."""
        best: dict[str, float] = {}
        for id, score in self.ratings.items():
            if offer := self.catalog.offers.get(id):  # none: not released yet
                best[offer.model] = max(score, best.get(offer.model, score))
        return {
            model: Quality(model, OVERALL, score, score - LEAST_HALF, score + LEAST_HALF, "measured", OWN)
            for model, score in best.items()
        }

    def named(self, name: str) -> tuple[str, str | None]:
        """The model of a name, and the offer if it names one. Raises ValueError with what it could be."""
        meant = match(name, self.names)
        if isinstance(meant, OfferNamed):
            return self.catalog.offers[meant.id].model, meant.id
        if isinstance(meant, ModelNamed):
            return meant.model, None
        if isinstance(meant, Ambiguous):
            raise ValueError(f"`{name}` may be {' or '.join(meant.names)}: name one of them")
        near = f": did you mean {' or '.join(meant.nearest)}?" if meant.nearest else "; `halfopen compare` lists them"
        raise ValueError(f"there is no model or offer `{name}` in the catalog{near}")
