"""Groups as lanes whose `offers` are LiteLLM's order, and every name that a client could use as an alias."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from halfopen.apps.config.sound import named
from halfopen.apps.importers.chains import Level, grouped, order_of
from halfopen.apps.importers.deployment import Deployment
from halfopen.apps.importers.options import Options
from halfopen.apps.importers.told import Pad
from halfopen.policy.rules import AUTO, PREFIX

SHIPPED = (AUTO, "realtime", "background", "private", "tuned")  # a lane of that name would change ours
SHUFFLED = (
    "is of a group that LiteLLM spreads requests over: here the heaviest is tried first, and the next when it fails"
)


@dataclass(slots=True)
class Lanes:
    """Rows as they are written, the offers of each lane in order, and aliases."""

    rows: dict[str, Any] = field(default_factory=dict)
    orders: dict[str, tuple[str, ...]] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)


def lanes(groups: Mapping[str, Sequence[Deployment]], ids: Mapping[str, str], said: Options, pad: Pad) -> Lanes:
    """`ids` are the offers of deployments by their path. A group of one offer and no fallback needs no lane."""
    made = Lanes()
    others = {alias: name for alias, name in said.rules.aliases.items() if name in groups}
    by_group = {name: grouped(each) for name, each in groups.items()}
    by_group |= {alias: by_group[name] for alias, name in others.items()}
    orders = {name: _once(order_of(name, by_group, said.rules, pad), ids) for name in by_group}
    for name, order in orders.items():
        if f"{name}/".startswith(PREFIX):
            says = f"is called `{name}`, which means a lane here: choose another name"
            pad.note("left", groups[others.get(name, name)][0].path, says)
        elif name in others and others[name] in made.aliases and order == orders[others[name]]:
            made.aliases[name] = made.aliases[others[name]]
        else:
            made.aliases[name] = _target(made, name, order, said, by_group)
    for name in groups if said.prefer is None else ():
        for level in by_group[name].levels:
            if len({ids[path] for path in level}) > 1:
                pad.note("differs", level[0], SHUFFLED)
    return made


def _once(order: Sequence[Level], ids: Mapping[str, str]) -> list[tuple[str, ...]]:
    """The offers of each level, each where it comes first."""
    seen: set[str] = set()
    found: list[tuple[str, ...]] = []
    for level in order:
        offers = tuple(offer for offer in dict.fromkeys(ids[path] for path in level) if offer not in seen)
        seen |= set(offers)
        found += [offers] if offers else []
    return found


def _target(
    made: Lanes, name: str, order: Sequence[tuple[str, ...]], said: Options, groups: Mapping[str, object]
) -> str:
    """What the group's name is an alias of: its only offer, or a lane of its own."""
    flat = tuple(offer for level in order for offer in level)
    if len(flat) == 1 and flat[0] not in groups:
        return flat[0]
    lane = _free(named(name), made)
    equals = said.prefer is not None and any(len(level) > 1 for level in order)
    offers = [level[0] if len(level) == 1 else list(level) for level in order] if equals else list(flat)
    row: dict[str, Any] = {"about": f"{name}, as LiteLLM tried it.", "require": {"offers": offers}}
    made.rows[lane] = {**row, "prefer": [said.prefer]} if equals else row
    made.orders[lane] = flat
    return PREFIX + lane


def _free(name: str, made: Lanes) -> str:
    names = (name, f"{name}-litellm", *(f"{name}-{number}" for number in range(2, 10_000)))
    return next(each for each in names if each not in SHIPPED and each not in made.rows)
