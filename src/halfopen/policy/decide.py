"""The heart: where a request goes, in which order, and who was refused and why. A pure function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from halfopen.errors import EmptyLane, Fault, NoOfferFits, NotAllowed, NotReady, Resting, Retired, ZoneClosed
from halfopen.policy.aim import Aim, aim, reach, wanted
from halfopen.policy.eligible import RESTING, Refusal, keyed, rests, unkeyed
from halfopen.policy.holding import holders, nobody
from halfopen.policy.rules import OVERALL, PREFIX, Policy
from halfopen.policy.standing import standing
from halfopen.policy.strategies import by, by_rating, guessed, in_order, unknown
from halfopen.policy.world import Ask, Candidate, Health, World


@dataclass(frozen=True, slots=True)
class Stop:
    """Why nobody may serve. `retry_after` is in seconds."""

    kind: type[Fault]
    message: str
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The itinerary, in order; who was refused; how far the request may go; and, if it is empty, why.

    `facts` are those that it depends on, `category` is of which the ratings are.
    """

    lane: str
    zone: str  # the outermost it may reach
    reason: str
    itinerary: tuple[Candidate, ...]
    refused: tuple[Refusal, ...]
    notes: Mapping[str, str]  # offer -> what is not known of it
    stop: Stop | None = None
    category: str = OVERALL
    facts: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()  # what the model must be able to do
    tokens: int = 0  # that the prompt has at least, roughly


def decide(ask: Ask, facts: Mapping[str, str], world: World, health: Health, policy: Policy, seed: int) -> Decision:
    """Equal arguments, equal decision; a fact that is not `wanted` counts for nothing.

    Raises UnknownLane, UnknownModel, AmbiguousModel, NotAllowed, BadBody (unknown zone, two lanes).
    """
    facts = {fact: facts[fact] for fact in wanted(ask, policy) if fact in facts}
    aimed = aim(ask, facts, world, policy)
    allowed(ask, aimed)
    limit = reach(ask, aimed.rules, policy)
    stand, takes = standing(aimed.rules, limit, aimed.category, ask, world, policy, seed), aimed.takes
    able = [c for c in stand.able if takes(c)] if takes else stand.able
    refused = [why for c, why in stand.barred if takes(c)] if takes else list(stand.refusals)
    if ask.models:
        refused += [unkeyed(c) for c in able if not keyed(c, ask.models)]
        able = [c for c in able if keyed(c, ask.models)]
    if ask.holder:
        able, others = holders(ask, able, named=takes is not None)
        refused += others
    resting = health.resting
    kept = [c for c in able if c.id not in resting] if resting else able
    refused += [rests(c, resting[c.id]) for c in able if c.id in resting] if resting else ()
    prefer = in_order(aimed.rules)
    itinerary = tuple(kept[: policy.most_tries])
    refused += [stand.spare[c.id] for c in kept[policy.most_tries :]]
    lacking = {c.id: unknown(c, prefer, world, policy) for c in itinerary}
    notes = {c.id: said for c in itinerary if (said := _note(c, ask, lacking[c.id], stand.late.get(c.id), prefer))}
    stop = None if itinerary else _stop(ask, aimed, limit, refused, health, policy)
    some_late = bool(stand.late) and any(c.id in stand.late for c in kept)
    reason = aimed.why if stop else _reason(aimed, itinerary, some_late, lacking, prefer)
    return Decision(
        lane=aimed.lane,
        zone=limit,
        reason=reason,
        itinerary=itinerary,
        refused=tuple(refused),
        notes=notes,
        stop=stop,
        category=aimed.category,
        facts=facts,
        needs=tuple(sorted(ask.needs)),
        tokens=ask.tokens,
    )


def allowed(ask: Ask, aimed: Aim) -> None:
    """Raises NotAllowed for a lane that the caller's key is not for; a model by itself is in none."""
    if ask.lanes and aimed.lane and aimed.lane not in ask.lanes:
        raise NotAllowed(f"This key may not use lane {aimed.lane}; it may use {', '.join(ask.lanes)}.")


def _note(c: Candidate, ask: Ask, lacking: str, late: str | None, prefer: Sequence[str]) -> str:
    """What is not known of an offer, or not as it is for the others."""
    said = (
        lacking and f"it is {lacking}, so it comes after those that are not",
        f"its rating of {c.rating:.0f} is an estimate" if guessed(c, prefer) else "",
        late,
        "" if ask.dialect in c.dialects else f"it does not speak {ask.dialect}, so the request is translated",
    )
    return "; ".join(filter(None, said))


