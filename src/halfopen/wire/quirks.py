"""Ways in which a provider departs from its dialect, by name; any provider row may list them.

A quirk changes the outgoing body and nothing else. Most concern only what was written from another dialect: who speaks
the provider's own passes as he came, and its refusal reaches him. To add one: write the function, name it in QUIRKS,
list the name in a provider row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import msgspec

from halfopen.conversation.loss import Loss
from halfopen.wire.body import Body, raw

Change = Callable[[Body], tuple[Loss, ...]]  # what it took away that a caller would miss
# Knobs that chat can say, but not every provider of it: `no_top_k` and its like leave them out.
LEFT_OUT = (
    "top_k",
    "logit_bias",
    "logprobs",
    "top_logprobs",
    "user",
    "store",
    "metadata",
    "safety_identifier",
    "verbosity",
)
THOUGHTS = ("reasoning_content", "reasoning")
_turns = msgspec.json.Decoder(list[dict[str, msgspec.Raw]])


class Quirk(NamedTuple):
    change: Change
    translated: bool = False  # only in a body that was written from another dialect


def no_stream_options(body: Body) -> tuple[Loss, ...]:
    """It sends usage with every stream by itself and refuses `stream_options`."""
    body.pop("stream_options", None)
    return ()


def max_tokens_is_old(body: Body) -> tuple[Loss, ...]:
    """It knows `max_completion_tokens` only, and refuses the old name."""
    if "max_tokens" in body and "max_completion_tokens" not in body:
        body["max_completion_tokens"] = body.pop("max_tokens")
    return ()


def seed_is_random_seed(body: Body) -> tuple[Loss, ...]:
    """It calls the seed `random_seed`, and refuses the dialect's name."""
    if "seed" in body:
        body["random_seed"] = body.pop("seed")
    return ()


def no_thoughts(body: Body) -> tuple[Loss, ...]:
    """It refuses messages that carry what a model thought beside what it said."""
    held = body.get("messages", msgspec.Raw())
    if not any(b'"%b"' % field.encode() in bytes(held) for field in THOUGHTS):
        return ()
    turns, losses = _turns.decode(held), list[Loss]()
    for place, turn in enumerate(turns):
        there = [field for field in THOUGHTS if turn.pop(field, None) is not None]
        losses += [Loss(f"messages.{place}.{field}", "its provider takes no thinking", "thinking") for field in there]
    body["messages"] = raw(turns)
    return tuple(losses)


def _without(field: str) -> Change:
    """It refuses a field that others of its dialect know."""

    def left_out(body: Body) -> tuple[Loss, ...]:
        return () if body.pop(field, None) is None else (Loss(field, f"its provider has no `{field}`"),)

    return left_out


QUIRKS: Mapping[str, Quirk] = {
    "no_stream_options": Quirk(no_stream_options),
    "max_tokens_is_old": Quirk(max_tokens_is_old),
    "no_thoughts": Quirk(no_thoughts, translated=True),
    "seed_is_random_seed": Quirk(seed_is_random_seed, translated=True),
    **{f"no_{field}": Quirk(_without(field), translated=True) for field in LEFT_OUT},
}


def depart(body: Body, quirks: Iterable[str]) -> None:
    """What a provider wants changed of any body."""
    for quirk in quirks:
        if not QUIRKS[quirk].translated:
            QUIRKS[quirk].change(body)


def translated(body: Body, quirks: Iterable[str]) -> tuple[Loss, ...]:
    """The rest, of a body that was written from another dialect."""
    return tuple(loss for quirk in quirks if QUIRKS[quirk].translated for loss in QUIRKS[quirk].change(body))
