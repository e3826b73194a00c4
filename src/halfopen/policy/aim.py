"""What a caller's words aim at: a lane, a model's offers, or one offer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches

from halfopen.catalog.match import Ambiguous, ModelNamed, OfferNamed, match
from halfopen.errors import AmbiguousModel, BadBody, UnknownLane, UnknownModel
from halfopen.policy.rules import AUTO, PREFIX, Lane, Policy
from halfopen.policy.world import Ask, Candidate, World


@dataclass(frozen=True, slots=True)
class Aim:
    """`lane` is empty for a model or offer named by itself; `takes` says which offers are meant, None all of them."""

    lane: str
    rules: Lane
    takes: Callable[[Candidate], bool] | None
    why: str


def aim(ask: Ask, world: World, policy: Policy) -> Aim:
    """Raises UnknownLane, UnknownModel, AmbiguousModel."""
    name = policy.aliases.get(ask.name, ask.name)
    alias = f"{ask.name} is an alias of {name}; " if name != ask.name else ""
    if name == PREFIX.rstrip("/") or name.startswith(PREFIX):
        lane = _agreed(name.removeprefix(PREFIX.rstrip("/")).lstrip("/") or AUTO, ask.lane or AUTO)
        lane, how = _named(lane, ask, policy)
        return Aim(lane, _lane(lane, policy), None, f"{alias}lane {lane}, {how}")
    takes, what = _meant(name, world, policy)
    if ask.lane:
        lane, how = _named(ask.lane, ask, policy)
        return Aim(lane, _lane(lane, policy), takes, f"{alias}{what}, in lane {lane}, {how}")
    return Aim("", Lane(prefer=policy.direct), takes, f"{alias}{what}")


def _agreed(named: str, label: str) -> str:
    """The one lane that a name and a label mean. Raises BadBody for two: either could be what keeps a request home."""
    if AUTO not in (named, label) and named != label:
        raise BadBody(f"The model names lane {named[:60]} and the label lane {label[:60]}. Send one of them.")
    return label if named == AUTO else named


def reach(ask: Ask, rules: Lane, policy: Policy) -> str:
    """The outermost zone the request may reach: the innermost of what its label, its key and its lane say."""
    said = [zone for zone in (ask.zone, ask.reach, rules.require.zone) if zone]
    for zone in said:
        if zone not in policy.zones:
            raise BadBody(f"There is no zone `{zone}`; the zones are {', '.join(policy.zones)}.")
    return min(said, key=policy.zones.index, default=policy.zones[-1])


def _named(lane: str, ask: Ask, policy: Policy) -> tuple[str, str]:
    return _entered(ask, policy) if lane == AUTO else (lane, "named by the caller")


def _entered(ask: Ask, policy: Policy) -> tuple[str, str]:
    for name, lane in policy.lanes.items():
        when = lane.when
        if when and all(
            (
                not when.task or ask.task in when.task,
                not when.zone or ask.zone in when.zone,
                not when.dialect or ask.dialect in when.dialect,
                when.stream is None or when.stream is ask.stream,
            )
        ):
            return name, "which its `when` lets in"
    return policy.default_lane, "the default"


def _lane(name: str, policy: Policy) -> Lane:
    if name in policy.lanes:
        return policy.lanes[name]
    near = get_close_matches(name, policy.lanes, 1)
    hint = f"did you mean `{PREFIX}{near[0]}`?" if near else f"the lanes are {', '.join(sorted(policy.lanes))}."
    raise UnknownLane(f"There is no lane `{name}`; {hint}")


def _meant(name: str, world: World, policy: Policy) -> tuple[Callable[[Candidate], bool], str]:
    found = match(name, world.names)
    if isinstance(found, OfferNamed):
        return lambda c: c.id == found.id, f"offer {found.id}, named by the caller"
    if isinstance(found, ModelNamed):
        return lambda c: c.model == found.model, f"model {found.model}, named by the caller"
    if isinstance(found, Ambiguous):
        raise AmbiguousModel(f"`{name}` could be {', '.join(found.names)}. Name one of them.")
    hint = f"Did you mean {' or '.join(f'`{near}`' for near in found.nearest)}? " if found.nearest else ""
    raise UnknownModel(
        f"There is no model, offer, alias or lane `{name}`. {hint}GET /v1/models lists what there is; "
        f"`{PREFIX}{policy.default_lane}` is a lane."
    )
