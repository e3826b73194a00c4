"""On the way back from a client: what came in an envelope is again what its lab said, and is shown only once."""

from __future__ import annotations

from collections.abc import Sequence

from halfopen.conversation.parts import Part, Thinking
from halfopen.wire.sealed.envelope import is_ours, opened


def restored(said: Sequence[Part]) -> tuple[Part, ...]:
    """The parts of a turn that came from a client."""
    if not any(isinstance(part, Thinking) and is_ours(_sign(part)) for part in said):
        return tuple(said)
    found: list[Part] = []
    for part in said:
        thoughts = opened(_sign(part), part.text) if isinstance(part, Thinking) else None
        if thoughts is None or not isinstance(part, Thinking):
            found.append(part)
            continue
        if thoughts[-1].signed:
            _leave_out("".join(thought.text for thought in thoughts).removesuffix(part.text), found)
        found += thoughts
    return tuple(found)


def _sign(part: Thinking) -> str:
    return part.signature or part.sealed or ""


def _leave_out(text: str, found: list[Part]) -> None:
    """Clients may keep a thought in the pieces in which it was streamed; those before its signature say it twice."""
    while found and isinstance(last := found[-1], Thinking) and not last.signed and text.endswith(last.text):
        if not text:
            return
        text = text.removesuffix(last.text)
        found.pop()
