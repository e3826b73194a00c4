"""What a caller's words aim at: a lane, a model's offers, or one offer; and which facts must be known to say so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

from halfopen.catalog.match import Ambiguous, ModelNamed, OfferNamed, match
from halfopen.errors import AmbiguousModel, BadBody, UnknownLane, UnknownModel
from halfopen.policy.rules import AUTO, FACTS, FITS, OVERALL, PREFIX, Lane, Policy, When
from halfopen.policy.world import Ask, Candidate, World
from halfopen.recognize.category import BY_TASK
from halfopen.recognize.table import BY_NAME
from halfopen.wire.table import DIALECTS

_TASKS = frozenset(BY_NAME["task"].answers)


@dataclass(frozen=True, slots=True)
class Aim:
    """`lane` is empty for a model or offer named by itself; `takes` says which offers are meant, None all of them."""

    lane: str
    rules: Lane
    takes: Callable[[Candidate], bool] | None
    why: str
    category: str = OVERALL  # of ratings
    not_in: str = ""  # why they are overall ones, where another category was to fit


def aim(ask: Ask, facts: Mapping[str, str], world: World, policy: Policy) -> Aim:
    """Raises UnknownLane, UnknownModel, AmbiguousModel, BadBody (two lanes)."""
    name = policy.aliases.get(ask.name, ask.name)
    alias = f"{ask.name} is an alias of {name}; " if name != ask.name else ""
    lane = _lane_of(name, ask)
    takes, what = (None, "") if _is_lane(name) else _meant(name, world, policy)
    if not lane:
        return Aim("", Lane(prefer=policy.direct), takes, f"{alias}{what}")
    lane, how = _entered(ask, facts, policy) if lane == AUTO else (lane, "named by the caller")
    rules, within = _lane(lane, policy), f"{what}, in lane" if what else "lane"
    category, not_in = _category(rules, labelled(ask, facts), world)
    if ask.near and rules.near:
        rules, how = replace(rules, prefer=rules.near), f"{how}, and a budget is near its end"
    return Aim(lane, rules, takes, f"{alias}{within} {lane}, {how}", category, not_in)


def wanted(ask: Ask, policy: Policy) -> tuple[str, ...]:
    """The facts on which it depends where this request goes, and no others. Raises BadBody (two lanes).

    A lane asks for those of its `when` as long as all else in it holds, and for the category that fits if its ratings
    are to be of that. After a lane that lets the request in without a fact nothing further is looked at.
    """
    lane = _lane_of(policy.aliases.get(ask.name, ask.name), ask)
    if not lane or ask.dialect not in DIALECTS:
        return ()
    if lane != AUTO:
        return _fitting(lane, policy)
    found: tuple[str, ...] = ()
    for name, rules in policy.lanes.items():
        if rules.when is None or not _may_enter(ask, rules.when):
            continue
        asked = tuple(fact for fact in FACTS if getattr(rules.when, fact) and (fact != "task" or not ask.task))
        found += (*asked, *_fitting(name, policy))
        if not asked:
            return tuple(dict.fromkeys(found))
    return tuple(dict.fromkeys((*found, *_fitting(policy.default_lane, policy))))


def labelled(ask: Ask, facts: Mapping[str, str]) -> Mapping[str, str]:
    """The facts as the caller knows them better: by the label `task`, if there is one."""
    if not ask.task:
        return facts
    return {**facts, "task": ask.task, **({"category": BY_TASK[ask.task]} if ask.task in BY_TASK else {})}


def _fitting(lane: str, policy: Policy) -> tuple[str, ...]:
    return ("category",) if lane in policy.lanes and policy.lanes[lane].category == FITS else ()


def _is_lane(name: str) -> bool:
    return name.startswith(PREFIX) or name == PREFIX.rstrip("/")


def _lane_of(name: str, ask: Ask) -> str:
    """The lane that a name and a label mean, or an empty string. Raises BadBody for two."""
    if not _is_lane(name):
        return ask.lane
    return _agreed(name.removeprefix(PREFIX.rstrip("/")).lstrip("/") or AUTO, ask.lane or AUTO)


def _category(rules: Lane, facts: Mapping[str, str], world: World) -> tuple[str, str]:
    """The category of a lane's ratings; and, if none can be taken that fits, why."""
    if rules.category != FITS:
        return rules.category, ""
    fits = facts.get("category")
    if fits is None:
        return OVERALL, "as long as nothing says which category fits"
    return (fits, "") if fits == OVERALL or world.ratings.get(fits) else (OVERALL, f"since nothing is rated in {fits}")


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


def _entered(ask: Ask, facts: Mapping[str, str], policy: Policy) -> tuple[str, str]:
    said = labelled(ask, facts)
    for name, lane in policy.lanes.items():
        when = lane.when
        if when is None or not _may_enter(ask, when):
            continue
        asked = [fact for fact in FACTS if getattr(when, fact)]
        if all(said.get(fact) in getattr(when, fact) for fact in asked):
            by = ", ".join(f"{fact} {said[fact]}" for fact in asked)
            return name, "which its `when` lets in" + (f" by {by}" if by else "")
    asked = [fact for fact in wanted(ask, policy) if any(_names(lane.when, fact) for lane in policy.lanes.values())]
    silent = [fact for fact in asked if fact not in facts]
    return policy.default_lane, "the default" + (
        f" as long as nothing says its {' and '.join(silent)}" if silent else ""
    )


def _names(when: When | None, fact: str) -> bool:
    return when is not None and bool(getattr(when, fact))


def _may_enter(ask: Ask, when: When) -> bool:
    """Whether all holds that is no fact. A task that nobody recognizes is no fact: only a label says it."""
    return (
        (not when.zone or ask.zone in when.zone)
        and (not when.dialect or ask.dialect in when.dialect)
        and (when.stream is None or when.stream is ask.stream)
        and (not when.task or (ask.task in when.task if ask.task else not _TASKS.isdisjoint(when.task)))
    )


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
