"""Small worlds for decisions: offers with the fields a test cares about, lanes like those that ship."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import count
from typing import Any, get_args

from hypothesis import strategies as st

from halfopen.catalog.match import index
from halfopen.catalog.model import Model
from halfopen.catalog.offer import Offer
from halfopen.catalog.snapshot import catalog
from halfopen.catalog.source import Source
from halfopen.money import per_token
from halfopen.policy.decide import Decision, decide
from halfopen.policy.rules import Lane, Policy, Require, Strategy, When
from halfopen.policy.world import Ask, Candidate, Health, World

DAY = date(2026, 11, 24)
SEEN = Source(name="a test", checked=DAY)
CHEAP, DEAR = per_token("0.5"), per_token("20")
LANES: Mapping[str, Lane] = {
    "realtime": Lane(prefer=("rating", "price")),
    "background": Lane(when=When(task=("batch",)), prefer=("price",)),
    "private": Lane(when=When(zone=("home",)), require=Require(zone="home"), prefer=("rating",)),
    "tuned": Lane(require=Require(tuned=True), empty="Add one of yours."),
}
PREFERENCES: tuple[Strategy, ...] = get_args(Strategy)
POLICY = Policy(lanes=LANES, aliases={"gpt-4o": "halfopen/background"})


def offer(id: str, **changes: Any) -> Candidate:
    """`llama@groq`, open weights on someone else's machines, that speaks `chat`, priced and rated."""
    model, _, provider = id.partition("@")
    usual = Candidate(
        id=id,
        model=model,
        provider=provider,
        served_as=model,
        order=0,
        zone="anywhere",
        hosting="hosted",
        weights="open",
        dialects=frozenset({"chat"}),
        input=CHEAP,
        output=CHEAP,
        rating=1300.0,
        context=128_000,
    )
    return replace(usual, **changes)


def world(*offers: Candidate, first_token: Mapping[str, float] | None = None, aliases: str = "") -> World:
    """The offers in this order. `aliases` are other names of every model there is, comma between them."""
    written = tuple(filter(None, aliases.split(",")))
    models = [
        Model(name=name, title=name, lab="a lab", weights="open", aliases=written, sources=(SEEN,))
        for name in {each.model for each in offers}
    ]
    rows = [Offer(model=o.model, provider=o.provider, served_as=o.served_as, sources=(SEEN,)) for o in offers]
    return World(
        version=1,
        day=DAY,
        candidates=tuple(replace(each, order=place) for place, each in enumerate(offers)),
        names=index(catalog(models, [], rows)),
        first_token=first_token or {},
    )


def answered(
    name: str,
    within: World,
    *,
    policy: Policy = POLICY,
    resting: Mapping[str, float] | None = None,
    dialect: str = "chat",
    **labels: Any,
) -> Decision:
    return decide(Ask(name, dialect, **labels), {}, within, Health(1, resting or {}), policy, 0)


def tried(decision: Decision) -> list[str]:
    return [candidate.id for candidate in decision.itinerary]


def refusals(decision: Decision) -> dict[str, str]:
    return {refusal.offer: refusal.why for refusal in decision.refused}


# -- offers of which nothing is known, and policies of which only the lanes matter


def candidate(id: str, **known: Any) -> Candidate:
    """An offer that can be called, without price, rating or anything else that a test does not say."""
    return offer(id, **{"weights": None, "input": None, "output": None, "rating": None, "context": None, **known})


def numbered(*offers: Candidate) -> tuple[Candidate, ...]:
    """The offers with their places in the config."""
    return tuple(replace(each, order=place) for place, each in zip(count(), offers, strict=False))


def lane(*prefer: Any, **require: Any) -> Lane:
    """The preferences in their order; `when` is the lane's, all else is required."""
    return Lane(prefer=prefer or ("order",), when=require.pop("when", None), require=Require(**require))


def policy(lanes: Mapping[str, Lane] | None = None, **more: Any) -> Policy:
    """These lanes and one for all offers, the default."""
    return Policy(lanes={**(lanes or {}), "all": lane()}, **{"default_lane": "all", **more})


def decided(within: World, rules: Policy, name: str, *, seed: int = 0, **labels: Any) -> Decision:
    return decide(Ask(name, "chat", **labels), {}, within, Health(), rules, seed)


def ids(decision: Decision) -> list[str]:
    return [step.id for step in decision.itinerary]


def worlds(zones: tuple[str, ...]) -> st.SearchStrategy[World]:
    """Some offers in these zones, of which this and that is known."""
    rows = st.builds(
        candidate,
        st.from_regex(r"[ab]@[p-t]", fullmatch=True),
        zone=st.sampled_from(zones),
        rating=st.none() | st.floats(900, 1600),
        input=st.none() | st.integers(0, 10**8),
        output=st.none() | st.integers(0, 10**8),
    )
    return st.lists(rows, max_size=6, unique_by=lambda row: row.id).map(lambda found: world(*found))
