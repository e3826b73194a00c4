"""A stream's events folded into the answer that the same model would have given unstreamed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from halfopen.conversation.answer import Answer
from halfopen.conversation.events import (
    Cited,
    Closed,
    Event,
    Failed,
    Grew,
    Opened,
    Place,
    Signed,
    Start,
    Stopped,
    Streamed,
    Used,
    after,
)
from halfopen.conversation.parts import Own, Text, Thinking, ToolCall
from halfopen.errors import ServerError, Truncated


def fold(events: Iterable[Event]) -> Answer:
    """Raises BrokenProtocol for an illegal order, ServerError for a stream that failed, Truncated for half of one."""
    place, parts = Place.BEFORE, list[Streamed]()
    answer = Answer(id="", model="", parts=(), stop="end")
    within = list[Event]()
    for event in events:
        place = after(place, event)
        match event:
            case Start():
                answer = replace(answer, id=event.id, model=event.model, created=event.created, told_in=event.told_in)
            case Opened() | Grew() | Signed() | Cited():
                within.append(event)
            case Closed():
                parts.append(grown(within))
                within = []
            case Stopped():
                answer = replace(answer, stop=event.stop, stop_sequence=event.sequence, extra=event.extra)
            case Used():
                answer = replace(answer, usage=dict(event.usage))
            case Failed():
                raise ServerError(f"The provider broke off its stream: {event.message}")
    if place is not Place.WHOLE:
        raise Truncated(f"The stream ended {place.value}.")
    return replace(answer, parts=tuple(parts))


def grown(events: Sequence[Event]) -> Streamed:
    """A part from its opening and what came after it."""
    first, *more = events
    assert isinstance(first, Opened)
    part, text = first.part, "".join(event.text for event in more if isinstance(event, Grew))
    match part:
        case ToolCall():
            return replace(part, arguments=part.arguments + text)
        case Thinking():
            signed = [event.signature for event in more if isinstance(event, Signed)]
            return replace(part, text=part.text + text, signature="".join(signed) if signed else part.signature)
        case Text():
            cited = tuple(event.citation for event in more if isinstance(event, Cited))
            return replace(part, text=part.text + text, citations=part.citations + cited)
        case Own():
            return part
        case _:
            return replace(part, text=part.text + text)
