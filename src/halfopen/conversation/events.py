"""A streamed answer as events, and the one order in which they may come.

    Start  ( Opened  ( Grew | Signed | Cited )*  Closed )*  Stopped  Used
       \\________________________ Failed, at any time and last __________/

Parts are told one after the other: what a dialect interleaves, its reader puts in a row. `Used` is always last, and
empty where nobody told; a stream is whole if it got there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from halfopen.conversation.answer import Stop
from halfopen.conversation.parts import Citation, Extra, Own, Refusal, Text, Thinking, ToolCall
from halfopen.errors import BrokenProtocol

Streamed = Text | ToolCall | Thinking | Refusal | Own  # the parts that an answer can have


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    id: str
    model: str
    created: int | None = None
    usage: Mapping[str, int] = field(default_factory=dict)  # of the prompt, where it is known this early
    told_in: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """A part begins: itself, with what is not known yet left empty. `Own`, and so a search, is whole at once."""

    part: Streamed


@dataclass(frozen=True, slots=True)
class Grew:
    """More of the open part: of its text, or of a call's arguments."""

    text: str


@dataclass(frozen=True, slots=True)
class Signed:
    signature: str


@dataclass(frozen=True, slots=True)
class Cited:
    citation: Citation


@dataclass(frozen=True, slots=True)
class Closed:
    """The open part is complete."""


@dataclass(frozen=True, slots=True)
class Stopped:
    stop: Stop
    sequence: str | None = None
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Used:
    """`service` is as what it was served: `flex`, `priority`, or as what everybody is."""

    usage: Mapping[str, int]
    service: str = "standard"


@dataclass(frozen=True, slots=True)
class Failed:
    """The provider broke off, and said why."""

    code: str
    message: str


Event = Start | Opened | Grew | Signed | Cited | Closed | Stopped | Used | Failed


class Place(Enum):
    """Where in its order a stream stands."""

    BEFORE = "before its start"
    BETWEEN = "between two parts"
    INSIDE = "inside a part"
    STOPPED = "after its stop"
    WHOLE = "complete"
    BROKEN = "broken off"


LEGAL: Mapping[tuple[Place, type[Event]], Place] = {
    (Place.BEFORE, Start): Place.BETWEEN,
    (Place.BETWEEN, Opened): Place.INSIDE,
    (Place.INSIDE, Grew): Place.INSIDE,
    (Place.INSIDE, Signed): Place.INSIDE,
    (Place.INSIDE, Cited): Place.INSIDE,
    (Place.INSIDE, Closed): Place.BETWEEN,
    (Place.BETWEEN, Stopped): Place.STOPPED,
    (Place.STOPPED, Used): Place.WHOLE,
    (Place.BEFORE, Failed): Place.BROKEN,
    (Place.BETWEEN, Failed): Place.BROKEN,
    (Place.INSIDE, Failed): Place.BROKEN,
    (Place.STOPPED, Failed): Place.BROKEN,
}


def after(place: Place, event: Event) -> Place:
    """The next place. Raises BrokenProtocol for an event that may not come there."""
    try:
        return LEGAL[place, type(event)]
    except KeyError:
        raise BrokenProtocol(f"A stream {place.value} cannot go on with {type(event).__name__}.") from None