def _reason(
    aimed: Aim, itinerary: Sequence[Candidate], some_late: bool, lacking: Mapping[str, str], prefer: Sequence[str]
) -> str:
    """Why it goes there: the rule, and what of it rests on an estimate, on nothing, or on the last minutes."""
    said = [aimed.why, f"by {', then '.join(by(aimed.rules))}"]
    if by_rating(aimed.rules) and aimed.category != OVERALL:
        said.append(f"rated in {aimed.category}")
    if by_rating(aimed.rules) and aimed.not_in:
        said.append(f"rated overall, {aimed.not_in}")
    if some_late:
        said.append("what was lately slower than `first_token_at_most` comes last")
    if first := lacking[itinerary[0].id]:
        said.append(f"{itinerary[0].id} is {first}, and nothing better known could serve")
    if estimates := [c.id for c in itinerary if guessed(c, prefer)]:
        said.append(f"estimated: the rating of {', '.join(estimates)}")
    return "; ".join(said)


def _stop(ask: Ask, aimed: Aim, limit: str, refused: Sequence[Refusal], health: Health, policy: Policy) -> Stop:
    """The one sentence for a request that nobody may serve. The first rule that applies."""
    if ask.holder:
        return Stop(NoOfferFits, nobody(ask, refused))
    by_gate: dict[str, list[Refusal]] = {}
    for refusal in refused:
        by_gate.setdefault(refusal.gate, []).append(refusal)
    if resting := by_gate.get(RESTING):
        wait = min(health.resting[r.offer] for r in resting)
        down = ", ".join(r.offer for r in resting)
        where = "" if limit == policy.zones[-1] else f" in zone {limit}, which it may not leave,"
        again = f"Try again in {wait:.0f} s; `halfopen doctor` tells what can be reached."
        return Stop(Resting, f"What could serve this request{where} is down: {down}. {again}", wait)
    inside = [r for r in refused if r.gate != "zone"]
    could = [r for r in inside if r.gate != "lane"]
    if limit != policy.zones[-1] and not could:
        return Stop(
            ZoneClosed,
            f"This request may not leave zone {limit}, and no offer there can serve it. Start an engine on your own "
            f"machine (`engines:` in halfopen.yaml) or name a provider under `zones: {{{limit}: [...]}}`.",
        )
    if limit != policy.zones[-1]:
        return Stop(ZoneClosed, f"This request may not leave zone {limit}; nothing there can serve it: {_why(could)}.")
    if aimed.lane and not could:
        hint = aimed.rules.empty or f"`halfopen explain {PREFIX}{aimed.lane}` says why for each offer."
        return Stop(EmptyLane, f"Lane {aimed.lane} has no offer. {hint}")
    if could and all(r.gate == "retired" for r in could):
        return Stop(Retired, f"Retired: {_why(could)}.")
    lacks = by_gate.get("lacks", [])
    if lacks:
        which = "No offer that could serve this request is" if by_gate.get("able") else "No offer is"
        return Stop(NotReady, f"{which} ready yet; any of this would do: {_remedies(lacks)}.")
    return Stop(NoOfferFits, f"No offer can serve this request: {_why(could) or 'none is configured'}.")


def _why(refused: Sequence[Refusal]) -> str:
    """Each reason once, with the offers it holds for; the first four."""
    offers: dict[str, list[str]] = {}
    for refusal in refused:
        offers.setdefault(refusal.why, []).append(refusal.offer)
    listed = list(offers.items())
    told = [f"{', '.join(names[:3])}{' and others' if len(names) > 3 else ''}: {why}" for why, names in listed[:4]]
    more = len(listed) - len(told)
    return "; ".join(told) + (f"; and {more} more reasons, which `halfopen explain` tells" if more else "")


def _remedies(lacks: Sequence[Refusal]) -> str:
    """What would make offers ready, each once; what is sooner done first: a key, then an address."""
    said = sorted({refusal.why.partition(": ")[2] or refusal.why for refusal in lacks})
    keys = [remedy.removeprefix("set ") for remedy in said if len(remedy.split()) == 2]
    others = [remedy for remedy in said if len(remedy.split()) != 2]
    return "; ".join([*([f"set {' or '.join(keys)}"] if keys else []), *others])
