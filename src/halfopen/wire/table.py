"""The dialects, a row each: everything that the gateway does differently for one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from halfopen.errors import Fault
from halfopen.wire import faults
from halfopen.wire.body import Body
from halfopen.wire.chat import answer as chat_answer
from halfopen.wire.chat import request as chat_request
from halfopen.wire.chat import stream as chat_stream
from halfopen.wire.messages import answer as messages_answer
from halfopen.wire.messages import request as messages_request
from halfopen.wire.messages import stream as messages_stream
from halfopen.wire.stream import Seen
from halfopen.wire.usage import Usage


class StreamReader(Protocol):
    seen: Seen

    def feed(self, data: bytes) -> bytes: ...


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
)

DIALECTS: Mapping[str, Dialect] = {dialect.name: dialect for dialect in (CHAT, MESSAGES)}
BY_PATH: Mapping[str, Dialect] = {dialect.path: dialect for dialect in DIALECTS.values()}
