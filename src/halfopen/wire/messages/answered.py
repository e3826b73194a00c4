"""A messages answer in the hub's words, and the hub's in its."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from halfopen.conversation.answer import Answer, Stop
from halfopen.conversation.loss import Loss
from halfopen.conversation.parts import Text
from halfopen.errors import BrokenProtocol
from halfopen.wire import usage as counted
from halfopen.wire.fields import Fields, under, written
from halfopen.wire.messages import parts
from halfopen.wire.messages.parts import NAME
from halfopen.wire.pen import Tree, pen, told_calls
from halfopen.wire.sealed.outward import Outward

_REASONS: Mapping[Stop, str] = {
    "end": "end_turn",
    "length": "max_tokens",
    "tool": "tool_use",
    "stop": "stop_sequence",
    "refused": "refusal",
    "paused": "pause_turn",
    "context": "model_context_window_exceeded",
}
_STOPS: Mapping[str, Stop] = {reason: stop for stop, reason in _REASONS.items()}
assert set(_REASONS) == set(get_args(Stop))


def read(body: bytes) -> Answer:
    """Raises BrokenProtocol for what is no messages answer."""
    top = Fields(body, fault=BrokenProtocol)
    if not top.is_list("content"):
        top.amiss("content", "is not a list of blocks")
    said = tuple(part for part in parts.read_content(top) if part != Text(text=""))
    usage = top.inner("usage")
    counts = counted.read(counted.MESSAGES, usage.whole) if usage else {}
    beside = _beside(usage) if usage else {}
    for name in ("type", "role"):
        top.text(name)
    stop, unknown = stop_of(top.text("stop_reason"))
    return Answer(
        id=top.text("id") or "",
        model=top.text("model") or "",
        parts=said,
        stop=stop,
        stop_sequence=top.text("stop_sequence"),
        usage=counts,
        told_in=NAME,
        extra=top.rest | beside | unknown,
    )


def _beside(usage: Fields) -> dict[str, bytes]:
    """What stands in the usage and counts nothing: tier, place, speed."""
    for name in counted.MESSAGES.fields:
        usage.raw(name)
    return under("usage", usage)


def stop_of(reason: str | None) -> tuple[Stop, dict[str, bytes]]:
    """Why it stopped; a reason that is not known yet is an end, and stands beside it."""
    known = reason is None or reason in _STOPS
    return _STOPS.get(reason or "", "end"), {} if known else {"stop_reason": written(reason)}


def reason_of(stop: Stop) -> str:
    return _REASONS[stop]


def head(id: str, model: str, usage: Tree) -> Tree:
    """A message before there is anything in it."""
    tree: Tree = {"id": id, "type": "message", "role": "assistant", "model": model, "content": []}
    return tree | {"stop_reason": None, "stop_sequence": None, "usage": usage}


def write(answer: Answer) -> tuple[bytes, tuple[Loss, ...]]:
    """An answer was paid for, so it is written; what messages cannot say of it is among the losses.

    Raises BrokenProtocol for a call whose arguments are no object: nobody could run that tool.
    """
    out = pen(NAME, answer.told_in, asks=False)
    said = Outward(answer.told_in, NAME).parts(answer.parts)
    calls = enumerate(told_calls(said, answer.stop, out))
    blocks = [parts.blocks(part, out, f"parts.{place}") for place, part in calls if part is not None]
    tree = head(answer.id, answer.model, counted.write(counted.MESSAGES, answer.usage))
    tree["content"] = [block for found in blocks for block in found]
    tree["stop_reason"], tree["stop_sequence"] = reason_of(answer.stop), answer.stop_sequence
    if answer.logprobs is not None:
        out.losses.knob("logprobs", "messages has none")
    if answer.others:
        out.losses.content("others", "only the first of several answers is told")
    out.add(tree, answer.extra, "")
    return out.done(tree), out.losses.found
