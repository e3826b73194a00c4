"""What a request goes on from may be kept by one provider alone: then nobody else may serve it."""

from __future__ import annotations

from collections.abc import Sequence

from halfopen.policy.eligible import Refusal
from halfopen.policy.world import Ask, Candidate

UNKNOWN = "?"  # somebody holds it, and not through us
HELD = "held"  # the gate
INSTEAD = "send the history instead of its id, and any offer may answer"


def holders(ask: Ask, able: Sequence[Candidate], *, named: bool) -> tuple[list[Candidate], list[Refusal]]:
    """Those who may have it, and the others. `named`: the caller named a model, which the same provider may serve.

    Who is not known to hold it may have it only if nobody else could: the caller is not to be answered by chance.
    """
    speaking = [c for c in able if ask.dialect in c.dialects]  # what is kept is kept in one dialect
    if ask.holder == UNKNOWN:
        kept = speaking if len({c.provider for c in speaking}) == 1 else []
        why = "it is not known here who holds what the request goes on from"
    else:
        provider = ask.holder.rpartition("@")[2]
        kept = [c for c in speaking if (c.provider == provider if named else c.id == ask.holder)]
        why = f"{ask.holder} holds what the request goes on from"
    return kept, [Refusal(c.id, HELD, why) for c in able if c not in kept]


def nobody(ask: Ask, refused: Sequence[Refusal]) -> str:
    """The sentence for a request that nobody may serve, though another could if it had the history."""
    if ask.holder == UNKNOWN:
        return (
            "It is not known here who holds what this request goes on from by an id: "
            "an earlier answer, a conversation, a cache or a file. "
            f"Name the offer that does (`model@provider`), or {INSTEAD}."
        )
    another = "it is not among the offers that the request may go to"
    why = next((refusal.why for refusal in refused if refusal.offer == ask.holder), another)
    return f"{ask.holder} holds what this request goes on from and cannot serve it: {why}. {INSTEAD.capitalize()}."
