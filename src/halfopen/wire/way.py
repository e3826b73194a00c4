"""The way from a caller to an offer and back: straight where both speak one dialect, else across the hub.

Straight, bytes pass: they are read only for what was used, and what another lab thought is left out. Across, a request
is read into the hub and written in the offer's dialect, its answer comes back the same way, and what could not be
carried is named. Who calls does not see which of the two it is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from halfopen.conversation.events import Event, Failed, Grew, Start, Used
from halfopen.conversation.loss import Loss
from halfopen.conversation.request import Request
from halfopen.errors import ServerError
from halfopen.wire import body as bodies
from halfopen.wire.body import Body
from halfopen.wire.called import Spoken
from halfopen.wire.quirks import translated
from halfopen.wire.sealed.stripped import stripped
from halfopen.wire.stream import Seen
from halfopen.wire.table import Dialect, StreamReader
from halfopen.wire.usage import Told


class Going(NamedTuple):
    """What an offer must be told beside the body: its own name for the model, its limit, how it departs."""

    model: str
    stream: bool
    most: int | None = None  # tokens that it can generate
    quirks: Collection[str] = ()


class Coming(NamedTuple):
    """What an answer says where its provider says nothing: an id, and when it was made (seconds since 1970)."""

    id: str
    model: str
    created: int


class Sent(NamedTuple):
    body: bytes
    lost: tuple[Loss, ...] = ()


class Given(NamedTuple):
    """A whole answer for the caller, and what was used as far as the provider told."""

    body: bytes
    told: Told
    lost: tuple[Loss, ...] = ()


class Way(Protocol):
    """`spoken` is the offer's dialect. The request's body is left as it was."""

    @property
    def spoken(self) -> Spoken: ...

    def sent(self, body: Body, going: Going) -> Sent:
        """Raises BadBody for a body that cannot be read, or for content that the offer's dialect cannot say."""

    def given(self, body: bytes, coming: Callable[[], Coming]) -> Given:
        """Raises BrokenProtocol, or ServerError for an error sent as a success."""

    def stream(self, body: Body, coming: Callable[[], Coming]) -> StreamReader: ...


@dataclass(frozen=True, slots=True)
class Straight:
    spoken: Spoken

    def sent(self, body: Body, going: Going) -> Sent:
        ours, lost = stripped(body, self.spoken.name)
        return Sent(self.spoken.prepare(ours, going.model, going.quirks), lost)

    def given(self, body: bytes, coming: Callable[[], Coming]) -> Given:
        return Given(body, self.spoken.told(body))

    def stream(self, body: Body, coming: Callable[[], Coming]) -> StreamReader:
        return self.spoken.stream(self.spoken.usage_asked(body))


@dataclass(frozen=True, slots=True)
class Across:
    caller: Dialect
    spoken: Dialect

    def sent(self, body: Body, going: Going) -> Sent:
        ours = dict(body)
        self.caller.without_labels(ours)
        request = self.caller.asked.read(bodies.write(ours))
        written, lost = self.spoken.asked.write(_directed(request, going, self.spoken))
        theirs = bodies.read(written)
        lost += translated(theirs, going.quirks)
        return Sent(self.spoken.prepare(theirs, going.model, going.quirks), lost)

    def given(self, body: bytes, coming: Callable[[], Coming]) -> Given:
        told = self.spoken.told(body)
        answer, missing = self.spoken.answered.read(body), coming()
        named = replace(
            answer,
            id=answer.id or missing.id,
            model=answer.model or missing.model,
            created=answer.created or missing.created,
        )
        written, lost = self.caller.answered.write(named)
        return Given(written, told._replace(kept=""), lost)  # a caller of another dialect cannot go on from it

    def stream(self, body: Body, coming: Callable[[], Coming]) -> StreamReader:
        return Crossed(self.caller, self.spoken, usage_asked=self.caller.usage_asked(body), coming=coming())


def way(caller: Spoken, spoken: Spoken) -> Way:
    """Two that differ are dialects: what is no conversation is asked of nobody who does not have it."""
    known = _ways.get((caller.name, spoken.name))
    return known or _ways.setdefault((caller.name, spoken.name), _way(caller, spoken))


def _way(caller: Spoken, spoken: Spoken) -> Way:
    if isinstance(caller, Dialect) and isinstance(spoken, Dialect) and caller is not spoken:
        return Across(caller, spoken)
    return Straight(spoken)


_ways: dict[tuple[str, str], Way] = {}


def _directed(request: Request, going: Going, spoken: Dialect) -> Request:
    """To the model there. Where a limit must be said and nobody did, it is all that the model can do."""
    knobs = request.knobs
    if knobs.max_output is None and spoken.wants_limit:
        knobs = replace(knobs, max_output=going.most)
    return replace(request, model=going.model, stream=going.stream or None, knobs=knobs)


class Crossed:
    """A stream heard in one dialect and told in another; its last event is kept back as `seen.tail`."""

    def __init__(self, caller: Dialect, spoken: Dialect, *, usage_asked: bool, coming: Coming) -> None:
        self.seen = Seen()
        self._heard = spoken.hears()
        self._told = caller.tells(usage_asked)
        self._coming = coming

    def feed(self, data: bytes) -> bytes:
        """The bytes for the caller. Raises BrokenProtocol."""
        return self._carried(self._heard.feed(data))

    def end(self) -> bytes:
        """The body is over. Raises Truncated if the stream was not."""
        return b"" if self.seen.finished or self.seen.fault else self._carried(self._heard.end())

    def _carried(self, events: list[Event]) -> bytes:
        out = [self._carry(event) for event in events]
        if events:
            self.seen.lost = (*self._heard.losses, *self._told.losses)
        return b"".join(out)

    def _carry(self, event: Event) -> bytes:
        seen = self.seen
        match event:
            case Grew():
                seen.pieces += 1
            case Start():
                seen.told({kind: count for kind, count in event.usage.items() if kind != "output"})
                event = self._named(event)
            case Used():
                seen.told(event.usage, event.service)
                seen.tail = self._told.write(event)
                return b""
            case Failed():
                seen.fault = ServerError(f"The provider broke off its stream: {event.message}")
                return b""
        return self._told.write(event)

    def _named(self, event: Start) -> Start:
        coming = self._coming
        return replace(
            event,
            id=event.id or coming.id,
            model=event.model or coming.model,
            created=event.created or coming.created,
        )
