"""What a caller's key adds to a request: how far it may go, and by which lanes and models."""

from __future__ import annotations

from dataclasses import replace

from halfopen.access.key import Key
from halfopen.policy.eligible import keyed
from halfopen.policy.rules import AUTO, PREFIX
from halfopen.policy.world import Ask, Candidate


def bound(ask: Ask, holder: Key | None) -> Ask:
    """The request as that key may make it."""
    if holder is None or not (holder.zone or holder.lanes or holder.models):
        return ask
    return replace(ask, reach=holder.zone, lanes=holder.lanes, models=holder.models)


def labelled(labels: dict[str, str], name: str, holder: Key | None) -> dict[str, str]:
    """What the key says where the caller says nothing: no other lane than the one that is named as the model."""
    if holder is None or not holder.labels:
        return labels
    chosen = name.startswith(PREFIX) and name != PREFIX + AUTO
    own = {label: said for label, said in holder.labels.items() if label != "lane" or not chosen}
    return {**own, **labels}


def reaches(holder: Key | None, c: Candidate, zones: tuple[str, ...]) -> bool:
    """Whether a key may have to do with an offer, lanes aside; a zone that is none any more reaches nothing."""
    if holder is None:
        return True
    near = not holder.zone or (holder.zone in zones and zones.index(c.zone) <= zones.index(holder.zone))
    return near and keyed(c, holder.models)
