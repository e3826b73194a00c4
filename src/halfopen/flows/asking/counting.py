"""Tokens that a provider did not tell, counted from what was asked and said: an estimate, and marked as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from halfopen.conversation.events import Grew
from halfopen.conversation.parts import Refusal, Text, Thinking, ToolCall
from halfopen.errors import UpstreamFault
from halfopen.flows.asking.ask import Asked
from halfopen.ports.tokens import Counter
from halfopen.wire.called import Spoken
from halfopen.wire.table import Dialect

MOST = 4 * 2**20  # bytes of a stream that are kept for this


class Kept:
    """What a stream said, as long as it may yet have to be counted."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self._left = MOST

    def add(self, chunk: bytes) -> None:
        self._left -= len(chunk)
        if self._left >= 0:
            self._chunks.append(chunk)

    def texts(self, spoken: Spoken) -> list[str] | None:
        """What was generated; None if it was too much to be kept, or cannot be read."""
        if self._left < 0 or not isinstance(spoken, Dialect):
            return None
        reader = spoken.hears()
        try:
            events = [event for chunk in self._chunks for event in reader.feed(chunk)]
            events += reader.end()
        except UpstreamFault:
            return None
        return [event.text for event in events if isinstance(event, Grew)]


def said(body: bytes, spoken: Spoken) -> list[str] | None:
    """The same of a whole answer."""
    if not isinstance(spoken, Dialect):
        return None
    try:
        parts = spoken.answered.read(body).parts
    except UpstreamFault:
        return None
    calls = [part.arguments for part in parts if isinstance(part, ToolCall)]
    return calls + [part.text for part in parts if isinstance(part, Text | Thinking | Refusal)]


async def guess(asked: Asked, told: Sequence[str] | None, counter: Counter | None) -> Mapping[str, int] | None:
    """Tokens in and out as another tokenizer counts them; None where sizes have to do."""
    if counter is None or told is None or not isinstance(asked.dialect, Dialect):
        return None
    output = await counter.count(told)
    prompt = await counter.count([each.text for each in asked.dialect.outline(asked.body).texts])
    return None if output is None or prompt is None else {"input": prompt, "output": output}
