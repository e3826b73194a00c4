"""The dialects, a row each: everything that the gateway does differently for one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from halfopen.conversation.answer import Answer
from halfopen.conversation.events import Event
from halfopen.conversation.loss import Loss
from halfopen.conversation.request import Request
from halfopen.errors import Fault
from halfopen.wire import faults
from halfopen.wire.body import Body
from halfopen.wire.chat import answer as chat_answer
from halfopen.wire.chat import answered as chat_answered
from halfopen.wire.chat import asked as chat_asked
from halfopen.wire.chat import heard as chat_heard
from halfopen.wire.chat import request as chat_request
from halfopen.wire.chat import stream as chat_stream
from halfopen.wire.chat import told as chat_told
from halfopen.wire.messages import answer as messages_answer
from halfopen.wire.messages import answered as messages_answered
from halfopen.wire.messages import asked as messages_asked
from halfopen.wire.messages import heard as messages_heard
from halfopen.wire.messages import request as messages_request
from halfopen.wire.messages import stream as messages_stream
from halfopen.wire.messages import told as messages_told
from halfopen.wire.stream import Seen
from halfopen.wire.usage import Usage


class StreamReader(Protocol):
    """What a pump reads a stream with: bytes of the provider's in, bytes for the caller out."""

    seen: Seen

    def feed(self, data: bytes) -> bytes: ...
    def end(self) -> bytes: ...  # the body is over; whether the stream is, `seen` tells


class Asks(Protocol):
    """Requests in the hub's words, and the hub's in the dialect's. Both raise BadBody, by path."""

    def read(self, body: bytes) -> Request: ...
    def write(self, request: Request) -> tuple[bytes, tuple[Loss, ...]]: ...


class Answers(Protocol):
    """The same for whole answers. `read` raises BrokenProtocol; `write` always writes."""

    def read(self, body: bytes) -> Answer: ...
    def write(self, answer: Answer) -> tuple[bytes, tuple[Loss, ...]]: ...


class Hears(Protocol):
    """A stream's bytes as events. Raises BrokenProtocol; `end` raises Truncated if the stream was not over."""

    @property
    def losses(self) -> tuple[Loss, ...]: ...
    def feed(self, data: bytes) -> list[Event]: ...
    def end(self) -> list[Event]: ...


class Tells(Protocol):
    """Events as a stream's bytes."""

    @property
    def losses(self) -> tuple[Loss, ...]: ...
    def write(self, event: Event) -> bytes: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One wire format, in both directions."""

    name: str
    path: str  # where callers find it
    headers: frozenset[bytes]  # that cross from caller to provider
    id_header: bytes  # where its clients look for a request's id
    check: Callable[[Body], None]
    usage_asked: Callable[[Body], bool]
    limit: Callable[[Body], int | None]  # how many tokens may be generated, if it says so
    prepare: Callable[[Body, str, Iterable[str]], bytes]  # body, the model's name there, quirks
    usage: Callable[[bytes], Usage | None]  # of a whole answer
    stream: Callable[[bool], StreamReader]  # told whether the caller asked for usage
    error: Callable[[Fault, str], bytes]  # a body; told the request's id
    is_error: Callable[[bytes], bool]  # whether its clients could read this body as one
    broken: Callable[[Fault, str], bytes]  # the same as the last event of a stream
    wants_limit: bool  # a request must say how many tokens may be generated
    sends: Mapping[bytes, bytes]  # headers that its services want, for who comes from another dialect
    asked: Asks
    answered: Answers
    heard: Callable[[], Hears]
    told: Callable[[bool], Tells]  # told whether the caller asked for usage


CHAT = Dialect(
    name="chat",
    path=chat_request.PATH,
    headers=chat_request.HEADERS,
    id_header=b"x-request-id",
    check=chat_request.check,
    usage_asked=chat_request.usage_asked,
    limit=chat_request.limit,
    prepare=chat_request.prepare,
    usage=chat_answer.usage,
    stream=chat_stream.ChatStream,
    error=faults.chat_error,
    is_error=faults.is_chat_error,
    broken=chat_stream.broken,
    wants_limit=False,
    sends={},
    asked=chat_asked,
    answered=chat_answered,
    heard=chat_heard.Reader,
    told=chat_told.Writer,
)

MESSAGES = Dialect(
    name="messages",
    path=messages_request.PATH,
    headers=messages_request.HEADERS,
    id_header=b"request-id",
    check=messages_request.check,
    usage_asked=messages_request.usage_asked,
    limit=messages_request.limit,
    prepare=messages_request.prepare,
    usage=messages_answer.usage,
    stream=messages_stream.MessagesStream,
    error=faults.messages_error,
    is_error=faults.is_messages_error,
    broken=messages_stream.broken,
    wants_limit=True,
    sends={b"anthropic-version": b"2023-06-01"},
    asked=messages_asked,
    answered=messages_answered,
    heard=messages_heard.Reader,
    told=messages_told.Writer,
)

DIALECTS: Mapping[str, Dialect] = {dialect.name: dialect for dialect in (CHAT, MESSAGES)}
BY_PATH: Mapping[str, Dialect] = {dialect.path: dialect for dialect in DIALECTS.values()}
