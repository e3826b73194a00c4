"""What a lane makes of every offer for as long as the world is this one: ranked, or refused and why.

It costs some microseconds an offer, and the next request of the lane wants the same. So it is kept with the world it
was worked out from, and goes when the world goes; nothing else of a decision is remembered here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from halfopen.policy.eligible import Refusal, beyond, bounds_of, late, refusal
from halfopen.policy.rules import OVERALL, Lane, Policy
from halfopen.policy.strategies import in_order, places, ranked
from halfopen.policy.world import Ask, Candidate, World

MOST = 256  # standings of one world; a team has some ten lanes


@dataclass(frozen=True, slots=True)
class Standing:
    """The offers that could serve, best first, and the others in the order of the config."""

    able: tuple[Candidate, ...]
    late: Mapping[str, str]  # which of them are last for being slow, and what is said of it
    spare: Mapping[str, Refusal]  # what is said of each of them where it comes too late to be tried
    barred: tuple[tuple[Candidate, Refusal], ...]
    refusals: tuple[Refusal, ...]  # of the barred


def standing(rules: Lane, limit: str, category: str, ask: Ask, world: World, policy: Policy, seed: int) -> Standing:
    """Equal arguments, equal standing. `limit` is the outermost zone that may be reached; `category` is of ratings."""
    asked = (ask.dialect, ask.operation, ask.needs, ask.tokens)
    key = (rules, limit, category, asked, policy.zones, policy.most_tries, seed)
    kept = world.stood.get(key)
    if kept is None:
        if len(world.stood) >= MOST:
            world.stood.clear()
        kept = world.stood[key] = _stand(rules, limit, category, ask, world, policy, seed)
    return cast(Standing, kept)


def _stand(rules: Lane, limit: str, category: str, ask: Ask, world: World, policy: Policy, seed: int) -> Standing:
    bounds = bounds_of(rules.require, policy.zones, limit, ask)
    able: list[Candidate] = []
    barred: list[tuple[Candidate, Refusal]] = []
    for candidate in _rated_in(category, world):
        if refused := refusal(candidate, bounds, world):
            barred.append((candidate, refused))
        else:
            able.append(candidate)
    most = rules.require.first_token_at_most
    slow = {c.id: why for c in able if (why := late(c, most, world))}
    best_first, named = ranked(able, in_order(rules), world, policy, seed), places(rules)
    best_first.sort(key=lambda c: (c.id in slow, named.get(c.id, 0)))
    spare = {c.id: beyond(c, policy.most_tries) for c in able}
    return Standing(tuple(best_first), slow, spare, tuple(barred), tuple(refused for _, refused in barred))


def _rated_in(category: str, world: World) -> Sequence[Candidate]:
    """The candidates with their ratings of a category; an overall one does not stand in for one that is not there."""
    if category == OVERALL:
        return world.candidates
    kept = world.stood.get(category)
    if kept is None:
        known = world.ratings.get(category, {})
        rated = ((c, *known.get(c.model, (None, ""))) for c in world.candidates)
        found = [replace(c, rating=score, rating_basis=basis, rated_in=category) for c, score, basis in rated]
        kept = world.stood[category] = tuple(found)
    return cast(Sequence[Candidate], kept)
