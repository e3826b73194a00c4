"""Who may serve: every rule that can refuse an offer, a row each, with the reason it gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from halfopen.money import MILLION, per_million
from halfopen.policy.rules import OVERALL, Require
from halfopen.policy.world import Ask, Candidate, World
from halfopen.wire.operations.table import OPERATIONS
from halfopen.wire.table import DIALECTS

Reason = str | None
Requirement = Callable[[Any, Candidate, World], Reason]


@dataclass(frozen=True, slots=True)
class Refusal:
    """An offer that may not serve, the gate that said so, and its reason."""

    offer: str
    gate: str
    why: str


@dataclass(frozen=True, slots=True)
class Bounds:
    """What this request asks of an offer: its zone, what its lane requires, and what it must be able to do."""

    reachable: frozenset[str]  # zones
    limit: str  # the outermost of them
    wanted: tuple[tuple[Requirement, Any], ...]
    dialect: str
    operation: str
    needs: tuple[str, ...]
    tokens: int


def in_zone(c: Candidate, bounds: Bounds, world: World) -> Reason:
    if c.zone in bounds.reachable:
        return None
    return f"it is in zone {c.zone}; this request may not leave {bounds.limit}"


def meets_lane(c: Candidate, bounds: Bounds, world: World) -> Reason:
    for rule, wanted in bounds.wanted:
        if why := rule(wanted, c, world):
            return why
    return None


def not_retired(c: Candidate, bounds: Bounds, world: World) -> Reason:
    if c.retires is None or world.day < c.retires:
        return None
    return f"it retired on {c.retires}" + (f"; use {c.successor}" if c.successor else "")


def speaks(c: Candidate, bounds: Bounds, world: World) -> Reason:
    """A conversation crosses from any dialect to any other; what is no conversation crosses nowhere."""
    if bounds.operation not in c.serves:
        return f"it serves {' and '.join(sorted(c.serves))}, not {bounds.operation}"
    if bounds.dialect in c.dialects or (bounds.dialect in DIALECTS and not c.dialects.isdisjoint(DIALECTS)):
        return None
    spoken = sorted(c.dialects & {*DIALECTS}) or ["no dialect we know"]
    wanted = bounds.dialect if bounds.dialect in DIALECTS else f"what is called at {OPERATIONS[bounds.dialect].path}"
    return f"it speaks {' and '.join(spoken)}, not {wanted}"


def able(c: Candidate, bounds: Bounds, world: World) -> Reason:
    for need in bounds.needs:
        if why := ABILITIES[need](c):
            return why
    if c.context is not None and bounds.tokens > c.context:
        return f"its context is {c.context:,} tokens, and the request has about {bounds.tokens:,} or more"
    return None


def lacks(c: Candidate, bounds: Bounds, world: World) -> Reason:
    return c.lacks or None


Gate = Callable[[Candidate, Bounds, World], Reason]
# In this order; the first that refuses gives the reason. An offer that passes may still be resting.
GATES: Mapping[str, Gate] = {
    "zone": in_zone,
    "lane": meets_lane,
    "retired": not_retired,
    "dialect": speaks,
    "able": able,  # before what it lacks: nobody sets a key only to learn that it was no use
    "lacks": lacks,
}
RESTING = "resting"
KEY = "key"
BEYOND = "beyond"


def refusal(c: Candidate, bounds: Bounds, world: World) -> Refusal | None:
    """What keeps an offer from serving for as long as the world is this one."""
    for gate, rule in GATES.items():
        if why := rule(c, bounds, world):
            return Refusal(c.id, gate, why)
    return None


def keyed(c: Candidate, models: tuple[str, ...]) -> bool:
    """Whether a key for these models or offers allows one; none is all."""
    return not models or c.model in models or c.id in models


def unkeyed(c: Candidate) -> Refusal:
    """What keeps an offer from whoever shows this key."""
    return Refusal(c.id, KEY, "the caller's key is not for it")


def rests(c: Candidate, left: float) -> Refusal:
    """What keeps an offer from serving for so many seconds."""
    return Refusal(c.id, RESTING, f"it is resting after failures, for {max(left, 0.1):.1f} s")


def beyond(c: Candidate, most: int) -> Refusal:
    """What keeps an offer that could serve from being tried at all."""
    return Refusal(c.id, BEYOND, f"it could serve, and comes after the {most} that are tried (`most_tries`)")


def late(c: Candidate, most: float | None, world: World) -> Reason:
    """Why an offer comes after the others. Slow is better than nobody, and what is never called is never measured."""
    measured = world.first_token.get(c.id)
    if most is None or measured is None or measured <= most:
        return None
    return f"its first token lately took {measured:.0f} ms and the lane's limit is {most:.0f} ms, so it comes last"


def bounds_of(require: Require, zones: tuple[str, ...], limit: str, ask: Ask) -> Bounds:
    """The bounds of a request that may go as far as `limit`, one of the zones."""
    said = ((rule, getattr(require, name)) for name, rule in REQUIREMENTS.items())
    wanted = tuple((rule, value) for rule, value in said if value not in (None, ()))
    reachable = frozenset(zones[: zones.index(limit) + 1])
    return Bounds(reachable, limit, wanted, ask.dialect, ask.operation, tuple(sorted(ask.needs)), ask.tokens)


def _takes(kind: str, c: Candidate) -> Reason:
    return None if c.takes is None or kind in c.takes else f"it takes no {kind}"


def _calls(c: Candidate) -> Reason:
    return "it cannot call tools" if c.tools is False else None


def _reasons(c: Candidate) -> Reason:
    return "it does not reason" if c.reasoning is False else None


def _shapes(c: Candidate) -> Reason:
    return "it cannot keep to a schema" if c.schema is False else None


# What a request may need of a model, a row each. What is not known of a model refuses nothing.
ABILITIES: Mapping[str, Callable[[Candidate], Reason]] = {
    "image": partial(_takes, "image"),
    "audio": partial(_takes, "audio"),
    "video": partial(_takes, "video"),
    "document": partial(_takes, "document"),
    "tools": _calls,
    "reasoning": _reasons,
    "schema": _shapes,
}


def _weights(wanted: str | None, c: Candidate, world: World) -> Reason:
    return None if wanted in (None, c.weights) else f"its weights are {c.weights or 'of unknown licence'}, not {wanted}"


def _hosting(wanted: tuple[str, ...], c: Candidate, world: World) -> Reason:
    return f"it is {c.hosting}; the lane wants {' or '.join(wanted)}" if wanted and c.hosting not in wanted else None


def _providers(wanted: tuple[str, ...], c: Candidate, world: World) -> Reason:
    return f"{c.provider} is not among the lane's providers" if wanted and c.provider not in wanted else None


def _models(wanted: tuple[str, ...], c: Candidate, world: World) -> Reason:
    return f"{c.model} is not among the lane's models" if wanted and c.model not in wanted else None


def _offers(wanted: tuple[str | tuple[str, ...], ...], c: Candidate, world: World) -> Reason:
    named = any(c.id == each if isinstance(each, str) else c.id in each for each in wanted)
    return None if named or not wanted else "it is not among the lane's offers"


def _tuned(wanted: bool | None, c: Candidate, world: World) -> Reason:
    if wanted is None or wanted is c.tuned:
        return None
    return "it is not a model you tuned" if wanted else "it is a model you tuned"


def _rated(wanted: bool | None, c: Candidate, world: World) -> Reason:
    return f"it has no rating{_within(c)}" if wanted and c.rating is None else None


def _ratings(wanted: str | None, c: Candidate, world: World) -> Reason:
    if wanted is None or c.rating_basis == wanted:
        return None
    known = f"its rating{_within(c)} of {c.rating:.0f} is an estimate" if c.rating is not None else ""
    return f"{known or f'it has no rating{_within(c)}'}; the lane wants {wanted} ones"


def _within(c: Candidate) -> str:
    return "" if c.rated_in == OVERALL else f" in {c.rated_in}"


def _priced(wanted: bool | None, c: Candidate, world: World) -> Reason:
    return "it is unpriced" if wanted and (c.input is None or c.output is None) else None


def _rating_at_least(least: float | None, c: Candidate, world: World) -> Reason:
    if least is None or c.rating is None or c.rating >= least:
        return None
    return f"its rating{_within(c)} is {c.rating:.0f}; the lane wants {least:.0f} or more"


def _input_at_most(most: Decimal | None, c: Candidate, world: World) -> Reason:
    return _dearer("input", most, c.input)


def _output_at_most(most: Decimal | None, c: Candidate, world: World) -> Reason:
    return _dearer("output", most, c.output)


def _dearer(kind: str, most: Decimal | None, price: int | None) -> Reason:
    if most is None or price is None or price <= most * MILLION:
        return None
    return f"its {kind} costs ${per_million(price).normalize():f} a million tokens; the lane's ceiling is ${most}"


def _context_at_least(least: int | None, c: Candidate, world: World) -> Reason:
    if least is None or c.context is None or c.context >= least:
        return None
    return f"its context is {c.context:,} tokens; the lane wants {least:,}"


# A row for each field of Require but `zone`, which bounds the circle, and `first_token_at_most`, which is about the
# last minutes and only puts an offer behind the others. Each answers with a reason to refuse, or None.
REQUIREMENTS: Mapping[str, Requirement] = {
    "weights": _weights,
    "hosting": _hosting,
    "providers": _providers,
    "models": _models,
    "offers": _offers,
    "tuned": _tuned,
    "rated": _rated,
    "ratings": _ratings,
    "priced": _priced,
    "rating_at_least": _rating_at_least,
    "input_at_most": _input_at_most,
    "output_at_most": _output_at_most,
    "context_at_least": _context_at_least,
}
