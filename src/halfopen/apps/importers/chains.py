"""In which order LiteLLM would try the deployments for a group, and what a lane needs to do the same.

Within a group it takes those of the lowest `order`, and of these one by weight; then the next `order`. Those without
one it takes while all others rest. When a group has failed its fallbacks follow, each with its own right behind it; one
that has none goes on with those of the group that was asked for. Another name of a group is a group like it, with
fallbacks of its own. What was tried is not tried again, and every step to a next order or a fallback is one deeper:
from `max_fallbacks` on (5) nothing follows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby

from halfopen.apps.importers.deployment import Deployment
from halfopen.apps.importers.told import Pad

ANY = "*"  # the fallbacks of every group that has none of its own
DEEPEST = 5
Level = tuple[str, ...]  # paths of deployments between which LiteLLM has no order of its own


@dataclass(frozen=True, slots=True)
class Group:
    """The levels of a group in their order, each the heaviest first, and those that have no `order` beside them."""

    levels: tuple[Level, ...]
    spare: Level = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """Fallbacks by group, those for prompts that are too long, other names of groups; `path` is where they stand."""

    fallbacks: Mapping[str, Sequence[str]] = field(default_factory=dict)
    longer: Mapping[str, Sequence[str]] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    deepest: int = DEEPEST
    path: str = "router_settings.fallbacks"


def grouped(deployments: Sequence[Deployment]) -> Group:
    used = next((at for at in range(3) if any(each.weights[at] > 0 for each in deployments)), 0)
    ranked = sorted(deployments, key=lambda each: (each.order or Decimal(0), -each.weights[used]))
    placed = [each for each in ranked if each.order is not None]
    spare = tuple(each.path for each in ranked if each.order is None)
    levels = tuple(tuple(each.path for each in level) for _, level in groupby(placed, lambda each: each.order))
    return Group(levels, spare) if levels else Group((spare,))


def order_of(group: str, groups: Mapping[str, Group], rules: Rules, pad: Pad) -> list[Level]:
    """The levels that are tried for a group, and last those that only a prompt too long for the others goes to."""
    found: list[Level] = []
    attempted: set[tuple[str, int]] = set()

    def attempt(name: str, at: int, depth: int) -> None:
        """As LiteLLM does, which comes back here from what was cut and goes on with what was not tried yet."""
        here = groups[name]
        found.append(here.levels[at])
        if at == len(here.levels) - 1:
            found.append(here.spare)
        attempted.add((name, 0))
        later = [(name, place) for place in range(at + 1, len(here.levels))]
        targets = [
            *later,
            *((each, 0) for each in _there(name, _of((name, group), rules.fallbacks), groups, rules, pad)),
        ]
        new = [target for target in targets if target not in attempted]
        if depth >= rules.deepest:
            _cut(group, new, depth, pad)
            return
        for target in new:
            if target in attempted:  # by what came before it here
                continue
            attempted.add(target)
            depth += 1
            attempt(*target, depth)

    attempt(group, 0, 0)
    if _circular(group, rules):
        pad.note("same", rules.path, f"`{group}` falls back to itself by way of others: each group is tried once")
    for name in _there(group, _of((group,), rules.longer), groups, rules, pad):
        found += [*groups[name].levels, groups[name].spare]
    return found


def _cut(group: str, targets: Sequence[tuple[str, int]], depth: int, pad: Pad) -> None:
    for target, _ in targets[:1]:
        says = f"`{group}` would go on to `{target}` after {depth} steps, and `max_fallbacks` ends it there"
        pad.note("same", "router_settings.max_fallbacks", says)


def _of(names: Sequence[str], table: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """Those of the first name that has its own, maybe without its provider, or else those of any."""
    own = (table.get(name) or table.get(name.partition("/")[2]) for name in names)
    return next(filter(None, own), None) or table.get(ANY) or ()


def _there(group: str, wanted: Sequence[str], groups: Mapping[str, object], rules: Rules, pad: Pad) -> Iterator[str]:
    for name in wanted:
        if name in groups:
            yield name
        else:
            pad.note("left", rules.path, f"`{group}` falls back to `{name}`, of which nothing was carried")


def _circular(group: str, rules: Rules) -> bool:
    """Whether its own fallbacks, and not those of any group, lead back to it."""
    seen, waiting = set[str](), list(rules.fallbacks.get(group, ()))
    while waiting:
        name = waiting.pop()
        if name == group:
            return True
        if name not in seen:
            seen.add(name)
            waiting += rules.fallbacks.get(name, ())
    return False
