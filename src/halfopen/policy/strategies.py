"""What may be preferred, a row each: a key by which offers are sorted, or None for what is not known of one.

Smaller comes first. What is not known comes after everything known, in the order of the config, and is said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from math import inf

from halfopen.policy.rules import Lane, Policy
from halfopen.policy.world import Candidate, World

Key = Callable[[Candidate, World, Policy, int], float | None]

LAST = inf  # the place of what is not known
OUTPUT_SHARE = 0.25  # of the tokens, where a price has to be one number: three in for one out


def rating(candidate: Candidate, world: World, policy: Policy, seed: int) -> float | None:
    return None if candidate.rating is None else -candidate.rating


def blended(candidate: Candidate) -> float | None:
    """Picodollars a token at three tokens in for one out, or None if the offer is unpriced."""
    if candidate.input is None or candidate.output is None:
        return None
    return candidate.input * (1 - OUTPUT_SHARE) + candidate.output * OUTPUT_SHARE


def price(candidate: Candidate, world: World, policy: Policy, seed: int) -> float | None:
    return blended(candidate)


def first_token(candidate: Candidate, world: World, policy: Policy, seed: int) -> float | None:
    return world.first_token.get(candidate.id)


def nearest(candidate: Candidate, world: World, policy: Policy, seed: int) -> float | None:
    return float(policy.zones.index(candidate.zone))


def rated(candidate: Candidate, world: World, policy: Policy, seed: int) -> float | None:
    """Level, but for the unrated."""
    return None if candidate.rating is None else 0.0


def priced(candidate: Candidate, world: World, policy: Policy, seed: int) -> float | None:
    """Level, but for the unpriced."""
    return None if blended(candidate) is None else 0.0


def order(candidate: Candidate, world: World, policy: Policy, seed: int) -> float | None:
    return float(candidate.order)


def spread(candidate: Candidate, world: World, policy: Policy, seed: int) -> float | None:
    """Evenly over the offers, by the seed."""
    digest = blake2b(f"{seed}/{candidate.id}".encode(), digest_size=6).digest()
    return float(int.from_bytes(digest))


STRATEGIES: Mapping[str, Key] = {
    "rating": rating,
    "price": price,
    "first_token": first_token,
    "nearest": nearest,
    "order": order,
    "spread": spread,
    "rated": rated,
    "priced": priced,
}
UNKNOWN: Mapping[str, str] = {  # what an offer is of which a strategy knows nothing
    "rating": "unrated",
    "rated": "unrated",
    "price": "unpriced",
    "priced": "unpriced",
    "first_token": "not measured yet",
}
LIMITS: Mapping[str, str] = {"rating_at_least": "rated", "input_at_most": "priced", "output_at_most": "priced"}


def in_order(lane: Lane) -> tuple[str, ...]:
    """A lane's preferences, and before them that what is known to keep its limits precedes what may break them."""
    limits = dict.fromkeys(known for limit, known in LIMITS.items() if getattr(lane.require, limit) is not None)
    return (*limits, *lane.prefer)


def places(lane: Lane) -> Mapping[str, int]:
    """The places of the offers that a lane names, before any preference; equals share one."""
    named = enumerate((each,) if isinstance(each, str) else each for each in lane.require.offers)
    return {offer: place for place, equals in reversed(list(named)) for offer in equals}


def by(lane: Lane) -> tuple[str, ...]:
    """What a lane goes by, in words: its list comes first, if it has one."""
    return ("the order of its `offers`", *lane.prefer) if lane.require.offers else lane.prefer


def by_rating(lane: Lane) -> bool:
    """Whether it makes a difference to a lane how offers are rated."""
    require = lane.require
    return "rating" in lane.prefer or any((require.rated, require.ratings, require.rating_at_least is not None))


def ranked(
    candidates: Sequence[Candidate], prefer: Sequence[str], world: World, policy: Policy, seed: int
) -> list[Candidate]:
    """The candidates, best first. `order` settles what is equal, and what a preference knows nothing of."""
    strategies = [STRATEGIES[name] for name in prefer]

    def key(candidate: Candidate) -> list[float]:
        places: list[float] = []
        for strategy in strategies:
            value = strategy(candidate, world, policy, seed)
            if value is None:
                places.append(LAST)
                break
            places.append(value)
        places.append(candidate.order)
        return places

    return sorted(candidates, key=key)


def guessed(candidate: Candidate, prefer: Sequence[str]) -> bool:
    """Whether the rating by which an offer is placed is an estimate."""
    return candidate.rating_basis == "estimated" and any(name in ("rating", "rated") for name in prefer)


def unknown(candidate: Candidate, prefer: Sequence[str], world: World, policy: Policy) -> str:
    """What the preferences that know nothing of this offer call it (`unrated and unpriced`), or an empty string."""
    silent = (UNKNOWN[name] for name in prefer if STRATEGIES[name](candidate, world, policy, 0) is None)
    return " and ".join(dict.fromkeys(silent))
